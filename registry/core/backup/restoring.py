"""A backup is put in place: checked before, compared after, the database in one transaction.

What was ended since the backup stays ended: accounts and tokens that are closed today are closed again, and nothing
that waited to be sent or done then is sent or done now.
"""

import json
import shutil
import tempfile
import uuid
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.utils.translation import gettext as _
from django.utils.translation import override

from registry.core.models import Change, Seal, Token, User
from registry.core.sealing.anchors import anchor_restore

from .contents import comparing
from .making import ANCHORS, DUMP, FORMAT, MANIFEST, digest_of, digests
from .notes import RESTORE, TABLE, os_user
from .programs import BackupError, literal, run, run_script, server_major

EMPTIED = """
    DO $empty$ DECLARE one record; BEGIN
        FOR one IN SELECT nspname FROM pg_namespace n
            WHERE nspname NOT IN ('public', 'information_schema') AND nspname NOT LIKE 'pg\\_%'
              AND NOT EXISTS (SELECT FROM pg_extension e WHERE e.extnamespace = n.oid) LOOP
            EXECUTE format('DROP SCHEMA %I CASCADE', one.nspname);
        END LOOP;
        FOR one IN SELECT c.relname, c.relkind FROM pg_class c
            WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm')
              AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e') LOOP
            EXECUTE format('DROP %s IF EXISTS public.%I CASCADE', CASE one.relkind WHEN 'v' THEN 'VIEW'
                WHEN 'm' THEN 'MATERIALIZED VIEW' ELSE 'TABLE' END, one.relname);
        END LOOP;
        FOR one IN SELECT p.oid::regprocedure AS name FROM pg_proc p
            WHERE p.pronamespace = 'public'::regnamespace
              AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e') LOOP
            EXECUTE format('DROP ROUTINE IF EXISTS %s CASCADE', one.name);
        END LOOP;
        FOR one IN SELECT c.relname FROM pg_class c
            WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'S' LOOP
            EXECUTE format('DROP SEQUENCE IF EXISTS public.%I CASCADE', one.relname);
        END LOOP;
    END $empty$;
"""
"""Everything of the register goes, also what a newer version has added; extensions stay."""


def check_backup(folder):
    """The manifest of a backup whose every file has the digest it was written with; else raises BackupError."""
    folder = Path(folder)
    try:
        manifest = json.loads((folder / MANIFEST).read_text())
        expected, known = dict(manifest["files"]), manifest["format"] == FORMAT and bool(manifest["contents"])
    except (OSError, ValueError, KeyError, TypeError) as problem:
        raise BackupError(_("%s is not a whole backup: its manifest cannot be read.") % folder) from problem
    if not known or DUMP not in expected:
        raise BackupError(_("%s is not a whole backup: its manifest cannot be read.") % folder)
    found = digests(folder)
    wrong = sorted(name for name in expected.keys() | found.keys() if expected.get(name) != found.get(name))
    if wrong:
        raise BackupError(_("The backup was altered or is incomplete: %s.") % ", ".join(wrong[:10]))
    return manifest


def restore_backup(folder, *, replace=False):
    """Bring a checked backup back; returns (manifest, names of accounts that were closed again).

    Refuses to replace a register that holds records unless told to, and a backup of a newer register or server.
    Raises BackupError; the database is then as it was.
    """
    folder = Path(folder)
    manifest = check_backup(folder)
    _refuse_newer(manifest)
    tables = connection.introspection.table_names()
    if not replace and _holds_records(tables):
        raise BackupError(_("This register holds records. Use --replace to put the backup in their place."))
    batch = uuid.uuid4().hex
    end = [comparing(manifest["contents"]), *_afterwards(manifest, digest_of(folder), batch, _ended_since(tables))]
    try:
        _put_files(folder / "media", Path(settings.MEDIA_ROOT))
        if not settings.ANCHORS.exists() and (folder / ANCHORS).exists():  # those that are there know more
            _put(folder / ANCHORS, settings.ANCHORS)
    except OSError as problem:
        raise BackupError(_("The files could not be put in place: %s.") % problem.strerror) from problem
    connection.close()
    with tempfile.NamedTemporaryFile("w", suffix=".list") as entries:
        listed = run("pg_restore", "--list", str(folder / DUMP)).splitlines(keepends=True)
        entries.writelines(line for line in listed if "COMMENT - EXTENSION" not in line)  # only a superuser may
        entries.flush()
        run_script(f"{EMPTIED}{_roles(manifest['roles'])}", folder / DUMP, entries.name, "\n".join(end))
    if f"public.{Seal._meta.db_table}" in manifest["contents"]:
        anchor_restore()
    closed = Change.objects.filter(batch_id=batch, table_name=User._meta.db_table).values_list(
        "after__username", flat=True
    )
    return manifest, sorted(closed)


def _refuse_newer(manifest):
    known = {f"{app}.{name}" for app, name in MigrationLoader(None, ignore_no_migrations=True).disk_migrations}
    unknown = sorted(set(manifest["migrations"]) - known)
    if unknown:
        raise BackupError(
            _("The backup is of a newer version of the register (%s). Install that version first.") % unknown[-1]
        )
    made_by, here = manifest["postgresql"] // 10000, server_major()
    if made_by > here:
        raise BackupError(
            _("The backup was made by PostgreSQL %(newer)d; this server is %(here)d. Restore into a newer server.")
            % {"newer": made_by, "here": here}
        )


def _holds_records(tables):
    if Change._meta.db_table not in tables:
        return False
    return Change.objects.filter(table_name="projects_project").exists()


def _ended_since(tables):
    """What is closed in the register that is being replaced: (user names, beginnings of tokens, last of the trail)."""
    users, tokens, head = [], [], 0
    if User._meta.db_table in tables:
        users = list(User.objects.filter(is_active=False).values_list("username", flat=True))
    if Token._meta.db_table in tables:
        tokens = list(Token.objects.exclude(revoked_at=None).values_list("prefix", flat=True))
    if Change._meta.db_table in tables:
        head = Change.objects.order_by("-id").values_list("id", flat=True).first() or 0
    return users, tokens, head


def _put_files(source, target):
    """Copy files to where they are used."""
    for path in sorted(source.rglob("*")) if source.exists() else ():
        if path.is_file():
            _put(path, target / path.relative_to(source))


def _put(path, place):
    place.parent.mkdir(parents=True, exist_ok=True)
    draft = place.with_name(f".{place.name}.part")
    shutil.copy2(path, draft)
    draft.replace(place)


def _roles(names):
    """SQL that makes the database roles which the policies of the dump name, where they are not there."""
    missing = "IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = {text}) THEN CREATE ROLE {name} NOLOGIN; END IF;"
    made = "".join(missing.format(text=literal(name), name='"' + name.replace('"', '""') + '"') for name in names)
    return f"DO $roles$ BEGIN {made} END $roles$;" if made else ""


def _afterwards(manifest, digest, batch, ended):
    """SQL that ends what ran and waited, closes what was closed, and marks the trail; in the same transaction."""
    users, tokens, head = ended
    at = manifest["made_at"]
    with override(settings.LANGUAGE_CODE):
        unsent = literal(_("Not sent: it waited in a backup that was restored."))
        undone = literal(_("Ended: it stood in a backup that was restored. Ask for it again."))
        revoked = literal(_("It was revoked before a backup was restored."))
    facts = {"manifest": digest, "made_at": at, "os_user": os_user(), "replaced_trail": head}
    steps = {
        "core_user": f"UPDATE core_user SET is_active = false WHERE is_active AND username IN ({_texts(users)})",
        "core_token": f"UPDATE core_token SET revoked_at = now(), revoked_for = {revoked}"
        f" WHERE revoked_at IS NULL AND prefix IN ({_texts(tokens)})",
        "core_outgoing": f"UPDATE core_outgoing SET state = 'failed', error = {unsent} WHERE state = 'waiting'",
        "core_delivery": f"UPDATE core_delivery SET state = 'failed', next_at = NULL, error = {unsent}"
        " WHERE state = 'waiting'",
        "core_job": "UPDATE core_job SET state = CASE state WHEN 'queued' THEN 'cancelled' ELSE 'failed' END,"
        f" ended_at = now(), lease_until = NULL, error = {undone} WHERE state IN ('queued', 'running')",
    }
    told = {"action": f"backup.{RESTORE}", "reason": f"backup of {at}", "batch_id": batch}
    yield "SET LOCAL search_path = public;"
    yield "".join(f"SELECT set_config('bangfu.{name}', {literal(value)}, true);" for name, value in told.items())
    yield f"SELECT setval('core_change_id_seq', greatest({head + 1}, (SELECT last_value FROM core_change_id_seq)));"
    for table, step in steps.items():
        if f"public.{table}" in manifest["contents"]:
            yield f"{step};"
    yield (
        "INSERT INTO core_change (at, transaction, db_user, table_name, row_pk, root_table, root_pk, operation, after,"
        " action, reason, request_id, batch_id) VALUES"
        f" (now(), txid_current(), session_user, '{TABLE}', '{RESTORE}', '{TABLE}', '{RESTORE}', 'I',"
        f" {literal(json.dumps(facts))}::jsonb, 'backup.{RESTORE}', {literal(told['reason'])}, '', '{batch}');"
    )


def _texts(values):
    return ", ".join(map(literal, values)) or "NULL"
