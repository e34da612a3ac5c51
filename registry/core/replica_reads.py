"""Which requests read from a replica: safe ones of strangers, reports, and lists as files.

Whoever has just written reads from the primary until the replica knows of it: a cookie holds the place in the WAL. A
replica that is too far behind or away is passed over. While the primary is away, safe requests of all are answered
from the replica, however far behind, and say as of when; whatever writes is answered 503.
"""

import re
from contextlib import ExitStack

from django.conf import settings
from django.db import Error, connection
from django.utils import timezone

from .access import is_known, is_made_bit_by_bit
from .lists_out import PARAMETER
from .measures import READS
from .middleware import SAFE
from .outages import AWAY, CROWDED, outage_of
from .public_session import asks_no_records
from .replica import from_replica, is_there, on_primary, primary_answers, reads_replica, state
from .session_roles import told_within

COOKIE, HEADER = "wrote", "X-Register-As-Of"
KEPT = 60 * 60
"""Seconds for which the cookie is kept. Too long does no harm: the replica is asked whether it knows the place."""

_PLACE = re.compile(r"[0-9A-F]{1,8}/[0-9A-F]{1,8}")


def may_read_replica(view):
    """Mark a view that people who are signed in read from a replica: long reads, a few seconds old at most."""
    view.may_read_replica = True
    return view


def is_marked(request, view):
    """Whether a view is one of those, or a list that is asked for as a file. An endpoint's mark is on its method."""
    if cls := getattr(view, "cls", None):
        view = getattr(cls, getattr(view, "actions", {}).get("get", ""), view)
    return getattr(view, may_read_replica.__name__, False) or (
        PARAMETER in request.GET and getattr(view, "gives_files", False)
    )


class ReplicaMiddleware:
    """Above the session, so that the session of who is signed in is read from the replica as well where it must be."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.stands_at = None
        if not is_there():
            return self.get_response(request)
        with ExitStack() as request.replica:
            if request.method in SAFE and is_known(request) and not primary_answers():
                self._go_on(request)
            response = self.get_response(request)
            if reads_replica() and is_made_bit_by_bit(response):
                response.streaming_content = told_within(from_replica(), response.streaming_content)
        if request.stands_at:
            response.headers[HEADER] = request.stands_at.isoformat(timespec="seconds")
        if request.method not in SAFE and "Authorization" not in request.headers:
            tell_place(request, response)
        return response

    def process_view(self, request, view, args, kwargs):
        if not is_there() or request.method not in SAFE:
            return
        if getattr(view, asks_no_records.__name__, False):
            request.replica.close()
            request.stands_at = None
        elif not reads_replica():
            self._choose(request, view)

    def process_exception(self, request, error):
        """A page that met the replica's end, or wanted what only the primary does, is asked once more there: nothing
        was written by it. Not where the primary is away."""
        wanted = outage_of(error) in (AWAY, CROWDED)
        if not (wanted and reads_replica()) or request.stands_at:
            return None
        READS.labels("primary", "again").inc()
        match = request.resolver_match
        with on_primary():
            response = match.func(request, *match.args, **match.kwargs)
            return response.render() if hasattr(response, "render") else response

    def _choose(self, request, view):
        if "Authorization" in request.headers or (request.user.is_authenticated and not is_marked(request, view)):
            return
        place = request.COOKIES.get(COOKIE, "")
        stands = state(place if _PLACE.fullmatch(place) else None)
        if stands and stands.is_fresh:
            READS.labels("replica", "").inc()
            request.replica.enter_context(from_replica())
        elif stands and stands.is_replica and not primary_answers():
            self._go_on(request, stands)
        else:
            why = "away" if not (stands and stands.is_replica) else "behind" if stands.has_replayed else "own write"
            READS.labels("primary", why).inc()

    @staticmethod
    def _go_on(request, stands=None):
        """Without the primary. Nothing is said of when where the replica knows of no change at all."""
        stands = stands or state()
        if stands and stands.is_replica:
            READS.labels("replica", "primary away").inc()
            request.stands_at = stands.stands_at or timezone.now()
            request.replica.enter_context(from_replica())


def tell_place(request, response):
    """Tell the browser up to where the WAL had been written when its change was done."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_current_wal_insert_lsn()::text")
            place = cursor.fetchone()[0]
    except Error:
        return
    secure, same_site = settings.SESSION_COOKIE_SECURE, settings.SESSION_COOKIE_SAMESITE
    response.set_cookie(COOKIE, place, max_age=KEPT, secure=secure, httponly=True, samesite=same_site)
