"""The project and what says where, by whom and in which field it is done."""

from django.conf import settings
from django.contrib.postgres.search import TrigramSimilarity
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from counties.models import Division
from orgs.models import Enterprise, FormerName, Organisation
from registry.core.constraints import exactly_one, in_order, paired, within
from registry.core.fields import Choice, Day, LongText, QualifierField, TextLine
from registry.core.models import Named, Record, reads_everything
from registry.core.search import named_like
from registry.core.text import fold_width
from registry.core.triggers import no_delete, record_triggers

from .campaigns import Campaign, Field, Scheme
from .people import at, by
from .phases import phase_triggers
from .reach import condition_is_quicker, keys_known_to, keys_of_scope
from .stages import COURSE, LANDED, LIFECYCLE, OnCourse, Stage


class ProjectQuerySet(models.QuerySet):
    def of(self, campaign):
        return self.filter(campaign=campaign)

    def landed(self):
        """Under way or later; a suspended or terminated project counts by the stage that it left."""
        return self.filter(Q(stage__in=LANDED) | Q(left_stage__in=LANDED))

    def published(self):
        return self.filter(visibility=Project.Visibility.PUBLISHED)

    def within_scope_of(self, user):
        """Those that `user` works with, inner fields included: bureau and auditors all, others `keys_of_scope`."""
        if reads_everything(user):
            return self
        return self.filter(pk__in=scope_keys(user))

    def visible_to(self, user):
        """What `user` may know of: the published ones, and those within its scope."""
        if reads_everything(user):
            return self
        if condition_is_quicker(user):
            return self.filter(Q(visibility=Project.Visibility.PUBLISHED) | Q(pk__in=scope_keys(user)))
        return self.filter(pk__in=known_keys(user))

    def in_county(self, code):
        """Projects with a site that counts under the unit with this code (a city's or province's too)."""
        here = Site.objects.counted().filter(division__home__in=Division.objects.within(code))
        return self.filter(Exists(here.filter(project=OuterRef("pk"))))

    def in_year(self, year):
        return self.filter(year=year)

    def in_field(self, code):
        return self.filter(Exists(ProjectField.objects.filter(project=OuterRef("pk"), field__code=code)))

    def like(self, project):
        """Others that may be the same: of a similar name (by trigrams), in one of its counties where it has any."""
        rows = self.exclude(pk=project.pk).annotate(likeness=TrigramSimilarity("name", project.name))
        homes = list(project.sites.values_list("division__home", flat=True))
        if homes:
            rows = rows.filter(Exists(Site.objects.filter(project=OuterRef("pk"), division__home__in=homes)))
        return rows.filter(likeness__gte=0.5).order_by("-likeness", "pk")

    def search(self, text):
        """By name, number, pinyin or initials, and by the organisations' names, former and short ones too."""
        words = text.strip()
        if not words:
            return self
        names = FormerName.objects.filter(named_like(words)).values("organisation")
        parties = Participation.objects.filter(project=OuterRef("pk")).filter(
            named_like(words, "organisation__") | named_like(words, "enterprise__") | Q(organisation__in=names)
        )
        return self.filter(named_like(words) | Q(number__icontains=fold_width(words)) | Exists(parties))


def scope_keys(user):
    """`keys_of_scope` in the register."""
    return keys_of_scope(user, Participation.objects, Site.objects)


def known_keys(user):
    """`keys_known_to` in the register."""
    if condition_is_quicker(user):
        return Project.objects.visible_to(user).order_by().values("pk")
    return keys_known_to(user, Project.objects.published(), Participation.objects, Site.objects)


class Project(Record, Named, OnCourse):
    class Visibility(models.TextChoices):
        INTERNAL = "internal", _("internal")
        PUBLISHED = "published", _("published")

    class Phase(models.TextChoices):
        OPEN = "open", pgettext_lazy("phase", "open")
        LOCKED = "locked", _("locked")

    lifecycle = LIFECYCLE
    status_field = "stage"

    number = models.CharField(_("number"), max_length=40, unique=True)
    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="projects", verbose_name=_("campaign"))
    year = models.PositiveSmallIntegerField(_("campaign year"))
    summary = LongText(_("summary"), blank=True)
    approach = LongText(_("approach"), blank=True, help_text=_("How it is done: the idea behind it, the method."))
    channel = TextLine(_("channel"), max_length=100, blank=True, help_text=_("For example 驻村帮扶."))
    stage = Choice(_("stage"), max_length=15, choices=Stage, default=Stage.PLANNED, editable=False)
    left_stage = Choice(
        _("stage left"), max_length=15, choices=Stage, blank=True, editable=False,
        help_text=_("The stage from which the project was suspended or terminated."),
    )  # fmt: skip
    planned_start = Day(_("planned start"), null=True, blank=True)
    planned_end = Day(_("planned end"), null=True, blank=True)
    actual_start = Day(_("actual start"), null=True, blank=True)
    actual_end = Day(_("actual end"), null=True, blank=True)
    visibility = Choice(_("visibility"), max_length=10, choices=Visibility, default=Visibility.INTERNAL, editable=False)
    progress = models.PositiveSmallIntegerField(
        _("progress in all, %"), null=True, blank=True, editable=False,
        help_text=_("By the last approved monthly report."),
    )  # fmt: skip
    progress_on = Day(_("progress as of"), null=True, blank=True, editable=False)
    phase = Choice(
        _("phase"), max_length=10, choices=Phase, default=Phase.OPEN, editable=False,
        help_text=_("Locked: carried into the next campaign; its steps, money and results stay as they were."),
    )  # fmt: skip
    phase_by = by(_("locked by"))
    phase_at = at(_("locked at"))
    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="projects",
        null=True,
        blank=True,
        verbose_name=_("responsible person"),
    )
    parent = models.ForeignKey(
        "self", models.PROTECT, related_name="parts", null=True, blank=True, verbose_name=_("part of")
    )
    continues = models.OneToOneField(
        "self", models.PROTECT, related_name="continued_by", null=True, blank=True, verbose_name=_("continues"),
        help_text=_("The project of an earlier campaign that this one carries on."),
    )  # fmt: skip
    source = TextLine(_("source"), max_length=200, blank=True)
    quote = LongText(_("quoted from the source"), blank=True)
    caution = LongText(_("caution"), blank=True, help_text=_("What the source does not say, and must not be assumed."))
    fields = models.ManyToManyField(
        Field, through="ProjectField", related_name="projects", verbose_name=_("fields of help")
    )

    objects = ProjectQuerySet.as_manager()

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("project")
        verbose_name_plural = _("projects")
        ordering = ("-year", "-id")
        permissions = (
            ("move_project", _("Can move a project to another stage")),
            ("publish_project", _("Can publish a project")),
            ("carry_project", _("Can carry a project into the next campaign, lock and unlock its phase")),
        )
        triggers = [*record_triggers(), no_delete("project")]
        constraints = (
            within("project_year", "year", 1990, 2099),
            in_order("project_planned_dates", "planned_start", "planned_end"),
            in_order("project_actual_dates", "actual_start", "actual_end"),
            models.CheckConstraint(
                name="project_left_stage",
                condition=Q(stage__in=(Stage.SUSPENDED, Stage.TERMINATED), left_stage__in=COURSE)
                | (~Q(stage__in=(Stage.SUSPENDED, Stage.TERMINATED)) & Q(left_stage="")),
            ),
            models.CheckConstraint(
                name="project_progress",
                condition=Q(progress__isnull=True, progress_on__isnull=True)
                | Q(progress__lte=100, progress_on__isnull=False),
            ),
            models.CheckConstraint(
                name="project_locked_by_someone",
                condition=Q(phase="open", phase_by__isnull=True, phase_at__isnull=True)
                | Q(phase="locked", phase_by__isnull=False, phase_at__isnull=False),
            ),
            models.CheckConstraint(
                name="project_not_of_itself",
                condition=(Q(parent__isnull=True) | ~Q(parent=F("id")))
                & (Q(continues__isnull=True) | ~Q(continues=F("id"))),
            ),
        )
        indexes = (
            models.Index(fields=("campaign", "stage", "year"), name="project_of_campaign"),
            models.Index(fields=("-year", "-id"), name="project_order"),
            models.Index(fields=("initials",), name="project_initials", opclasses=("varchar_pattern_ops",)),
            models.Index(fields=("id",), name="project_published", condition=Q(visibility="published")),
        )

    def get_absolute_url(self):
        return reverse("project", args=(self.number,))

    def clean(self):
        super().clean()
        for start, end in (("planned_start", "planned_end"), ("actual_start", "actual_end")):
            first, last = getattr(self, start), getattr(self, end)
            if first and last and last < first:
                raise ValidationError({end: _("The end lies before the start. Correct one of the two days.")})

    @property
    def is_locked(self):
        """Carried into the next campaign: its steps, money, results, places and parties take no more edits."""
        return self.phase == self.Phase.LOCKED

    @property
    def successor(self):
        """The project of the next campaign that carries this one on, or None."""
        return getattr(self, "continued_by", None)


class OfProjectQuerySet(models.QuerySet):
    """Rows that belong to a project are seen by those who see the project: all by those who see all, without a look at
    the project of each."""

    open_to_all = None
    """Which rows those see who know of the project and do not work with it; None: all of them."""

    def within_scope_of(self, user):
        if reads_everything(user):
            return self
        return self.filter(project__in=scope_keys(user))

    def visible_to(self, user):
        if reads_everything(user):
            return self
        known = self.filter(project__in=known_keys(user))
        if self.open_to_all is None:
            return known
        return known.filter(self.open_to_all | Q(project__in=scope_keys(user)))

    def in_county(self, code):
        """Of projects in the unit with this code, a city's or the province's too."""
        return self.filter(project__in=Project.objects.in_county(code))


class OfProject(Record):
    trail_root = "project"
    objects = OfProjectQuerySet.as_manager()

    class Meta(Record.Meta):
        abstract = True


class ProjectField(OfProject):
    """A field that a project works in; one of each scheme is the primary one."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="project_fields", verbose_name=_("project"))
    field = models.ForeignKey(Field, models.PROTECT, related_name="+", verbose_name=_("field of help"))
    scheme = Choice(_("scheme"), max_length=20, choices=Scheme, editable=False)
    is_primary = models.BooleanField(_("primary"), default=False)

    class Meta(OfProject.Meta):
        abstract = False
        triggers = phase_triggers()
        verbose_name = _("field of a project")
        verbose_name_plural = _("fields of a project")
        ordering = ("scheme", "-is_primary", "field__position")
        constraints = (
            models.UniqueConstraint(fields=("project", "field"), name="project_field_once"),
            models.UniqueConstraint(
                fields=("project", "scheme"),
                condition=Q(is_primary=True),
                name="project_one_primary_field",
                violation_error_message=_("Only one field of each scheme can be the primary one."),
            ),
        )

    def __str__(self):
        return str(self.field)

    def save(self, *args, **kwargs):
        self.scheme = self.field.scheme
        super().save(*args, **kwargs)


class SiteQuerySet(OfProjectQuerySet):
    def counted(self):
        """Those under a county of today, where figures and lists find them."""
        return self.filter(division__home__valid_to__isnull=True, division__home__isnull=False)


class Site(OfProject):
    """Where a project is done. None and several are lawful; money is counted once all the same."""

    project = models.ForeignKey(
        Project, models.CASCADE, related_name="sites", db_index=False, verbose_name=_("project")
    )  # fmt: skip
    division = models.ForeignKey(
        Division, models.PROTECT, related_name="sites", db_index=False, verbose_name=_("division")
    )  # fmt: skip
    address = TextLine(_("place"), max_length=200, blank=True, help_text=_("Village, school, street: as stated."))
    share = models.DecimalField(
        _("share of the project, %"), max_digits=5, decimal_places=2, null=True, blank=True,
        help_text=_("Leave empty where the source gives no split."),
    )  # fmt: skip

    objects = SiteQuerySet.as_manager()

    class Meta(OfProject.Meta):
        abstract = False
        triggers = phase_triggers()
        verbose_name = _("site")
        verbose_name_plural = _("sites")
        constraints = (
            models.UniqueConstraint(fields=("project", "division", "address"), name="site_once"),
            models.CheckConstraint(name="site_share", condition=Q(share__isnull=True) | Q(share__gt=0, share__lte=100)),
        )
        indexes = (models.Index(fields=("division", "project"), name="site_in_division"),)

    def __str__(self):
        return f"{self.division}{self.address}"


class Participation(OfProject):
    """A party to a project: an organisation, a member company, or several that the source does not name."""

    class Role(models.TextChoices):
        LEAD = "lead", _("lead")
        JOINT = "joint", _("joint")
        FUNDER = "funder", _("funder")
        IMPLEMENTER = "implementer", _("implementer")
        MOBILISER = "mobiliser", _("mobiliser")
        MOBILISED = "mobilised", _("mobilised company")

    class Unnamed(models.TextChoices):
        ORGANISATIONS = "organisations", _("organisations")
        ENTERPRISES = "enterprises", _("enterprises")

    project = models.ForeignKey(Project, models.CASCADE, related_name="participations", verbose_name=_("project"))
    organisation = models.ForeignKey(
        Organisation,
        models.PROTECT,
        related_name="participations",
        null=True,
        blank=True,
        verbose_name=_("organisation"),
    )
    enterprise = models.ForeignKey(
        Enterprise, models.PROTECT, related_name="participations", null=True, blank=True, verbose_name=_("enterprise")
    )
    unnamed = Choice(
        _("not named in the source"),
        max_length=15,
        choices=Unnamed,
        null=True,
        blank=True,
        help_text=_("Several parties of which the source gives only the number."),
    )
    unnamed_count = models.PositiveIntegerField(_("how many"), null=True, blank=True)
    unnamed_qualifier = QualifierField(_("precision of the number"))
    role = Choice(_("role"), max_length=15, choices=Role)
    note = TextLine(_("note"), max_length=200, blank=True)

    class Meta(OfProject.Meta):
        abstract = False
        triggers = phase_triggers()
        verbose_name = _("party")
        verbose_name_plural = _("parties")
        ordering = ("id",)
        constraints = (
            exactly_one("party_one", "organisation", "enterprise", "unnamed"),
            paired("party_unnamed_count", "unnamed", "unnamed_count"),
            models.CheckConstraint(
                name="party_company_is_mobilised",
                condition=(
                    Q(role="mobilised", organisation__isnull=True)
                    & (Q(enterprise__isnull=False) | Q(unnamed__isnull=False, unnamed="enterprises"))
                )
                | (
                    ~Q(role="mobilised")
                    & Q(enterprise__isnull=True)
                    & (Q(unnamed__isnull=True) | ~Q(unnamed="enterprises"))
                ),
            ),
            models.UniqueConstraint(fields=("project", "organisation", "role"), name="party_organisation_once"),
            models.UniqueConstraint(fields=("project", "enterprise"), name="party_enterprise_once"),
        )
        indexes = (models.Index(fields=("organisation", "project"), name="party_of_organisation"),)

    def __str__(self):
        return str(self.organisation or self.enterprise or f"{self.unnamed_count} {self.get_unnamed_display()}")
