"""Meetings: an agenda drawn from the register, and decisions that become work exactly once."""

from functools import partial

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Max
from django.utils.translation import gettext as _

from projects.actions.difficulties import add_measure
from projects.models import Event, ProjectStep
from projects.people import missing_for_work
from projects.places import place_of
from registry.core.actions import locked
from registry.core.models import Notice
from registry.core.notices import notify
from registry.core.trail import action


@action("event.draw_agenda")
def draw_agenda(*, event, things, by):
    """Put needs, difficulties and steps on a meeting's agenda, in this order; returns the new items.

    What is on it already is passed over. Raises PermissionDenied; DoesNotExist for anything out of the person's
    scope; ValidationError for nothing at all and for a meeting that is cancelled.
    """
    if not by.has_perm("projects.add_agendaitem"):
        raise PermissionDenied(_("Your role does not set agendas."))
    if not things:
        raise ValidationError(_("Choose at least one need, difficulty or step."))
    event = locked(event, by=by)
    if event.status == Event.Status.CANCELLED:
        raise ValidationError(_("The meeting is cancelled. Plan it again first."))
    for thing in things:
        type(thing)._default_manager.within_scope_of(by).get(pk=thing.pk)
    return event.put_on_agenda(*things)


@action("decision.carry_out")
def carry_out(*, decision, by):
    """Turn a decision into work: a measure where it is about a difficulty, else a step of the project's checklist.

    Exactly once: the decision is locked. Returns it with its consequence, and tells the responsible person. Raises
    PermissionDenied; ValidationError when it was carried out already, when the owner, the day or what it is about is
    missing, when the owner cannot answer for that, or when the difficulty is closed or the project's phase is locked.
    """
    if not by.has_perm("projects.change_decision"):
        raise PermissionDenied(_("Your role does not carry out decisions."))
    decision = locked(decision, by=by)
    if decision.consequence is not None:
        raise ValidationError(_("It was carried out already: see the measure or step that it became."))
    if missing := missing_for_work(decision, by):
        raise ValidationError(missing)
    if decision.difficulty_id is not None:
        decision.measure = add_measure(
            difficulty=decision.difficulty, by=by, text=decision.text, side=decision.side, due_on=decision.due_on,
            responsible=decision.responsible,
        )  # fmt: skip
        decision.save()
        return decision
    decision.step = _add_step(decision, by)
    decision.save()
    if decision.responsible != by:
        facts = {
            "what": "meeting", "title": decision.text[:60], "meeting": str(decision.event), "by": str(by),
            "project": str(decision.project), "due": decision.due_on.isoformat(),
        }  # fmt: skip
        notify([decision.responsible], Notice.Kind.DECIDED, facts, url=partial(place_of, decision.step), sender=by)
    return decision


def _add_step(decision, by):
    """The last step of the project's checklist, at the stage at which the project stands (or which it left)."""
    if not by.has_perm("projects.add_projectstep"):
        raise PermissionDenied(_("Your role does not add steps."))
    project = locked(decision.project, by=by)
    if project.is_locked:
        raise ValidationError(_("The project was carried into the next campaign; its checklist is locked."))
    last = project.steps.aggregate(last=Max("position"))["last"] or 0
    words = decision.text.split("\n")[0]
    title_length = ProjectStep._meta.get_field("title").max_length
    step = ProjectStep(
        project=project, position=last + 1, stage=project.left_stage or project.stage, title=words[:title_length],
        guidance="" if words == decision.text and len(words) <= title_length else decision.text, side=decision.side,
        responsible=decision.responsible, due_on=decision.due_on, is_demo=project.is_demo,
    )  # fmt: skip
    step.full_clean()
    step.save()
    return step
