"""The bureau's desk: the one AdminSite at `/desk/`. Its index is the workbench."""

from django.contrib.admin import AdminSite
from django.utils.translation import gettext_lazy as _


class Desk(AdminSite):
    site_title = _("Bangfu registry")
    site_header = _("Bangfu registry")
    index_title = _("Workbench")
    site_url = "/"
    enable_nav_sidebar = False
    login_template = "registration/login.html"
