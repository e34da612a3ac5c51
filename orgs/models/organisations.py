"""Social organisations, what they were called, and the companies that they mobilise."""

import re

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _

from counties.models import Certainty
from counties.models.postings import within_posting
from orgs.credit_code import normalise_code, validate_code
from registry.core.fields import Choice, Day, LongText, TextLine
from registry.core.lifecycle import Lifecycle, Move, Staged, moves_of
from registry.core.lookups import one_of
from registry.core.models import Bilingual, Named, Record, reads_everything
from registry.core.prepared import Among
from registry.core.public_session import is_walled
from registry.core.roles import Role
from registry.core.search import Bigrams, letters_of, named_by_index, named_like
from registry.core.text import fold_width
from registry.core.triggers import no_delete, record_triggers

from .authorities import Authority, Origin, RegisteredLevel

_CODE = re.compile(r"[0-9A-Z]+")


class Kind(models.TextChoices):
    ASSOCIATION = "association", _("social association")
    SERVICE = "service", _("social service institution")
    FOUNDATION = "foundation", _("foundation")


class OrganisationQuerySet(models.QuerySet):
    def within_scope_of(self, user):
        """Those that `user` works with, inner fields included: bureau and auditors all, a partner bureau
        those registered in its jurisdiction, a member its own."""
        if not (user.is_authenticated and user.is_active):
            return self.none()
        if user.reads_everything:
            return self
        scope = Q(pk__in=user.memberships.approved().values("organisation"))
        if user.holds(Role.PARTNER):
            scope |= within_posting(user, "authority__division__code")
        return self.filter(scope)

    def visible_to(self, user):
        """The registered ones are public; applications are seen by those who work with them."""
        if reads_everything(user):
            return self
        mine = Organisation.objects.within_scope_of(user).values("pk")
        return self.filter(Q(status__in=Organisation.PUBLIC) | Q(pk__in=mine))

    def search(self, text):
        """By name, former or short name, credit code, pinyin or initials."""
        if not text.strip():
            return self
        found = [Organisation.objects.filter(way).order_by().values("pk") for way in _ways(text)]
        former = FormerName.objects.order_by().values("organisation")
        found += [former.filter(way) for way in named_by_index(text)]
        return self.filter(one_of("id", found[0].union(*found[1:], all=True)))


def _ways(text):
    """Conditions by which organisations are found, each by an index of its own; in a member's session, whose policies
    shut them out, the one way of a function that looks behind them and gives no more than they would
    (projects/database/building.py)."""
    beginning = text.strip().upper()
    code = beginning if _CODE.fullmatch(beginning) else ""
    words = fold_width(text).strip()
    if is_walled() and len(words) > 1:
        return [Q(Among(F("id"), _Behind(*map(Value, (words, letters_of(text), code)))))]
    ways = named_by_index(text, ("name", "name_en"))
    return [*ways, Q(code__startswith=code)] if code else ways


class _Behind(Func):
    """Asked once, before anything else."""

    function = "scope.organisations_named"
    template = "(SELECT %(function)s(%(expressions)s))::bigint[]"
    output_field = ArrayField(models.BigIntegerField())


class Organisation(Record, Bilingual, Staged):
    """A social organisation (社会组织). A company is never one: see `Enterprise`."""

    class Status(models.TextChoices):
        APPLIED = "applied", _("applied")
        ACTIVE = "active", _("active")
        SUSPENDED = "suspended", _("suspended")
        DEREGISTERED = "deregistered", _("deregistered")
        MERGED = "merged", _("merged into another")

    TAKING_PART = (Status.ACTIVE, Status.SUSPENDED, Status.DEREGISTERED)
    PUBLIC = (Status.ACTIVE, Status.SUSPENDED, Status.DEREGISTERED, Status.MERGED)
    lifecycle = Lifecycle(
        Move(Status.APPLIED, Status.ACTIVE, _("Approve"), "orgs.move_organisation"),
        Move(Status.ACTIVE, Status.SUSPENDED, _("Suspend"), "orgs.move_organisation", reason=True, danger=True),
        Move(Status.SUSPENDED, Status.ACTIVE, _("Resume"), "orgs.move_organisation", reason=True),
        *moves_of(
            (Status.ACTIVE, Status.SUSPENDED), Status.DEREGISTERED, _("Record deregistration"),
            "orgs.move_organisation", reason=True, danger=True,
        ),
        *moves_of(TAKING_PART, Status.MERGED, _("Merge into another"), "orgs.merge_organisation", automatic=True),
    )  # fmt: skip
    personal = {"legal_representative": "name", "contact_name": "name", "contact_phone": "phone"}

    code = models.CharField(
        _("unified social credit code"), max_length=18, null=True, blank=True, unique=True,
        help_text=_("18 characters. Leave empty where it is not stated; never invent one."),
    )  # fmt: skip
    name_basis = TextLine(
        _("basis of the name"), max_length=200, blank=True,
        help_text=_("For example: short form, the full registered name is not in the source."),
    )  # fmt: skip
    kind = Choice(_("kind"), max_length=20, choices=Kind)
    is_chamber = models.BooleanField(_("industry association or chamber"), default=False)
    is_charity = models.BooleanField(_("charitable organisation"), default=False)
    kind_basis = TextLine(_("basis of the kind"), max_length=200, blank=True)
    authority = models.ForeignKey(
        Authority, models.PROTECT, related_name="organisations", null=True, blank=True,
        verbose_name=_("registering authority"),
    )  # fmt: skip
    level = Choice(_("registered level"), max_length=10, choices=RegisteredLevel)
    origin = Choice(_("registered in"), max_length=10, choices=Origin)
    registered_basis = TextLine(_("basis of level and place"), max_length=200, blank=True)
    certainty = Choice(_("certainty"), max_length=20, choices=Certainty, default=Certainty.VERIFIED)
    supervising_unit = TextLine(_("supervising unit"), max_length=200, blank=True)
    legal_representative = TextLine(_("legal representative"), max_length=60, blank=True)
    registered_on = Day(_("registered on"), null=True, blank=True)
    address = TextLine(_("address"), max_length=200, blank=True)
    contact_name = TextLine(_("contact"), max_length=60, blank=True)
    contact_phone = TextLine(_("contact's telephone"), max_length=30, blank=True)
    status = Choice(_("status"), max_length=15, choices=Status, default=Status.APPLIED, editable=False)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, related_name="absorbed", null=True, blank=True, editable=False,
        verbose_name=_("merged into"),
    )  # fmt: skip
    note = LongText(_("note"), blank=True)

    objects = OrganisationQuerySet.as_manager()

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("social organisation")
        verbose_name_plural = _("social organisations")
        ordering = ("pinyin", "id")
        permissions = (
            ("move_organisation", _("Can change the status of an organisation")),
            ("merge_organisation", _("Can merge organisations")),
        )
        triggers = [*record_triggers(), no_delete("organisation")]
        constraints = (
            models.CheckConstraint(
                name="organisation_code_shape",
                condition=Q(code__isnull=True) | Q(code__regex=r"^[0-9A-HJ-NPQRTUWXY]{18}$"),
            ),
            models.CheckConstraint(
                name="organisation_chamber", condition=Q(is_chamber=False) | Q(kind=Kind.ASSOCIATION)
            ),
            models.CheckConstraint(
                name="organisation_merged",
                condition=Q(status="merged", merged_into__isnull=False)
                | (~Q(status="merged") & Q(merged_into__isnull=True)),
            ),
            models.CheckConstraint(
                name="organisation_not_into_itself",
                condition=Q(merged_into__isnull=True) | ~Q(merged_into=models.F("id")),
            ),
        )
        indexes = (
            models.Index(fields=("initials",), name="organisation_initials", opclasses=("varchar_pattern_ops",)),
            models.Index(fields=("pinyin",), name="organisation_pinyin", opclasses=("varchar_pattern_ops",)),
            models.Index(fields=("pinyin", "id"), name="organisation_order"),
            GinIndex(Bigrams("name"), name="organisation_name"),
            GinIndex(Bigrams("name_en"), name="organisation_name_en"),
        )

    def clean(self):
        """Raises ValidationError where the credit code is wrong or its class contradicts the kind."""
        super().clean()
        self.code = normalise_code(self.code or "") or None
        if self.code:
            try:
                validate_code(self.code, kind=self.kind)
            except ValidationError as error:
                raise ValidationError({"code": error.messages}) from error

    def family(self):
        """The organisation and those that were merged into it."""
        return Organisation.objects.filter(Q(pk=self.pk) | Q(merged_into=self.pk)).order_by()

    def name_on(self, day):
        """What the organisation was called on `day`: pages of a signing show the name of that day."""
        names = sorted(
            (name for name in self.former_names.all() if name.until and day < name.until), key=lambda name: name.until
        )
        return names[0].name if names else self.name


class FormerName(Record, Named):
    """A name under which the organisation is also found: a former one, or a short form in a source."""

    class Sort(models.TextChoices):
        FORMER = "former", _("former name")
        SHORT = "short", _("short form")

    organisation = models.ForeignKey(
        Organisation, models.CASCADE, related_name="former_names", verbose_name=_("organisation")
    )
    sort = Choice(_("sort"), max_length=10, choices=Sort, default=Sort.FORMER)
    until = Day(_("until (exclusive)"), null=True, blank=True)
    source = TextLine(_("source"), max_length=200, blank=True)
    trail_root = "organisation"

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("former or short name")
        verbose_name_plural = _("former and short names")
        ordering = ("-until", "name")
        constraints = (
            models.UniqueConstraint(
                fields=("organisation", "name", "until"), nulls_distinct=False, name="former_name_once"
            ),
        )
        indexes = (GinIndex(Bigrams("name"), name="former_name"),)


class EnterpriseQuerySet(models.QuerySet):
    def search(self, text):
        return self.filter(named_like(text) | Q(code__startswith=text.strip().upper()))


class Enterprise(Record, Named):
    """A member company that an association mobilised (带动). A party to projects, never an organisation."""

    code = models.CharField(_("unified social credit code"), max_length=18, null=True, blank=True, unique=True)
    member_of = models.ForeignKey(
        Organisation, models.PROTECT, related_name="member_enterprises", null=True, blank=True,
        verbose_name=_("member of"),
    )  # fmt: skip
    note = LongText(_("note"), blank=True)

    objects = EnterpriseQuerySet.as_manager()

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("enterprise")
        verbose_name_plural = _("enterprises")
        ordering = ("pinyin", "id")

    def clean(self):
        super().clean()
        self.code = normalise_code(self.code or "") or None
        if self.code:
            try:
                validate_code(self.code)
            except ValidationError as error:
                raise ValidationError({"code": error.messages}) from error
