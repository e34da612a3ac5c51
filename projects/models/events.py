"""Meetings of the campaign, what was presented and decided there, and what was signed."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from counties.models import Division
from counties.models.postings import within_posting
from orgs.models import Authority, Organisation
from registry.core.constraints import in_order
from registry.core.fields import Choice, Day, LongText, QualifierField, TextLine
from registry.core.lifecycle import Lifecycle, Move, Staged
from registry.core.models import InnerQuerySet, Named, Record
from registry.core.roles import Role
from registry.core.search import named_like
from registry.core.triggers import trail_triggers

from .campaigns import Campaign
from .checklists import ProjectStep, Side
from .difficulties import Difficulty, Measure
from .needs import Need
from .pledges import Pledge
from .project import Project


class EventQuerySet(models.QuerySet):
    def within_scope_of(self, user):
        if not (user.is_authenticated and user.is_active):
            return self.none()
        if user.reads_everything or user.holds(Role.PARTNER):
            return self
        if user.holds(Role.COUNTY):
            return self.filter(within_posting(user, "division__home__code"))
        return self.none()

    def visible_to(self, user):
        mine = Event.objects.within_scope_of(user).values("pk")
        return self.filter(Q(is_public=True) | Q(pk__in=mine))

    def search(self, text):
        return self.filter(named_like(text) | Q(place__icontains=text.strip()))

    def held_in(self, first, last):
        """Held on a day from `first` to `last`, by the day on which they began."""
        return self.filter(status=Event.Status.HELD, starts_on__gte=first, starts_on__lte=last)


class Event(Record, Named, Staged):
    class Kind(models.TextChoices):
        JOINT_CONFERENCE = "joint_conference", _("joint conference")
        MATCHING = "matching", _("matching meeting")
        PROGRESS = "progress", _("progress meeting")
        SIGNING = "signing", _("signing ceremony")
        FORUM = "forum", _("forum")
        TRAINING = "training", _("training")
        MOBILISATION = "mobilisation", _("mobilisation meeting")
        FIELD_VISIT = "field_visit", _("field visit")
        SHOWCASE = "showcase", _("presentation of results")

    class Status(models.TextChoices):
        PLANNED = "planned", pgettext_lazy("meeting", "planned")
        HELD = "held", _("held")
        CANCELLED = "cancelled", _("cancelled")

    lifecycle = Lifecycle(
        Move(Status.PLANNED, Status.HELD, _("Record as held"), "projects.move_event"),
        Move(Status.PLANNED, Status.CANCELLED, _("Cancel"), "projects.move_event", reason=True, danger=True),
        Move(Status.CANCELLED, Status.PLANNED, _("Plan again"), "projects.move_event", reason=True),
        Move(Status.HELD, Status.PLANNED, _("Not held yet"), "projects.move_event", reason=True, danger=True),
    )

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="events", verbose_name=_("campaign"))
    kind = Choice(_("kind"), max_length=20, choices=Kind)
    starts_on = Day(_("date"), null=True, blank=True)
    ends_on = Day(_("last day"), null=True, blank=True)
    date_note = TextLine(_("note on the date"), max_length=200, blank=True)
    place = TextLine(_("place"), max_length=200, blank=True)
    division = models.ForeignKey(
        Division, models.PROTECT, null=True, blank=True, related_name="events", verbose_name=_("division")
    )
    hosts = models.ManyToManyField(Authority, blank=True, related_name="events", verbose_name=_("hosts"))
    summary = LongText(_("summary"), blank=True)
    attendees = models.PositiveIntegerField(_("number of attendees"), null=True, blank=True)
    attendees_qualifier = QualifierField(_("precision of the number"))
    is_public = models.BooleanField(_("shown to the public"), default=False)
    source = TextLine(_("source"), max_length=200, blank=True)
    status = Choice(_("status"), max_length=10, choices=Status, default=Status.PLANNED, editable=False)

    objects = EventQuerySet.as_manager()

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ("-starts_on", "-id")
        permissions = (("move_event", _("Can record an event as held or cancelled")),)
        constraints = (in_order("event_dates", "starts_on", "ends_on"),)

    def put_on_agenda(self, *things):
        """Put needs, difficulties and steps at the end of the agenda, in this order; returns the new items.

        What is on it already stays where it is. Call it inside an action, with the event locked.
        """
        on_it = {(item.need_id, item.difficulty_id, item.step_id) for item in self.agenda.all()}
        position = max((item.position for item in self.agenda.all()), default=0)
        made = []
        for about in things:
            item = AgendaItem(event=self, is_demo=self.is_demo, **{AGENDA[type(about)]: about})
            key = (item.need_id, item.difficulty_id, item.step_id)
            if key not in on_it:
                on_it.add(key)
                position = min(position + 1, LAST_POSITION)
                item.position = position
                item.save()
                made.append(item)
        return made


class OfEvent(Record):
    trail_root = "event"

    class Meta(Record.Meta):
        abstract = True


class Attendance(OfEvent):
    """Who was there, with the title of that day."""

    personal = {"person": "name"}
    event = models.ForeignKey(Event, models.CASCADE, related_name="attendance", verbose_name=_("event"))
    person = TextLine(_("name"), max_length=60)
    title = TextLine(_("title on that day"), max_length=100, blank=True)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("organisation")
    )
    body = TextLine(_("body"), max_length=200, blank=True, help_text=_("Where it is no registered organisation."))

    class Meta(OfEvent.Meta):
        abstract = False
        verbose_name = _("attendee")
        verbose_name_plural = _("attendees")
        constraints = (models.UniqueConstraint(fields=("event", "person", "title"), name="attendee_once"),)

    def __str__(self):
        return f"{self.person} {self.title}".strip()


class AgendaItem(OfEvent):
    """What a meeting deals with: a need, a difficulty or a step drawn from the register, or words alone."""

    event = models.ForeignKey(Event, models.CASCADE, related_name="agenda", verbose_name=_("event"))
    position = models.PositiveSmallIntegerField(_("position"), default=100)
    title = TextLine(_("item"), max_length=200, blank=True, help_text=_("Empty: the name of what it is about."))
    need = models.ForeignKey(
        Need, models.PROTECT, null=True, blank=True, related_name="presented", verbose_name=_("need")
    )
    difficulty = models.ForeignKey(
        Difficulty, models.PROTECT, null=True, blank=True, related_name="agenda", verbose_name=_("difficulty")
    )
    step = models.ForeignKey(
        ProjectStep, models.PROTECT, null=True, blank=True, related_name="agenda", verbose_name=_("checklist step")
    )
    notes = LongText(_("what was said"), blank=True)

    class Meta(OfEvent.Meta):
        abstract = False
        verbose_name = _("agenda item")
        verbose_name_plural = _("agenda items")
        ordering = ("event", "position", "id")
        constraints = (
            models.UniqueConstraint(fields=("event", "need"), name="agenda_need_once"),
            models.UniqueConstraint(fields=("event", "difficulty"), name="agenda_difficulty_once"),
            models.UniqueConstraint(fields=("event", "step"), name="agenda_step_once"),
            models.CheckConstraint(
                name="agenda_about_one_thing",
                condition=Q(need__isnull=False, difficulty__isnull=True, step__isnull=True)
                | Q(need__isnull=True, difficulty__isnull=False, step__isnull=True)
                | Q(need__isnull=True, difficulty__isnull=True, step__isnull=False)
                | (Q(need__isnull=True, difficulty__isnull=True, step__isnull=True) & ~Q(title="")),
                violation_error_message=_("Choose one need, difficulty or step, or write what the item is about."),
            ),
        )

    def __str__(self):
        return self.title or str(self.about)

    @property
    def about(self):
        """The need, difficulty or step; None where words alone are given."""
        return self.need or self.difficulty or self.step


AGENDA = {Need: "need", Difficulty: "difficulty", ProjectStep: "step"}
"""What an agenda is drawn from, and the field of `AgendaItem` that names it."""

LAST_POSITION = 32767
"""The largest number that `AgendaItem.position` holds."""


DUE = Coalesce("measure__due_on", "step__due_on", "due_on")
"""When a decision is due: by the measure or step that it became, else by what was decided."""


class DecisionQuerySet(InnerQuerySet):
    """What was decided is told by the minutes, not to the public."""

    def within_scope_of(self, user):
        return self.filter(event__in=Event.objects.within_scope_of(user))

    def with_due(self):
        """With `due`."""
        return self.annotate(due=DUE)

    def outstanding(self):
        """Not carried out yet, or what it became is not done."""
        waiting = Q(step__isnull=False, step__status__in=ProjectStep.UNSETTLED)
        idle = Q(measure__isnull=True, step__isnull=True)
        return self.filter(idle | waiting | Q(measure__isnull=False, measure__done_at__isnull=True))

    def overdue(self, on):
        return self.outstanding().with_due().filter(due__lt=on)


class Decision(OfEvent):
    """What a meeting decided; it becomes a measure against a difficulty or a step of a checklist."""

    event = models.ForeignKey(Event, models.CASCADE, related_name="decisions", verbose_name=_("event"))
    text = LongText(_("decision"))
    side = Choice(_("responsible side"), max_length=15, choices=Side, default=Side.BUREAU)
    responsible = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="decisions",
        verbose_name=_("responsible person"),
    )
    due_on = Day(_("due"), null=True, blank=True)
    project = models.ForeignKey(
        Project, models.PROTECT, null=True, blank=True, related_name="decisions", verbose_name=_("project")
    )
    difficulty = models.ForeignKey(
        Difficulty, models.PROTECT, null=True, blank=True, related_name="decisions", verbose_name=_("difficulty")
    )
    measure = models.OneToOneField(
        Measure, models.PROTECT, null=True, blank=True, related_name="decision", verbose_name=_("measure")
    )
    step = models.OneToOneField(
        ProjectStep, models.PROTECT, null=True, blank=True, related_name="decision", verbose_name=_("checklist step")
    )

    objects = DecisionQuerySet.as_manager()

    class Meta(OfEvent.Meta):
        abstract = False
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        constraints = (
            models.CheckConstraint(
                name="decision_one_consequence", condition=Q(measure__isnull=True) | Q(step__isnull=True)
            ),
        )

    def __str__(self):
        return self.text[:60]

    @property
    def consequence(self):
        """The measure or the step that it became; None while it is words alone."""
        return self.measure or self.step

    @property
    def about_project(self):
        """The project that it is about, its difficulty's where it is about one; None for none."""
        return self.difficulty.project if self.difficulty_id is not None else self.project

    def missing_for_work(self):
        """What must be said before it can become a measure or a step: sentences, empty when nothing is missing."""
        missing = []
        if self.responsible_id is None:
            missing.append(_("Say who is responsible."))
        if self.due_on is None:
            missing.append(_("Say by which day it is due."))
        if self.difficulty_id is None and self.project_id is None:
            missing.append(_("Name the difficulty or the project that it is about."))
        return [str(words) for words in missing]


class AgreementQuerySet(InnerQuerySet):
    def within_scope_of(self, user):
        return self.filter(
            Q(project__in=Project.objects.within_scope_of(user)) | Q(pledge__in=Pledge.objects.within_scope_of(user))
        )


class Agreement(Record, Named):
    """What was signed: for a pledge that is to become a project, for a project, or for a pledge and what it became."""

    number = models.CharField(_("number"), max_length=60, unique=True)
    project = models.ForeignKey(
        Project, models.PROTECT, null=True, blank=True, related_name="agreements", verbose_name=_("project")
    )
    pledge = models.ForeignKey(
        Pledge, models.PROTECT, null=True, blank=True, related_name="agreements", verbose_name=_("pledge")
    )
    event = models.ForeignKey(
        Event, models.PROTECT, null=True, blank=True, related_name="agreements", verbose_name=_("signed at")
    )
    signed_on = Day(_("signed on"), null=True, blank=True)
    text = LongText(_("text"), blank=True)

    objects = AgreementQuerySet.as_manager()

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("agreement")
        verbose_name_plural = _("agreements")
        ordering = ("-signed_on", "-id")
        constraints = (
            models.CheckConstraint(
                name="agreement_of_something",
                condition=Q(project__isnull=False) | Q(pledge__isnull=False),
                violation_error_message=_("Name the pledge or the project that the agreement is about."),
            ),
        )


class Signatory(Record):
    class Part(models.TextChoices):
        GIVER = "giver", _("giver")
        RECEIVER = "receiver", _("receiver")
        WITNESS = "witness", _("witness")

    personal = {"person": "name"}
    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="signatories", verbose_name=_("agreement"))
    part = Choice(_("side"), max_length=10, choices=Part)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("organisation")
    )
    division = models.ForeignKey(
        Division, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("county")
    )
    body = TextLine(_("body"), max_length=200, blank=True)
    person = TextLine(_("signed by"), max_length=60, blank=True)
    title = TextLine(pgettext_lazy("of a person", "title"), max_length=100, blank=True)
    signed_on = Day(_("signed on"), null=True, blank=True)
    trail_root = "agreement"

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("signatory")
        verbose_name_plural = _("signatories")
        constraints = (
            models.CheckConstraint(
                name="signatory_someone",
                condition=Q(organisation__isnull=False) | Q(division__isnull=False) | ~Q(body=""),
            ),
        )

    def __str__(self):
        return str(self.organisation or self.division or self.body)


class EventHost(Event.hosts.through):
    """The table of an event's hosts, named so that its changes are in the trail too."""

    trail_root = "event"

    class Meta:
        proxy = True
        default_permissions = ()
        triggers = trail_triggers()
