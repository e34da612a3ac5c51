"""Chasing (催办): reminding those who answer for a step, with a trace of who, when, and when it was read."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from projects.models import Chase, ChaseNotice, ProjectStep
from projects.people import people_of
from registry.core.actions import locked
from registry.core.models import Notice
from registry.core.notices import notify
from registry.core.trail import action


@action("step.chase")
def chase_step(*, step, by, words="", batch=""):
    """Remind the responsible person of a step that is still to be done, else those of the side that answers for it.

    Returns the `Chase`. Raises PermissionDenied, DoesNotExist for a step out of the person's scope, or ValidationError
    for a step that waits for nobody, or when nobody can be reached.
    """
    if not by.has_perm("projects.chase_projectstep"):
        raise PermissionDenied(_("Your role does not chase steps."))
    step = locked(step, by=by)
    if step.status not in ProjectStep.OPEN:
        raise ValidationError(_("There is nothing to chase: the step is “%s”.") % step.get_status_display())
    if step.responsible is not None:
        people = [step.responsible]
    else:
        people = people_of(step.project, by).exclude(pk=by.pk).filter(groups__name=step.side).distinct()
    facts = {"step": step.pk, "title": step.title, "project": str(step.project), "words": words}
    sent = notify(people, Notice.Kind.CHASE, facts, sender=by)
    if not sent:
        raise ValidationError(_("Nobody can be reached: name a responsible person first."))
    chase = Chase.objects.create(step=step, by=by, words=words, is_demo=step.is_demo)
    for notice in sent:
        ChaseNotice.objects.create(chase=chase, notice=notice)
    return chase
