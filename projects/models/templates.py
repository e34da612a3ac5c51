"""Checklist templates: the steps of a kind of project, from which its own list is copied."""

from datetime import timedelta

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from registry.core.fields import Choice, LongText, TextLine
from registry.core.models import Named, Record

from .campaigns import Field
from .documents import DocumentKind
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


EARLIER_ONLY = _("A step can wait only for an earlier step of the same list.")
"""So no two steps ever wait for each other."""


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

    def due_on(self, start, calendar):
        """The due date when counting begins on `start`; a day off moves to the next working day."""
        if self.in_working_days:
            return calendar.add(start, self.due_after)
        return calendar.add(start + timedelta(days=self.due_after), 0)
