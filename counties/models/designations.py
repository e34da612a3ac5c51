from django.db import models
from django.utils.translation import gettext_lazy as _

from registry.core.constraints import in_order, never_twice_at_once
from registry.core.fields import Choice, Day, LongText, TextLine
from registry.core.models import Record

from .divisions import Division


class Certainty(models.TextChoices):
    """How well a reference fact is supported; the mark travels with the fact."""

    VERIFIED = "verified", _("verified")
    SINGLE_SOURCE = "single source", _("single source")
    DERIVED = "derived", _("derived")


class DesignationQuerySet(models.QuerySet):
    def counting(self):
        """The designations behind the 62 key counties."""
        return self.filter(counts=True)


class Designation(Record):
    """A dated status of a unit, as the unit was called and coded when it was designated.

    Delisting (摘帽) has two different dates: the assessment year and the day of approval, usually in
    the next year. Both are kept and labelled.
    """

    class Kind(models.TextChoices):
        NATIONAL_KEY = "national", _("national key county")
        PROVINCIAL_KEY = "provincial", _("provincial key county")
        DEEP_POVERTY = "deep_poverty", _("deep-poverty county")
        AREA = "area", _("contiguous poor area county")
        REVITALISATION_KEY = "revitalisation", _("key county of rural revitalisation")

    division = models.ForeignKey(
        Division, models.PROTECT, related_name="designations", verbose_name=_("division"),
        help_text=_("The unit of today or the dated unit to which the designation was given."),
    )  # fmt: skip
    kind = Choice(_("kind"), max_length=20, choices=Kind)
    basis = TextLine(_("list"), max_length=200, blank=True, help_text=_("The list or document that names the county."))
    listed_name = TextLine(_("name in the list"), max_length=100, blank=True)
    listed_code = TextLine(_("code in the list"), max_length=12, blank=True)
    starts_on = Day(_("from"), null=True, blank=True)
    ends_on = Day(_("until (exclusive)"), null=True, blank=True)
    assessment_year = models.PositiveSmallIntegerField(_("delisted: year of assessment"), null=True, blank=True)
    approved_on = Day(_("delisted: day of approval"), null=True, blank=True)
    counts = models.BooleanField(
        _("counts among the 62"), default=False, help_text=_("Counted by the figure “counties covered”.")
    )
    source = TextLine(_("sources"), max_length=300, blank=True)
    certainty = Choice(_("certainty of the designation"), max_length=20, choices=Certainty)
    delisting_certainty = Choice(_("certainty of the delisting"), max_length=20, choices=Certainty, blank=True)
    note = LongText(_("note"), blank=True)

    trail_root = "division"
    objects = DesignationQuerySet.as_manager()

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("designation")
        verbose_name_plural = _("designations")
        ordering = ("division__code", "kind")
        constraints = (
            in_order("designation_dates", "starts_on", "ends_on"),
            never_twice_at_once("designation_once_at_a_time", "division", "kind", start="starts_on", end="ends_on"),
        )

    def __str__(self):
        return f"{self.division} {self.get_kind_display()}"
