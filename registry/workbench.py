"""The workbench: what waits for one person today, what changed lately, and the ways into the register."""

from dataclasses import dataclass, field
from datetime import timedelta

from django.db.models import Case, F, Q, When
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from counties.models import Division, Posting
from orgs.models import Authority, Enterprise, Membership, Organisation
from projects.difficulties import WORST_FIRST, Lamps
from projects.lamps import lamp_of, status_of
from projects.models import (
    Agreement,
    Campaign,
    ChaseNotice,
    ChecklistTemplate,
    Circular,
    Commendation,
    Decision,
    Difficulty,
    Document,
    Event,
    Field,
    Funding,
    LampRule,
    LedgerImport,
    Measure,
    MonthlyReport,
    Need,
    Objection,
    PaperWording,
    Pledge,
    Project,
    ProjectStep,
    Result,
    StandardReason,
    Statement,
    Story,
)
from projects.places import import_page
from registry.core.addresses import desk_list, desk_new, desk_page
from registry.core.dates import format_date, today
from registry.core.history import changes_within_scope_of, describe
from registry.core.jobs import label_of
from registry.core.models import (
    CalendarDay,
    Change,
    Channels,
    Delivery,
    Job,
    Notice,
    Outgoing,
    SignIn,
    Subscription,
    Token,
    User,
)
from registry.core.notices import in_words
from registry.core.workdays import unknown_year
from registry.reports.checks import counted
from registry.reports.figures import HEADLINE, figures
from registry.reports.figures.remembering import remembered

SHOWN = 8
"""Rows of a queue on the workbench; the list behind it shows all."""

LATELY = 15

OWN_AFFAIRS = tuple(model._meta.db_table for model in (Notice, ChaseNotice, Outgoing, Channels, Delivery))
"""Tables whose changes concern one person, and would crowd the rest out of what changed lately."""

GROUPS = (
    (
        gettext_lazy("Projects"),
        (Project, ProjectStep, Funding, Result, MonthlyReport, Difficulty, Measure, Agreement, Document),
    ),
    (gettext_lazy("Matching"), (Need, Pledge, Event, Decision)),
    (gettext_lazy("Organisations and counties"), (Organisation, Enterprise, Authority, Membership, Division, Posting)),
    (gettext_lazy("Reports and recognition"), (Circular, Statement, Commendation, Objection, Story)),
    (
        gettext_lazy("Settings"),
        (Campaign, Field, ChecklistTemplate, LampRule, StandardReason, PaperWording, CalendarDay),
    ),
    (gettext_lazy("Accounts and trail"), (User, Token, Subscription, Delivery, Change, SignIn, Outgoing)),
)


@dataclass
class Line:
    """One thing to do: `title` leads to `url`; `about` says of what; `mark` is ready markup (a lamp, a status)."""

    url: str
    title: str
    about: str
    mark: str
    when: str = ""


@dataclass
class Queue:
    """Things that wait. `total` counts all of them, `lines` are the first."""

    title: str
    empty: str
    url: str
    total: int = 0
    lines: list[Line] = field(default_factory=list)


def workbench(user):
    """What the index of the desk shows to `user`; the same few queries however much there is."""
    return {
        "inbox": inbox(user),
        "unknown_year": unknown_year(today()) if user.has_perm("core.view_calendarday") else None,
        "calendar": desk_list(CalendarDay) if user.has_perm("core.add_calendarday") else "",
        "figures": figures(user=user, codes=HEADLINE) if user.has_perm("projects.view_project") else [],
        "queues": [build(user) for permission, build in QUEUES if user.has_perm(permission)],
        "lately": describe(
            changes_within_scope_of(user).exclude(table_name__in=OWN_AFFAIRS).latest_first()[:LATELY], user
        ),
        "may_read_trail": user.has_perm("core.view_change"),
        "groups": [group for group in _groups(user) if group["links"]],
        "new_project": desk_new(Project) if user.has_perm("projects.add_project") else "",
    }


def inbox(user):
    """The unread messages of `user`, and the jobs that run or ended within the last day. Three queries."""
    unread = Notice.objects.within_scope_of(user).unread()
    jobs = Job.objects.within_scope_of(user).filter(
        Q(ended_at__isnull=True) | Q(ended_at__gt=timezone.now() - timedelta(days=1))
    )
    return {
        "total": unread.count(),
        "notices": [(one, in_words(one)[0]) for one in unread.select_related("sender")[:SHOWN]],
        "jobs": [(one, label_of(one.kind)) for one in jobs[:SHOWN]],
    }


def _groups(user):
    for title, models in GROUPS:
        allowed = [model for model in models if user.has_perm(f"{model._meta.app_label}.view_{model._meta.model_name}")]
        links = [(desk_list(model), model._meta.verbose_name_plural) for model in allowed]
        yield {"title": title, "links": links}
    if user.has_perm("core.view_seal"):
        yield {"title": _("Trail"), "links": [(reverse("admin:seals"), _("Seals over the trail"))]}
    if user.has_perm("core.watch_site"):
        yield {"title": _("Running of the site"), "links": [(reverse("admin:running"), _("How the site runs"))]}
    yield {"title": _("Data checks"), "links": list(_checks(user))}
    if user.has_perm("auth.view_group"):
        pages = (("permissions", _("Who may do what")), ("permissions-fields", _("Who reads what")))
        yield {"title": _("Tables of rights"), "links": [(reverse(f"admin:{name}"), label) for name, label in pages]}


FRESH, WAIT = 300, 2
"""The workbench is opened all day by everybody: it does not look for doubled names after every write, nor longer than a
moment."""


def _checks(user):
    """The rules that find something, each with the number of its rows, which may be `FRESH` seconds old; and without a
    number those that a large register cannot be asked in passing."""
    if not user.has_perm("projects.view_datachecknote"):
        return
    yield reverse("checks"), _("All rules")
    day = today()
    for rule, number in remembered(("checks", user.pk, day), lambda: counted(user, day, within=WAIT), good_for=FRESH):
        if number != 0:
            yield reverse("check", args=(rule.code,)), f"{rule.title} {'' if number is None else number}".strip()


def _queue(title, empty, url, rows, line):
    found = list(rows[: SHOWN + 1])
    total = len(found) if len(found) <= SHOWN else rows.count()
    return Queue(title, empty, url, total, [line(row) for row in found[:SHOWN]])


def _my_steps(user):
    day, rule = today(), LampRule.objects.current()
    steps = ProjectStep.objects.within_scope_of(user).to_do_of(user)
    returned_first = Case(When(status=ProjectStep.Status.RETURNED, then=0), default=1)
    return _queue(
        _("My steps"), _("Nothing is yours to do. Look at the whole checklist, or log a project."),
        desk_list(ProjectStep, "?mine=to_do"),
        steps.select_related("project", "depends_on").order_by(
            returned_first, F("due_on").asc(nulls_last=True), "pk"
        ),
        lambda step: Line(desk_page(step), str(step), _of_what(step), lamp_of(step, day, rule), _day(step.due_on)),
    )  # fmt: skip


def _of_what(step):
    """The step's project, and why the step came back where it did."""
    if step.status != ProjectStep.Status.RETURNED:
        return str(step.project)
    return _("%(project)s · returned: %(reason)s") % {"project": step.project, "reason": step.status_reason}


def _sign_offs(user):
    day, rule = today(), LampRule.objects.current()
    steps = ProjectStep.objects.within_scope_of(user).waiting_for(user)
    return _queue(
        _("Waiting for my sign-off"), _("No step waits for a second person."), reverse("admin:verify"),
        steps.select_related("project", "depends_on").order_by("done_at", "pk"),
        lambda step: Line(
            reverse("admin:verify-step", args=(step.pk,)), str(step), str(step.project), lamp_of(step, day, rule),
            _day(step.due_on),
        ),
    )  # fmt: skip


def _needs(user):
    needs = Need.objects.within_scope_of(user).filter(status=Need.Status.SUBMITTED)
    return _queue(
        _("Needs to decide on"), _("No need waits for a decision."), desk_list(Need, "?queue=us"),
        needs.select_related("county").order_by("submitted_at", "pk"),
        lambda need: Line(desk_page(need), need.name, str(need.county), status_of(need), _day(need.expires_on)),
    )  # fmt: skip


def _pledges(user):
    waiting = Q(status=Pledge.Status.SUBMITTED) | Q(status=Pledge.Status.CONFIRMED)
    pledges = Pledge.objects.within_scope_of(user).filter(waiting)
    return _queue(
        _("Pledges to decide on or to sign"), _("No pledge waits for the bureau."), desk_list(Pledge, "?queue=us"),
        pledges.select_related("organisation").order_by(F("answer_by").asc(nulls_last=True), "submitted_at", "pk"),
        lambda pledge: Line(
            desk_page(pledge), pledge.number, str(pledge.organisation), status_of(pledge), _day(pledge.answer_by)
        ),
    )  # fmt: skip


def _results(user):
    results = Result.objects.within_scope_of(user).filter(status=Result.Status.SUBMITTED).exclude(submitted_by=user)
    return _queue(
        _("Results to approve"), _("No result waits for approval."), desk_list(Result, "?status__exact=submitted"),
        results.select_related("project").order_by("submitted_at", "pk"),
        lambda result: Line(desk_page(result), str(result), str(result.project), status_of(result)),
    )  # fmt: skip


def _reports(user):
    reports = MonthlyReport.objects.within_scope_of(user).waiting_for(user)
    return _queue(
        _("Monthly reports to approve"), _("No monthly report waits for approval."),
        desk_list(MonthlyReport, "?late=mine"), reports.select_related("project").order_by("submitted_at", "pk"),
        lambda one: Line(desk_page(one), f"{one.month:%Y-%m} {one.project.name}", one.project.number, status_of(one)),
    )  # fmt: skip


def _difficulties(user):
    difficulties, lamps = Difficulty.objects.within_scope_of(user).open(), Lamps(today())
    return _queue(
        _("Difficulties not closed"), _("No difficulty is open."), desk_list(Difficulty, "?pending=open"),
        difficulties.select_related("project").order_by(*WORST_FIRST),
        lambda one: Line(desk_page(one), one.title, str(one.project), lamps.difficulty(one), _day(one.wanted_by)),
    )  # fmt: skip


def _commendations(user):
    """Proposed by somebody else, and public notices that are over."""
    states = Commendation.Status
    to_review = Q(status=states.PROPOSED) & ~Q(proposed_by=user)
    over = Q(status=states.NOTICE, notice_until__lt=today())
    waiting = Commendation.objects.within_scope_of(user).filter(to_review | over)
    return _queue(
        _("Praise and awards to decide on"), _("No commendation waits for a decision."), desk_list(Commendation),
        waiting.select_related("organisation", "project").order_by(F("notice_until").asc(nulls_last=True), "pk"),
        lambda one: Line(desk_page(one), one.title, str(one.nominee), status_of(one), _day(one.notice_until)),
    )  # fmt: skip


def _objections(user):
    objections = Objection.objects.within_scope_of(user).open()
    return _queue(
        _("Objections to answer"), _("No objection waits for an answer."),
        desk_list(Objection, "?status__exact=received"), objections.select_related("commendation").order_by("pk"),
        lambda one: Line(
            desk_page(one), one.receipt, str(one.commendation), status_of(one), _day(one.commendation.notice_until)
        ),
    )  # fmt: skip


def _ledgers(user):
    ledgers = LedgerImport.objects.within_scope_of(user).unfinished().filter(sender=user)
    return _queue(
        _("Ledgers to import"), _("No ledger waits for your word."), reverse("admin:import"),
        ledgers.order_by("pk"),
        lambda one: Line(import_page(one, user), one.original_name, f"#{one.pk}", status_of(one), _day(one.sent_at)),
    )  # fmt: skip


def _memberships(user):
    applied = Membership.objects.within_scope_of(user).filter(status=Membership.Status.APPLIED)
    return _queue(
        _("Memberships to approve"), _("Nobody has applied."), desk_list(Membership, "?status__exact=applied"),
        applied.select_related("user", "organisation").order_by("pk"),
        lambda one: Line(desk_page(one), str(one.user), str(one.organisation), status_of(one)),
    )  # fmt: skip


def _day(day):
    return format_date(day, "table") if day else ""


QUEUES = (
    ("projects.complete_projectstep", _my_steps),
    ("projects.verify_projectstep", _sign_offs),
    ("projects.publish_need", _needs),
    ("projects.accept_pledge", _pledges),
    ("projects.approve_result", _results),
    ("projects.approve_monthlyreport", _reports),
    ("projects.handle_difficulty", _difficulties),
    ("projects.review_commendation", _commendations),
    ("projects.answer_objection", _objections),
    ("projects.add_ledgerimport", _ledgers),
    ("orgs.move_membership", _memberships),
)
"""What each queue asks of a person: who may not act on it does not see it."""
