import json
from pathlib import Path
from tempfile import TemporaryDirectory

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from registry.reports.open_data.actions import made, make_release
from registry.reports.open_data.checking import CHECKS
from registry.reports.open_data.files import ACTIVITIES, GRANTS


class Command(BaseCommand):
    help = (
        "Releases what is open now; nothing where nothing has changed since the last release. With --check nothing is "
        "written: the files are made aside and checked. Exit 0 done, 1 found wrong, 2 wrong usage."
    )

    def add_arguments(self, parser):
        parser.add_argument("--note", default="", help="what users should know of this release")
        parser.add_argument("--check", action="store_true", help="make the files aside and check them")
        parser.add_argument("--schema", metavar="FILE", help="with --check: 360Giving's published schema of a grant")
        parser.add_argument("--xsd", metavar="FILE", help="with --check: IATI's published schema of activities")
        parser.add_argument("--out", metavar="DIR", help="with --check: keep the files in this folder")

    def handle(self, *args, note, check, schema, xsd, out, **options):
        if not check and (schema or xsd or out):
            raise CommandError("--schema, --xsd and --out go with --check.", returncode=2)
        if not check:
            release, is_new = make_release(by=None, note=note)
            self.stdout.write(f"{release}: {'released' if is_new else 'nothing has changed'}")
            return
        schemas = {GRANTS: _read(schema), ACTIVITIES: _there(xsd)}
        with TemporaryDirectory() as folder:
            faults = list(self._check(Path(out or folder), schemas))
        if faults:
            raise CommandError("\n".join(faults), returncode=1)

    def _check(self, folder, schemas):
        folder.mkdir(parents=True, exist_ok=True)
        with transaction.atomic():
            workshop = made(folder, timezone.now(), lambda: None)
        for file in workshop.made:
            found = CHECKS[file.name](file.path, schemas[file.name]) if file.name in CHECKS else []
            told = workshop.standards.get(file.name) or workshop.sets.get(file.path.stem, {})
            number = told.get("entries", told.get("rows", 0))
            self.stdout.write(f"{file.name}: {number} entries, {file.size} bytes, {len(found)} faults")
            yield from (f"{file.name}: {words}" for words in found)


def _there(name):
    """The path of a file that is there, None for no name; raises CommandError."""
    if name is not None and not Path(name).is_file():
        raise CommandError(f"There is no file {name}.", returncode=2)
    return name


def _read(name):
    try:
        return json.loads(Path(name).read_text("utf-8")) if _there(name) else None
    except ValueError as fault:
        raise CommandError(f"{name} is no JSON: {fault}", returncode=2) from fault
