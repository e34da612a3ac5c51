"""Checks of money and figures."""

import datetime

from django.db.models import Exists, Min, OuterRef, Q, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.models import Document, Funding, Project, Result
from projects.models.stages import COURSE, Stage
from registry.core.quantity import Money, Qualifier
from registry.core.quantity.format import format_quantity

from .rule import Limit, Rule, Told

State, Kind = Funding.State, Funding.Kind
FINISHED = COURSE[COURSE.index(Stage.FINISHED) :]
MONEY_THAT_IS_SPENT = (Kind.CASH, Kind.NOT_STATED)
"""Goods and services are used as they arrive; only money lies idle."""


AMOUNT = Funding._meta.get_field("amount")


def months_before(day, number):
    """The same day `number` months earlier, or the last day of that month where it has no such day."""
    first = day.replace(day=1)
    for _month in range(number):
        first = (first - datetime.timedelta(days=1)).replace(day=1)
    last = (first.replace(day=28) + datetime.timedelta(days=4)).replace(day=1) - datetime.timedelta(days=1)
    return first.replace(day=min(day.day, last.day))


def of_line(line, words=""):
    """A line of funding: whose, of which project, how much, when."""
    return Told(
        f"{line.get_state_display()} · {line.party or _('joint, shares unknown')}",
        f"{line.project.number} {line.project.name}", line.money, line.occurred_on, words,
    )  # fmt: skip


def of_project(project, words="", amount=None, since=None):
    return Told(project.name, project.number, amount, since, words)


def _lines(rows):
    return rows.select_related("project", "organisation", "enterprise").order_by("project_id", "id")


def _beyond(rows, asked):
    return _lines(rows.beyond())


def _idle(projects, asked):
    """Money and projects are read side by side, once: to ask what each project has takes six times as long."""
    early = Q(funding__state=State.RECEIVED, funding__occurred_on__lte=months_before(asked.on, asked.limit))
    spent = Sum("funding__amount", filter=Q(funding__state=State.SPENT))
    standing = Q(funding__voided_at__isnull=True, funding__kind__in=MONEY_THAT_IS_SPENT, funding__amount__isnull=False)
    return projects.filter(standing).annotate(
        idle=Sum("funding__amount", filter=early) - Coalesce(spent, 0, output_field=AMOUNT),
        since=Min("funding__occurred_on", filter=early),
    ).filter(idle__gt=0).order_by("-idle", "pk")  # fmt: skip


def _tell_idle(project, asked):
    words = _("%(idle)s received more than %(months)d months ago are not spent.")
    money = Money(project.idle)
    words %= {"idle": format_quantity(money), "months": asked.limit}
    return of_project(project, words, money, project.since)


def _without_evidence(rows, asked):
    files = Document.objects.filter(funding=OuterRef("pk"))
    return _lines(rows.standing().in_state(State.RECEIVED).filter(~Exists(files), voucher=""))


def _inexact(rows, asked):
    vague = ~Q(qualifier=Qualifier.EXACT) | Q(amount__isnull=True)
    return _lines(rows.standing().filter(vague, state__in=(State.COMMITTED, State.RECEIVED)))


def _tell_inexact(line, asked):
    if line.amount is None:
        return of_line(line, _("The amount is not stated; the sums say how many lines are not."))
    return of_line(line, _("Inexact: %s") % line.get_qualifier_display())


def _inexact_results(rows, asked):
    return rows.approved().exclude(qualifier=Qualifier.EXACT).select_related("project").order_by("project_id", "id")


def of_result(result, words=""):
    about = f"{result.project.number} {result.project.name}"
    return Told(result.indicator, about, result.reached, result.occurred_on, words)


def _unapproved(rows, asked):
    waiting = rows.exclude(status=Result.Status.APPROVED).filter(actual__isnull=False, project__stage__in=FINISHED)
    return waiting.select_related("project").order_by("project_id", "id")


RULES = (
    Rule(
        "beyond", gettext_lazy("Received beyond what was committed"),
        gettext_lazy(
            "Standing lines of a project whose sum goes beyond the state below it: received beyond committed, or spent "
            "beyond received. Organisations' and companies' money are reckoned apart."
        ),
        gettext_lazy("A line was entered twice or too high, or a commitment is missing. Read the reason on the line."),
        Funding, _beyond, lambda line, asked: of_line(line, line.excess_reason),
    ),
    Rule(
        "idle", gettext_lazy("Idle money"),
        gettext_lazy(
            "Projects whose money received more than so many months ago is more than all that was spent. Lines "
            "without an amount or a date are not reckoned, goods and services neither."
        ),
        gettext_lazy("The money lies idle, or the spending was not entered. Ask the county, then enter it."),
        Project, _idle, _tell_idle, Limit("months", gettext_lazy("months"), 6, 60),
    ),
    Rule(
        "no-evidence", gettext_lazy("Received without evidence"),
        gettext_lazy("Standing lines of received money, goods or service with neither a file nor a voucher number."),
        gettext_lazy("Nobody can prove the receipt. Attach the voucher, the receipt or the handover list."),
        Funding, _without_evidence, lambda line, asked: of_line(line, _("Neither a file nor a voucher number.")),
    ),
    Rule(
        "inexact", gettext_lazy("Inexact or unstated amounts"),
        gettext_lazy("Standing lines, committed or received, whose amount is about, over or not stated."),
        gettext_lazy("Every sum over such a line is inexact too. Find the exact amount in the agreement or voucher."),
        Funding, _inexact, _tell_inexact,
    ),
    Rule(
        "inexact-results", gettext_lazy("Inexact results"),
        gettext_lazy("Approved results whose figure is about or over."),
        gettext_lazy("Every sum over such a result is inexact too. Ask for the list of those who benefited."),
        Result, _inexact_results,
        lambda result, asked: of_result(result, _("Inexact: %s") % result.get_qualifier_display()),
    ),
    Rule(
        "unapproved-results", gettext_lazy("Results without approval"),
        gettext_lazy("Results with a figure that nobody has approved, of projects that are finished or later."),
        gettext_lazy("They do not count. Approve or return them, so that the figures tell what was reached."),
        Result, _unapproved, lambda result, asked: of_result(result, result.get_status_display()),
    ),
)  # fmt: skip
