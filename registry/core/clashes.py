"""What met others at the same rows is begun anew, as a whole: a deadlock or a “could not serialize” says nothing of the
work itself, only of its moment.

It is the outermost transaction that is repeated, never a part of it, and it is repeated around an action, not around
a request: an action reads its rows anew under locks, writes nothing but the database (files by their content, messages
and mails as rows), and leaves neither when it is rolled back. A request has read its body and its session already.
"""

import functools
import random
import time

from django.db import OperationalError, connection, transaction
from django.utils.translation import gettext as _

ATTEMPTS = 3
"""How often work is begun that meets others in its way."""

PAUSE = 0.05
"""Seconds of the longest first pause; the second one may be twice as long. By chance, so that two do not meet again."""

LOCK_NOT_AVAILABLE = "55P03"
CLASHES = frozenset({"40001", "40P01"})
"""PostgreSQL's codes for “could not serialize” and “deadlock”: the work is sound, it came at a bad time."""

IN_THE_WAY = CLASHES | {LOCK_NOT_AVAILABLE}
"""And for a lock that did not come in time, which has been waited for already."""


class Crowded(Exception):
    """Too many wanted the same rows at once, in each of the attempts. Nothing was done."""

    def __str__(self):
        return _("Too many are working on the same records just now. Nothing was done: send the request again.")


def code_of(error):
    """PostgreSQL's code of an error of the database; "" where it has none, as for a connection that broke."""
    return getattr(error.__cause__, "pgcode", None) or ""


def attempted(act):
    """What `act` gives, in one transaction; begun anew where it clashes with others. Raises Crowded in the end."""

    def in_one_transaction():
        with transaction.atomic():
            return act()

    return _repeated(in_one_transaction, IN_THE_WAY)


def begun_anew(function):
    """Repeat the whole of a function that opens one transaction, where it is the outermost and clashes with others.

    Inside another transaction it is left alone: only all of that could be repeated. Raises Crowded in the end.
    """

    @functools.wraps(function)
    def repeated(*args, **kwargs):
        if connection.in_atomic_block:
            return function(*args, **kwargs)
        return _repeated(functools.partial(function, *args, **kwargs), CLASHES)

    return repeated


def _repeated(act, codes):
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return act()
        except OperationalError as error:
            if code_of(error) not in codes:
                raise
            clash = error
        if attempt < ATTEMPTS:
            time.sleep(random.uniform(0, PAUSE * attempt))  # noqa: S311 - a pause, no secret
    raise Crowded from clash
