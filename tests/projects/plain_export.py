"""The export written the long way: every row read as the pages read it, every cell by Python. What is compared with."""

from django.db.models import OuterRef, Subquery, Sum

from projects.models import Result
from projects.tables import Row, ledger
from registry.core.quantity import PERSON_TIME

PERSON_TIMES = Subquery(
    Result.objects.filter(project=OuterRef("pk"))
    .approved()
    .in_unit(PERSON_TIME)
    .order_by()
    .values("project")
    .annotate(sum=Sum("actual"))
    .values("sum")
)
"""Approved person-times of one project; null when there is no such result."""


def plain_rows(projects):
    """One tuple of cells a project, in the order of `projects`."""
    rows = ledger(projects, person_times=PERSON_TIMES, extra=("actual_start", "actual_end"))
    return [_cells(Row(values), values) for values in rows]


def _cells(row, values):
    lead, amount, people = row.lead or {}, row.amount, values["person_times"]
    return (
        row.number,
        row.name,
        ";".join(county["code"] for county in row.counties),
        ";".join(county["name"] for county in row.counties),
        ";".join(row.field_names),
        row.year,
        str(row.stage.label),
        lead.get("code"),
        lead.get("name"),
        ";".join(party["name"] for party in row.organisations),
        *(row.sum(state).value for state in ("pledged", "committed", "received")),
        amount.value,
        str(amount.qualifier.label) if amount.is_stated else "",
        people if people is None or people % 1 else int(people),
        values["actual_start"],
        values["actual_end"],
    )
