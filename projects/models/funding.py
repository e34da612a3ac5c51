from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q, Sum
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from orgs.models import Enterprise, Organisation
from registry.core.constraints import not_negative, paired, where_set
from registry.core.fields import Choice, Day, LongText, QualifierField, TextLine, YuanField
from registry.core.quantity import Money, Qualifier, Quantity, format_quantity

from .ceilings import CEILING_GUARDS, CEILINGS, excesses
from .people import at, by
from .phases import phase_triggers
from .project import OfProject, OfProjectQuerySet, Project


class FundingQuerySet(OfProjectQuerySet):
    open_to_all = Q(voided_at__isnull=True)
    """Voided lines are shown to those who run the project, struck through; to the public not at all."""

    def standing(self):
        """Lines that were not voided."""
        return self.filter(voided_at__isnull=True)

    def in_state(self, state):
        return self.filter(state=state)

    def of_organisations(self):
        """Own and raised money: what “funds involved” counts. Companies' money is a separate figure."""
        return self.filter(origin__in=(Funding.Origin.OWN, Funding.Origin.RAISED))

    def of_companies(self):
        return self.filter(origin=Funding.Origin.MOBILISED)

    def involved(self, whose):
        """Per project the standing lines received of `whose` money (`of_organisations`, `of_companies`), or where
        none was received, those committed: the rule of the figures “funds involved” and “company money”."""
        received = whose(Funding.objects.standing()).in_state(Funding.State.RECEIVED)
        committed_only = Q(state=Funding.State.COMMITTED) & ~Exists(received.filter(project=OuterRef("project")))
        return whose(self.standing()).filter(Q(state=Funding.State.RECEIVED) | committed_only)

    def beyond(self):
        """The standing lines of states that came to more than their limit (see `ceilings`): the data check."""
        found = Q()
        for ceiling in CEILINGS:
            limits = Q(state=ceiling.limit)
            unknown = limits & (Q(amount__isnull=True) | ~Q(qualifier=Qualifier.EXACT))
            for whose in (FundingQuerySet.of_organisations, FundingQuerySet.of_companies):
                lines = whose(Funding.objects.standing()).order_by()
                sums = lines.filter(project=OuterRef("project")).values("project")
                sums = sums.annotate(
                    above=Sum("amount", filter=Q(state=ceiling.state)),
                    limit=Sum("amount", filter=limits),
                    unknown=Count("pk", filter=unknown),
                )
                too_much = Exists(sums.filter(unknown=0, above__gt=F("limit")))
                found |= Q(too_much, state=ceiling.state, pk__in=lines.values("pk"))
        return self.filter(found)


class Funding(OfProject):
    """One line of money, goods or service. It is voided, never deleted, and stays visible struck through."""

    class State(models.TextChoices):
        PLEDGED = "pledged", _("pledged")
        COMMITTED = "committed", _("committed")
        RECEIVED = "received", _("received")
        SPENT = "spent", _("spent")

    class Kind(models.TextChoices):
        CASH = "cash", _("cash")
        GOODS = "goods", _("goods")
        SERVICE = "service", _("service")
        NOT_STATED = "not_stated", _("kind not stated")

    class Origin(models.TextChoices):
        OWN = "own", _("own funds")
        RAISED = "raised", _("raised from the public")
        MOBILISED = "mobilised", _("mobilised from member companies")

    class Basis(models.TextChoices):
        NONE = "none", _("no valuation")
        INVOICE = "invoice", _("invoice")
        MARKET = "market", _("market price")
        DECLARED = "declared", _("declared by the giver")
        SOURCE = "source", _("as stated in the source")

    project = models.ForeignKey(
        Project, models.CASCADE, related_name="funding", db_index=False, verbose_name=_("project")
    )
    state = Choice(_("state"), max_length=10, choices=State)
    kind = Choice(_("kind"), max_length=10, choices=Kind, default=Kind.CASH)
    origin = Choice(_("origin of the money"), max_length=10, choices=Origin, default=Origin.OWN)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="funding", null=True, blank=True, verbose_name=_("organisation")
    )
    enterprise = models.ForeignKey(
        Enterprise,
        models.PROTECT,
        related_name="funding",
        null=True,
        blank=True,
        db_index=False,
        verbose_name=_("enterprise"),
    )
    is_joint = models.BooleanField(
        _("joint, shares unknown"),
        default=False,
        help_text=_("Given by all parties together; the shares are not known."),
    )
    amount = YuanField(
        _("amount in yuan"), null=True, blank=True, help_text=_("Empty: not stated. 72万 and 0.5亿 are understood.")
    )
    qualifier = QualifierField(_("precision"))
    wording = TextLine(
        _("word of the source"),
        max_length=10,
        blank=True,
        help_text=_("余, 多, 约, 超过: printed as the source has it."),
    )
    goods = TextLine(_("what"), max_length=100, blank=True, help_text=_("What goods or service."))
    quantity = models.DecimalField(_("quantity"), max_digits=18, decimal_places=4, null=True, blank=True)
    unit = TextLine(_("unit"), max_length=20, blank=True)
    value_basis = Choice(_("basis of the value"), max_length=10, choices=Basis, default=Basis.NONE)
    occurred_on = Day(_("date"), null=True, blank=True)
    voucher = TextLine(_("voucher"), max_length=60, blank=True)
    confirmed_by = by(_("receipt confirmed by"), db_index=False)
    confirmed_at = at(_("receipt confirmed at"))
    voided_by = by(_("voided by"), db_index=False)
    voided_at = at(_("voided at"))
    void_reason = LongText(_("why voided"), blank=True, editable=False)
    excess_reason = TextLine(
        _("why more than was committed"),
        max_length=200,
        blank=True,
        help_text=_("Asked for when what was received would go beyond what was committed; shown in the data check."),
    )
    note = LongText(_("note"), blank=True)

    objects = FundingQuerySet.as_manager()

    class Meta(OfProject.Meta):
        abstract = False
        triggers = [*phase_triggers(), *CEILING_GUARDS]
        verbose_name = _("funding line")
        verbose_name_plural = _("funding lines")
        ordering = ("id",)
        permissions = (
            ("confirm_funding", _("Can confirm the receipt of a funding line")),
            ("void_funding", _("Can void a funding line")),
        )
        constraints = (
            not_negative("funding_not_negative", "amount", "quantity"),
            paired("funding_confirmed", "confirmed_by", "confirmed_at"),
            paired("funding_voided", "voided_by", "voided_at"),
            models.CheckConstraint(
                name="funding_voided_with_reason",
                condition=Q(voided_at__isnull=True, void_reason="") | (Q(voided_at__isnull=False) & ~Q(void_reason="")),
            ),
            models.CheckConstraint(
                name="funding_confirmed_when_received",
                condition=Q(confirmed_at__isnull=True) | Q(state="received"),
            ),
            models.CheckConstraint(
                name="funding_one_party",
                condition=Q(is_joint=True, organisation__isnull=True, enterprise__isnull=True)
                | Q(is_joint=False, organisation__isnull=False, enterprise__isnull=True)
                | Q(is_joint=False, organisation__isnull=True, enterprise__isnull=False),
                violation_error_message=_("Name one organisation or one company, or tick “joint, shares unknown”."),
            ),
            models.CheckConstraint(
                name="funding_company_money_apart",
                condition=Q(enterprise__isnull=True) | Q(origin="mobilised"),
                violation_error_message=_("A company's money is mobilised money: choose that origin."),
            ),
            models.CheckConstraint(
                name="funding_mobilised_by_company",
                condition=~Q(origin="mobilised") | Q(organisation__isnull=True),
                violation_error_message=_(
                    "Mobilised money belongs to the company: name the company, not the organisation."
                ),
            ),
            models.CheckConstraint(
                name="funding_quantity_with_unit",
                condition=Q(quantity__isnull=True, unit="") | (Q(quantity__isnull=False) & ~Q(unit="")),
                violation_error_message=_("A quantity needs its unit, and a unit its quantity."),
            ),
            models.CheckConstraint(
                name="funding_unvalued",
                condition=Q(amount__isnull=False) | Q(value_basis="none"),
                violation_error_message=_("Without an amount there is no basis of value: choose “no valuation”."),
            ),
        )
        indexes = (
            models.Index(fields=("project", "state"), name="funding_of_project"),
            *where_set("funding", "enterprise", "confirmed_by", "voided_by"),
        )

    def __str__(self):
        return f"{self.get_state_display()} {self.money}"

    def clean(self):
        """Refuse what goes beyond a ceiling, or further beyond it than before, without a reason."""
        super().clean()
        is_sum = self.amount is None or isinstance(self.amount, Decimal)
        if self.is_voided or self.project_id is None or not is_sum:
            return
        others = self.account()
        before = excesses([*others, *Funding.objects.standing().filter(pk=self.pk)] if self.pk else others)
        for state, excess in excesses([*others, self]).items():
            worse = excess.by > before[state].by if state in before else True
            explained = self.excess_reason if self.state in excess.ceiling.explained_by else excess.is_explained
            if worse and self.state in (excess.ceiling.state, excess.ceiling.limit) and not explained:
                raise self._unexplained(excess)

    def _unexplained(self, excess):
        words = {
            "state": Funding.State(excess.ceiling.state).label,
            "above": format_quantity(Money(excess.above)),
            "below": Funding.State(excess.ceiling.limit).label,
            "limit": format_quantity(Money(excess.limit)),
        }
        if self.state in excess.ceiling.explained_by:
            remedy = gettext(
                "With this line “%(state)s” comes to %(above)s, more than the %(limit)s of “%(below)s”. "
                "Say why, or correct the amount."
            )
            return ValidationError({"excess_reason": remedy % words})
        remedy = gettext(
            "“%(state)s” has come to %(above)s already, more than the %(limit)s that “%(below)s” would come to. "
            "Write the reason on a line of “%(state)s” first, or correct the amount."
        )
        return ValidationError({"amount": remedy % words})

    def account(self):
        """The other standing lines of the project that are reckoned together with this one."""
        lines = Funding.objects.standing().filter(project=self.project_id).exclude(pk=self.pk)
        return list(lines.of_companies() if self.origin == Funding.Origin.MOBILISED else lines.of_organisations())

    @property
    def money(self):
        return Money(self.amount, qualifier=self.qualifier, wording=self.wording)

    @property
    def measure(self):
        """The quantity of goods or service, or None."""
        return None if self.quantity is None else Quantity(self.quantity, self.unit)

    @property
    def party(self):
        return self.organisation or self.enterprise

    @property
    def is_voided(self):
        return self.voided_at is not None
