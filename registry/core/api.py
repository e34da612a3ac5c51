"""What all endpoints of the interface share: strict filters, scoped rows, faults as JSON with a sentence."""

from django.http import JsonResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework import status
from rest_framework.response import Response
from rest_framework.views import exception_handler
from rest_framework.viewsets import GenericViewSet

from registry.core.filters import BadQuery
from registry.core.paging import PARAMETERS

ALSO = (*PARAMETERS, "cursor")


class StrictFilters(DjangoFilterBackend):
    """The view's FilterSet; unknown and unreadable parameters are answered 400."""

    def filter_queryset(self, request, queryset, view):
        return self.get_filterset(request, queryset, view).found(also=ALSO)


def fault(bad):
    """The answer 400 to a BadQuery: a sentence, the messages by parameter, and the parameters that are known."""
    body = {"detail": bad.words, "errors": bad.faults, "allowed": list(bad.allowed)}
    return Response(body, status=status.HTTP_400_BAD_REQUEST)


def handle(error, context):
    """REST framework's handler of exceptions, with our BadQuery."""
    return fault(error) if isinstance(error, BadQuery) else exception_handler(error, context)


def no_such_endpoint(request, path=""):
    """Whatever else is asked for under /api/: JSON, since a program is asking."""
    return JsonResponse({"detail": _("There is no such address in the interface. See /api/docs/.")}, status=404)


class ReadOnly(GenericViewSet):
    """A list and single rows, read only. A row that the person may not see is as missing: 404.

    Subclasses name `queryset` (scoped by its `visible_to`), `filterset_class`, and two serializers.
    """

    filter_backends = (StrictFilters,)
    detail_serializer_class = None
    lookup_value_regex = "[0-9]{1,18}"

    def get_queryset(self):
        return super().get_queryset().visible_to(self.request.user)

    def get_serializer_class(self):
        single = self.detail_serializer_class if self.detail else None
        return single or self.serializer_class

    def rows(self, found):
        """What each row of a list needs besides its own columns."""
        return found

    def whole(self, queryset):
        """What a single row needs besides its own columns."""
        return self.rows(queryset)

    def list(self, request, *args, **kwargs):
        page = self.paginate_queryset(self.rows(self.filter_queryset(self.get_queryset())))
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    def retrieve(self, request, *args, **kwargs):
        return Response(self.get_serializer(self.get_object()).data)

    def get_object(self):
        if self.request.query_params:
            raise BadQuery({name: [_("No parameter is known here.")] for name in self.request.query_params}, ())
        return get_object_or_404(self.whole(self.get_queryset()), **{self.lookup_field: self.kwargs[self.lookup_field]})
