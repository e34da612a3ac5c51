from django.core.management.base import BaseCommand, CommandError

from registry.core.backup import BackupError, make_backup


class Command(BaseCommand):
    help = "Writes the database, the files and a manifest of digests into a new folder."

    def add_arguments(self, parser):
        parser.add_argument("folder", help="a new or empty folder")

    def handle(self, *args, **options):
        try:
            manifest = make_backup(options["folder"])
        except BackupError as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"{options['folder']}: {len(manifest['files'])} files, trail {manifest['trail_at_least']}")
