"""Publishing for tests that are about something else."""

from contextlib import contextmanager

from django.db import connection
from django.db.models import Q

from projects.models import Project, Publication
from projects.publishing.contents import changed_since, put_in


def publish_what_is_marked():
    """Bring the publications up to what the projects' column `visibility` says, without being counted as queries."""
    with _uncounted():
        fresh = Project.objects.published().exclude(publications__in=Publication.objects.standing())
        put_in(fresh.values_list("pk", flat=True), kind="publication", note="试验")
        put_in(changed_since(Project.objects.all()).values_list("pk", flat=True), kind="correction", note="试验")
        gone = Project.objects.filter(~Q(visibility="published"), publications__in=Publication.objects.standing())
        put_in(gone.values_list("pk", flat=True), kind="withdrawal", note="试验")


@contextmanager
def _uncounted():
    asked, wrappers = len(connection.queries_log), connection.execute_wrappers
    connection.execute_wrappers = []
    try:
        yield
    finally:
        connection.execute_wrappers = wrappers
        while len(connection.queries_log) > asked:
            connection.queries_log.pop()
