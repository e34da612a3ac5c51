"""What the cards of the board show: the gap, the pledges on it, what can be done, and who could help."""

import datetime
from dataclasses import dataclass, field

from django.db.models import Prefetch
from django.utils.translation import gettext as _

from projects.matches import matches_for_needs
from projects.models import Need, Pledge, StandardReason
from projects.needs import gaps_of, with_gaps
from registry.core.templatetags.values import percent

from .columns import Column, free_pledges_on_board, narrowed, needs_on_board, placed, pledges_of
from .told import told_lately

PER_COLUMN = 30
SUGGESTED = 3
"""So many suggestions stand on a card."""

BY_SIGNING = (Pledge.Status.SIGNED, Pledge.Status.CARRIED)
"""What is not moved here: the signing has its own page, which makes the project too."""

LEADS_TO = {
    (Need, Need.Status.PUBLISHED): Column.OPEN, (Pledge, Pledge.Status.ACCEPTED): Column.COUNTY,
    (Pledge, Pledge.Status.CONFIRMED): Column.AGREED,
}  # fmt: skip
"""The column to which a move takes a card; a move that ends something is chosen by name, never by dragging."""


@dataclass(frozen=True)
class Choice:
    """One lawful move of a record on a card. `value` names it in a form, with the version that the person sees."""

    value: str
    label: str
    of: str
    column: str
    needs_reason: bool
    danger: bool
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Offer:
    """One pledge on a card, with what it offers and what can be done to it."""

    pledge: Pledge
    is_late: bool
    mobilised: bool
    choices: list[Choice]


@dataclass(frozen=True)
class Measured:
    """One line of a gap in words: what is wanted, how much of it is promised."""

    gap: object
    share: str
    promised: int
    """Per cent, whole, for a bar."""


@dataclass
class Card:
    """A need with its pledges, or a free pledge."""

    record: object
    county: object
    field: object
    offers: list[Offer]
    choices: list[Choice]
    gaps: list[Measured] = field(default_factory=list)
    suggestions: list = field(default_factory=list)
    is_late: bool = False
    told: str = ""
    typed: str = ""

    @property
    def key(self):
        return key_of(self.record)

    @property
    def is_need(self):
        return isinstance(self.record, Need)

    @property
    def all_choices(self):
        return [*self.choices, *(choice for offer in self.offers for choice in offer.choices)]

    @property
    def to_sign(self):
        """The pledges that only wait for the signing."""
        return [offer.pledge for offer in self.offers if offer.pledge.status == Pledge.Status.CONFIRMED]


@dataclass
class Lane:
    """A column with the cards of one page of it, and how many there are in all."""

    slug: str
    title: str
    cards: list[Card]
    total: int
    more: bool


def key_of(record):
    return f"{record._meta.model_name}-{record.pk}"


def lanes(asked, user, on):
    """The columns of the board, or the one that `asked` names, page by page. The same queries whatever is found."""
    number = asked.get("page") or 1
    upto = PER_COLUMN * number
    needs, free = narrowed(needs_on_board(user), free_pledges_on_board(user), asked, user)
    chosen = [asked["column"]] if asked.get("column") else Column.values
    needs = with_gaps(placed(needs, upto)).select_related("county", "field")
    needs = needs.prefetch_related(Prefetch("pledges", _offers_of(user), to_attr="offers"))
    free = placed(free, upto).select_related("county", "field", "organisation").prefetch_related("items__enterprise")
    found = {column: [] for column in chosen}
    for row in (*needs, *free):
        if row.column in found:
            found[row.column].append(row)
    shown = {column: _page(rows, number) for column, rows in found.items()}
    make = Maker(user, on, [row for rows in shown.values() for row in rows])
    return [
        Lane(
            column, Column(column).label, [make.card(row) for row in shown[column]],
            total := _total(found[column]), total > upto,
        )
        for column in chosen
    ]  # fmt: skip


def card_of(record, user, on):
    """One card by itself, with what can be done on it and without suggestions; `record` as the person may see it."""
    rows = (needs_on_board if isinstance(record, Need) else free_pledges_on_board)(user).filter(pk=record.pk)
    if isinstance(record, Need):
        rows = with_gaps(rows).prefetch_related(Prefetch("pledges", _offers_of(user), to_attr="offers"))
    found = rows.first()
    return Maker(user, on, []).card(found) if found else Card(record, None, None, [], [])


def _offers_of(user):
    return pledges_of(user).select_related("organisation").prefetch_related("items__enterprise").order_by("pk")


def _total(rows):
    return sum({isinstance(row, Need): row.of for row in rows}.values())


def _page(rows, number):
    """What stands on the page, of needs and free pledges together."""
    rows = sorted(rows, key=lambda row: (row.due or datetime.date.max, isinstance(row, Pledge), -row.pk))
    return rows[PER_COLUMN * (number - 1) : PER_COLUMN * number]


class Maker:
    """Makes cards; what several of them share is asked once."""

    def __init__(self, user, on, rows):
        self.user, self.on = user, on
        self.reasons = {}
        for use, text in StandardReason.objects.values_list("use", "text"):
            self.reasons.setdefault(use, []).append(text)
        needs = [row for row in rows if isinstance(row, Need) and row.status in Need.OPEN]
        self.may_tell = user.has_perm("projects.publish_need")
        self.matches = matches_for_needs(needs, SUGGESTED, user=user) if needs and self.may_tell else {}
        self.told = told_lately(needs) if self.matches else {}

    def card(self, row):
        return self._of_need(row) if isinstance(row, Need) else self._of_free(row)

    def _of_need(self, need):
        suggestions = [
            (match, self.told.get((need.number, match.organisation.pk))) for match in self.matches.get(need.pk, ())
        ]
        return Card(
            need, need.county, need.field, [self._offer(pledge) for pledge in need.offers], self._choices(need),
            gaps=[_measured(gap) for gap in gaps_of(need)], suggestions=suggestions,
            is_late=need.due is not None and need.due < self.on,
        )  # fmt: skip

    def _of_free(self, pledge):
        is_late = pledge.due is not None and pledge.due < self.on
        return Card(pledge, pledge.county, pledge.field, [self._offer(pledge)], [], is_late=is_late)

    def _offer(self, pledge):
        is_late = pledge.answer_by is not None and pledge.answer_by < self.on
        mobilised = any(item.enterprise_id for item in pledge.items.all())
        return Offer(pledge, is_late, mobilised, self._choices(pledge))

    def _choices(self, record):
        return [self._choice(record, move) for move in record.moves_open_to(self.user) if is_moved_here(record, move)]

    def _choice(self, record, move):
        uses = {
            (Need, Need.Status.RETURNED): StandardReason.Use.RETURN_NEED,
            (Pledge, Pledge.Status.DECLINED): StandardReason.Use.DECLINE_PLEDGE,
        }
        reasons = self.reasons.get(uses.get((type(record), move.target)), ())
        return Choice(
            f"{key_of(record)}-{move.target}-{record.version}", str(move.label), str(getattr(record, "number", record)),
            column_after(record, move), move.reason, move.danger, tuple(reasons) if move.reason else (),
        )  # fmt: skip


def is_moved_here(record, move):
    return not (isinstance(record, Pledge) and move.target in BY_SIGNING)


def column_after(record, move):
    """Where dragging would have to put the card for this move; "" for what is chosen by name only."""
    return "" if move.danger else str(LEADS_TO.get((type(record), move.target), ""))


def _measured(gap):
    wanted, given = gap.wanted.value, gap.accepted.value
    return Measured(gap, percent(given, wanted), min(100, int(given * 100 / wanted)) if wanted else 0)


def why_not(card, column):
    """Why a card cannot be put into a column, in words, and what to do instead."""
    labels = {"column": Column(column).label}
    if len([choice for choice in card.all_choices if choice.column == column]) > 1:
        return _("Several pledges could go to “%(column)s”: choose one of them under “Move to”.") % labels
    if column == Column.AGREED:
        return _("Only the county confirms a pledge; it was told when the pledge was accepted.")
    if column == Column.SIGNED:
        return _("Only what the county has confirmed can be signed.")
    return _("This card cannot go to “%(column)s” from where it stands.") % labels
