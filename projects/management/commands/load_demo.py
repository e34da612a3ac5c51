import time

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from projects.demo.accounts import PASSWORD, account_names
from projects.demo.load import is_loaded, load_demo
from projects.models import Project
from registry.core.models import User

MOST = 20_000


class Command(BaseCommand):
    help = (
        "Loads data to try the register with: the nine cases of the article, N made-up projects in all stages, and an "
        "account for every role. Only into a register without projects; a second run changes nothing. What is made up "
        "is marked as demo data and is the same for the same N and seed, with days counted from today."
    )

    def add_arguments(self, parser):
        parser.add_argument("--projects", type=int, default=400, metavar="N", help="made-up projects (default 400)")
        parser.add_argument("--seed", type=int, default=1, metavar="S", help="another seed, other data (default 1)")
        parser.add_argument(
            "--if-empty", action="store_true", help="do nothing, and say so, when the register holds projects already"
        )

    def handle(self, *args, projects, seed, if_empty, **options):
        if not 0 <= projects <= MOST:
            raise CommandError(
                _("--projects takes a number from 0 to %(most)d, not %(given)d.") % {"most": MOST, "given": projects},
                returncode=2,
            )
        if settings.PRODUCTION or not settings.DEMO:
            raise CommandError(
                _("Demo accounts have a password that everybody knows: not with PRODUCTION=1 or DEMO=0.")
            )
        if is_loaded():
            self.stdout.write(_("The demo data is loaded already. Nothing was changed."))
            return
        if Project.objects.exists():
            if not if_empty:
                raise CommandError(
                    _("This register holds projects. Demo data is loaded into an empty one only: set DATA_DIR or "
                      "DATABASE_URL to another place.")
                )  # fmt: skip
            self.stdout.write(_("The register holds projects: no demo data is loaded."))
            return
        if taken := account_names() & set(User.objects.values_list("username", flat=True)):
            raise CommandError(
                _("There are accounts of these names already: %s. Demo accounts never replace them.")
                % ", ".join(sorted(taken))
            )
        self.load(projects, seed)

    def load(self, projects, seed):
        begun = time.monotonic()
        call_command("load_roles", stdout=self.stdout)
        call_command("load_reference", stdout=self.stdout)
        loaded = load_demo(projects=projects, seed=seed)
        self.stdout.write(
            f"{loaded.cases} cases, {loaded.projects} made-up projects, {loaded.organisations} made-up organisations "
            f"in {time.monotonic() - begun:.1f} s; every demo account has the password {PASSWORD}"
        )
