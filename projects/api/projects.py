from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.response import Response

from projects.export import HEAD, export_rows
from projects.filters import ProjectFilters, project_facets
from projects.models import Project
from projects.tables import Row, ledger
from projects.whole import whole_projects
from registry.core.api import ReadOnly
from registry.core.exports import FORMATS, download
from registry.core.filters import BadQuery

from .project_json import FacetsSerializer, ProjectRowSerializer, ProjectSerializer, project_json


class ProjectViewSet(ReadOnly):
    """Projects: the published ones, and those that the account works with."""

    queryset = Project.objects.all()
    serializer_class = ProjectRowSerializer
    detail_serializer_class = ProjectSerializer
    filterset_class = ProjectFilters

    def rows(self, found):
        return ledger(found)

    def whole(self, queryset):
        return whole_projects(self.request.user)

    def list(self, request, *args, **kwargs):
        page = self.paginate_queryset(self.rows(self.filter_queryset(self.get_queryset())))
        return self.get_paginated_response([Row(values).as_dict() for values in page])

    def retrieve(self, request, *args, **kwargs):
        return Response(project_json(self.get_object(), request.user))

    @extend_schema(responses=FacetsSerializer)
    @action(detail=False, pagination_class=None)
    def facets(self, request):
        """How many of the projects found there are by county, field, stage and year."""
        return Response(project_facets(self._found()))

    @extend_schema(
        parameters=[OpenApiParameter("format", str, enum=tuple(FORMATS))],
        responses={(200, "text/csv"): OpenApiTypes.BINARY},
    )
    @action(detail=False, pagination_class=None)
    def export(self, request):
        """Everything found as a file, streamed, in the order asked for."""
        found = self._found(also=("format",))
        form = request.query_params.get("format") or "csv"
        if form not in FORMATS:
            raise BadQuery({"format": [_("Formats are: %s.") % ", ".join(FORMATS)]}, FORMATS)
        return download(form, "projects", HEAD, export_rows(found))

    def _found(self, also=()):
        filters = self.filterset_class(self.request.query_params, self.get_queryset(), request=self.request)
        return filters.found(also)
