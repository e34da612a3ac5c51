"""The county's monthly report (月报) on a project: entered once, it flows to board, ladder and figures on approval."""

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from orgs.models import Organisation
from registry.core.constraints import not_negative, paired, second_person
from registry.core.fields import Choice, Day, LongText, QualifierField, TextLine, YuanField
from registry.core.lifecycle import Fact, Lifecycle, Move, Staged, moves_of
from registry.core.models import InnerQuerySet, Record
from registry.core.quantity import Money, Quantity
from registry.core.roles import Role

from .funding import Funding
from .people import at, by
from .phases import phase_triggers
from .project import OfProject, OfProjectQuerySet, Project
from .results import Result


class MonthlyReportQuerySet(InnerQuerySet, OfProjectQuerySet):
    """Work in progress: only for those who run the project, also where it is published."""

    def approved(self):
        return self.filter(status=MonthlyReport.Status.APPROVED)

    def waiting_for(self, user):
        """Submitted, and waiting for a second person who may be `user`."""
        return self.filter(status=MonthlyReport.Status.SUBMITTED).exclude(submitted_by=user)


class MonthlyReport(OfProject, Staged):
    """One month of one project, told by the county. `month` is its first day.

    What it names in money and results becomes funding lines and results when it is approved, and not before.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", _("draft")
        SUBMITTED = "submitted", _("submitted")
        APPROVED = "approved", _("approved")
        RETURNED = "returned", _("returned")

    EDITABLE = (Status.DRAFT, Status.RETURNED)
    lifecycle = Lifecycle(
        *moves_of(
            EDITABLE, Status.SUBMITTED, _("Submit"), "projects.submit_monthlyreport",
            facts=("progress",), stamps="submitted",
        ),
        Move(
            Status.SUBMITTED, Status.APPROVED, _("Approve"), "projects.approve_monthlyreport",
            stamps="approved", second_person="submitted",
        ),
        Move(
            Status.SUBMITTED, Status.RETURNED, _("Return"), "projects.approve_monthlyreport",
            reason=True, clears=("submitted",), second_person="submitted", danger=True,
        ),
        facts={
            "progress": Fact(
                lambda report: report.progress is not None, _("Say how far the project is, in percent, first.")
            ),
        },
    )  # fmt: skip

    project = models.ForeignKey(Project, models.CASCADE, related_name="reports", verbose_name=_("project"))
    month = Day(_("month"), help_text=_("Its first day."))
    progress = models.PositiveSmallIntegerField(
        _("progress in all, %"), null=True, blank=True, validators=(MaxValueValidator(100),)
    )
    is_unchanged = models.BooleanField(_("same as last month"), default=False)
    done = LongText(_("what was done"), blank=True)
    problems = LongText(_("problems"), blank=True)
    next_steps = LongText(_("next steps"), blank=True)
    status = Choice(_("status"), max_length=10, choices=Status, default=Status.DRAFT, editable=False)
    submitted_by = by(_("submitted by"))
    submitted_at = at(_("submitted at"))
    approved_by = by(_("approved by"))
    approved_at = at(_("approved at"))

    objects = MonthlyReportQuerySet.as_manager()

    class Meta(OfProject.Meta):
        abstract = False
        triggers = phase_triggers()
        verbose_name = _("monthly report")
        verbose_name_plural = _("monthly reports")
        ordering = ("-month", "-id")
        permissions = (
            ("submit_monthlyreport", _("Can submit a monthly report")),
            ("approve_monthlyreport", _("Can approve or return a monthly report")),
        )
        constraints = (
            models.UniqueConstraint(
                fields=("project", "month"),
                name="report_once_a_month",
                violation_error_message=_("There is a report of this project for this month already."),
            ),
            models.CheckConstraint(name="report_first_of_month", condition=Q(month__day=1)),
            models.CheckConstraint(
                name="report_progress", condition=Q(progress__isnull=True) | Q(progress__lte=100)
            ),
            paired("report_submitted", "submitted_by", "submitted_at"),
            paired("report_approved", "approved_by", "approved_at"),
            second_person("report_two_persons", "submitted_by", "approved_by"),
            models.CheckConstraint(
                name="report_facts_of_status",
                condition=Q(status__in=("draft", "returned"), submitted_by__isnull=True, approved_by__isnull=True)
                | Q(status="submitted", submitted_by__isnull=False, approved_by__isnull=True, progress__isnull=False)
                | Q(status="approved", submitted_by__isnull=False, approved_by__isnull=False, progress__isnull=False),
            ),
        )  # fmt: skip
        indexes = (models.Index(fields=("status", "submitted_at"), name="report_status"),)

    def __str__(self):
        return f"{self.month:%Y-%m} {self.project}"

    def allows(self, move, user):
        """The county submits; the bureaux may write down and submit what a county told them."""
        return user.holds(Role.BUREAU, Role.PARTNER, Role.COUNTY)


class ReportLineQuerySet(InnerQuerySet):
    def within_scope_of(self, user):
        return self.filter(report__in=MonthlyReport.objects.within_scope_of(user))


class ReportLine(Record):
    """A line of a monthly report."""

    trail_root = "report"
    objects = ReportLineQuerySet.as_manager()

    class Meta(Record.Meta):
        abstract = True


class ReportedMoney(ReportLine):
    """Money that arrived or was spent in the month; on approval it becomes `funding`."""

    class State(models.TextChoices):
        RECEIVED = "received", _("received")
        SPENT = "spent", _("spent")

    report = models.ForeignKey(MonthlyReport, models.CASCADE, related_name="money", verbose_name=_("monthly report"))
    state = Choice(_("state"), max_length=10, choices=State)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("organisation"),
        help_text=_("Empty: jointly, shares unknown."),
    )  # fmt: skip
    amount = YuanField(_("amount in yuan"), help_text=_("72万 and 0.5亿 are understood."))
    qualifier = QualifierField(_("precision"))
    occurred_on = Day(_("date"), null=True, blank=True)
    voucher = TextLine(_("voucher"), max_length=60, blank=True)
    excess_reason = TextLine(_("why more than was committed"), max_length=200, blank=True)
    funding = models.OneToOneField(
        Funding, models.PROTECT, null=True, blank=True, editable=False, related_name="reported",
        verbose_name=_("funding line"),
    )  # fmt: skip

    class Meta(ReportLine.Meta):
        abstract = False
        verbose_name = _("money of a monthly report")
        verbose_name_plural = _("money of a monthly report")
        ordering = ("id",)
        constraints = (not_negative("reported_money_not_negative", "amount"),)

    def __str__(self):
        return f"{self.get_state_display()} {self.sum}"

    @property
    def sum(self):
        return Money(self.amount, qualifier=self.qualifier)


class ReportedResult(ReportLine):
    """How far a result is at the end of the month, cumulative; on approval it becomes the result's figure."""

    report = models.ForeignKey(MonthlyReport, models.CASCADE, related_name="results", verbose_name=_("monthly report"))
    result = models.ForeignKey(Result, models.PROTECT, related_name="reported", verbose_name=_("result"))
    reached = models.DecimalField(_("reached"), max_digits=18, decimal_places=4)
    qualifier = QualifierField(_("precision"))

    class Meta(ReportLine.Meta):
        abstract = False
        verbose_name = _("result of a monthly report")
        verbose_name_plural = _("results of a monthly report")
        ordering = ("id",)
        constraints = (
            not_negative("reported_result_not_negative", "reached"),
            models.UniqueConstraint(fields=("report", "result"), name="reported_result_once"),
        )

    def __str__(self):
        return f"{self.result.indicator} {self.quantity}"

    @property
    def quantity(self):
        return Quantity(self.reached, self.result.unit, qualifier=self.qualifier)
