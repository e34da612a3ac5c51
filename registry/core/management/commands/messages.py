from django.core.management.base import BaseCommand, CommandError

from registry.core import catalogues


class Command(BaseCommand):
    help = "Keeps the message catalogue: collects messages, fills and checks translations, compiles them."
    requires_system_checks = ()

    def add_arguments(self, parser):
        parser.add_argument("--update", action="store_true", help="collect the messages of the sources")
        parser.add_argument(
            "--merge", nargs="+", metavar="FILE", help='fill empty ones from {"message id": "translation"} files'
        )
        parser.add_argument("--check", action="store_true", help="exit 1 and name what is untranslated or out of date")
        parser.add_argument("--compile", action="store_true", help="write the .mo file that the site reads")

    def handle(self, *args, **options):
        if not any(options[name] for name in ("update", "merge", "check", "compile")):
            raise CommandError("Choose --update, --merge, --check or --compile.", returncode=2)
        if options["update"] or options["merge"]:
            self.update(options["merge"] or ())
        if options["check"]:
            self.check_catalogue()
        if options["compile"]:
            self.stdout.write(f"{catalogues.compile_to_mo().name} written")

    def update(self, files):
        catalogue = catalogues.updated(catalogues.load())
        for file in files:
            try:
                unknown = catalogues.merge(catalogue, catalogues.read_pairs(file))
            except (OSError, ValueError) as error:
                raise CommandError(f"{file} cannot be merged: {error}") from error
            for message in unknown:
                self.stderr.write(f"{file}: no such message: {message}")
        catalogues.save(catalogue)
        self.stdout.write(f"{len(catalogue)} messages")

    def check_catalogue(self):
        faults = list(catalogues.faults())
        if faults:
            raise CommandError("\n".join(map(str, [*faults, f"{len(faults)} faults"])))
        self.stdout.write("every message is translated")
