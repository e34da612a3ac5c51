from django.core.management.base import BaseCommand, CommandError

from registry.core.summaries import SUMMARIES, differences, rebuild


class Command(BaseCommand):
    help = "Counts every summary again from the register and compares row by row; names what differs and exits 1."

    def add_arguments(self, parser):
        parser.add_argument("--rebuild", action="store_true", help="fill those that differ anew, then compare again")

    def handle(self, *args, **options):
        wrong = [one for one in SUMMARIES.values() if self._differs(one)]
        if wrong and options["rebuild"]:
            for summary in wrong:
                rebuild(summary)
            wrong = [one for one in wrong if self._differs(one)]
        if wrong:
            raise CommandError(f"{len(wrong)} of {len(SUMMARIES)} summaries differ from the register.")
        self.stdout.write(f"{len(SUMMARIES)} summaries are equal to a recount.")

    def _differs(self, summary):
        found = differences(summary)
        if found is None:
            return False
        self.stdout.write(f"{summary.name}: {found.missing} rows are missing, {found.extra} are too many")
        for row in found.sample:
            self.stdout.write(f"  {row}")
        return True
