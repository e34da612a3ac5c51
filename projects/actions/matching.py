"""Needs and pledges. Accepting a pledge locks its need: one gap is never promised to two givers."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from projects.models import Need, Pledge
from registry.core.actions import locked, move
from registry.core.trail import acting


def _refuse_overreach(pledge):
    gaps = {gap.item.pk: gap for gap in pledge.need.gaps()}
    errors = []
    for item in pledge.items.filter(need_item__isnull=False):
        gap = gaps[item.need_item_id]
        if item.measure.value > gap.unmet.value:
            errors.append(
                _("“%(what)s” offers %(offered)s, but only %(unmet)s is still unmet.")
                % {"what": gap.item, "offered": item.measure, "unmet": gap.unmet}
            )
    if errors:
        raise ValidationError(errors)


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


def move_pledge(*, pledge, to, by, reason=""):
    """Move a pledge; where the move changes what is promised to a need, under a lock on that need.

    Raises ValidationError when the pledge would go beyond what is unmet, and what `move` raises.
    """
    with acting(by=by, action=f"pledge.{to}", reason=reason):
        need = locked(pledge.need) if pledge.need_id else None
        fresh = locked(pledge, by=by)
        if need is not None:
            fresh.need = need
        if to == Pledge.Status.ACCEPTED and need is not None:
            _refuse_overreach(fresh)
        fresh.move_to(to, by=by, reason=reason)
        if need is not None:
            _follow(need)
    return fresh


def move_need(*, need, to, by, reason=""):
    """Submit, publish, return, withdraw, renew or let expire. What was accepted towards a renewed need still
    counts when it is published again. Raises what `move` raises."""
    with acting(by=by, action=f"need.{to}", reason=reason):
        fresh = move(need, to=to, by=by, reason=reason)
        _follow(fresh)
    return fresh
