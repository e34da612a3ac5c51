"""Seals over the trail, what keeps personal values apart in them, and the values that were lawfully taken out."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..fields import LongText
from ..triggers import Delete, Refuse, Row, Statement, Truncate, Update, append_only
from .record import Record
from .scopes import PermittedQuerySet

KEPT = "seals stay as they are"


class Seal(models.Model):
    """One block of the chain: the records with `after_id` < id <= `upto_id`, of which `numbers` says which there are
    ("1-500,503"). `leaves` holds their digests one after the other, `records` is the digest of those; `digest` is of
    all of this and of the `previous` seal. The exact bytes: registry/core/sealing/canonical.py."""

    serial = models.BigIntegerField(_("seal"), primary_key=True)
    after_id = models.BigIntegerField(_("after record"))
    upto_id = models.BigIntegerField(_("up to record"), unique=True)
    numbers = models.TextField(_("numbers of the records"))
    count = models.PositiveIntegerField(_("records"))
    leaves = models.BinaryField(_("digests of the records"))
    records = models.CharField(_("digest of the records"), max_length=128)
    previous = models.CharField(_("digest of the seal before"), max_length=128, unique=True)
    digest = models.CharField(_("digest"), max_length=128, unique=True)
    algorithm = models.CharField(_("algorithm"), max_length=20)
    form = models.PositiveSmallIntegerField(_("form"))
    at = models.DateTimeField(_("sealed at"))

    objects = PermittedQuerySet.as_manager()

    class Meta:
        verbose_name = _("seal")
        verbose_name_plural = _("seals")
        default_permissions = ("view",)
        ordering = ("-serial",)
        triggers = append_only(KEPT)

    def __str__(self):
        return f"{self.serial} {self.digest[:12]}"


class Veil(models.Model):
    """The salts under which the personal values of one record are sealed, {column: salt}; `digests` takes the place of
    a salt when its value was taken out. Without the salt nobody finds the value by trying."""

    change_id = models.BigIntegerField(_("change"), primary_key=True)
    salts = models.JSONField(_("salts"))
    digests = models.JSONField(_("digests of values taken out"), default=dict)

    class Meta:
        verbose_name = _("salts of a change")
        verbose_name_plural = _("salts of changes")
        default_permissions = ()
        triggers = (
            Refuse(name="only_redacted", operation=Update, level=Row, message=KEPT, function="bangfu_veil_redacted"),
            Refuse(name="kept", operation=Delete, level=Row, message=KEPT),
            Refuse(name="no_truncate", operation=Truncate, level=Statement, message=KEPT),
        )

    def __str__(self):
        return str(self.pk)


class Redaction(Record):
    """Personal values that were taken out of one record of the trail, by whom and why. The values are gone; that they
    were there, and that nothing else was changed, the seal still says."""

    seen_with = "core.view_seal"

    change_id = models.BigIntegerField(_("change"), db_index=True)
    columns = ArrayField(models.CharField(max_length=63), verbose_name=_("columns"))
    reason = LongText(_("why"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("taken out by")
    )
    at = models.DateTimeField(_("taken out at"), default=timezone.now)

    objects = PermittedQuerySet.as_manager()

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("values taken out of the trail")
        verbose_name_plural = _("values taken out of the trail")
        default_permissions = ("view",)
        constraints = (
            models.CheckConstraint(name="redaction_names_columns", condition=models.Q(columns__len__gt=0)),
            models.CheckConstraint(name="redaction_has_a_reason", condition=~models.Q(reason="")),
        )
        triggers = [
            *Record.Meta.triggers,
            Refuse(name="kept", operation=Update | Delete, level=Row, message=KEPT),
        ]

    def __str__(self):
        return f"{self.change_id}: {', '.join(self.columns)}"
