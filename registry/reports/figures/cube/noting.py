"""How a change is noted: which projects it concerns, by triggers that add a line each and count nothing."""

from counties.models import Designation, Division
from orgs.models import Organisation
from projects.models import Campaign, Field, Funding, Participation, Project, ProjectField, Result, Site
from registry.core.sealing.guards import KNOWN_TRIGGERS
from registry.core.triggers import FIXED_PATH

from .held import SCHEMA

AS_OWNER = f"LANGUAGE plpgsql SECURITY DEFINER SET search_path = {FIXED_PATH}"

_SITES = "public.projects_site s JOIN public.counties_division d ON d.id = s.division_id"
OF_PROJECTS = {
    Project: "id",
    **dict.fromkeys((ProjectField, Site, Participation, Funding, Result), "project_id"),
}
"""{model: the column that names its project}"""

BY_OTHERS = {
    Project: {"phase": ("id",)},
    Campaign: {"campaign": ("id",)},
    Organisation: {"party": ("id",)},
    Division: {"site": ("id",), "home": ("id", "home_id")},
    Designation: {"designated": ("division_id",)},
}
"""{model: {way: columns of a changed row that are noted as its keys}}. Which projects find the row by that way is asked
by who reads: whoever comes to name it in a transaction that the one who changes it does not see would be missed here,
and be folded already when the change is there. Whoever points to a row is noted by the change of its own, so that a row
which comes or goes concerns nobody else; but for a designation, to which nothing points."""

_WAYS = {
    "phase": "SELECT p.id FROM public.projects_project p WHERE p.continues_id = t.key",
    "campaign": "SELECT p.id FROM public.projects_project p WHERE p.campaign_id = t.key",
    "party": "SELECT p.project_id FROM public.projects_participation p WHERE p.organisation_id = t.key",
    "site": "SELECT s.project_id FROM public.projects_site s WHERE s.division_id = t.key",
    "home": f"SELECT s.project_id FROM {_SITES} WHERE d.home_id = t.key",
    "designated": f"""SELECT s.project_id FROM {_SITES}
        JOIN public.counties_division o ON o.home_id = d.home_id WHERE o.id = t.key""",
}
"""{way: SELECT of the projects that find by it the row with the key `t.key`}"""

NEXT = f"""UPDATE {SCHEMA}.state
    SET number = greatest(number + 1, (extract(epoch FROM clock_timestamp()) * 1000000)::bigint);"""
"""Gives the next number, greater than any before, also than those of a cube that was made anew since."""

NAMED = (Division, Designation, Campaign, Field)
"""Models whose rows stand as cells beside figures: what they are called, and which there are. Their change counts no
project anew, and makes a new version of the answers."""

NO_PROJECT = 0
_NAMES = ("come", "gone", "changed", "emptied", "named")
KNOWN_TRIGGERS |= {
    (model._meta.db_table, f"figures_{name}") for model in (*OF_PROJECTS, *BY_OTHERS, *NAMED) for name in _NAMES
}
_NOTE = f"INSERT INTO {SCHEMA}.touched (project, way, key)"


def noted_sql():
    """The table of notes, and a view of the projects that they concern, each once."""
    found = " UNION ".join(
        f"SELECT found.id FROM {SCHEMA}.touched t CROSS JOIN LATERAL ({sql}) found (id) WHERE t.way = '{way}'"
        for way, sql in _WAYS.items()
    )
    yield f"""
        CREATE TABLE {SCHEMA}.touched (project bigint, way text, key bigint);
        CREATE VIEW {SCHEMA}.noted (project) AS
            SELECT project FROM {SCHEMA}.touched WHERE project IS NOT NULL UNION {found};"""


def watched(model, sql):
    """The columns of `model` that `sql` names. One of the same name elsewhere is watched in vain, none is missed."""
    return [one.column for one in model._meta.concrete_fields if f'"{one.column}"' in sql and not one.primary_key]


def triggers_sql(sql):
    """The triggers for figures that are counted by `sql`, with the functions that they run."""
    for model in OF_PROJECTS | BY_OTHERS:
        yield from _of_model(model, watched(model, sql))
    for model in NAMED:
        yield from _made(model, "named", "INSERT OR UPDATE OR DELETE", f"{_NOTE} VALUES ({NO_PROJECT}, NULL, NULL);")


def _of_model(model, columns):
    own = OF_PROJECTS.get(model)
    if own:
        note = f"{_NOTE} SELECT DISTINCT {own}, NULL, NULL::bigint FROM noted;"
        yield from _made(model, "come", "INSERT", note, "REFERENCING NEW TABLE AS noted FOR EACH STATEMENT")
        yield from _made(model, "gone", "DELETE", note, "REFERENCING OLD TABLE AS noted FOR EACH STATEMENT")
    if model is Designation:
        yield from _made(model, "come", "INSERT", f"{_NOTE} {_concerned(model, 'NEW')};", "FOR EACH ROW")
        yield from _made(model, "gone", "DELETE", f"{_NOTE} {_concerned(model, 'OLD')};", "FOR EACH ROW")
    before, after = (", ".join(f"{row}.{one}" for one in columns) for row in ("OLD", "NEW"))
    note = f"{_NOTE} {_concerned(model, 'OLD')} UNION {_concerned(model, 'NEW')};"
    yield from _made(model, "changed", "UPDATE", note, f"FOR EACH ROW WHEN (({before}) IS DISTINCT FROM ({after}))")
    # Together with the projects it leaves nothing that was to be counted anew.
    note = f"{_NOTE} SELECT NULL, NULL, NULL WHERE EXISTS (SELECT FROM public.{Project._meta.db_table});"
    if model is Project:
        note = f"TRUNCATE {SCHEMA}.touched, {SCHEMA}.share, {SCHEMA}.cell; {NEXT}"
    yield from _made(model, "emptied", "TRUNCATE", note)


def _concerned(model, row):
    own = [f"SELECT {row}.{OF_PROJECTS[model]}, NULL, NULL::bigint"] if model in OF_PROJECTS else []
    others = [
        f"SELECT {NO_PROJECT}, '{way}', {row}.{column} WHERE {row}.{column} IS NOT NULL"
        for way, columns in BY_OTHERS.get(model, {}).items()
        for column in columns
    ]
    return " UNION ".join(own + others)


def _made(model, name, operation, note, level="FOR EACH STATEMENT"):
    table, trigger = model._meta.db_table, f"figures_{name}"
    function = f"{SCHEMA}.{name}_{table}()"
    yield f"""
        CREATE FUNCTION {function} RETURNS trigger {AS_OWNER} AS $$ BEGIN {note} RETURN NULL; END $$;
        CREATE TRIGGER {trigger} AFTER {operation} ON public.{table} {level} EXECUTE FUNCTION {function};
        ALTER TABLE public.{table} ENABLE ALWAYS TRIGGER {trigger};"""
