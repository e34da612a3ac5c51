"""Difficulties: raised by one side, settled when both say so."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from projects.models import Difficulty
from registry.core.actions import locked
from registry.core.roles import Role
from registry.core.trail import action


@action("difficulty.raise")
def raise_difficulty(*, project, by, side, title, **details):
    """Raise a difficulty on a project within the person's scope, for one's own side; the bureau may write down
    what either side told it. Raises PermissionDenied or ValidationError."""
    if not by.has_perm("projects.add_difficulty"):
        raise PermissionDenied(_("Your role does not raise difficulties."))
    if not (by.holds(Role.BUREAU, Role.PARTNER) or by.holds(side)):
        raise PermissionDenied(_("You raise difficulties for your own side only."))
    project = locked(project, by=by)
    difficulty = Difficulty(
        project=project, raised_by=by, raised_side=side, title=title, is_demo=project.is_demo, **details
    )
    difficulty.full_clean()
    difficulty.save()
    return difficulty


@action("difficulty.agree")
def agree_settled(*, difficulty, by):
    """Say, for one's own side, that an answered difficulty is settled; the second voice closes it."""
    if not by.has_perm("projects.close_difficulty"):
        raise PermissionDenied(_("Your role does not settle difficulties."))
    difficulty = locked(difficulty, by=by)
    if difficulty.status != Difficulty.Status.ANSWERED:
        raise ValidationError(_("Only an answered difficulty can be settled."))
    voices = [
        voice
        for voice, speaks in (("bureau_agreed", by.is_bureau), ("raiser_agreed", by.holds(difficulty.raised_side)))
        if speaks
    ]
    if not voices:
        raise PermissionDenied(_("Only the side that raised it and the bureau settle a difficulty."))
    for voice in voices:
        setattr(difficulty, f"{voice}_by", by)
        setattr(difficulty, f"{voice}_at", timezone.now())
    difficulty.save()
    if difficulty.bureau_agreed_at and difficulty.raiser_agreed_at:
        difficulty.move_to(Difficulty.Status.CLOSED, by=by)
    return difficulty
