"""How often strangers may try: counted by the address that they come from, in the database, so that all processes of
the site count together."""

import datetime

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_ipv46_address
from django.db import transaction
from django.utils import timezone

from .models import Attempt
from .turns import take_turns

KEPT = datetime.timedelta(days=1)
"""How long an attempt is remembered: no limit reaches further back."""


def address_of(request):
    """Where a request comes from. Behind a trusted proxy it is the last address that the proxy wrote down: what
    stands before it in the header, the sender may have made up."""
    address = request.META.get("REMOTE_ADDR", "")
    if settings.TRUSTED_PROXY:
        address = request.headers.get("X-Forwarded-For", address).rsplit(",", 1)[-1].strip()
    try:
        validate_ipv46_address(address)
    except ValidationError:  # a server on a socket names none: all such share one limit
        return "::"
    return address


def may_try(what, address, *, most, within):
    """Count one attempt at `what` from `address`; whether it is among the first `most` of the last `within`.

    One that is refused is not counted. At most `most` are let through, however many come at once.
    """
    with transaction.atomic():
        take_turns(f"attempt {what} {address}")
        since = timezone.now() - within
        if Attempt.objects.filter(what=what, address=address, at__gt=since).count() >= most:
            return False
        Attempt.objects.create(what=what, address=address)
    return True


def forget_old(*, now=None):
    """Delete the attempts that no limit counts any more; returns how many."""
    return Attempt.objects.filter(at__lt=(now or timezone.now()) - KEPT).delete()[0]
