"""Needs as their counties write them: drafts with what is wanted, a later day, and renewal."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from projects.actions.matching import move_need
from projects.models import Need, NeedItem
from projects.models.items import ItemKind
from projects.needs import counties_of
from registry.core.actions import locked, next_number
from registry.core.dates import today
from registry.core.trail import action

SETTLED = ("county", "field", "campaign")
"""What a pledge was made for: it stays as it is once there is one."""


@action("need.save")
def save_need(*, by, county, name, campaign, field, items, need=None, version=None, **details):
    """Keep a need as a draft, or one that was returned, and return it; a new one where `need` is None.

    `items` is all that is wanted, each a dict of fields of `NeedItem`: what is not among them any more goes. `details`
    are further fields of `Need`. Raises PermissionDenied, DoesNotExist for a need out of the person's scope, Stale
    when it is not of that `version` any more, and ValidationError for what is locked or makes no sense.
    """
    if not by.has_perm("projects.add_need" if need is None else "projects.change_need"):
        raise PermissionDenied(_("Your role does not write needs."))
    need = _draft(by) if need is None else locked(need, by=by, version=version)
    if need.status not in Need.EDITABLE:
        raise ValidationError(_("What has been submitted is not changed any more: have it returned first."))
    if not counties_of(by).filter(pk=county.pk).exists():
        raise PermissionDenied(_("You write needs for your own county only."))
    values = {"county": county, "name": name, "campaign": campaign, "field": field, **details}
    if need.pk and need.pledges.exists() and any(getattr(need, key) != values[key] for key in SETTLED):
        raise ValidationError(_("Somebody has pledged towards it: county, field and campaign stay as they are."))
    for key, value in values.items():
        setattr(need, key, value)
    need.full_clean()
    need.save()
    if _keep_items(need, items):  # an item belongs to what was read: the need's version counts it
        need.updated_at = timezone.now()
        need.save(update_fields=["updated_at"])
    need.refresh_from_db()
    return need


def _draft(by):
    return Need(number=next_number(Need, "XQ", today().year), is_demo=by.is_demo)


def _keep_items(need, wanted):
    """The items as they are wanted; whether anything changed. The same thing in the same unit is one item."""
    standing = {_key(gap.item): gap for gap in need.gaps()} if need.pk else {}
    lines = {}
    for line in wanted:
        item = NeedItem(need=need, is_demo=need.is_demo, **line)
        if _key(item) in lines:
            raise ValidationError(_("“%s” stands there twice: put both into one line.") % _name(item))
        lines[_key(item)] = item
    changed = False
    for key in standing.keys() - lines.keys():
        _refuse_pledged(standing[key].item)
        standing[key].item.delete()
        changed = True
    for key, item in lines.items():
        changed = _keep_item(item, standing.get(key)) or changed
    return changed


def _keep_item(item, gap):
    """Add the item, or give the one that stands its measure; whether that was a change."""
    if gap is None:
        item.full_clean()
        item.save()
        return True
    if gap.wanted == item.measure:
        return False
    gap.item.amount, gap.item.quantity = item.amount, item.quantity
    gap.item.full_clean()
    if gap.item.measure.value < gap.given:
        told = {"what": _name(item), "given": gap.accepted}
        raise ValidationError(_("Of “%(what)s” %(given)s have been promised already: ask for no less.") % told)
    gap.item.save()
    return True


def _key(item):
    return (item.kind, item.what, item.unit)


def _name(item):
    return item.what or ItemKind(item.kind).label


def _refuse_pledged(item):
    if item.pledged.exists():
        raise ValidationError(_("Somebody has pledged towards “%s”: it stays.") % _name(item))


@action("need.extend")
def extend_need(*, need, expires_on, by, reason, version=None):
    """Let an open need stand until a later day.

    Raises PermissionDenied, DoesNotExist, Stale, and ValidationError without a reason, for a need that is not open
    or has no last day, and for a day that is over or not later than the one that stands.
    """
    need = _own(need, by, version)
    if need.status not in Need.OPEN or need.expires_on is None:
        raise ValidationError(_("Only a published need with a last day can be extended."))
    if not reason.strip():
        raise ValidationError({"reason": _("Please say why: this step needs a reason.")})
    if expires_on <= need.expires_on:
        raise ValidationError({"expires_on": _("Choose a later day than the one that stands.")})
    _set_last_day(need, expires_on)
    return need


@action("need.renew")
def renew_need(*, need, expires_on, by, version=None):
    """Submit an expired need once more, with a new last day (None: without one). Raises what `move_need` raises,
    Stale, and ValidationError for a day that is over."""
    need = _own(need, by, version)
    if need.status != Need.Status.EXPIRED:
        raise ValidationError(_("Only an expired need is renewed."))
    _set_last_day(need, expires_on)
    return move_need(need=need, to=Need.Status.SUBMITTED, by=by)


def _own(need, by, version):
    if not by.has_perm("projects.submit_need"):
        raise PermissionDenied(_("Needs are extended and renewed by their county."))
    return locked(need, by=by, version=version)


def _set_last_day(need, expires_on):
    if expires_on is not None and expires_on < today():
        raise ValidationError({"expires_on": _("That day is over. Choose a later one.")})
    need.expires_on = expires_on
    need.save()
