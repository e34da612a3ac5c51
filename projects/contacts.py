"""Who is told whom to ring: nobody on the other side before both sides have agreed.

A county's contact is its own, an organisation's likewise. The bureau, which brings them together, knows both; an
auditor reads them masked.
"""

from dataclasses import dataclass

from django.db.models import Q

from projects.models import Need, Pledge
from registry.core.history import masks_personal
from registry.core.roles import Role
from registry.core.text import mask_name, mask_phone

AGREED = (Pledge.Status.CONFIRMED, Pledge.Status.SIGNED, Pledge.Status.CARRIED)
"""States of a pledge in which both sides have said yes."""


@dataclass(frozen=True)
class Contact:
    name: str
    phone: str

    def __bool__(self):
        return bool(self.name or self.phone)


def contact_of(record, user):
    """The `Contact` of a need or a pledge that `user` may know, or None.

    `record` is one that the person may see at all. One query for those who do not read everything.
    """
    if not (user.is_authenticated and user.is_active):
        return None
    if user.reads_everything:
        hide = masks_personal(user)
        name, phone = (mask_name, mask_phone) if hide else (str, str)
        return Contact(name(record.contact_name), phone(record.contact_phone))
    known = _knows_need(record, user) if isinstance(record, Need) else _knows_pledge(record, user)
    return Contact(record.contact_name, record.contact_phone) if known else None


def _knows_need(need, user):
    if Need.objects.within_scope_of(user).filter(pk=need.pk).exists():
        return True
    return Pledge.objects.within_scope_of(user).filter(need=need, status__in=AGREED).exists()


def _knows_pledge(pledge, user):
    rows = Pledge.objects.within_scope_of(user).filter(pk=pledge.pk)
    if not user.holds(Role.PARTNER):
        rows = rows.filter(Q(status__in=AGREED) | Q(pk__in=Pledge.objects.spoken_for_by(user).values("pk")))
    return rows.exists()
