"""Checklists: opening a project's list, and moving its steps."""

import uuid
from functools import partial

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from projects.models import ProjectStep
from projects.people import why_not_answering
from projects.places import place_of
from registry.core.actions import locked
from registry.core.clashes import begun_anew
from registry.core.loading import take_ids
from registry.core.models import Notice
from registry.core.notices import notify
from registry.core.trail import acting, action
from registry.core.workdays import Calendar

Status = ProjectStep.Status
COMES_BACK = {Status.RETURNED: "step", Status.OPEN: "step_reopened"}
"""States in which a step is somebody's work again, and how a message calls that (`projects.words`)."""


@action("checklist.open")
def open_checklist(*, project, template, by, start=None):
    """Copy the template's steps, wording and all, into the project's list; returns the steps.

    Due dates count from `start`, else the planned or actual start, in the days that each step names, and fall on
    working days; without any start they stay empty. The same few queries however long the list is.
    Raises PermissionDenied, or ValidationError when the project has a list already: a template never
    rewrites an opened one.
    """
    if by is not None and not by.has_perm("projects.add_projectstep"):
        raise PermissionDenied(_("Your role does not open checklists."))
    project = locked(project, by=by)
    if project.steps.exists():
        raise ValidationError(_("“%s” has a checklist already. Add single steps to it instead.") % project)
    start = start or project.actual_start or project.planned_start
    told, calendar, made = list(template.steps.all()), Calendar(), {}
    for key, step in zip(take_ids(ProjectStep, len(told)), told, strict=True):
        made[step.pk] = ProjectStep(
            pk=key, project=project, template_step=step, position=step.position, stage=step.stage, title=step.title,
            title_en=step.title_en, guidance=step.guidance, side=step.side, evidence=list(step.evidence),
            responsible=project.officer if step.side == "bureau" else None,
            due_on=step.due_on(start, calendar) if start else None,
            depends_on=made.get(step.depends_on_id), is_demo=project.is_demo,
        )  # fmt: skip
    return ProjectStep.objects.bulk_create(made.values())


@begun_anew
def move_step(*, step, to, by, reason="", version=None, batch=""):
    """Move a step along its life cycle; whoever it comes back to is told.

    `version`: as the person saw it (Stale if it was changed since). Raises UnlawfulMove, PermissionDenied, or
    DoesNotExist for a step out of the person's scope. Nothing is changed then.
    """
    with acting(by=by, action=f"projectstep.{to}", reason=reason, batch=batch):
        fresh = locked(step, by=by, version=version)
        doer = fresh.done_by
        fresh.move_to(to, by=by, reason=reason)
        if to in COMES_BACK:
            _tell_of_return(fresh, doer, by)
    return fresh


def _tell_of_return(step, doer, by):
    """The one who had applied for the sign-off, and the one who answers for the step."""
    facts = {
        "what": COMES_BACK[step.status], "title": step.title, "title_en": step.title_en, "project": str(step.project),
        "reason": step.status_reason, "by": str(by),
    }  # fmt: skip
    people = {doer, step.responsible} - {by, None}
    notify(people, Notice.Kind.RETURNED, facts, url=partial(place_of, step), sender=by)


def complete_step(*, step, by, note="", version=None):
    """Apply for the sign-off of a step; the note is for the one who decides, and stays in the sign-off record.

    Raises UnlawfulMove naming the evidence that is missing.
    """
    return move_step(step=step, to=Status.DONE, by=by, reason=note, version=version)


def verify_step(*, step, by, note="", version=None, batch=""):
    """Sign a step off (销号), as a person other than the one who did it."""
    return move_step(step=step, to=Status.VERIFIED, by=by, reason=note, version=version, batch=batch)


@begun_anew
def verify_steps(*, steps, by, note="", batch=""):
    """Sign off a few steps at once, all or none, under one batch; `steps`: [(step, version that the person saw)]."""
    batch = batch or uuid.uuid4().hex
    in_order = sorted(steps, key=lambda pair: pair[0].pk)  # two persons with the same steps wait, and do not deadlock
    with acting(by=by, action="projectstep.verified", reason=note, batch=batch):
        return [verify_step(step=step, by=by, note=note, version=version, batch=batch) for step, version in in_order]


def return_step(*, step, by, reason, version=None):
    """Send a step back to the one who did it, with a reason; the doer and the responsible person get a message."""
    return move_step(step=step, to=Status.RETURNED, by=by, reason=reason, version=version)


def waive_step(*, step, by, reason, version=None):
    return move_step(step=step, to=Status.WAIVED, by=by, reason=reason, version=version)


def reopen_step(*, step, by, reason, version=None):
    """Reopen a settled step; who had settled it and when stays in the trail."""
    return move_step(step=step, to=Status.OPEN, by=by, reason=reason, version=version)


@action("step.reassign")
def reassign_step(*, step, responsible, by, reason="", batch=""):
    """Hand a step that is not settled to `responsible`, who must be able to answer for its project.

    Raises PermissionDenied, DoesNotExist for a step out of the person's scope, or ValidationError.
    """
    step = _to_schedule(step, by)
    if step.responsible_id == responsible.pk:
        raise ValidationError({"responsible": _("%s is responsible for it already.") % responsible})
    if why := why_not_answering(responsible, step.project, by):
        raise ValidationError({"responsible": why})
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
