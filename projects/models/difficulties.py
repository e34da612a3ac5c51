from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from registry.core.constraints import paired
from registry.core.fields import Choice, Day, LongText, TextLine
from registry.core.lifecycle import Fact, Lifecycle, Move, Staged, moves_of
from registry.core.models import InnerQuerySet, Record
from registry.core.roles import Role

from .checklists import Side
from .people import at, by
from .project import OfProject, OfProjectQuerySet, Project


class DifficultyQuerySet(InnerQuerySet, OfProjectQuerySet):
    """No concern of the public, even where the project is published."""

    def open(self):
        return self.exclude(status=Difficulty.Status.CLOSED)

    def unanswered(self):
        return self.filter(status__in=Difficulty.UNANSWERED)

    def overdue(self, on):
        """Not answered yet on `on`, and the day by which help was wanted has passed."""
        return self.unanswered().filter(wanted_by__lt=on)

    def to_answer_by(self, user):
        """Unanswered ones of the projects that `user` answers for."""
        return self.unanswered().filter(project__officer=user)


class Difficulty(OfProject, Staged):
    """A difficulty (问题) raised by either side; closed when the raiser's side and the bureau both agree."""

    class Level(models.TextChoices):
        NORMAL = "normal", _("normal")
        SERIOUS = "serious", _("serious")
        CRITICAL = "critical", _("critical")

    class Status(models.TextChoices):
        RAISED = "raised", _("raised")
        IN_HAND = "in_hand", _("in hand")
        ESCALATED = "escalated", _("put to a meeting")
        ANSWERED = "answered", _("answered")
        CLOSED = "closed", _("closed")

    UNANSWERED = (Status.RAISED, Status.IN_HAND, Status.ESCALATED)
    _settled = ("raiser_agreed", "bureau_agreed")
    lifecycle = Lifecycle(
        Move(Status.RAISED, Status.IN_HAND, _("Take in hand"), "projects.handle_difficulty"),
        *moves_of(
            (Status.RAISED, Status.IN_HAND), Status.ESCALATED, _("Put to a meeting"),
            "projects.handle_difficulty", facts=("event",), reason=True,
        ),
        *moves_of(
            (Status.RAISED, Status.IN_HAND, Status.ESCALATED), Status.ANSWERED, _("Answer"),
            "projects.handle_difficulty", reason=True,
        ),
        Move(
            Status.ANSWERED, Status.CLOSED, _("Close"), "projects.close_difficulty",
            facts=("agreed",), automatic=True,  # by the second voice that says it is settled
        ),
        Move(
            Status.ANSWERED, Status.IN_HAND, _("Not settled yet"), "projects.close_difficulty",
            reason=True, clears=_settled, danger=True,
        ),
        Move(
            Status.CLOSED, Status.IN_HAND, _("Reopen"), "projects.close_difficulty",
            reason=True, clears=_settled, danger=True,
        ),
        facts={
            "event": Fact(
                lambda difficulty: difficulty.event_id is not None, _("Choose the meeting that it is put to first.")
            ),
            "agreed": Fact(
                lambda difficulty: bool(difficulty.raiser_agreed_at and difficulty.bureau_agreed_at),
                _("Both the side that raised it and the bureau must have agreed that it is settled."),
            )
        },
    )  # fmt: skip

    project = models.ForeignKey(Project, models.CASCADE, related_name="difficulties", verbose_name=_("project"))
    title = TextLine(_("difficulty"), max_length=200)
    detail = LongText(_("details"), blank=True)
    raised_side = Choice(_("raised by the side"), max_length=15, choices=Side)
    raised_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        null=True,
        editable=False,
        verbose_name=_("raised by"),
    )
    raised_at = models.DateTimeField(_("raised at"), auto_now_add=True)
    level = Choice(_("level"), max_length=10, choices=Level, default=Level.NORMAL)
    wanted_from = Choice(_("help wanted from"), max_length=15, choices=Side, default=Side.BUREAU)
    wanted_by = Day(_("wanted by"), null=True, blank=True)
    answer = LongText(_("answer"), blank=True)
    event = models.ForeignKey(
        "Event",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="difficulties",
        verbose_name=_("put to the meeting"),
    )
    status = Choice(_("status"), max_length=10, choices=Status, default=Status.RAISED, editable=False)
    raiser_agreed_by = by(_("settled, says the raiser's side"))
    raiser_agreed_at = at(_("raiser's side agreed at"))
    bureau_agreed_by = by(_("settled, says the bureau"))
    bureau_agreed_at = at(_("bureau agreed at"))

    objects = DifficultyQuerySet.as_manager()

    class Meta(OfProject.Meta):
        abstract = False
        verbose_name = _("difficulty")
        verbose_name_plural = _("difficulties")
        ordering = ("wanted_by", "id")
        permissions = (
            ("handle_difficulty", _("Can take a difficulty in hand, answer it or put it to a meeting")),
            ("close_difficulty", _("Can agree that a difficulty is settled, or reopen it")),
        )
        constraints = (
            paired("difficulty_raiser_agreed", "raiser_agreed_by", "raiser_agreed_at"),
            paired("difficulty_bureau_agreed", "bureau_agreed_by", "bureau_agreed_at"),
            models.CheckConstraint(
                name="difficulty_closed_by_both",
                condition=~Q(status="closed") | Q(raiser_agreed_at__isnull=False, bureau_agreed_at__isnull=False),
            ),
            models.CheckConstraint(
                name="difficulty_escalated_to_event", condition=~Q(status="escalated") | Q(event__isnull=False)
            ),
        )

    def __str__(self):
        return self.title

    def before_move(self, move, *, by, reason):
        if move.target == self.Status.ANSWERED:
            self.answer = reason.strip()

    @property
    def is_open(self):
        return self.status != self.Status.CLOSED


class MeasureQuerySet(InnerQuerySet):
    def within_scope_of(self, user):
        return self.filter(difficulty__in=Difficulty.objects.within_scope_of(user))

    def pending(self):
        return self.filter(done_at__isnull=True)

    def overdue(self, on):
        return self.pending().filter(due_on__lt=on)


class Measure(Record):
    """What is done about a difficulty, by whom, by when."""

    difficulty = models.ForeignKey(Difficulty, models.CASCADE, related_name="measures", verbose_name=_("difficulty"))
    text = LongText(_("measure"))
    side = Choice(_("responsible side"), max_length=15, choices=Side)
    responsible = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="measures",
        verbose_name=_("responsible person"),
    )
    due_on = Day(_("due"))
    done_by = by(_("done by"))
    done_at = at(_("done at"))
    trail_root = "difficulty"

    objects = MeasureQuerySet.as_manager()

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("measure")
        verbose_name_plural = _("measures")
        ordering = ("due_on", "id")
        constraints = (paired("measure_done", "done_by", "done_at"),)

    def __str__(self):
        return self.text[:60]

    def may_be_done_by(self, user):
        """Its responsible person, the people of its side, and the bureaux, which write down what they were told."""
        return self.responsible_id == user.pk or user.holds(Role.BUREAU, Role.PARTNER, self.side)
