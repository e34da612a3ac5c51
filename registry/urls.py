"""The table of contents of the site."""

from django.contrib import admin
from django.contrib.auth.views import LogoutView
from django.urls import include, path

from registry import health
from registry.accounts import SignIn
from registry.preferences import preferences

urlpatterns = [
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("", include("registry.reports.urls")),
    path("", include("projects.urls")),
    path("my/", include("projects.my.urls")),
    path("", include("registry.core.urls")),
    path("api/", include("registry.api")),
    path("accounts/login/", SignIn.as_view(), name="login"),
    path("accounts/", include("orgs.signup.urls")),
    path("accounts/logout/", LogoutView.as_view(), name="logout"),
    path("desk/", admin.site.urls),
    path("preferences/", preferences, name="preferences"),
    path("i18n/", include("django.conf.urls.i18n")),
]
