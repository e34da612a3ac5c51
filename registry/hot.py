"""The ten hottest questions that staff ask of the register, and how PostgreSQL answers them.

They are asked as requests, through every middleware, so that what is explained is what is asked: a list that is written
anew is explained anew, without a word being changed here.
"""

import re
import time
from dataclasses import dataclass
from types import SimpleNamespace

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Count
from django.test import Client

from orgs.models import Organisation
from projects.models import Project, ProjectField, Site
from registry.core.session_roles import role_of, role_taken

HOT = (
    ("W1", "/api/v1/projects/?county={county}&field={field}&year={year}&ordering=-amount"),
    ("W1u", "/api/v1/projects/?ordering=-amount"),
    ("W2", "/api/v1/projects/?search={two}&ordering=-amount"),
    ("W2o", "/api/v1/organisations/?search={four}"),
    ("W3", "/api/v1/projects/facets/?year={year}"),
    ("W3b", "/api/v1/projects/facets/?year={year}&min_amount=100000"),
    ("W4", "/api/v1/figures/?by=year,field"),
    ("W5", "/api/v1/projects/{pk}/"),
    ("page", "/projects/?county={county}&year={year}&ordering=-amount"),
    ("board", "/desk/board/"),
)
"""Name and address of each; the names are those of the benchmark."""

LARGE = frozenset(
    {"projects_project", "projects_listed", "projects_participation", "projects_funding", "projects_projectstep",
     "projects_result", "projects_site", "projects_projectfield", "orgs_organisation", "core_change"}
)  # fmt: skip
"""Tables that grow with the register, of which no hot question may read every row."""

_OF_SESSION = re.compile(r'^SELECT (scope\.|set_config)|FROM "(core_|auth_|django_)')
"""Who asks, and what they may: the same for every page."""

_SCANNED = re.compile(r"Seq Scan on (?:\w+\.)?(\w+)")


@dataclass(frozen=True)
class Plan:
    """How the slowest statement of a request was answered. `scanned`: large tables that were read from end to end."""

    name: str
    address: str
    status: int
    statements: int
    sql: str
    lines: tuple

    @property
    def scanned(self):
        return sorted({found[1] for line in self.lines if (found := _SCANNED.search(line)) and found[1] in LARGE})


def chosen():
    """The values in the addresses: those of which there is most, so that the worst case is asked."""
    project = Project.objects.order_by("pk").first()
    if project is None:
        return None
    site = Site.objects.values("division__code").annotate(number=Count("pk")).order_by("-number").first()
    field = ProjectField.objects.values("field__code").annotate(number=Count("pk")).order_by("-number").first()
    organisation = Organisation.objects.order_by("pk").first()
    return {
        "county": site["division__code"] if site else "130723", "field": field["field__code"] if field else "",
        "year": project.year, "pk": project.pk, "two": project.name[:2],
        "four": organisation.name[:4] if organisation else project.name[:4],
    }  # fmt: skip


def plans(user, *, analyse=True, without_scans=False):
    """The `Plan` of each hot question as `user` asks it. What the requests write is undone.

    `without_scans` forbids the planner to read tables from end to end, so that a small register shows whether there is
    an index that could serve. Raises ValueError for a register without projects.
    """
    values = chosen()
    if values is None:
        raise ValueError("a register without projects has no hot questions")
    with transaction.atomic():
        client = Client(SERVER_NAME=next(iter(settings.ALLOWED_HOSTS)).lstrip(".*") or "localhost")
        client.force_login(user)
        found = [_explained(client, user, name, route.format(**values), analyse, without_scans) for name, route in HOT]
        transaction.set_rollback(True)
    return found


def _explained(client, user, name, address, analyse, without_scans):
    heard = SimpleNamespace(number=0, slowest=("", None), seconds=-1.0)

    def listen(execute, sql, params, many, context):
        began = time.perf_counter()
        answer = execute(sql, params, many, context)
        heard.number += 1
        if (
            time.perf_counter() - began > heard.seconds
            and not _OF_SESSION.search(sql)
            and sql.lstrip(" (\n").startswith(("SELECT", "WITH"))
        ):
            heard.slowest, heard.seconds = (sql, params), time.perf_counter() - began
        return answer

    with connection.execute_wrapper(listen):
        response = client.get(address, secure=settings.PRODUCTION)
        if response.streaming:
            b"".join(response.streaming_content)
    sql, params = heard.slowest
    how = "EXPLAIN (ANALYZE, BUFFERS, COSTS)" if analyse else "EXPLAIN"
    with role_taken(*role_of(user)), connection.cursor() as cursor:
        if without_scans:
            cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"{how} {sql}", params)
        lines = tuple(line for (line,) in cursor.fetchall())
        if without_scans:
            cursor.execute("SET LOCAL enable_seqscan = on")
    return Plan(name, address, response.status_code, heard.number, " ".join(sql.split()), lines)
