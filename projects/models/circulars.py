"""Circulars (通报): figures frozen with the rows behind them. An issued one never changes."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from registry.core.constraints import in_order, paired, second_person
from registry.core.fields import Choice, Day, LongText, QualifierField, TextLine
from registry.core.lifecycle import Fact, Lifecycle, Move, Staged
from registry.core.models import Record
from registry.core.quantity import Quantity
from registry.core.refusals import word_refusals
from registry.core.triggers import RefuseChild, frozen_when, record_triggers

from .campaigns import Campaign
from .people import at, by

FROZEN, FIGURE_FROZEN = "an issued circular never changes", "a figure of an issued circular never changes"
word_refusals(
    dict.fromkeys((FROZEN, FIGURE_FROZEN), _("An issued circular stays as it was issued. Issue another one instead."))
)


class CircularQuerySet(models.QuerySet):
    def issued(self):
        return self.filter(status=Circular.Status.ISSUED)

    def within_scope_of(self, user):
        return self if user.is_authenticated and user.reads_everything else self.none()

    def visible_to(self, user):
        return self if user.is_authenticated and user.reads_everything else self.issued()


class Circular(Record, Staged):
    class Kind(models.TextChoices):
        PROGRESS = "progress", _("progress circular")
        QUARTERLY = "quarterly", _("quarterly brief")
        PRAISE = "praise", _("praise circular")

    class Status(models.TextChoices):
        DRAFT = "draft", _("draft")
        CHECKED = "checked", _("checked")
        ISSUED = "issued", _("issued")
        DROPPED = "dropped", _("dropped")

    lifecycle = Lifecycle(
        Move(
            Status.DRAFT, Status.CHECKED, _("Record the check"), "projects.check_circular",
            stamps="checked", facts=("figures",),
        ),
        Move(
            Status.CHECKED, Status.ISSUED, _("Issue"), "projects.issue_circular",
            stamps="issued", second_person="checked", facts=("number", "explained"), danger=True,
        ),
        Move(
            Status.CHECKED, Status.DRAFT, _("Back to draft"), "projects.check_circular",
            reason=True, clears=("checked",),
        ),
        Move(Status.DRAFT, Status.DROPPED, _("Drop"), "projects.check_circular", reason=True, danger=True),
        facts={
            "figures": Fact(lambda circular: circular.figures.exists(), _("Compute the figures first.")),
            "number": Fact(lambda circular: bool(circular.number), _("Enter the document number first.")),
            "explained": Fact(
                lambda circular: circular.corrects_id is None or bool(circular.explanation),
                _("Explain the correction first: the explanation is shown beside the old circular."),
            ),
        },
    )  # fmt: skip

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="circulars", verbose_name=_("campaign"))
    kind = Choice(_("kind"), max_length=10, choices=Kind)
    title = TextLine(_("title"), max_length=200)
    number = TextLine(_("document number"), max_length=60, blank=True, help_text=_("For example 冀民函〔2021〕15号."))
    period_from = Day(_("period from"))
    period_until = Day(_("period until"))
    as_of = models.DateTimeField(_("figures as of"))
    rule = LongText(_("counting rule"), blank=True)
    text = LongText(_("text"), blank=True)
    corrects = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="corrections", verbose_name=_("corrects")
    )
    explanation = LongText(_("explanation of the correction"), blank=True)
    digest = models.CharField(_("digest (SHA-256)"), max_length=64, blank=True, editable=False)
    status = Choice(_("status"), max_length=10, choices=Status, default=Status.DRAFT, editable=False)
    checked_by = by(_("checked by"))
    checked_at = at(_("checked at"))
    issued_by = by(_("issued by"))
    issued_at = at(_("issued at"))

    objects = CircularQuerySet.as_manager()

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("circular")
        verbose_name_plural = _("circulars")
        ordering = ("-as_of", "-id")
        permissions = (
            ("check_circular", _("Can check or drop a circular")),
            ("issue_circular", _("Can issue a circular")),
        )
        triggers = [
            *record_triggers(),
            frozen_when("circular_frozen", "OLD.status = 'issued'", FROZEN),
        ]
        constraints = (
            in_order("circular_period", "period_from", "period_until"),
            paired("circular_checked", "checked_by", "checked_at"),
            paired("circular_issued", "issued_by", "issued_at"),
            second_person("circular_two_persons", "checked_by", "issued_by"),
            models.UniqueConstraint(fields=("number",), condition=~Q(number=""), name="circular_number"),
            models.CheckConstraint(
                name="circular_issued_complete",
                condition=~Q(status="issued") | (Q(issued_by__isnull=False, checked_by__isnull=False) & ~Q(number="")),
            ),
        )

    def __str__(self):
        return self.title


class CircularFigure(Record):
    """A figure as it was when the circular was made, with the ids of the rows behind it."""

    circular = models.ForeignKey(Circular, models.CASCADE, related_name="figures", verbose_name=_("circular"))
    code = models.SlugField(_("code"), max_length=60)
    label = TextLine(_("figure"), max_length=100)
    value = models.DecimalField(_("value"), max_digits=18, decimal_places=2)
    unit = TextLine(_("unit"), max_length=20)
    qualifier = QualifierField(_("precision"))
    rule = LongText(_("counting rule"))
    row_table = models.CharField(_("table of the rows"), max_length=63, blank=True)
    row_ids = ArrayField(models.BigIntegerField(), default=list, verbose_name=_("rows"))
    position = models.PositiveSmallIntegerField(_("position"), default=100)
    trail_root = "circular"

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("figure of a circular")
        verbose_name_plural = _("figures of a circular")
        ordering = ("position", "id")
        triggers = [
            *record_triggers(),
            RefuseChild(
                name="figure_frozen",
                parent="circular",
                column="status",
                value="issued",
                message=FIGURE_FROZEN,
            ),
        ]
        constraints = (models.UniqueConstraint(fields=("circular", "code"), name="circular_figure_once"),)

    def __str__(self):
        return self.label

    @property
    def quantity(self):
        return Quantity(self.value, self.unit, qualifier=self.qualifier)
