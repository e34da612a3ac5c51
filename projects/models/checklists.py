"""Checklists (清单式管理): a project's steps, copied from a template when its list is opened, and their lamps."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import OuterRef, Q, Subquery, TextField
from django.db.models.fields.json import KT
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from registry.core.constraints import paired, second_person, where_set
from registry.core.fields import Choice, Day, LongText, TextLine
from registry.core.lifecycle import Fact, Lifecycle, Move, Staged, moves_of
from registry.core.lookups import years_among
from registry.core.models import Change, InnerQuerySet, in_one
from registry.core.roles import Role

from .documents import DocumentKind
from .people import at, by
from .phases import phase_triggers
from .project import OfProject, OfProjectQuerySet, Project
from .stages import Stage
from .templates import EARLIER_ONLY, Side, TemplateStep, evidence_field


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


class StepQuerySet(InnerQuerySet, OfProjectQuerySet):
    """Work in progress is nobody's but theirs who run the project, also when the project is published."""

    def dates(self, field_name, kind, order="ASC"):
        """The desk offers the years in which steps are due: of all of them they are looked up one after the other."""
        if (field_name, kind, order) == ("due_on", "year", "ASC") and not self.query.where:
            return years_among(self.model, field_name)
        return super().dates(field_name, kind, order)

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

    def due_soon(self, on, rule):
        """Due within the days that `rule` counts as soon."""
        return self.pressing(on, rule).filter(due_on__gte=on)

    def pressing(self, on, rule):
        """Overdue, or due soon."""
        return self.of_open_phases().filter(status__in=ProjectStep.OPEN, due_on__lte=on + rule.due_soon)

    def showing(self, lamp, on, rule):
        """Those that show `lamp` on day `on` by `rule`: the same as `lamp_on`, as a question."""
        settled = {shown: status for status, shown in SETTLED_LAMPS.items()}
        if lamp in settled:
            return self.filter(status=settled[lamp])
        near, held_up = Q(due_on__lte=on + rule.due_soon), Q(depends_on__status__in=ProjectStep.UNSETTLED)
        shown = {
            Lamp.OVERDUE: Q(due_on__lt=on),
            Lamp.DUE: near & Q(due_on__gte=on),
            Lamp.NOT_YET: held_up & ~near,
            Lamp.ON_TIME: Q(due_on__isnull=False) & ~near & ~held_up,
            Lamp.UNDATED: Q(due_on__isnull=True) & ~held_up,
        }
        return self.filter(shown[lamp], status__in=ProjectStep.OPEN)

    def waiting_for(self, user):
        """Reported done and waiting for a second person who may be `user`."""
        return self.of_open_phases().filter(status=ProjectStep.Status.DONE).exclude(done_by=user)

    def assigned_to(self, user):
        return self.of_open_phases().filter(responsible=user)

    def to_do_of(self, user):
        """What is `user`'s to do: open steps that name it, and those that came back to it, who had applied."""
        applied = Change.objects.filter(
            table_name=ProjectStep._meta.db_table, row_pk=Cast(OuterRef("pk"), TextField()), after__status="done"
        ).order_by("-id")
        mine = Q(status=ProjectStep.Status.RETURNED) & Q(applicant=str(user.pk))
        rows = self.of_open_phases().alias(applicant=Subquery(applied.values(doer=KT("after__done_by_id"))[:1]))
        return rows.filter(Q(responsible=user) | mine, status__in=ProjectStep.OPEN)

    def in_field(self, code):
        return self.filter(project__in=Project.objects.in_field(code))

    @staticmethod
    def worded(words):
        """The question for steps whose wording holds `words`, in either language: readers type what they read."""
        return Q(title__icontains=words) | Q(title_en__icontains=words)


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

    project = models.ForeignKey(
        Project, models.CASCADE, related_name="steps", db_index=False, verbose_name=_("project")
    )
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
        db_index=False,
        verbose_name=_("responsible person"),
    )
    evidence = evidence_field(_("evidence required"))
    due_on = Day(_("due"), null=True, blank=True)
    depends_on = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="followers", verbose_name=_("cannot start before")
    )
    status = Choice(_("status"), max_length=10, choices=Status, default=Status.OPEN, editable=False)
    done_by = by(_("done by"), db_index=False)
    done_at = at(_("done at"))
    verified_by = by(_("signed off by"), db_index=False)
    verified_at = at(_("signed off at"))
    waived_by = by(_("waived by"), db_index=False)
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
            models.Index(fields=("due_on", "id"), include=("project",), name="step_in_order"),
            models.Index(fields=("title", "title_en", "due_on"), name="step_wording"),
            models.Index(fields=("due_on",), name="step_due", condition=Q(status__in=("open", "returned"))),
            models.Index(fields=("status", "done_at"), name="step_status"),
            models.Index(
                fields=("project",),
                include=("status", "due_on", "depends_on", "id"),
                name="step_unsettled",
                condition=Q(status__in=("open", "returned", "done")),
            ),
            *where_set("step", "responsible", "done_by", "verified_by", "waived_by"),
        )

    def __str__(self):
        """In English where it has such a wording."""
        return in_one(self.title, self.title_en)

    def clean(self):
        super().clean()
        before = self.depends_on
        if before is None or self.position is None:
            return
        if before.project_id != self.project_id or before.position >= self.position:
            raise ValidationError({"depends_on": EARLIER_ONLY})

    def allows(self, move, user):
        """County and organisation report only the steps of their own side; the bureaux any."""
        return user.holds(Role.BUREAU, Role.PARTNER) or user.holds(self.side)

    def before_move(self, move, *, by, reason):
        """A step that nobody answers for goes back to the one who had applied for its sign-off."""
        if move.target == self.Status.RETURNED and self.responsible_id is None:
            self.responsible_id = self.done_by_id

    @property
    def waits_for(self):
        """The unsettled step before which this one cannot start; None where there is none, or this one is settled."""
        return self.depends_on if self.status in self.OPEN and self.is_held_up else None

    def missing_kinds(self):
        """The required kinds of document that are not attached yet."""
        attached = {document.kind for document in self.documents.all()}
        return [kind for kind in self.evidence if kind not in attached]

    def missing_evidence(self):
        """The same as labels."""
        return [DocumentKind(kind).label for kind in self.missing_kinds()]

    def missing_facts(self, move):
        missing = super().missing_facts(move)
        absent = self.missing_evidence() if "evidence" in move.facts else []
        return [*missing, _("Missing: %s") % str(_(", ")).join(map(str, absent))] if absent else missing

    def days_left(self, on):
        """Whole days until the due date; negative when it has passed; None without a date."""
        return None if self.due_on is None else (self.due_on - on).days

    @property
    def is_held_up(self):
        """Whether it cannot start, since the step before it is not settled."""
        return self.depends_on_id is not None and self.depends_on.status in self.UNSETTLED

    def lamp(self, on, rule):
        """The traffic light on day `on` by `rule`. Fetch `depends_on` along for many steps."""
        return lamp_on(on, rule, status=self.status, due_on=self.due_on, held_up=self.waits_for is not None)
