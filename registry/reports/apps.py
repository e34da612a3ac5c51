from importlib import import_module

from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate
from django.utils.translation import gettext_lazy as _


class ReportsConfig(AppConfig):
    name = "registry.reports"
    label = "reports"
    verbose_name = _("Figures and public pages")

    def ready(self):
        """This floor's lines of the walls, before they are built, and what it tells the board; the cube is built after
        them."""
        import_module("registry.reports.walls")
        import_module("registry.reports.board_figures")
        cube = import_module("registry.reports.figures.cube.building")
        pre_migrate.connect(cube.before_migrations, sender=self)
        post_migrate.connect(cube.after_migrations, sender=self)
