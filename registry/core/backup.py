"""Backup and restore: the database, the files and a manifest of digests that proves both whole."""

import hashlib
import json
import os
import re
import shutil
import subprocess
from pathlib import Path

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from .embedded.server import found_binaries
from .models import Change
from .sealing.anchors import anchor_restore

DUMP, MEDIA, MANIFEST = "database.dump", "media", "manifest.json"
VARIABLES = {"dbname": "PGDATABASE", "user": "PGUSER", "password": "PGPASSWORD", "host": "PGHOST", "port": "PGPORT",
             "sslmode": "PGSSLMODE", "sslrootcert": "PGSSLROOTCERT"}  # fmt: skip


class BackupError(Exception):
    """The backup or restore was refused or failed; the message says why and what to do. Nothing half is left."""


def make_backup(folder):
    """Write a backup into a new folder; returns its manifest. Raises BackupError."""
    folder = Path(folder)
    if folder.exists() and any(folder.iterdir()):
        raise BackupError(_("%s is not empty. Name a new folder.") % folder)
    draft = folder.with_name(folder.name + ".partial")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    try:
        head = Change.objects.order_by("-id").values_list("id", flat=True).first() or 0
        _run("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={draft / DUMP}")
        if Path(settings.MEDIA_ROOT).exists():
            shutil.copytree(settings.MEDIA_ROOT, draft / MEDIA)
        manifest = {"made_at": timezone.now().isoformat(), "trail_at_least": head, "files": _digests(draft)}
        (draft / MANIFEST).write_text(json.dumps(manifest, indent=1))
        if folder.exists():
            folder.rmdir()
        draft.rename(folder)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    return manifest


def check_backup(folder):
    """The manifest of a backup whose every file has the digest it was written with; else raises BackupError."""
    folder = Path(folder)
    try:
        manifest = json.loads((folder / MANIFEST).read_text())
        expected = dict(manifest["files"])
    except (OSError, ValueError, KeyError, TypeError) as problem:
        raise BackupError(_("%s is not a whole backup: its manifest cannot be read.") % folder) from problem
    found = _digests(folder)
    wrong = sorted(name for name in expected.keys() | found.keys() if expected.get(name) != found.get(name))
    if wrong:
        raise BackupError(_("The backup was altered or is incomplete: %s.") % ", ".join(wrong[:10]))
    return manifest


def restore_backup(folder, *, replace=False):
    """Bring a checked backup back, the database in one transaction; returns the manifest.

    Refuses to replace a register that holds records unless told to. Sessions end, and the trail says that a
    restore took place. Raises BackupError.
    """
    manifest = check_backup(folder)
    if not replace and _holds_records():
        raise BackupError(_("This register holds records. Use --replace to put the backup in their place."))
    database = connection.get_connection_params()["dbname"]
    whole = ("--clean", "--if-exists", "--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error")
    _run("pg_restore", "--dbname", database, *whole, str(Path(folder) / DUMP))
    connection.close()
    if (Path(folder) / MEDIA).exists():
        shutil.copytree(Path(folder) / MEDIA, settings.MEDIA_ROOT, dirs_exist_ok=True)
    Session.objects.all().delete()
    Change.objects.create(
        at=timezone.now(), transaction=0, db_user=connection.get_connection_params().get("user", ""),
        table_name="core_change", row_pk=str(manifest["trail_at_least"]), root_table="core_change",
        root_pk=str(manifest["trail_at_least"]), operation=Change.Operation.INSERT, after=manifest["files"],
        action="backup.restore", reason=f"backup of {manifest['made_at']}",
    )  # fmt: skip
    anchor_restore()
    return manifest


def _holds_records():
    if Change._meta.db_table not in connection.introspection.table_names():
        return False
    return Change.objects.filter(table_name="projects_project").exists()


def _digests(folder):
    """{path within the folder: SHA-256} of all files but the manifest."""
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.name != MANIFEST:
            with path.open("rb") as file:
                found[path.relative_to(folder).as_posix()] = hashlib.file_digest(file, "sha256").hexdigest()
    return found


def _run(tool, *arguments):
    parameters = connection.get_connection_params()
    environment = {VARIABLES[key]: str(parameters[key]) for key in VARIABLES if parameters.get(key)}
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PG")} | environment
    environment["PGOPTIONS"] = "-c statement_timeout=0 -c lock_timeout=60000"
    done = subprocess.run([_tool(tool), *arguments], env=environment, capture_output=True, text=True)
    if done.returncode:
        raise BackupError(_("%(tool)s failed: %(why)s") % {"tool": tool, "why": done.stderr.strip()[-800:]})


def _tool(name):
    """The newest program of this name that is at least as new as the server."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version_num")
        server = int(cursor.fetchone()[0]) // 10000
    for folder in found_binaries():
        program = folder / name
        if program.exists():
            answer = subprocess.run([program, "--version"], capture_output=True, text=True).stdout
            number = re.search(r"\) (\d+)", answer)
            if number and int(number[1]) >= server:
                return str(program)
    raise BackupError(
        _("%(tool)s of PostgreSQL %(version)s or newer is needed. Install PostgreSQL's client programs.")
        % {"tool": name, "version": server}
    )
