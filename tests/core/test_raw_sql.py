"""Raw SQL, case by case: who writes what past the application, and what comes of it.

`RECORDED`: the trail holds it, with no actor, which is a finding. `REFUSED`: the database does not do it. `FOUND`: it
is done, and the checks at the start name it. `SEALED`: it is done in silence; what finds it is the chain of the trail.
`HOLE`: what this wall does not hold, said honestly: roles are taken by the application, so whoever runs any SQL he
likes through its connection may take another one. They hold against a forgotten filter and against what the
application itself does wrong.
"""

import pytest
from django.db import DatabaseError, connection, transaction

from projects.database.building import WEB
from projects.database.faults import faults, of_login
from registry.core.models import Change
from tests.factories import make_division, make_org_user, make_organisation, make_project

pytestmark = pytest.mark.django_db

RECORDED, REFUSED, FOUND, SEALED, HOLE = "recorded", "refused", "found", "left to the seal", "not held"
INSIDE = ("app", "member", "reader")

FORGED = """INSERT INTO core_change (at, transaction, db_user, table_name, row_pk, root_table, root_pk, operation,
    action, reason, request_id, batch_id) VALUES (now(), 1, 'x', 'projects_project', '1', 'projects_project', '1', 'U',
    '', '', '', '')"""
BY_A_TRIGGER = """CREATE TEMP TABLE projects_project (id bigint, name text);
    CREATE TRIGGER forging AFTER INSERT ON pg_temp.projects_project FOR EACH ROW
    EXECUTE FUNCTION public.bangfu_trail('projects_project', 'id', 'id', '')"""
EMPTIED = """CREATE OR REPLACE FUNCTION public.bangfu_trail() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp AS $$ BEGIN RETURN NULL; END $$"""
EMPTIED_FOR_MANY = EMPTIED.replace("bangfu_trail()", "bangfu_trail_of_statement()")
RENAMED = "UPDATE public.projects_project SET name = 'x'"

CASES = [
    # Business rows
    *((who, RENAMED, RECORDED) for who in ("app", "owner", "superuser")),
    *((who, RENAMED, REFUSED) for who in ("member", "reader")),
    *((who, "DELETE FROM projects_project", REFUSED) for who in (*INSIDE, "owner", "superuser")),
    ("app", "DELETE FROM projects_site", RECORDED),
    *((who, "INSERT INTO projects_site (project_id) SELECT 1", REFUSED) for who in ("member", "reader")),
    *((who, "TRUNCATE projects_site", REFUSED) for who in INSIDE),
    ("owner", "TRUNCATE projects_site", SEALED),
    *((who, "UPDATE auth_group_permissions SET group_id = 1", REFUSED) for who in INSIDE),
    # The trail
    *((who, "UPDATE core_change SET reason = 'x'", REFUSED) for who in (*INSIDE, "owner", "superuser")),
    *((who, "DELETE FROM core_change", REFUSED) for who in (*INSIDE, "owner", "superuser")),
    *((who, "TRUNCATE core_change", REFUSED) for who in (*INSIDE, "owner", "superuser")),
    *((who, FORGED, REFUSED) for who in INSIDE),
    *((who, FORGED, SEALED) for who in ("owner", "superuser")),
    *((who, BY_A_TRIGGER, REFUSED) for who in INSIDE),
    # Triggers and functions
    *((who, "ALTER TABLE projects_project DISABLE TRIGGER ALL", REFUSED) for who in (*INSIDE, "owner")),
    *((who, "ALTER TABLE projects_project DISABLE TRIGGER USER", FOUND) for who in ("owner", "superuser")),
    *((who, "ALTER TABLE core_change DISABLE TRIGGER USER", REFUSED) for who in INSIDE),
    *((who, "ALTER TABLE core_change DISABLE TRIGGER USER", FOUND) for who in ("owner", "superuser")),
    *((who, "{drop}", REFUSED) for who in INSIDE),
    ("owner", "{drop}", FOUND),
    *((who, EMPTIED, REFUSED) for who in INSIDE),
    ("owner", EMPTIED, FOUND),
    *((who, EMPTIED_FOR_MANY, REFUSED) for who in INSIDE),
    ("owner", EMPTIED_FOR_MANY, FOUND),
    *((who, "SET session_replication_role = replica", REFUSED) for who in (*INSIDE, "owner")),
    ("superuser", f"SET LOCAL session_replication_role = replica; {RENAMED}", RECORDED),
    # Rights and policies
    *((who, "GRANT UPDATE ON core_change TO bangfu_app", REFUSED) for who in INSIDE),
    ("owner", "GRANT UPDATE ON core_change TO bangfu_app", FOUND),
    ("owner", "GRANT SELECT ON projects_need TO PUBLIC", FOUND),
    ("owner", "REVOKE SELECT ON core_change FROM bangfu_reader", FOUND),
    *((who, "ALTER TABLE projects_project DISABLE ROW LEVEL SECURITY", REFUSED) for who in INSIDE),
    ("owner", "ALTER TABLE projects_project DISABLE ROW LEVEL SECURITY", FOUND),
    ("owner", "DROP POLICY member ON projects_project", FOUND),
    ("owner", "ALTER POLICY member ON projects_project USING (true)", FOUND),
    ("owner", "CREATE POLICY more ON projects_project TO bangfu_member USING (true)", FOUND),
    ("member", "SET row_security = off; SELECT * FROM projects_project", REFUSED),
    # The server
    *((who, "CREATE TABLE public.mine (id int)", REFUSED) for who in INSIDE),
    *((who, "CREATE SCHEMA mine", REFUSED) for who in INSIDE),
    *((who, "COPY (SELECT 1) TO PROGRAM 'true'", REFUSED) for who in (*INSIDE, "owner")),
    *((who, "COPY projects_project FROM '/etc/hostname'", REFUSED) for who in INSIDE),
    *((who, "SELECT pg_read_file('/etc/hostname')", REFUSED) for who in (*INSIDE, "owner")),
    *((who, "SET ROLE {owner}", REFUSED) for who in INSIDE),
    *((who, "SET SESSION AUTHORIZATION {owner}", HOLE) for who in ("superuser",)),
    *((who, f"ALTER ROLE {WEB} SUPERUSER", REFUSED) for who in (*INSIDE, "owner")),
    # What roles that the application takes for itself do not hold
    ("member", "SET ROLE bangfu_app", HOLE),
    ("member", "SELECT scope.enter(1)", HOLE),
    ("member", "SELECT set_config('bangfu.leading', '{{1}}', false)", HOLE),
    ("app", "SELECT set_config('bangfu.actor_id', '1', true)", HOLE),
]


@pytest.fixture
def made():
    """A project of somebody else's, a member of another organisation, and an owner of the tables, no superuser."""
    project = make_project(lead=make_organisation(), county=make_division())
    member = make_org_user(make_organisation())
    owner = f"owner_of_{connection.settings_dict['NAME']}".lower()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"CREATE ROLE {owner} IN ROLE pg_read_all_settings")
        cursor.execute(f"GRANT CREATE ON SCHEMA public TO {owner}")
        for table in ("projects_project", "core_change", "projects_site", "projects_need"):
            cursor.execute(f"ALTER TABLE {table} OWNER TO {owner}")
        cursor.execute(f"ALTER FUNCTION bangfu_trail() OWNER TO {owner}")
        cursor.execute(f"ALTER FUNCTION bangfu_trail_of_statement() OWNER TO {owner}")
        cursor.execute(f"GRANT ALL ON projects_project, core_change, projects_site TO {owner}")
        cursor.execute(
            "SELECT tgname FROM pg_trigger WHERE tgrelid = 'projects_project'::regclass AND tgname ~ 'trail'"
        )
        drop = f"DROP TRIGGER {cursor.fetchone()[0]} ON projects_project"
    return {"project": project, "member": member, "owner": owner, "drop": drop}


def become(who, made):
    """Statements after which the session is that of `who`, and could not become more than its login may."""
    inside = f"SET SESSION AUTHORIZATION {WEB}; "
    return {
        "app": inside + "SET ROLE bangfu_app",
        "member": inside + f"SET ROLE bangfu_member; SELECT scope.enter({made['member'].pk})",
        "reader": inside + "SET ROLE bangfu_reader",
        "owner": f"SET SESSION AUTHORIZATION {made['owner']}",
        "superuser": "SELECT 1",
    }[who]


def outcome(who, statement, made):
    """What comes of the statement: one of the words above."""
    connection.connection.notices.clear()
    before, last = set(faults()), Change.objects.latest_first().first().pk
    with connection.cursor() as cursor:
        cursor.execute("SAVEPOINT tried")
        cursor.execute(become(who, made))
        try:
            with transaction.atomic():
                cursor.execute(statement.format(**made))
            if any("no privileges were granted" in notice for notice in connection.connection.notices):
                return REFUSED
        except DatabaseError:
            return REFUSED
        finally:
            cursor.execute("RESET SESSION AUTHORIZATION")
            cursor.execute("RESET ROLE")
        fresh = Change.objects.filter(pk__gt=last)
        if set(faults()) - before:
            return FOUND
        if fresh.exclude(transaction=1).filter(actor_id=None).exists():
            return RECORDED
        return HOLE if "core_change" not in statement and "TRUNCATE" not in statement else SEALED


@pytest.mark.parametrize(
    ("who", "statement", "wanted"), CASES, ids=[f"{who}-{statement[:40]}" for who, statement, _wanted in CASES]
)
def test_every_case_is_refused_recorded_or_found(who, statement, wanted, made):
    assert outcome(who, statement, made) == wanted


def test_a_member_reads_nothing_across_the_wall(made):
    with connection.cursor() as cursor:
        cursor.execute(become("member", made))
        for rows in ("projects_project", "projects_participation", "core_change WHERE root_table = 'projects_project'"):
            cursor.execute(f"SELECT count(*) FROM public.{rows}")
            assert cursor.fetchone() == (0,), rows
        cursor.execute("SELECT count(*) FROM published.projects_project")
        cursor.execute("RESET SESSION AUTHORIZATION")


def test_the_login_of_pages_is_no_more_than_its_roles_and_the_owner_is():
    with connection.cursor() as cursor:
        assert list(of_login()), "the owner of the embedded server"
        cursor.execute(f"SET SESSION AUTHORIZATION {WEB}")
        assert list(of_login()) == []
        cursor.execute("RESET SESSION AUTHORIZATION")


def test_the_trail_names_the_login_that_wrote_past_the_application(made):
    with connection.cursor() as cursor:
        cursor.execute(become("app", made))
        cursor.execute(RENAMED)
        cursor.execute("RESET SESSION AUTHORIZATION")
    change = Change.objects.latest_first().first()
    assert (change.db_user, change.actor_id, change.before["name"]) == (WEB, None, made["project"].name)
