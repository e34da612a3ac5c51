"""Chasing (催办): a person is reminded of a step by another, and it stays on record who, when, and when it was seen."""

from functools import partial

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from projects.answerable import named_for, people_answering_for, side_of
from projects.models import Chase, ChaseNotice, ProjectStep, Side
from projects.places import place_of
from registry.core.actions import locked
from registry.core.dates import format_instant, today
from registry.core.models import Notice
from registry.core.notices import notify
from registry.core.trail import action

NAMED = 3
"""So many of those who are reached are named."""


@action("step.chase")
def chase_step(*, step, by, words="", batch=""):
    """Remind those who answer for an unsettled step; returns the `Chase` with its messages.

    The responsible person is reached, else the active people of the responsible side; a step whose sign-off was
    applied for waits for the bureau. Raises PermissionDenied, DoesNotExist for a step out of the person's scope, and
    ValidationError when there is nothing to chase, nobody to reach (`why_nobody`; nothing is recorded then), or the
    same words were sent today already.
    """
    if not by.has_perm("projects.chase_projectstep"):
        raise PermissionDenied(_("Your role does not chase steps."))
    step = locked(step, by=by)
    chase = Chase(step=step, by=by, words=words)
    chase.full_clean()
    _refuse_idle(step)
    _refuse_twice(chase)
    found = people_answering_for(step)
    if why := why_nobody(step, found, by):
        raise ValidationError(" ".join([_("Nobody can be reached for “%s”.") % step, why]))
    people = [person for person in found if person.pk != by.pk]
    chase.save()
    ChaseNotice.objects.bulk_create(
        ChaseNotice(chase=chase, notice=notice, is_demo=notice.is_demo) for notice in _tell(chase, people)
    )
    return chase


def why_nobody(step, people, by):
    """Why a chase by `by` reaches nobody, where `people` answer for the step: a sentence with its remedy, else ""."""
    if any(person.pk != by.pk for person in people):
        return ""
    if people:
        return _("Nobody answers for it but yourself: name another responsible person first.")
    named, side = named_for(step), Side(side_of(step))
    if named is not None:
        words = _(
            "%(who)s, who is named for it, has no active account that works with the project, and nobody of the "
            "responsible side (%(side)s) can be reached either: name another responsible person first."
        )
        return words % {"who": named, "side": side.label}
    if side == Side.BUREAU:
        return _("No responsible person is named for it, nor for its project: name one first.")
    words = _(
        "No responsible person is named for it, and nobody of the responsible side (%s) has an active account that "
        "works with the project: name a responsible person first."
    )
    return words % side.label


def reached_in_words(people, by):
    """To whom a chase by `by` goes: the first names, and how many more."""
    names = [str(person) for person in people if person.pk != by.pk]
    told = str(_(", ")).join(names[:NAMED])
    more = len(names) - NAMED
    return told if more <= 0 else ngettext("%(names)s and %(number)d more", "%(names)s and %(number)d more", more) % {
        "names": told, "number": more
    }  # fmt: skip


def _refuse_idle(step):
    if step.status not in ProjectStep.UNSETTLED:
        raise ValidationError(_("“%s” is settled: there is nothing to chase.") % step)
    if step.project.is_locked:
        raise ValidationError(_("The project was carried into the next campaign: its steps stay as they were."))


def _refuse_twice(chase):
    """The step's row is locked: a second click finds the first one here."""
    same = Chase.objects.filter(step=chase.step, by=chase.by, words=chase.words, at__date=today())
    before = same.order_by("-at").first()
    if before is not None:
        words = _("You chased “%(step)s” today already, at %(at)s. To chase it again write other words.")
        raise ValidationError(words % {"step": chase.step, "at": format_instant(before.at)})


def _tell(chase, people):
    step = chase.step
    facts = {
        "step": step.title, "step_en": step.title_en, "project": step.project.name, "number": step.project.number,
        "by": str(chase.by),
        "words": chase.words, "due": step.due_on and step.due_on.isoformat(),
        "late": bool(step.due_on and step.due_on < today()),
    }  # fmt: skip
    return notify(people, Notice.Kind.CHASE, facts, url=partial(place_of, step), sender=chase.by)
