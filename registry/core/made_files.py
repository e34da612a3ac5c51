"""Files that jobs make for one person: written to disk piece by piece, kept for a week, and shown to nobody else.

They are no records: no row names them but the job itself, and the sweep takes them away when their time is over.
"""

import datetime
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.utils import timezone

KEPT = datetime.timedelta(days=7)


@contextmanager
def made(name):
    """The path to write the file `name` to; it takes its place when the block ends well and vanishes when not."""
    place = _folder() / name
    draft = place.with_name(f".{name}.part")
    try:
        yield draft
        draft.replace(place)
    finally:
        draft.unlink(missing_ok=True)


def path_of(job, name):
    """Where the file `name` of an ended `job` lies, or None when it is gone or its time is over."""
    place = _folder() / name
    is_kept = job.ended_at is not None and timezone.now() < kept_until(job)
    return place if is_kept and place.is_file() else None


def kept_until(job):
    return job.ended_at + KEPT


def sweep():
    """Take away what is older than a week, drafts of lost workers too; returns how many."""
    last = (timezone.now() - KEPT).timestamp()
    old = [path for path in _folder().iterdir() if path.stat().st_mtime < last]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)


def _folder():
    folder = Path(settings.MEDIA_ROOT) / "made"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
