"""The roof as a Django app, and the admin site that it puts in place of the default one."""

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig
from django.utils.translation import gettext_lazy as _


class RegistryConfig(AppConfig):
    name = "registry"
    default = True
    verbose_name = _("Bangfu registry")


class DeskConfig(AdminConfig):
    """Django's admin with our site: `admin.register` in any room lands on the desk."""

    default_site = "registry.desk.Desk"
