"""Who does what, and why: carried from the request into the records that the triggers write.

`acting` opens a transaction and tells the database the actor, the action, the reason and the batch for
its length; `action` wraps a function of `actions/` in it. A write outside of both is recorded too, with
no actor.
"""

import functools
import inspect
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import connection, transaction

from .clashes import begun_anew
from .session_roles import as_changing, changing_role, role_taken_now

request_id: ContextVar[str] = ContextVar("request_id", default="")
"""Set by the middleware for each request; a command or a job sets its own."""

through: ContextVar[str] = ContextVar("through", default="")
"""The system whose token is used; set for the length of its request."""

ACTIONS: dict[str, list] = {}
"""Every action of the house by its name, as the modules that hold them are imported."""

_current: ContextVar[tuple] = ContextVar("acting", default=("", "", "", ""))
_SETTINGS = tuple(f"bangfu.{name}" for name in ("actor_id", "action", "reason", "batch_id", "request_id", "through"))
_SETTINGS += ("role",)


def _tell(values, role):
    told = (*values, request_id.get(), through.get(), role or "none")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT " + ", ".join(["set_config(%s, %s, true)"] * len(_SETTINGS)),
            [word for pair in zip(_SETTINGS, told, strict=True) for word in pair],
        )


def is_acting():
    """Whether what is written now speaks under an action: rows may be locked for it."""
    return bool(_current.get()[1])


@contextmanager
def acting(*, by, action, reason="", batch=""):
    """Write under the name of user `by` (None for the system itself), in one transaction.

    An `acting` inside another speaks for its own length; a missing reason or batch is the outer one's. No rows are
    hidden from it (registry/core/session_roles.py).
    """
    outer, nested = _current.get(), connection.in_atomic_block
    values = (str(by.pk) if by else "", action, reason or outer[2], str(batch or outer[3]))
    token = _current.set(values)
    try:
        with transaction.atomic():
            before = role_taken_now()
            _tell(values, changing_role())
            with as_changing():
                yield
            if nested:
                _tell(outer, before)
    finally:
        _current.reset(token)


def action(name):
    """Make a keyword-only function `f(..., *, by, reason="")` one atomic, traced action called `name`, which is begun
    anew where it clashes with others.

    Raises TypeError at import when the function does not take `by` as keyword-only.
    """

    def decorate(function):
        parameters = inspect.signature(function).parameters
        if "by" not in parameters or parameters["by"].kind is not inspect.Parameter.KEYWORD_ONLY:
            raise TypeError(f"action {name}: {function.__qualname__} must take keyword-only by=")

        @begun_anew
        @functools.wraps(function)
        def traced(*args, by, **kwargs):
            with acting(by=by, action=name, reason=kwargs.get("reason", ""), batch=kwargs.get("batch", "")):
                return function(*args, by=by, **kwargs)

        traced.action_name = name
        ACTIONS.setdefault(name, []).append(traced)
        return traced

    return decorate
