"""Chasing (催办): a person is reminded of a step by another, and it stays on record who, when, and when it was seen."""

from functools import partial

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from projects.answerable import people_answering_for, why_nobody
from projects.models import Chase, ChaseNotice, ProjectStep
from projects.places import place_of
from registry.core.actions import locked
from registry.core.dates import format_instant, today
from registry.core.models import Notice
from registry.core.notices import notify
from registry.core.trail import action


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
