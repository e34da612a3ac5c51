"""What all endpoints of the interface share: strict filters and bodies, scoped rows, faults as JSON with a sentence.

A change names the version of the row that was seen, by `If-Match`: 428 without it, 412 where the row has moved on.
What an action refuses is 400 where a part of the body is wanting, else 409.
"""

import re
from collections.abc import Mapping

from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db import IntegrityError
from django.http import JsonResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers, status
from rest_framework.exceptions import APIException, NotFound
from rest_framework.response import Response
from rest_framework.views import exception_handler
from rest_framework.viewsets import GenericViewSet

from registry.core.actions import Stale
from registry.core.filters import BadQuery
from registry.core.paging import PARAMETERS
from registry.core.refusals import refusal_in_words
from registry.core.text import clean_text, excerpt

ALSO = (*PARAMETERS, "cursor")
IF_MATCH = OpenApiParameter(
    "If-Match", str, OpenApiParameter.HEADER, required=True, description='The version that was seen: `"7"`.'
)
_VERSION = re.compile('"([0-9]{1,10})"')


class StrictFilters(DjangoFilterBackend):
    """The view's FilterSet; unknown and unreadable parameters are answered 400."""

    def filter_queryset(self, request, queryset, view):
        return self.get_filterset(request, queryset, view).found(also=ALSO)


def fault(bad):
    """The answer 400 to a BadQuery: a sentence, the messages by parameter, and the parameters that are known."""
    body = {"detail": bad.words, "errors": bad.faults, "allowed": list(bad.allowed)}
    return Response(body, status=status.HTTP_400_BAD_REQUEST)


def refused(error):
    """The answer to what an action raised: a sentence, and the messages by part of the body where they name one."""
    if isinstance(error, IntegrityError):
        return Response({"detail": refusal_in_words(error), "errors": {}}, status=status.HTTP_409_CONFLICT)
    if isinstance(error, Stale):
        code, errors = status.HTTP_412_PRECONDITION_FAILED, {}
    else:
        errors = error.message_dict if hasattr(error, "error_dict") else {}
        code = status.HTTP_400_BAD_REQUEST if errors else status.HTTP_409_CONFLICT
    return Response({"detail": " ".join(error.messages), "errors": errors}, status=code)


def handle(error, context):
    """REST framework's handler of exceptions, with our BadQuery and what actions raise."""
    if isinstance(error, BadQuery):
        return fault(error)
    if isinstance(error, ValidationError | IntegrityError):
        return refused(error)
    if isinstance(error, ObjectDoesNotExist):
        error = NotFound()
    response = exception_handler(error, context)
    if isinstance(error, serializers.ValidationError) and isinstance(error.detail, dict):
        words = " ".join(f"{name}: {' '.join(messages)}" for name, messages in error.detail.items())
        response.data = {"detail": words, "errors": error.detail}
    return response


class VersionNotNamed(APIException):
    """A change was asked for without saying which version of the row was seen."""

    status_code = status.HTTP_428_PRECONDITION_REQUIRED

    def __init__(self):
        super().__init__(_("Say which version you saw, by the header If-Match: the ETag of the row."))


def seen_version(request):
    """The version that `If-Match` names; 0, which no row has, for anything but one. Raises VersionNotNamed."""
    if "If-Match" not in request.headers:
        raise VersionNotNamed
    found = _VERSION.fullmatch(request.headers["If-Match"].strip())
    return int(found[1]) if found else 0


class PlainText(serializers.CharField):
    """Text by the rules of `clean_text`."""

    def to_internal_value(self, data):
        return clean_text(super().to_internal_value(data))


class StrictSerializer(serializers.Serializer):
    """A body of these keys and no others: one that is not known is told, never ignored."""

    def to_internal_value(self, data):
        unknown = data.keys() - self.fields.keys() if isinstance(data, Mapping) else ()
        if unknown:
            words = _("This is not known here. Known are: %s.") % (", ".join(self.fields) or "-")
            raise serializers.ValidationError({excerpt(str(name)): [words] for name in sorted(unknown)})
        return super().to_internal_value(data)


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
        found = self.get_object()
        version = {"ETag": f'"{found.version}"'} if hasattr(found, "version") else None
        return Response(self.get_serializer(found).data, headers=version)

    def get_object(self):
        if self.request.query_params:
            raise BadQuery({name: [_("No parameter is known here.")] for name in self.request.query_params}, ())
        return get_object_or_404(self.whole(self.get_queryset()), **{self.lookup_field: self.kwargs[self.lookup_field]})
