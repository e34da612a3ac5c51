import os
from urllib.parse import urlsplit

from django.core.management.base import BaseCommand, CommandError

from projects.database.building import build_database, roles_sql
from projects.database.faults import faults


class Command(BaseCommand):
    help = (
        "Makes the roles, rights and policies of the database anew where they differ, and tells what still does. "
        "With --sql it only prints what an administrator of the server runs where the owner may make no roles."
    )

    def add_arguments(self, parser):
        parser.add_argument("--sql", action="store_true", help="print the administrator's statements, change nothing")
        parser.add_argument(
            "--login",
            default=urlsplit(os.environ.get("DATABASE_URL", "")).username or "",
            help="the web server's login",
        )

    def handle(self, *, sql, login, **options):
        if sql:
            self.stdout.write("\n".join(roles_sql(login)))
            return
        build_database(anew=True)
        if found := faults():
            raise CommandError("\n".join(found))
        self.stdout.write("Roles, rights and policies are as they should be.")
