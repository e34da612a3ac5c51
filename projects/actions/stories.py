"""Stories: photographs come in drawn anew, and go only from a draft."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from projects.models import Story, StoryPhoto
from registry.core.actions import locked
from registry.core.pictures import store_redrawn
from registry.core.trail import action

MOST = 12
"""Photographs of one story: more is an album, and heavy for those who read on a phone."""


@action("story.photo")
def add_photo(*, story, upload, by, **told):
    """Keep the picture in the file `upload`, drawn anew in two sizes, with a story; returns the `StoryPhoto`.

    `told` are its other fields. Raises PermissionDenied, DoesNotExist for a story out of the person's scope, and
    ValidationError for what is no picture, for too many, or for a story that is frozen.
    """
    if not by.has_perm("projects.add_storyphoto"):
        raise PermissionDenied(_("Your role does not add photographs."))
    story = _open(story, by)
    if story.photos.count() >= MOST:
        raise ValidationError(_("A story has %d photographs at most. Remove one first.") % MOST)
    (full, drawn), (card, _small) = store_redrawn(upload, by=by)
    photo = StoryPhoto(
        story=story, full=full, card=card, width=drawn.width, height=drawn.height, is_demo=story.is_demo, **told
    )
    photo.full_clean()
    photo.save()
    return photo


@action("story.photo.remove")
def remove_photo(*, photo, by, reason):
    """Take a photograph off a draft; its bytes and its history stay. Raises as `add_photo`, and without a reason."""
    if not by.has_perm("projects.delete_storyphoto"):
        raise PermissionDenied(_("Your role does not remove photographs."))
    if not reason.strip():
        raise ValidationError({"reason": _("Please say why the photograph is removed.")})
    _open(photo.story, by)
    locked(photo).delete()


def _open(story, by):
    """The story under a lock, as long as it may be changed."""
    story = locked(story, by=by)
    if story.status in Story.FROZEN:
        raise ValidationError(_("The story was checked already. Take it back to draft first."))
    return story
