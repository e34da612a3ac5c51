from django.core.management.base import BaseCommand, CommandError

from registry.core.backup.drill import run_drill
from registry.core.backup.programs import BackupError
from registry.core.backup.recovery import ARCHIVE_TIMEOUT


class Command(BaseCommand):
    help = (
        "Backs the register up, restores it in a scratch place, compares, serves a page, loses that server and "
        "recovers it to an instant; prints RTO and RPO, notes the drill in the trail. The live register is only read."
    )

    def add_arguments(self, parser):
        parser.add_argument("--in", dest="parent", help="folder with room for two copies of the register")
        parser.add_argument("--keep", action="store_true", help="leave the scratch place (it holds personal data)")

    def handle(self, *args, parent, keep, **options):
        try:
            drill = run_drill(say=self.stdout.write, parent=parent, keep=keep)
        except BackupError as problem:
            raise CommandError(str(problem)) from problem
        self.stdout.write(f"RTO {drill.rto} s: from an empty server to the first page (server, restore, page)")
        self.stdout.write(
            f"RPO {drill.rpo} s: writes lost with a server that was killed, at archive_timeout={ARCHIVE_TIMEOUT} s"
        )
        last = "there was none before" if drill.backup_age is None else f"{drill.backup_age / 3600:.1f} hours ago"
        self.stdout.write(f"Without WAL archiving: all since the last backup ({last})")
        if drill.wrong:
            raise CommandError("\n".join(drill.wrong))
        self.stdout.write("0 differences")
