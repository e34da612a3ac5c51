"""Stories (典型案例): what a project has changed, told for the public with what people said and photographs.

Nothing goes out unchecked, and what was checked goes out as it was: the database freezes it until it is taken back.
"""

from dataclasses import dataclass

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from pgtrigger import Delete, Row, Update

from registry.core.constraints import paired
from registry.core.fields import Choice, LongText, TextLine
from registry.core.lifecycle import Fact, Lifecycle, Move, Staged, UnlawfulMove
from registry.core.models import Blob, Named, Record
from registry.core.personal import personal_data, words_of_children
from registry.core.refusals import word_refusals
from registry.core.search import named_like
from registry.core.triggers import Refuse, RefuseChild, frozen_when, record_triggers

from .people import at, by
from .project import OfProjectQuerySet, Project

FROZEN = "a story that was checked or published stays as it is"
PHOTO_FROZEN = "a photograph of a checked or published story stays as it is"
CORRECTION_FROZEN = "what was told of a correction stays as it is"
word_refusals(
    dict.fromkeys(
        (FROZEN, PHOTO_FROZEN),
        _("What was checked goes out as it was checked. Withdraw it or take it back to draft, and mend it then."),
    )
    | {CORRECTION_FROZEN: _("What the public was told of a correction stays. Correct the story again.")}
)
SAID = ("name", "text", "quote", "said_by", "source", "children", "project_id")
SAID_OF_PHOTOS = ("alt", "caption", "credit")


def _all_of(row):
    return ", ".join(f"{row}.{column}" for column in SAID)


@dataclass(frozen=True)
class Finding:
    """Something that keeps a story back: the rule (a key of `Story.lifecycle.facts`), where it stands, and what."""

    rule: str
    place: str
    text: str = ""


class StoryQuerySet(OfProjectQuerySet):
    def published(self):
        """What everybody may read: the story is published, and so is its project."""
        return self.filter(status=Story.Status.PUBLISHED, project__in=Project.objects.published())

    def visible_to(self, user):
        mine = Story.objects.within_scope_of(user).values("pk")
        return self.filter(Q(pk__in=Story.objects.published().values("pk")) | Q(pk__in=mine))

    def in_field(self, code):
        return self.filter(project__in=Project.objects.in_field(code))

    def search(self, text):
        """By its title and words, and by the name and number of its project."""
        words = text.strip()
        if not words:
            return self
        told = Q(text__icontains=words) | Q(quote__icontains=words) | Q(project__number__icontains=words)
        return self.filter(named_like(words) | named_like(words, "project__") | told)


class Story(Record, Named, Staged):
    """A case told for the public, with what people said."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("draft")
        CHECKED = "checked", _("checked for personal data")
        PUBLISHED = "published", _("published")
        WITHDRAWN = "withdrawn", _("withdrawn")

    class Children(models.TextChoices):
        NOT_ASKED = "not_asked", _("not looked into yet")
        UNNAMED = "unnamed", _("none is named and none can be told")
        AGREED = "agreed", _("their guardians have agreed in writing")

    FROZEN = (Status.CHECKED, Status.PUBLISHED)
    lifecycle = Lifecycle(
        Move(
            Status.DRAFT, Status.CHECKED, _("Record the check"), "projects.publish_story", stamps="checked",
            facts=("personal", "children", "described", "consented"),
        ),
        Move(
            Status.CHECKED, Status.PUBLISHED, _("Publish"), "projects.publish_story", stamps="published",
            facts=("open_project",),
        ),
        Move(
            Status.CHECKED, Status.DRAFT, _("Back to draft"), "projects.publish_story", reason=True, clears=("checked",)
        ),
        Move(Status.PUBLISHED, Status.WITHDRAWN, _("Withdraw"), "projects.publish_story", reason=True, danger=True),
        Move(
            Status.WITHDRAWN, Status.DRAFT, _("Back to draft"), "projects.publish_story", reason=True,
            clears=("checked", "published"),
        ),
        facts={
            "personal": Fact(
                lambda it: not it.findings("personal"),
                _("Take out telephone, identity and card numbers, e-mail addresses and accounts of messengers."),
            ),
            "children": Fact(
                lambda it: not it.findings("children"),
                _("The text speaks of persons under 18: say whether one of them is named or can be told."),
            ),
            "described": Fact(
                lambda it: not it.findings("described"),
                _("Describe every photograph in words, for those who do not see it."),
            ),
            "consented": Fact(
                lambda it: not it.findings("consented"),
                _("Say for every photograph whether the persons shown have agreed."),
            ),
            "open_project": Fact(
                lambda it: it.project.visibility == Project.Visibility.PUBLISHED,
                _("Publish the project first: its story leads to it."),
            ),
        },
    )  # fmt: skip

    project = models.ForeignKey(Project, models.PROTECT, related_name="stories", verbose_name=_("project"))
    text = LongText(_("text"))
    quote = LongText(_("what people said"), blank=True)
    said_by = TextLine(
        _("who said it"),
        max_length=60,
        blank=True,
        help_text=_("In what capacity, for example a villager: no full name."),
    )
    source = TextLine(_("source"), max_length=200, blank=True)
    children = Choice(
        _("persons under 18"), max_length=10, choices=Children, default=Children.NOT_ASKED,
        help_text=_("Asked where the text speaks of children or pupils."),
    )  # fmt: skip
    status = Choice(_("status"), max_length=10, choices=Status, default=Status.DRAFT, editable=False)
    checked_by = by(_("checked by"))
    checked_at = at(_("checked at"))
    published_by = by(_("published by"))
    published_at = at(_("published at"))
    first_published_at = at(_("first published at"))

    objects = StoryQuerySet.as_manager()

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("story")
        verbose_name_plural = _("stories")
        ordering = ("-id",)
        permissions = (("publish_story", _("Can check, publish and withdraw a story")),)
        triggers = [
            *record_triggers(),
            frozen_when(
                "story_frozen",
                f"OLD.status IN ('checked', 'published') AND ({_all_of('OLD')}) IS DISTINCT FROM ({_all_of('NEW')})",
                FROZEN,
                Update,
            ),
            frozen_when("story_kept", "OLD.first_published_at IS NOT NULL", FROZEN, Delete),
        ]
        constraints = (
            paired("story_checked", "checked_by", "checked_at"),
            paired("story_published", "published_by", "published_at"),
            models.CheckConstraint(
                name="story_published_after_check", condition=~Q(status="published") | Q(checked_at__isnull=False)
            ),
            models.CheckConstraint(
                name="story_first_published",
                condition=~Q(status__in=("published", "withdrawn")) | Q(first_published_at__isnull=False),
            ),
        )

    def findings(self, rule=""):
        """What keeps the story back, of one rule or of all that look at words and pictures: a list of `Finding`."""
        rules = {
            "personal": self._personal, "children": self._children, "described": self._not_described,
            "consented": self._not_consented,
        }  # fmt: skip
        return [finding for name, find in rules.items() if rule in ("", name) for finding in find()]

    def _texts(self):
        """(place in words, text) of all that the public will read."""
        for name in ("name", "text", "quote", "said_by", "source"):
            yield str(self._meta.get_field(name).verbose_name), getattr(self, name)
        for number, photo in enumerate(self.photos.all(), start=1):
            for name in SAID_OF_PHOTOS:
                place = {"number": number, "field": photo._meta.get_field(name).verbose_name}
                yield gettext("photograph %(number)d, %(field)s") % place, getattr(photo, name)

    def _personal(self):
        for place, text in self._texts():
            for found in personal_data(text):
                yield Finding("personal", place, f"{found.kind.label} {found.shown}")

    def _children(self):
        if self.children == self.Children.NOT_ASKED:
            for place, text in self._texts():
                if words := words_of_children(text):
                    yield Finding("children", place, ", ".join(words))

    def _not_described(self):
        for number, photo in enumerate(self.photos.all(), start=1):
            if not photo.alt:
                yield Finding("described", gettext("photograph %d") % number)

    def _not_consented(self):
        for number, photo in enumerate(self.photos.all(), start=1):
            if photo.consent == StoryPhoto.Consent.NOT_ASKED:
                yield Finding("consented", gettext("photograph %d") % number)

    def before_move(self, move, *, by, reason):
        """The first publication is remembered; a later one tells the public what was corrected, and why."""
        if move.target != self.Status.PUBLISHED:
            return
        if self.first_published_at is None:
            self.first_published_at = timezone.now()
            return
        if not reason.strip():
            raise UnlawfulMove(
                {"reason": gettext("Say what was corrected, and why: the public reads it with the story.")}
            )
        if personal_data(reason):
            raise UnlawfulMove({"reason": self.lifecycle.facts["personal"].remedy})
        StoryCorrection.objects.create(story=self, why=reason.strip(), is_demo=self.is_demo)


class StoryPhotoQuerySet(models.QuerySet):
    def within_scope_of(self, user):
        return self.filter(story__in=Story.objects.within_scope_of(user))

    def visible_to(self, user):
        return self.filter(story__in=Story.objects.visible_to(user))


class StoryPhoto(Record):
    """A photograph of a story, drawn anew when it came in (registry.core.pictures): `full` and, for cards, `card`."""

    class Consent(models.TextChoices):
        NOT_ASKED = "not_asked", _("not asked yet")
        NOBODY = "nobody", _("nobody can be recognised")
        AGREED = "agreed", _("all persons shown have agreed")

    story = models.ForeignKey(Story, models.CASCADE, related_name="photos", verbose_name=_("story"))
    full = models.ForeignKey(Blob, models.PROTECT, related_name="+", editable=False, verbose_name=_("photograph"))
    card = models.ForeignKey(Blob, models.PROTECT, related_name="+", editable=False, verbose_name=_("small photograph"))
    width = models.PositiveSmallIntegerField(_("width"), editable=False)
    height = models.PositiveSmallIntegerField(_("height"), editable=False)
    alt = TextLine(
        _("description"), max_length=200, help_text=_("What is to be seen, for those who do not see the photograph.")
    )
    caption = TextLine(_("caption"), max_length=200, blank=True)
    credit = TextLine(_("taken by"), max_length=100, blank=True, help_text=_("Whom to name beside the photograph."))
    consent = Choice(_("consent of the persons shown"), max_length=10, choices=Consent, default=Consent.NOT_ASKED)
    position = models.PositiveSmallIntegerField(_("position"), default=100)
    trail_root = "story"

    objects = StoryPhotoQuerySet.as_manager()

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("photograph of a story")
        verbose_name_plural = _("photographs of a story")
        ordering = ("position", "id")
        triggers = [
            *record_triggers(),
            *(
                RefuseChild(
                    name=f"photo_frozen_{value}", parent="story", column="status", value=value, message=PHOTO_FROZEN
                )
                for value in ("checked", "published")
            ),
        ]

    def __str__(self):
        return self.alt or self.caption or str(self._meta.verbose_name)


class StoryCorrection(Record):
    """What the public was told when a story was published again."""

    story = models.ForeignKey(Story, models.CASCADE, related_name="corrections", verbose_name=_("story"))
    why = LongText(_("what was corrected, and why"))
    corrected_at = models.DateTimeField(_("corrected at"), default=timezone.now, editable=False)
    trail_root = "story"

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("correction of a story")
        verbose_name_plural = _("corrections of a story")
        ordering = ("corrected_at", "id")
        triggers = [
            *record_triggers(),
            Refuse(name="story_correction_kept", operation=Update | Delete, level=Row, message=CORRECTION_FROZEN),
        ]

    def __str__(self):
        return self.why
