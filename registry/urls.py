"""The table of contents of the site."""

from django.contrib import admin
from django.urls import include, path
from django.views.decorators.http import require_POST
from django.views.i18n import set_language

from registry import health, metrics, site_pages
from registry.core.read_only import own_affairs
from registry.error_pages import handler400, handler500  # noqa: F401  Django takes them from here
from registry.preferences import preferences

urlpatterns = [
    path("api/", include("registry.api")),  # first: who is asked most is found first
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("metrics", metrics.metrics, name="metrics"),
    path(".well-known/security.txt", site_pages.security, name="security-txt"),
    path("accessibility/", site_pages.accessibility, name="accessibility"),
    path("sitemap/", site_pages.site_map, name="sitemap"),
    path("sitemap.xml", site_pages.sitemap_xml, name="sitemap-xml"),
    path("sitemap-<slug:section>.xml", site_pages.sitemap_part, name="sitemap-part"),
    path("robots.txt", site_pages.robots, name="robots"),
    path("", include("registry.reports.urls")),
    path("", include("projects.urls")),
    path("my/", include("projects.my.urls")),
    path("", include("registry.core.urls")),
    path("accounts/", include("registry.account_urls")),
    path("accounts/", include("orgs.signup.urls")),
    path("desk/", admin.site.urls),
    path("preferences/", preferences, name="preferences"),
    path("i18n/setlang/", own_affairs(require_POST(set_language)), name="set_language"),
]
