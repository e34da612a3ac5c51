"""Rights of the database's roles: exactly what the table says, and the checks say what differs."""

import io

import pytest
from django.core.checks import ERROR, WARNING
from django.core.management import CommandError, call_command
from django.db import connection

from projects.database import checks
from projects.database.building import build_database, drop_database, kept_tables, roles_sql
from projects.database.faults import faults, of_settings
from projects.database.rights import rights
from registry.core import starting
from registry.core.models import Change
from registry.core.session_roles import APP, MEMBER, READER, ROLES

pytestmark = pytest.mark.django_db


def done(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)


def test_every_table_has_its_line_and_the_trail_is_read_only():
    tables = {table for _role, table in rights()}
    assert {model._meta.db_table for model in kept_tables()} <= tables
    assert rights()[APP, Change._meta.db_table] == {"SELECT"}
    assert {one for (role, _table), granted in rights().items() if role == READER for one in granted} == {"SELECT"}
    written = {table for (role, table), granted in rights().items() if role == MEMBER and granted != {"SELECT"}}
    assert written == {
        "core_session", "core_savedview", "core_once", "core_channels", "core_job", "core_notice", "core_user",
    }  # fmt: skip


def test_the_database_is_as_the_tables_say():
    assert faults() == []
    assert list(of_settings()) == []


def test_whatever_is_built_again_is_the_same(django_assert_num_queries):
    with django_assert_num_queries(1):
        build_database()
    drop_database()
    assert faults()
    build_database()
    assert faults() == []


def test_the_command_makes_good_what_was_taken_away():
    done("REVOKE SELECT ON projects_need FROM bangfu_member; DROP POLICY member ON projects_need")
    assert len(faults()) == 2
    call_command("rights", stdout=io.StringIO())
    assert faults() == []


def test_a_backup_brings_no_rights_back_and_building_gives_every_role_its_schemas():
    done(f"REVOKE ALL ON SCHEMA document, published FROM PUBLIC, {', '.join(ROLES)}")
    build_database(anew=True)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT bool_and(has_schema_privilege(role, schema, 'USAGE'))"
            " FROM unnest(%s) role, unnest(ARRAY['document', 'published', 'scope']) schema",
            [list(ROLES)],
        )
        assert cursor.fetchone()[0]


def test_the_command_says_what_it_cannot_mend():
    done("DROP TRIGGER IF EXISTS " + trigger("projects_need") + " ON projects_need")
    with pytest.raises(CommandError, match="projects_need does not feed the trail"):
        call_command("rights", stdout=io.StringIO())


def trigger(table):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass AND tgname ~ 'trail_insert'", [table]
        )
        return cursor.fetchone()[0]


def test_the_administrator_s_statements_name_every_role_and_the_login():
    told = "\n".join(roles_sql("web"))
    assert all(f"CREATE ROLE {role} NOLOGIN;" in told for role in ROLES)
    assert told.endswith(f"GRANT {', '.join(ROLES)} TO web;")
    out = io.StringIO()
    call_command("rights", sql=True, login="web", stdout=out)
    assert out.getvalue().strip() == told


@pytest.mark.parametrize(
    ("production", "process", "level"), [(True, "web", ERROR), (True, "", WARNING), (False, "", WARNING)]
)
def test_what_differs_keeps_pages_from_starting_in_production_and_is_told_elsewhere(
    production, process, level, settings
):
    settings.PRODUCTION, settings.PROCESS = production, process
    done("SET SESSION AUTHORIZATION bangfu_web")
    assert checks.check_walls(databases=["default"]) == []
    done("RESET SESSION AUTHORIZATION; GRANT DELETE ON core_change TO bangfu_app")
    done("SET SESSION AUTHORIZATION bangfu_web")
    found = checks.check_walls(databases=["default"])
    assert [(one.level, one.msg) for one in found] == [
        (level, "The database: bangfu_app may DELETE core_change, which is too much.")
    ]
    done("RESET SESSION AUTHORIZATION")


def test_in_production_pages_and_worker_do_not_start_as_the_owner(settings):
    starting.refuse_unsafe()
    settings.PRODUCTION, settings.PROCESS = True, "web"
    with pytest.raises(starting.Unsafe, match="stands above the walls"):
        starting.refuse_unsafe()
    done("SET SESSION AUTHORIZATION bangfu_web")
    starting.refuse_unsafe()
    done("RESET SESSION AUTHORIZATION")


@pytest.mark.parametrize(
    "statement", ["ALTER ROLE bangfu_app IN DATABASE \"{name}\" SET synchronous_commit = off",
                  "ALTER DATABASE \"{name}\" SET session_replication_role = replica"],
)  # fmt: skip
def test_a_setting_kept_for_later_sessions_is_found(statement):
    done(statement.format(name=connection.settings_dict["NAME"]))
    assert "begins with" in next(iter(of_settings()))


def test_a_session_that_tells_another_time_is_found():
    done("SET LOCAL timezone = 'Asia/Tokyo'")
    assert "Asia/Tokyo" in next(iter(of_settings()))
