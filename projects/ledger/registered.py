"""The register's projects as a ledger is compared with them: as they stand, and as they stood at a moment.

Both are made from plain rows by the same function: what the tables hold now, or what the trail kept of them.
"""

import datetime
from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal

from counties.models import Division
from projects.models import Field, Funding, Participation, Project, ProjectField, Result, Site
from projects.models.stages import LANDED, Stage
from registry.core.models import Change, User
from registry.core.quantity import Qualifier

ENDED = LANDED[1:]
"""Stages in which the end of a row is a fact; before, it is a plan."""

READ = {
    Project: (
        "id", "number", "name", "stage", "left_stage", "actual_start", "planned_start", "actual_end", "planned_end",
        "summary", "officer_id",
    ),
    Site: ("id", "project_id", "division_id"),
    Funding: (
        "id", "project_id", "state", "kind", "origin", "amount", "qualifier", "organisation_id", "voided_at",
    ),
    Result: ("id", "project_id", "level", "unit", "actual", "qualifier", "status"),
    Participation: ("id", "project_id", "organisation_id", "role"),
    ProjectField: ("id", "project_id", "field_id"),
}  # fmt: skip
"""The columns that are compared, by the model whose table has them."""
_BY_TABLE = {model._meta.db_table: model for model in READ}
OWN = (Funding.Origin.OWN, Funding.Origin.RAISED)


@dataclass
class FundingLine:
    pk: int
    state: str
    kind: str
    amount: Decimal | None
    qualifier: str
    origin: str
    organisation: int | None


@dataclass
class Figure:
    """A figure that a result has reached."""

    pk: int
    level: str
    unit: str
    actual: Decimal
    qualifier: str
    status: str


@dataclass
class Registered:
    """A project of the register, as a row of a ledger is compared with it.

    `lines`: the standing lines of organisations' money; `leads`: ids of the leading organisations, `homes` of the
    counties of today; `fields`: names of the fields of help.
    """

    pk: int
    number: str
    name: str
    stage: str
    left_stage: str
    start: datetime.date | None
    end: datetime.date | None
    summary: str
    officer: str
    leads: list[int] = field(default_factory=list)
    homes: frozenset = frozenset()
    places: list[str] = field(default_factory=list)
    fields: list[str] = field(default_factory=list)
    lines: list[FundingLine] = field(default_factory=list)
    figures: list[Figure] = field(default_factory=list)

    def lines_of(self, state, kinds):
        return [line for line in self.lines if line.state == state and line.kind in kinds]

    def beneficiaries(self, unit):
        return [one for one in self.figures if one.unit == unit and one.level == Result.Level.BENEFICIARY]


def course_of(stage, left_stage):
    """Whether a project has (started, ended), so that its days are facts and no plans; a side exit counts by the stage
    that was left."""
    course = left_stage if stage in (Stage.SUSPENDED, Stage.TERMINATED) else stage
    return course in LANDED, course in ENDED or stage == Stage.TERMINATED


def rows_now(projects):
    """{model: rows as dicts} of the projects with these keys. One query a table."""
    return {
        model: list(
            model.objects.filter(**{f"{'id' if model is Project else 'project'}__in": projects})
            .order_by("pk")
            .values(*columns)
        )
        for model, columns in READ.items()
    }


def rows_at(moment, projects):
    """The same as the trail kept them at a `Moment`: each row as the last change before it left it. One query."""
    found = defaultdict(list)
    changes = _changes_of(projects).filter(moment.before).order_by("table_name", "row_pk", "-pk")
    latest = changes.distinct("table_name", "row_pk").values_list("table_name", "operation", "after")
    for table, operation, after in latest:
        if operation != Change.Operation.DELETE:
            model = _BY_TABLE[table]
            found[model].append(dict.fromkeys(READ[model]) | after)
    return {model: sorted(found[model], key=lambda row: row["id"]) for model in READ}


def changes_since(moment, projects):
    """{key of a project: its changes since a `Moment` in the order of the trail}. One query."""
    found = defaultdict(list)
    for change in _changes_of(projects).filter(moment.since).order_by("pk"):
        found[int(change.root_pk)].append(change)
    return found


def _changes_of(projects):
    return Change.objects.filter(
        root_table=Project._meta.db_table, root_pk__in=[str(pk) for pk in projects], table_name__in=_BY_TABLE
    )


def build(rows):
    """{key: `Registered`} of rows by model, whose values are Python's or JSON's. Three queries for names."""
    if not rows[Project]:
        return {}
    divisions = _named(Division, (row["division_id"] for row in rows[Site]), "home", "name")
    fields = _named(Field, (row["field_id"] for row in rows[ProjectField]), "name")
    people = _named(User, (row["officer_id"] for row in rows[Project] if row["officer_id"]), "name", "username")
    found = {row["id"]: _project(row, people) for row in rows[Project]}
    for model in READ.keys() - {Project}:
        for row in rows[model]:
            project = found.get(row["project_id"])
            if project is not None:  # of two transactions a moment may know the later one only
                _add(project, model, row, divisions, fields)
    return found


def _add(project, model, row, divisions, fields):
    if model is Site and row["division_id"] in divisions:
        home, name = divisions[row["division_id"]]
        project.homes |= {home}
        project.places.append(name)
    elif model is ProjectField and row["field_id"] in fields:
        project.fields += fields[row["field_id"]]
    elif model is Participation and row["role"] == Participation.Role.LEAD and row["organisation_id"]:
        project.leads.append(row["organisation_id"])
    elif model is Funding and row["origin"] in OWN and not row["voided_at"]:
        project.lines.append(_line(row))
    elif model is Result and row["actual"] is not None:
        project.figures.append(_figure(row))


def _named(model, keys, *columns):
    return {pk: values for pk, *values in model.objects.filter(pk__in=set(keys)).values_list("pk", *columns)}


def _project(row, people):
    name, username = people.get(row["officer_id"], ("", ""))
    days = {key: _day(row[key]) for key in ("actual_start", "planned_start", "actual_end", "planned_end")}
    _has_started, has_ended = course_of(row["stage"], row["left_stage"])
    ends = (days["actual_end"], days["planned_end"]) if has_ended else (days["planned_end"], days["actual_end"])
    return Registered(
        row["id"], row["number"], row["name"], row["stage"], row["left_stage"],
        days["actual_start"] or days["planned_start"], ends[0] or ends[1], row["summary"], name or username,
    )  # fmt: skip


def _line(row):
    return FundingLine(
        row["id"], row["state"], row["kind"], _number(row["amount"]), Qualifier(row["qualifier"]),
        row["origin"], row["organisation_id"],
    )  # fmt: skip


def _figure(row):
    return Figure(
        row["id"], row["level"], row["unit"], _number(row["actual"]), Qualifier(row["qualifier"]), row["status"]
    )


def _day(value):
    return datetime.date.fromisoformat(value) if isinstance(value, str) else value


def _number(value):
    """JSON has only floats; the register's numbers have fewer digits than a float keeps."""
    return value if value is None or isinstance(value, Decimal) else Decimal(str(value))
