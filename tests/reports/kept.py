"""A register that is written in every way there is, and what is kept of its figures compared with the honest answer."""

import random
from contextlib import contextmanager, nullcontext
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from counties.models import Designation, Division
from orgs.models import FormerName, Organisation
from projects.actions.transition import carry_over
from projects.models import Campaign, Funding, Project
from registry.core.lifecycle import UnlawfulMove
from registry.core.summaries import SUMMARIES, differences
from registry.core.trail import acting
from registry.core.undo import undo_batch
from registry.reports.figures import USUAL, report
from registry.reports.figures.as_json import report_json
from tests.factories import make_campaign, make_field, make_participation

from .chance import ACTIONS, Register

SIDES = (
    (), ("year",), ("field",), ("county",), ("year", "field"), ("county", "field"), ("county", "city"),
    ("campaign", "year"), ("city", "county"), ("year", "county"),
)  # fmt: skip


class Written(Register):
    """Beside the actions: other campaigns, whole batches taken back, updates of many rows, raw SQL, divisions."""

    def __init__(self, seed):
        super().__init__(seed)
        self.later = make_campaign(scheme="revitalisation")
        Campaign.objects.filter(pk=self.campaign.pk).update(successor=self.later)
        self.campaign.refresh_from_db()
        self.later_field = make_field(scheme="revitalisation")

    def act(self):
        """One action; what is refused, here also by the database, has not happened. Outside of a transaction each has
        its own, so that it begins anew after a deadlock."""
        doing = self.pick(WAYS)
        try:
            with transaction.atomic() if connection.in_atomic_block else nullcontext():
                doing(self)
        except (ValidationError, UnlawfulMove, IntegrityError):
            return f"{doing.__name__} refused"
        return doing.__name__

    def carry(self):
        if project := self.row(Project.objects.filter(stage__in=("finished", "accepted", "aftercare"))):
            carry_over(project=project, by=self.clerk, fields=[self.later_field])

    def land(self):
        """Whatever is entered by SQL, one project."""
        project = self.row(Project.objects.filter(campaign=self.campaign))
        stage = self.pick(("signed", "under_way", "accepted"))
        self.tell("UPDATE projects_project SET stage = %s, left_stage = '' WHERE id = %s", stage, project.pk)

    def take_back(self):
        batch = uuid4().hex
        with acting(by=self.clerk, action="ledger.commit", batch=batch):
            self.register()
            self.give()
        undo_batch(batch, by=self.clerk, action="ledger.undo", reason="重复")

    def change_many(self):
        Project.objects.filter(pk=self.row(Project.objects.all()).pk).update(year=self.pick((2018, 2019, 2020)))
        with self.held(self.row(Project.objects.all())) as project:
            Funding.objects.filter(project=project).update(qualifier=self.pick(("exact", "over")))

    def write_past_us(self):
        with self.held(self.row(Project.objects.all())) as project:
            self.tell("UPDATE projects_funding SET amount = amount + 1 WHERE project_id = %s", project.pk)
            self.tell("DELETE FROM projects_participation WHERE project_id = %s AND role = 'joint'", project.pk)

    @contextmanager
    def held(self, project):
        """Whoever writes lines past the actions holds their project first, as those do (docs/lists.md)."""
        with transaction.atomic():
            self.tell("SELECT FROM projects_project WHERE id = %s FOR NO KEY UPDATE", project.pk)
            yield project

    def count_unnamed(self):
        project = self.row(Project.objects.all())
        make_participation(project, unnamed="organisations", unnamed_count=self.random.randrange(1, 9), role="joint")

    def fold_county(self):
        """A county loses its home, or has it again."""
        county = Division.objects.get(pk=self.pick(self.counties).pk)
        Division.objects.filter(pk=county.pk).update(home=None if county.home_id else county)

    def rename_party(self):
        """One that few projects name: each of them gets its row of the index anew."""
        if one := self.row(Organisation.objects.filter(origin="national").exclude(status="merged")):
            Organisation.objects.filter(pk=one.pk).update(name=f"改名会{uuid4().hex}")
            FormerName.objects.create(organisation=one, name=f"旧名会{uuid4().hex}")

    def designate(self):
        one = self.row(Designation.objects.all())
        Designation.objects.filter(pk=one.pk).update(counts=not one.counts)

    def tell(self, statement, *values):
        with connection.cursor() as cursor:
            cursor.execute(statement, values)


WAYS = (
    *ACTIONS, Written.carry, Written.land, Written.land, Written.take_back, Written.change_many, Written.write_past_us,
    Written.count_unnamed, Written.fold_county, Written.designate, Written.rename_party,
)  # fmt: skip


def told(asked, **how):
    """The whole answer as the interface gives it, or why there is none: a county may have lost its home."""
    try:
        found = report(user=None, codes=USUAL, **asked, **how)
    except ValidationError as refusal:
        return refusal.messages
    return report_json(found) | {"as_of": None}


def questions(register):
    """Every side of the figures, in all and narrowed to a cell of another, over all campaigns and in one."""
    narrowed = [
        {}, {"year": "2019"}, {"field": register.fields[0].code}, {"county": register.counties[0].code},
        {"county": "several"}, {"county": "none"}, {"year": "2019-2020"}, {"campaign": register.campaign.code},
    ]  # fmt: skip
    return [
        {"by": by, "filters": filters, "campaign": campaign}
        for by in SIDES
        for filters in narrowed
        for campaign in (None, register.campaign)
    ]


def apart(register, number, chance=random):
    """So many questions, by chance, to which what is kept and the register itself give different answers."""
    return [
        asked
        for asked in chance.sample(questions(register), number)
        if told(asked) != told(asked, among=Project.objects.all())
    ]


def wrong():
    """The summaries that differ from a recount, with what differs."""
    return {name: found for name, one in SUMMARIES.items() if (found := differences(one))}
