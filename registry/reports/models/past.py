"""What statements about the past have answered, kept so that nobody waits for it twice."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _


class PastAnswer(models.Model):
    """The answer to one statement at one instant, over the whole register. No record: it can be asked again.

    `key` is the digest of statement, parameters and instant; `columns` are the names and then the types of what it
    gives, `rows` the rows as JSON, in their order.
    """

    key = models.CharField(_("key"), max_length=64, primary_key=True)
    columns = ArrayField(models.TextField(), verbose_name=_("columns"))
    rows = models.JSONField(_("rows"))
    made_at = models.DateTimeField(_("made at"), auto_now_add=True)

    class Meta:
        verbose_name = _("kept answer about the past")
        verbose_name_plural = _("kept answers about the past")
        default_permissions = ()

    def __str__(self):
        return self.key
