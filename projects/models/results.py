from django.db import models
from django.utils.translation import gettext_lazy as _

from registry.core.constraints import not_negative, paired, second_person
from registry.core.fields import Choice, Day, LongText, QualifierField, TextLine
from registry.core.lifecycle import Fact, Lifecycle, Move, Staged
from registry.core.quantity import Quantity

from .people import at, by
from .phases import phase_triggers
from .project import OfProject, OfProjectQuerySet, Project


class ResultQuerySet(OfProjectQuerySet):
    open_to_all = models.Q(status="approved")
    """Drafts and returned ones are shown within one's scope only."""

    def approved(self):
        """The only results that count."""
        return self.filter(status=Result.Status.APPROVED)

    def in_unit(self, unit):
        """One unit at a time: 人次, 人 and 户 are never added together."""
        return self.filter(unit=unit)


class Result(OfProject, Staged):
    """What a project brought, by one indicator in one unit."""

    class Level(models.TextChoices):
        OUTPUT = "output", _("output")
        OUTCOME = "outcome", _("outcome")
        BENEFICIARY = "beneficiary", _("beneficiaries")

    class Status(models.TextChoices):
        DRAFT = "draft", _("draft")
        SUBMITTED = "submitted", _("submitted")
        APPROVED = "approved", _("approved")
        RETURNED = "returned", _("returned")

    lifecycle = Lifecycle(
        Move(
            Status.DRAFT, Status.SUBMITTED, _("Submit"), "projects.submit_result",
            facts=("actual",), stamps="submitted",
        ),
        Move(
            Status.RETURNED, Status.SUBMITTED, _("Submit again"), "projects.submit_result",
            facts=("actual",), stamps="submitted",
        ),
        Move(
            Status.SUBMITTED, Status.APPROVED, _("Approve"), "projects.approve_result",
            stamps="approved", second_person="submitted",
        ),
        Move(Status.SUBMITTED, Status.RETURNED, _("Return"), "projects.approve_result", reason=True, danger=True),
        Move(
            Status.APPROVED, Status.RETURNED, _("Withdraw the approval"), "projects.approve_result",
            reason=True, clears=("approved",), danger=True,
        ),
        facts={"actual": Fact(lambda result: result.actual is not None, _("Enter the figure reached first."))},
    )  # fmt: skip

    project = models.ForeignKey(Project, models.CASCADE, related_name="results", verbose_name=_("project"))
    indicator = TextLine(_("indicator"), max_length=100, help_text=_("What is counted: students helped, greenhouses …"))
    level = Choice(_("level"), max_length=15, choices=Level)
    unit = TextLine(
        _("unit"),
        max_length=20,
        help_text=_("Person-times, persons and households are different units and never added."),
    )
    planned = models.DecimalField(_("target"), max_digits=18, decimal_places=4, null=True, blank=True)
    actual = models.DecimalField(_("reached"), max_digits=18, decimal_places=4, null=True, blank=True)
    qualifier = QualifierField(_("precision"))
    wording = TextLine(_("word of the source"), max_length=10, blank=True)
    occurred_on = Day(_("as of"), null=True, blank=True)
    status = Choice(_("status"), max_length=10, choices=Status, default=Status.DRAFT, editable=False)
    submitted_by = by(_("submitted by"))
    submitted_at = at(_("submitted at"))
    approved_by = by(_("approved by"))
    approved_at = at(_("approved at"))
    note = LongText(_("note"), blank=True)

    objects = ResultQuerySet.as_manager()

    class Meta(OfProject.Meta):
        abstract = False
        triggers = phase_triggers()
        verbose_name = _("result")
        verbose_name_plural = _("results")
        ordering = ("id",)
        permissions = (
            ("submit_result", _("Can submit a result")),
            ("approve_result", _("Can approve or return a result")),
        )
        constraints = (
            not_negative("result_not_negative", "planned", "actual"),
            paired("result_submitted", "submitted_by", "submitted_at"),
            paired("result_approved", "approved_by", "approved_at"),
            second_person("result_two_persons", "submitted_by", "approved_by"),
            models.CheckConstraint(
                name="result_approved_by_someone",
                condition=~models.Q(status="approved") | models.Q(approved_by__isnull=False, actual__isnull=False),
            ),
        )
        indexes = (models.Index(fields=("project", "status", "unit"), name="result_of_project"),)

    def __str__(self):
        return f"{self.indicator} {self.reached}"

    @property
    def reached(self):
        return Quantity(self.actual, self.unit, qualifier=self.qualifier, wording=self.wording)

    @property
    def target(self):
        return Quantity(self.planned, self.unit)
