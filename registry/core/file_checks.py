"""The stored files compared with their rows, both ways: no row without its bytes, none altered, no file without a row.

A file is written before its row is committed, so one without a row is an orphan only when it is older than a day.
"""

import datetime
import os
import re
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from .blobs import Altered, opened
from .models import Blob

GRACE = datetime.timedelta(days=1)
"""How long a file may wait for its row: an upload, or a job, that is still going on."""

_DIGEST, _DRAFT = re.compile("[0-9a-f]{64}"), re.compile(r"\.[0-9a-f]{16}\.part")


@dataclass
class Found:
    """What a check found. `lost`, `altered`: the `Blob`s whose bytes are gone, or are others; `strange`: names that
    nobody here gives; `orphans`: how many files without a row were removed; `number`, `size`: what was compared."""

    lost: list = field(default_factory=list)
    altered: list = field(default_factory=list)
    strange: list = field(default_factory=list)
    orphans: int = 0
    number: int = 0
    size: int = 0

    @property
    def is_well(self):
        return not (self.lost or self.altered or self.strange)


def check_files(*, now=None, step=lambda: None):
    """Read every stored file and compare it with its row; take away what has had no row for a day. Returns a `Found`.

    `step` is called after each file.
    """
    found = Found()
    for blob in Blob.objects.order_by("pk").iterator():
        _compare(blob, found)
        step()
    _sweep((now or timezone.now()) - GRACE, found)
    return found


def _compare(blob, found):
    found.number += 1
    try:
        with opened(blob) as file:
            size = os.fstat(file.fileno()).st_size
    except Altered:
        found.altered.append(blob)
    except FileNotFoundError:
        found.lost.append(blob)
    else:
        found.size += size
        if size != blob.size:
            found.altered.append(blob)


def _sweep(before, found):
    """Remove old drafts and old files without a row; note what has a name of no kind that is known."""
    store = Path(settings.MEDIA_ROOT) / "blobs"
    for path in sorted(store.rglob("*")):
        if not path.is_file():
            continue
        is_draft = path.parent == store and _DRAFT.fullmatch(path.name)
        is_ours = _DIGEST.fullmatch(path.name) and path == store / path.name[:2] / path.name
        if not (is_draft or is_ours):
            found.strange.append(path.relative_to(store).as_posix())
        elif is_draft or not Blob.objects.filter(sha256=path.name).exists():
            found.orphans += _removed(path, before.timestamp())


def _removed(path, before):
    """Whether the file was old and is gone. It is put aside first: one that is stored anew at this moment comes under
    the same name, and must not be taken for the old one."""
    aside = path.with_name(f".{path.name}.aside")
    try:
        if path.stat().st_mtime >= before:
            return False
        path.rename(aside)
        if aside.stat().st_mtime >= before:
            aside.rename(path)
            return False
        aside.unlink()
    except FileNotFoundError:  # somebody else was quicker
        return False
    return True
