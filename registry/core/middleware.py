"""Per request: who gets it compressed, the language that the visitor chose, the id under which the trail and the logs
speak, and that those who only read write nothing."""

import re
import uuid
from contextlib import ExitStack

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.handlers.exception import response_for_exception
from django.middleware.gzip import GZipMiddleware
from django.utils import translation
from django.utils.translation import gettext as _

from .read_only import is_refusal, only_reads, own_affairs, read_only_session
from .trail import request_id

_FOREIGN_ID = re.compile(r"^[A-Za-z0-9._-]{8,64}$")


class LanguageMiddleware:
    """Chinese unless the visitor chose English by the switch; what the browser prefers does not count,
    since the users' browsers are often set up in another language than their owners speak."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
        language = chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        with translation.override(language):
            request.LANGUAGE_CODE = translation.get_language()
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response


class TrailMiddleware:
    """Gives each request an id: a proxy's `X-Request-ID` where it is well formed, else our own."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        foreign = request.headers.get("X-Request-ID", "")
        request.id = foreign if _FOREIGN_ID.match(foreign) else uuid.uuid4().hex
        token = request_id.set(request.id)
        try:
            response = self.get_response(request)
        finally:
            request_id.reset(token)
        response.headers["X-Request-ID"] = request.id
        return response


class VisitorGZip(GZipMiddleware):
    """Compresses texts for visitors who are not signed in, and for them alone.

    How well a page compresses tells a stranger on the line what stands in it beside words of the stranger's own
    (BREACH). A visitor's page holds nothing secret but the form token, which Django masks anew each time; the pages of
    those who sign in hold names and numbers, and are sent as they are. Files are left alone: they are compressed.
    """

    TEXTS = ("text/", "application/json", "application/xml", "application/vnd.oai.openapi", "image/svg+xml")

    def process_response(self, request, response):
        known = settings.SESSION_COOKIE_NAME in request.COOKIES or "Authorization" in request.headers
        if known or not response.headers.get("Content-Type", "").startswith(self.TEXTS):
            return response
        return super().process_response(request, response)


SAFE = ("GET", "HEAD", "OPTIONS")


class ReadOnlyMiddleware:
    """Whoever only reads (auditors) is answered 403 to any other method, at every door, and reads in a session in
    which PostgreSQL refuses to write. Views of one's own affairs (`own_affairs`) are left alone."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        with ExitStack() as request.reading_only:
            return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        if getattr(view, own_affairs.__name__, False) or not only_reads(request.user):
            return
        if request.method not in SAFE:
            raise PermissionDenied(_("Your role reads the register and writes nothing."))
        request.reading_only.enter_context(read_only_session())

    def process_exception(self, request, error):
        """A page that tried to write all the same: said so, instead of a fault."""
        if is_refusal(error):
            return response_for_exception(
                request, PermissionDenied(_("Your role reads the register and writes nothing."))
            )
        return None
