from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import NotFound
from rest_framework.response import Response

from projects.actions.projects import move_project
from projects.export import HEAD, export_rows
from projects.filters import ProjectFilters
from projects.listing.asking import Numbers, projects_listed
from projects.listing.pages import pages_of
from projects.models import Project
from projects.models.stages import Stage
from projects.tables import in_json, ledger, written
from projects.whole import whole_projects
from registry.core.api import ALSO, AsAsked, PlainText, StrictSerializer
from registry.core.exports import FORMATS, download
from registry.core.filters import BadQuery
from registry.core.models import Scope
from registry.core.replica_reads import may_read_replica

from .document import project_document
from .project_json import FacetsSerializer, ProjectRowSerializer, ProjectSerializer
from .writing import Writing, changes


class MoveBody(StrictSerializer):
    to = serializers.ChoiceField(choices=Stage.choices)
    reason = PlainText(max_length=300, required=False, allow_blank=True, help_text="Where it goes back or ends.")


class ProjectViewSet(Writing):
    """Projects: the published ones, and those that the account works with."""

    queryset = Project.objects.all()
    serializer_class = ProjectRowSerializer
    detail_serializer_class = ProjectSerializer
    filterset_class = ProjectFilters
    write_scope = Scope.PROJECTS

    def rows(self, found):
        return ledger(found)

    def whole(self, queryset):
        return whole_projects(self.request.user)

    def list(self, request, *args, **kwargs):
        return self.get_paginated_response(in_json(self._page(request, trusting=True)))

    def _page(self, request, *, trusting):
        """A code under which projects are found is one; where there are none it is looked up whether it is."""
        filters = self._filters(projects_listed(request.user), ALSO, trusting=trusting)
        rows = pages_of(filters, written)
        try:
            page = self.paginator.page_of(rows, request)
        except NotFound:
            if rows.total or not filters.trusted:
                raise
        return page if rows.total or not filters.trusted else self._page(request, trusting=False)

    def retrieve(self, request, *args, **kwargs):
        self.refuse_parameters()
        found = project_document(int(self.kwargs["pk"]), request.user)
        return Response(found, headers={"ETag": f'"{found["version"]}"'})

    @changes(MoveBody, ProjectSerializer, ("Under way", {"to": "under_way"}))
    @action(detail=True, methods=["post"])
    def move(self, request, pk):
        """Move it along its stages. 409 names what is missing."""

        def change(project, *, version, to, reason=""):
            move_project(project=project, to=to, by=request.user, reason=reason, version=version)

        return self.changed(request, ["projects.move_project"], MoveBody, change)

    @extend_schema(responses=FacetsSerializer, filters=True)
    @action(detail=False, pagination_class=None)
    def facets(self, request):
        """How many of the projects found there are by county, field, stage and year."""
        return Response(Numbers(self._filters(projects_listed(request.user))).facets)

    @extend_schema(
        filters=True,
        parameters=[OpenApiParameter("format", str, enum=tuple(FORMATS), default="csv")],
        responses={(200, kind.partition(";")[0]): OpenApiTypes.BINARY for _make, kind in FORMATS.values()},
    )
    @action(detail=False, pagination_class=None, content_negotiation_class=AsAsked)
    @may_read_replica
    def export(self, request):
        """Everything found as a file, streamed, in the order asked for."""
        found = self._filters(projects_listed(request.user), ("format",)).qs
        form = request.query_params.get("format") or "csv"
        if form not in FORMATS:
            raise BadQuery({"format": [_("Formats are: %s.") % ", ".join(FORMATS)]}, FORMATS)
        return download(form, "projects", HEAD, export_rows(found, form))

    def _filters(self, projects, also=(), **more):
        asked = self.request.query_params
        filters = self.filterset_class(asked, projects, request=self.request, named_only=True, **more)
        filters.check(also)
        return filters
