from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from registry.core.backup.programs import BackupError
from registry.core.backup.restoring import check_backup, restore_backup


class Command(BaseCommand):
    help = (
        "Checks a backup by its digests and puts it in place, the database in one transaction; then makes it ready as "
        "`prepare` does. Another database: DATABASE_URL or DATA_DIR of this command."
    )
    requires_migrations_checks = False

    def add_arguments(self, parser):
        parser.add_argument("folder", help="the folder that `backup` wrote")
        parser.add_argument("--replace", action="store_true", help="also when the register holds records")
        parser.add_argument("--check", action="store_true", help="only check the digests")
        parser.add_argument("--as-it-is", action="store_true", help="do not run `prepare` afterwards")

    def handle(self, *args, folder, replace, check, as_it_is, **options):
        closed = []
        try:
            if check:
                manifest = check_backup(folder)
            else:
                manifest, closed = restore_backup(folder, replace=replace)
        except BackupError as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"{folder}: {len(manifest['files'])} files, made {manifest['made_at']}")
        if closed:
            self.stdout.write(f"Closed since and closed again: {', '.join(closed)}")
        if not check and not as_it_is:
            call_command("prepare", stdout=self.stdout)
        if manifest["missing"]:
            raise CommandError("The backup itself lacked: " + ", ".join(manifest["missing"][:10]))
