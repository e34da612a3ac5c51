"""What the daily digest reminds people of: a list of sections, each a question whose answers are claims on a person.

A section knows nothing of who may see what: claims are cut to the scope of each reader in one place (`digests`), so
that a digest never names what its reader could not open. A section is added to `SECTIONS` and its words to `GROUPS`.
"""

import datetime
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from django.contrib.auth.models import Group
from django.db.models import Q
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, ngettext_lazy

from projects.models import Difficulty, LampRule, MonthlyReport, Need, Pledge, Project, ProjectStep
from projects.models.checklists import Side
from projects.months import Owing
from projects.places import place_of, place_of_need, place_of_pledge
from registry.core.addresses import desk_list
from registry.core.dates import format_date
from registry.core.models import Notice, User, in_one
from registry.core.notices import Line, words
from registry.core.roles import Role

SHOWN = 5
"""Items that a digest names in each group; of the rest it tells the number."""

GROUPS = {
    "returned": ngettext_lazy("%d step was returned to you", "%d steps were returned to you"),
    "overdue": ngettext_lazy("%d step is overdue", "%d steps are overdue"),
    "due": ngettext_lazy("%d step is due soon", "%d steps are due soon"),
    "sign_off": ngettext_lazy("%d step waits for your sign-off", "%d steps wait for your sign-off"),
    "reports_returned": ngettext_lazy(
        "%d monthly report was returned", "%d monthly reports were returned"
    ),
    "reports_late": ngettext_lazy("%d monthly report is late", "%d monthly reports are late"),
    "reports_due": ngettext_lazy("%d monthly report is due", "%d monthly reports are due"),
    "reports": ngettext_lazy(
        "%d monthly report waits for your approval", "%d monthly reports wait for your approval"
    ),
    "moderation": ngettext_lazy("%d need waits to be published", "%d needs wait to be published"),
    "pledges": ngettext_lazy("%d pledge waits for the bureau", "%d pledges wait for the bureau"),
    "confirm_late": ngettext_lazy(
        "%d pledge waits for the county past its day", "%d pledges wait for the county past their day"
    ),
    "confirm": ngettext_lazy("%d pledge waits for the county", "%d pledges wait for the county"),
    "needs_returned": ngettext_lazy("%d need was returned", "%d needs were returned"),
    "needs_past": ngettext_lazy("%d need is past its day", "%d needs are past their day"),
    "difficulties_late": ngettext_lazy(
        "%d difficulty waits for an answer past the day wanted",
        "%d difficulties wait for an answer past the day wanted",
    ),
    "difficulties": ngettext_lazy("%d difficulty wants an answer soon", "%d difficulties want an answer soon"),
}  # fmt: skip
"""The groups of a digest in their order: {code: words, chosen by the number}."""


@dataclass(frozen=True, slots=True)
class Claim:
    """One thing that waits: for the person with the key `person`, or for everybody who holds one of `roles` but for
    `not_for`. `about_what`: the model and key of the record that the reader must work with. `address(person)` is
    where it is dealt with; what has no `title` is only counted."""

    group: str
    about_what: tuple[type, int]
    person: int | None = None
    roles: frozenset = frozenset()
    not_for: int | None = None
    title: str = ""
    title_en: str = ""
    about: str = ""
    day: datetime.date | None = None
    address: Callable | None = None

    def is_for(self, person):
        return self.person == person.pk or (self.person is None and self.not_for != person.pk)

    def item(self, person):
        """What a message keeps of it: JSON."""
        day = self.day and self.day.isoformat()
        return {
            "title": self.title, "title_en": self.title_en, "about": self.about, "day": day,
            "url": self.address(person),
        }  # fmt: skip


def _roles_with(permission):
    app, name = permission.split(".")
    rows = Group.objects.filter(permissions__content_type__app_label=app, permissions__codename=name)
    return frozenset(rows.values_list("name", flat=True))


# Sections: f(day, rule) -> claims, in few queries however many people there are


def steps(day, rule):
    """What the responsible person has to do: each step in one group, returned ones first."""
    until = day + datetime.timedelta(days=rule.due_soon_days)
    mine = ProjectStep.objects.filter(responsible__isnull=False, project__phase=Project.Phase.OPEN).filter(
        Q(status=ProjectStep.Status.RETURNED) | Q(status=ProjectStep.Status.OPEN, due_on__lte=until)
    )
    for step in mine.select_related("project").order_by("due_on", "pk"):
        returned = step.status == ProjectStep.Status.RETURNED
        yield Claim(
            "returned" if returned else "overdue" if step.due_on < day else "due",
            (Project, step.project_id), person=step.responsible_id, title=step.title, title_en=step.title_en,
            about=step.project.name, day=step.due_on, address=partial(place_of, step),
        )  # fmt: skip


def sign_offs(day, rule):
    """How many steps and monthly reports wait for a second person."""
    done = ProjectStep.objects.filter(status=ProjectStep.Status.DONE)
    submitted = MonthlyReport.objects.filter(status=MonthlyReport.Status.SUBMITTED)
    waiting = (
        ("sign_off", "projects.verify_projectstep", done, "done_by"),
        ("reports", "projects.approve_monthlyreport", submitted, "submitted_by"),
    )
    for group, permission, rows, first_person in waiting:
        roles = _roles_with(permission)
        rows = rows.filter(project__phase=Project.Phase.OPEN)
        for project, person in rows.values_list("project", first_person):
            yield Claim(group, (Project, project), roles=roles, not_for=person)


def monthly_reports(day, rule):
    """What the counties still have to tell, and what was sent back to them."""
    for owed in Owing(Project.objects.all(), day).rows:
        group = "reports_late" if owed.is_late(day) else "reports_due"
        yield Claim(
            "reports_returned" if owed.is_returned else group, (Project, owed.project.pk),
            roles=frozenset({Role.COUNTY}), title=f"{owed.month:%Y-%m} {owed.project.name}", day=owed.due,
            address=partial(_page_of_report, owed),
        )  # fmt: skip


def _page_of_report(owed, person):
    return reverse("my-report", args=(owed.project.number, owed.month))


ASKED = {Side.COUNTY: frozenset({Role.COUNTY}), Side.ORGANISATION: frozenset({Role.ORGANISATION})}


def difficulties(day, rule):
    """Those that wait for an answer from a side and are wanted soon, or were wanted already."""
    until = day + datetime.timedelta(days=rule.due_soon_days)
    states = (Difficulty.Status.RAISED, Difficulty.Status.IN_HAND, Difficulty.Status.ESCALATED)
    open_ones = Difficulty.objects.filter(status__in=states, wanted_by__lte=until).select_related("project__officer")
    handlers = _roles_with("projects.handle_difficulty")
    for difficulty in open_ones.order_by("wanted_by", "pk"):
        officer = difficulty.project.officer
        answers = difficulty.wanted_from == Side.BUREAU and officer is not None and officer.is_active
        yield Claim(
            "difficulties_late" if difficulty.wanted_by < day else "difficulties",
            (Project, difficulty.project_id), person=officer.pk if answers else None,
            roles=ASKED.get(difficulty.wanted_from, handlers), title=difficulty.title,
            about=difficulty.project.name, day=difficulty.wanted_by, address=partial(place_of, difficulty),
        )  # fmt: skip


def needs(day, rule):
    """What waits to be published, and for the counties what came back and what is past its day."""
    publishers = _roles_with("projects.publish_need")
    for key, person in Need.objects.filter(status=Need.Status.SUBMITTED).values_list("pk", "submitted_by"):
        yield Claim("moderation", (Need, key), roles=publishers, not_for=person)
    for group, rows in (
        ("needs_returned", Need.objects.filter(status=Need.Status.RETURNED)),
        ("needs_past", Need.objects.past_expiry(day)),
    ):
        for need in rows.order_by("expires_on", "pk"):
            yield Claim(
                group, (Need, need.pk), roles=frozenset({Role.COUNTY}), title=need.name, day=need.expires_on,
                address=partial(place_of_need, need),
            )  # fmt: skip


def pledges(day, rule):
    """What the bureau is to decide on or to sign, and what the counties are to confirm."""
    for status, permission, first_person in (
        (Pledge.Status.SUBMITTED, "projects.accept_pledge", "submitted_by"),
        (Pledge.Status.CONFIRMED, "projects.sign_pledge", None),
    ):
        roles = _roles_with(permission)
        for row in Pledge.objects.filter(status=status).values("pk", "submitted_by"):
            yield Claim("pledges", (Pledge, row["pk"]), roles=roles, not_for=first_person and row[first_person])
    accepted = Pledge.objects.filter(status=Pledge.Status.ACCEPTED).select_related("organisation", "need")
    for pledge in accepted.order_by("answer_by", "pk"):
        late = pledge.answer_by is not None and pledge.answer_by < day
        yield Claim(
            "confirm_late" if late else "confirm", (Pledge, pledge.pk), roles=frozenset({Role.COUNTY}),
            title=str(pledge.organisation), about=str(pledge.need or ""), day=pledge.answer_by,
            address=partial(place_of_pledge, pledge),
        )  # fmt: skip


SECTIONS = (steps, sign_offs, monthly_reports, needs, pledges, difficulties)


# Readers


def readers():
    """The active accounts that want a digest, their roles read along. Two queries."""
    people = User.objects.filter(is_active=True).exclude(channels__digest=False).prefetch_related("groups")
    for person in people.order_by("pk"):
        person.roles = frozenset(group.name for group in person.groups.all())
        yield person


def digests(day):
    """[(person, facts)] of everybody for whom something waits on `day`.

    A few queries in all, and a few more for each reader whose scope is less than the whole register.
    """
    rule = LampRule.objects.current()
    of_person, of_role = defaultdict(list), defaultdict(list)
    for section in SECTIONS:
        for claim in section(day, rule):
            if claim.person is not None:
                of_person[claim.person].append(claim)
            for role in claim.roles if claim.person is None else ():
                of_role[role].append(claim)
    found = []
    for person in readers():
        claims = [*of_person[person.pk], *(claim for role in sorted(person.roles) for claim in of_role[role])]
        claims = list({id(claim): claim for claim in claims if claim.is_for(person)}.values())  # once for two roles
        claims = claims and _within_scope(claims, person)
        if claims:
            found.append((person, _facts(claims, person, day)))
    return found


def _within_scope(claims, person):
    if person.reads_everything:
        return claims
    scope = {
        model: set(model.objects.within_scope_of(person).values_list("pk", flat=True))
        for model in {claim.about_what[0] for claim in claims}
    }
    return [claim for claim in claims if claim.about_what[1] in scope[claim.about_what[0]]]


def _facts(claims, person, day):
    groups = defaultdict(list)
    for claim in claims:
        groups[claim.group].append(claim)
    told = []
    for code in GROUPS:
        if code in groups:
            items = [claim.item(person) for claim in groups[code][:SHOWN] if claim.title]
            told.append({"group": code, "count": len(groups[code]), "items": items, "url": _list_of(code, person)})
    return {"day": day.isoformat(), "groups": told}


AT_THE_DESK = {
    "returned": (ProjectStep, "?mine=to_do"),
    "overdue": (ProjectStep, "?mine=to_do"),
    "due": (ProjectStep, "?mine=to_do"),
    "sign_off": (ProjectStep, "?mine=sign_off"),
    "reports": (MonthlyReport, "?late=mine"),
    "moderation": (Need, "?status__exact=submitted"),
    "pledges": (Pledge, ""),
    "difficulties_late": (Difficulty, "?pending=overdue"),
    "difficulties": (Difficulty, "?pending=open"),
}
AT_HOME = {
    "reports": "my-reports", "difficulties": "my-difficulties", "needs": "my-needs", "confirm": "my-received",
}  # fmt: skip


def _list_of(code, person):
    """Where all of a group stands."""
    if person.is_staff:
        return desk_list(*AT_THE_DESK[code]) if code in AT_THE_DESK else ""
    return reverse(AT_HOME.get(code.partition("_")[0], "my"))


# Words


@words(Notice.Kind.DIGEST)
def _digest(facts):
    title = _("What waits for you on %s") % format_date(parse_date(facts["day"]))
    return title, [_line(told) for told in facts["groups"]]


def _line(told):
    items = tuple((_item(item), item.get("url", "")) for item in told["items"])
    more = told["count"] - len(items)
    if items and more > 0:
        items = (*items, (ngettext("and %d more", "and %d more", more) % more, told.get("url", "")))
    return Line(str(GROUPS[told["group"]] % told["count"]), told.get("url", ""), items)


def _item(item):
    day = item.get("day")
    told = " · ".join(filter(None, (in_one(item["title"], item.get("title_en", "")), item.get("about"))))
    return _("%(item)s, due %(day)s") % {"item": told, "day": format_date(parse_date(day), "table")} if day else told


@words(Notice.Kind.CHASE)
def _chase(facts):
    lines = [
        _("%(who)s asks you to see to this step.") % {"who": facts["by"]},
        _("Project: %s") % " ".join(filter(None, (facts.get("number"), facts.get("project")))),
    ]
    if facts.get("due"):
        lines.append(_("It was due on %s.") % format_date(parse_date(facts["due"])) if facts.get("late")
                     else _("It is due on %s.") % format_date(parse_date(facts["due"])))  # fmt: skip
    if facts.get("words"):
        lines.append(_("In their words: %s") % facts["words"])
    return _("Chased: %s") % in_one(facts["step"], facts.get("step_en", "")), lines
