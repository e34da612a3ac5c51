"""The wall: what strangers find in the place of every table.

The schema `published` (registry/core/public_session.py) is made after the migrations from the table below, and is gone
while they run, since views stand in the way of changing columns. Snapshots are filled from the publications by a
trigger. Its form is kept as a digest in its comment: what has not changed is not made again.
"""

from dataclasses import dataclass
from functools import cache

from django.db import connection, models

from counties.models import Designation, Division, Posting, Succession
from orgs.models import Authority, Enterprise, FormerName, Membership, Organisation
from projects import models as own
from projects.listing.building import listing_of, refill_sql, triggers_of
from registry.core import models as core
from registry.core.made_schemas import make_schema
from registry.core.operations import only_adds
from registry.core.public_session import SCHEMA
from registry.core.sealing.guards import KNOWN_TRIGGERS
from registry.core.session_roles import ROLES

from .allowed import PARTS
from .pouring import insert_sql


@dataclass(frozen=True)
class Shown:
    """Rows of a table that fulfil `rows`, a condition in SQL on the row `t`, with the columns `only` and `MARKS`; all
    others hold nothing. Where `whole` is given, rows that do not fulfil it keep only `MARKS` and `always`."""

    rows: str = "true"
    only: tuple[str, ...] = ()
    whole: str = ""
    always: tuple[str, ...] = ()


_AS_OWNER = "SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp"
AS_IT_IS, NOTHING, SNAPSHOT, DERIVED = "as it is", "nothing", "snapshot", "derived"


def _among(column, values):
    words = ", ".join(f"'{value}'" for value in values)
    return f"t.{column} IN ({words})"


def _of(parent, column):
    return f"EXISTS (SELECT FROM {SCHEMA}.{parent._meta.db_table} p WHERE p.id = t.{column})"


def _named_in(*parts, column):
    """The row is named by a public entry, so that a party keeps its name."""
    tables = (f"SELECT p.{column} FROM {SCHEMA}.{part._meta.db_table} p" for part in parts)
    return f"t.id IN ({' UNION '.join(tables)})"


_WITHDRAWN = """EXISTS (SELECT FROM public.projects_publication w
    WHERE w.project_id = t.project_id AND w.kind = 'withdrawal' AND w.serial > t.serial)"""
_TOLD = "EXISTS (SELECT FROM public.projects_story s WHERE s.id = t.story_id AND s.status = 'published')"
MARKS = ("id", "version", "updated_at", "is_demo")
NAMES = ("name", "pinyin", "initials")
GIVERS = own.Participation, own.Funding

WALL = {
    # Snapshots of projects
    **{part.model: SNAPSHOT for part in PARTS},
    **dict.fromkeys((own.Listed, own.ListedRank, own.ListedCount, own.ListedGram), DERIVED),
    own.Publication: Shown(
        rows=f"(t.kind = 'withdrawal' OR {_of(own.Project, 'project_id')} AND NOT {_WITHDRAWN})",
        only=("project_id", "number", "serial", "kind", "note", "published_at", "content"),
    ),
    # Organisations
    Organisation: Shown(
        rows=f"({_among('status', Organisation.PUBLIC)} OR {_named_in(*GIVERS, column='organisation_id')})",
        only=(
            *NAMES, "name_en", "code", "name_basis", "kind", "is_chamber", "is_charity", "kind_basis", "authority_id",
            "level", "origin", "registered_basis", "certainty", "supervising_unit", "registered_on", "status",
            "merged_into_id",
        ),
    ),
    FormerName: Shown(rows=_of(Organisation, "organisation_id"), only=(*NAMES, "organisation_id", "sort", "until")),
    Enterprise: Shown(rows=_named_in(*GIVERS, column="enterprise_id"), only=(*NAMES, "code", "member_of_id")),
    Membership: NOTHING,
    # Needs, and of pledges only what reduces a need's gap, and whether what was promised was kept
    own.Need: Shown(
        rows=_among("status", own.Need.PUBLIC),
        only=(
            *NAMES, "number", "campaign_id", "county_id", "field_id", "place", "why", "urgency", "expires_on",
            "status", "published_at",
        ),
    ),
    own.Document: Shown(  # photographs of needs, of which a copy was drawn anew for everybody
        rows=f"(t.shown_id IS NOT NULL AND {_of(own.Need, 'need_id')})",
        only=("kind", "need_id", "shown_id", "shown_alt", "uploaded_at"),
    ),
    own.NeedItem: Shown(rows=_of(own.Need, "need_id"), only=("kind", "what", "amount", "quantity", "unit", "need_id")),
    own.Pledge: Shown(
        rows=f"({_among('status', own.Pledge.BINDING)} OR t.confirmed_at IS NOT NULL)",
        only=(
            "number", "organisation_id", "campaign_id", "need_id", "county_id", "field_id", "status", "project_id",
            "confirmed_at",
        ),
    ),
    own.PledgeItem: Shown(
        rows=_of(own.Pledge, "pledge_id"),
        only=("kind", "amount", "quantity", "unit", "pledge_id", "need_item_id", "origin"),
    ),
    own.Instalment: NOTHING,
    # What the bureau tells the public
    own.Event: Shown(
        rows="t.is_public",
        only=(
            *NAMES, "campaign_id", "kind", "starts_on", "ends_on", "date_note", "place", "division_id", "summary",
            "attendees", "attendees_qualifier", "is_public", "source", "status",
        ),
    ),
    own.Circular: Shown(
        rows="t.status = 'issued'",
        only=(
            "campaign_id", "kind", "title", "number", "period_from", "period_until", "as_of", "sender", "addressee",
            "copies", "dated_on", "rule", "text", "docx_id", "xlsx_id", "corrects_id", "explanation", "digest",
            "status", "issued_at",
        ),
    ),
    own.CircularPart: Shown(
        rows=_of(own.Circular, "circular_id"),
        only=("circular_id", "kind", "is_included", "position", "heading", "text"),
    ),
    own.CircularFigure: Shown(
        rows=_of(own.Circular, "circular_id"),
        only=(
            "circular_id", "code", "label", "value", "unit", "qualifier", "wording", "shown", "is_quoted", "rule",
            "position", "row_table", "row_ids",
        ),
    ),
    own.Commendation: Shown(
        rows=_among("status", own.Commendation.PUBLIC),
        only=(
            "campaign_id", "kind", "level", "title", "organisation_id", "project_id", "grounds", "notice_from",
            "notice_until", "status", "granted_at",
        ),
    ),
    own.Objection: Shown(
        only=("commendation_id", "receipt", "received_at", "status", "status_reason", "answered_at"),
    ),
    own.Story: Shown(
        rows="t.first_published_at IS NOT NULL",
        only=(*NAMES, "text", "quote", "said_by", "source", "published_at"),
        whole="t.status = 'published'",  # of a withdrawn one it is told that it is gone, and since when
        always=("project_id", "status", "status_at", "first_published_at"),
    ),
    own.StoryPhoto: Shown(
        rows=_TOLD,
        only=("story_id", "full_id", "card_id", "width", "height", "alt", "caption", "credit", "position"),
    ),
    own.StoryCorrection: Shown(rows=_TOLD, only=("story_id", "why", "corrected_at")),
    own.Statement: AS_IT_IS,
    # Reference data
    **dict.fromkeys(
        (
            Division, Succession, Designation, Authority, own.Field, own.Campaign, own.CampaignBureau, own.LampRule,
            core.CalendarDay, core.Blob, core.Attempt, core.Usage, core.Guess, core.Session, core.SignIn,
        ),
        AS_IT_IS,
    ),
    # Work in progress, people, messages, the trail
    **dict.fromkeys(
        (
            Posting, own.AgendaItem, own.Attendance, own.Chase, own.ChaseNotice, own.ChecklistTemplate,
            own.DataCheckNote, own.Decision, own.Difficulty, own.LedgerImport, own.LedgerRow,
            own.Measure, own.MonthlyReport, own.PaperWording, own.ProjectStep, own.ReportedMoney, own.ReportedResult,
            own.Signatory, own.StandardReason, own.TemplateStep, core.User, core.UserRole, core.Notice, core.Channels,
             core.Outgoing, core.SavedView, core.Job, core.Once, core.Change, core.Seal, core.Veil, core.Redaction,
             core.Token, core.Subscription, core.Delivery, core.Factor, core.FormerPassword, core.RecoveryCode,
        ),
        NOTHING,
    ),
}  # fmt: skip
"""{model: what strangers find in its place}. Whoever adds a model adds its line: a test asks for it."""


def shown_columns(model):
    """The columns of `model` that have their own values behind the wall; the others hold nothing."""
    entry = WALL[model]
    if isinstance(entry, Shown):
        return frozenset((*MARKS, *entry.only, *entry.always))
    every = frozenset(field.column for field in model._meta.concrete_fields)
    return every if entry == AS_IT_IS else frozenset()


def _nothing(field):
    """SQL for a value of the field's type that says nothing."""
    kind = field.db_type(connection)
    if field.null:
        return f"NULL::{kind}"
    base = field.target_field if field.is_relation else field
    for types, value in (
        ((models.CharField, models.TextField), "''"),
        (models.BooleanField, "false"),
        (models.DateTimeField, "'epoch'"),
        (models.DateField, "'epoch'"),
        (models.JSONField, "'{}'"),
        ((models.IntegerField, models.DecimalField), "0"),
    ):
        if isinstance(base, types):
            return f"{value}::{kind}"
    return f"NULL::{kind}"


def _column(model, field):
    """SQL for a column of a view: its own value, nothing, or the one or the other row by row."""
    entry, name = WALL[model], f'"{field.column}"'
    if field.column not in shown_columns(model):
        return f"{_nothing(field)} AS {name}"
    if not getattr(entry, "whole", "") or field.column in (*MARKS, *entry.always):
        return f"t.{name}"
    return f"CASE WHEN {entry.whole} THEN t.{name} ELSE {_nothing(field)} END AS {name}"


def _view(model, entry):
    table = model._meta.db_table
    listed = ", ".join(_column(model, field) for field in model._meta.concrete_fields)
    condition = "false" if entry == NOTHING else entry.rows
    return f"CREATE VIEW {SCHEMA}.{table} AS SELECT {listed} FROM public.{table} t WHERE {condition};"


def _snapshots():
    """Tables like the real ones, without their constraints: two entries of different days may contradict each other."""
    for part in PARTS:
        yield f"CREATE TABLE {SCHEMA}.{part.table} (LIKE public.{part.table});"
    tables = ", ".join(f"'{part.table}'" for part in PARTS)
    yield f"""
        DO $$ DECLARE found text; BEGIN
            FOR found IN SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename IN ({tables})
            LOOP
                EXECUTE replace(replace(found, 'CREATE UNIQUE', 'CREATE'), ' ON public.', ' ON {SCHEMA}.');
            END LOOP;
        END $$;"""


def _derived():
    """What is counted from the snapshots, as the register's own is from the register."""
    for model, entry in WALL.items():
        if entry == DERIVED:
            table, indexes = model._meta.db_table, ", ".join(index.name for index in model._meta.indexes)
            yield f"CREATE TABLE {SCHEMA}.{table} (LIKE public.{table} INCLUDING INDEXES INCLUDING IDENTITY);"
            yield f"/* of {indexes}: named, so that the schema is made anew when there is another */"


KNOWN_TRIGGERS |= triggers_of(SCHEMA)
KNOWN_TRIGGERS |= {(own.Publication._meta.db_table, name) for name in ("published_follow", "published_forget")}


def _triggers():
    publications = f"public.{own.Publication._meta.db_table}"
    gone = "\n".join(
        f"DELETE FROM {SCHEMA}.{part.table} WHERE {part.owner} IN (SELECT project_id FROM fresh);" for part in PARTS
    )
    come = "\n".join(insert_sql(part, f"{SCHEMA}.{part.table}", "fresh") for part in PARTS)
    derived = (model._meta.db_table for model, entry in WALL.items() if entry == DERIVED)
    emptied = ", ".join(f"{SCHEMA}.{table}" for table in (*(part.table for part in PARTS), *derived))
    yield f"""
        CREATE FUNCTION {SCHEMA}.follow() RETURNS trigger LANGUAGE plpgsql {_AS_OWNER} AS $$ BEGIN
            {gone} {come}
            PERFORM {SCHEMA}.relist_whole(ARRAY(SELECT DISTINCT project_id FROM fresh));
            RETURN NULL;
        END $$;
        CREATE TRIGGER published_follow AFTER INSERT ON {publications} REFERENCING NEW TABLE AS fresh
            FOR EACH STATEMENT EXECUTE FUNCTION {SCHEMA}.follow();
        ALTER TABLE {publications} ENABLE ALWAYS TRIGGER published_follow;
        CREATE FUNCTION {SCHEMA}.forget() RETURNS trigger LANGUAGE plpgsql {_AS_OWNER} AS $$ BEGIN
            TRUNCATE {emptied}; RETURN NULL;
        END $$;
        CREATE TRIGGER published_forget AFTER TRUNCATE ON {publications}
            FOR EACH STATEMENT EXECUTE FUNCTION {SCHEMA}.forget();
        ALTER TABLE {publications} ENABLE ALWAYS TRIGGER published_forget;"""


def _filling():
    last = f"""(SELECT DISTINCT ON (project_id) * FROM public.{own.Publication._meta.db_table}
        ORDER BY project_id, serial DESC)"""
    for part in PARTS:
        yield insert_sql(part, f"{SCHEMA}.{part.table}", last)
        yield f"ANALYZE {SCHEMA}.{part.table};"
    yield from (f"{statement};" for statement in refill_sql(SCHEMA))


def _rights():
    """Every role of sessions may read all that is behind the wall, where there are roles (projects/database/)."""
    names = ", ".join(f"'{role}'" for role in ROLES)
    yield f"""
        DO $$ DECLARE role text; BEGIN
            FOR role IN SELECT rolname FROM pg_roles WHERE rolname IN ({names}) LOOP
                EXECUTE format('GRANT USAGE ON SCHEMA {SCHEMA} TO %I', role);
                EXECUTE format('GRANT SELECT ON ALL TABLES IN SCHEMA {SCHEMA} TO %I', role);
            END LOOP;
        END $$;"""


@cache
def wall_sql():
    """All that makes the schema, as one text."""
    views = (_view(model, entry) for model, entry in WALL.items() if entry not in (AS_IT_IS, SNAPSHOT, DERIVED))
    parts = (*_snapshots(), *_derived(), *views, listing_of(SCHEMA), *_triggers(), *_filling(), *_rights())
    return "\n".join((f"CREATE SCHEMA {SCHEMA};", *parts))


def build_wall():
    """Make the schema anew where its form has changed. Does nothing while migrations are missing: until they have run,
    there is no schema, and strangers are shown nothing."""
    make_schema(SCHEMA, wall_sql())


def drop_wall():
    with connection.cursor() as cursor:
        cursor.execute(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE")


def before_migrations(*, plan, **_kwargs):
    """`pre_migrate` of this app."""
    if not only_adds(plan):
        drop_wall()


def after_migrations(**_kwargs):
    """`post_migrate` of this app, which is sent when all apps have migrated."""
    build_wall()
