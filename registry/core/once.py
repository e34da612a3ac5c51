"""A request that is repeated is answered again, not done again: after a time-out, or by a double click.

The sender gives the request a key of its own. What the request writes and the answer to it are kept in one
transaction, so there is never one without the other; a refused request leaves neither, and may be sent anew.
"""

import datetime
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db import IntegrityError, OperationalError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from .clashes import LOCK_NOT_AVAILABLE, attempted, code_of
from .models import Once

KEPT = datetime.timedelta(days=7)
"""How long an answer is given again."""


class Busy(Exception):
    """A request with this key is still being answered, and took too long to wait for. Nothing was done."""

    def __str__(self):
        return _("A request with this key is still being worked on. Send it again in a while, with the same key.")


class OtherRequest(Exception):
    """The key was used for another request. Nothing was done."""

    def __str__(self):
        return _("This key was used for another request already. Give every new request a key of its own.")


@dataclass(frozen=True)
class Answer:
    """What is sent back: `code` of HTTP, `body` that JSON can hold; `again`: it was given before."""

    code: int
    body: Any
    headers: dict[str, str] = field(default_factory=dict)
    again: bool = False

    @property
    def refuses(self):
        return self.code >= 400


def digest_of(*parts: Any) -> str:
    """A digest of what makes a request: the same for the same values, however their JSON was written."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()


def answered_once(*, by, key: str, digest: str, act: Callable[[], Answer]) -> Answer:
    """What `act` answers, the first time that `by` sends this key; afterwards that same answer, for `KEPT`.

    One transaction: what `act` raises, or a refusing answer, undoes everything and keeps nothing. A second request
    with the key waits for the first. Raises Busy where that takes longer than the database waits for a lock, Crowded,
    and OtherRequest where the key came with another digest before.
    """

    def answered():
        if not _is_first(by, key, digest):
            return _kept(by, key, digest)
        answer = act()
        if answer.refuses:
            transaction.set_rollback(True)
        else:
            row = Once.objects.filter(by=by, key=key)
            row.update(code=answer.code, body=answer.body, headers=answer.headers)
        return answer

    return attempted(answered)


def _is_first(by, key, digest):
    """Take the key, or learn that somebody has it: then only after that one's transaction has ended."""
    Once.objects.filter(by=by, key=key, at__lt=timezone.now() - KEPT).delete()
    try:
        with transaction.atomic():
            Once.objects.create(by=by, key=key, digest=digest)
    except IntegrityError:
        return False
    except OperationalError as error:
        if code_of(error) == LOCK_NOT_AVAILABLE:
            raise Busy from error
        raise
    return True


def _kept(by, key, digest):
    row = Once.objects.get(by=by, key=key)
    if row.digest != digest:
        raise OtherRequest
    return Answer(row.code, row.body, row.headers, again=True)


def forget_old(*, now=None):
    """Delete the answers that are no longer given again; returns how many."""
    return Once.objects.filter(at__lt=(now or timezone.now()) - KEPT).delete()[0]
