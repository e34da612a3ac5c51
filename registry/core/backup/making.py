"""A backup is written: the dump, the files, what the database held, and a digest of every file.

All rows are of one snapshot: pg_dump and the digests of the contents read the same. Files are copied after it was
taken, and a file lies in its place before the row that names it is committed, so that none of a row in the dump is
missed. What a restore needs to know stands in the manifest, which is written last.
"""

import contextlib
import fcntl
import hashlib
import json
import os
import shutil
import time
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone
from django.utils.translation import gettext as _

from registry.core.blobs import flush
from registry.core.models import Blob, Change

from .contents import contents, left_out
from .notes import BACKUP, note
from .programs import BackupError, run

FORMAT = 2
DUMP, MANIFEST, ANCHORS = "database.dump", "manifest.json", "anchors.jsonl"
LEFT_IN_PLACE = ("made",)
"""Folders of the files that go within a week and that no row needs."""
SPARE = 64 * 2**20
"""Bytes that must stay free beside the backup."""


@dataclass
class Draft:
    """A backup that is being written: its folder, the newest backup beside it, and what is told of how far it is."""

    folder: Path
    before: Path | None
    say: object
    linked: int = field(default=0)

    def copy(self, source, name):
        """Take a file in as `name`; where the backup before holds the same, it is linked instead of copied."""
        target = self.folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        old = self.before / name if self.before else None
        if old and old.is_file() and _same(old, source):
            with contextlib.suppress(OSError):  # too many links, or another disk
                os.link(old, target)
                self.linked += 1
                return
        shutil.copy2(source, target)
        flush(target)


def make_backup(folder, *, keep=0, noted=True, say=lambda words: None):
    """Write a backup into a new folder; returns its manifest. `say` hears how far it is.

    With `keep`, only so many of the newest backups stay in the parent folder. Unless it is `noted` in the trail, it
    does not count as a backup. Raises BackupError; whatever goes wrong, nothing half is left.
    """
    folder = Path(folder).resolve()
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise BackupError(_("%s is not empty. Name a new folder.") % folder)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with _alone(folder.parent):
            manifest = _in_place(folder, say)
            if noted:
                facts = {key: manifest[key] for key in ("made_at", "seconds", "bytes")}
                note(BACKUP, facts | {"manifest": digest_of(folder)})
            _leave_only(folder.parent, keep)
    except OSError as problem:
        raise BackupError(_("The backup could not be written: %s.") % problem.strerror) from problem
    return manifest


def _in_place(folder, say):
    """Write the backup beside its place and let it take that when it is whole."""
    for half in folder.parent.glob("*.partial"):  # of one that was killed
        shutil.rmtree(half, ignore_errors=True)
    draft = Draft(folder.with_name(f"{folder.name}.partial"), newest_in(folder.parent), say)
    try:
        draft.folder.mkdir(mode=0o700)
        manifest = _written(draft)
        if folder.exists():
            folder.rmdir()
        draft.folder.rename(folder)
    finally:
        shutil.rmtree(draft.folder, ignore_errors=True)
    flush(folder.parent)
    return manifest


def _written(draft):
    began, made_at = time.monotonic(), timezone.now()
    copied = dict(files_in_place())
    _refuse_without_room(draft, copied)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SELECT pg_export_snapshot()")
        snapshot = cursor.fetchone()[0]
        draft.say(_("database …"))
        hidden = [f"--exclude-table-data=public.{table}" for table in left_out()]
        place = f"--file={draft.folder / DUMP}"
        run("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}", place, *hidden)
        draft.say(_("contents …"))
        facts = _facts()
        named = list(Blob.objects.values_list("sha256", flat=True))
    draft.say(_("files …"))
    for name, source in files_in_place():
        with contextlib.suppress(FileNotFoundError):  # a draft or an orphan that has just gone
            draft.copy(source, name)
    files = digests(draft.folder)
    paths = {sha256: f"media/{Blob(sha256=sha256).path}" for sha256 in named}
    manifest = facts | {
        "format": FORMAT,
        "made_at": made_at.isoformat(),
        "missing": sorted(path for sha256, path in paths.items() if files.get(path) != sha256),
        "bytes": sum(path.stat().st_size for path in draft.folder.rglob("*") if path.is_file()),
        "linked": draft.linked,
        "seconds": round(time.monotonic() - began, 2),
        "files": files,
    }
    (draft.folder / MANIFEST).write_text(json.dumps(manifest, indent=1))
    for place in (DUMP, MANIFEST, "."):
        flush(draft.folder / place)
    return manifest


def _facts():
    """What is known of the database by the snapshot."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT r.rolname FROM pg_policy p, pg_roles r WHERE r.oid = ANY(p.polroles) ORDER BY 1"
        )
        roles = [row[0] for row in cursor.fetchall()]
    head = Change.objects.order_by("-id").values_list("id", flat=True).first()
    return {
        "trail_at_least": head or 0,
        "postgresql": connection.pg_version,
        "migrations": sorted(f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations()),
        "roles": roles,
        "contents": contents(),
    }


def files_in_place():
    """(name in the backup, path) of everything beside the database that a backup holds: files, anchors of the trail."""
    place = Path(settings.MEDIA_ROOT)
    for path in sorted(place.rglob("*")):
        inside = path.relative_to(place)
        if path.is_file() and inside.parts[0] not in LEFT_IN_PLACE and path.suffix != ".part":
            yield f"media/{inside.as_posix()}", path
    if settings.ANCHORS.is_file():
        yield ANCHORS, settings.ANCHORS


def newest_in(parent):
    """The newest whole backup in a folder, or None."""
    found = sorted(parent.glob(f"*/{MANIFEST}"), key=lambda path: path.stat().st_mtime)
    return found[-1].parent if found else None


def digests(folder):
    """{path within the folder: SHA-256} of all files but the manifest."""
    return {
        path.relative_to(folder).as_posix(): _sha256(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.relative_to(folder).as_posix() != MANIFEST
    }


def digest_of(folder):
    """The SHA-256 of a backup's manifest, which stands for the whole of it."""
    return _sha256(Path(folder) / MANIFEST)


def _sha256(path):
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _same(old, new):
    """Whether two files are the same by size and time of writing, which a copy keeps."""
    one, other = old.stat(), new.stat()
    return (one.st_size, one.st_mtime_ns) == (other.st_size, other.st_mtime_ns)


def _refuse_without_room(draft, files):
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        needed = cursor.fetchone()[0] + SPARE
    for name, source in files.items():
        if not (draft.before and (draft.before / name).is_file()):
            with contextlib.suppress(FileNotFoundError):
                needed += source.stat().st_size
    free = shutil.disk_usage(draft.folder).free
    if free < needed:
        raise BackupError(
            _("There is no room for a backup: %(needed)d MiB may be needed, %(free)d MiB are free. Name another disk.")
            % {"needed": needed // 2**20 + 1, "free": free // 2**20}
        )


@contextlib.contextmanager
def _alone(parent):
    """One backup at a time writes into a folder."""
    with open(parent / ".backup.lock", "w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as busy:
            raise BackupError(_("Another backup is being written into %s. Wait for it.") % parent) from busy
        yield


def _leave_only(parent, keep):
    """Take away all but the `keep` newest whole backups of a folder; 0: none. Anything else there is left alone."""
    found = sorted(parent.glob(f"*/{MANIFEST}"), key=lambda path: path.stat().st_mtime)
    for old in found[:-keep] if keep else ():
        old.unlink()  # first: what is half gone is no backup
        shutil.rmtree(old.parent)
