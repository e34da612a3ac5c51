"""The cube's tables and functions, made after the migrations from the definitions of the figures.

While migrations run its triggers are gone, since they stand in the way of changing columns, and what was kept is
no more relied on. Its form is kept as a digest in the comment of its schema: where nothing has changed nothing is
made. Until it is filled the register itself is asked.
"""

from functools import cache

from django.db import connection

from registry.core.made_schemas import is_migrated, make_schema
from registry.core.session_roles import APP, READER

from .asking import CELL, GIVEN, NOTED, SHARE, SUMS, cells_sql, changes_sql, shares_sql
from .held import COLUMNS, GROUPINGS, HELD, SCHEMA, TYPES
from .noting import AS_OWNER, NEXT, noted_sql, triggers_sql

ALONE = "pg_advisory_xact_lock(hashtext('bangfu cube'))"
"""Who fills is alone with it: writers and readers do not ask for this lock."""

ANEW = 10_000
"""Noted projects from which on it is asked whether filling everything anew is less work."""

_BY_OWNER = f"{AS_OWNER} SET plan_cache_mode = force_custom_plan SET jit = off"
_OF_PLACES = {f"by_{code}": kind for code, kind in TYPES.items()}
_OF_SUMS = {one: "numeric" if one == "value" else "bigint" for one in SUMS}
_OF_SHARE = {"figure": "text", "project": "bigint", **_OF_PLACES, "thing": "bigint", **_OF_SUMS}
_OF_CELL = {"figure": "text", "grouped": "smallint", **_OF_PLACES, **_OF_SUMS}
_KEY = ", ".join(("figure", "grouped", *COLUMNS))


def _columns(kinds):
    return ", ".join(f"{column} {kind}" for column, kind in kinds.items())


def _tables():
    """`grouped`: by which dimensions; the others are null. `thing`: what is told apart; null for a sum of lines."""
    yield f"""
        CREATE SCHEMA {SCHEMA}; {"".join(noted_sql())}
        CREATE TABLE {SCHEMA}.state (number bigint);
        INSERT INTO {SCHEMA}.state VALUES (0); {NEXT}
        CREATE TABLE {SCHEMA}.share ({_columns(_OF_SHARE)});
        CREATE INDEX share_project ON {SCHEMA}.share (project);
        CREATE INDEX share_thing ON {SCHEMA}.share (thing, figure, by_county, by_field, by_year)
            WHERE thing IS NOT NULL;
        CREATE TABLE {SCHEMA}.cell ({_columns(_OF_CELL)});
        CREATE UNIQUE INDEX cell_key ON {SCHEMA}.cell ({_KEY}) NULLS NOT DISTINCT;"""


def _filling():
    """All is filled anew, or what the noted projects have changed is brought in: either is one statement over what it
    takes from the register, and one transaction."""
    share, cell = ", ".join(SHARE), ", ".join(CELL)
    added = ", ".join(f"{one} = kept.{one} + EXCLUDED.{one}" for one in SUMS)
    yield f"""
        CREATE FUNCTION {SCHEMA}.refill() RETURNS void {_BY_OWNER} AS $$ BEGIN
            PERFORM {ALONE};
            DELETE FROM {SCHEMA}.touched;
            DELETE FROM {SCHEMA}.share;
            INSERT INTO {SCHEMA}.share ({share}) SELECT {share} FROM ({shares_sql()}) fresh;
            DELETE FROM {SCHEMA}.cell;
            INSERT INTO {SCHEMA}.cell ({cell}) SELECT {cell} FROM ({cells_sql(GROUPINGS)}) counted;
            {NEXT}
            ANALYZE {SCHEMA}.share; ANALYZE {SCHEMA}.cell; ANALYZE {SCHEMA}.touched;
        END $$;
        CREATE FUNCTION {SCHEMA}.fold() RETURNS bigint {_BY_OWNER} AS $$
        DECLARE noted bigint; anew boolean; BEGIN
            IF NOT EXISTS (SELECT FROM {SCHEMA}.touched)
                OR obj_description('{SCHEMA}'::regnamespace, 'pg_namespace') IS NULL -- migrations are running
                OR NOT {ALONE.replace("pg_", "pg_try_")} THEN RETURN 0;
            END IF;
            SELECT count(*), EXISTS (SELECT FROM {SCHEMA}.touched WHERE project IS NULL) INTO noted, anew
                FROM {SCHEMA}.noted;
            IF anew OR noted > {ANEW} AND noted * 2 > (SELECT count(*) FROM public.projects_project) THEN
                PERFORM {SCHEMA}.refill();
                RETURN greatest(noted, 1);
            END IF;
            IF noted > 1000 THEN ANALYZE {SCHEMA}.touched; END IF;
            WITH {changes_sql(HELD, GROUPINGS)},
            left_out AS (
                DELETE FROM {SCHEMA}.share WHERE project = ANY ({NOTED})
            ),
            come AS (INSERT INTO {SCHEMA}.share ({share}) SELECT {share} FROM fresh),
            told AS (DELETE FROM {SCHEMA}.touched)
            INSERT INTO {SCHEMA}.cell AS kept ({cell}) SELECT {cell} FROM changes
            ON CONFLICT ({_KEY}) DO UPDATE SET {added};
            DELETE FROM {SCHEMA}.cell WHERE lines = 0 AND value = 0;
            {NEXT}
            RETURN noted;
        END $$;"""


def _reading():
    """What is asked while somebody waits, for a few projects: the plans are larger than the work, and are kept. Stable
    functions see what the statement sees that calls them."""
    asked = f"{AS_OWNER.replace('plpgsql', 'plpgsql STABLE')} SET plan_cache_mode = force_generic_plan SET jit = off"
    for code in HELD:
        each = ", ".join(f"{column}::{kind}" for column, kind in _OF_SHARE.items())
        yield f"""
            CREATE FUNCTION {SCHEMA}.{GIVEN}{code}(projects bigint[]) RETURNS SETOF {SCHEMA}.share {asked} AS $$ BEGIN
                RETURN QUERY SELECT {each} FROM ({shares_sql((code,), "whose = ANY (projects)")}) given;
            END $$;"""
    yield f"""
        CREATE FUNCTION {SCHEMA}.few(at_most int) RETURNS bigint[] {asked} AS $$
        DECLARE found bigint[]; BEGIN
            IF EXISTS (SELECT FROM {SCHEMA}.touched WHERE project IS NULL) THEN RETURN NULL; END IF;
            found := ARRAY(SELECT project FROM {SCHEMA}.noted LIMIT at_most + 1);
            RETURN CASE WHEN cardinality(found) <= at_most THEN found END;
        END $$;"""


def _rights():
    yield f"""
        REVOKE ALL ON ALL FUNCTIONS IN SCHEMA {SCHEMA} FROM PUBLIC;
        DO $$ DECLARE found text; told text; BEGIN
            FOR found IN SELECT rolname FROM pg_roles WHERE rolname IN ('{APP}', '{READER}') LOOP
                EXECUTE format('GRANT USAGE ON SCHEMA {SCHEMA} TO %I', found);
                EXECUTE format('GRANT SELECT ON ALL TABLES IN SCHEMA {SCHEMA} TO %I', found);
                FOR told IN SELECT oid::regprocedure FROM pg_proc WHERE pronamespace = '{SCHEMA}'::regnamespace
                    AND provolatile = 's'
                LOOP EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO %I', told, found); END LOOP;
                IF found = '{APP}' THEN
                    EXECUTE format('GRANT EXECUTE ON FUNCTION {SCHEMA}.fold() TO %I', found);
                END IF;
            END LOOP;
        END $$;"""


@cache
def cube_sql():
    """All that makes the cube, as one text."""
    return "\n".join((*_tables(), *_filling(), *_reading(), *triggers_sql(shares_sql()), *_rights()))


def build_cube():
    """Make the cube anew where its form has changed, and fill it. Does nothing while migrations are missing."""
    if not is_migrated():
        return
    make_schema(SCHEMA, f"{cube_sql()} INSERT INTO {SCHEMA}.touched DEFAULT VALUES;")
    with connection.cursor() as cursor:
        cursor.execute("\n".join(_rights()))
        cursor.execute(f"SELECT {SCHEMA}.fold()")


def before_migrations(*, plan, **_kwargs):
    """`pre_migrate` of this app. Whoever reads meanwhile finds that nothing kept is to be relied on."""
    if plan:
        with connection.cursor() as cursor:
            cursor.execute("SELECT to_regnamespace(%s) IS NOT NULL", [SCHEMA])
            if cursor.fetchone()[0]:
                cursor.execute(f"""
                    INSERT INTO {SCHEMA}.touched DEFAULT VALUES; COMMENT ON SCHEMA {SCHEMA} IS NULL;
                    DO $$ DECLARE found record; BEGIN
                        FOR found IN
                            SELECT t.tgname, t.tgrelid::regclass AS tab FROM pg_trigger t
                            JOIN pg_proc p ON p.oid = t.tgfoid WHERE p.pronamespace = '{SCHEMA}'::regnamespace
                        LOOP EXECUTE format('DROP TRIGGER %I ON %s', found.tgname, found.tab); END LOOP;
                    END $$;""")


def after_migrations(**_kwargs):
    """`post_migrate` of this app, after roles and rights were made."""
    build_cube()
