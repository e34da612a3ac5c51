from django.core.management.base import BaseCommand, CommandError

from registry.core.backup.making import make_backup
from registry.core.backup.programs import BackupError


class Command(BaseCommand):
    help = "Writes the database, the files, the anchors of the trail and a manifest of digests into a new folder."

    def add_arguments(self, parser):
        parser.add_argument("folder", help="a new or empty folder; what the newest backup beside it holds is linked")
        parser.add_argument("--keep", type=int, default=0, help="leave only so many of the newest backups beside it")

    def handle(self, *args, folder, keep, **options):
        if keep < 0:
            raise CommandError("--keep is a number of backups, 1 or more.", returncode=2)
        try:
            manifest = make_backup(folder, keep=keep, say=self.stdout.write)
        except BackupError as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(
            f"{folder}: {len(manifest['files'])} files ({manifest['linked']} linked), {manifest['bytes']} bytes, "
            f"trail {manifest['trail_at_least']}, {manifest['seconds']} s"
        )
        if manifest["missing"]:
            raise CommandError(
                "The backup was kept, but these files are lost or altered in the register: "
                + ", ".join(manifest["missing"][:10])
            )
