"""Praise and awards, and sourced statements that have no rows behind them."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from orgs.models import Organisation
from registry.core.constraints import exactly_one, in_order, paired, second_person
from registry.core.dates import today
from registry.core.fields import Choice, Day, LongText, QualifierField, TextLine
from registry.core.lifecycle import Fact, Lifecycle, Move, Staged, moves_of
from registry.core.models import Record
from registry.core.quantity import Quantity

from .campaigns import Campaign
from .people import at, by
from .project import Project


class CommendationQuerySet(models.QuerySet):
    def within_scope_of(self, user):
        if not (user.is_authenticated and user.is_active):
            return self.none()
        if user.reads_everything:
            return self
        return self.filter(
            Q(project__in=Project.objects.within_scope_of(user))
            | Q(organisation__in=user.memberships.approved().values("organisation"))
        )

    def visible_to(self, user):
        mine = Commendation.objects.within_scope_of(user).values("pk")
        return self.filter(Q(status__in=Commendation.PUBLIC) | Q(pk__in=mine))

    def public(self):
        """In public notice, or granted after it."""
        return self.filter(status__in=Commendation.PUBLIC)

    def running(self, *, on):
        """In public notice on the day `on`: objections are taken."""
        return self.filter(status=Commendation.Status.NOTICE, notice_from__lte=on, notice_until__gte=on)

    def over(self, *, on):
        """Whose public notice ended before the day `on`."""
        return self.filter(notice_until__lt=on)


class Commendation(Record, Staged):
    """A praise (表扬) or an award (表彰), from the proposal over the public notice to the grant."""

    class Kind(models.TextChoices):
        PRAISE = "praise", _("praise")
        AWARD = "award", _("award")

    class Level(models.TextChoices):
        NATIONAL = "national", _("national")
        PROVINCE = "province", _("provincial")
        PREFECTURE = "prefecture", _("municipal")
        COUNTY = "county", _("county-level")

    class Status(models.TextChoices):
        PROPOSED = "proposed", _("proposed")
        REVIEWED = "reviewed", _("reviewed")
        NOTICE = "notice", _("public notice")
        GRANTED = "granted", _("granted")
        REFUSED = "refused", _("refused")

    PUBLIC = (Status.NOTICE, Status.GRANTED)
    lifecycle = Lifecycle(
        Move(
            Status.PROPOSED, Status.REVIEWED, _("Review"), "projects.review_commendation",
            stamps="reviewed", second_person="proposed",
        ),
        Move(
            Status.REVIEWED, Status.NOTICE, _("Start the public notice"), "projects.review_commendation",
            facts=("dates", "ahead"),
        ),
        Move(
            Status.NOTICE, Status.GRANTED, _("Grant"), "projects.grant_commendation",
            facts=("over", "answered", "unopposed"), stamps="granted",
        ),
        *moves_of(
            (Status.PROPOSED, Status.REVIEWED, Status.NOTICE), Status.REFUSED, _("Refuse"),
            "projects.review_commendation", reason=True, danger=True,
        ),
        facts={
            "dates": Fact(
                lambda it: bool(it.notice_from and it.notice_until),
                _("Enter the first and last day of the public notice first."),
            ),
            "ahead": Fact(
                lambda it: it.notice_from is None or it.notice_until is None or it.notice_from >= today(),
                _("The public notice cannot begin in the past: enter today or a later day as its first day."),
            ),
            "over": Fact(
                lambda it: it.notice_until is not None and it.notice_until < today(),
                _("The public notice has not ended yet."),
            ),
            "answered": Fact(
                lambda it: not it.objections.open().exists(),
                _("Objections are not answered yet: answer each of them first."),
            ),
            "unopposed": Fact(
                lambda it: not it.objections.filter(status="upheld").exists(),
                _("An objection was found to be right: refuse the commendation."),
            ),
        },
    )  # fmt: skip

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="commendations", verbose_name=_("campaign"))
    kind = Choice(_("kind"), max_length=10, choices=Kind)
    level = Choice(_("level"), max_length=10, choices=Level)
    title = TextLine(_("title"), max_length=200)
    organisation = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="commendations",
        verbose_name=_("organisation"),
    )
    project = models.ForeignKey(
        Project, models.PROTECT, null=True, blank=True, related_name="commendations", verbose_name=_("project")
    )
    grounds = LongText(_("grounds"), blank=True)
    notice_from = Day(_("public notice from"), null=True, blank=True)
    notice_until = Day(_("public notice until"), null=True, blank=True)
    status = Choice(_("status"), max_length=10, choices=Status, default=Status.PROPOSED, editable=False)
    proposed_by = by(_("proposed by"))
    proposed_at = at(_("proposed at"))
    reviewed_by = by(_("reviewed by"))
    reviewed_at = at(_("reviewed at"))
    granted_by = by(_("granted by"))
    granted_at = at(_("granted at"))

    objects = CommendationQuerySet.as_manager()

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("commendation")
        verbose_name_plural = _("commendations")
        ordering = ("-id",)
        permissions = (
            ("review_commendation", _("Can review or refuse a commendation and open its public notice")),
            ("grant_commendation", _("Can grant a commendation")),
        )
        constraints = (
            exactly_one("commendation_one_nominee", "organisation", "project"),
            in_order("commendation_notice", "notice_from", "notice_until"),
            paired("commendation_proposed", "proposed_by", "proposed_at"),
            paired("commendation_reviewed", "reviewed_by", "reviewed_at"),
            paired("commendation_granted", "granted_by", "granted_at"),
            second_person("commendation_two_persons", "proposed_by", "reviewed_by"),
        )

    def __str__(self):
        return self.title

    @property
    def nominee(self):
        return self.organisation or self.project

    def days_left(self, on):
        """Days on which objections are still taken, the day `on` counted; 0 where none are."""
        if self.status != self.Status.NOTICE or not self.notice_from or not self.notice_from <= on:
            return 0
        return max((self.notice_until - on).days + 1, 0)

    def begins_after(self, on):
        """Whether its public notice is decided and has not begun on the day `on`: objections are taken later."""
        return self.status == self.Status.NOTICE and self.notice_from is not None and self.notice_from > on


class StatementQuerySet(models.QuerySet):
    def headline(self):
        return self.filter(is_headline=True)

    def search(self, text):
        """By what it says or what it is called, its code, or its source."""
        words = text.strip()
        return self.filter(
            Q(title__icontains=words) | Q(title_en__icontains=words) | Q(code__istartswith=words)
            | Q(quote__icontains=words) | Q(source__icontains=words)
        )  # fmt: skip


class Statement(Record):
    """A sourced aggregate without rows (“超过30亿元”). Quoted, never counted, never added to a counted figure."""

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="statements", verbose_name=_("campaign"))
    code = models.SlugField(_("code"), max_length=60)
    title = TextLine(_("figure"), max_length=100)
    title_en = TextLine(_("English title"), max_length=100, blank=True)
    value = models.DecimalField(_("value"), max_digits=18, decimal_places=2, null=True, blank=True)
    unit = TextLine(_("unit"), max_length=20, blank=True)
    qualifier = QualifierField(_("precision"))
    wording = TextLine(_("word of the source"), max_length=10, blank=True)
    text = TextLine(_("value in words"), max_length=300, blank=True)
    quote = LongText(_("quoted from the source"))
    source = TextLine(_("source"), max_length=300)
    as_of = Day(_("as of"), null=True, blank=True)
    as_of_text = TextLine(_("as of, in the source's words"), max_length=100, blank=True)
    note = LongText(_("note"), blank=True)
    is_headline = models.BooleanField(_("headline figure"), default=False)
    position = models.PositiveSmallIntegerField(_("position"), default=100)

    objects = StatementQuerySet.as_manager()

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("sourced statement")
        verbose_name_plural = _("sourced statements")
        ordering = ("position", "id")
        constraints = (
            models.UniqueConstraint(fields=("campaign", "code", "source"), name="statement_once"),
            models.CheckConstraint(
                name="statement_says_something",
                condition=(Q(value__isnull=False) & ~Q(unit="")) | ~Q(text=""),
                violation_error_message=_("Give a value with its unit, or the value in words."),
            ),
        )

    def __str__(self):
        return self.title

    @property
    def quantity(self):
        """The value as the source gives it, or None where it is only words."""
        if self.value is None:
            return None
        return Quantity(self.value, self.unit, qualifier=self.qualifier, wording=self.wording)
