from django.core.management.base import BaseCommand, CommandError

from registry.core.backup import BackupError, check_backup, restore_backup


class Command(BaseCommand):
    help = "Checks a backup by its digests and puts it in place, the database in one transaction."
    requires_migrations_checks = False

    def add_arguments(self, parser):
        parser.add_argument("folder", help="the folder that `backup` wrote")
        parser.add_argument("--replace", action="store_true", help="also when the register holds records")
        parser.add_argument("--check", action="store_true", help="only check the digests")

    def handle(self, *args, **options):
        try:
            if options["check"]:
                manifest = check_backup(options["folder"])
            else:
                manifest = restore_backup(options["folder"], replace=options["replace"])
        except BackupError as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"{options['folder']}: {len(manifest['files'])} files, made {manifest['made_at']}")
