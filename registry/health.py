"""Is the site alive, and can it work? Asked by machines; answers say nothing that is not for strangers."""

import tempfile
from pathlib import Path

from django.conf import settings
from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from registry.core.public_session import asks_no_records


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
    """`/readyz`: 200 when database, migrations and storage are usable, else 503; each as true or false."""
    parts = {"database": answers(), "storage": writable(Path(settings.MEDIA_ROOT))}
    parts["migrations"] = parts["database"] and migrated()
    return JsonResponse(parts, status=200 if all(parts.values()) else 503)


def answers():
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        return False
    return True


def migrated():
    """Whether no migration is waiting."""
    try:
        executor = MigrationExecutor(connection)
        return not executor.migration_plan(executor.loader.graph.leaf_nodes())
    except Error:
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
