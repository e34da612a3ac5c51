"""What waits for a county's or an organisation's people: the queues of their first page, each counted and cut."""

import datetime
from dataclasses import dataclass, field

from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from orgs.models import Membership
from projects.lamps import lamp_of, last_day_lamp, month_lamp, status_of
from projects.models import (
    Difficulty,
    Funding,
    LampRule,
    LedgerImport,
    MonthlyReport,
    Need,
    Pledge,
    Project,
    ProjectStep,
)
from projects.months import Owing
from projects.places import import_page
from registry.core.dates import format_date
from registry.core.templatetags.values import money

from .guard import sides_of

SHOWN = 6
"""Rows of a queue on the first page; the list behind it shows all."""

LATELY = datetime.timedelta(days=30)
"""How long an answer to a pledge is shown as news."""


@dataclass
class Task:
    """One thing to do: `title` leads to `url`; `about` says of what; `mark` is ready markup (a lamp, a status)."""

    url: str
    title: str
    about: str
    mark: str = ""
    note: str = ""


@dataclass
class Queue:
    """Things that wait; `total` counts all of them, `tasks` are the first. `url`: the list that holds them all."""

    slug: str
    title: str
    empty: str
    url: str = ""
    total: int = 0
    tasks: list[Task] = field(default_factory=list)


def _queue(slug, title, empty, rows, task, url=""):
    found = list(rows[: SHOWN + 1])
    total = len(found) if len(found) <= SHOWN else rows.count()
    return Queue(slug, title, empty, url, total, [task(row) for row in found[:SHOWN]])


def queues(user, on):
    """The queues of a person's first page, by what the person may do about them."""
    built = [owed_reports(user, on)] if user.has_perm("projects.submit_monthlyreport") else []
    built += [needs(user, on)] if user.has_perm("projects.submit_need") else []
    built += [returned(user), steps(user, on)]
    if user.has_perm("projects.confirm_funding"):
        built.append(receipts(user))
    if user.has_perm("projects.confirm_pledge"):
        built.append(pledges_to_confirm(user))
    if user.has_perm("projects.submit_pledge"):
        built += [pledges_answered(user, on), joining(user)]
    return [*built, difficulties(user, on), ledgers(user)]


def address_of(report):
    return reverse("my-report", args=(report.project.number, report.month))


def owed_reports(user, on):
    rows = Owing(Project.objects.within_scope_of(user), on).rows
    tasks = [
        Task(
            address_of(owed), f"{owed.month:%Y-%m} {owed.project.name}", owed.project.number,
            month_lamp(owed, on),
        )
        for owed in rows[:SHOWN]
    ]  # fmt: skip
    empty = _("Every monthly report has been handed in.")
    return Queue("reports", _("Monthly reports to hand in"), empty, reverse("my-reports"), len(rows), tasks)


def needs(user, on):
    """Needs that the bureau has returned, and open ones that are past their day."""
    scope = Need.objects.within_scope_of(user)
    rows = scope.filter(status=Need.Status.RETURNED) | scope.past_expiry(on)
    return _queue(
        "needs", _("Needs to correct, extend or let expire"), _("No need waits for you."),
        rows.select_related("county").order_by(F("expires_on").asc(nulls_first=True), "pk"),
        lambda need: Task(
            reverse("my-need", args=(need.number,)), need.name, str(need.county),
            last_day_lamp(need, on) or status_of(need), need.status_reason,
        ),
        reverse("my-needs"),
    )  # fmt: skip


def returned(user):
    """Reports and steps that were sent back, to correct."""
    reports = MonthlyReport.objects.within_scope_of(user).filter(status=MonthlyReport.Status.RETURNED)
    sent_back = [
        Task(
            address_of(report), f"{report.month:%Y-%m} {report.project.name}", _("monthly report"), status_of(report),
            report.status_reason,
        )
        for report in (reports.select_related("project") if user.has_perm("projects.submit_monthlyreport") else ())
    ]  # fmt: skip
    rows = ProjectStep.objects.within_scope_of(user).filter(
        status=ProjectStep.Status.RETURNED, side__in=sides_of(user)
    )  # fmt: skip
    sent_back += [
        Task(reverse("my-step", args=(step.pk,)), str(step), step.project.name, status_of(step), step.status_reason)
        for step in rows.select_related("project").order_by(F("due_on").asc(nulls_last=True), "pk")
    ]
    empty = _("Nothing was sent back.")
    return Queue("returned", _("Sent back, to correct"), empty, "", len(sent_back), sent_back[:SHOWN])


def steps(user, on):
    rows = ProjectStep.objects.within_scope_of(user).filter(
        status=ProjectStep.Status.OPEN, side__in=sides_of(user)
    )  # fmt: skip
    rule = LampRule.objects.current()
    rows = rows.pressing(on, rule).select_related("project", "depends_on").order_by("due_on", "pk")
    return _queue(
        "steps", _("Checklist steps of our side, due or overdue"), _("No step of your side is due within days."), rows,
        lambda step: Task(
            reverse("my-step", args=(step.pk,)), str(step), step.project.name, lamp_of(step, on, rule),
            format_date(step.due_on, "table"),
        ),
        reverse("my-projects"),
    )  # fmt: skip


def receipts(user):
    rows = (
        Funding.objects.within_scope_of(user)
        .standing()
        .filter(state=Funding.State.RECEIVED, confirmed_at__isnull=True)
        .select_related("project", "organisation", "enterprise")
        .order_by(F("occurred_on").asc(nulls_last=True), "pk")
    )
    return _queue(
        "receipts", _("Money and goods to confirm"), _("Every receipt has been confirmed."), rows,
        lambda line: Task(
            reverse("my-receipt", args=(line.pk,)), giver_of(line), line.project.name, money(line.money),
            format_date(line.occurred_on, "table") if line.occurred_on else "",
        ),
    )  # fmt: skip


def giver_of(line):
    return str(line.party) if line.party else _("jointly, shares unknown")


def pledges_to_confirm(user):
    rows = Pledge.objects.received_by(user).filter(status=Pledge.Status.ACCEPTED)
    rows = rows.order_by(F("answer_by").asc(nulls_last=True), "pk")
    return _queue(
        "received", _("Pledges to confirm"), _("No pledge waits for your county."),
        rows.select_related("organisation", "need"),
        lambda one: Task(
            reverse("my-received-pledge", args=(one.number,)), one.organisation.name,
            one.need.name if one.need else _("free pledge"), status_of(one),
            format_date(one.answer_by, "table") if one.answer_by else "",
        ),
        reverse("my-received"),
    )  # fmt: skip


def pledges_answered(user, on):
    """Own pledges that were declined or confirmed lately."""
    rows = Pledge.objects.spoken_for_by(user).filter(
        status__in=(Pledge.Status.DECLINED, Pledge.Status.CONFIRMED), status_at__date__gt=on - LATELY
    )  # fmt: skip
    return _queue(
        "pledges", _("Pledges that were answered"), _("No pledge was answered lately."),
        rows.select_related("need", "county").order_by("-status_at", "-pk"),
        lambda one: Task(
            reverse("my-pledge", args=(one.number,)), one.number, str(one.need or one.county or _("free pledge")),
            status_of(one), one.status_reason,
        ),
        reverse("my-pledges"),
    )  # fmt: skip


def difficulties(user, on):
    """Answered ones that our side must agree to, and open ones in which our side's help is wanted."""
    sides = sides_of(user)
    ours = Q(status=Difficulty.Status.ANSWERED, raised_side__in=sides, raiser_agreed_at__isnull=True)
    wanted = Q(wanted_from__in=sides) & ~Q(status__in=(Difficulty.Status.ANSWERED, Difficulty.Status.CLOSED))
    rows = Difficulty.objects.within_scope_of(user).filter(ours | wanted)
    return _queue(
        "difficulties", _("Difficulties that wait for us"), _("No difficulty waits for your side."),
        rows.select_related("project").order_by(F("wanted_by").asc(nulls_last=True), "pk"),
        lambda one: Task(
            reverse("my-difficulty", args=(one.pk,)), one.title, one.project.name, status_of(one),
            format_date(one.wanted_by, "table") if one.wanted_by else "",
        ),
        reverse("my-difficulties"),
    )  # fmt: skip


def ledgers(user):
    """Ledgers that the person has sent and not decided about."""
    rows = LedgerImport.objects.within_scope_of(user).unfinished().filter(sender=user).order_by("pk")
    return _queue(
        "ledgers", _("Ledgers to import"), _("No ledger waits for your word."), rows,
        lambda one: Task(import_page(one, user), one.original_name, f"#{one.pk}", status_of(one)), reverse("my-import"),
    )  # fmt: skip


def joining(user):
    """Those who want to speak for an organisation that the person speaks for."""
    own = user.memberships.approved().values("organisation")
    rows = Membership.objects.within_scope_of(user).applied().filter(organisation__in=own)
    return _queue(
        "joining", _("People who want to join"), _("Nobody waits for your word."),
        rows.select_related("user", "organisation").order_by("pk"),
        lambda one: Task(reverse("my-people"), str(one.user), str(one.organisation), status_of(one)),
        reverse("my-people"),
    )  # fmt: skip
