"""Rows that an issued circular counts: what wrote them before its instant is not undone any more."""

from django.db import connection
from django.utils.translation import gettext as _

from projects.models import CircularFigure
from registry.core.undo import stands_in_the_way

_COUNTED = """
    WITH written AS MATERIALIZED (
        SELECT table_name, row_pk::bigint AS id, min(at) AS at FROM core_change
        WHERE batch_id = %s AND table_name IN (SELECT DISTINCT row_table FROM projects_circularfigure)
        GROUP BY table_name, row_pk
    )
    SELECT figure.id FROM projects_circularfigure figure
    JOIN projects_circular circular ON circular.id = figure.circular_id AND circular.status = 'issued'
    CROSS JOIN LATERAL unnest(figure.row_ids) AS counted (id)
    JOIN written ON written.table_name = figure.row_table AND written.id = counted.id
    WHERE NOT figure.is_quoted AND written.at <= circular.as_of
    ORDER BY circular.issued_at, figure.position, figure.id LIMIT 1
"""


@stands_in_the_way
def why_counted(batch):
    """Which issued circular counts a row as the batch left it, in words; None where none does. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNTED, [batch])
        found = cursor.fetchone()
    if found is None:
        return None
    figure = CircularFigure.objects.select_related("circular").get(pk=found[0])
    words = _(
        "The circular %(number)s “%(title)s” was issued with these rows in its figure “%(figure)s”. What it counts is "
        "not undone: correct the records one by one."
    )
    circular = figure.circular
    return words % {"number": circular.number, "title": circular.title, "figure": figure.label}
