"""Units of GB/T 2260 with their validity. A code is not a key over time; (code, valid_from) is."""

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from registry.core.constraints import never_twice_at_once
from registry.core.fields import Choice, TextLine
from registry.core.models import Bilingual, Record
from registry.core.refusals import word_refusals
from registry.core.search import bilingual_like, named_like


class Level(models.TextChoices):
    PROVINCE = "province", _("province")
    PREFECTURE = "prefecture", _("prefecture")
    COUNTY = "county", _("county")
    TOWNSHIP = "township", _("township")
    VILLAGE = "village", _("village")


word_refusals({"division_years": _("A division is abolished in a later year than the one in which it began.")})


class DivisionQuerySet(models.QuerySet):
    def in_force(self, year):
        """Units valid during `year`."""
        return self.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=year), valid_from__lte=year)

    def today(self):
        return self.filter(valid_to__isnull=True)

    def counties(self):
        return self.filter(level=Level.COUNTY)

    def designated(self):
        """Today's counties that carry, or whose predecessors carry, a designation that counts."""
        return self.today().counties().filter(folded__designations__counts=True).distinct()

    def within(self, code):
        """The unit with `code` and all below it: GB/T 2260 codes nest by their first 2, 4, 6, 9 digits."""
        return self.filter(code__startswith=stem(code))

    def search(self, text):
        """By name (former names too), code, pinyin or initials."""
        return self.filter(
            bilingual_like(text) | Q(code__startswith=text) | Q(folded__in=Division.objects.filter(named_like(text)))
        ).distinct()


def stem(code):
    """The digits of a code that its subdivisions share: 130000 -> 13, 130700 -> 1307, 130723 -> 130723."""
    if len(code) == 6:
        return code[:2] if code.endswith("0000") else code[:4] if code.endswith("00") else code
    return code


def codes_above(code):
    """The code of a county and those of its prefecture and province, in whose scopes it lies too."""
    return [code, f"{code[:4]}00", f"{code[:2]}0000"]


class Division(Record, Bilingual):
    """A unit in the years [valid_from, valid_to).

    `home` is today's county-level unit under which figures count what happened here: for 任县 (until 2020)
    it is 任泽区, for a village its county. Null above the county.
    """

    code = models.CharField(
        _("code"),
        max_length=12,
        validators=[RegexValidator(r"^[0-9]{6}([0-9]{3}([0-9]{3})?)?\Z", _("6, 9 or 12 digits."))],
    )
    name_en = TextLine(
        _("English name"), max_length=200, blank=True,
        help_text=_("The name in pinyin with its kind in English, a romanisation: Fuping County."),
    )  # fmt: skip
    level = Choice(_("level"), max_length=10, choices=Level)
    parent = models.ForeignKey(
        "self", models.PROTECT, related_name="children", null=True, blank=True, verbose_name=_("superior unit")
    )
    home = models.ForeignKey(
        "self", models.PROTECT, related_name="folded", null=True, blank=True, verbose_name=_("counted under"),
        help_text=_("Today's county under which figures count this unit."),
    )  # fmt: skip
    valid_from = models.PositiveSmallIntegerField(_("valid from (year)"))
    valid_to = models.PositiveSmallIntegerField(
        _("valid until (year, exclusive)"), null=True, blank=True, help_text=_("Empty: still in force.")
    )
    successors = models.ManyToManyField(
        "self", through="Succession", symmetrical=False, related_name="predecessors", verbose_name=_("successors")
    )
    note = TextLine(_("note"), max_length=300, blank=True)

    objects = DivisionQuerySet.as_manager()

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("division")
        verbose_name_plural = _("divisions")
        ordering = ("code", "valid_from")
        constraints = (
            models.UniqueConstraint(fields=("code", "valid_from"), name="division_identity"),
            models.CheckConstraint(
                name="division_years", condition=Q(valid_to__isnull=True) | Q(valid_to__gt=models.F("valid_from"))
            ),
            models.CheckConstraint(
                name="division_home",
                condition=~Q(level=Level.COUNTY, valid_to__isnull=True) | Q(home=models.F("id")) | Q(home__isnull=True),
            ),
            never_twice_at_once("division_one_at_a_time", "code", start="valid_from", end="valid_to", kind="int4range"),
        )
        indexes = (models.Index(fields=("initials",), name="division_initials", opclasses=("varchar_pattern_ops",)),)

    @property
    def is_current(self):
        return self.valid_to is None


class Succession(Record):
    """An abolished unit and one of the units that took over."""

    predecessor = models.ForeignKey(Division, models.CASCADE, related_name="+", verbose_name=_("predecessor"))
    successor = models.ForeignKey(Division, models.CASCADE, related_name="+", verbose_name=_("successor"))
    trail_root = "predecessor"

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("succession")
        verbose_name_plural = _("successions")
        constraints = (
            models.UniqueConstraint(fields=("predecessor", "successor"), name="succession_once"),
            models.CheckConstraint(name="succession_two_units", condition=~Q(predecessor=models.F("successor"))),
        )

    def __str__(self):
        return f"{self.predecessor} → {self.successor}"
