"""Per request: who gets it compressed, the language that the visitor chose, the id under which the trail and the logs
speak, that strangers read what was published, as which role of the database each asks, and that those who only read
write nothing."""

import re
import uuid
from contextlib import ExitStack

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.handlers.exception import response_for_exception
from django.middleware.gzip import GZipMiddleware
from django.utils import translation
from django.utils.translation import gettext as _

from .access import is_known, is_made_bit_by_bit
from .public_session import asks_no_records, is_public_session, public_session, tells_own_words
from .read_only import is_refusal, only_reads, own_affairs, read_only_session
from .refused import tell_refusal
from .session_roles import role_of, role_taken, taken_now, told_within
from .text import mask_answer
from .trail import request_id, through

SAFE = ("GET", "HEAD", "OPTIONS")
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
    """Gives each request an id: a proxy's `X-Request-ID` where it is well formed, else our own. What a request says
    of the system that it came from ends with it."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        foreign = request.headers.get("X-Request-ID", "")
        request.id = foreign if _FOREIGN_ID.match(foreign) else uuid.uuid4().hex
        token, system = request_id.set(request.id), through.set("")
        try:
            response = self.get_response(request)
            tell_refusal(request, response)
        finally:
            request_id.reset(token)
            through.reset(system)
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
        if is_known(request) or not response.headers.get("Content-Type", "").startswith(self.TEXTS):
            return response
        return super().process_response(request, response)


class PersonalNumbersMiddleware:
    """The last wall before the public: an answer to somebody who is not signed in holds no identity, bank card or
    mobile telephone number, whichever page forgot to hide it. What one has typed oneself comes back as it was typed
    (forms, and views that tell one's own words). Files are made of texts that are masked one by one."""

    READABLE = ("text/html", "text/plain", "text/xml", "application/json", "application/xml")

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        told = response.get("Content-Type", "").startswith(self.READABLE) and not response.streaming
        if getattr(response, "stands_alone", False):  # who asks is not known then, and need not be
            return response
        if told and not request.user.is_authenticated and not self._is_own(request):
            response.content = mask_answer(response.content.decode(response.charset)).encode(response.charset)
        return response

    @staticmethod
    def _is_own(request):
        view = request.resolver_match.func if request.resolver_match else None
        return request.method not in SAFE or getattr(view, tells_own_words.__name__, False)


class PublicMiddleware:
    """Safe requests of strangers are answered in a public session, from the first query of their view on. Who is let in
    later than here, by a token, leaves it: `request.public.close()`."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        with ExitStack() as request.public:
            return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        needs_none = getattr(view, asks_no_records.__name__, False)
        if request.method in SAFE and not needs_none and not request.user.is_authenticated:
            request.public.enter_context(public_session())


class RoleMiddleware:
    """Each request speaks to the database as the role of whoever asks (session_roles.py), from its view to the last
    chunk of a streamed answer. Strangers' safe requests have their session already, and keep it as long; who shows a
    token takes the role when it is known."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        with ExitStack() as request.database_role:
            response = self.get_response(request)
            if is_made_bit_by_bit(response):
                session = public_session() if is_public_session() else role_taken(*taken_now())
                response.streaming_content = told_within(session, response.streaming_content)
            return response

    def process_view(self, request, view, args, kwargs):
        needs_none = getattr(view, asks_no_records.__name__, False)
        if not needs_none and not is_public_session():
            request.database_role.enter_context(role_taken(*role_of(request.user)))


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
