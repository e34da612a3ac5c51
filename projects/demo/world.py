"""What all parts of the demo data share: the day, the chances, the words, the people, the places."""

import datetime
import random
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property

from django.utils import timezone

from counties.models import Division
from orgs.models import Organisation
from projects.models import Campaign, ChecklistTemplate, Field, StandardReason
from projects.models.stages import COURSE
from projects.reference import DATA
from registry.core.dates import SHANGHAI, today
from registry.core.loading import read_json
from registry.core.models import User


@dataclass
class World:
    """The demo data in the making. `seed` and `size` (how many projects) decide everything but the days."""

    seed: int
    size: int
    people: dict[str, User]
    words: dict = field(default_factory=lambda: read_json(DATA / "demo.json"))
    today: datetime.date = field(default_factory=today)
    organisations: list[Organisation] = field(default_factory=list)

    def dice(self, part):
        """A source of chance for one part, so that a change in one part leaves the others as they were."""
        return random.Random(f"{self.seed}/{part}")  # noqa: S311 - made-up data, no secret

    def day(self, days):
        return self.today + datetime.timedelta(days=days)

    def past(self, day):
        """The day, or yesterday where it has not come yet: what has been done was done before today."""
        return min(day, self.day(-1))

    def instant(self, day, hour=10):
        """A working hour of that day in Shanghai, never later than now."""
        return min(datetime.datetime.combine(day, datetime.time(hour), SHANGHAI), timezone.now())

    def campaign_of(self, year):
        return self.campaigns[0] if year < self.campaigns[1].starts_on.year else self.campaigns[1]

    @cached_property
    def campaigns(self):
        """The campaign of poverty relief and the one that follows it."""
        return list(Campaign.objects.order_by("starts_on"))

    @cached_property
    def fields(self):
        return {one.code: one for one in Field.objects.all()}

    @cached_property
    def counties(self):
        """The 62 counties of today in the order of their codes, the demo county first."""
        found = list(Division.objects.designated().order_by("code"))
        return sorted(found, key=lambda county: county.code != self.words["home_county"])

    @cached_property
    def names_of_the_time(self):
        """{today's county: its units of all times}, to put a project of 2018 into the county of 2018."""
        units = {}
        for unit in Division.objects.filter(home__in=[county.pk for county in self.counties]):
            units.setdefault(unit.home_id, []).append(unit)
        return units

    def unit_of(self, county, year):
        """The unit whose name the county had in that year; where several fold into it, today's."""
        units = self.names_of_the_time[county.pk]
        then = [unit for unit in units if unit.valid_from <= year and (unit.valid_to or year + 1) > year]
        return then[0] if len(then) == 1 else county

    @cached_property
    def templates(self):
        """{kind of project: its template steps in order}."""
        templates = ChecklistTemplate.objects.filter(is_active=True, field=None, year=None).prefetch_related("steps")
        return {template.kind: list(template.steps.all()) for template in templates}

    @cached_property
    def reasons(self):
        """{use: standard reasons}."""
        found = {}
        for reason in StandardReason.objects.order_by("use", "position"):
            found.setdefault(reason.use, []).append(reason.text)
        return found

    def county_person(self, county):
        """Who speaks for the county: the demo account for its own, one without a password for all others."""
        return self.people["county" if county and county.code == self.words["home_county"] else "demo-counties"]

    def org_person(self, organisation):
        return self.people["org" if organisation == self.organisations[0] else "demo-orgs"]


def round_sum(dice, low, high):
    """A sum of money between the two, small ones more often; most are round, some have fen."""
    amount = Decimal(round(low * (high / low) ** dice.random()))
    if dice.random() < 0.1:
        return amount + Decimal(dice.randrange(1, 100)) / 100
    return max(amount // 1000 * 1000, Decimal(low))


def rank(stage):
    """The place of a stage in the straight course."""
    return COURSE.index(stage)
