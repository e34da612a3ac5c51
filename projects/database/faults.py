"""What in the database differs from the tables of this package: rights, policies, triggers, owners; for the checks."""

from django.db import connection

from registry.core.models import Change, Record
from registry.core.session_roles import APP, MEMBER, READER, ROLES

from .building import kept_tables
from .rights import rights
from .rows import OPEN, SEEN

_GRANTED = """
    SELECT coalesce(grantee.rolname, 'PUBLIC'), c.relname, acl.privilege_type
    FROM pg_class c CROSS JOIN LATERAL aclexplode(c.relacl) acl LEFT JOIN pg_roles grantee ON grantee.oid = acl.grantee
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm')
    AND acl.grantee <> c.relowner AND (acl.grantee = 0 OR grantee.rolname = ANY (%s))
"""
_POLICIES = """
    SELECT polrelid::regclass::text, polname,
        polcmd = '*' AND polpermissive AND md5(pg_get_expr(polqual, polrelid)) = obj_description(oid, 'pg_policy'),
        ARRAY(SELECT rolname::text FROM pg_roles WHERE oid = ANY (polroles) ORDER BY 1)
    FROM pg_policy WHERE polrelid::regclass::text = ANY (%s)
"""
_TRIGGERS = """
    SELECT DISTINCT c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
    WHERE c.relnamespace = 'public'::regnamespace AND NOT t.tgisinternal AND t.tgenabled <> 'A'
"""
_RECORDED = """
    SELECT c.relname, count(*) FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
    JOIN pg_proc p ON p.oid = t.tgfoid
    WHERE p.proname = ANY (%s) AND p.pronamespace = 'public'::regnamespace AND t.tgenabled = 'A' GROUP BY 1
"""
_INVOKED = """
    SELECT p.proname FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace
    AND p.prorettype = 'trigger'::regtype AND p.proname NOT IN ('bangfu_touch', 'bangfu_refuse')
    AND (
        NOT p.prosecdef OR has_function_privilege('bangfu_app', p.oid, 'EXECUTE')
        OR md5(pg_get_functiondef(p.oid)) IS DISTINCT FROM obj_description(p.oid, 'pg_proc')
    )
"""


def _asked(sql, *values):
    with connection.cursor() as cursor:
        cursor.execute(sql, values or None)
        return cursor.fetchall()


def faults():
    """Sentences, each about one thing that is missing or too much; none where the database is as it should be."""
    there = {name for (name,) in _asked("SELECT rolname FROM pg_roles WHERE rolname = ANY (%s)", list(ROLES))}
    if missing := [role for role in ROLES if role not in there]:
        return [f"the roles {', '.join(missing)} are missing: `manage.py rights --sql` prints what makes them"]
    return [*_of_rights(), *_of_policies(), *_of_triggers()]


def _of_rights():
    wanted = {(role, table, one) for (role, table), granted in rights().items() for one in granted}
    found = {tuple(row) for row in _asked(_GRANTED, list(ROLES))}
    yield from (f"{role} may {one} {table}, which is too much" for role, table, one in sorted(found - wanted))
    yield from (f"{role} may not {one} {table}" for role, table, one in sorted(wanted - found))


def _of_policies():
    walled = {model._meta.db_table for model, seen in SEEN.items() if seen != OPEN}
    on = {name for (name,) in _asked("SELECT relname FROM pg_class WHERE relrowsecurity AND relnamespace = 2200")}
    yield from (f"row-level security of {table} is switched off" for table in sorted(walled - on))
    wanted = {
        (table, *one) for table in walled for one in (("member", True, (MEMBER,)), ("whole", True, (APP, READER)))
    }
    found = {(table, name, whole, tuple(roles)) for table, name, whole, roles in _asked(_POLICIES, sorted(walled))}
    changed = sorted({one[:2] for one in wanted ^ found})
    yield from (f"the policy {name} of {table} is not the one that was made" for table, name in changed)


def _of_triggers():
    yield from (f"a trigger of {table} is not always enabled" for (table,) in _asked(_TRIGGERS))
    fed = dict(_asked(_RECORDED, ["bangfu_trail", "bangfu_trail_of_statement"]))
    records = {model._meta.db_table for model in kept_tables() if issubclass(model, Record)}
    yield from (f"{table} does not feed the trail" for table in sorted(records) if fed.get(table, 0) < 3)
    if dict(_asked(_RECORDED, ["bangfu_refuse"])).get(Change._meta.db_table, 0) < 2:
        yield "the trail can be changed: its triggers are missing"
    yield from (f"the function {name} is not the one that was made" for (name,) in _asked(_INVOKED))


def of_login():
    """Sentences about the account by which this process came: it must be no more than the roles."""
    user, above, owns, may = _asked(
        """SELECT session_user, r.rolsuper OR r.rolbypassrls OR r.rolcreaterole OR r.rolreplication, EXISTS (
            SELECT FROM pg_class WHERE relowner = r.oid AND relnamespace IN (2200, to_regnamespace('scope'))
        ), (
            SELECT coalesce(bool_and(pg_has_role(r.oid, o.oid, 'MEMBER')), false) FROM pg_roles o
            WHERE o.rolname = ANY (%s)
        )
        FROM pg_roles r WHERE r.rolname = session_user""",
        list(ROLES),
    )[0]
    if above:
        yield f"the login {user} stands above the walls (superuser, BYPASSRLS, CREATEROLE or REPLICATION)"
    if owns:
        yield f"the login {user} owns tables, and could take the walls down"
    if not may:
        yield f"the login {user} cannot take the roles {', '.join(ROLES)}"


_LASTING = """
    SELECT coalesce(r.rolname, 'every role'), coalesce(d.datname, 'every database'), setting
    FROM pg_db_role_setting s LEFT JOIN pg_roles r ON r.oid = s.setrole LEFT JOIN pg_database d ON d.oid = s.setdatabase
    CROSS JOIN LATERAL unnest(s.setconfig) setting
    WHERE (s.setdatabase = 0 OR d.datname = current_database())
    AND setting ~* '^(synchronous_commit=off|session_replication_role=|row_security=|role=|search_path=)'
"""


def of_settings():
    """Sentences about settings kept for a role or a database, which begin anew with every session."""
    yield from (f"{role} in {name} begins with {setting}" for role, name, setting in _asked(_LASTING))
    encoding, zone, replicating = _asked(
        "SELECT current_setting('server_encoding'), current_setting('timezone'),"
        " current_setting('session_replication_role')"
    )[0]
    if encoding != "UTF8":
        yield f"the database keeps its texts in {encoding}, not in UTF8"
    if zone not in ("UTC", "Etc/UTC"):
        yield f"the session tells the time of {zone}, not of UTC"
    if replicating != "origin":
        yield f"the session runs with session_replication_role={replicating}"
