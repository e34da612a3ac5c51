"""What a circular says at first: its paragraphs drawn up from the register, with marks where figures stand.

It is a proposal. People write on around the marks; a paragraph that is drawn up anew loses their words. Circulars are
written in the language of the site, whatever the reader's is. Everything here runs inside `Frame.read()`.
"""

from django.conf import settings
from django.db.models import Prefetch
from django.utils.translation import gettext as _
from django.utils.translation import override

from projects.models import Circular, CircularPart, Participation, Project, Site, Statement
from projects.models.results import Result
from registry.core.dates import format_date

from .counting import difficulties, due_first, praised, ranked
from .marks import QUOTED, mark

Kind = CircularPart.Kind
FIRST = 10
"""How many counties, items and projects a paragraph names; the annex has them all."""

OF_KIND = {
    Circular.Kind.PROGRESS: (Kind.GENERAL, Kind.RANKING, Kind.OVERDUE, Kind.REQUIREMENTS),
    Circular.Kind.QUARTERLY: (Kind.GENERAL, Kind.PERIOD, Kind.RANKING, Kind.DIFFICULTIES, Kind.REQUIREMENTS),
    Circular.Kind.PRAISE: (Kind.GENERAL, Kind.PRAISE, Kind.CASES, Kind.REQUIREMENTS),
}
"""The paragraphs that a circular of each kind begins with."""

QUOTED_FIRST = (
    "organisations_taking_part", "projects_landed", "funds_involved", "key_counties_covered", "beneficiaries",
    "member_enterprise_investment",
)  # fmt: skip
"""The statements that are quoted beside the counted figures, where all are there."""


def title_of(kind, campaign):
    """The title that a new circular has."""
    with override(settings.LANGUAGE_CODE):
        words = {
            Circular.Kind.PROGRESS: _("Circular on the progress of “%s”"),
            Circular.Kind.QUARTERLY: _("Quarterly brief on “%s”"),
            Circular.Kind.PRAISE: _("Circular in praise of those who took part in “%s”"),
        }[kind]
        return words % campaign.name


def written(kind, frame):
    """(heading, text) of the paragraph of this kind."""
    return HEADINGS[kind](), "\n".join(WRITERS[kind](frame))


def marks(**codes):
    return {name: mark(code) for name, code in codes.items()}


def general(frame):
    names = ("organisations", "projects", "funds", "counties", "beneficiaries", "mobilised")
    yield _(
        "By %(day)s, by the register: organisations taking part %(organisations)s; projects landed %(projects)s; funds "
        "involved %(funds)s; designated counties covered %(counties)s; beneficiaries %(beneficiaries)s; money of "
        "member companies mobilised %(mobilised)s, which is counted apart."
    ) % {"day": format_date(frame.day), **marks(**{name: name for name in names})}
    statements = Statement.objects.filter(campaign=frame.campaign, code__in=QUOTED_FIRST, is_headline=True)
    first = {statement.code: statement for statement in statements.order_by("-position")}
    if len(first) == len(QUOTED_FIRST):
        yield _(
            "By %(source)s: organisations taking part %(organisations_taking_part)s; projects landed "
            "%(projects_landed)s; funds involved %(funds_involved)s; key counties covered %(key_counties_covered)s; "
            "beneficiaries %(beneficiaries)s; invested by member companies %(member_enterprise_investment)s. These "
            "figures are quoted and stand apart from those of the register."
        ) % {"source": first[QUOTED_FIRST[0]].source, **marks(**{code: QUOTED + code for code in QUOTED_FIRST})}


def period(frame):
    yield _(
        "From %(first)s to %(last)s: money received %(received)s; difficulties raised %(raised)s; praises and awards "
        "granted %(praised)s."
    ) % {
        "first": format_date(frame.period_from), "last": format_date(frame.period_until),
        **marks(received="received_in_period", raised="difficulties_raised", praised="praised"),
    }  # fmt: skip


def ranking(frame):
    found = ranked(frame)[:FIRST]
    if not found:
        yield _("No county has received money yet.")
        return
    yield _("Money received in all: %(received)s. The counties that received most:") % marks(received="received")
    for place, (county, _total) in enumerate(found, 1):
        figure = mark(f"received-county-{county.code}")
        yield f"{place}." + _("%(county)s: %(received)s;") % {"county": county.name, "received": figure}


def cases(frame):
    """Projects that a source tells of, each with every number that its rows state."""
    told = Project.objects.of(frame.campaign).exclude(quote="").filter(is_demo=False).order_by("number")
    sites = Prefetch("sites", Site.objects.select_related("division").order_by("pk"))
    rows = ("participations__organisation", "participations__enterprise", sites, "funding", "results")
    for place, project in enumerate(told.prefetch_related(*rows), 1):
        words = {
            "who": _givers(project), "project": project.name,
            "where": _(", ").join(site.division.name for site in project.sites.all()) or _("no county stated"),
        }  # fmt: skip
        yield f"{place}." + _("%(who)s: “%(project)s” (%(where)s).") % words + _("; ").join(_numbers(project)) + _(".")


def _givers(project):
    """The parties by name; companies that the source only counts by their number, organisations by that of all."""
    parties = project.participations.all()
    named = _(", ").join(str(party.organisation or party.enterprise) for party in parties if not party.unnamed)
    unnamed = {party.unnamed: party for party in parties if party.unnamed}
    if Participation.Unnamed.ORGANISATIONS in unnamed:
        words = _("%(named)s and others, organisations in all %(number)s")
        named = words % {"named": named, "number": mark(f"parties-{project.pk}")}
    if company := unnamed.get(Participation.Unnamed.ENTERPRISES):
        words = _("%(named)s with member companies %(number)s")
        named = words % {"named": named, "number": mark(f"party-{company.pk}")}
    return named


def _numbers(project):
    """Money, goods and approved results; goods that are a result as well are told once, as the result."""
    results = [one for one in project.results.all() if one.status == Result.Status.APPROVED and one.actual is not None]
    reached = {(one.actual, one.unit) for one in results}
    for line in project.funding.all():
        if line.voided_at is not None:
            continue
        if line.quantity is not None and (line.quantity, line.unit) not in reached:
            yield f"{line.goods}{mark(f'goods-{line.pk}')}"
        if line.amount is not None:
            yield f"{line.get_origin_display()}{mark(f'funding-{line.pk}')}"
    for result in results:
        yield f"{result.indicator}{mark(f'result-{result.pk}')}"


def overdue(frame):
    found = due_first(frame)[:FIRST]
    if not found:
        yield _("No checklist item is overdue.")
        return
    yield _("Checklist items overdue %(items)s, in projects %(projects)s. The longest overdue:") % marks(
        items="overdue_steps", projects="overdue_projects"
    )
    for place, step in enumerate(found, 1):
        words = {
            "project": step.project.name, "item": step.title, "day": format_date(step.due_on),
            "side": step.get_side_display(),
        }  # fmt: skip
        yield f"{place}." + _("%(project)s: %(item)s, due on %(day)s, %(side)s;") % words


def in_difficulty(frame):
    yield _("Difficulties not closed %(open)s, of which the answer is overdue %(overdue)s.") % marks(
        open="difficulties_open", overdue="difficulties_overdue"
    )
    late = difficulties(frame).overdue(frame.day).select_related("project").order_by("wanted_by", "pk")
    for place, difficulty in enumerate(late[:FIRST], 1):
        words = {"project": difficulty.project.name, "title": difficulty.title,
                 "day": format_date(difficulty.wanted_by)}  # fmt: skip
        yield f"{place}." + _("%(project)s: %(title)s, answer wanted by %(day)s;") % words


def praise(frame):
    granted = praised(frame).select_related("organisation", "project").order_by("kind", "level", "pk")
    if not granted:
        yield _("Nothing was granted in the period.")
        return
    yield _("In the period %(praised)s were granted:") % marks(praised="praised")
    for place, one in enumerate(granted, 1):
        yield f"{place}." + _("%(nominee)s: %(title)s;") % {"nominee": one.nominee.name, "title": one.title}


def requirements(frame):
    yield _("(1) Carry projects through. Work down the checklists; deal with what is overdue item by item.")
    yield _("(2) See to the money. Confirm what arrived in time; keep vouchers and public notices.")
    yield _("(3) Report truly. Fill in the monthly reports on time; figures come from the register alone.")


HEADINGS = {
    Kind.GENERAL: lambda: _("General situation"),
    Kind.PERIOD: lambda: _("Progress in the period"),
    Kind.RANKING: lambda: _("Counties by money received"),
    Kind.CASES: lambda: _("Projects told of"),
    Kind.OVERDUE: lambda: _("Overdue items"),
    Kind.DIFFICULTIES: lambda: _("Difficulties and problems"),
    Kind.PRAISE: lambda: _("Those who are praised"),
    Kind.REQUIREMENTS: lambda: _("Next requirements"),
}
WRITERS = {
    Kind.GENERAL: general, Kind.PERIOD: period, Kind.RANKING: ranking, Kind.CASES: cases, Kind.OVERDUE: overdue,
    Kind.DIFFICULTIES: in_difficulty, Kind.PRAISE: praise, Kind.REQUIREMENTS: requirements,
}  # fmt: skip
