"""A question answered from the cube: of the present, for those from whom nothing is hidden, by dimensions it holds."""

from django.db import connection

from registry.core.public_session import is_public_session
from registry.core.session_roles import MEMBER, role_taken_now
from registry.reports.as_of import reads_the_past

from .asking import SUMS, changes_sql, kept_plans_sql
from .held import BY, COLUMNS, GROUPINGS, HELD, SCHEMA, number_of

AT_MOST = 10_000
"""Noted projects whose changes are worked out while somebody waits. Of more the register itself is asked."""

_OF_PLACES = frozenset({"county", "city"})
_KEPT = f"figure, grouped, {', '.join(COLUMNS)}, {', '.join(SUMS)}"


def kept_figures(definitions, narrowed, by, groupings):
    """{code: {grouping: {key: row}}} as `tally` gives it, of those definitions that the cube answers, and of what is
    noted beside them; empty where it answers none. `narrowed` are pairs (dimension's code, key), `by` codes of
    dimensions, `groupings` places in them.

    The caller sees to it that all projects are asked for, and the present.
    """
    codes = [one.code for one in definitions if one.code in HELD]
    within = {code for code, _key in narrowed}
    if not codes or not {*within, *by} <= set(BY) or any(isinstance(key, range) for _code, key in narrowed):
        return {}
    numbers = {grouping: number_of({*within, *(by[place] for place in grouping)}) for grouping in groupings}
    if not GROUPINGS.issuperset(numbers.values()) or not may_be_asked():
        return {}
    if not within & _OF_PLACES:  # what is noted of a project in several counties stands under each of them
        codes += [one.beside.code for one in definitions if one.beside]
    rows = _cells(codes, sorted(set(numbers.values())), narrowed)
    return {} if rows is None else _laid_out(rows, codes, numbers, by)


def holds(codes, by):
    """Whether nothing but what the cube is told of changes the figures `codes` by these dimensions."""
    return HELD.keys() >= set(codes) and set(by) <= set(BY)


def version():
    """What is another one whenever figures, or the names of their cells, may be other ones. One short statement.

    Lines are noted until they are folded, and every folding has a number of its own: so the two together never say the
    same of two states. A fold that changes no figure gives a new version too.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT current_database(), number, (SELECT count(*) FROM {SCHEMA}.touched) FROM {SCHEMA}.state"
        )
        return cursor.fetchone()


def may_be_asked():
    """Whether this session may read the cube, and asks for the present."""
    return not (is_public_session() or role_taken_now() == MEMBER or reads_the_past())


def _cells(codes, numbers, narrowed):
    """Rows of cells, exact in the statement's own snapshot; None where too much has changed since they were kept."""
    where = "".join(f" AND by_{code} IS NOT DISTINCT FROM %s" for code, _key in narrowed)
    asked = [codes, numbers, *(key for _code, key in narrowed)]
    noted = f"SELECT count(*) AS noted FROM (SELECT FROM {SCHEMA}.touched LIMIT 1) found"
    rows = _asked(
        f"SELECT noted, {_KEPT} FROM ({noted}) t"
        f" LEFT JOIN {SCHEMA}.cell ON figure = ANY(%s) AND grouped = ANY(%s){where}",
        asked,
    )
    if not rows[0]["noted"]:
        return rows
    rows = _asked(_changed(codes, numbers, where), [*asked, *asked])
    return None if rows[0]["too_many"] else rows


def _changed(codes, numbers, where):
    """The cells together with what has changed since they were kept."""
    cells = f"WHERE figure = ANY(%s) AND grouped = ANY(%s){where}"
    each = ", ".join(f"sum({one}){'' if one == 'value' else '::bigint'} AS {one}" for one in SUMS)
    return f"""
        WITH few AS MATERIALIZED (SELECT {SCHEMA}.few({AT_MOST}) AS projects),
        {changes_sql(codes, numbers, "SELECT unnest(projects) AS project FROM few", kept_plans_sql(codes))}
        SELECT projects IS NULL AS too_many, told.* FROM few
        LEFT JOIN (
            SELECT figure, grouped, {", ".join(COLUMNS)}, {each} FROM (
                SELECT {_KEPT} FROM {SCHEMA}.cell {cells} UNION ALL SELECT {_KEPT} FROM changes {cells}
            ) both_parts
            GROUP BY figure, grouped, {", ".join(COLUMNS)} HAVING sum(lines) > 0 OR sum(value) <> 0
        ) told ON true"""


def _asked(statement, values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values or None)
        heads = [column.name for column in cursor.description]
        return [dict(zip(heads, row, strict=True)) for row in cursor]


def _laid_out(rows, codes, numbers, by):
    found = {code: {grouping: {} for grouping in numbers} for code in codes}
    of_number = {}
    for grouping, number in numbers.items():
        of_number.setdefault(number, []).append(grouping)
    for row in rows:
        if row["figure"] is None:  # nothing counts, and one row said how many projects are noted
            continue
        if HELD[row["figure"]].each:
            row["value"] = int(row["value"])
        elif row["lines"] == row["not_stated"]:
            row["value"] = None
        for grouping in of_number[row["grouped"]]:
            found[row["figure"]][grouping][tuple(row[f"by_{by[place]}"] for place in grouping)] = row
    return found
