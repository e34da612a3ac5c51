"""Loading a complete data set: read, checked and written in one transaction."""

import time
from dataclasses import dataclass, field

from django.db import DatabaseError, connection

from orgs.models import Organisation
from projects.listing.filling import listed_at_the_end
from projects.models import Funding, Participation, Project, ProjectField, ProjectStep, Result, Site
from projects.publishing.contents import publish_loaded
from registry.core.loading import tell_the_planner
from registry.core.trail import acting

from . import rows
from .checks import RULES, cell_faults, code_faults, rule_faults
from .fields import WORDS, campaign_for, place_fields
from .inserting import set_search_keys
from .layout import FILES, ORGANISATIONS, PROJECTS
from .staging import Fault, Refused, read_file

NAMED = (ORGANISATIONS, PROJECTS)
WRITTEN = (Organisation, Project, ProjectField, Site, Participation, Funding, Result, ProjectStep)


@dataclass
class Loaded:
    """What was done: (what, rows, seconds) in order; and projects whose stated amount is not that of their lines."""

    campaign: str = ""
    parts: list[tuple[str, int, float]] = field(default_factory=list)
    amounts_apart: int = 0

    def timed(self, what, work, *args, **kwargs):
        start = time.perf_counter()
        count = work(*args, **kwargs)
        self.parts.append((what, count, time.perf_counter() - start))


def load(folder, *, campaign="", visibility=Project.Visibility.INTERNAL, check_codes=True):
    """Load the data set in `folder` (a Path); returns `Loaded`. Raises Refused, and nothing is written then."""
    loaded = Loaded()
    try:
        with acting(by=None, action="dataset.load"), connection.cursor() as cursor:
            _read(cursor, loaded, folder)
            loaded.timed("checks", _check, cursor, check_codes)
            of = campaign_for(cursor, campaign)
            place_fields(cursor, of)
            loaded.campaign = of.code
            loaded.timed("pinyin", _set_search_keys, cursor)
            with listed_at_the_end():
                _write(cursor, loaded, campaign_id=of.pk, visibility=visibility, source=f"dataset {folder.name}"[:200])
            loaded.amounts_apart = _amounts_apart(cursor)
            loaded.timed("references", _settle, cursor)
            loaded.timed("publications", publish_loaded, Project.objects.all())
            tell_the_planner()
    except DatabaseError as error:
        message = str(error).strip().splitlines()[0]
        raise Refused([Fault(str(folder), message)]) from error
    return loaded


def _read(cursor, loaded, folder):
    for file in FILES:
        loaded.timed(file.path, read_file, cursor, folder, file)
        cursor.execute(
            f"CREATE INDEX ON {file.table} (id)" if file.keys_of else f"CREATE INDEX ON {file.table} (project_id)"
        )
        cursor.execute(f"ANALYZE {file.table}")


def _check(cursor, check_codes):
    """Cells first: what spans rows and files is asked only of cells that can be read."""
    for found in (
        [cell_faults(cursor, file) for file in FILES],
        [rule_faults(cursor, rule) for rule in RULES] + ([code_faults(cursor)] if check_codes else []),
    ):
        faults = [fault for part, _more in found for fault in part]
        if faults:
            raise Refused(faults, sum(more for _part, more in found))
    return len(RULES)


def _set_search_keys(cursor):
    for file in NAMED:
        set_search_keys(cursor, file.table)
    return len(NAMED)


def _write(cursor, loaded, **project):
    for model, work, constants in (
        (Organisation, rows.insert_organisations, {}),
        (Project, rows.insert_projects, project),
        (ProjectField, rows.insert_fields, {}),
        (Site, rows.insert_sites, {}),
        (Participation, rows.insert_parties, {}),
        (Funding, rows.insert_funding, {}),
        (Result, rows.insert_results, {}),
        (ProjectStep, rows.insert_steps, {}),
    ):
        loaded.timed(model._meta.db_table, work, cursor, **constants)


def _settle(cursor):
    """Check what is checked at the commit now, where a refusal can still be told, and let the planner know."""
    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    staging = [file.table for file in FILES] + [f"{file.table}_keys" for file in NAMED] + [WORDS]
    cursor.execute(f"DROP TABLE {', '.join(staging)}")
    for model in WRITTEN:
        cursor.execute(f"ANALYZE {model._meta.db_table}")
    return len(WRITTEN)


def _amounts_apart(cursor):
    cursor.execute(
        """
        SELECT count(*) FROM dataset_projects p JOIN (
            SELECT project_id, sum(amount::numeric) FILTER (WHERE kind = '到位') AS received,
                   sum(amount::numeric) FILTER (WHERE kind = '承诺') AS committed
            FROM dataset_funding_lines GROUP BY project_id
        ) lines ON lines.project_id = p.id
        WHERE p.amount::numeric NOT IN (coalesce(received, committed, 0), coalesce(committed, received, 0))
        """
    )
    return cursor.fetchone()[0]
