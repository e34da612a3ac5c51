"""The sheet of a matching meeting (对接会表): need, offers, intent, contact, next step, for the screen and for paper.

It goes from hand to hand, so that contacts stand on it only where both sides have agreed.
"""

from dataclasses import dataclass

from django.db.models import Prefetch
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from projects.contacts import AGREED, contact_of
from projects.matching.columns import Column, free_pledges_on_board, narrowed, needs_on_board, pledges_of
from projects.models import Need, Pledge
from projects.needs import gaps_of, with_gaps
from registry.core.dates import format_date
from registry.core.papers import Paper
from registry.core.quantity import format_quantity

MOST = 300
"""Needs on one sheet."""


@dataclass(frozen=True)
class Line:
    """One offer towards a need, or a need that nobody has offered anything for: four texts."""

    offer: str
    intent: str
    contact: str
    following: str


@dataclass(frozen=True)
class Entry:
    """A need with its lines; `wanted` says item by item what is wanted and still unmet."""

    need: Need
    wanted: list[str]
    lines: list[Line]

    @property
    def told(self):
        """The need in a cell of a table."""
        return "\n".join((f"{self.need.name} ({self.need.number})", self.need.county.name, *self.wanted))


def heads():
    return (
        _("Need"), _("Offer"), pgettext("of a giver", "Intent"), _("Contact"), _("Next step"),
    )  # fmt: skip


def needs_of_event(event, user):
    """The needs on the agenda of a meeting, in its order, that the person may see."""
    return Need.objects.visible_to(user).filter(presented__event=event).order_by("presented__position", "presented__pk")


def needs_of_board(asked, user):
    """The published needs of the board that are not settled, by county."""
    needs, _free = narrowed(needs_on_board(user), free_pledges_on_board(user), asked, user)
    return needs.filter(status__in=Need.PUBLIC).exclude(column=Column.SIGNED).order_by("county__code", "pk")


def entries_of(needs, user):
    """The entries of a sheet; the same few queries whatever their number."""
    offers = pledges_of(user).select_related("organisation", "project").prefetch_related("items__enterprise")
    needs = with_gaps(needs).select_related("county", "field")
    needs = needs.prefetch_related(Prefetch("pledges", offers.order_by("pk"), to_attr="offers"))
    return [Entry(need, _wanted(need), _lines(need, user)) for need in needs[:MOST]]


def _wanted(need):
    return [
        _("%(item)s: wanted %(wanted)s, still unmet %(unmet)s")
        % {
            "item": gap.item.what or gap.item.get_kind_display(), "wanted": format_quantity(gap.wanted, "exact"),
            "unmet": format_quantity(gap.unmet, "exact"),
        }
        for gap in gaps_of(need)
    ]  # fmt: skip


def _lines(need, user):
    return [_line(need, pledge, user) for pledge in need.offers] or [Line("", "", "", _("A giver is looked for."))]


def _line(need, pledge, user):
    contact = ""
    if pledge.status in AGREED:
        told = [(_("County"), contact_of(need, user)), (_("Giver"), contact_of(pledge, user))]
        contact = "\n".join(f"{label}: {who.name} {who.phone}".strip() for label, who in told if who)
    return Line(f"{pledge.organisation}\n{_offered(pledge)}", pledge.get_status_display(), contact, _following(pledge))


def _offered(pledge):
    parts = []
    for item in pledge.items.all():
        text = f"{item.what} {format_quantity(item.measure, 'exact')}".strip()
        parts.append(_("%(what)s (mobilised: %(company)s)") % {"what": text, "company": item.enterprise}
                     if item.enterprise else text)  # fmt: skip
    return "\n".join(parts)


def _following(pledge):
    words = {
        Pledge.Status.SUBMITTED: _("The bureau decides"), Pledge.Status.ACCEPTED: _("The county confirms"),
        Pledge.Status.CONFIRMED: _("Agreement and signing"), Pledge.Status.SIGNED: _("Becomes a project"),
        Pledge.Status.CARRIED: _("Carried out: %s") % (pledge.project.number if pledge.project else ""),
    }[pledge.status]  # fmt: skip
    return (
        _("%(step)s, by %(day)s") % {"step": words, "day": format_date(pledge.answer_by)} if pledge.answer_by else words
    )


def sheet_paper(title, facts, entries):
    """The `Paper` of a sheet; `facts` are pairs that stand above the table."""
    paper = Paper(title, get_language() or "zh-hans")
    if facts:
        paper.facts(facts)
    rows = [
        (entry.told if line is entry.lines[0] else "", line.offer, line.intent, line.contact, line.following)
        for entry in entries
        for line in entry.lines
    ]
    if rows:
        paper.table(heads(), rows, (0.3, 0.24, 0.14, 0.16, 0.16))
    else:
        paper.paragraph(_("No need is on the sheet."))
    paper.paragraph(_("Contacts stand here only where both sides have agreed."))
    return paper
