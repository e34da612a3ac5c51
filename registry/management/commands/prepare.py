from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand

from registry.reports.models import DataRelease


class Command(BaseCommand):
    help = (
        "Makes the database ready: migrations, roles, reference data, and demo data where they are wanted and nothing "
        "is there yet. Idempotent; runs before the site is started."
    )

    requires_system_checks = ()  # the code is checked by `make check`, the database by `migrate`

    def handle(self, *args, **options):
        call_command("migrate", verbosity=0)
        call_command("load_roles")
        call_command("load_reference")
        if settings.DEMO:
            call_command("load_demo", if_empty=True)
            if not DataRelease.objects.exists():
                call_command("release_data")
