from django.core.management.base import BaseCommand

from registry.core.sealing.anchors import anchor
from registry.core.sealing.chain import seal


class Command(BaseCommand):
    help = "Seals the records of the trail that are committed, and tells the newest seal outside of the database."

    def handle(self, *args, **options):
        number = seal()
        line = anchor(at_once=True)
        self.stdout.write(f"{number} records sealed" + (f"; told outside: {line}" if line else ""))
