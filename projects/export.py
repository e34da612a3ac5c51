"""The project ledger as a download: every row found, whoever asks, streamed. Columns as the full ledger has them.

PostgreSQL makes the cells (`registry.core.written_rows`); what counts as money and as person-times are the words of
their models, as everywhere.
"""

from django.core.exceptions import EmptyResultSet
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from projects.models import Funding, Listed, Participation, Project, Result
from projects.models.stages import Stage
from registry.core.quantity import PERSON_TIME, Qualifier
from registry.core.written_rows import Column, compiled, written_rows

_FOUND = ("id", "number", "name", "year", "stage", "actual_start", "actual_end", "campaign__scheme")
_LATER = 1 << 62
"""Stands before the key of a party that does not lead: leading ones come first, each party once."""

_SOURCE = f"""({{found}} OFFSET 0) AS found (id, number, name, year, stage, started, ended, scheme)
CROSS JOIN LATERAL (SELECT found.started, found.ended) AS days
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
CROSS JOIN LATERAL (
    SELECT sums.*, CASE WHEN came THEN received ELSE committed END AS involved,
           CASE WHEN came THEN received_doubt ELSE committed_doubt END AS doubt
    FROM (
        SELECT sum(amount) FILTER (WHERE state = 'pledged') AS pledged,
               sum(amount) FILTER (WHERE state = 'committed') AS committed,
               sum(amount) FILTER (WHERE state = 'received') AS received,
               max(doubt) FILTER (WHERE state = 'committed' AND amount IS NOT NULL) AS committed_doubt,
               max(doubt) FILTER (WHERE state = 'received' AND amount IS NOT NULL) AS received_doubt,
               coalesce(bool_or(state = 'received'), false) AS came
        FROM (
            SELECT state, amount,
                   CASE qualifier WHEN 'about' THEN 2 WHEN 'over' THEN 1 WHEN 'at_least' THEN 1 ELSE 0 END AS doubt
            FROM ({{lines}}) AS own (project, state, amount, qualifier) WHERE project = found.id) AS lines) AS sums
    ) AS money
LEFT JOIN LATERAL (
    SELECT sum(number) AS people FROM ({{results}}) AS own (project, number) WHERE project = found.id
    ) AS reached ON true"""  # noqa: S608 - of a role's name and a number


def _once(rows, cell, one=""):
    """SQL of `cell` of the elements of a JSON array, parted by semicolons, of each `one` (or cell) once; most arrays
    hold one element."""
    return f"""CASE jsonb_array_length({rows}) WHEN 1 THEN {cell.format(f"({rows}->0)")} ELSE (
        SELECT string_agg(cell, ';' ORDER BY place) FROM (
            SELECT {cell.format("part")} AS cell, min(place) AS place
            FROM jsonb_array_elements({rows}) WITH ORDINALITY AS parts (part, place)
            GROUP BY 1, {(one or cell).format("part")}) AS once) END"""  # noqa: S608 - of keys of JSON


_NAME, _CODE, _ID = "({0}->>'name')", "({0}->>'code')", "({0}->>'id')"
_LEAD = f"CASE found.parties->0->>'role' WHEN '{Participation.Role.LEAD.value}' THEN found.parties->0->>'%s' END"

_INDEX = f"""({{found}} OFFSET 0) AS keys (id)
CROSS JOIN LATERAL (
    SELECT id, number, name, year, stage, amount, places, field_rows AS fields, organisation_rows AS parties,
           money->'pledged' AS pledged, money->'committed' AS committed, money->'received' AS received
    FROM {Listed._meta.db_table} WHERE id = keys.id OFFSET 0) AS found
CROSS JOIN LATERAL (
    SELECT actual_start AS started, actual_end AS ended FROM projects_project WHERE id = keys.id OFFSET 0) AS days
CROSS JOIN LATERAL (
    SELECT {_once("found.places", _CODE)} AS codes, {_once("found.places", _NAME, _CODE)} AS names) AS counties
CROSS JOIN LATERAL (SELECT {{field}} AS names) AS fields
CROSS JOIN LATERAL (
    SELECT {_once("found.parties", _NAME, _ID)} AS names, {_LEAD % "name"} AS lead_name, {_LEAD % "code"} AS lead_code
    ) AS parties
CROSS JOIN LATERAL (
    SELECT found.pledged->>'sum' AS pledged, found.committed->>'sum' AS committed, found.received->>'sum' AS received,
           found.amount AS involved,
           CASE WHEN found.amount IS NULL THEN NULL WHEN counted->>'about' <> '0' THEN 2
                WHEN counted->>'over' <> '0' THEN 1 ELSE 0 END AS doubt
    FROM (SELECT CASE WHEN found.received->>'lines' <> '0' THEN found.received ELSE found.committed END AS counted) _
    ) AS money
LEFT JOIN LATERAL (
    SELECT sum(number) AS people FROM ({{results}}) AS own (project, number) WHERE project = keys.id
    ) AS reached ON true"""  # noqa: S608 - of a role's name, a table's and keys of JSON
"""The same of the index of lists, whose rows hold most of it. What is put in order are keys alone: an index has them in
the order of most lists, and where they are sorted, they are short."""

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
    Column(_("Funds involved (yuan)"), "money.involved::text", "number"),
    Column(
        _("Precision"), "money.doubt::text", "words",
        {"0": Qualifier.EXACT.label, "1": Qualifier.AT_LEAST.label, "2": Qualifier.ABOUT.label},
    ),
    Column(_("Person-times"), f"({_WHOLE})::text", "number"),
    Column(_("Started on"), "days.started::text", "day"),
    Column(_("Finished on"), "days.ended::text", "day"),
)  # fmt: skip
HEAD = tuple(column.head for column in COLUMNS)

_IN_BOTH = "CASE WHEN {en} <> '' THEN {en} || ' (' || {name} || ')' ELSE {name} END"


def _field(name, english):
    return _IN_BOTH.format(en=english, name=name) if get_language() == "en" else name


def export_rows(projects, form):
    """One row a project for `exports.download` in this form, in the order of `projects` (of `Project`, or of `Listed`,
    which takes half the time), read as it is sent."""
    try:
        source, given = _of_register(projects) if projects.model is Project else _of_index(projects)
    except EmptyResultSet:
        return
    yield from written_rows(form, COLUMNS, source, given, using=projects.db)


def _of_register(projects):
    found, given = compiled(projects, *_FOUND)
    lines, of_lines = compiled(
        Funding.objects.standing().of_organisations().order_by(), "project", "state", "amount", "qualifier"
    )
    results, of_results = _person_times()
    field = _field("field.name", "field.name_en")
    return _SOURCE.format(found=found, field=field, lines=lines, results=results), [*given, *of_lines, *of_results]


def _of_index(projects):
    found, given = compiled(projects, "id")
    results, of_results = _person_times()
    field = _once("found.fields", _field(_NAME, "({0}->>'en')"))
    return _INDEX.format(found=found, field=field, results=results), [*given, *of_results]


def _person_times():
    return compiled(Result.objects.approved().in_unit(PERSON_TIME).order_by(), "project", "actual")
