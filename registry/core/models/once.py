"""What machines and strangers asked lately: answers to give again, and tries to count. Neither is a fact of the
register, and both go within days; what came of them is in the trail."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .scopes import HiddenQuerySet, OwnQuerySet


class Once(models.Model):
    """The answer to a request that its sender may repeat, under the key that the sender gave it (`core/once.py`)."""

    owner = "by"

    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("account"))
    key = models.CharField(_("key"), max_length=100)
    digest = models.CharField(_("digest of the request"), max_length=64)
    code = models.PositiveSmallIntegerField(_("code of the answer"), null=True)
    body = models.JSONField(_("answer"), null=True)
    headers = models.JSONField(_("headers of the answer"), default=dict)
    at = models.DateTimeField(_("asked at"), default=timezone.now)

    objects = OwnQuerySet.as_manager()

    class Meta:
        verbose_name = _("request with a key")
        verbose_name_plural = _("requests with a key")
        default_permissions = ()
        constraints = (models.UniqueConstraint(fields=("by", "key"), name="once_key_of_account"),)
        indexes = (models.Index(fields=("at",), name="once_at"),)

    def __str__(self):
        return self.key


class Attempt(models.Model):
    """One try of somebody who has not signed in, known by the address that it came from (`core/attempts.py`)."""

    what = models.SlugField(_("what was tried"), max_length=40)
    address = models.GenericIPAddressField(_("address"))
    at = models.DateTimeField(_("tried at"), default=timezone.now)

    objects = HiddenQuerySet.as_manager()

    class Meta:
        verbose_name = _("attempt")
        verbose_name_plural = _("attempts")
        default_permissions = ()
        indexes = (models.Index(fields=("what", "address", "at"), name="attempt_from"),)

    def __str__(self):
        return self.what
