"""Chasing (催办): who reminded whom of which step, with what words, and when it was seen."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from registry.core.fields import LongText
from registry.core.models import InnerQuerySet, Notice, Record

from .checklists import ProjectStep


class ChaseQuerySet(InnerQuerySet):
    def within_scope_of(self, user):
        return self.filter(step__in=ProjectStep.objects.within_scope_of(user))


class Chase(Record):
    """One chase of one step; each person reached has a message of their own, with its read time."""

    step = models.ForeignKey(ProjectStep, models.CASCADE, related_name="chases", verbose_name=_("checklist step"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False, verbose_name=_("chased by")
    )
    at = models.DateTimeField(_("chased at"), default=timezone.now, editable=False)
    words = LongText(_("words"), blank=True)
    notices = models.ManyToManyField(Notice, through="ChaseNotice", related_name="chases", verbose_name=_("messages"))
    trail_root = "step"

    objects = ChaseQuerySet.as_manager()

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("chase")
        verbose_name_plural = _("chases")
        ordering = ("-at", "-id")

    def __str__(self):
        return f"{self.step} {self.at:%Y-%m-%d}"


class ChaseNotice(Record):
    """A message that a chase sent."""

    chase = models.ForeignKey(Chase, models.CASCADE, related_name="sent", verbose_name=_("chase"))
    notice = models.OneToOneField(Notice, models.PROTECT, related_name="chase_sent", verbose_name=_("message"))
    trail_root = "chase"

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("message of a chase")
        verbose_name_plural = _("messages of a chase")

    def __str__(self):
        return str(self.notice)
