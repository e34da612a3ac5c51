"""How reference data comes into the register: what is missing is added, what is there is left as it is.

So a second load writes nothing, and what the bureau has changed since stays changed.
"""

import csv
import json

from django.db import connection

from .models import Named


def tell_the_planner():
    """Let PostgreSQL count its tables anew: after a large load it would plan by the old sizes for a minute.

    The tables are named: without names the catalogues that all databases of a server share are counted too, and stay
    locked for everybody else until the transaction ends.
    """
    tables = ", ".join(map(connection.ops.quote_name, connection.introspection.table_names()))
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {tables}")


def read_csv(path):
    """The rows of a CSV file in UTF-8 with a header line, as dicts of text."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def read_json(path):
    return json.loads(path.read_text(encoding="utf-8"))


def write_all(model, records):
    """Insert unsaved `records` in one go, search keys included; returns them with their ids."""
    if issubclass(model, Named):
        for record in records:
            record.set_search_keys()
    return model.objects.bulk_create(records, batch_size=1000)


def take_ids(model, number):
    """So many ids of the table's own sequence: rows that point at each other can then be written in one go."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval((SELECT pg_get_serial_sequence(%s, 'id')::regclass)) FROM generate_series(1, %s)",
            [model._meta.db_table, number],
        )
        return [key for (key,) in cursor.fetchall()]


def add_missing(model, records, *key):
    """Insert those of the unsaved `records` whose `key` (names of fields) no row has yet.

    Returns those that were added. Foreign keys in `key` are named by their column (`project_id`).
    """

    def key_of(record):
        return tuple(getattr(record, name) for name in key)

    known = set(model.objects.values_list(*key))
    return write_all(model, [record for record in records if key_of(record) not in known])


def fill_in(model, records, field, *key):
    """Give `field` of the unsaved `records` to the rows of the same `key` in which it is still empty; returns how many.

    For a column that came later than the rows. One query where nothing is missing.
    """
    told = {tuple(getattr(record, name) for name in key): getattr(record, field) for record in records}
    bare = [row for row in model.objects.filter(**{field: ""}) if told.get(tuple(getattr(row, one) for one in key))]
    for row in bare:
        setattr(row, field, told[tuple(getattr(row, name) for name in key)])
    model.objects.bulk_update(bare, (field,), batch_size=500)
    return len(bare)
