"""The table of contents of the site."""

from django.contrib import admin
from django.contrib.auth.views import LogoutView
from django.urls import include, path
from django.views.i18n import set_language

from registry import health
from registry.accounts import SignIn
from registry.core.read_only import own_affairs
from registry.preferences import preferences

urlpatterns = [
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("", include("registry.reports.urls")),
    path("", include("projects.urls")),
    path("my/", include("projects.my.urls")),
    path("", include("registry.core.urls")),
    path("api/", include("registry.api")),
    path("accounts/login/", own_affairs(SignIn.as_view()), name="login"),
    path("accounts/", include("orgs.signup.urls")),
    path("accounts/logout/", own_affairs(LogoutView.as_view()), name="logout"),
    path("desk/", admin.site.urls),
    path("preferences/", preferences, name="preferences"),
    path("i18n/setlang/", own_affairs(set_language), name="set_language"),
]
