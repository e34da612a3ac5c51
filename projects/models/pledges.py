"""Pledges: what organisations offer. Two decisions, two persons, two instants."""

from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from counties.models import Division
from counties.models.postings import within_posting
from orgs.models import Enterprise, Organisation
from registry.core.constraints import paired, second_person
from registry.core.fields import Choice, Day, LongText, TextLine, YuanField
from registry.core.lifecycle import Fact, Lifecycle, Move, Staged, moves_of
from registry.core.models import InnerQuerySet, Record
from registry.core.quantity import Money
from registry.core.roles import Role
from registry.core.search import named_like
from registry.core.triggers import record_triggers

from .campaigns import Campaign, Field
from .funding import Funding
from .items import Item, item_constraints
from .needs import Need, NeedItem
from .people import at, by
from .project import Project
from .promises import BINDING, PLEDGE_GUARD, PLEDGE_ITEM_GUARD


class PledgeQuerySet(InnerQuerySet):
    def binding(self):
        """Accepted and not taken back: what a need's gap is reduced by."""
        return self.filter(status__in=Pledge.BINDING)

    def promised(self):
        """Confirmed by the county after the bureau accepted them, whatever came later: of these, and only of these,
        everybody is told how many were kept."""
        return self.filter(confirmed_at__isnull=False)

    def spoken_for_by(self, user):
        """Of the organisations that `user` speaks for."""
        return self.filter(Exists(user.memberships.approved().filter(organisation=OuterRef("organisation"))))

    def within_scope_of(self, user):
        """Own drafts are nobody else's: the bureau sees a pledge from its submission, the county of the need
        (or of a free pledge) from its acceptance."""
        if not (user.is_authenticated and user.is_active):
            return self.none()
        submitted = ~Q(status=Pledge.Status.DRAFT)
        if user.holds(Role.AUDITOR):
            return self
        if user.is_bureau:
            return self.filter(submitted)
        scope = Q(pk__in=[])
        if user.holds(Role.PARTNER):
            scope |= submitted & within_posting(user, "organisation__authority__division__code")
        if user.holds(Role.COUNTY):
            scope |= _received_by(user)
        if user.holds(Role.ORGANISATION):
            scope |= Q(Exists(user.memberships.approved().filter(organisation=OuterRef("organisation"))))
        return self.filter(scope)

    def in_county(self, code):
        """Towards a need of the county or city with this code, or freely towards it."""
        homes = Division.objects.within(code).today()
        return self.filter(Q(county__home__in=homes) | Q(need__county__home__in=homes))

    def late(self, on):
        """Those whose answer is owed since before `on`."""
        return self.filter(status__in=Pledge.ANSWERED_BY_DAY, answer_by__lt=on)

    def received_by(self, user):
        """Accepted by the bureau for a county that `user` serves: what its county decides on."""
        return self.filter(_received_by(user))

    def search(self, text):
        return self.filter(
            Q(number__icontains=text.strip())
            | named_like(text, "organisation__")
            | named_like(text, "need__")
            | named_like(text, "county__")
        )


def _received_by(user):
    towards = within_posting(user, "need__county__home__code") | within_posting(user, "county__home__code")
    return Q(accepted_at__isnull=False) & towards


class Pledge(Record, Staged):
    """What an organisation offers, towards a need or freely towards a county and field.

    Accepted by the bureau and confirmed by the county: two decisions, two persons, two instants.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", _("draft")
        SUBMITTED = "submitted", _("submitted")
        ACCEPTED = "accepted", _("accepted by the bureau")
        DECLINED = "declined", _("declined")
        CONFIRMED = "confirmed", _("confirmed by the county")
        SIGNED = "signed", _("signed")
        CARRIED = "carried", _("carried into a project")
        WITHDRAWN = "withdrawn", _("withdrawn")

    BINDING = BINDING
    ANSWERED_BY_DAY = (Status.SUBMITTED, Status.ACCEPTED)
    """States in which the other side owes an answer by a day: the bureau, then the county."""

    lifecycle = Lifecycle(
        Move(
            Status.DRAFT, Status.SUBMITTED, _("Submit"), "projects.submit_pledge",
            facts=("towards", "items", "fitting", "instalments"), stamps="submitted",
        ),
        Move(
            Status.SUBMITTED, Status.ACCEPTED, _("Accept"), "projects.accept_pledge",
            facts=("need_open", "fitting"), stamps="accepted", second_person="submitted",
        ),
        Move(Status.SUBMITTED, Status.DECLINED, _("Decline"), "projects.accept_pledge", reason=True, danger=True),
        Move(
            Status.ACCEPTED, Status.CONFIRMED, _("Confirm"), "projects.confirm_pledge",
            stamps="confirmed", second_person="accepted",
        ),
        Move(Status.ACCEPTED, Status.DECLINED, _("Decline"), "projects.confirm_pledge", reason=True, danger=True),
        Move(Status.CONFIRMED, Status.SIGNED, _("Record the signing"), "projects.sign_pledge", stamps="signed"),
        Move(Status.SIGNED, Status.CARRIED, _("Carry into a project"), "projects.sign_pledge", facts=("project",)),
        *moves_of(
            (Status.DRAFT, Status.SUBMITTED, Status.ACCEPTED), Status.WITHDRAWN, _("Withdraw"),
            "projects.submit_pledge", reason=True, danger=True,
        ),
        Move(Status.CONFIRMED, Status.WITHDRAWN, _("Release"), "projects.sign_pledge", reason=True, danger=True),
        facts={
            "towards": Fact(
                lambda pledge: pledge.need_id is not None or (pledge.county_id and pledge.field_id),
                _("Choose a need, or the county and the field of help that a free pledge is for."),
            ),
            "instalments": Fact(
                lambda pledge: pledge.instalments_add_up(),
                _("The instalments do not come to the sum of money that is offered: correct one of them."),
            ),
            "items": Fact(lambda pledge: pledge.items.exists(), _("Say what you offer first.")),
            "need_open": Fact(
                lambda pledge: pledge.need is None or pledge.need.status in Need.OPEN,
                _("The need is not open any more: decline the pledge, or ask the county to renew the need."),
            ),
            "fitting": Fact(
                lambda pledge: all(item.fits_need_item() for item in pledge.items.select_related("need_item")),
                _("Some items do not fit what the need wants: choose an item of that need, in its kind and unit."),
            ),
            "project": Fact(
                lambda pledge: pledge.project_id is not None, _("Choose the project that carries it first.")
            ),
        },
    )  # fmt: skip
    personal = {"contact_name": "name", "contact_phone": "phone"}

    number = models.CharField(_("number"), max_length=40, unique=True)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="pledges", verbose_name=_("organisation")
    )
    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="pledges", verbose_name=_("campaign"))
    need = models.ForeignKey(
        Need, models.PROTECT, null=True, blank=True, related_name="pledges", verbose_name=_("need")
    )
    county = models.ForeignKey(
        Division,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="pledges",
        verbose_name=_("county"),
        help_text=_("For a free pledge, without a need."),
    )
    field = models.ForeignKey(
        Field, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("field of help")
    )
    text = LongText(_("what is offered"), blank=True)
    deliver_by = Day(_("to be delivered by"), null=True, blank=True)
    contact_name = TextLine(_("contact"), max_length=60, blank=True)
    contact_phone = TextLine(_("contact's telephone"), max_length=30, blank=True)
    status = Choice(_("status"), max_length=10, choices=Status, default=Status.DRAFT, editable=False)
    answer_by = Day(
        _("answer due"),
        null=True,
        editable=False,
        help_text=_("The day by which the side that the pledge waits for is to answer; it flags, and moves nothing."),
    )
    submitted_by = by(_("submitted by"))
    submitted_at = at(_("submitted at"))
    accepted_by = by(_("accepted by"))
    accepted_at = at(_("accepted at"))
    confirmed_by = by(_("confirmed by"))
    confirmed_at = at(_("confirmed at"))
    signed_by = by(_("signing recorded by"))
    signed_at = at(_("signing recorded at"))
    project = models.ForeignKey(
        Project, models.PROTECT, null=True, blank=True, related_name="pledges", verbose_name=_("carried into")
    )

    objects = PledgeQuerySet.as_manager()

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("pledge")
        verbose_name_plural = _("pledges")
        ordering = ("-id",)
        permissions = (
            ("submit_pledge", _("Can submit and withdraw a pledge")),
            ("accept_pledge", _("Can accept or decline a pledge for the bureau")),
            ("confirm_pledge", _("Can confirm or decline a pledge for the county")),
            ("sign_pledge", _("Can record the signing of a pledge")),
        )
        triggers = [*record_triggers(), PLEDGE_GUARD]
        constraints = (
            paired("pledge_submitted", "submitted_by", "submitted_at"),
            paired("pledge_accepted", "accepted_by", "accepted_at"),
            paired("pledge_confirmed", "confirmed_by", "confirmed_at"),
            paired("pledge_signed", "signed_by", "signed_at"),
            second_person("pledge_two_decisions", "accepted_by", "confirmed_by"),
            models.CheckConstraint(
                name="pledge_towards_something",
                condition=Q(need__isnull=False, county__isnull=True) | Q(need__isnull=True),
                violation_error_message=_("A pledge towards a need takes the county from it: leave the county empty."),
            ),
            models.CheckConstraint(
                name="pledge_decided_by_someone",
                condition=~Q(status__in=("accepted", "confirmed", "signed", "carried")) | Q(accepted_by__isnull=False),
            ),
            models.CheckConstraint(
                name="pledge_confirmed_by_someone",
                condition=~Q(status__in=("confirmed", "signed", "carried")) | Q(confirmed_by__isnull=False),
            ),
        )
        indexes = (models.Index(fields=("need", "status"), name="pledge_of_need"),)

    def __str__(self):
        return self.number

    def allows(self, move, user):
        """Whoever gave does not also say yes for the county, whatever roles the person holds."""
        return move.target != self.Status.CONFIRMED or self.submitted_by_id != user.pk

    @property
    def receiver(self):
        """The county that it is for: the need's, or a free pledge's own."""
        return self.need.county if self.need_id else self.county

    @property
    def help_field(self):
        """The field of help: the need's, or a free pledge's own."""
        return self.need.field if self.need_id else self.field

    @property
    def money(self):
        """What is offered in money, yuan: the sum of its items of that kind."""
        return Money(sum((item.amount for item in self.items.all() if item.amount is not None), Decimal(0)))

    def instalments_add_up(self):
        """Whether the instalments come to the money that is offered; a pledge without any is paid at once."""
        parts = [part.amount for part in self.instalments.all()]
        return not parts or sum(parts) == self.money.value


class OfPledgeQuerySet(InnerQuerySet):
    def within_scope_of(self, user):
        return self.filter(pledge__in=Pledge.objects.within_scope_of(user))


class PledgeItem(Item):
    """One thing that is offered. What a member company gives is mobilised: shown apart everywhere."""

    pledge = models.ForeignKey(Pledge, models.CASCADE, related_name="items", verbose_name=_("pledge"))
    need_item = models.ForeignKey(
        NeedItem, models.PROTECT, null=True, blank=True, related_name="pledged", verbose_name=_("towards item")
    )
    declared = YuanField(
        _("stated value in yuan"), null=True, blank=True,
        help_text=_("Of goods and services, as the giver states it. Empty: not stated."),
    )  # fmt: skip
    origin = Choice(_("origin of the money"), max_length=10, choices=Funding.Origin, default=Funding.Origin.OWN)
    enterprise = models.ForeignKey(
        Enterprise, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("member company"),
        help_text=_("The company whose money or goods these are; leave empty for the organisation's own."),
    )  # fmt: skip
    trail_root = "pledge"

    objects = OfPledgeQuerySet.as_manager()

    class Meta(Item.Meta):
        abstract = False
        verbose_name = _("item of a pledge")
        verbose_name_plural = _("items of a pledge")
        ordering = ("id",)
        triggers = [*record_triggers(), PLEDGE_ITEM_GUARD]
        constraints = (
            *item_constraints("pledge_item"),
            models.CheckConstraint(
                name="pledge_item_company_is_mobilised",
                condition=Q(origin="mobilised", enterprise__isnull=False)
                | (~Q(origin="mobilised") & Q(enterprise__isnull=True)),
                violation_error_message=_("What a member company gives is mobilised, and nothing else is."),
            ),
            models.CheckConstraint(
                name="pledge_item_declared",
                condition=Q(declared__isnull=True) | (~Q(kind="money") & Q(declared__gt=0)),
                violation_error_message=_("Only goods and services have a stated value, and it is more than nothing."),
            ),
        )

    def fits_need_item(self):
        """Whether it is offered freely, or towards an item of the pledge's own need in the same kind and unit."""
        wanted = self.need_item
        return wanted is None or (
            wanted.need_id == self.pledge.need_id and (wanted.kind, wanted.unit) == (self.kind, self.unit)
        )

    def clean(self):
        super().clean()
        if self.pledge_id and not self.fits_need_item():
            raise ValidationError(
                {"need_item": _("Choose an item of the need that is pledged to, in the same kind and unit.")}
            )


class Instalment(Record):
    """A part of the money that is offered, and the day by which it is to arrive."""

    pledge = models.ForeignKey(Pledge, models.CASCADE, related_name="instalments", verbose_name=_("pledge"))
    due_on = Day(_("to arrive by"))
    amount = YuanField(_("amount in yuan"))
    trail_root = "pledge"

    objects = OfPledgeQuerySet.as_manager()

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("instalment")
        verbose_name_plural = _("instalments")
        ordering = ("due_on",)
        constraints = (
            models.UniqueConstraint(fields=("pledge", "due_on"), name="instalment_once_a_day"),
            models.CheckConstraint(name="instalment_of_something", condition=Q(amount__gt=0)),
        )

    def __str__(self):
        return f"{self.due_on} {Money(self.amount)}"
