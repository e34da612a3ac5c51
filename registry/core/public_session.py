"""Requests of strangers: the database shows them what was published, and nothing else.

Their sessions look for tables in the schema `published` first. It holds tables and views that are called like the real
ones (projects/publishing/wall.py says which, and with which columns), so every list, count, figure, export and answer
of the public reads what was published by the query that it has anyway. A query that forgets its filter finds no more.
They are a member's sessions besides, of a member of nothing (session_roles.py): past the schema they find no drafts.
Only safe requests: whoever signs up, objects or signs in writes the register itself.
"""

from contextlib import contextmanager
from contextvars import ContextVar

from django.db import connection

from .session_roles import MEMBER, role_taken, role_taken_now
from .summaries import summaries_stand

SCHEMA = "published"

_is_public: ContextVar[bool] = ContextVar("is_public_session", default=False)


def is_public_session():
    """Whether what is asked now is answered from what was published."""
    return _is_public.get()


def is_walled():
    """Whether what is asked now is asked of the register of today behind policies of rows: no index may be used there
    whose operator PostgreSQL does not know to tell nothing, as those of words are not."""
    return role_taken_now() == MEMBER and not is_public_session() and summaries_stand()


def asks_no_records(view):
    """Mark a view that must answer strangers without the database, or when it is unwell."""
    view.asks_no_records = True
    return view


def tells_own_words(view):
    """Mark a view that tells strangers what they have typed themselves: it comes back as it was typed."""
    view.tells_own_words = True
    return view


@contextmanager
def public_session():
    """Let every query inside read the schema of what was published. Inside of itself it changes nothing.

    Raises ProgrammingError where there is no such schema: the register itself is then not shown instead.
    """
    if _is_public.get():
        yield
        return
    path = f"SET LOCAL search_path = {SCHEMA}, public"
    with role_taken(
        MEMBER, first=path, now=f"SELECT '{SCHEMA}'::regnamespace; {path}", back="SET LOCAL search_path TO DEFAULT"
    ):
        token = _is_public.set(True)
        try:
            with grouped_as_published():
                yield
        finally:
            _is_public.reset(token)


@contextmanager
def grouped_as_published():
    """Let this connection group by each column asked for: a view has no key that says what a row depends on."""
    features = connection.features
    if "allows_group_by_selected_pks" in vars(features):
        yield
        return
    features.allows_group_by_selected_pks = False
    try:
        yield
    finally:
        del features.allows_group_by_selected_pks
