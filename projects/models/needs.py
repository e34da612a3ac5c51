"""Needs: what counties publish that they lack."""

from dataclasses import dataclass, replace
from decimal import ROUND_DOWN, Decimal

from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from counties.models import Division
from counties.models.postings import within_posting
from registry.core.constraints import paired, second_person
from registry.core.fields import Choice, Day, LongText, TextLine
from registry.core.lifecycle import Fact, Lifecycle, Move, Staged, moves_of
from registry.core.models import Named, Record, reads_everything
from registry.core.roles import Role
from registry.core.search import named_like
from registry.core.triggers import record_triggers

from .campaigns import Campaign, Field
from .items import Item, item_constraints
from .people import at, by
from .promises import BINDING, NEED_ITEM_GUARD


class NeedQuerySet(models.QuerySet):
    def public(self):
        return self.filter(status__in=Need.PUBLIC)

    def open(self):
        return self.filter(status__in=Need.OPEN)

    def past_expiry(self, on):
        return self.open().filter(expires_on__lt=on)

    def within_scope_of(self, user):
        if not (user.is_authenticated and user.is_active):
            return self.none()
        if user.reads_everything:
            return self
        if user.holds(Role.COUNTY):
            return self.filter(within_posting(user, "county__home__code"))
        return self.none()

    def visible_to(self, user):
        if reads_everything(user):
            return self
        mine = Need.objects.within_scope_of(user).values("pk")
        return self.filter(Q(status__in=Need.PUBLIC) | Q(pk__in=mine))

    def in_county(self, code):
        return self.filter(county__home__in=Division.objects.within(code).today())

    def search(self, text):
        words = text.strip()
        number = Q(number__icontains=words) if words else Q()
        return self.filter(named_like(text) | named_like(text, "county__") | number)


class Need(Record, Named, Staged):
    """What a county lacks. How much is still unmet is computed from accepted pledges, never typed."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("draft")
        SUBMITTED = "submitted", _("submitted")
        RETURNED = "returned", _("returned")
        PUBLISHED = "published", _("published")
        PARTLY_MET = "partly_met", _("partly met")
        MET = "met", _("met")
        EXPIRED = "expired", _("expired")
        WITHDRAWN = "withdrawn", _("withdrawn")

    class Urgency(models.TextChoices):
        NORMAL = "normal", _("normal")
        PRESSING = "pressing", _("pressing")
        URGENT = "urgent", _("urgent")

    PUBLIC = (Status.PUBLISHED, Status.PARTLY_MET, Status.MET)
    OPEN = (Status.PUBLISHED, Status.PARTLY_MET)
    EDITABLE = (Status.DRAFT, Status.RETURNED)
    lifecycle = Lifecycle(
        *moves_of(
            (Status.DRAFT, Status.RETURNED), Status.SUBMITTED, _("Submit to the bureau"), "projects.submit_need",
            facts=("items",), stamps="submitted",
        ),
        Move(
            Status.SUBMITTED, Status.PUBLISHED, _("Publish"), "projects.publish_need",
            stamps="published", second_person="submitted",
        ),
        Move(Status.SUBMITTED, Status.RETURNED, _("Return"), "projects.publish_need", reason=True, danger=True),
        Move(Status.PUBLISHED, Status.PARTLY_MET, _("Partly met"), "projects.publish_need", automatic=True),
        *moves_of(OPEN, Status.MET, _("Met"), "projects.publish_need", automatic=True),
        *moves_of(
            (Status.PARTLY_MET, Status.MET), Status.PUBLISHED, _("Open again"), "projects.publish_need", automatic=True
        ),
        Move(Status.MET, Status.PARTLY_MET, _("Partly open again"), "projects.publish_need", automatic=True),
        *moves_of(OPEN, Status.EXPIRED, _("Let expire"), "projects.submit_need", reason=True, danger=True),
        Move(
            Status.EXPIRED, Status.SUBMITTED, _("Renew"), "projects.submit_need",
            stamps="submitted", clears=("published",),
        ),
        *moves_of(
            (Status.DRAFT, Status.SUBMITTED, Status.RETURNED, *OPEN), Status.WITHDRAWN, _("Withdraw"),
            "projects.submit_need", facts=("unpromised",), reason=True, danger=True,
        ),
        facts={
            "unpromised": Fact(
                lambda need: not need.pledges.filter(status__in=BINDING).exists(),
                _("Pledges towards it have been accepted: settle them first."),
            ),
            "items": Fact(
                lambda need: need.items.exists(), _("Say what is wanted first: money, goods, service or know-how.")
            ),
        },
    )  # fmt: skip
    personal = {"contact_name": "name", "contact_phone": "phone"}

    number = models.CharField(_("number"), max_length=40, unique=True)
    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="needs", verbose_name=_("campaign"))
    county = models.ForeignKey(Division, models.PROTECT, related_name="needs", verbose_name=_("county"))
    field = models.ForeignKey(Field, models.PROTECT, related_name="needs", verbose_name=_("field of help"))
    place = TextLine(_("place"), max_length=200, blank=True)
    why = LongText(_("why it is needed"), blank=True)
    urgency = Choice(_("urgency"), max_length=10, choices=Urgency, default=Urgency.NORMAL)
    expires_on = Day(
        _("expires on"),
        null=True,
        blank=True,
        help_text=_("After this day the need is flagged; a person lets it expire."),
    )
    contact_name = TextLine(_("contact"), max_length=60, blank=True)
    contact_phone = TextLine(_("contact's telephone"), max_length=30, blank=True)
    status = Choice(_("status"), max_length=12, choices=Status, default=Status.DRAFT, editable=False)
    submitted_by = by(_("submitted by"))
    submitted_at = at(_("submitted at"))
    published_by = by(_("published by"))
    published_at = at(_("published at"))

    objects = NeedQuerySet.as_manager()

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("need")
        verbose_name_plural = _("needs")
        ordering = ("-id",)
        permissions = (
            ("submit_need", _("Can submit, renew and withdraw a need")),
            ("publish_need", _("Can publish or return a need")),
        )
        constraints = (
            paired("need_submitted", "submitted_by", "submitted_at"),
            paired("need_published", "published_by", "published_at"),
            second_person("need_two_persons", "submitted_by", "published_by"),
            models.CheckConstraint(
                name="need_published_by_someone",
                condition=~Q(status__in=("published", "partly_met", "met")) | Q(published_by__isnull=False),
            ),
        )
        indexes = (models.Index(fields=("status", "county"), name="need_of_county"),)

    def gaps(self):
        """What is wanted, accepted and still unmet, item by item: one `Gap` each. Computed, never typed."""
        sums = dict(
            self.items.filter(pledged__pledge__status__in=BINDING)
            .annotate(given=models.Sum(Coalesce("pledged__amount", "pledged__quantity")))
            .values_list("pk", "given")
        )
        return [Gap(item, sums.get(item.pk, Decimal(0))) for item in self.items.all()]

    def is_past_expiry(self, on):
        return self.status in self.OPEN and self.expires_on is not None and self.expires_on < on


@dataclass(frozen=True)
class Gap:
    """One item of a need with the sum of what binding pledges promise towards it."""

    item: "NeedItem"
    given: Decimal

    @property
    def name(self):
        """What is wanted, in words; for money simply that."""
        return self.item.what or self.item.get_kind_display()

    @property
    def wanted(self):
        return self.item.measure

    def of(self, value):
        """`value` in the measure of the item."""
        return replace(self.wanted, value=value)

    @property
    def accepted(self):
        return self.of(self.given)

    @property
    def unmet(self):
        return self.of(self.wanted.value - self.given)

    @property
    def share(self):
        """What is promised, in percent of what is wanted: rounded down, so that 100 means all of it."""
        return (self.given * 100 / self.wanted.value).quantize(Decimal("0.1"), ROUND_DOWN)


class NeedItem(Item):
    need = models.ForeignKey(Need, models.CASCADE, related_name="items", verbose_name=_("need"))
    trail_root = "need"

    class Meta(Item.Meta):
        abstract = False
        verbose_name = _("item of a need")
        verbose_name_plural = _("items of a need")
        ordering = ("id",)
        triggers = [*record_triggers(), NEED_ITEM_GUARD]
        constraints = (
            *item_constraints("need_item"),
            models.UniqueConstraint(fields=("need", "kind", "what", "unit"), name="need_item_once"),
        )
