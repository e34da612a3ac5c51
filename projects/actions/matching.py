"""Needs and pledges move, and whoever is next is told. Accepting a pledge locks its need: one gap is never promised to
two givers."""

from functools import partial

from django.core.exceptions import ValidationError

from projects.announcing import announce_need
from projects.answerable import bureau_people, speakers_of, staff_of
from projects.models import Need, Pledge
from projects.needs import overreach
from projects.places import place_of_need, place_of_pledge
from registry.core.actions import locked
from registry.core.clashes import begun_anew
from registry.core.dates import today
from registry.core.models import Notice
from registry.core.notices import notify
from registry.core.trail import acting
from registry.core.workdays import add_working_days

ANSWER_DAYS = 5
"""Working days within which the bureau, and then the county, is to answer a pledge."""


def _follow(need):
    """Let the need's status follow from what is accepted towards it."""
    gaps = need.gaps()
    if all(gap.unmet.value <= 0 for gap in gaps):
        target = Need.Status.MET
    elif any(gap.accepted.value > 0 for gap in gaps):
        target = Need.Status.PARTLY_MET
    else:
        target = Need.Status.PUBLISHED
    if gaps and need.status in Need.PUBLIC and need.status != target:
        need.move_to(target, by=None)


LOOKS_AT_THE_GAP = (Pledge.Status.SUBMITTED, Pledge.Status.ACCEPTED)
"""Moves that are refused where more is offered than is still unmet."""


@begun_anew
def move_pledge(*, pledge, to, by, reason="", version=None):
    """Move a pledge, under a lock on its need, set the day by which the next side is to answer, and tell that side.

    `version`: as the person saw it (Stale if it was changed since). Raises ValidationError when more is offered than
    is unmet, naming the gap, and what `move` raises.
    """
    with acting(by=by, action=f"pledge.{to}", reason=reason):
        need = locked(pledge.need) if pledge.need_id else None
        fresh = locked(pledge, by=by, version=version)
        came_from = fresh.status
        if need is not None:
            fresh.need = need
        if to in LOOKS_AT_THE_GAP and (beyond := overreach(fresh)):
            raise ValidationError(beyond)
        owes = to in Pledge.ANSWERED_BY_DAY
        fresh.answer_by = add_working_days(today(), ANSWER_DAYS) if owes else None
        fresh.move_to(to, by=by, reason=reason)
        if need is not None:
            _follow(need)
        _tell_of_pledge(fresh, came_from, by, reason)
    return fresh


@begun_anew
def move_need(*, need, to, by, reason="", version=None):
    """Submit, publish, return, withdraw, renew or let expire. What was accepted towards a renewed need still
    counts when it is published again. Raises what `move` raises, and Stale where the person saw another version."""
    with acting(by=by, action=f"need.{to}", reason=reason):
        fresh = locked(need, by=by, version=version)
        fresh.move_to(to, by=by, reason=reason)
        if to == Need.Status.PUBLISHED:
            announce_need(fresh)
        _follow(fresh)
        _tell_of_need(fresh, to, by, reason)
    return fresh


# Who is told of what. No message names a person: before both sides have agreed neither knows whom to ring


def _tell_of_pledge(pledge, came_from, by, reason):
    giver, county, bureau = _givers, _receivers, _bureau
    to = pledge.status
    told = {
        Pledge.Status.SUBMITTED: (bureau,),
        Pledge.Status.ACCEPTED: (county, giver),
        Pledge.Status.DECLINED: (giver, bureau),
        Pledge.Status.CONFIRMED: (giver, bureau),
        Pledge.Status.CARRIED: (giver, county),
    }.get(to, ())
    if to == Pledge.Status.WITHDRAWN and came_from != Pledge.Status.DRAFT:
        told = (bureau,) if came_from == Pledge.Status.SUBMITTED else (bureau, county, giver)
    facts = {
        "what": f"pledge_{to}", "title": f"{pledge.number} {pledge.organisation}",
        "need": str(pledge.need or ""), "reason": reason,
        "due": pledge.answer_by and pledge.answer_by.isoformat(),
    }  # fmt: skip
    people = {person for group in told for person in group(pledge)} - {by}
    notify(people, Notice.Kind.MATCHING, facts, url=partial(place_of_pledge, pledge))


def _tell_of_need(need, to, by, reason):
    if to in (Need.Status.PUBLISHED, Need.Status.RETURNED):
        people = set(staff_of(need.county))
    elif to == Need.Status.SUBMITTED:
        people = set(bureau_people())
    else:
        return
    facts = {"what": f"need_{to}", "title": str(need), "reason": reason}
    notify(people - {by}, Notice.Kind.MATCHING, facts, url=partial(place_of_need, need))


def _givers(pledge):
    return speakers_of(pledge.organisation)


def _receivers(pledge):
    return staff_of(pledge.receiver) if pledge.receiver else ()


def _bureau(pledge):
    return bureau_people()
