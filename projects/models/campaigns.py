from django.db import models
from django.utils.translation import gettext_lazy as _

from orgs.models import Authority
from registry.core.constraints import in_order
from registry.core.fields import Choice, Day, LongText
from registry.core.models import Bilingual, Record


class Scheme(models.TextChoices):
    """A set of fields: poverty relief, and the five revitalisations that follow it."""

    RELIEF = "relief", _("poverty relief")
    REVITALISATION = "revitalisation", _("rural revitalisation")


class FieldQuerySet(models.QuerySet):
    def active(self):
        return self.filter(is_active=True)


class Field(Record, Bilingual):
    """A field of help (领域): editable rows, not code."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    scheme = Choice(_("scheme"), max_length=20, choices=Scheme)
    position = models.PositiveSmallIntegerField(_("position"), default=100)
    is_active = models.BooleanField(_("in use"), default=True)

    objects = FieldQuerySet.as_manager()

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("field of help")
        verbose_name_plural = _("fields of help")
        ordering = ("scheme", "position", "code")
        constraints = (
            models.UniqueConstraint(fields=("scheme", "name"), name="field_name"),
            models.UniqueConstraint(fields=("id", "scheme"), name="field_scheme_key"),
        )


class CampaignQuerySet(models.QuerySet):
    def current(self):
        """The campaign that new records belong to: the latest that has begun."""
        return self.order_by("-starts_on", "-id").first()


class Campaign(Record, Bilingual):
    """An action (行动) with its period, hosts, appeal and counting rules; everything else belongs to one."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    scheme = Choice(
        _("scheme of fields"),
        max_length=20,
        choices=Scheme,
        default=Scheme.RELIEF,
        help_text=_("Which fields count as primary in this campaign."),
    )
    starts_on = Day(_("starts on"))
    ends_on = Day(_("ends on (exclusive)"), null=True, blank=True)
    start_note = LongText(_("note on the dates"), blank=True)
    appeal = LongText(_("appeal"), blank=True, help_text=_("The appeal (倡议书) that opened the campaign."))
    counting_rules = LongText(_("counting rules"), blank=True, help_text=_("What differs from the general rules."))
    bureaux = models.ManyToManyField(
        Authority, through="CampaignBureau", related_name="campaigns", verbose_name=_("bureaux")
    )
    successor = models.OneToOneField(
        "self", models.PROTECT, related_name="predecessor", null=True, blank=True, verbose_name=_("successor")
    )

    objects = CampaignQuerySet.as_manager()

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("campaign")
        verbose_name_plural = _("campaigns")
        ordering = ("-starts_on",)
        constraints = (
            in_order("campaign_dates", "starts_on", "ends_on"),
            models.CheckConstraint(
                name="campaign_not_its_own_successor",
                condition=models.Q(successor__isnull=True) | ~models.Q(successor=models.F("id")),
            ),
        )


class CampaignBureau(Record):
    class Part(models.TextChoices):
        HOST = "host", _("host")
        PARTNER = "partner", _("partner")

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="parts", verbose_name=_("campaign"))
    authority = models.ForeignKey(Authority, models.PROTECT, related_name="parts", verbose_name=_("bureau"))
    part = Choice(_("part"), max_length=10, choices=Part)
    trail_root = "campaign"

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("bureau of a campaign")
        verbose_name_plural = _("bureaux of a campaign")
        constraints = (models.UniqueConstraint(fields=("campaign", "authority"), name="campaign_bureau_once"),)

    def __str__(self):
        return f"{self.authority} · {self.get_part_display()}"
