import argparse
import hashlib
import time
import uuid
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, DjangoHelpFormatter
from django.utils.translation import gettext as _

from projects.ledger import importing, report
from projects.ledger.words import MONEY_WORDS
from registry.core import sheets
from registry.core.sheets.grid import Refused

HELP = """\
Reads one ledger, an XLSX or CSV file, and says what would become of each row. Without --commit nothing is written;
with it the accepted rows are written in one transaction, all or none, and the verdicts are the same.

A row is accepted, rejected (every fault with its cell and reason), unchanged or different (in the register already;
never overwritten), or skipped (in the file already). A second import of the same file adds nothing.
Exit 0 done, also with rejected rows; 1 the file is refused; 2 wrong usage."""


class _Laid(DjangoHelpFormatter, argparse.RawDescriptionHelpFormatter):
    """Keeps the lines of the description as they are."""


def _told(outcome):
    """(the report, the same as a text)."""
    told = report.report(outcome)
    return told, report.as_text(told)


class Command(BaseCommand):
    help = HELP
    requires_system_checks = ()  # the code is checked by `make check`, which takes half a second of an import

    def create_parser(self, *args, **kwargs):
        return super().create_parser(*args, **kwargs, formatter_class=_Laid)

    def add_arguments(self, parser):
        parser.add_argument("file", metavar="FILE", type=Path)
        parser.add_argument("--sheet", default="", metavar="NAME", help="only this sheet; without it each with a head")
        parser.add_argument("--unit", default="", choices=MONEY_WORDS, help="the unit of money where none is stated")
        parser.add_argument(
            "--campaign", default="", metavar="CODE",
            help="the campaign of new projects; without it the one that knows the ledger's fields and had begun",
        )  # fmt: skip
        parser.add_argument("--commit", action="store_true", help="write the accepted rows")
        parser.add_argument("--report", type=Path, metavar="OUT.json", help="write the report there")

    def handle(self, *args, file, **options):
        start = time.perf_counter()
        if not file.is_file():
            raise CommandError(_("There is no file %s.") % file, returncode=2)
        order = importing.Order(options["sheet"], options["unit"], options["campaign"])
        try:
            book = sheets.read_in_child(file)
            if options["commit"]:
                digest = hashlib.sha256(file.read_bytes()).hexdigest()
                batch = uuid.uuid4().hex
                told, text = importing.commit(book, order, by=None, digest=digest, batch=batch, tell=_told).told
            else:
                told, text = _told(importing.check(book, order))
        except Refused as refused:
            self.keep(options["report"], report.as_text(report.refusal(refused)))
            raise CommandError(f"{refused.message}\n{_('Nothing was imported.')}") from refused
        self.keep(options["report"], text)
        self.tell(told, time.perf_counter() - start)

    def keep(self, path, text):
        if path is not None:
            try:
                path.write_text(text, encoding="utf-8")
            except OSError as error:
                raise CommandError(_("The report cannot be written: %s") % error.strerror, returncode=2) from error

    def tell(self, told, seconds):
        for warning in told["warnings"]:
            self.stdout.write(warning)
        for row in told["rows"]:
            for error in row["errors"]:
                self.stdout.write(f"{row['sheet']} {error['cell'] or row['row']} {error['field']}: {error['message']}")
        self.stdout.write("  ".join(f"{name} {number}" for name, number in told["summary"].items()))
        written = told.get("written")
        done = _("Written: %s.") % ", ".join(f"{n} {name}" for name, n in written.items() if n) if written else ""
        self.stdout.write(" ".join(filter(None, (done or _("Nothing was written."), f"{seconds:.2f} s"))))
