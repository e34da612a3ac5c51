"""Answers that need not be sent twice: each read carries an ETag of what it says, and whoever has it already is
answered 304.

A single row has a strong tag that begins with its version (`"7-90af…"`): what `If-Match` compares is the version alone,
what `If-None-Match` compares is the whole, since a name, a gap or a right may change while the row stays.
"""

import hashlib
from functools import partial

from django.http import HttpResponseNotModified
from django.utils.cache import patch_vary_headers
from django.utils.http import parse_etags
from rest_framework.permissions import SAFE_METHODS

KEPT = ("ETag", "Vary", "Cache-Control")


def conditional(request, response):
    """The same response, which on its way out becomes a 304 where the asking side has it already."""
    if request.method in SAFE_METHODS and response.status_code == 200:
        response.add_post_render_callback(partial(_settled, request))
    return response


def _settled(request, response):
    digest = hashlib.sha256(response.content).hexdigest()[:16]
    version = response.headers.get("ETag", "").strip('"')
    response.headers["ETag"] = tag = f'"{version}-{digest}"' if version else f'W/"{digest}"'
    response.headers.setdefault("Cache-Control", "private, no-cache")
    patch_vary_headers(response, ("Authorization", "Cookie"))
    known = parse_etags(request.headers.get("If-None-Match", ""))
    if "*" not in known and tag.removeprefix("W/") not in {one.removeprefix("W/") for one in known}:
        return None
    return HttpResponseNotModified(headers={name: response.headers[name] for name in KEPT})
