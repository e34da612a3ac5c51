"""The columns of the board. Every card stands in exactly one: where the next one has to act.

A card is a need with all its pledges, or a free pledge.
"""

from django.db.models import (
    Case,
    CharField,
    Count,
    DateField,
    Exists,
    F,
    Min,
    OuterRef,
    Q,
    Subquery,
    TextChoices,
    Value,
    When,
    Window,
)
from django.db.models.functions import Least, RowNumber
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from projects.models import Need, Pledge
from registry.core.search import named_like

Status = Pledge.Status


class Column(TextChoices):
    MODERATE = "moderate", _("To moderate")
    OPEN = "open", pgettext_lazy("need", "Open")
    COUNTY = "county", _("Pledges wait for the county")
    AGREED = "agreed", _("Agreed, to be signed")
    SIGNED = "signed", _("Signed, became projects")


OF_STATUS = {
    Status.SUBMITTED: Column.MODERATE, Status.ACCEPTED: Column.COUNTY, Status.CONFIRMED: Column.AGREED,
    Status.SIGNED: Column.SIGNED, Status.CARRIED: Column.SIGNED,
}  # fmt: skip
"""Where a pledge puts its card; the first column of several wins."""

PENDING = (Status.SUBMITTED, Status.ACCEPTED, Status.CONFIRMED)
"""States of a pledge in which somebody still has to act."""


def pledges_of(user):
    """The pledges that the board knows of."""
    return Pledge.objects.within_scope_of(user).filter(status__in=OF_STATUS)


def needs_on_board(user):
    """Needs from their submission on, and those that are over while a pledge towards them still waits; with `column`
    and `due`, the day by which the next step is wanted."""
    own = pledges_of(user).filter(need=OuterRef("pk"))
    has = {status: Exists(own.filter(status=status)) for status in PENDING}
    column = Case(
        When(Q(status=Need.Status.SUBMITTED) | Q(has[Status.SUBMITTED]), then=Value(Column.MODERATE.value)),
        *(When(has[status], then=Value(OF_STATUS[status].value)) for status in PENDING[1:]),
        When(status__in=Need.OPEN, then=Value(Column.OPEN.value)),
        default=Value(Column.SIGNED.value), output_field=CharField(),
    )  # fmt: skip
    waiting = own.filter(status__in=PENDING)
    answer = Subquery(waiting.order_by().values("need").annotate(day=Min("answer_by")).values("day"))
    needs = Need.objects.visible_to(user).filter(
        Q(status__in=(Need.Status.SUBMITTED, *Need.PUBLIC)) | Q(Exists(waiting))
    )
    return _with_due(needs.annotate(column=column), Least(answer, "expires_on", output_field=DateField()))


def free_pledges_on_board(user):
    """Free pledges, likewise."""
    column = Case(
        *(When(status=status, then=Value(column.value)) for status, column in OF_STATUS.items()),
        output_field=CharField(),
    )
    pledges = pledges_of(user).filter(need__isnull=True).annotate(column=column)
    return _with_due(pledges, Least("answer_by", "deliver_by", output_field=DateField()))


def _with_due(rows, day):
    """What is signed is due no more."""
    nothing = Value(None, output_field=DateField())
    due = Case(When(column=Column.SIGNED.value, then=nothing), default=day, output_field=DateField())
    return rows.annotate(due=due)


def narrowed(needs, pledges, asked, user):
    """Both, narrowed to what was asked: `county` (a code), `field`, `campaign` (codes), `search`."""
    for name in ("field", "campaign"):
        if code := asked.get(name):
            needs, pledges = (rows.filter(**{f"{name}__code": code}) for rows in (needs, pledges))
    if code := asked.get("county"):
        needs, pledges = needs.in_county(code), pledges.in_county(code)
    if words := asked.get("search"):
        by_pledge = Pledge.objects.within_scope_of(user).search(words).filter(need__isnull=False)
        found = Need.objects.search(words)
        needs = needs.filter(Q(pk__in=found.values("pk")) | Q(pk__in=by_pledge.values("need")))
        named = Pledge.objects.search(words).values("pk")
        pledges = pledges.filter(Q(pk__in=named) | named_like(words, "county__"))
    return needs, pledges


def placed(rows, upto):
    """The first `upto` of each column, the most pressing first, each with `of`, how many the column has in all."""
    order = (F("due").asc(nulls_last=True), F("pk").desc())
    numbered = rows.annotate(
        rank=Window(RowNumber(), partition_by="column", order_by=order), of=Window(Count("pk"), partition_by="column")
    )
    return numbered.filter(rank__lte=upto).order_by("rank")
