"""What each transaction is told before anything else: as whom it speaks, what it may write, where it looks.

Nothing is set for a session of the database, only for a transaction (`SET LOCAL`), and it goes along with the first
statement, so it costs no time on the way (registry/core/database/). A session therefore holds nothing of who used it:
neither the one after them, nor whom a pooler lends it to between two transactions, nor one that follows a lost one.
"""

from contextlib import contextmanager, nullcontext, suppress
from contextvars import ContextVar

from django.conf import settings
from django.db import Error, connection, transaction

_standing: ContextVar[tuple[tuple[str, str], ...]] = ContextVar("standing", default=())
"""(statement, what takes it back) of all that stands now, in the order in which it was set."""


def standing():
    """Statements that every transaction begun now is told first, as one text; "" where there are none. They set things
    and ask nothing, so that isolation and the right to write can still be chosen after them."""
    return "; ".join(statement for statement, _back in _standing.get())


def standing_number():
    """How many settings stand now."""
    return len(_standing.get())


def tell(statement, values=None):
    """Run a statement that sets something and answers nothing."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


@contextmanager
def told_first(statement, *, back=""):
    """Every transaction that begins in this block, and every statement outside of one, is told `statement` first.

    One that is open already is told by the caller, and `back` when the block is left; one that has failed meanwhile
    takes back itself what was set in it.
    """
    within = connection.in_atomic_block
    token = _standing.set((*_standing.get(), (statement, back)))
    try:
        yield
    finally:
        _standing.reset(token)
        if within:
            _take_back(back)


@contextmanager
def told_besides(known):
    """For a block that another connection answers: a transaction that is open there is told all that stands but the
    first `known`, which it has been told."""
    since = _standing.get()[known:] if connection.in_atomic_block else ()
    if since:
        tell("; ".join(statement for statement, _back in since))
    try:
        yield
    finally:
        for _statement, back in reversed(since):
            _take_back(back)


def _take_back(statement):
    if statement and connection.connection is not None:
        with suppress(Error):  # a transaction that has failed takes it back itself
            tell(statement)


def lasting():
    """For what is read bit by bit from a cursor of the server's: behind a pooler that is held by a transaction only."""
    return transaction.atomic() if settings.DATABASE_POOLED else nullcontext()
