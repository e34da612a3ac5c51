"""Releases of open data: files that were given away, kept as they were, byte by byte."""

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from pgtrigger import Delete, Row, Update

from registry.core.constraints import paired
from registry.core.fields import Choice, LongText, TextLine
from registry.core.lifecycle import Lifecycle, Move, Staged
from registry.core.models import Blob, Record, reads_everything
from registry.core.refusals import word_refusals
from registry.core.triggers import Refuse, frozen_when, no_delete, record_triggers

FIXED = "what was released stays as it was released"
word_refusals({FIXED: _("What was released stays as it was released. Withdraw it with a reason, and make a new one.")})
_KEPT = ("number", "as_of", "made_by_id", "made_at", "fingerprint", "sets", "standards", "licence")
_CHANGED = " OR ".join(f"OLD.{name} IS DISTINCT FROM NEW.{name}" for name in _KEPT)


class DataReleaseQuerySet(models.QuerySet):
    def standing(self):
        """Those that were not withdrawn, the newest first."""
        return self.filter(status=DataRelease.Status.RELEASED).order_by("-id")

    def within_scope_of(self, user):
        """Bureau and auditors work with them all, nobody else with any."""
        return self if reads_everything(user) else self.none()

    def visible_to(self, user):
        """Everybody knows of every release, of a withdrawn one that it was and why it is no more."""
        return self


class DataRelease(Record, Staged):
    """The public register at one instant, as files.

    `sets` holds of each set, by its code: rows, added, removed, changed (against the release before), example (a value
    of each column). `standards` holds of each standard's file: entries, and left_out ({reason: number}).
    `fingerprint` is the digest of what the files say, without the instant: equal content makes no new release.
    """

    class Status(models.TextChoices):
        RELEASED = "released", _("released")
        WITHDRAWN = "withdrawn", _("withdrawn")

    lifecycle = Lifecycle(
        Move(
            Status.RELEASED, Status.WITHDRAWN, _("Withdraw"), "reports.withdraw_datarelease",
            stamps="withdrawn", reason=True, danger=True,
        ),
    )  # fmt: skip

    number = models.CharField(
        _("number"), max_length=20, unique=True, editable=False,
        validators=[RegexValidator(r"^[0-9]{4}-[0-9]{2}-[0-9]{2}(-[0-9]{1,4})?\Z")],
    )  # fmt: skip
    as_of = models.DateTimeField(_("data as of"), editable=False)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True, editable=False,
        verbose_name=_("made by"), help_text=_("Empty: by the daily job."),
    )  # fmt: skip
    made_at = models.DateTimeField(_("made at"), auto_now_add=True)
    fingerprint = models.CharField(_("digest of the content"), max_length=64, editable=False)
    licence = TextLine(_("licence"), max_length=100, editable=False)
    sets = models.JSONField(_("sets"), default=dict, editable=False)
    standards = models.JSONField(_("files by standards"), default=dict, editable=False)
    note = LongText(_("note"), blank=True, help_text=_("What users should know of this release. Everybody reads it."))
    status = Choice(_("status"), max_length=10, choices=Status, default=Status.RELEASED, editable=False)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True, editable=False,
        verbose_name=_("withdrawn by"),
    )  # fmt: skip
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True, editable=False)

    objects = DataReleaseQuerySet.as_manager()

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("data release")
        verbose_name_plural = _("data releases")
        ordering = ("-id",)
        permissions = (
            ("make_datarelease", _("Can make a release of open data")),
            ("withdraw_datarelease", _("Can withdraw a release of open data")),
        )
        triggers = [*record_triggers(), no_delete("data release"), frozen_when("kept", _CHANGED, FIXED, Update)]
        constraints = (
            paired("data_release_withdrawn", "withdrawn_by", "withdrawn_at"),
            models.CheckConstraint(
                name="data_release_withdrawn_with_reason",
                condition=Q(status="released", withdrawn_at__isnull=True)
                | (Q(status="withdrawn", withdrawn_at__isnull=False) & ~Q(status_reason="")),
            ),
        )

    def __str__(self):
        return self.number

    def get_absolute_url(self):
        return reverse("data-release", args=(self.number,))

    @property
    def is_standing(self):
        return self.status == self.Status.RELEASED


class DataFile(Record):
    """One file of a release. Its bytes lie in the store under their digest and are never made again."""

    trail_root = "release"

    release = models.ForeignKey(DataRelease, models.PROTECT, related_name="files", verbose_name=_("data release"))
    name = models.CharField(_("file name"), max_length=40)
    blob = models.ForeignKey(Blob, models.PROTECT, related_name="+", verbose_name=_("file"))

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("file of a data release")
        verbose_name_plural = _("files of data releases")
        ordering = ("id",)
        triggers = [*record_triggers(), Refuse(name="kept", operation=Update | Delete, level=Row, message=FIXED)]
        constraints = (models.UniqueConstraint(fields=("release", "name"), name="data_file_once"),)

    def __str__(self):
        return self.name

    @property
    def sha256(self):
        return self.blob.sha256

    @property
    def size(self):
        """In bytes."""
        return self.blob.size

    @property
    def ending(self):
        return self.name.rpartition(".")[2]
