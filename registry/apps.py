"""The roof as a Django app, and the admin site that it puts in place of the default one."""

from importlib import import_module

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig
from django.utils.translation import gettext_lazy as _


class RegistryConfig(AppConfig):
    name = "registry"
    default = True
    verbose_name = _("Bangfu registry")

    def ready(self):
        """What kind of data every field holds, and who reads it: known to all floors from here on."""
        import_module("registry.data_classes").pour()


class DeskConfig(AdminConfig):
    """Django's admin with our site: `admin.register` in any room lands on the desk."""

    default_site = "registry.desk.Desk"
