"""The floors: the limit's answers through Django, served by gunicorn as the product is.

`/bare/W1/?{...}` without middleware, `/known/W1/?{...}` with session and signed-in user, `/page/W1/?{...}` that as an
HTML page of the rows. Parameters are JSON in the query `asked`.
"""

import json
import os
from functools import cache

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.bench.scale.floor_settings")

import django
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection
from django.http import HttpResponse, HttpResponseForbidden, JsonResponse
from django.template import engines
from django.test import override_settings
from django.urls import path

from tests.bench.scale import raw

ASK = {
    "W1": raw.of_one_kind, "W1u": raw.of_all, "W1d": raw.of_all, "W2": raw.named, "W2l": raw.named, "W3": raw.counts,
    "W3b": raw.counts, "W4": raw.circular, "W5": raw.document,
}  # fmt: skip
PAGE = """<!doctype html><html lang="zh-Hans"><head><meta charset="utf-8"><title>项目</title></head><body>
<h1>项目</h1><p>{{ user.name }} · {{ count }}</p><table>
{% for row in results %}<tr><td><a href="/projects/{{ row.1|urlencode }}/">{{ row.1 }}</a></td><td>{{ row.2 }}</td>
<td>{{ row.8 }}</td><td>{{ row.3 }}</td><td>{{ row.4 }}</td><td>{{ row.5 }}</td><td>{{ row.6 }}</td>
<td>{{ row.7 }}</td></tr>{% endfor %}</table></body></html>"""


def _asked(request, key):
    with connection.cursor() as cursor:
        return ASK[key](cursor, json.loads(request.GET["asked"]))


def bare(request, key):
    return JsonResponse(_asked(request, key))


def known(request, key):
    return bare(request, key) if request.user.is_authenticated else HttpResponseForbidden()


def page(request, key):
    if not request.user.is_authenticated:
        return HttpResponseForbidden()
    return HttpResponse(_template().render(_asked(request, key) | {"user": request.user}))


@cache
def _template():
    return engines["django"].from_string(PAGE)


urlpatterns = [path(f"{view.__name__}/<str:key>/", view) for view in (bare, known, page)]


def application():
    """Two handlers in one process: without any middleware, and with session and user."""
    django.setup()
    with_user = WSGIHandler()
    with override_settings(MIDDLEWARE=[]):
        without = WSGIHandler()
    return lambda environ, start: (without if environ["PATH_INFO"].startswith("/bare/") else with_user)(environ, start)
