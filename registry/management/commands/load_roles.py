from django.contrib.auth.models import Group, Permission
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.translation import gettext as _

from registry.roles import GRANTS


class Command(BaseCommand):
    help = "Pours the table of roles (registry/roles.py) into Django's groups. Idempotent."

    def add_arguments(self, parser):
        parser.add_argument("--list", action="store_true", help="print the table and change nothing")

    def handle(self, *args, **options):
        if options["list"]:
            for grant in GRANTS:
                self.stdout.write(f"{grant.role.value}: {grant.role.label}. {grant.sentence}")
                self.stdout.write(f"    {' '.join(grant.permissions)}")
            return
        with transaction.atomic():
            known = {
                f"{p.content_type.app_label}.{p.codename}": p for p in Permission.objects.select_related("content_type")
            }
            for grant in GRANTS:
                unknown = set(grant.permissions) - known.keys()
                if unknown:
                    raise CommandError(
                        _("Unknown permissions for %(role)s: %(names)s. Run migrate first, or mend registry/roles.py.")
                        % {"role": grant.role.value, "names": ", ".join(sorted(unknown))}
                    )
                group, _created = Group.objects.get_or_create(name=grant.role.value)
                group.permissions.set(known[name] for name in grant.permissions)
        self.stdout.write(f"{len(GRANTS)} roles")
