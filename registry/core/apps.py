from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _

from . import checks  # noqa: F401  registers the checks of the database server


class CoreConfig(AppConfig):
    name = "registry.core"
    label = "core"
    verbose_name = _("Accounts and trail")

    def ready(self):
        """Every process knows the jobs of all apps, the words of their messages, and the summaries."""
        autodiscover_modules("jobs", "words", "summaries")
