"""Checklists (清单式管理): templates, and the steps copied from them when a project's list is opened."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from registry.core.constraints import paired, second_person
from registry.core.fields import Choice, Day, LongText, TextLine
from registry.core.lifecycle import Fact, Lifecycle, Move, Staged, moves_of
from registry.core.models import Named, Record
from registry.core.roles import Role

from .campaigns import Field
from .documents import DocumentKind
from .lamps import LampRule
from .people import at, by
from .phases import phase_triggers
from .project import OfProject, OfProjectQuerySet, Project
from .stages import Stage


class Side(models.TextChoices):
    """Who answers for a step or a measure."""

    BUREAU = "bureau", _("bureau")
    COUNTY = "county", _("county")
    ORGANISATION = "organisation", _("organisation")


def evidence_field(label, **options):
    return ArrayField(
        models.CharField(max_length=20, choices=DocumentKind), verbose_name=label, default=list, blank=True, **options
    )


class TemplateQuerySet(models.QuerySet):
    def for_project(self, project, kind):
        """Active templates of a kind, the most fitting first: its field and year, its field, its year, any."""
        fields = project.project_fields.values("field")
        return (
            self.filter(is_active=True, kind=kind)
            .filter(Q(field__isnull=True) | Q(field__in=fields), Q(year__isnull=True) | Q(year=project.year))
            .order_by(F("field").desc(nulls_last=True), F("year").desc(nulls_last=True), "id")
        )


class ChecklistTemplate(Record, Named):
    """The steps of a kind of project, for a field and a campaign year where they differ.

    An edit never touches lists that are already open: their wording was copied.
    """

    class Kind(models.TextChoices):
        CASH = "cash", _("cash project")
        GOODS = "goods", _("goods project")
        SERVICE = "service", _("service project")
        CONSTRUCTION = "construction", _("construction or relocation project")

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name_en = TextLine(_("English name"), max_length=200, blank=True)
    kind = Choice(_("kind of project"), max_length=15, choices=Kind)
    field = models.ForeignKey(
        Field,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="templates",
        verbose_name=_("field of help"),
        help_text=_("Empty: for all fields."),
    )
    year = models.PositiveSmallIntegerField(
        _("campaign year"), null=True, blank=True, help_text=_("Empty: for all years.")
    )
    is_active = models.BooleanField(_("in use"), default=True)

    objects = TemplateQuerySet.as_manager()

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("checklist template")
        verbose_name_plural = _("checklist templates")
        ordering = ("kind", "code")
        constraints = (
            models.UniqueConstraint(
                fields=("kind", "field", "year"),
                condition=Q(is_active=True),
                nulls_distinct=False,
                name="template_one_active",
                violation_error_message=_("Another template for this kind, field and year is in use. Retire it first."),
            ),
        )


class TemplateStep(Record):
    template = models.ForeignKey(ChecklistTemplate, models.CASCADE, related_name="steps", verbose_name=_("template"))
    position = models.PositiveSmallIntegerField(_("position"))
    stage = Choice(_("stage"), max_length=15, choices=Stage)
    title = TextLine(_("step"), max_length=60)
    title_en = TextLine(_("English wording"), max_length=100, blank=True)
    guidance = LongText(_("guidance"), blank=True)
    side = Choice(_("responsible side"), max_length=15, choices=Side)
    evidence = evidence_field(_("evidence required"))
    due_after = models.PositiveSmallIntegerField(
        _("due, days after the planned start"), help_text=_("A due date on a day off moves to the next working day.")
    )
    in_working_days = models.BooleanField(
        _("counted in working days"), default=False, help_text=_("Not ticked: calendar days.")
    )
    depends_on = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="followers", verbose_name=_("cannot start before")
    )
    trail_root = "template"

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("template step")
        verbose_name_plural = _("template steps")
        ordering = ("template", "position")
        constraints = (models.UniqueConstraint(fields=("template", "position"), name="template_step_position"),)

    def __str__(self):
        return f"{self.position}. {self.title}"


class Lamp(models.TextChoices):
    """The traffic light of a step, computed from its due date and state, never stored."""

    OVERDUE = "overdue", _("overdue")
    DUE = "due", _("due soon")
    ON_TIME = "on_time", _("on time")
    SIGNED_OFF = "signed_off", _("signed off")
    WAITING = "waiting", _("awaiting sign-off")
    WAIVED = "waived", _("not applicable")
    UNDATED = "undated", _("no due date")
    NOT_YET = "not_yet", pgettext_lazy("lamp", "not yet")


def lamp_on(on, rule, *, status, due_on, held_up):
    """The lamp of a step in a status, due on a day or on none (None), on day `on` by the thresholds of `rule`.

    `held_up`: the step before it is not settled, so that it cannot start. Being late or nearly late shows all the same.
    """
    if status in SETTLED_LAMPS:
        return SETTLED_LAMPS[status]
    if due_on is not None and due_on <= on + rule.due_soon:
        return Lamp.OVERDUE if due_on < on else Lamp.DUE
    if held_up:
        return Lamp.NOT_YET
    return Lamp.UNDATED if due_on is None else Lamp.ON_TIME


SETTLED_LAMPS = {"verified": Lamp.SIGNED_OFF, "waived": Lamp.WAIVED, "done": Lamp.WAITING}
"""Statuses in which the due date says nothing any more."""


class StepQuerySet(OfProjectQuerySet):
    def visible_to(self, user):
        """Work in progress is nobody's but theirs who run the project, also when the project is published."""
        return self.within_scope_of(user)

    def unsettled(self):
        """Neither signed off nor waived."""
        return self.filter(status__in=ProjectStep.UNSETTLED)

    def blocking(self, stages):
        return self.unsettled().filter(stage__in=stages)

    def of_open_phases(self):
        """Not of projects that were carried into the next campaign: nobody works on those any more."""
        return self.filter(project__phase=Project.Phase.OPEN)

    def overdue(self, on):
        """Not yet reported done on `on`, and its due date has passed."""
        return self.of_open_phases().filter(status__in=ProjectStep.OPEN, due_on__lt=on)

    def due_soon(self, on, rule=None):
        """Due within the days that `rule` (None: the shipped one) counts as soon."""
        soon = (rule or LampRule()).due_soon
        return self.of_open_phases().filter(status__in=ProjectStep.OPEN, due_on__gte=on, due_on__lte=on + soon)

    def waiting_for(self, user):
        """Reported done and waiting for a second person who may be `user`."""
        return self.of_open_phases().filter(status=ProjectStep.Status.DONE).exclude(done_by=user)

    def assigned_to(self, user):
        return self.of_open_phases().filter(responsible=user)


class ProjectStep(OfProject, Staged):
    """One item of a project's checklist. Done by one person, signed off (销号) by another."""

    class Status(models.TextChoices):
        OPEN = "open", _("open")
        DONE = "done", _("sign-off applied for")
        VERIFIED = "verified", _("signed off")
        RETURNED = "returned", _("returned")
        WAIVED = "waived", _("waived")

    OPEN = (Status.OPEN, Status.RETURNED)
    UNSETTLED = (Status.OPEN, Status.RETURNED, Status.DONE)
    lifecycle = Lifecycle(
        *moves_of(
            OPEN, Status.DONE, _("Apply for sign-off"), "projects.complete_projectstep",
            facts=("evidence", "order"), stamps="done",
        ),
        Move(
            Status.DONE, Status.VERIFIED, _("Sign off"), "projects.verify_projectstep",
            stamps="verified", second_person="done",
        ),
        Move(
            Status.DONE, Status.RETURNED, _("Return"), "projects.verify_projectstep",
            reason=True, clears=("done",), second_person="done", danger=True,
        ),
        *moves_of(
            OPEN, Status.WAIVED, _("Waive"), "projects.waive_projectstep",
            reason=True, stamps="waived", danger=True,
        ),
        Move(
            Status.VERIFIED, Status.OPEN, _("Reopen"), "projects.verify_projectstep",
            reason=True, clears=("done", "verified"), danger=True,
        ),
        Move(
            Status.WAIVED, Status.OPEN, _("Reopen"), "projects.waive_projectstep",
            reason=True, clears=("waived",), danger=True,
        ),
        facts={
            "evidence": Fact(
                lambda step: not step.missing_evidence(),
                _("Required evidence is missing: attach it to the step first."),
            ),
            "order": Fact(lambda step: not step.is_held_up, _("The step before it is not settled yet.")),
        },
    )  # fmt: skip

    project = models.ForeignKey(Project, models.CASCADE, related_name="steps", verbose_name=_("project"))
    template_step = models.ForeignKey(
        TemplateStep,
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("template step"),
    )
    position = models.PositiveSmallIntegerField(_("position"))
    stage = Choice(_("stage"), max_length=15, choices=Stage)
    title = TextLine(_("step"), max_length=60)
    title_en = TextLine(_("English wording"), max_length=100, blank=True)
    guidance = LongText(_("guidance"), blank=True)
    side = Choice(_("responsible side"), max_length=15, choices=Side)
    responsible = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="steps",
        verbose_name=_("responsible person"),
    )
    evidence = evidence_field(_("evidence required"))
    due_on = Day(_("due"), null=True, blank=True)
    depends_on = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="followers", verbose_name=_("cannot start before")
    )
    status = Choice(_("status"), max_length=10, choices=Status, default=Status.OPEN, editable=False)
    done_by = by(_("done by"))
    done_at = at(_("done at"))
    verified_by = by(_("signed off by"))
    verified_at = at(_("signed off at"))
    waived_by = by(_("waived by"))
    waived_at = at(_("waived at"))
    note = LongText(_("progress note"), blank=True)

    objects = StepQuerySet.as_manager()

    class Meta(OfProject.Meta):
        abstract = False
        triggers = phase_triggers()
        verbose_name = _("checklist step")
        verbose_name_plural = _("checklist steps")
        ordering = ("project", "position")
        permissions = (
            ("complete_projectstep", _("Can apply for the sign-off of a step")),
            ("verify_projectstep", _("Can sign off, return and reopen steps")),
            ("waive_projectstep", _("Can waive a step with a reason")),
            ("schedule_projectstep", _("Can move a step's due date and hand it to another person")),
            ("chase_projectstep", _("Can chase a step")),
        )
        constraints = (
            models.UniqueConstraint(
                fields=("project", "position"), name="step_position", deferrable=models.Deferrable.DEFERRED
            ),
            paired("step_done", "done_by", "done_at"),
            paired("step_verified", "verified_by", "verified_at"),
            paired("step_waived", "waived_by", "waived_at"),
            second_person("step_two_persons", "done_by", "verified_by"),
            models.CheckConstraint(
                name="step_facts_of_status",
                condition=Q(
                    status__in=("open", "returned"),
                    done_by__isnull=True,
                    verified_by__isnull=True,
                    waived_by__isnull=True,
                )
                | Q(status="done", done_by__isnull=False, verified_by__isnull=True, waived_by__isnull=True)
                | Q(status="verified", done_by__isnull=False, verified_by__isnull=False, waived_by__isnull=True)
                | (Q(status="waived", waived_by__isnull=False, verified_by__isnull=True) & ~Q(status_reason="")),
            ),
        )
        indexes = (
            models.Index(fields=("due_on",), name="step_due", condition=Q(status__in=("open", "returned"))),
            models.Index(fields=("status", "done_at"), name="step_status"),
        )

    def __str__(self):
        return self.title

    def allows(self, move, user):
        """County and organisation report only the steps of their own side; the bureaux any."""
        return user.holds(Role.BUREAU, Role.PARTNER) or user.holds(self.side)

    def missing_evidence(self):
        """The required kinds of document that are not attached yet, as labels."""
        attached = {document.kind for document in self.documents.all()}
        return [DocumentKind(kind).label for kind in self.evidence if kind not in attached]

    def missing_facts(self, move):
        missing = super().missing_facts(move)
        absent = self.missing_evidence() if "evidence" in move.facts else []
        return [*missing, _("Missing: %s") % ", ".join(map(str, absent))] if absent else missing

    def days_left(self, on):
        """Whole days until the due date; negative when it has passed; None without a date."""
        return None if self.due_on is None else (self.due_on - on).days

    @property
    def is_held_up(self):
        """Whether it cannot start, since the step before it is not settled."""
        return self.depends_on_id is not None and self.depends_on.status in self.UNSETTLED

    def lamp(self, on, rule=None):
        """The traffic light on day `on` by `rule`, or by the shipped one. Fetch `depends_on` along for many steps."""
        held_up = self.status in self.OPEN and self.is_held_up
        return lamp_on(on, rule or LampRule(), status=self.status, due_on=self.due_on, held_up=held_up)
