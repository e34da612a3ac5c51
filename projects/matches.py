"""Why an organisation, or what it offers freely, and a need fit each other: suggestions with their reasons in words.

Nothing is assigned: a person reads the reasons and decides. What is not known counts neither for nor against. Past
help is what landed projects tell, among those that the asking person may see; without a person, the published ones.
"""

from dataclasses import dataclass, field
from decimal import Decimal
from heapq import nlargest
from typing import NamedTuple

from django.db.models import Count, Q, Sum, prefetch_related_objects
from django.utils.functional import cached_property, lazy
from django.utils.translation import gettext, ngettext_lazy
from django.utils.translation import gettext_lazy as _

from orgs.models import Organisation
from projects.models import Funding, Need, Participation, Pledge, Project
from projects.models.funding import FundingQuerySet
from projects.models.items import ItemKind
from projects.needs import gaps_of, with_gaps
from registry.core.dates import format_date, today
from registry.core.quantity import Money

ON_OFFER = (Pledge.Status.SUBMITTED, Pledge.Status.ACCEPTED)
"""States in which a free pledge can still be led to a need."""

OVER = (Pledge.Status.DECLINED, Pledge.Status.WITHDRAWN)
GIVEN_AS = {
    ItemKind.MONEY: Funding.Kind.CASH, ItemKind.GOODS: Funding.Kind.GOODS,
    ItemKind.SERVICE: Funding.Kind.SERVICE, ItemKind.KNOW_HOW: Funding.Kind.SERVICE,
}  # fmt: skip
"""Under which kind the ledger keeps what a need calls by a finer name."""

COMPARABLE = 3
"""A sum is of comparable size up to so many times the usual one, and down to that part of it."""

COUNTY, FIELD, PLACE, BESIDES = 30, 20, 15, 20
"""Points of help in the county and in the field, of a place in common, and of kind and size together."""

HELPED_COUNTY = ngettext_lazy(
    "Has helped %(county)s before: %(number)d project", "Has helped %(county)s before: %(number)d projects", "number"
)
HELPED_FIELD = ngettext_lazy(
    "%(number)d project in the field “%(field)s”", "%(number)d projects in the field “%(field)s”", "number"
)
GAVE_SUCH = _("Has given before what is wanted: %(kinds)s")
USUAL_SIZE = _("Of a size that it is used to: %(usual)s a project on average")
SAME_PLACE = _("Registered in the same place: %(place)s")
FOR_COUNTY = _("Offers something for this county: %(number)s")
IN_FIELD = _("Offers something in this field: %(number)s")
OFFERS_SUCH = _("Offers what is wanted: %(kinds)s")
OFFERS_MONEY = _("Offers %(money)s of the %(unmet)s that are unmet")
IN_TIME = _("Would come in time: by %(day)s")


class Reason(NamedTuple):
    """One reason. `points` only order; they are shown to nobody. `is_ground`: enough to suggest something; the others
    only speak for it besides."""

    text: object
    facts: dict
    points: int
    is_ground: bool = False

    @property
    def words(self):
        """The reason in the reader's language: worked out for what is shown, not for all that is compared."""
        return str(self.text % self.facts)


@dataclass
class Match:
    """An organisation and a need that fit; `pledge` is the free pledge that speaks for it, if there is one."""

    organisation_id: int
    need: Need
    reasons: list[Reason]
    pledge: Pledge | None = None
    organisation: Organisation | None = None

    @cached_property
    def score(self):
        return sum(reason.points for reason in self.reasons)

    @property
    def words(self):
        """The reasons as sentences, the weightiest first."""
        return [reason.words for reason in sorted(self.reasons, key=lambda reason: -reason.points)]


def matches_for_need(need, limit, *, user):
    """At most `limit` organisations that fit the need, the best first, as `Match`.

    Hand in the `user` who reads it: free pledges and unpublished projects count only where that person sees them.
    For several needs use `matches_for_needs`, which asks the database as often as this does.
    """
    return matches_for_needs([need], limit, user=user).get(need.pk, [])


def matches_for_needs(needs, limit, *, user):
    """{key of the need: at most `limit` matches with organisations}, for those of `needs` that `user` may see."""
    rows = _with_facts(Need.objects.visible_to(user).filter(pk__in=[need.pk for need in needs]))
    if not rows:
        return {}
    counties, fields = {wanted.home for wanted in rows}, {wanted.field for wanted in rows}
    past = Past(user, counties=counties, fields=fields)
    offers = _offers(user, Q(county__home__in=counties) | Q(field__in=fields))
    taken = set(_standing(user).filter(need__in=[wanted.need for wanted in rows]).values_list("need", "organisation"))
    found = {}
    for wanted in rows:
        able = {key for key in past.places if (wanted.need.pk, key) not in taken}
        offering = {pledge.organisation_id: pledge for pledge in offers if _towards(pledge, wanted)}
        asked = (_worth_comparing(past.grounds(wanted, able), limit) | offering.keys()) & able
        found[wanted.need.pk] = _best([_match(wanted, past, key, offering.get(key)) for key in asked], limit)
    return _with_organisations(found)


def _with_organisations(found):
    """The same with the organisations themselves: read at last, for those few that are left."""
    chosen = [match for matches in found.values() for match in matches]
    rows = Organisation.objects.select_related("authority").in_bulk({match.organisation_id for match in chosen})
    for match in chosen:
        match.organisation = rows[match.organisation_id]
    return found


def matches_for_organisation(organisation, limit, *, user):
    """At most `limit` open needs that fit the organisation, the best first, as `Match`. Those that it has a pledge
    towards already are left out."""
    return _of_one(organisation, _open_needs(user, organisation), limit, user)


def matches_for_pledge(pledge, limit, *, user):
    """At most `limit` open needs to which a free pledge could be led, the best first, as `Match`; none for a pledge
    that `user` does not work with or that is not free."""
    if pledge.need_id or not Pledge.objects.within_scope_of(user).filter(pk=pledge.pk).exists():
        return []
    prefetch_related_objects([pledge], "items", "county", "organisation")
    rows = [wanted for wanted in _open_needs(user, pledge.organisation) if _towards(pledge, wanted)]
    return _of_one(pledge.organisation, rows, limit, user, pledge)


def _of_one(organisation, rows, limit, user, pledge=None):
    past = Past(user, organisation=organisation)
    if organisation.pk not in past.places:
        return []
    best = _best([_match(wanted, past, organisation.pk, pledge) for wanted in rows], limit)
    for match in best:
        match.organisation = organisation
    return best


def _best(matches, limit):
    return sorted(filter(None, matches), key=lambda one: (-one.score, one.organisation_id, one.need.pk))[:limit]


def _open_needs(user, organisation):
    """Open needs of today, but those towards which the organisation has a pledge that stands."""
    taken = _standing(user).filter(organisation=organisation, need__isnull=False)
    needs = Need.objects.visible_to(user).open().exclude(pk__in=taken.values("need"))
    return _with_facts(needs.filter(Q(expires_on__isnull=True) | Q(expires_on__gte=today())))


def _with_facts(needs):
    return [Wanted(need) for need in with_gaps(needs.select_related("county", "field"))]


def _standing(user):
    """Pledges that `user` knows of and that are not over: a draft keeps its organisation from nobody's list but
    its own, or its absence there would tell of it."""
    return Pledge.objects.within_scope_of(user).exclude(status__in=OVER)


def _offers(user, towards):
    """The free pledges towards one of these counties or fields, the newest last."""
    rows = Pledge.objects.within_scope_of(user).filter(towards, need__isnull=True, status__in=ON_OFFER)
    return list(rows.select_related("county").prefetch_related("items").order_by("pk"))


class Wanted:
    """A need with what is compared of it, worked out once: county of today, kinds and money that are still unmet."""

    def __init__(self, need):
        gaps = gaps_of(need)
        self.need, self.home, self.field = need, need.county.home_id or need.county_id, need.field_id
        self.city = need.county.code[:4]
        self.kinds = list(dict.fromkeys(gap.item.kind for gap in gaps if gap.unmet.value > 0))
        self.money = sum(gap.unmet.value for gap in gaps if gap.item.kind == ItemKind.MONEY)


def _towards(pledge, wanted):
    return _for_county(pledge, wanted) or pledge.field_id == wanted.field


def _for_county(pledge, wanted):
    return pledge.county is not None and (pledge.county.home_id or pledge.county_id) == wanted.home


@dataclass
class Helped:
    """What one organisation has done: numbers of projects by county and by field, kinds given, money a project."""

    counties: dict = field(default_factory=dict)
    fields: dict = field(default_factory=dict)
    kinds: set = field(default_factory=set)
    usual: Decimal | None = None


NOTHING = Helped()


class Past:
    """What organisations have done in landed projects that `user` may see: five questions, however many they are.

    All active ones, in the `counties` and `fields` asked for; or one `organisation`, wherever it has helped.
    """

    def __init__(self, user, organisation=None, counties=None, fields=None):
        rows = Organisation.objects.visible_to(user).filter(status=Organisation.Status.ACTIVE)
        if organisation is not None:
            rows = rows.filter(pk=organisation.pk)
        places = rows.order_by().values_list("pk", "authority__division__code", "authority__division__name")
        self.places, self.by_city = {}, {}
        for key, code, name in places:
            city = code[:4] if code and code[2:4] != "00" else ""  # a province is no place in common
            self.places[key] = (city, name)
            self.by_city.setdefault(city, set()).add(key)
        self.helped = {}
        landed = Project.objects.visible_to(user).landed()
        parties = Participation.objects.filter(project__in=landed.values("pk"), organisation__isnull=False)
        lines = Funding.objects.involved(FundingQuerySet.of_organisations).filter(project__in=landed.values("pk"))
        lines = lines.filter(organisation__isnull=False)
        if organisation is not None:
            parties, lines = parties.filter(organisation=organisation), lines.filter(organisation=organisation)
        self._count(parties, "counties", "project__sites__division__home", counties)
        self._count(parties, "fields", "project__project_fields__field", fields)
        for key, kind in lines.order_by().values_list("organisation", "kind").distinct():
            self.of(key).kinds.add(kind)
        sums = lines.filter(kind=Funding.Kind.CASH).order_by().values("organisation", "project")
        sums = sums.annotate(given=Sum("amount")).filter(given__isnull=False)
        for key, usual in _averages(sums):
            self.of(key).usual = usual

    def of(self, key):
        return self.helped.setdefault(key, Helped())

    def _count(self, parties, name, path, wanted):
        """Numbers of projects by organisation and what stands at `path`, all in one question."""
        if wanted is not None:
            parties = parties.filter(**{f"{path}__in": wanted})
        rows = parties.order_by().values_list("organisation", path).annotate(Count("project", distinct=True))
        for key, value, number in rows:
            if value is not None:
                getattr(self.of(key), name)[value] = number

    def grounds(self, wanted, able):
        """{key: points} of those of `able` that have helped in the need's county or field, or are registered near."""
        points = dict.fromkeys(self.by_city.get(wanted.city, set()) & able, PLACE)
        for key, one in self.helped.items():
            helped = _weight(COUNTY, one.counties.get(wanted.home)) + _weight(FIELD, one.fields.get(wanted.field))
            if helped and key in able:
                points[key] = points.get(key, 0) + helped
        return points


def _weight(points, number):
    """What so many projects count for: the first most, none nothing."""
    return points + min(number, 9) if number else 0


def _worth_comparing(grounds, limit):
    """The keys that could still be among the best `limit`, whatever else speaks for them."""
    best = nlargest(limit, grounds.values()) if limit else []
    least = best[-1] - BESIDES if best else 0
    return {key for key, points in grounds.items() if points >= least}


def _averages(sums):
    """(organisation, its average over the projects to which it gave money) of sums by organisation and project."""
    given = {}
    for row in sums:
        given.setdefault(row["organisation"], []).append(row["given"])
    return [(key, sum(amounts) / len(amounts)) for key, amounts in given.items()]


def _match(wanted, past, key, pledge):
    """The match with all that speaks for the organisation of that key, or None where nothing is ground enough."""
    helped, place = past.helped.get(key, NOTHING), past.places[key]
    reasons = [*_by_offer(wanted, pledge), *_by_past(wanted, helped), *_by_place(wanted, place)]
    if not any(reason.is_ground for reason in reasons):
        return None
    return Match(key, wanted.need, reasons, pledge)


def _by_past(wanted, helped):
    if number := helped.counties.get(wanted.home):
        county = wanted.need.county.name
        yield Reason(HELPED_COUNTY, {"county": county, "number": number}, _weight(COUNTY, number), True)
    if number := helped.fields.get(wanted.field):
        yield Reason(HELPED_FIELD, {"field": wanted.need.field, "number": number}, _weight(FIELD, number), True)
    kinds = Kinds(kind for kind in wanted.kinds if GIVEN_AS[kind] in helped.kinds)
    if kinds:
        yield Reason(GAVE_SUCH, {"kinds": kinds}, BESIDES // 2)
    usual = helped.usual
    if wanted.money and usual and usual / COMPARABLE <= wanted.money <= usual * COMPARABLE:
        yield Reason(USUAL_SIZE, {"usual": Money(round(usual, 2))}, BESIDES // 2)


def _by_place(wanted, place):
    city, name = place
    if city == wanted.city:
        yield Reason(SAME_PLACE, {"place": name}, PLACE, True)


def _by_offer(wanted, pledge):
    if pledge is None:
        return
    if _for_county(pledge, wanted):
        yield Reason(FOR_COUNTY, {"number": pledge.number}, 50, True)
    if pledge.field_id == wanted.field:
        yield Reason(IN_FIELD, {"number": pledge.number}, 40, True)
    offered, last = {item.kind for item in pledge.items.all()}, wanted.need.expires_on
    kinds = Kinds(kind for kind in wanted.kinds if kind in offered)
    if kinds:
        yield Reason(OFFERS_SUCH, {"kinds": kinds}, 20)
    if wanted.money and pledge.money.value:
        yield Reason(OFFERS_MONEY, {"money": pledge.money, "unmet": Money(wanted.money)}, 10)
    if pledge.deliver_by and last and pledge.deliver_by <= last:
        yield Reason(IN_TIME, {"day": lazy(format_date, str)(pledge.deliver_by)}, 5)


class Kinds(list):
    """Kinds of help, in words when they are printed."""

    def __str__(self):
        return gettext(", ").join(str(ItemKind(kind).label) for kind in self)
