"""`manage.py retention`: what is past its time, and with --commit lets it go."""

from django.core.management.base import BaseCommand

from registry.core.models import User
from registry.core.models.user import UNUSED
from registry.reports.persons.retention import TERMS, due, keep_the_terms


class Command(BaseCommand):
    help = "Lists what is kept for how long and how many rows are past their time; --commit lets them go."

    def add_arguments(self, parser):
        parser.add_argument("--commit", action="store_true", help="do it; without it nothing is changed")

    def handle(self, *args, commit, **options):
        before = {term.code: due(term).count() for term in TERMS}
        for term in TERMS:
            line = f"{term.code:<12}{term.days:>5} days  {before[term.code]:>7} rows  {term.what}: {term.why}"
            self.stdout.write(line)
        self.stdout.write(
            f"{User.objects.unused().count()} accounts were not used for {UNUSED.days} days: see the desk"
        )
        if commit:
            done, taken, left = keep_the_terms()
            self.stdout.write(f"let go: {sum(done.values())} rows; {taken} values taken out of the trail, {left} left")
