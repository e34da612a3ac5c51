import argparse
import time
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, DjangoHelpFormatter
from django.utils.translation import gettext as _

from projects.dataset import Refused, load
from projects.models import Project
from registry.core.summaries import fold_all

HELP = """\
Loads a complete data set into the register, empty or filled, in one transaction: all of it or nothing.

DIR holds six CSV files in UTF-8 with a header line: organisations, projects, project_organisations,
funding_lines, outcomes, checklist_items (.csv). Ids are the files' own. Days are written 2021-11-01,
amounts in yuan as 1200.50. Empty cells are not stated.
level: 国家级 省级 市级 县级, or national province prefecture county.
A terminated project had been under way if it has a start. Person-times and households become approved
results, signed by the closed account "dataset"; signed-off steps also by "dataset-check".
Exit 0 loaded, 1 refused (every fault with file, line and column), 2 wrong usage."""


class _Laid(DjangoHelpFormatter, argparse.RawDescriptionHelpFormatter):
    """Keeps the lines of the description as they are."""


class Command(BaseCommand):
    help = HELP

    def create_parser(self, *args, **kwargs):
        return super().create_parser(*args, **kwargs, formatter_class=_Laid)

    def add_arguments(self, parser):
        parser.add_argument("folder", metavar="DIR", type=Path)
        parser.add_argument(
            "--campaign", default="", metavar="CODE",
            help="the campaign of all projects; without it the one that knows the data set's fields and had begun",
        )  # fmt: skip
        parser.add_argument("--publish", action="store_true", help="publish the projects; without it they are internal")
        parser.add_argument(
            "--unchecked-codes", action="store_true",
            help="take credit codes of the right form whose check character or class is wrong as they are",
        )  # fmt: skip

    def handle(self, *args, folder, **options):
        start = time.perf_counter()
        visibility = Project.Visibility.PUBLISHED if options["publish"] else Project.Visibility.INTERNAL
        try:
            loaded = load(
                folder,
                campaign=options["campaign"],
                visibility=visibility,
                check_codes=not options["unchecked_codes"],
            )
        except Refused as refused:
            lines = [str(fault) for fault in refused.faults]
            if refused.more:
                lines.append(_("… and %d more.") % refused.more)
            lines.append(_("Nothing was loaded."))
            raise CommandError("\n".join(lines)) from refused
        fold_all()
        for what, count, seconds in loaded.parts:
            self.stdout.write(f"{what:<28}{count:>10}{seconds:>9.2f} s")
        self.stdout.write(_("Campaign: %s") % loaded.campaign)
        if loaded.amounts_apart:
            self.stdout.write(
                _("%d projects state another amount than their funding lines; the lines count.") % loaded.amounts_apart
            )
        self.stdout.write(_("Loaded in %.2f s.") % (time.perf_counter() - start))
