"""Checklists: opening a project's list, and moving its steps."""

from datetime import timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from projects.models import ProjectStep
from projects.people import people_of
from registry.core.actions import locked, move
from registry.core.trail import action

Status = ProjectStep.Status


@action("checklist.open")
def open_checklist(*, project, template, by, start=None):
    """Copy the template's steps, wording and all, into the project's list; returns the steps.

    Due dates count from `start`, else the planned or actual start; without any they stay empty.
    Raises PermissionDenied, or ValidationError when the project has a list already: a template never
    rewrites an opened one.
    """
    if by is not None and not by.has_perm("projects.add_projectstep"):
        raise PermissionDenied(_("Your role does not open checklists."))
    project = locked(project, by=by)
    if project.steps.exists():
        raise ValidationError(_("“%s” has a checklist already. Add single steps to it instead.") % project)
    start = start or project.actual_start or project.planned_start
    made = {}
    for step in template.steps.all():
        made[step.pk] = ProjectStep.objects.create(
            project=project, template_step=step, position=step.position, stage=step.stage, title=step.title,
            title_en=step.title_en, guidance=step.guidance, side=step.side, evidence=list(step.evidence),
            responsible=project.officer if step.side == "bureau" else None,
            due_on=start + timedelta(days=step.due_after) if start else None,
            depends_on=made.get(step.depends_on_id), is_demo=project.is_demo,
        )  # fmt: skip
    return list(made.values())


def complete_step(*, step, by, note=""):
    """Apply for the sign-off of a step. Raises UnlawfulMove naming the evidence that is missing."""
    return move(step, to=Status.DONE, by=by, reason=note)


def verify_step(*, step, by, note=""):
    """Sign a step off (销号), as a person other than the one who did it."""
    return move(step, to=Status.VERIFIED, by=by, reason=note)


def return_step(*, step, by, reason):
    """Send a step back to the one who did it, with a reason."""
    return move(step, to=Status.RETURNED, by=by, reason=reason)


def waive_step(*, step, by, reason):
    return move(step, to=Status.WAIVED, by=by, reason=reason)


def reopen_step(*, step, by, reason):
    """Reopen a settled step; who had settled it and when stays in the trail."""
    return move(step, to=Status.OPEN, by=by, reason=reason)


@action("step.reassign")
def reassign_step(*, step, responsible, by, reason="", batch=""):
    """Hand a step that is not settled to `responsible`, who must be able to answer for its project.

    Raises PermissionDenied, DoesNotExist for a step out of the person's scope, or ValidationError.
    """
    step = _to_schedule(step, by)
    if step.responsible_id == responsible.pk:
        raise ValidationError({"responsible": _("%s is responsible for it already.") % responsible})
    if not people_of(step.project, by).filter(pk=responsible.pk).exists():
        words = _("%s cannot answer for this project: choose an officer, or somebody of its county or organisations.")
        raise ValidationError({"responsible": words % responsible})
    step.responsible = responsible
    step.save(update_fields=["responsible"])
    return step


@action("step.reschedule")
def move_due_date(*, step, due_on, by, reason, batch=""):
    """Move the due date of a step that is not settled, with a reason: dates never drift unexplained.

    Raises PermissionDenied, DoesNotExist for a step out of the person's scope, or ValidationError.
    """
    if not reason.strip():
        raise ValidationError({"reason": _("Please say why the due date is moved.")})
    step = _to_schedule(step, by)
    if step.due_on == due_on:
        raise ValidationError({"due_on": _("It is due on this day already.")})
    step.due_on = due_on
    step.save(update_fields=["due_on"])
    return step


def _to_schedule(step, by):
    if not by.has_perm("projects.schedule_projectstep"):
        raise PermissionDenied(_("Your role neither moves due dates nor hands steps to others."))
    step = locked(step, by=by)
    if step.project.is_locked:
        raise ValidationError(_("The project was carried into the next campaign: its steps stay as they were."))
    if step.status not in ProjectStep.UNSETTLED:
        raise ValidationError(_("The step is settled: “%s”. Reopen it first.") % step.get_status_display())
    return step
