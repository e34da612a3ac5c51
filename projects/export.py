"""The project ledger as a download: every row found, whoever asks, streamed. Columns as the full ledger has them."""

from django.utils.translation import gettext_lazy as _

from projects.tables import AT_A_TIME, PERSON_TIMES, Row, ledger

HEAD = (
    _("Project number"),
    _("Project name"),
    _("County code"),
    _("County"),
    _("Field"),
    _("Year"),
    _("Stage"),
    _("Leading organisation's credit code"),
    _("Leading organisation"),
    _("All organisations"),
    _("Pledged (yuan)"),
    _("Committed (yuan)"),
    _("Received (yuan)"),
    _("Funds involved (yuan)"),
    _("Precision"),
    _("Person-times"),
    _("Started on"),
    _("Finished on"),
)


def export_rows(projects):
    """One tuple a project, in the order of `projects`, read from the database in portions."""
    rows = ledger(projects, person_times=PERSON_TIMES, extra=("actual_start", "actual_end"))
    for values in rows.iterator(chunk_size=AT_A_TIME):
        yield _cells(Row(values), values)


def _cells(row, values):
    lead, amount = row.lead or {}, row.amount
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
        _whole(values["person_times"]),
        values["actual_start"],
        values["actual_end"],
    )


def _whole(number):
    """The number without the zeros behind its point that the database keeps."""
    return number if number is None or number % 1 else int(number)
