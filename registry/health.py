"""Is the site alive, and can it work? Asked by machines; answers say nothing that is not for strangers."""

import shutil
import tempfile
from pathlib import Path

from django.conf import settings
from django.db import Error, connection
from django.http import HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from registry.core.made_schemas import is_migrated
from registry.core.public_session import SCHEMA, asks_no_records
from registry.core.sealing.watch import LATE, untold_seconds
from registry.core.worker_sign import WORKER


@asks_no_records
@require_safe
@never_cache
def alive(request):
    """`/healthz`: the process answers."""
    return HttpResponse("ok\n", content_type="text/plain")


@asks_no_records
@require_safe
@never_cache
def ready(request):
    """`/readyz`: each part as true or false; 503 when one is false without which no page can be answered.

    `worker` and `seals` are only told: without a worker, or with seals that come late, pages are answered all the same.
    """
    folder = Path(settings.MEDIA_ROOT)
    parts = {"database": answers(), "storage": writable(folder)}
    parts["space"] = parts["storage"] and shutil.disk_usage(folder).free >= settings.FREE_SPACE
    parts["migrations"] = parts["database"] and migrated()
    parts["published"] = parts["database"] and asked(f"SELECT to_regnamespace('{SCHEMA}') IS NOT NULL")
    code = 200 if all(parts.values()) else 503
    parts["worker"] = parts["database"] and asked(WORKER)
    parts["seals"] = parts["database"] and sealed()
    return JsonResponse(parts, status=code)


def asked(question):
    """What the database answers to a question of yes or no; no where it does not answer."""
    try:
        with connection.cursor() as cursor:
            cursor.execute(question)
            return cursor.fetchone()[0]
    except Error:
        return False


def answers():
    return asked("SELECT true")


def migrated():
    """Whether no migration is waiting."""
    try:
        return is_migrated()
    except Error:
        return False


def sealed():
    """Whether seals over the trail are made and told outside in time, as its keepers are alarmed by."""
    try:
        return untold_seconds() <= LATE.total_seconds()
    except (Error, OSError):
        return False


def writable(folder):
    """Whether a file can be written where uploaded files are kept."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"ok")
    except OSError:
        return False
    return True
