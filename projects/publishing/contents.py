"""Public entries made from the register, for one project or for thousands in one statement."""

import json

from django.db import connection
from django.db.models import BooleanField
from django.db.models.expressions import RawSQL

from projects.models import Publication

from .allowed import PARTS


def content_sql(project):
    """SQL for the public entry of the project whose key the expression `project` gives, as the register has it now."""
    rows = ", ".join(f"'{part.table}', {_rows(part, project)}" for part in PARTS)
    return f"jsonb_build_object({rows})"


def _rows(part, project):
    pairs = ", ".join(f"'{column}', t.{column}" for column in part.columns)
    return (
        f"(SELECT coalesce(jsonb_agg(jsonb_build_object({pairs}) ORDER BY t.id), '[]') "
        f"FROM public.{part.table} t WHERE t.{part.owner} = {project} AND {part.rows})"
    )


def content_of(project):
    """The entry of one project as it would be published now: {table: [{column: value}]}."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {content_sql('p.id')} FROM public.projects_project p WHERE p.id = %s", [project.pk])
        return json.loads(cursor.fetchone()[0])


def changed_since(projects):
    """Those of `projects` (a queryset) that are published, and of which the public reads something else than would be
    published now."""
    differs = f"""({content_sql("projects_project.id")} IS DISTINCT FROM (
        SELECT last.content FROM public.projects_publication last WHERE last.project_id = projects_project.id
        ORDER BY last.serial DESC LIMIT 1))"""
    return projects.published().filter(RawSQL(differs, (), output_field=BooleanField()))  # noqa: S611 - names of columns  # nosec B611


def put_in(keys, *, kind, note="", by=None, acknowledged=()):
    """Write the next publication of each project of `keys` in one statement; the projection follows by trigger.

    Whether it may be done is asked by the actions, not here. Returns how many were written.
    """
    keys = list(keys)
    if not keys:
        return 0
    content = "'{}'::jsonb" if kind == Publication.Kind.WITHDRAWAL else content_sql("p.id")
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            INSERT INTO public.projects_publication
                (project_id, number, serial, kind, content, note, acknowledged, published_by_id, is_demo)
            SELECT p.id, p.number,
                1 + coalesce((SELECT max(serial) FROM public.projects_publication WHERE project_id = p.id), 0),
                %s, {content}, %s, %s::jsonb, %s, p.is_demo
            FROM public.projects_project p WHERE p.id = ANY(%s)
            """,
            [kind, note, json.dumps(list(acknowledged)), by.pk if by else None, keys],
        )
        return cursor.rowcount


def standing_of(project):
    """The publication that the public reads now, or None."""
    return Publication.objects.standing().filter(project=project).first()


def publish_loaded(projects):
    """The first publication of what a load has marked as published, by nobody and unchecked: the loads of the command
    line answer for what they bring. Returns how many."""
    fresh = projects.published().filter(publications__isnull=True)
    return put_in(fresh.values_list("pk", flat=True), kind=Publication.Kind.PUBLICATION)
