"""Per request: the language that the visitor chose, and the id under which the trail and the logs speak."""

import re
import uuid

from django.conf import settings
from django.utils import translation

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
