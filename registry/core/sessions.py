"""Sessions: how long they last, who uses them from where, and how they are ended. The settings' session engine.

The cookie holds a random key, the table its digest. A session ends when it was not used for a while, and in any case
some hours after signing in (`SESSIONS` in the settings). Closing an account, changing its password or its roles ends
its sessions in the same transaction.
"""

import datetime
import hashlib
from functools import cache

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.db import connection
from django.db.models import OuterRef
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.functional import SimpleLazyObject

from .attempts import address_of
from .browsers import browser_in_words
from .models import Session, SignIn, User, UserRole
from .prepared import Asked, Prepared
from .replica import reads_replica
from .sign_ins import note

TOUCHED_EVERY = datetime.timedelta(minutes=1)
"""A session's last use is written down at most so often."""


def row_key(session_key):
    """How the row of a session is called: it leads nobody back to what the cookie holds."""
    return hashlib.sha256(session_key.encode()).hexdigest()[:40]


class SessionStore(DatabaseStore):
    """`row` is the row as it was read; `ended_of` the account of a session that the cookie still names and that is
    over, so that its owner can be told."""

    row = None
    ended_of = None

    @classmethod
    def get_model_class(cls):
        return Session

    def load(self):
        row = _with_account(row_key(self.session_key))
        if row is None or row.expire_date <= timezone.now():
            self.ended_of, self._session_key = row and row.user_id, None
            return {}
        self.row = row
        return self.decode(row.session_data)

    def exists(self, session_key):
        return Session.objects.filter(pk=row_key(session_key)).exists()

    def create_model_instance(self, data):
        now = timezone.now()
        begun = datetime.datetime.fromtimestamp(data.setdefault("begun", now.timestamp()), datetime.UTC)
        return Session(
            session_key=row_key(self._get_or_create_session_key()), session_data=self.encode(data),
            expire_date=_end_of(data, begun, now), user_id=data.get(SESSION_KEY), address=data.get("address"),
            browser=data.get("browser", ""), begun_at=begun, used_at=now,
        )  # fmt: skip

    def delete(self, session_key=None):
        key = session_key or self.session_key
        if key:
            Session.objects.filter(pk=row_key(key)).delete()

    def touch(self):
        """Note that the session is used, at most once a minute; not while the primary is away."""
        now, data = timezone.now(), self._get_session()
        if self.row is not None and not reads_replica() and now - self.row.used_at >= TOUCHED_EVERY:
            ends = _end_of(data, self.row.begun_at, now)
            Session.objects.filter(pk=self.row.pk).update(used_at=now, expire_date=ends)
            self.row.used_at, self.row.expire_date = now, ends

    def begin(self, request, user):
        """Note who begins to use this session, when and from where; the bounds of its length count from now."""
        self["begun"] = timezone.now().timestamp()
        self["address"], self["browser"] = address_of(request), browser_in_words(request.headers.get("User-Agent", ""))
        self["idle"] = settings.SESSIONS["others" if user.holds("organisation") or not user.roles else "staff"]


_OF_SESSION = tuple(field.attname for field in Session._meta.concrete_fields)
_OF_ACCOUNT = tuple(field.attname for field in User._meta.concrete_fields)


@cache
def _sessions():
    """What each request asks first: a session, the roles of its account, and the account."""
    held = UserRole.objects.filter(user=OuterRef("user")).values("group__name")
    account = (f"user__{name}" for name in _OF_ACCOUNT)
    return Prepared(Session.objects.filter(pk=Asked("key")).values_list(*_OF_SESSION, ArraySubquery(held), *account))


def _with_account(key):
    """The session of a row's key with its account, and as `held` the names of the account's roles: who asks is known by
    one query. None without such a session."""
    for row in _sessions().ask(key=key):
        *of_session, held = row[: len(_OF_SESSION) + 1]
        session = Session.from_db(connection.alias, _OF_SESSION, of_session)
        session.user = (
            User.from_db(connection.alias, _OF_ACCOUNT, row[-len(_OF_ACCOUNT) :]) if session.user_id else None
        )
        session.held = held
        return session
    return None


class KnownAccount(AuthenticationMiddleware):
    """Django's middleware, which need not ask again for the account that was read along with the session."""

    def process_request(self, request):
        super().process_request(request)
        request.user = SimpleLazyObject(lambda: account_of(request))


def account_of(request):
    """The account of the session. Whatever is not plain about it (closed, another password, an older key of the site,
    nobody) is left to Django's own `get_user`, so that its rules stand in one place."""
    session = request.session
    claimed, user = session.get(SESSION_KEY), session.row and session.row.user
    is_plain = (
        user is not None
        and user.is_active
        and claimed == str(user.pk)
        and session.get(BACKEND_SESSION_KEY) in settings.AUTHENTICATION_BACKENDS
        and constant_time_compare(session.get(HASH_SESSION_KEY, ""), user.get_session_auth_hash())
    )
    if not is_plain:
        return get_user(request)
    user.roles = frozenset(session.row.held)
    return user


def _end_of(data, begun, now):
    idle = data.get("idle") or settings.SESSIONS["staff" if SESSION_KEY in data else "others"]
    return min(now + datetime.timedelta(minutes=idle), begun + datetime.timedelta(hours=settings.SESSIONS["hours"]))


class SessionUse:
    """Notes each use of a session before the view is asked: those who only read may not write it down later."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if settings.SESSION_COOKIE_NAME in request.COOKIES:
            request.session.touch()
        return self.get_response(request)


def end_sessions(user, *, by=None, request=None, keep="", only=None):
    """End the open sessions of `user`; returns how many. `keep`: the key of one that stays, `only`: keys of rows."""
    rows = Session.objects.filter(user=user).live()
    rows = rows.exclude(pk=row_key(keep)) if keep else rows
    rows = rows.filter(pk__in=only) if only is not None else rows
    number, _each = rows.delete()
    if number:
        note(SignIn.What.ENDED, user=user, by=by, request=request, number=number)
    return number
