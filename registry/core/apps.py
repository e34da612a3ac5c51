from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from . import checks  # noqa: F401  registers the checks of the database server


class CoreConfig(AppConfig):
    name = "registry.core"
    label = "core"
    verbose_name = _("Accounts and trail")
