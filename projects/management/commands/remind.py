from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from projects.actions.reminding import send_digests
from registry.core.dates import parse_date, today


class Command(BaseCommand):
    help = (
        "Sends the daily digest of one day by hand. Whoever has it already gets no second one; a day off is refused. "
        "The worker (manage.py work) does this by itself at 08:30 on working days."
    )

    def add_arguments(self, parser):
        parser.add_argument("--day", help="the day, such as 2026-11-25; default: today in Shanghai")

    def handle(self, *args, day, **options):
        try:
            sent = send_digests(day=(day and parse_date(day)) or today(), by=None)
        except ValidationError as refusal:
            raise CommandError(" ".join(refusal.messages)) from refusal
        self.stdout.write(f"{len(sent)} digests")
