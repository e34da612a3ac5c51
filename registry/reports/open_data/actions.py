"""Releases made and withdrawn: every change to one goes through here."""

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from django.core.exceptions import PermissionDenied
from django.core.files.base import File
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from registry.core.actions import locked
from registry.core.blobs import keep
from registry.core.dates import today
from registry.core.history import name_actions
from registry.core.trail import action
from registry.core.turns import take_turns
from registry.reports.models import DataFile, DataRelease

from .collecting import collect
from .comparing import changes
from .files import NAMES, Workshop
from .package import licence

name_actions(
    {
        "datarelease.made": gettext_lazy("Open data released"),
        "datarelease.withdrawn": gettext_lazy("Release of open data withdrawn"),
    }
)
LIMIT = 2**30
"""Bytes of one file."""

LANGUAGE = "zh-hans"
"""Of everything in the files."""


def made(folder, as_of, step):
    """Collect what is open and make its files in `folder`; the `Workshop`, with all of them but the package.

    One transaction must be open around it.
    """
    with override(LANGUAGE), TemporaryDirectory() as rows:
        workshop = Workshop(folder, collect(Path(rows), step), as_of)
        workshop.make()
    return workshop


@action("datarelease.made")
def make_release(*, by, note="", step: Callable = lambda: None):
    """Release what is open now: (the `DataRelease`, whether it is new). Equal content makes no new one; the standing
    release is given back. `by` is None for the daily job. `step` is called with each row that is read.

    Raises PermissionDenied.
    """
    if by is not None and not by.has_perm("reports.make_datarelease"):
        raise PermissionDenied(_("Your role does not release open data."))
    take_turns("registry.reports.open_data")  # two at once would take the same number
    as_of = timezone.now()
    with TemporaryDirectory() as folder:
        workshop = made(Path(folder), as_of, step)
        before = DataRelease.objects.standing().first()
        if before is not None and before.fingerprint == workshop.fingerprint:
            return before, False
        return _kept(workshop, before, by, note), True


def _kept(workshop, before, by, note):
    number, stored = _number(), {file.name: file for file in before.files.select_related("blob")} if before else {}
    for code, told in workshop.sets.items():
        name = f"{code}.csv"
        told |= changes(workshop.folder / name, stored.get(name))
    with override(LANGUAGE):
        workshop.package(number, note)
    release = DataRelease.objects.create(
        number=number, as_of=workshop.as_of, made_by=by, fingerprint=workshop.fingerprint, note=note,
        licence=licence()["name"], sets=workshop.sets, standards=workshop.standards,
    )  # fmt: skip
    for file in sorted(workshop.made, key=lambda file: NAMES.index(file.name)):
        with file.path.open("rb") as source:
            blob = keep(File(source, name=file.name), file.name, limit=LIMIT)
        DataFile.objects.create(release=release, name=file.name, blob=blob)
    return release


def _number():
    """The day, and from the second release of a day on also which it is: 2026-11-25, 2026-11-25-2."""
    day = today().isoformat()
    others = DataRelease.objects.filter(number__startswith=day).count()
    return f"{day}-{others + 1}" if others else day


@action("datarelease.withdrawn")
def withdraw_release(*, release, by, reason):
    """Take a release back: its files are answered with the reason from now on. Raises UnlawfulMove without a reason
    or for one that was withdrawn before, PermissionDenied."""
    release = locked(release, by=by)
    release.move_to(DataRelease.Status.WITHDRAWN, by=by, reason=reason)
    return release
