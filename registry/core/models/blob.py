from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from .record import Record


class Blob(Record):
    """The bytes of a file, stored once under their SHA-256; who may see them is told by the `Document`s
    that point here."""

    sha256 = models.CharField(
        _("SHA-256"), max_length=64, unique=True, validators=[RegexValidator(r"^[0-9a-f]{64}$")], editable=False
    )
    size = models.PositiveBigIntegerField(_("size in bytes"), editable=False)
    media_type = models.CharField(_("type"), max_length=100, editable=False)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("stored file")
        verbose_name_plural = _("stored files")
        constraints = (models.CheckConstraint(name="blob_not_empty", condition=models.Q(size__gt=0)),)

    def __str__(self):
        return self.sha256[:12]

    @property
    def path(self):
        """Where the bytes lie, relative to the media folder."""
        return f"blobs/{self.sha256[:2]}/{self.sha256}"
