from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from counties.models import Division
from orgs.credit_code import MINISTRY
from registry.core.fields import Choice
from registry.core.models import Bilingual, Record
from registry.core.search import bilingual_like


class RegisteredLevel(models.TextChoices):
    NATIONAL = "national", pgettext_lazy("registered", "national")
    PROVINCE = "province", _("provincial")
    PREFECTURE = "prefecture", _("municipal")
    COUNTY = "county", _("county-level")


class Origin(models.TextChoices):
    """Where an organisation is registered: the slice by which the three provinces count."""

    NATIONAL = "national", _("National")
    BEIJING = "beijing", _("Beijing")
    TIANJIN = "tianjin", _("Tianjin")
    HEBEI = "hebei", _("Hebei")
    OTHER = "other", _("Elsewhere")


class AuthorityQuerySet(models.QuerySet):
    def search(self, text):
        return self.filter(bilingual_like(text))

    def registering(self, code):
        """Those that a valid credit code can mean by its division: one, or none that the register knows."""
        division = code[2:8]
        if division == MINISTRY:
            return self.filter(level=RegisteredLevel.NATIONAL)
        return self.filter(division__code=division)


class Authority(Record, Bilingual):
    """A registering authority (登记管理机关): the Ministry, a provincial, city or county bureau."""

    level = Choice(_("level"), max_length=10, choices=RegisteredLevel)
    division = models.ForeignKey(
        Division, models.PROTECT, related_name="authorities", null=True, blank=True, verbose_name=_("division"),
        help_text=_("Empty for the Ministry."),
    )  # fmt: skip

    objects = AuthorityQuerySet.as_manager()

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("registering authority")
        verbose_name_plural = _("registering authorities")
        ordering = ("division__code", "name")
        constraints = (
            models.UniqueConstraint(fields=("name",), name="authority_name"),
            models.CheckConstraint(
                name="authority_division",
                condition=models.Q(level=RegisteredLevel.NATIONAL, division__isnull=True)
                | (~models.Q(level=RegisteredLevel.NATIONAL) & models.Q(division__isnull=False)),
            ),
        )
