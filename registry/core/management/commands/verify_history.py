import json
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from registry.core.sealing.report import counts_in_words, in_words, outcome_in_words
from registry.core.sealing.verifying import verify


class Command(BaseCommand):
    help = "Reads the trail, its seals, the register's rows and the triggers again; names what was altered and exits 1."

    def add_arguments(self, parser):
        parser.add_argument("--since", type=int, default=0, metavar="SEQ", help="only from this record of the trail on")
        parser.add_argument("--anchors", type=Path, metavar="FILE", help="anchors kept elsewhere; default: ANCHORS")
        parser.add_argument("--json", action="store_true", help="print the findings as JSON")

    def handle(self, *args, since, anchors, **options):
        try:
            report = verify(since=since, anchors=anchors)
        except OSError as problem:
            raise CommandError(f"The anchors cannot be read: {problem}", returncode=2) from problem
        if options["json"]:
            self.stdout.write(json.dumps(report.as_json(), ensure_ascii=False))
        else:
            for what, number in counts_in_words(report.counts):
                self.stdout.write(f"{what}: {number:,}")
            for finding in report.named:
                self.stdout.write(in_words(finding))
        if not report.is_sound:
            raise CommandError(outcome_in_words(report.found.total(), report.seconds))
        if not options["json"]:
            self.stdout.write(outcome_in_words(0, report.seconds))
