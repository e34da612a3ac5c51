"""The limit: the same register in a schema of its own, with the indexes and summaries that each question wishes for.

Nothing of the product is used but its rows. Each question is a function of a cursor and parameters; its answer has the
shapes of JSON. `is_fresh` says whether the schema still tells what the register does.
"""

import hashlib
from pathlib import Path

SQL = Path(__file__).with_name("raw.sql").read_text(encoding="utf-8")
PAGE = 50
FREQUENT = 0.01
"""The part of all projects beyond which the list is walked in its order, not searched by the index of bigrams."""

_COLUMNS = "id, number, name, county, field, year, stage, amount, lead, lead_id"
_ORDER = "ORDER BY amount DESC NULLS LAST, id DESC"
_FROM = f"SELECT {_COLUMNS} FROM raw.project"
_ROWS = f"{_ORDER} LIMIT {PAGE}"


def state(cursor):
    """What the register and this file say now."""
    cursor.execute("SELECT max(id) FROM core_change WHERE table_name ~ '^(projects|orgs)_'")
    return f"{cursor.fetchone()[0]} {hashlib.sha256(SQL.encode()).hexdigest()[:12]}"


def is_fresh(cursor):
    cursor.execute("SELECT to_regnamespace('raw') IS NOT NULL AND obj_description(to_regnamespace('raw')) = %s",
                   [state(cursor)])  # fmt: skip
    return bool(cursor.fetchone()[0])


def build(cursor):
    """Fill the schema anew, unless it tells what the register does."""
    if is_fresh(cursor):
        return
    cursor.execute(SQL)
    cursor.execute("COMMENT ON SCHEMA raw IS %s", [state(cursor)])
    cursor.execute("ANALYZE raw.project; ANALYZE raw.cube; ANALYZE raw.frequency; ANALYZE raw.circular")


def of_one_kind(cursor, asked):
    """W1: of one county, field and year."""
    values = [asked["county"], asked["field"], asked["year"]]
    cursor.execute("SELECT coalesce(sum(number), 0)::int FROM raw.cube WHERE county = %s AND field = %s AND year = %s",
                   values)  # fmt: skip
    total = cursor.fetchone()[0]
    cursor.execute(f"{_FROM} WHERE county = %s AND field = %s AND year = %s {_ROWS}", values)
    return _list(total, cursor)


def of_all(cursor, asked):
    """W1u, and W1d where a `place` is given: (amount, id) of the last row before."""
    cursor.execute("SELECT number FROM raw.whole")
    total = cursor.fetchone()[0]
    behind = "WHERE (amount, id) < (%s, %s)" if asked.get("place") else ""
    cursor.execute(f"{_FROM} {behind} {_ROWS}", asked.get("place") or [])
    return _list(total, cursor)


def named(cursor, asked):
    """W2 and W2l: a word within a name of the project or of its organisations."""
    word = asked["word"]
    if len(word) > 2:
        return _named_at_length(cursor, word)
    cursor.execute("SELECT f.number, whole.number FROM raw.frequency f, raw.whole WHERE gram = %s", [word])
    total, all_of_them = cursor.fetchone() or (0, 0)
    if total > all_of_them * FREQUENT:
        cursor.execute(f"{_FROM} WHERE strpos(names, %s) > 0 {_ROWS}", [word])
    else:
        cursor.execute(
            f"WITH hit AS MATERIALIZED (SELECT {_COLUMNS} FROM raw.project WHERE grams @> ARRAY[%s])"
            f" SELECT * FROM hit {_ROWS}",
            [word],
        )
    return _list(total, cursor)


def _named_at_length(cursor, word):
    cursor.execute(
        f"WITH hit AS MATERIALIZED (SELECT {_COLUMNS} FROM raw.project WHERE grams @> %s AND strpos(names, %s) > 0)"
        f" SELECT *, count(*) OVER ()::int FROM hit {_ROWS}",
        [[word[place : place + 2] for place in range(len(word) - 1)], word],
    )
    rows = cursor.fetchall()
    return {"count": rows[0][-1] if rows else 0, "results": [row[:-1] for row in rows]}


def counts(cursor, asked):
    """W3, and W3b where a `least` amount is given."""
    if "least" in asked:
        source, number, values = (
            "raw.project WHERE year = %s AND amount >= %s",
            "count(*)",
            [asked["year"], asked["least"]],
        )
    else:
        source, number, values = "raw.cube WHERE year = %s", "sum(number)", [asked["year"]]
    cursor.execute(
        f"SELECT county, field, stage, {number}::int FROM {source} GROUP BY GROUPING SETS ((county), (field), (stage))",
        values,
    )
    found = {"county": {}, "field": {}, "stage": {}}
    for *keys, count in cursor:
        for facet, key in zip(found, keys, strict=True):
            if key is not None:
                found[facet][key] = count
    return found


def circular(cursor, asked):
    """W4: the 40 rows."""
    cursor.execute("SELECT year, field, projects, organisations, counties, funds, beneficiaries FROM raw.circular")
    return {"rows": cursor.fetchall()}


def document(cursor, asked):
    """W5: one project and what hangs on it."""
    cursor.execute(
        """
        SELECT json_build_object('number', p.number, 'name', p.name, 'year', p.year, 'stage', p.stage,
            'organisations', (
                SELECT json_agg(json_build_object('name', o.name, 'code', o.code, 'role', t.role) ORDER BY t.id)
                FROM projects_participation t JOIN orgs_organisation o ON o.id = t.organisation_id
                WHERE t.project_id = p.id),
            'funding', (
                SELECT json_agg(json_build_object('state', f.state, 'kind', f.kind, 'amount', f.amount::text,
                    'on', f.occurred_on) ORDER BY f.id) FROM projects_funding f WHERE f.project_id = p.id),
            'results', (
                SELECT json_agg(json_build_object('indicator', r.indicator, 'unit', r.unit,
                    'actual', trim_scale(r.actual)::text) ORDER BY r.id)
                FROM projects_result r WHERE r.project_id = p.id),
            'steps', (
                SELECT json_agg(json_build_object('position', s.position, 'title', s.title, 'status', s.status,
                    'due', s.due_on) ORDER BY s.position) FROM projects_projectstep s WHERE s.project_id = p.id))
        FROM projects_project p WHERE p.id = %s
        """,
        [asked["id"]],
    )
    return cursor.fetchone()[0]


def _list(total, cursor):
    return {"count": total, "results": cursor.fetchall()}
