"""The one router of the interface: what stands under /api/v1/."""

from django.urls import include, path, re_path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.routers import DefaultRouter

from counties.api import CountyViewSet
from orgs.api import OrganisationViewSet
from projects.api import CircularViewSet, NeedViewSet, PledgeViewSet, ProjectViewSet, StepViewSet
from registry.core.api import no_such_endpoint
from registry.core.public_session import asks_no_records
from registry.examples import examples
from registry.reports.api import figures_view

router = DefaultRouter()
router.include_format_suffixes = False
router.register("projects", ProjectViewSet)
router.register("organisations", OrganisationViewSet)
router.register("counties", CountyViewSet, basename="county")
router.register("needs", NeedViewSet)
router.register("pledges", PledgeViewSet)
router.register("circulars", CircularViewSet)
router.register("steps", StepViewSet)

urlpatterns = [
    path("v1/", include(router.urls)),
    path("v1/figures/", figures_view, name="api-figures"),
    path("schema/", asks_no_records(SpectacularAPIView.as_view()), name="schema"),
    path("examples/", asks_no_records(examples), name="api-examples"),
    path("docs/", asks_no_records(SpectacularSwaggerSplitView.as_view()), name="api-docs"),
    re_path("", no_such_endpoint),
]
