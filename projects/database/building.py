"""Roles, rights and policies, made after the migrations and gone while they run: a policy stands in the way of changing
the columns that it reads. Their form is kept as a digest in the comment of the schema `scope`."""

from pathlib import Path

from django.apps import apps
from django.db import connection

from orgs.models import Organisation
from projects.listing.building import SCHEMA as LISTING
from registry.core.embedded.server import WEB
from registry.core.made_schemas import digest_of, is_migrated
from registry.core.operations import only_adds
from registry.core.public_session import SCHEMA
from registry.core.session_roles import APP, MEMBER, READER, ROLES
from registry.core.triggers import FIXED_PATH

from .document import SCHEMA as DOCUMENT
from .rights import rights
from .rows import SEEN, condition

_SCOPE = Path(__file__).with_name("scope.sql")
_EVERYBODY = ", ".join(ROLES)
_PLAIN = ("bangfu_touch", "bangfu_refuse")
"""Trigger functions that read nothing but their own row. All others run with the rights of the tables' owner: what they
sum or record must not depend on who asks."""

_DEFINERS = f"""
    DO $$ DECLARE made record; BEGIN
        FOR made IN
            SELECT p.oid::regprocedure AS name FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
            WHERE n.nspname = 'public' AND p.prorettype = 'trigger'::regtype AND p.proname <> ALL (ARRAY{list(_PLAIN)})
            AND p.proowner = current_user::regrole
        LOOP
            EXECUTE format('ALTER FUNCTION %s SECURITY DEFINER', made.name);
            EXECUTE format('ALTER FUNCTION %s SET search_path = {FIXED_PATH}', made.name);
            EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', made.name);
            EXECUTE format('COMMENT ON FUNCTION %s IS %L', made.name, md5(pg_get_functiondef(made.name)));
        END LOOP;
    END $$;"""

_POLICIES_GONE = """
    DO $$ DECLARE found record; BEGIN
        FOR found IN SELECT policyname, schemaname, tablename FROM pg_policies WHERE schemaname = 'public' LOOP
            EXECUTE format('DROP POLICY %I ON %I.%I', found.policyname, found.schemaname, found.tablename);
        END LOOP;
    END $$;"""

_POLICIES_MARKED = """
    DO $$ DECLARE found record; BEGIN
        FOR found IN
            SELECT polname, polrelid::regclass AS tab, md5(pg_get_expr(polqual, polrelid)) AS form FROM pg_policy
        LOOP
            EXECUTE format('COMMENT ON POLICY %I ON %s IS %L', found.polname, found.tab, found.form);
        END LOOP;
    END $$;"""


def roles_sql(login=""):
    """What an administrator of the server runs once, where the owner of the database may not make roles; `login` is the
    account of the web server and the worker."""
    yield from (f"CREATE ROLE {role} NOLOGIN;" for role in ROLES)
    if login:
        yield f"GRANT {_EVERYBODY} TO {login};"


def _made_roles():
    """The same, where the owner may; several databases of one server may come here at once."""
    wanted = [(role, f"CREATE ROLE {role} NOLOGIN") for role in ROLES]
    if connection.settings_dict["ENGINE"] == "registry.core.embedded":
        wanted.append((WEB, f"CREATE ROLE {WEB} LOGIN IN ROLE {_EVERYBODY}"))
    for role, statement in wanted:
        yield f"""
            DO $$ BEGIN
                IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}') THEN {statement}; END IF;
            EXCEPTION WHEN duplicate_object OR unique_violation OR insufficient_privilege THEN NULL;
            END $$;"""


def _rights():
    yield f"""
        REVOKE CREATE ON SCHEMA public FROM PUBLIC;
        REVOKE ALL ON ALL TABLES IN SCHEMA public FROM PUBLIC, {_EVERYBODY};
        REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM PUBLIC, {_EVERYBODY};
        GRANT USAGE ON SCHEMA public, scope, {SCHEMA}, {DOCUMENT} TO {_EVERYBODY};
        GRANT SELECT ON ALL TABLES IN SCHEMA {SCHEMA} TO {_EVERYBODY};
        GRANT USAGE ON SCHEMA {LISTING} TO {APP};
        GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {APP};"""
    for (role, table), granted in rights().items():
        yield f"GRANT {', '.join(sorted(granted))} ON public.{table} TO {role};"


def _policies():
    for model in SEEN:
        table, seen = model._meta.db_table, condition(model, model._meta.db_table)
        if seen:
            yield f"""
                ALTER TABLE public.{table} ENABLE ROW LEVEL SECURITY;
                CREATE POLICY whole ON public.{table} TO {APP}, {READER} USING (true);
                CREATE POLICY member ON public.{table} TO {MEMBER} USING ({seen});"""
        else:
            yield f"ALTER TABLE public.{table} DISABLE ROW LEVEL SECURITY;"


def _words():
    """Functions that find rows by words for a member's session, of which the policies shut out the indexes: they look
    behind them, and leave out themselves what those would hide. Planned for the words that are asked for, since a
    beginning finds nothing in an index before it is known."""
    table = Organisation._meta.db_table
    ways = (
        *(f"bigrams(upper({name})) @> bigrams(upper(words)) AND strpos(upper({name}), upper(words)) > 0"
          for name in ("name", "name_en")),
        *(f"letters <> '' AND {name} LIKE letters || '%'" for name in ("pinyin", "initials")),
        "beginning <> '' AND code LIKE beginning || '%'",
    )  # fmt: skip
    found = " UNION ALL ".join(
        f"SELECT id FROM {table} WHERE {way} AND ({condition(Organisation, table)})" for way in ways
    )
    yield f"""
        CREATE FUNCTION scope.organisations_named(words text, letters text, beginning text) RETURNS bigint[]
        LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = {FIXED_PATH}
        SET plan_cache_mode = force_custom_plan AS $$ BEGIN RETURN ARRAY({found}); END $$;"""


def database_sql():
    """All that makes the second wall, as one text."""
    return "\n".join((_SCOPE.read_text("utf-8"), *_words(), *_rights(), *_policies(), _DEFINERS, _POLICIES_MARKED))


def build_database(*, anew=False):
    """Make roles, rights and policies where they were not made from the tables of this package as they are now, or
    `anew`. Does nothing while migrations are missing, or where there are no roles and the owner may not make any."""
    sql, roles = database_sql(), "\n".join(_made_roles())
    digest = digest_of(roles + sql)
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT obj_description(to_regnamespace('scope'), 'pg_namespace'), (
                SELECT bool_and(has_table_privilege(oid, to_regclass('public.core_change'), 'SELECT'))
                FROM pg_roles WHERE rolname = ANY (%s) AND to_regclass('public.core_change') IS NOT NULL)""",
            [list(ROLES)],
        )
        if (cursor.fetchone() == (digest, True) and not anew) or not is_migrated():
            return
        cursor.execute(roles)
        cursor.execute("SELECT count(*) FROM pg_roles WHERE rolname = ANY (%s)", [list(ROLES)])
        if cursor.fetchone()[0] == len(ROLES):
            gone = f"{_POLICIES_GONE} DROP SCHEMA IF EXISTS scope CASCADE;"
            cursor.execute(f"{gone} {sql} COMMENT ON SCHEMA scope IS '{digest}'")


def drop_database():
    """Take the policies down, and with them the rights: without a policy pages would find an empty register, without a
    right they say that they cannot read it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_roles WHERE rolname = ANY (%s)", [list(ROLES)])
        there = cursor.fetchone()[0] == len(ROLES)
        shut = f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {_EVERYBODY};" if there else ""
        cursor.execute(f"{shut} {_POLICIES_GONE} DROP SCHEMA IF EXISTS scope CASCADE")


def before_migrations(*, plan, **_kwargs):
    """`pre_migrate` of this app."""
    if not only_adds(plan):
        drop_database()


def after_migrations(**_kwargs):
    """`post_migrate` of this app, after the wall before the public was built."""
    build_database()


def kept_tables():
    """Every table that Django keeps for us, those of many-to-many relations included."""
    return [model for model in apps.get_models(include_auto_created=True) if not model._meta.proxy]
