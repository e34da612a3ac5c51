"""The bureau's desk: the one AdminSite at `/desk/`. Its index is the workbench."""

from functools import update_wrapper

from django.conf import settings
from django.contrib.admin import AdminSite
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import HttpResponseNotAllowed, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from registry.accounts import sign_out
from registry.core.desk_pages import PAGES
from registry.core.read_only import own_affairs
from registry.workbench import workbench

SEARCHED = ("q", "term")
"""What people type to search; the search itself answers any words."""

METHODS = ("GET", "HEAD", "POST", "OPTIONS")
"""Django's admin takes any other method for a question."""


class Desk(AdminSite):
    site_title = gettext_lazy("Bangfu registry")
    site_header = gettext_lazy("Bangfu registry")
    index_title = gettext_lazy("Workbench")
    site_url = "/"
    enable_nav_sidebar = False
    empty_value_display = "—"

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.disable_action("delete_selected")

    def admin_view(self, view, cacheable=False):
        """Strangers sign in; those who have signed in but do not work here are told so."""
        inner = super().admin_view(view, cacheable)

        def guarded(request, *args, **kwargs):
            if request.user.is_authenticated and not self.has_permission(request):
                raise PermissionDenied(_("The desk is for the bureaux, auditors and administrators."))
            if any(
                "\0" in value for name in request.GET if name not in SEARCHED for value in request.GET.getlist(name)
            ):
                raise SuspiciousOperation("a NUL in the address, which no text in the database can hold")
            if request.method not in METHODS and self.has_permission(request):
                return HttpResponseNotAllowed(METHODS)
            return inner(request, *args, **kwargs)

        return update_wrapper(guarded, inner)

    def get_urls(self):
        """Without the way round by content type: it would tell the number of a record to whom it is not shown."""
        pages = [path(page.route, self.admin_view(page.view), name=page.name) for page in PAGES]
        return [*pages, *(url for url in super().get_urls() if getattr(url, "name", "") != "view_on_site")]

    def login(self, request, extra_context=None):
        """There is one sign-in for the whole site."""
        target = request.GET.get(REDIRECT_FIELD_NAME) or reverse("admin:index", current_app=self.name)
        return redirect_to_login(target, settings.LOGIN_URL)

    @own_affairs
    def password_change(self, request, extra_context=None):
        """There is one page of it for the whole site."""
        return HttpResponseRedirect(reverse("own-password"))

    @own_affairs
    def logout(self, request, extra_context=None):
        return sign_out(request)

    def app_index(self, request, app_label, extra_context=None):
        if request.method == "POST":
            return HttpResponseNotAllowed(("GET", "HEAD"))
        return super().app_index(request, app_label, extra_context)

    def index(self, request, extra_context=None):
        if request.method == "POST":
            return HttpResponseNotAllowed(("GET", "HEAD"))
        context = {
            **self.each_context(request),
            "title": self.index_title,
            **workbench(request.user),
            **(extra_context or {}),
        }
        return TemplateResponse(request, "admin/index.html", context)
