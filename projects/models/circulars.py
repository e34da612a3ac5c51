"""Circulars (通报): wording with marks for figures, the figures frozen with the rows behind them. An issued one never
changes."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from registry.core.constraints import in_order, paired, second_person
from registry.core.fields import Choice, Day, LongText, QualifierField, TextLine
from registry.core.lifecycle import Fact, Lifecycle, Move, Staged
from registry.core.models import Blob, Record, reads_everything
from registry.core.quantity import Quantity
from registry.core.refusals import word_refusals
from registry.core.triggers import RefuseChild, frozen_when, record_triggers

from .campaigns import Campaign
from .people import at, by

FROZEN, FIGURE_FROZEN = "an issued circular never changes", "a figure of an issued circular never changes"
PART_FROZEN = "a paragraph of an issued circular never changes"
word_refusals(
    dict.fromkeys(
        (FROZEN, FIGURE_FROZEN, PART_FROZEN), _("An issued circular stays as it was issued. Issue another one instead.")
    )
    | {"circular_number": _("Another circular has this document number already.")}
)


class CircularQuerySet(models.QuerySet):
    def issued(self):
        return self.filter(status=Circular.Status.ISSUED)

    def within_scope_of(self, user):
        return self if reads_everything(user) else self.none()

    def visible_to(self, user):
        return self if reads_everything(user) else self.issued()

    def search(self, text):
        """By title or document number."""
        return self.filter(Q(title__icontains=text.strip()) | Q(number__icontains=text.strip()))


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
            stamps="checked", second_person="drafted", facts=("figures", "number", "explained"),
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
    sender = TextLine(_("issuing body"), max_length=60, blank=True)
    addressee = TextLine(_("addressed to"), max_length=200, blank=True)
    copies = TextLine(_("copies to"), max_length=300, blank=True)
    dated_on = Day(
        _("date of the document"), null=True, blank=True, help_text=_("Empty: the day on which it is issued.")
    )
    rule = LongText(_("counting rule"), blank=True)
    text = LongText(_("text as issued"), blank=True, editable=False)
    docx = models.ForeignKey(
        Blob, models.PROTECT, null=True, blank=True, related_name="+", editable=False, verbose_name=_("document")
    )
    xlsx = models.ForeignKey(
        Blob, models.PROTECT, null=True, blank=True, related_name="+", editable=False, verbose_name=_("annex")
    )
    corrects = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="corrections", verbose_name=_("corrects")
    )
    explanation = LongText(_("explanation of the correction"), blank=True)
    digest = models.CharField(_("digest (SHA-256)"), max_length=64, blank=True, editable=False)
    status = Choice(_("status"), max_length=10, choices=Status, default=Status.DRAFT, editable=False)
    drafted_by = by(_("drafted by"))
    drafted_at = at(_("drafted at"))
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
            paired("circular_drafted", "drafted_by", "drafted_at"),
            paired("circular_checked", "checked_by", "checked_at"),
            paired("circular_issued", "issued_by", "issued_at"),
            second_person("circular_checked_by_another", "drafted_by", "checked_by"),
            second_person("circular_two_persons", "checked_by", "issued_by"),
            models.UniqueConstraint(fields=("number",), condition=~Q(number=""), name="circular_number"),
            models.CheckConstraint(
                name="circular_issued_complete",
                condition=~Q(status="issued") | (Q(issued_by__isnull=False, checked_by__isnull=False) & ~Q(number="")),
            ),
        )

    def __str__(self):
        return self.title


class CircularPart(Record):
    """A paragraph of a circular: wording with marks (`{{figure:funds}}`, `{{quoted:funds_involved}}`) where its figures
    stand. Those that are left out keep their wording."""

    class Kind(models.TextChoices):
        GENERAL = "general", _("general situation")
        PERIOD = "period", _("in the period")
        RANKING = "ranking", _("ranking of counties by received")
        CASES = "cases", _("projects told of")
        OVERDUE = "overdue", _("overdue items")
        DIFFICULTIES = "difficulties", _("difficulties")
        PRAISE = "praise", _("praise list")
        REQUIREMENTS = "requirements", _("next requirements")

    circular = models.ForeignKey(Circular, models.CASCADE, related_name="parts", verbose_name=_("circular"))
    kind = Choice(_("kind"), max_length=15, choices=Kind)
    is_included = models.BooleanField(_("included"), default=True)
    position = models.PositiveSmallIntegerField(_("position"), default=100)
    heading = TextLine(_("heading"), max_length=60, blank=True)
    text = LongText(_("wording"), blank=True, max_length=20_000)
    trail_root = "circular"

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("paragraph of a circular")
        verbose_name_plural = _("paragraphs of a circular")
        ordering = ("position", "id")
        triggers = [
            *record_triggers(),
            RefuseChild(name="part_frozen", parent="circular", column="status", value="issued", message=PART_FROZEN),
        ]
        constraints = (models.UniqueConstraint(fields=("circular", "kind"), name="circular_part_once"),)

    def __str__(self):
        return self.heading or self.get_kind_display()


class CircularFigure(Record):
    """A figure as it was when the circular was made, with the ids of the rows behind it.

    `code` names what is counted; a quoted one begins with “quoted-” and its row is a sourced statement.
    """

    circular = models.ForeignKey(Circular, models.CASCADE, related_name="figures", verbose_name=_("circular"))
    code = models.SlugField(_("code"), max_length=60)
    label = TextLine(_("figure"), max_length=100)
    value = models.DecimalField(_("value"), max_digits=20, decimal_places=4, null=True, blank=True)
    unit = TextLine(_("unit"), max_length=20, blank=True)
    qualifier = QualifierField(_("precision"))
    wording = TextLine(_("word of the source"), max_length=10, blank=True)
    shown = TextLine(_("as printed"), max_length=300, blank=True)
    is_quoted = models.BooleanField(_("quoted, not counted"), default=False)
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
        return Quantity(self.value, self.unit, qualifier=self.qualifier, wording=self.wording)
