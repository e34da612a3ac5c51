"""What a session of the database is set to for a while, and is never left with."""

from contextlib import contextmanager
from contextvars import ContextVar

from django.db import Error, connection
from django.db.backends.signals import connection_created

_standing: ContextVar[tuple] = ContextVar("standing", default=())
"""(statement, values, what undoes it) of all that is set now, in the order in which it was."""


def standing():
    """What the session is set to: (statement, values, what undoes it), in the order in which it was set."""
    return _standing.get()


def tell(statement, values=None):
    """Run a statement that sets something and answers nothing."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


@contextmanager
def session_set(statement, back, values=None, *, is_known=False):
    """Run `statement`, which sets the session; `back`, which undoes that, is run when the block is left.
    `is_known`: it stands already, and another session is set to it as well.

    A transaction that was open before and has failed takes back itself what was set in it. Where the session is lost
    meanwhile, the next one is set like it before it is asked anything: nobody goes on with more than was theirs.
    """
    within = connection.in_atomic_block
    tell(statement, values)
    token = _standing.set(_standing.get() if is_known else (*_standing.get(), (statement, values, back)))
    try:
        yield
    finally:
        _standing.reset(token)
        if connection.connection is not None:
            try:
                tell(back)
            except Error:  # a session that cannot be told must not serve the next person
                if not within:
                    connection.close()


def set_again(**_kwargs):
    """For a new session: what the one before it was set to."""
    for statement, values, _back in _standing.get():
        tell(statement, values)


connection_created.connect(set_again, dispatch_uid="registry.core.session_settings")
