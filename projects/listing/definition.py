"""What a row of the index holds: the expressions that lists ask the register itself with, as one statement."""

from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection
from django.db.models import BooleanField, OuterRef, TextField
from django.db.models.expressions import RawSQL

from projects.models import Listed, Participation, Project, ProjectField, Site
from projects.models.listing import KIND
from projects.tables import AMOUNT, LEAST, MOST, ledger_columns
from registry.core.quantity import Qualifier

_SORTED = "n.name, n.pinyin, n.initials"
_NAMED = """
    SELECT p.name, p.pinyin, p.initials FROM projects_project p WHERE p.id = projects_project.id
    UNION SELECT o.name, o.pinyin, o.initials FROM projects_participation t
        JOIN public.orgs_organisation o ON o.id = t.organisation_id WHERE t.project_id = projects_project.id
    UNION SELECT f.name, f.pinyin, f.initials FROM projects_participation t
        JOIN public.orgs_formername f ON f.organisation_id = t.organisation_id WHERE t.project_id = projects_project.id
    UNION SELECT e.name, e.pinyin, e.initials FROM projects_participation t
        JOIN public.orgs_enterprise e ON e.id = t.enterprise_id WHERE t.project_id = projects_project.id"""
"""The names by which `ProjectQuerySet.search` finds a project, with their pinyin and initials. Parties of a public
entry keep their names (projects/publishing/wall.py), so that they are read here past the views that say so."""

_SPELT = f"""(SELECT ARRAY[
        upper(projects_project.number) || E'\\n' || string_agg(upper(n.name), E'\\n' ORDER BY {_SORTED}),
        string_agg(E'\\n' || n.pinyin || E'\\n' || n.initials, '' ORDER BY {_SORTED})
    ] FROM ({_NAMED}) n)"""
"""The words and the letters by which it is found: both at once, so that the names are looked up once."""

_APART = """ARRAY(SELECT DISTINCT 'f' || code FROM unnest(l.fields) code ORDER BY 1)
        || ARRAY['y' || l.year, 's' || l.stage]"""
"""Keys of what facets tell apart besides counties."""


def _each_once(rows, name):
    """SQL for code and name of each of `rows`, an array of JSON that `l` has, as JSON: in their order, each once."""
    return f"""array_to_json(ARRAY(SELECT row_to_json(once) FROM (
            SELECT code, name FROM (
                SELECT one->>'code' AS code, {name} AS name, min(place) AS place
                FROM unnest(l.{rows}) WITH ORDINALITY u (one, place) GROUP BY 1, 2
            ) n ORDER BY n.place
        ) once))"""


def _fields_answer(name):
    return f"""(SELECT substr(left(row_to_json(a)::text, -1), 2) || ',"stage_name":' FROM (
            SELECT f->0->>'code' AS field, f->0->>'name' AS field_name, f AS fields, l.year, l.stage
            FROM (SELECT {_each_once("field_rows", name)} AS f) once
        ) a)"""


_IN_CHINESE, _IN_ENGLISH = "one->>'name'", "coalesce(nullif(one->>'en', ''), one->>'name')"
_ANSWER = f"""ARRAY[
        (SELECT left(row_to_json(a)::text, -1) || ',' FROM (
            SELECT l.id, l.number, l.name, c->0->>'code' AS county, c->0->>'name' AS county_name, c AS counties
            FROM (SELECT {_each_once("places", _IN_CHINESE)} AS c) once
        ) a),
        {", ".join(map(_fields_answer, (_IN_CHINESE, _IN_ENGLISH)))},
        (SELECT ',' || substr(row_to_json(a)::text, 2) FROM (
            SELECT part->>'sum' AS amount,
                CASE WHEN part->>'sum' IS NULL THEN '{Qualifier.EXACT}' WHEN (part->>'about')::int > 0
                    THEN '{Qualifier.ABOUT}' WHEN (part->>'over')::int > 0 THEN '{Qualifier.AT_LEAST}'
                    ELSE '{Qualifier.EXACT}' END AS amount_qualifier,
                lead->>'name' AS lead_organisation, (lead->>'id')::bigint AS lead_organisation_id
            FROM (SELECT
                l.money->CASE WHEN (l.money->'received'->>'lines')::int > 0 THEN 'received' ELSE 'committed' END
                    AS part,
                CASE WHEN l.organisation_rows[1]->>'role' = '{Participation.Role.LEAD}' THEN l.organisation_rows[1] END
                    AS lead
            ) known
        ) a)
    ]"""
"""What `tables.Row.as_dict` makes, cut before and behind what is in the reader's language; tests compare the two."""

_COMPUTED = {
    "amount_falling": f"coalesce(l.amount, {LEAST})",
    "amount_rising": f"coalesce(l.amount, {MOST})",
    "keys": f"""
        ARRAY(SELECT DISTINCT 'c' || left(code, digits) FROM unnest(l.counties) code, unnest(ARRAY[2, 4, 6]) digits
            ORDER BY 1)
        || {_APART}
        || ARRAY(SELECT DISTINCT format('{KIND}', left(county, 6), field, l.year)
            FROM unnest(l.counties) county, unnest(l.fields) field ORDER BY 1)""",
    "sort": f"""array_to_string(
        ARRAY(SELECT DISTINCT 'c' || left(code, 6) FROM unnest(l.counties) code ORDER BY 1) || {_APART}, ' ')""",
    "grams": """ARRAY(
        SELECT DISTINCT g.gram FROM (
            SELECT substr(line, generate_series(1, length(line) - 1), 2) AS gram
            FROM unnest(string_to_array(l.spelt[1], E'\\n')) line
            UNION ALL SELECT chr(1) || left(line, signs)
            FROM unnest(string_to_array(l.spelt[2], E'\\n')) line, unnest(ARRAY[2, 4]) signs WHERE length(line) >= signs
        ) g ORDER BY 1)""",
    "words": "l.spelt[1]",
    "latin": "l.spelt[2]",
    "answer": _ANSWER,
    **{name: f"to_jsonb(l.{name})" for name in ("places", "field_rows", "organisation_rows")},
}
"""Columns that are made of those that the ORM asks for, row `l`."""
_MADE = ("amount_falling", "amount_rising", "keys", "sort", "words", "latin", "grams", "answer")

COLUMNS = tuple(field.column for field in Listed._meta.concrete_fields)


def _rows():
    """The projects with all that the register itself can be asked for; `counties` and `fields` are codes."""
    homes = Site.objects.filter(project=OuterRef("pk")).order_by().counted()
    fields = ProjectField.objects.filter(project=OuterRef("pk")).order_by()
    return Project.objects.order_by().annotate(
        amount=AMOUNT,
        counties=ArraySubquery(homes.values("division__home__code")),
        field_codes=ArraySubquery(fields.values("field__code")),
        spelt=RawSQL(_SPELT, (), output_field=TextField()),  # noqa: S611 - our own names  # nosec B611
        **ledger_columns(),
    )


def listing_sql(which="true"):
    """A SELECT of the columns of `Listed`, in their order, of the projects that fulfil `which`, a condition in SQL on
    `projects_project`. Tables are named without a schema: the path says whether it is the register or what is public.
    """
    asked = [column for column in COLUMNS if column not in _MADE]
    those = RawSQL(f"({which})", (), output_field=BooleanField())  # noqa: S611  # nosec B611
    sql, params = _rows().filter(those).values_list(*asked, "counties", "field_codes", "spelt").query.sql_with_params()
    with connection.cursor() as cursor:
        made = cursor.mogrify(sql, params).decode()
    columns = ", ".join(f"{_COMPUTED.get(column, f'l.{column}')} AS {column}" for column in COLUMNS)
    # Without OFFSET 0 PostgreSQL would ask for the words anew wherever they are read.
    made = made.replace(' JOIN "orgs_', ' JOIN public."orgs_') + " OFFSET 0"
    return f"SELECT {columns} FROM ({made}) l ({', '.join([*asked, 'counties', 'fields', 'spelt'])})"


def spelt_sql(rows):
    """A SELECT of (gram, sign) for `rows`, SQL for rows (words, sign): each two to four neighbouring characters of a
    line of the words, once a row. Lines come from an array, of which PostgreSQL expects ten: if it expected the
    thousands of a table, it would sort what is counted, which takes twice as long as hashing it."""
    return f"""
        SELECT g.gram, r.sign FROM {rows} r CROSS JOIN LATERAL (
            SELECT DISTINCT left(piece, signs) AS gram FROM (
                SELECT substr(line, generate_series(1, length(line) - 1), 4) AS piece
                FROM unnest(string_to_array(r.words, E'\\n')) line
            ) pieces CROSS JOIN unnest(ARRAY[2, 3, 4]) signs
            WHERE length(piece) >= signs
        ) g"""


def ranks_sql(rows):
    """A SELECT of (kind, amount, id, sign) for `rows`, SQL for rows (id, keys, amount_falling, sign): those of
    `ListedRank`."""
    return f"""
        SELECT kind, r.amount_falling, r.id, r.sign FROM {rows} r CROSS JOIN LATERAL unnest(r.keys) kind
        WHERE left(kind, 1) = '{KIND[0]}'"""


def cells_sql(rows):
    """A SELECT of (county, field, year, stage, sign) for `rows`, SQL for rows (keys, year, stage, sign): one for each
    county and field of a project, and for all of them."""
    one = "CROSS JOIN LATERAL (SELECT '' UNION ALL SELECT substr(k, 2) FROM unnest(r.keys) k WHERE left(k, 1) ="
    return f"""
        SELECT county, field, r.year, r.stage, r.sign FROM {rows} r
        {one} 'c') c (county) {one} 'f') f (field)"""
