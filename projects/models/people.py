"""The two halves of a signed fact: who and when. They stand or fall together (`paired`)."""

from django.conf import settings
from django.db import models


def by(label, *, db_index=True):
    return models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        editable=False,
        db_index=db_index,
        verbose_name=label,
    )


def at(label):
    return models.DateTimeField(label, null=True, blank=True, editable=False)
