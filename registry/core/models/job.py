"""Work that takes longer than a page may: done by `manage.py work`, watched by whoever asked for it."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..fields import Choice, LongText
from .scopes import OwnQuerySet


class JobQuerySet(OwnQuerySet):
    def unfinished(self):
        return self.filter(state__in=(Job.State.QUEUED, Job.State.RUNNING))

    def due(self):
        """Waiting, and not for a later instant."""
        return self.filter(Q(not_before=None) | Q(not_before__lte=timezone.now()), state=Job.State.QUEUED)

    def lost(self):
        """Running on paper only: the lease ran out, so the worker is gone."""
        return self.filter(state=Job.State.RUNNING, lease_until__lt=timezone.now())


class Job(models.Model):
    """One piece of work in the queue. Not a record of the register: what it changes is in the trail, under `batch`.

    `done` of `total` items (0: not known yet). `result` holds what the work gives back, as JSON.
    A running job holds a lease; when its worker dies the lease runs out, and the job is given back to the queue: its
    transaction was rolled back, so nothing was written. `tries` counts how often it was begun, which also tells the
    worker that has it from one that has lost it; after a pause it waits for `not_before`.
    """

    class State(models.TextChoices):
        QUEUED = "queued", _("queued")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")
        CANCELLED = "cancelled", _("cancelled")

    owner = "by"

    key = models.UUIDField(_("key"), default=uuid.uuid4, unique=True, editable=False)
    kind = models.SlugField(_("kind"), max_length=40)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="jobs", verbose_name=_("asked for by")
    )
    parameters = models.JSONField(_("parameters"), default=dict)
    state = Choice(_("status"), max_length=10, choices=State, default=State.QUEUED)
    done = models.PositiveIntegerField(_("items done"), default=0)
    total = models.PositiveIntegerField(_("items in all"), default=0)
    result = models.JSONField(_("result"), default=dict)
    error = LongText(_("what went wrong"), blank=True)
    language = models.CharField(_("language"), max_length=10, default="zh-hans")
    cancel_asked = models.BooleanField(_("asked to stop"), default=False)
    queued_at = models.DateTimeField(_("queued at"), auto_now_add=True)
    tries = models.PositiveSmallIntegerField(_("times begun"), default=0, db_default=0)
    not_before = models.DateTimeField(_("not before"), null=True)
    started_at = models.DateTimeField(_("started at"), null=True)
    lease_until = models.DateTimeField(_("lease until"), null=True)
    ended_at = models.DateTimeField(_("ended at"), null=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        default_permissions = ()
        permissions = (("watch_site", _("Can see how the site runs, and stop any job")),)
        ordering = ("-id",)
        indexes = (
            models.Index(fields=("id",), condition=Q(state="queued"), name="job_queued"),
            models.Index(fields=("by", "-id"), name="job_of_person"),
        )

    def __str__(self):
        return f"{self.kind} {self.get_state_display()}"

    @property
    def batch(self):
        """The trail's batch id of everything that the job writes."""
        return self.key.hex

    @property
    def is_over(self):
        return self.state not in (self.State.QUEUED, self.State.RUNNING)

    @property
    def is_lost(self):
        """Running on paper only: its worker is gone."""
        return self.state == self.State.RUNNING and self.lease_until < timezone.now()

    @property
    def percent(self):
        """Whole percent done, None while the number of items is not known."""
        return min(100, self.done * 100 // self.total) if self.total else None
