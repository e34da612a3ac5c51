"""The project ledger as a download: every row found, whoever asks, streamed. Columns as the full ledger has them.

PostgreSQL writes the lines (`registry.core.written_rows`); what counts as money and as person-times are the words of
their models, as everywhere.
"""

from django.core.exceptions import EmptyResultSet
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from projects.models import Funding, Participation, Result
from projects.models.stages import Stage
from registry.core.quantity import PERSON_TIME, Qualifier
from registry.core.written_rows import Column, compiled, written_rows

_FOUND = ("id", "number", "name", "year", "stage", "actual_start", "actual_end", "campaign__scheme")
_LATER = 1 << 62
"""Stands before the key of a party that does not lead: leading ones come first, each party once."""

_SOURCE = f"""({{found}} OFFSET 0) AS found (id, number, name, year, stage, started, ended, scheme)
LEFT JOIN LATERAL (
    SELECT string_agg(code, ';' ORDER BY place, key) AS codes, string_agg(name, ';' ORDER BY place, key) AS names
    FROM (
        SELECT coalesce(home.code, unit.code) AS code, coalesce(home.name, unit.name) AS name, min(unit.code) AS place,
               min(site.id) AS key
        FROM projects_site site JOIN counties_division unit ON unit.id = site.division_id
        LEFT JOIN counties_division home ON home.id = unit.home_id
        WHERE site.project_id = found.id GROUP BY 1, 2) AS places) AS counties ON true
LEFT JOIN LATERAL (
    SELECT string_agg(name, ';' ORDER BY place) AS names
    FROM (
        SELECT {{field}} AS name,
               min(((own.scheme <> found.scheme)::int, (NOT own.is_primary)::int, field.position)) AS place
        FROM projects_projectfield own JOIN projects_field field ON field.id = own.field_id
        WHERE own.project_id = found.id GROUP BY 1) AS named) AS fields ON true
LEFT JOIN LATERAL (
    SELECT string_agg(name, ';' ORDER BY place) AS names,
           CASE WHEN min(place) < {_LATER} THEN (array_agg(name ORDER BY place))[1] END AS lead_name,
           CASE WHEN min(place) < {_LATER} THEN (array_agg(code ORDER BY place))[1] END AS lead_code
    FROM (
        SELECT party.name, party.code,
               min(part.id + CASE part.role WHEN '{Participation.Role.LEAD.value}' THEN 0 ELSE {_LATER} END) AS place
        FROM projects_participation part JOIN orgs_organisation party ON party.id = part.organisation_id
        WHERE part.project_id = found.id GROUP BY party.id, party.name, party.code) AS ranked) AS parties ON true
LEFT JOIN LATERAL (
    SELECT sum(amount) FILTER (WHERE state = 'pledged') AS pledged,
           sum(amount) FILTER (WHERE state = 'committed') AS committed,
           sum(amount) FILTER (WHERE state = 'received') AS received,
           max(doubt) FILTER (WHERE state = 'committed' AND amount IS NOT NULL) AS committed_doubt,
           max(doubt) FILTER (WHERE state = 'received' AND amount IS NOT NULL) AS received_doubt,
           coalesce(bool_or(state = 'received'), false) AS came
    FROM (
        SELECT state, amount, CASE qualifier WHEN 'about' THEN 2 WHEN 'over' THEN 1 WHEN 'at_least' THEN 1 ELSE 0 END
               AS doubt
        FROM ({{lines}}) AS own (project, state, amount, qualifier) WHERE project = found.id) AS lines
    ) AS money ON true
LEFT JOIN LATERAL (
    SELECT sum(number) AS people FROM ({{results}}) AS own (project, number) WHERE project = found.id
    ) AS reached ON true"""  # noqa: S608 - of a role's name and a number

_AMOUNT = "CASE WHEN money.came THEN money.received ELSE money.committed END"
_DOUBT = "CASE WHEN money.came THEN money.received_doubt ELSE money.committed_doubt END"
_WHOLE = "CASE WHEN reached.people = trunc(reached.people) THEN trunc(reached.people) ELSE reached.people END"

COLUMNS = (
    Column(_("Project number"), "found.number"),
    Column(_("Project name"), "found.name"),
    Column(_("County code"), "counties.codes"),
    Column(_("County"), "counties.names"),
    Column(_("Field"), "fields.names"),
    Column(_("Year"), "found.year::text", "number"),
    Column(_("Stage"), "found.stage", "words", {stage.value: stage.label for stage in Stage}),
    Column(_("Leading organisation's credit code"), "parties.lead_code", "code"),
    Column(_("Leading organisation"), "parties.lead_name"),
    Column(_("All organisations"), "parties.names"),
    Column(_("Pledged (yuan)"), "money.pledged::text", "number"),
    Column(_("Committed (yuan)"), "money.committed::text", "number"),
    Column(_("Received (yuan)"), "money.received::text", "number"),
    Column(_("Funds involved (yuan)"), f"({_AMOUNT})::text", "number"),
    Column(
        _("Precision"), f"({_DOUBT})::text", "words",
        {"0": Qualifier.EXACT.label, "1": Qualifier.AT_LEAST.label, "2": Qualifier.ABOUT.label},
    ),
    Column(_("Person-times"), f"({_WHOLE})::text", "number"),
    Column(_("Started on"), "found.started::text", "day"),
    Column(_("Finished on"), "found.ended::text", "day"),
)  # fmt: skip
HEAD = tuple(column.head for column in COLUMNS)

_IN_BOTH = "CASE WHEN field.name_en <> '' THEN field.name_en || ' (' || field.name || ')' ELSE field.name END"


def export_rows(projects, form):
    """One row a project for `exports.download` in this form, in the order of `projects`, read as it is sent."""
    try:
        found, given = compiled(projects, *_FOUND)
    except EmptyResultSet:
        return
    lines, of_lines = compiled(
        Funding.objects.standing().of_organisations().order_by(), "project", "state", "amount", "qualifier"
    )
    results, of_results = compiled(Result.objects.approved().in_unit(PERSON_TIME).order_by(), "project", "actual")
    name = _IN_BOTH if get_language() == "en" else "field.name"
    source = _SOURCE.format(found=found, field=name, lines=lines, results=results)
    yield from written_rows(form, COLUMNS, source, [*given, *of_lines, *of_results], using=projects.db)
