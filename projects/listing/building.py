"""Functions and triggers that keep the index in step, made after the migrations from `definition.py`.

Each statement that writes hands the projects that it touched to `relist`, which makes their rows anew. Functions stand
in a schema of their own, `listing`, or for what strangers find in `published`; they run with the rights of the tables'
owner. Their form is kept as a digest in the schema's comment: where it has changed, they are made and the index is
filled again. A migration that renames what the index reads drops the schema first.
"""

from functools import cache

from counties.models import Division
from orgs.models import Enterprise, FormerName, Organisation
from projects.models import (
    Campaign,
    Field,
    Funding,
    Listed,
    ListedCount,
    ListedGram,
    ListedRank,
    Participation,
    Project,
    ProjectField,
    Site,
)
from registry.core.made_schemas import make_schema
from registry.core.sealing.guards import KNOWN_TRIGGERS
from registry.core.session_roles import APP

from .definition import COLUMNS, cells_sql, listing_sql, ranks_sql, spelt_sql

SCHEMA, PUBLIC = "listing", "public"
LATER = "bangfu.listing"
"""While this setting of a session is `later`, triggers only note the projects that they touch: see `filling.py`."""

_IS_LATER = f"current_setting('{LATER}', true) = 'later'"

_TABLES = tuple(model._meta.db_table for model in (Listed, ListedRank, ListedCount, ListedGram))
_CELL = "county, field, year, stage"
_RANK = "kind, amount_falling, project_id"
_FEW = 20
"""So many projects are made anew by a plan that is kept; more are planned for, lest a plan for few be used for all."""

_SIDE_BY_SIDE = "ORDER BY left(sort, -length(' s' || stage)), amount_falling DESC, id DESC"
"""Projects of one county, field and year are mostly asked for together, largest first. Those that come at once are set
side by side in this order, so that a page of them is read from a few blocks instead of one block each."""

_BEFORE, _BEFORE_MANY = "64kB", "16MB"
"""How much may stand before a GIN index, unsorted, for all who search to read through: next to nothing, but for the
moment in which many projects are taken up. Each of their 260,000 words set in by itself takes five times as long."""

_THE_SAME = "EXCEPT SELECT id, words, sign FROM fresh JOIN known USING (id, words), unnest(ARRAY[1, -1]) sign"

_PARTIES = "SELECT t.project_id FROM projects_participation t WHERE t."
_SITES = "SELECT s.project_id FROM projects_site s JOIN counties_division d ON d.id = s.division_id WHERE "

OWN = {
    Project: ("id", "number", "name", "pinyin", "initials", "year", "stage", "left_stage", "campaign_id"),
    ProjectField: ("project_id", "id", "field_id", "scheme", "is_primary"),
    Site: ("project_id", "id", "division_id"),
    Participation: ("project_id", "id", "organisation_id", "enterprise_id", "role"),
    Funding: ("project_id", "id", "state", "origin", "amount", "qualifier", "voided_at"),
}
"""{model: its columns that the index reads}, the first of which names the project."""

NAMED = {
    Organisation: (("id", "name", "name_en", "code", "pinyin", "initials"), f"{_PARTIES}organisation_id"),
    FormerName: (("organisation_id", "id", "name", "pinyin", "initials"), f"{_PARTIES}organisation_id"),
    Enterprise: (("id", "name", "pinyin", "initials"), f"{_PARTIES}enterprise_id"),
    Division: (("id", "code", "name", "name_en", "home_id", "valid_to"), f"{_SITES}d.id = ANY($1) OR d.home_id"),
    Field: (
        ("id", "code", "name", "name_en", "position"),
        "SELECT project_id FROM projects_projectfield t WHERE field_id",
    ),
    Campaign: (("id", "scheme"), "SELECT p.id FROM projects_project p WHERE p.campaign_id"),
}
"""{model: (its columns that the index reads, SQL for the projects that name the first one)}."""

REFERENCE = (Division, Field, Campaign)
"""Edited so rarely that whoever edits waits for all who are just making rows, and they for who edits: a row that is not
committed yet may name what is edited, and nobody else sees it. Organisations are edited all the time: see `_own`."""

_ROWS_MADE = "hashtext('bangfu listing')"
"""Asked for before any lock of a row of the index: nobody who holds one ever waits for who edits a reference. The order
of all locks is told in docs/writers-at-once.md."""


def _as_owner(schema):
    path = "pg_catalog, public, pg_temp" if schema == SCHEMA else f"pg_catalog, {schema}, public, pg_temp"
    return f"SECURITY DEFINER SET search_path = {path}"


def tables(schema):
    """The index, the places of its rows and its two tables of numbers, named with their schema."""
    home = PUBLIC if schema == SCHEMA else schema
    return [f"{home}.{table}" for table in _TABLES]


def _sorted_in(listed):
    """What is to be selected so that all that stands before the GIN indexes of a table comes into them, sorted."""
    return f"""count(gin_clean_pending_list(i.indexrelid)) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
                JOIN pg_am a ON a.oid = c.relam WHERE a.amname = 'gin' AND i.indrelid = '{listed}'::regclass"""


def _drawn_together(table, columns):
    return f"""
                WITH old AS (DELETE FROM {table} RETURNING *)
                INSERT INTO {table} ({columns}, number)
                SELECT {columns}, sum(number) FROM old GROUP BY {columns} HAVING sum(number) <> 0;"""


def _relist(schema):
    listed, ranks, counts, grams = tables(schema)
    changed = ", ".join(f"{column} = EXCLUDED.{column}" for column in COLUMNS if column != "id")
    was, now = (", ".join(f"{whose}.{column}" for column in COLUMNS) for whose in ("kept", "EXCLUDED"))
    both = "(SELECT {0}, 1 AS sign FROM fresh UNION ALL SELECT {0}, -1 FROM known)"
    cells, spelt = cells_sql(both.format("keys, year, stage")), spelt_sql(f"({both.format('id, words')} {_THE_SAME})")
    ranked = ranks_sql(both.format("id, keys, amount_falling"))
    ranked = f"SELECT {_RANK}, sum(sign) AS sign FROM ({ranked}) ranked ({_RANK}, sign) GROUP BY {_RANK}"
    spelt = f"SELECT gram, sum(sign) FROM ({spelt}) spelt GROUP BY gram HAVING sum(sign) <> 0"
    statement = f"""
        WITH fresh AS MATERIALIZED ({listing_sql("projects_project.id = ANY ($1)")}),
        known AS MATERIALIZED (SELECT ctid AS place, id, keys, year, stage, words, amount_falling
            FROM {listed} WHERE id = ANY ($1)),
        gone AS (
            DELETE FROM {listed}
            WHERE ctid = ANY (ARRAY(SELECT place FROM known WHERE id NOT IN (SELECT id FROM fresh)))
        ),
        put AS (
            INSERT INTO {listed} AS kept SELECT * FROM fresh {_SIDE_BY_SIDE}
            ON CONFLICT (id) DO UPDATE SET {changed} WHERE ({was}) IS DISTINCT FROM ({now})
        ),
        ranked AS MATERIALIZED ({ranked}),
        unranked AS (DELETE FROM {ranks} WHERE ({_RANK}) IN (SELECT {_RANK} FROM ranked WHERE sign < 0)),
        placed AS (
            INSERT INTO {ranks} ({_RANK}) SELECT {_RANK} FROM ranked WHERE sign > 0 ORDER BY {_RANK}
            ON CONFLICT DO NOTHING
        ),
        spelt AS (
            INSERT INTO {grams} (gram, number) {spelt}
        )
        INSERT INTO {counts} ({_CELL}, number)
        SELECT county, field, year, stage, sum(sign) FROM ({cells}) cells GROUP BY 1, 2, 3, 4 HAVING sum(sign) <> 0"""
    note = f"IF {_IS_LATER} THEN INSERT INTO {schema}.later SELECT unnest(touched); RETURN; END IF;"
    # Rows are locked before they are made: what is read is then what the last writer of the same project left. The plan
    # for few is kept whatever they are: it takes longer to make than to follow. What goes is named by its place: by id,
    # where the table was empty a moment ago, PostgreSQL may look for each in an index that only ends with it.
    yield f"""
        CREATE FUNCTION {schema}.relist(touched bigint[]) RETURNS void LANGUAGE plpgsql {_as_owner(schema)}
            SET plan_cache_mode = force_generic_plan SET gin_pending_list_limit = '{_BEFORE}' AS $listing$
        BEGIN
            IF touched IS NULL THEN RETURN; END IF;
            {note if schema == SCHEMA else ""}
            PERFORM pg_advisory_xact_lock_shared({_ROWS_MADE});
            PERFORM FROM {listed} WHERE id = ANY (touched) ORDER BY id FOR NO KEY UPDATE;
            IF cardinality(touched) <= {_FEW} THEN
                {statement.replace("$1", "touched")};
            ELSE
                PERFORM set_config('gin_pending_list_limit', '{_BEFORE_MANY}', true);
                EXECUTE $statement${statement}$statement$ USING touched;
                PERFORM {_sorted_in(listed)};
            END IF;
            IF random() < 0.002 AND pg_try_advisory_xact_lock(hashtext('{counts}')) THEN
{_drawn_together(counts, _CELL)} {_drawn_together(grams, "gram")}
            END IF;
        END $listing$;"""


_HANDED = {
    "INSERT": "NEW TABLE AS fresh",
    "UPDATE": "OLD TABLE AS gone NEW TABLE AS fresh",
    "DELETE": "OLD TABLE AS gone",
}


def _followed(model):
    """What is followed of a table: of what projects name only changes, since nobody names what is new or may go."""
    return ("UPDATE",) if model in NAMED and model is not FormerName else tuple(_HANDED)


def _follow(schema, model, columns, touched):
    """The trigger function of one table and its triggers: `touched` is SQL that makes `keys`, an array of the first of
    the columns in rows that came, went or changed, into an array of projects."""
    listed, name = ", ".join(columns), f"{schema}.follow_{model._meta.db_table}"
    fresh, gone = f"SELECT {listed} FROM fresh", f"SELECT {listed} FROM gone"
    yield f"""
        CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql {_as_owner(schema)} AS $listing$
        DECLARE keys bigint[];
        BEGIN
            IF TG_OP = 'INSERT' THEN SELECT array_agg(DISTINCT {columns[0]}) INTO keys FROM fresh;
            ELSIF TG_OP = 'DELETE' THEN SELECT array_agg(DISTINCT {columns[0]}) INTO keys FROM gone;
            ELSE
                SELECT array_agg(DISTINCT {columns[0]}) INTO keys
                FROM (({fresh} EXCEPT {gone}) UNION ALL ({gone} EXCEPT {fresh})) changed;
            END IF;
            IF keys IS NULL THEN RETURN NULL; END IF;
            {touched}
            RETURN NULL;
        END $listing$;"""
    for operation in _followed(model):
        trigger = f"{schema}_{operation.lower()}"
        yield f"""
            CREATE TRIGGER {trigger} AFTER {operation} ON public.{model._meta.db_table} REFERENCING {_HANDED[operation]}
                FOR EACH STATEMENT EXECUTE FUNCTION {name}();
            ALTER TABLE public.{model._meta.db_table} ENABLE ALWAYS TRIGGER {trigger};"""


def _own(schema):
    """Of the rows of a project, which is held before anything of the index, as its actions do: what asks for it at the
    commit comes too late. A new party is held until the end, so that its name stays what was read of it."""
    for model, columns in OWN.items():
        held = ""
        if model is not Project:
            held = "PERFORM FROM projects_project WHERE id = ANY (keys) ORDER BY id FOR NO KEY UPDATE;"
        if model is Participation:
            named = "SELECT project_id, {column} FROM"
            held += f"""
                IF {_IS_LATER} IS NOT TRUE THEN
                    IF TG_OP = 'INSERT' THEN {_held(f"{named} fresh")}
                    ELSIF TG_OP = 'UPDATE' THEN {_held(f"{named} fresh EXCEPT {named} gone")} END IF;
                END IF;"""
        yield from _follow(schema, model, columns, f"{held} PERFORM {schema}.relist(keys);")


def _held(named):
    """Statements that hold the organisations and companies of `named`, a SELECT of (project, `column`): whoever renames
    one does not see yet that this project names it. Where he does, he waits for the project's row of the index."""
    return " ".join(
        f"PERFORM FROM public.{model._meta.db_table} WHERE id IN (SELECT named.key FROM ({named.format(column=column)})"
        " named (project, key)) ORDER BY id FOR SHARE;"
        for model, column in ((Organisation, "organisation_id"), (Enterprise, "enterprise_id"))
    )


def _relist_whole(schema):
    """For projects whose parties come all at once, followed by no trigger."""
    parties = "SELECT project_id, {column} FROM projects_participation WHERE project_id = ANY (touched)"
    yield f"""
        CREATE FUNCTION {schema}.relist_whole(touched bigint[]) RETURNS void LANGUAGE plpgsql {_as_owner(schema)}
            AS $listing$ BEGIN
            {_held(parties)}
            PERFORM {schema}.relist(touched);
        END $listing$;"""


def _named(schema):
    for model, (columns, projects) in NAMED.items():
        touched = f"""
            EXECUTE 'SELECT array_agg(DISTINCT project_id) FROM ({projects} = ANY ($1)) named (project_id)'
                INTO keys USING keys;
            PERFORM {schema}.relist(keys);"""
        if model is FormerName:  # the organisation itself is not changed by it, and a new party holds that
            touched = f"PERFORM FROM orgs_organisation WHERE id = ANY (keys) ORDER BY id FOR NO KEY UPDATE; {touched}"
        yield from _follow(schema, model, columns, touched)


def _edited(schema):
    """Whoever edits a reference is alone with the index before any row is locked, of the reference or of the index: the
    wait is over before there is anything that another could wait for."""
    yield f"""
        CREATE FUNCTION {schema}.alone() RETURNS trigger LANGUAGE plpgsql {_as_owner(schema)} AS $listing$ BEGIN
            PERFORM pg_advisory_xact_lock({_ROWS_MADE}); RETURN NULL;
        END $listing$;"""
    for model in REFERENCE:
        table, columns = f"public.{model._meta.db_table}", ", ".join(NAMED[model][0])
        yield f"""
            CREATE TRIGGER {schema}_edited BEFORE UPDATE OF {columns} ON {table}
                FOR EACH STATEMENT EXECUTE FUNCTION {schema}.alone();
            ALTER TABLE {table} ENABLE ALWAYS TRIGGER {schema}_edited;"""


def _recount(schema):
    """The index as the register, or what is public, has it now: for the filling, and for the check."""
    cells = cells_sql(f"(SELECT keys, year, stage, 1 AS sign FROM {schema}.recount())")
    spelt = spelt_sql(f"(SELECT words, 1 AS sign FROM {schema}.recount())")
    ranked = ranks_sql(f"(SELECT id, keys, amount_falling, 1 AS sign FROM {schema}.recount())")
    yield f"""
        CREATE FUNCTION {schema}.recount() RETURNS SETOF public.{_TABLES[0]} LANGUAGE sql STABLE {_as_owner(schema)}
            AS $listing${listing_sql()}$listing$;
        CREATE FUNCTION {schema}.recount_ranks()
            RETURNS TABLE (kind text, amount_falling numeric, project_id bigint) LANGUAGE sql STABLE
            {_as_owner(schema)} AS $listing$
                SELECT {_RANK} FROM ({ranked}) ranked ({_RANK}, sign)
            $listing$;
        CREATE FUNCTION {schema}.recount_counts()
            RETURNS TABLE (county text, field text, year int, stage text, number bigint) LANGUAGE sql STABLE
            {_as_owner(schema)} AS $listing$
                SELECT county, field, year, stage, sum(sign) FROM ({cells}) cells GROUP BY 1, 2, 3, 4
            $listing$;
        CREATE FUNCTION {schema}.recount_grams() RETURNS TABLE (gram text, number bigint) LANGUAGE sql STABLE
            {_as_owner(schema)} AS $listing$
                SELECT gram, sum(sign) FROM ({spelt}) spelt GROUP BY 1
            $listing$;"""


def refill_sql(schema):
    """Statements that fill the four tables anew."""
    listed, ranks, counts, grams = tables(schema)
    return (
        f"DELETE FROM {listed}",
        f"INSERT INTO {listed} SELECT * FROM {schema}.recount() {_SIDE_BY_SIDE}",
        f"DELETE FROM {ranks}",
        f"""INSERT INTO {ranks} ({_RANK}) SELECT {_RANK}
            FROM ({ranks_sql(f"(SELECT *, 1 AS sign FROM {listed})")}) ranked ({_RANK}, sign)""",
        f"DELETE FROM {counts}",
        f"""INSERT INTO {counts} ({_CELL}, number) SELECT county, field, year, stage, sum(sign)
            FROM ({cells_sql(f"(SELECT keys, year, stage, 1 AS sign FROM {listed})")}) cells GROUP BY 1, 2, 3, 4""",
        f"DELETE FROM {grams}",
        f"""INSERT INTO {grams} (gram, number) SELECT gram, sum(sign)
            FROM ({spelt_sql(f"(SELECT words, 1 AS sign FROM {listed})")}) spelt GROUP BY 1""",
        f"SELECT {_sorted_in(listed)}",
        f"ANALYZE {listed}, {ranks}, {counts}, {grams}",
    )


def _later(schema):
    """What was noted of projects: notes are made and taken by the same transaction, so that nobody else sees any."""
    yield f"""
        CREATE TABLE {schema}.later (project bigint NOT NULL);
        CREATE FUNCTION {schema}.catch_up() RETURNS void LANGUAGE plpgsql {_as_owner(schema)} AS $listing$
        DECLARE keys bigint[];
        BEGIN
            PERFORM set_config('{LATER}', '', true);
            WITH taken AS (DELETE FROM {schema}.later RETURNING project)
            SELECT array_agg(DISTINCT project) INTO keys FROM taken;
            PERFORM {schema}.relist_whole(keys);
        END $listing$;"""


def _emptied(schema):
    yield f"""
        CREATE FUNCTION {schema}.empty() RETURNS trigger LANGUAGE plpgsql {_as_owner(schema)} AS $listing$ BEGIN
            {" ".join(f"DELETE FROM {table};" for table in tables(schema))} RETURN NULL;
        END $listing$;
        CREATE TRIGGER {schema}_truncate AFTER TRUNCATE ON public.projects_project
            FOR EACH STATEMENT EXECUTE FUNCTION {schema}.empty();
        ALTER TABLE public.projects_project ENABLE ALWAYS TRIGGER {schema}_truncate;"""


@cache
def listing_of_register():
    """All that makes, keeps and fills the index of the register, as one text."""
    parts = (_later, _relist, _relist_whole, _recount, _own, _named, _edited, _emptied)
    kept = "\n".join(text for part in parts for text in part(SCHEMA))
    filling = (f"{part};" for part in refill_sql(SCHEMA))
    return "\n".join((f"CREATE SCHEMA {SCHEMA};", kept, *filling, _rights()))


def listing_of(schema):
    """The same for tables of the same names in another schema, whose own rows are handed to `relist` by whoever writes
    them: the index there follows names of the register."""
    return "\n".join(text for part in (_relist, _relist_whole, _recount, _named) for text in part(schema))


def triggers_of(schema):
    """{(table, trigger)} of those that are made here."""
    models = (*OWN, *NAMED) if schema == SCHEMA else NAMED
    found = {(one._meta.db_table, f"{schema}_{word.lower()}") for one in models for word in _followed(one)}
    if schema != SCHEMA:
        return found
    edited = {(model._meta.db_table, f"{schema}_edited") for model in REFERENCE}
    return found | edited | {(Project._meta.db_table, f"{schema}_truncate")}


KNOWN_TRIGGERS |= triggers_of(SCHEMA)


def _rights():
    """Who writes the register may have rows made anew (`filling.py`); nobody else reaches the functions."""
    return f"""
        DO $$ BEGIN
            IF EXISTS (SELECT FROM pg_roles WHERE rolname = '{APP}') THEN
                EXECUTE 'GRANT USAGE ON SCHEMA {SCHEMA} TO {APP}';
            END IF;
        END $$;"""


def build_listing():
    """Make functions and triggers anew, and fill the index, where their form has changed. Does nothing while migrations
    are missing."""
    make_schema(SCHEMA, listing_of_register())


def after_migrations(**_kwargs):
    """`post_migrate` of this app, before the walls are built."""
    build_listing()
