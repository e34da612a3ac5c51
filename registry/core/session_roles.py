"""As whom a session speaks to the database: PostgreSQL's own second wall behind the words of scope.

Each transaction takes the role of what it does (session_settings.py says how). `bangfu_app` reads
and writes the register, but neither the trail nor the tables' own form; `bangfu_member` is for organisations, counties
and strangers: it finds the rows that they may know of, whatever a page forgot to ask, and writes no more than their own
affairs; `bangfu_reader` reads. What each may do stands in projects/database/. A change (`trail.acting`) is made as
`bangfu_app`, since sums and ceilings must see the rows of others too.

Where the roles are missing (a hired server whose owner may not make any) sessions stay what they are: `check` says so,
and in production the site does not start.
"""

from contextlib import contextmanager, nullcontext
from contextvars import ContextVar

from django.db import connection

from .roles import ADMINISTRATORS, Role
from .session_settings import lasting, tell, told_first

APP, MEMBER, READER = "bangfu_app", "bangfu_member", "bangfu_reader"
ROLES = (APP, MEMBER, READER)

_WHOLE = frozenset({Role.BUREAU, Role.AUDITOR}) | ADMINISTRATORS
"""Roles of people whose sessions no rows are hidden from. Administrators see accounts and settings of all."""

_taken: ContextVar[tuple[str, int | None]] = ContextVar("role_taken", default=("", None))


_told: ContextVar[str] = ContextVar("told_by_scope", default="")
"""The settings that `scope.enter` made for the person whose rows are found, as statements."""


def session_is_told(setting):
    """Whether `scope.enter` made this setting, `name = 'value'`, for the session as it is now."""
    return setting in _told.get()


def role_taken_now():
    """The role of the database that has been taken, or "": the login's own rights."""
    return _taken.get()[0]


def taken_now():
    """(role, key of the person whose rows are found) of this session."""
    return _taken.get()


def role_of(user):
    """(role, key of the person whose rows are found) of a session in which `user` asks. Strangers who write (sign up,
    object, sign in) do so by the house; what they read they find in a public session."""
    if not user.is_authenticated or user.holds(*_WHOLE):
        return APP, None
    return MEMBER, user.pk


def roles_are_there():
    """Whether roles can be taken in this database; asked of it until it says yes."""
    name = connection.settings_dict["NAME"]
    if getattr(connection, "takes_roles_in", None) != name:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT to_regprocedure('scope.enter(bigint)') IS NOT NULL"
                " AND (SELECT count(*) FROM pg_roles WHERE rolname = ANY(%s)"
                " AND pg_has_role(session_user, oid, 'MEMBER')) = %s",
                [list(ROLES), len(ROLES)],
            )
            if not cursor.fetchone()[0]:
                return False
        connection.takes_roles_in = name
    return True


def _all(*statements):
    return "; ".join(filter(None, statements))


def _set_out(role, before, member):
    """(statement that takes the role, statement after which the rows of `member` are found and which returns it as
    statements for transactions to come; "" where they are found already)."""
    entering = f"SELECT scope.enter({'NULL' if member is None else int(member)})" if member != before else ""
    return f"SET LOCAL ROLE {role or 'NONE'}", entering


@contextmanager
def role_taken(role, member=None, *, first="", now="", back=""):
    """Everything inside is asked as `role`; `member` is the key of the person whose rows a member's session finds.

    `first` is told to each transaction besides, `now` at once, and `back` to one that was open before, when the block
    is left.
    """
    before, within = _taken.get(), connection.in_atomic_block
    taken, entering = before, ""
    if before != (role, member) and roles_are_there():
        taken, (set_role, entering) = (role, member), _set_out(role, before[1], member)
        first = _all(first, set_role)
        now = _all(now, set_role if within or entering else "", entering)
        back = _all(back, *_set_out(before[0], member, before[1]))
    told = _told.get()
    if now:
        with connection.cursor() as cursor:
            cursor.execute(now)
            entered = cursor.fetchone()[0] if entering else ""
        first, told = _all(first, entered), entered or told
    with told_first(first, back=back) if first else nullcontext():
        token, token_told = _taken.set(taken), _told.set(told)
        try:
            yield
        finally:
            _taken.reset(token)
            _told.reset(token_told)


def told_within(session, chunks):
    """The chunks of a streamed answer, each read within `session`: they are asked for after the view is left."""
    with session, lasting():
        yield from chunks


def changing_role():
    """The role as which the register is changed in a session like this one: a member's becomes that of the house."""
    return APP if role_taken_now() == MEMBER else role_taken_now()


@contextmanager
def as_changing():
    """For `trail.acting`, which tells the database itself: what is asked inside is asked as `changing_role()`."""
    token = _taken.set((changing_role(), _taken.get()[1]))
    try:
        yield
    finally:
        _taken.reset(token)


@contextmanager
def whole_register():
    """Inside the transaction that is open, and for the length of the block, what is asked is asked by the house itself.

    For what it must know or note whoever asks: the past, how many requests came. What is shown is to be cut by hand.
    """
    role, member = _taken.get()
    if role not in (MEMBER, READER):
        yield
        return
    tell(f"SET LOCAL ROLE {APP}")
    token = _taken.set((APP, member))
    try:
        yield
    finally:
        _taken.reset(token)
    tell(f"SET LOCAL ROLE {role}")  # an error takes it back by itself, with the savepoint
