"""What must hold before a data set is loaded: cells, references, and what the register already has."""

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orgs.credit_code import validate_code
from registry.core.text import excerpt

from . import words
from .layout import FILES, ORGANISATIONS, PARTIES, PROJECTS, STEPS
from .staging import Fault

SHOWN = 20
"""Faults told of each kind; the rest is counted."""


@dataclass(frozen=True)
class Rule:
    """Something that spans cells or files: a query for the rows at fault, with the value to show."""

    file: object
    column: str
    query: str
    fault: str


def _again(file, *columns):
    """Rows that repeat an earlier row's columns."""
    same = ", ".join(columns)
    stated = " AND ".join(f"{column} IS NOT NULL" for column in columns)
    return (
        f"SELECT row, {columns[-1]} FROM (SELECT *, row_number() OVER (PARTITION BY {same} ORDER BY row) AS nth"  # noqa: S608
        f" FROM {file.table} WHERE {stated}) counted WHERE nth > 1"
    )


def _dangling(file, column):
    return (
        f"SELECT row, {column.name} FROM {file.table} WHERE {column.name} IS NOT NULL AND NOT EXISTS"  # noqa: S608
        f" (SELECT FROM dataset_{column.refers} target WHERE target.id = {file.table}.{column.name})"
    )


_LEVEL, _STATE = words.as_sql(words.LEVELS, "level"), words.as_sql(words.STEP_STATES, "state")
RULES = (
    *(
        Rule(file, column.name, _again(file, column.name), gettext_lazy("stands in the file already. Remove one row."))
        for file in FILES
        for column in file.columns
        if column.unique
    ),
    *(
        Rule(
            file, column.name, _dangling(file, column),
            gettext_lazy("names no row of the other file. Add that row or correct the id."),
        )
        for file in FILES
        for column in file.columns
        if column.refers
    ),
    Rule(
        PARTIES, "role", _again(PARTIES, "project_id", "organisation_id", "role"),
        gettext_lazy("the organisation stands in this role in the project already. Remove one row."),
    ),
    Rule(
        STEPS, "seq", _again(STEPS, "project_id", "seq"),
        gettext_lazy("the project has a step at this position already. Number its steps through."),
    ),
    Rule(
        ORGANISATIONS, "uscc",
        "SELECT row, uscc FROM dataset_organisations JOIN orgs_organisation ON code = uscc",
        gettext_lazy("is in the register already. Remove the organisation, or load into an empty register."),
    ),
    Rule(
        ORGANISATIONS, "province",
        f"SELECT row, level FROM dataset_organisations WHERE province IS NULL AND {_LEVEL} <> 'national'",  # noqa: S608
        gettext_lazy("no province is stated. Only a national organisation may go without."),
    ),
    Rule(
        PROJECTS, "code",
        "SELECT row, code FROM dataset_projects JOIN projects_project ON number = code",
        gettext_lazy("is in the register already. Remove the project, or load into an empty register."),
    ),
    Rule(
        PROJECTS, "county_code",
        "SELECT row, county_code FROM dataset_projects WHERE county_code IS NOT NULL AND NOT EXISTS"
        " (SELECT FROM counties_division WHERE code = county_code AND home_id IS NOT NULL)",
        gettext_lazy("is no county that the register knows. Correct the code, or run load_reference first."),
    ),
    Rule(
        PROJECTS, "finished_on", "SELECT row, finished_on FROM dataset_projects WHERE finished_on < started_on",
        gettext_lazy("lies before the start. Correct one of the two days."),
    ),
    Rule(
        STEPS, "done_on",
        f"SELECT row, done_on FROM dataset_checklist_items WHERE done_on IS NOT NULL"  # noqa: S608
        f" AND {_STATE} IN ('open', 'returned')",
        gettext_lazy("a step that is not done has no such day. Correct the state or leave the day empty."),
    ),
)  # fmt: skip


def cell_faults(cursor, file):
    """Faults of single cells, found in one pass over the file."""
    tests = [(column, f"{column.name} IS NULL", None) for column in file.columns if column.required]
    tests += [
        (column, f"{column.name} IS NOT NULL AND NOT coalesce({column.check.holds(column.name)}, false)", column.name)
        for column in file.columns
    ]
    wrong = ", ".join(f"({condition})" for _column, condition, _shown in tests)
    names = ", ".join(column.name for column in file.columns)
    cursor.execute(
        f"SELECT row, count(*) OVER (), ARRAY[{wrong}], {names} FROM {file.table}"  # noqa: S608 - of this package's own table
        f" WHERE {' OR '.join(f'({condition})' for _column, condition, _shown in tests)} ORDER BY row LIMIT {SHOWN}"
    )
    faults, total = [], 0
    place = {column.name: number for number, column in enumerate(file.columns)}
    for row, total, failed, *cells in cursor.fetchall():  # noqa: B007 - every row carries the total
        for (column, _condition, shown), is_wrong in zip(tests, failed, strict=True):
            if is_wrong:
                value = cells[place[column.name]]
                message = f"“{excerpt(value)}” {column.check.fault}" if shown else _("is empty. Fill it in.")
                faults.append((row, column.name, message))
    return placed(cursor, file, faults), max(0, total - SHOWN)


def rule_faults(cursor, rule):
    """Faults that span rows or files, and how many more there are."""
    cursor.execute(f"SELECT *, count(*) OVER () FROM ({rule.query}) found ORDER BY row LIMIT {SHOWN}")  # noqa: S608
    rows = cursor.fetchall()
    faults = [(row, rule.column, f"“{excerpt(value)}” {rule.fault}") for row, value, _total in rows]
    return placed(cursor, rule.file, faults), rows[0][2] - len(rows) if rows else 0


def code_faults(cursor):
    """Credit codes whose check character or class is wrong. Codes are never repaired."""
    kind = words.as_sql(words.ORG_TYPES, "org_type")
    cursor.execute(f"SELECT row, uscc, {kind} FROM dataset_organisations WHERE uscc IS NOT NULL ORDER BY row")  # noqa: S608
    faults = []
    for row, code, found in cursor.fetchall():
        try:
            validate_code(code, kind=found)
        except ValidationError as error:
            faults.append((row, "uscc", " ".join(error.messages)))
    return placed(cursor, ORGANISATIONS, faults[:SHOWN]), max(0, len(faults) - SHOWN)


def placed(cursor, file, faults):
    """Rows turned into lines: a cell with line breaks takes several."""
    if not faults:
        return []
    breaks = "length(cells::text) - length(replace(cells::text, E'\\n', ''))"
    before = f"sum({breaks}) OVER (ORDER BY row ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)"
    cursor.execute(
        f"SELECT * FROM (SELECT row, 1 + row + coalesce({before}, 0) FROM {file.table} cells) placed"  # noqa: S608
        " WHERE row = ANY(%s)",
        [[row for row, _column, _message in faults]],
    )
    lines = dict(cursor.fetchall())
    return [Fault(file.path, message, int(lines[row]), column) for row, column, message in faults]
