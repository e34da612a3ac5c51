"""Many checklist items at once (批量): the single actions one after another, in one transaction, under one batch id.

Whoever asks sees first, item by item, what will happen and what stands against it (`preview`). What could not be done
is left out as announced; a refusal that nobody foresaw undoes everything (`BulkRefused`).
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, ValidationError
from django.db import DatabaseError, transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.answerable import people_answering_for_each, why_nobody
from projects.batches import batch_of_steps
from projects.models import ProjectStep
from projects.places import place_of
from registry.core.clashes import begun_anew
from registry.core.models import Notice
from registry.core.notices import notify
from registry.core.trail import acting, action
from registry.core.undo import undo_batch

from .chasing import chase_step
from .checklists import complete_step, move_due_date, reassign_step, verify_step

CURRENT = ""
"""Instead of an item's title: of each project the first item that is not settled."""

LISTED = 20
"""So many refusals are told one by one."""

Status = ProjectStep.Status


def _against_applying(step, by):
    return step.refusals(Status.DONE, by=by)


def _against_sign_off(step, by):
    """Nobody looks at the files of many items: those that lack one are left to be signed off singly."""
    if step.status in step.OPEN:
        words = [_("Nobody has applied for its sign-off.")]
    else:
        words = step.refusals(Status.VERIFIED, by=by)
    absent = step.missing_evidence() if step.status in step.UNSETTLED else []
    return [*words, _("Missing: %s") % ", ".join(map(str, absent))] if absent else words


def _against_chasing(step, by):
    if step.status not in step.OPEN:
        return [_("Nothing is left to be done: “%s”.") % step.get_status_display()]
    why = why_nobody(step, step.reached, by)
    return [why] if why else []


def _find_reached(steps):
    """Whom a chase of each would reach, asked for all at once: `step.reached`."""
    found = people_answering_for_each(steps)
    for step in steps:
        step.reached = found[step.pk]


def _against_scheduling(step, by):
    return [] if step.status in step.UNSETTLED else [_("It is settled: “%s”.") % step.get_status_display()]


@dataclass(frozen=True, slots=True)
class BulkDeed:
    """What can be done to many: `run(step=, by=, **details)`; `against(step, by)` says what stands against it, once
    `ahead(steps)` has found out what is asked for all of them at once."""

    label: Promise
    cannot: Promise
    permission: str
    run: Callable
    against: Callable
    ahead: Callable = lambda steps: None


DEEDS = {
    "verify": BulkDeed(
        gettext_lazy("Sign off all"), gettext_lazy("Cannot be signed off"), "projects.verify_projectstep", verify_step,
        _against_sign_off,
    ),
    "complete": BulkDeed(
        gettext_lazy("Apply for sign-off"), gettext_lazy("Cannot be applied for"), "projects.complete_projectstep",
        complete_step, _against_applying,
    ),
    "chase": BulkDeed(
        gettext_lazy("Chase all"), gettext_lazy("Cannot be chased"), "projects.chase_projectstep", chase_step,
        _against_chasing, _find_reached,
    ),
    "reschedule": BulkDeed(
        gettext_lazy("Move due dates"), gettext_lazy("Cannot be moved"), "projects.schedule_projectstep",
        move_due_date, _against_scheduling,
    ),
    "reassign": BulkDeed(
        gettext_lazy("Hand to another person"), gettext_lazy("Cannot be handed over"),
        "projects.schedule_projectstep", reassign_step, _against_scheduling,
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """One project in the preview: its item, if it has one, and what stands against the deed, in sentences."""

    project: object
    step: ProjectStep | None
    refusals: tuple[str, ...] = ()

    def refused(self, words):
        """The same, with what was answered when it was tried."""
        return replace(self, refusals=tuple(words))


class BulkRefused(ValidationError):
    """Nothing was done. `refusals`: {key of the step: [why not]}."""

    def __init__(self, refusals, names):
        self.refusals = refusals
        told = [f"{names.get(key, key)}: {' '.join(words)}" for key, words in list(refusals.items())[:LISTED]]
        if len(refusals) > LISTED:
            told.append(_("And %d more.") % (len(refusals) - LISTED))
        super().__init__([_("Nothing was done, since some items could not be:"), *told])


def preview(*, projects, item, deed, by):
    """What would happen to the `item` of each of `projects`: [Line], in their order. Two queries, and those of `ahead`.

    Raises PermissionDenied where the role does not do such things at all.
    """
    _check(deed, by)
    projects = list(projects)
    rows = _steps(by).filter(project__in=projects)
    rows = rows.unsettled() if item == CURRENT else rows.filter(title=item)
    first_unsettled_last = sorted(rows, key=lambda step: (step.status in step.UNSETTLED, -step.position))
    steps = {step.project_id: step for step in first_unsettled_last}
    DEEDS[deed].ahead(list(steps.values()))
    return [_line(project, steps.get(project.pk), item, deed, by) for project in projects]


@begun_anew
def run_bulk(*, deed, items, by, batch="", told=lambda: None, details=None):
    """Do `deed` to all `items`, [(key, version seen)], or to none; returns how many. `told` hears of each one done.

    Raises BulkRefused when one was changed since it was seen or is refused, PermissionDenied.
    """
    _check(deed, by)
    with acting(by=by, action="bulk", batch=batch):
        keys = [key for key, _version in items]
        found = _steps(by).filter(pk__in=keys).select_for_update(of=("self",)).order_by("pk")
        steps = {step.pk: step for step in found}
        DEEDS[deed].ahead(list(steps.values()))
        refusals = {}
        for key, version in items:
            words = _done(deed, steps.get(key), version, by, details or {})
            if words:
                refusals[key] = words
            told()
        if refusals:
            raise BulkRefused(refusals, {key: f"{step.project} · {step}" for key, step in steps.items()})
    return len(items)


@action("bulk.undo")
def undo_bulk(*, batch, by, reason):
    """Take back what a batch did to many items, all of it or nothing; returns how many they are.

    By whoever did it or the bureau, within a day, while nobody has gone on from it (`why_not_undone`). Whoever has to
    do an item after all is told. Raises DoesNotExist where an item is not the person's to see or the batch did anything
    else, PermissionDenied, or ValidationError in words.
    """
    if not by.has_perm("projects.view_projectstep"):
        raise PermissionDenied(_("Your role does not open this page."))
    found = batch_of_steps(batch)
    if found is None or len(steps := _steps(by).filter(pk__in=found.steps)) != len(found.steps):
        raise ProjectStep.DoesNotExist
    _check(found.deed, by)
    if not found.is_for(by):
        raise PermissionDenied(_("Only whoever did it and the bureau take it back."))
    if not reason.strip():
        raise ValidationError({"reason": _("Please say why: this step needs a reason.")})
    if why := found.why_not():
        raise ValidationError(why)
    undo_batch(batch, by=by, action="bulk.undo", reason=reason.strip(), new_batch=uuid.uuid4().hex)
    if found.deed == "complete":
        _tell_of_work(steps, by, reason.strip())
    return len(steps)


def _tell_of_work(steps, by, reason):
    """`steps` as they stood before: whoever had applied for the sign-off, and who answers for the step."""
    for step in steps:
        facts = {
            "what": "step_reopened", "title": step.title, "title_en": step.title_en, "project": str(step.project),
            "reason": reason, "by": str(by),
        }  # fmt: skip
        people = {step.done_by, step.responsible} - {by, None}
        notify(people, Notice.Kind.RETURNED, facts, url=partial(place_of, step), sender=by)


def _check(deed, by):
    if not by.has_perm(DEEDS[deed].permission):
        raise PermissionDenied(_("Your role does not allow this step: %s.") % DEEDS[deed].label)


def _steps(by):
    along = ("project__officer", "depends_on", "responsible", "done_by")
    return ProjectStep.objects.within_scope_of(by).select_related(*along).prefetch_related("documents")


def _line(project, step, item, deed, by):
    if step is None:
        words = (
            _("Everything on its checklist is settled, or none is open.") if item == CURRENT else _("not on its list")
        )
        return Line(project, None, (words,))
    return Line(project, step, tuple(_against(deed, step, by)))


def _against(deed, step, by):
    if step.project.is_locked:
        return [_("The project was carried into the next campaign: its steps stay as they were.")]
    return DEEDS[deed].against(step, by)


def _done(deed, step, version, by, details):
    """Do it to one; returns why not, in sentences."""
    if step is None:
        return [_("There is no such record, or it is not yours to see.")]
    if step.version != version:
        return [_("It was changed since you looked at it: “%s”. Look again.") % step.get_status_display()]
    words = _against(deed, step, by)
    if words:
        return words
    try:
        with transaction.atomic():
            DEEDS[deed].run(step=step, by=by, **details)
    except (ValidationError, PermissionDenied, ObjectDoesNotExist, DatabaseError) as refusal:
        return refusal.messages if isinstance(refusal, ValidationError) else [str(refusal).splitlines()[0]]
    return []
