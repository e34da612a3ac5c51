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


def unless_known(request, version, answer):
    """The response `answer()`, or 304 without asking for it where the asking side has it of the same `version`.

    `version` is whatever the answer depends on besides the address: another one whenever the answer may be another.
    """
    digest = hashlib.sha256(repr((request.get_full_path(), version)).encode()).hexdigest()[:16]
    response = HttpResponseNotModified() if _knows(request, digest) else answer()
    if response.status_code in (200, 304):
        _tagged(response, f'W/"{digest}"')
    return response


def _settled(request, response):
    digest = hashlib.sha256(response.content).hexdigest()[:16]
    version = response.headers.get("ETag", "").strip('"')
    _tagged(response, f'"{version}-{digest}"' if version else f'W/"{digest}"')
    if not _knows(request, response.headers["ETag"].removeprefix("W/").strip('"')):
        return None
    return HttpResponseNotModified(headers={name: response.headers[name] for name in KEPT})


def _tagged(response, tag):
    response.headers["ETag"] = tag
    response.headers.setdefault("Cache-Control", "private, no-cache")
    patch_vary_headers(response, ("Authorization", "Cookie"))


def _knows(request, digest):
    known = parse_etags(request.headers.get("If-None-Match", ""))
    return "*" in known or f'"{digest}"' in {one.removeprefix("W/") for one in known}
