"""At the outermost door: which methods there are, headers of every answer, its line in the log and its measurement."""

import logging
import time

from csp.constants import HEADER
from csp.utils import build_policy
from django.conf import settings
from django.db import connection
from django.http import FileResponse, HttpResponseNotAllowed
from django.utils.functional import LazyObject, empty

from . import measures
from .slow import Watch

logger = logging.getLogger("registry.access")

METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE")
POLICY = ", ".join(
    f"{feature}=()"
    for feature in (
        "accelerometer", "camera", "display-capture", "geolocation", "gyroscope", "magnetometer", "microphone", "midi",
        "payment", "publickey-credentials-get", "screen-wake-lock", "usb", "xr-spatial-tracking",
    )
)  # fmt: skip
"""The site needs none of a browser's senses, and lends them to nobody."""


class HeadersMiddleware:
    """Headers of every answer, static files among them; what somebody who is signed in reads is kept nowhere."""

    def __init__(self, get_response):
        self.get_response = get_response
        self.policy = build_policy()  # one for all: no page has a script or style of its own within it

    def __call__(self, request):
        response = self.get_response(request) if request.method in METHODS else HttpResponseNotAllowed(METHODS)
        if not (settings.DEBUG and response.status_code in (404, 500)):  # Django's own pages have styles within
            response.headers.setdefault(HEADER, self.policy)
        response.headers["Permissions-Policy"] = POLICY
        response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers.setdefault("X-Frame-Options", "DENY")
        if is_known(request) and not is_static(request):
            response.headers["Cache-Control"] = "no-store, private"
        if is_made_bit_by_bit(response):
            response.headers["X-Accel-Buffering"] = "no"  # nginx sends on at once what is made bit by bit
        return response


class AccessMiddleware:
    """One line and one measurement an answer: by route and never by address, by the number of an account, no name."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if is_static(request):
            return self.get_response(request)
        began, asked = time.perf_counter(), Watch()
        with connection.execute_wrapper(asked):
            response = self.get_response(request)
        seconds = time.perf_counter() - began
        facts = {
            "method": request.method if request.method in METHODS else "OTHER",
            "route": route_of(request),
            "status": response.status_code,
            "ms": round(seconds * 1000, 1),
            "user": user_of(request),
            "queries": asked.number,
            "db_ms": round(asked.seconds * 1000, 1),
        }
        measures.answered(facts, seconds, asked.seconds)
        asked.tell(facts["route"])
        logger.info("%(method)s %(route)s %(status)s %(ms)s ms, %(queries)s queries", facts, extra=facts)
        return response

    def process_exception(self, request, error):
        measures.EXCEPTIONS.labels(type(error).__name__).inc()


def is_made_bit_by_bit(response):
    """Whether an answer is streamed as it is made: what makes it asks the database after the view is left."""
    return response.streaming and not isinstance(response, FileResponse)


def is_known(request):
    """Whether the request shows that somebody signed in, whoever it turns out to be."""
    return settings.SESSION_COOKIE_NAME in request.COOKIES or "Authorization" in request.headers


def is_static(request):
    return request.path_info.startswith(settings.STATIC_URL)


def route_of(request):
    """The pattern of the address, `projects/<str:number>/`; `?` where there is no such page."""
    return f"/{request.resolver_match.route}" if request.resolver_match else "?"


def user_of(request):
    """The number of the account, where anybody has asked who it is; None for strangers."""
    user = request.__dict__.get("user")
    if isinstance(user, LazyObject) and user._wrapped is empty:
        return None
    return getattr(user, "pk", None)
