from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportsConfig(AppConfig):
    name = "registry.reports"
    label = "reports"
    verbose_name = _("Figures and public pages")

    def ready(self):
        """This floor's lines of the walls, before they are built."""
        import_module("registry.reports.walls")
