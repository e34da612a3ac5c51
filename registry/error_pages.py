"""Answers to what went wrong outside of any page: they ask nothing of session, account or database.

`handler500` is asked for every error that nobody else has answered, whether a view, a middleware, the session or a
template raised it: so it is the one place that tells an outage from a fault of ours.
"""

import sys
from functools import partial

from django.conf import settings
from django.http import HttpResponse, HttpResponseBadRequest, HttpResponseServerError, JsonResponse
from django.http.request import RawPostDataException, UnreadablePostError
from django.template.loader import render_to_string
from django.utils.html import format_html

from registry.core import faults
from registry.core.access import route_of
from registry.core.outages import TOO_LARGE, outage_of
from registry.preferences import Reading

RETYPED = 200_000
"""Characters of a form that are given back to be sent again; nobody types more."""

NEVER_RETYPED = "password"


def _stand_alone(name, answer, request, exception=None, **told):
    """An error page that asks nothing of request or database but how its reader reads."""
    response = answer(render_to_string(name, {"reading": Reading.of(request).classes, **told}))
    response.stands_alone = True
    return response


handler400 = partial(_stand_alone, "400.html", HttpResponseBadRequest)


def handler500(request):
    """Called while the error is being handled: 503 or 507 in words for an outage, else the page of a fault."""
    error = sys.exc_info()[1]
    outage = outage_of(error)
    if outage is None:
        faults.note(error, route_of(request))
        return _stand_alone("500.html", HttpResponseServerError, request)
    return told(request, outage)


def told(request, outage):
    """The answer that tells an outage: JSON to programs, a sentence to a part of a page, else a page in both languages
    that gives back what was typed, to be sent again."""
    if request.path.startswith("/api/"):
        words = {"detail": f"{outage.heading}. {outage.words}", "errors": {}}
        response = JsonResponse(words, status=outage.code, json_dumps_params={"ensure_ascii": False})
    elif "HX-Request" in request.headers:
        words = format_html("<p>{}. {}</p>", outage.heading, outage.words)
        response = HttpResponse(words, status=outage.code)
    else:
        answer = partial(HttpResponse, status=outage.code)
        typed = typed_in(request)
        response = _stand_alone(
            "503.html", answer, request, outage=outage, typed=typed, address=request.get_full_path()
        )
    response.stands_alone = True
    if outage.after:
        response.headers["Retry-After"] = str(outage.after)
    response.headers["Cache-Control"] = "no-store"
    return response


def typed_in(request):
    """[(name, value)] of a form that can be sent again as it is; empty for what cannot: files, passwords, no form."""
    if request.method != "POST" or is_too_large(request):
        return []
    try:
        typed = [(name, value) for name, values in request.POST.lists() for value in values]
        cannot = bool(request.FILES)
    except (UnreadablePostError, RawPostDataException):
        return []
    cannot = cannot or any(NEVER_RETYPED in name.lower() for name, _value in typed)
    return [] if cannot or sum(len(value) for _name, value in typed) > RETYPED else typed


def is_too_large(request):
    """Whether more is being sent than the site takes at once. What is sent without its length is not read at all."""
    length = request.headers.get("Content-Length", "")
    return length.isdigit() and int(length) > settings.UPLOAD_LIMIT


class UploadLimit:
    """Refuses what is too large before a byte of it is read, as the proxy in front should: Django itself would write
    all of it to disk first."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return told(request, TOO_LARGE) if is_too_large(request) else self.get_response(request)
