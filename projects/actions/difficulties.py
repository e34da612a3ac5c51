"""Difficulties: raised by one side, answered by the other, settled when both say so. Those concerned are told."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from projects.models import AgendaItem, Difficulty, Event, Measure
from projects.people import why_not_answering
from projects.places import place_of
from registry.core.actions import locked
from registry.core.clashes import begun_anew
from registry.core.models import Notice, User
from registry.core.notices import notify
from registry.core.roles import Role
from registry.core.trail import acting, action

Status = Difficulty.Status


@action("difficulty.raise")
def raise_difficulty(*, project, by, side, title, **details):
    """Raise a difficulty on a project within the person's scope, for one's own side; the bureau may write down
    what either side told it. Tells the project's officer. Raises PermissionDenied or ValidationError."""
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
    due = difficulty.wanted_by and difficulty.wanted_by.isoformat()
    _tell("raised", _officers(difficulty), difficulty, by=by, due=due)
    return difficulty


@begun_anew
def move_difficulty(*, difficulty, to, by, reason="", event=None):
    """Move a difficulty along its life cycle and tell those concerned; the reason of an answer is the answer.

    Put to a meeting it becomes an item of that meeting's agenda: `event`, where it does not name one already.
    Raises what `move` raises, and ValidationError for a meeting that is not ahead.
    """
    with acting(by=by, action=f"difficulty.{to}", reason=reason):
        fresh = locked(difficulty, by=by)
        came_from = fresh.status
        if to == Status.ESCALATED and event is not None:
            fresh.event = _ahead(event, by)
        fresh.move_to(to, by=by, reason=reason)
        if to == Status.ESCALATED:
            locked(fresh.event).put_on_agenda(fresh)
        _tell_of_move(fresh, came_from, by=by, reason=reason)
    return fresh


@begun_anew
def escalate(*, difficulty, event, by, reason):
    """Put a difficulty to a meeting, and on its agenda, in one act; from another meeting where it waits for one.

    Raises what `move_difficulty` raises.
    """
    if difficulty.status != Status.ESCALATED:
        return move_difficulty(difficulty=difficulty, to=Status.ESCALATED, event=event, by=by, reason=reason)
    with acting(by=by, action="difficulty.another_meeting", reason=reason):
        if not by.has_perm("projects.handle_difficulty"):
            raise PermissionDenied(_("Your role does not put difficulties to a meeting."))
        if not reason.strip():
            raise ValidationError({"reason": _("Please say why: this step needs a reason.")})
        fresh = locked(difficulty, by=by)
        if fresh.status != Status.ESCALATED:
            raise ValidationError(_("It does not wait for a meeting any more. Look at it again."))
        unsaid = AgendaItem.objects.filter(event=fresh.event, difficulty=fresh, notes="")
        unsaid.filter(event__status__in=(Event.Status.PLANNED, Event.Status.CANCELLED)).delete()
        fresh.event = _ahead(event, by)
        fresh.save()
        locked(fresh.event).put_on_agenda(fresh)
        _tell_of_move(fresh, Status.ESCALATED, by=by, reason=reason)
    return fresh


@action("difficulty.agree")
def agree_settled(*, difficulty, by):
    """Say, for one's own side, that an answered difficulty is settled; the second voice closes it.

    Raises PermissionDenied, or ValidationError where it is not answered or the side has said so already: who said it
    first stays.
    """
    if not by.has_perm("projects.close_difficulty"):
        raise PermissionDenied(_("Your role does not settle difficulties."))
    difficulty = locked(difficulty, by=by)
    if difficulty.status != Status.ANSWERED:
        raise ValidationError(_("Only an answered difficulty can be settled."))
    voices = [
        voice
        for voice, speaks in (("bureau_agreed", by.is_bureau), ("raiser_agreed", by.holds(difficulty.raised_side)))
        if speaks
    ]
    if not voices:
        raise PermissionDenied(_("Only the side that raised it and the bureau settle a difficulty."))
    wanted = [voice for voice in voices if getattr(difficulty, f"{voice}_at") is None]
    if not wanted:
        raise ValidationError(_("That was said already for this side: it waits for the word of the other side."))
    for voice in wanted:
        setattr(difficulty, f"{voice}_by", by)
        setattr(difficulty, f"{voice}_at", timezone.now())
    difficulty.save()
    if difficulty.bureau_agreed_at and difficulty.raiser_agreed_at:
        difficulty.move_to(Status.CLOSED, by=by)
        _tell_of_move(difficulty, Status.ANSWERED, by=by)
    return difficulty


@action("measure.add")
def add_measure(*, difficulty, by, text, side, due_on, responsible=None):
    """Add a measure to an open difficulty and tell its responsible person.

    Raises PermissionDenied, or ValidationError for a closed difficulty, a person who cannot answer for its project, and
    for what makes no sense.
    """
    if not by.has_perm("projects.add_measure"):
        raise PermissionDenied(_("Your role does not set measures."))
    difficulty = locked(difficulty, by=by)
    if not difficulty.is_open:
        raise ValidationError(_("The difficulty is closed. Reopen it first."))
    if responsible is not None and (why := why_not_answering(responsible, difficulty.project, by)):
        raise ValidationError({"responsible": why})
    measure = Measure(
        difficulty=difficulty, text=text, side=side, due_on=due_on, responsible=responsible, is_demo=difficulty.is_demo
    )
    measure.full_clean()
    measure.save()
    facts = {"title": measure.text[:60], "due": measure.due_on.isoformat()}
    _tell("measure", [responsible], difficulty, by=by, anchor="#measures", **facts)
    return measure


@action("measure.done")
def complete_measure(*, measure, by, reason=""):
    """Say that a measure is carried out, with a note if there is one; by its responsible person, the people of its
    side or a bureau. Raises PermissionDenied, or ValidationError when it is done already."""
    measure = _own_measure(measure, by)
    if measure.done_at is not None:
        raise ValidationError(_("The measure was reported as done already, by %s.") % measure.done_by)
    measure.done_by, measure.done_at = by, timezone.now()
    measure.save()
    difficulty = measure.difficulty
    _tell("measure_done", _officers(difficulty), difficulty, by=by, anchor="#measures", title=measure.text[:60])
    return measure


@action("measure.undo")
def undo_measure(*, measure, by, reason):
    """A measure turns out not to be done. Raises PermissionDenied, or ValidationError without a reason, when it is
    not done, or when the difficulty is closed."""
    measure = _own_measure(measure, by)
    if not reason.strip():
        raise ValidationError({"reason": _("Please say why: this step needs a reason.")})
    if measure.done_at is None:
        raise ValidationError(_("The measure is not reported as done."))
    if not measure.difficulty.is_open:
        raise ValidationError(_("The difficulty is closed. Reopen it first."))
    measure.done_by = measure.done_at = None
    measure.save()
    return measure


def _own_measure(measure, by):
    measure = locked(measure, by=by)
    if not measure.may_be_done_by(by):
        raise PermissionDenied(_("Only its responsible person, its side and the bureau report on a measure."))
    return measure


def _ahead(event, by):
    """The meeting, if the person works with it and it is still ahead."""
    event = locked(event, by=by)
    if event.status != Event.Status.PLANNED:
        words = _("“%s” is not ahead any more. Choose a meeting that is planned.")
        raise ValidationError({"event": words % event})
    return event


def _tell_of_move(difficulty, came_from, *, by, reason=""):
    raiser, officers = [difficulty.raised_by], _officers(difficulty)
    facts = {"reason": reason.strip()}
    if difficulty.status == Status.ESCALATED:
        _tell("escalated", [*raiser, *officers], difficulty, by=by, meeting=str(difficulty.event), **facts)
    elif difficulty.status == Status.ANSWERED:
        _tell("answered", raiser, difficulty, by=by, **facts)
    elif difficulty.status == Status.CLOSED:
        _tell("closed", [*raiser, *officers], difficulty, by=by)
    elif came_from in (Status.ANSWERED, Status.CLOSED):
        what = "reopened" if came_from == Status.CLOSED else "not_settled"
        _tell(what, [*raiser, *officers], difficulty, by=by, **facts)


def _officers(difficulty):
    """Who answers for it: the project's officer, else all staff of the bureau."""
    officer = difficulty.project.officer
    if officer is not None and officer.is_active:
        return [officer]
    return User.objects.filter(is_active=True).holding(Role.BUREAU)


def _tell(what, people, difficulty, *, by, anchor="", **facts):
    """One message to each of `people` but to `by`, leading to where that person works with the difficulty."""
    told = {"what": what, "title": difficulty.title, "project": str(difficulty.project), "by": str(by), **facts}
    people = [person for person in people if person is not None and person != by]
    notify(people, Notice.Kind.DIFFICULTY, told, url=lambda person: place_of(difficulty, person) + anchor, sender=by)
