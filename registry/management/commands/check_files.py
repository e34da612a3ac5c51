from django.core.management.base import BaseCommand, CommandError

from registry.core.file_checks import check_files
from registry.file_care import evidence_among


class Command(BaseCommand):
    help = (
        "Compares every stored file with its row by its digest, and removes what has had no row for a day. Exit code 1 "
        "and every name where a file is lost, altered or of unknown origin."
    )

    def handle(self, *args, **options):
        found = check_files()
        self.stdout.write(f"{found.number} files, {found.size} bytes, {found.orphans} without a row removed")
        faults = [f"lost     {blob.sha256}" for blob in found.lost]
        faults += [f"altered  {blob.sha256}" for blob in found.altered]
        faults += [f"strange  {name}" for name in found.strange]
        for document in evidence_among(found):
            relied = ", relied on" if document.is_relied_on else ""
            faults.append(f"document {document.pk} of {document.owner._meta.label} {document.owner.pk}{relied}")
        if faults:
            raise CommandError("\n".join(faults))
