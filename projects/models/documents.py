from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from registry.core.constraints import exactly_one
from registry.core.fields import Choice, Day, TextLine
from registry.core.models import Blob, InnerQuerySet, Record

from .needs import Need


class DocumentKind(models.TextChoices):
    NEED_SHEET = "need_sheet", _("need sheet")
    AGREEMENT = "agreement", _("agreement")
    VOUCHER = "voucher", _("payment voucher")
    RECEIPT = "receipt", _("receipt")
    HANDOVER = "handover", _("handover list")
    PLAN = "plan", _("work plan")
    ATTENDANCE = "attendance", _("attendance list")
    PHOTO = "photo", _("photo")
    PROGRESS = "progress", _("progress report")
    ACCEPTANCE = "acceptance", _("acceptance sheet")
    NOTICE = "notice", _("public notice")
    EVALUATION = "evaluation", _("evaluation")
    MINUTES = "minutes", _("minutes")
    OTHER = "other", _("other")


class DocumentQuerySet(InnerQuerySet):
    """Nothing is public by default: publishing makes its own copies."""

    def within_scope_of(self, user):
        """Files of records that `user` works with, whichever record they hang on."""
        scope = Q(pk__in=[])
        for owner in OWNERS:
            model = Document._meta.get_field(owner).related_model
            scope |= Q(**{f"{owner}__in": model._default_manager.within_scope_of(user)})
        return self.filter(scope)

    def shown_to_all(self):
        """Photographs of published needs of which a public copy was made."""
        return self.filter(shown__isnull=False, need__in=Need.objects.public())


def _owner(model, label):
    return models.ForeignKey(model, models.CASCADE, null=True, blank=True, related_name="documents", verbose_name=label)


class Document(Record):
    """A typed file that belongs to exactly one record."""

    kind = Choice(_("kind"), max_length=20, choices=DocumentKind)
    title = TextLine(_("title"), max_length=200, blank=True)
    blob = models.ForeignKey(Blob, models.PROTECT, related_name="documents", verbose_name=_("file"))
    original_name = TextLine(_("file name"), max_length=255)
    dated = Day(_("date of the document"), null=True, blank=True)
    place = TextLine(_("place"), max_length=200, blank=True)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        null=True,
        editable=False,
        verbose_name=_("uploaded by"),
    )
    uploaded_at = models.DateTimeField(_("uploaded at"), auto_now_add=True)
    shown = models.ForeignKey(
        Blob, models.PROTECT, null=True, blank=True, related_name="+", editable=False,
        verbose_name=_("public copy"),
        help_text=_("A photograph drawn anew for everybody; the file itself stays with those who work with it."),
    )  # fmt: skip
    shown_alt = TextLine(_("description for the public"), max_length=200, blank=True, editable=False)
    project = _owner("Project", _("project"))
    step = _owner("ProjectStep", _("checklist step"))
    funding = _owner("Funding", _("funding line"))
    result = _owner("Result", _("result"))
    need = _owner("Need", _("need"))
    pledge = _owner("Pledge", _("pledge"))
    agreement = _owner("Agreement", _("agreement"))
    difficulty = _owner("Difficulty", _("difficulty"))
    event = _owner("Event", _("event"))
    report = _owner("MonthlyReport", _("monthly report"))
    commendation = _owner("Commendation", _("commendation"))

    objects = DocumentQuerySet.as_manager()

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        ordering = ("-uploaded_at", "-id")
        constraints = (
            models.CheckConstraint(
                name="document_shown_photo",
                condition=Q(shown__isnull=True, shown_alt="")
                | (Q(shown__isnull=False, need__isnull=False, kind=DocumentKind.PHOTO) & ~Q(shown_alt="")),
            ),
            exactly_one(
                "document_one_owner", "project", "step", "funding", "result", "need", "pledge", "agreement",
                "difficulty", "event", "report", "commendation",
            ),
        )  # fmt: skip

    def __str__(self):
        return self.title or self.original_name

    @property
    def owner(self):
        """The record that the file belongs to."""
        return next(getattr(self, name) for name in OWNERS if getattr(self, f"{name}_id"))

    @property
    def is_relied_on(self):
        """Whether somebody has asked for or given a sign-off, an approval or a receipt on its strength."""
        if self.step_id:
            return self.step.status in ("done", "verified")
        if self.result_id:
            return self.result.status in ("submitted", "approved")
        if self.report_id:
            return self.report.status in ("submitted", "approved")
        return bool(self.funding_id and self.funding.confirmed_at)


OWNERS = (
    "project", "step", "funding", "result", "need", "pledge", "agreement", "difficulty", "event", "report",
    "commendation",
)  # fmt: skip


def owner_field(model):
    """The name of the foreign key by which documents belong to `model`; raises LookupError where none hang on it."""
    for name in OWNERS:
        if Document._meta.get_field(name).related_model is model:
            return name
    raise LookupError(f"no documents hang on {model._meta.label}")
