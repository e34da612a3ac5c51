"""What the public was shown of a project, version by version. Written once and never changed."""

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from pgtrigger import Delete, Row, Update

from registry.core.fields import Choice, LongText
from registry.core.models import Record
from registry.core.refusals import word_refusals
from registry.core.triggers import Refuse, record_triggers

from .people import by
from .project import OfProjectQuerySet, Project

NEVER_CHANGED = "a publication is never changed"
word_refusals({NEVER_CHANGED: _("What was published stays as it was. Publish the project again, with a note.")})


class PublicationQuerySet(OfProjectQuerySet):
    def last_of_each(self):
        """Of each project the last one: what stands, or that it was withdrawn."""
        later = Publication.objects.filter(project=OuterRef("project"), serial__gt=OuterRef("serial"))
        return self.filter(~Exists(later))

    def standing(self):
        """Of each project the one that the public reads now."""
        return self.last_of_each().exclude(kind=Publication.Kind.WITHDRAWAL)

    def readable(self):
        """The versions that the public may read: none that was followed by a withdrawal."""
        withdrawn = Publication.objects.filter(
            project=OuterRef("project"), kind=Publication.Kind.WITHDRAWAL, serial__gt=OuterRef("serial")
        )
        return self.exclude(kind=Publication.Kind.WITHDRAWAL).filter(~Exists(withdrawn))

    def visible_to(self, user):
        """What the public may read, for everybody; all versions for those who work with the project."""
        mine = Publication.objects.within_scope_of(user).values("pk")
        return self.filter(Q(pk__in=self.readable().values("pk")) | Q(pk__in=mine))


class Publication(Record):
    """One version of a project's public entry, or its withdrawal.

    `content`: {table: [{column: value}]}, of the columns that may be public (publishing/allowed.py); empty in a
    withdrawal. `acknowledged`: [{"code", "words"}], the doubts that the person who published knew of.
    """

    class Kind(models.TextChoices):
        PUBLICATION = "publication", _("published")
        CORRECTION = "correction", _("changed")
        WITHDRAWAL = "withdrawal", _("withdrawn from the public")

    trail_root = "project"
    trail_hidden = ("content",)

    project = models.ForeignKey(Project, models.PROTECT, related_name="publications", verbose_name=_("project"))
    number = models.CharField(_("number"), max_length=40, db_index=True)
    serial = models.PositiveSmallIntegerField(_("version of the entry"))
    kind = Choice(_("kind"), max_length=12, choices=Kind)
    content = models.JSONField(_("what the public was shown"), default=dict)
    note = LongText(_("why, as the public reads it"), max_length=500, blank=True)
    acknowledged = models.JSONField(_("doubts known when it was published"), default=list)
    published_by = by(_("published by"))
    published_at = models.DateTimeField(_("published at"), db_default=Now(), editable=False)

    objects = PublicationQuerySet.as_manager()

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("publication")
        verbose_name_plural = _("publications")
        ordering = ("project_id", "serial")  # not by the order of projects: a withdrawn one has no row behind the wall
        default_permissions = ("view",)
        triggers = [
            *record_triggers(),
            Refuse(name="append_only", operation=Update | Delete, level=Row, message=NEVER_CHANGED),
        ]
        constraints = (
            models.UniqueConstraint(fields=("project", "serial"), name="publication_once"),
            models.CheckConstraint(
                name="publication_begins_at_one",
                condition=Q(serial=1, kind="publication") | Q(serial__gt=1),
            ),
            models.CheckConstraint(name="publication_says_why", condition=Q(serial=1) | ~Q(note="")),
            models.CheckConstraint(
                name="publication_withdrawn_is_empty",
                condition=Q(kind="withdrawal", content={}) | (~Q(kind="withdrawal") & ~Q(content={})),
            ),
        )

    def __str__(self):
        return f"{self.number} · {self.serial}"
