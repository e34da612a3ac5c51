"""What all endpoints of the interface share: strict filters and bodies, scoped rows, faults as JSON with a sentence.

A change names the version of the row that was seen, by `If-Match`: 428 without it, 412 where the row has moved on.
What an action refuses is 400 where a part of the body is wanting, else 409. A request may carry a key of its sender's
(`Idempotency-Key`): repeated, it is answered again and not done again.
"""

import logging
import re
from collections.abc import Mapping

from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db import IntegrityError
from django.http import JsonResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers, status
from rest_framework.exceptions import APIException, NotFound, Throttled
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.response import Response
from rest_framework.views import exception_handler
from rest_framework.viewsets import GenericViewSet

from registry.core.actions import Stale
from registry.core.clashes import Crowded, attempted
from registry.core.conditional import conditional
from registry.core.filters import BadQuery
from registry.core.once import Answer, Busy, OtherRequest, answered_once, digest_of
from registry.core.outages import outage_of
from registry.core.paging import PARAMETERS
from registry.core.quick_json import JSONRenderer, read_json
from registry.core.refusals import refusal_in_words
from registry.core.replica import reads_replica
from registry.core.text import clean_text, excerpt

logger = logging.getLogger(__name__)

ALSO = (*PARAMETERS, "cursor")
IF_MATCH = OpenApiParameter(
    "If-Match", str, OpenApiParameter.HEADER, required=True,
    description='The version that was seen: the `ETag` of the row, or `"7"`.',
)  # fmt: skip
KEY = OpenApiParameter(
    "Idempotency-Key", str, OpenApiParameter.HEADER, required=True,
    description="Of your own making, new for every new request: 8 to 100 letters, digits and `-._:`, a UUID for one. "
    "Repeated with the same body within seven days, the request is answered as before (`Idempotent-Replayed: true`) "
    "and not done again; with another body it is refused (422).",
)  # fmt: skip
MAY_KEY = OpenApiParameter(
    "Idempotency-Key", str, OpenApiParameter.HEADER, description="May be left out: `If-Match` lets it happen once."
)
REPEATED = ("ETag", "Location")
"""Headers that belong to an answer, and are given again with it."""

IN_THE_WAY = {
    Busy: (status.HTTP_409_CONFLICT, None),
    OtherRequest: (status.HTTP_422_UNPROCESSABLE_ENTITY, None),
    Crowded: (status.HTTP_503_SERVICE_UNAVAILABLE, {"Retry-After": "5"}),
}
"""What is answered where other requests are in the way of this one, and nothing was done."""

_VERSION = re.compile('"([0-9]{1,10})(?:-[0-9a-f]{16})?"')
_KEY = re.compile("[A-Za-z0-9._:-]{8,100}")


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
    if type(error) in IN_THE_WAY:
        code, headers = IN_THE_WAY[type(error)]
        return Response({"detail": str(error), "errors": {}}, status=code, headers=headers)
    if outage := outage_of(error):
        if reads_replica():  # asked again on the primary (replica_reads.py)
            raise error
        logger.warning("an outage met a request of the interface", exc_info=error)
        body = {"detail": f"{outage.heading}. {outage.words}", "errors": {}}
        return Response(body, status=outage.code, headers={"Retry-After": str(outage.after)})
    if isinstance(error, ObjectDoesNotExist):
        error = NotFound()
    if isinstance(error, Throttled):
        error.detail = _("That was too often. Ask again in %d seconds.") % error.wait
    response = exception_handler(error, context)
    if isinstance(error, serializers.ValidationError) and isinstance(error.detail, dict):
        words = " ".join(f"{name}: {' '.join(_sentences(told))}" for name, told in error.detail.items())
        response.data = {"detail": words, "errors": error.detail}
    return response


def _sentences(told):
    """The sentences of what is wrong, however deep in lists and objects they stand."""
    if isinstance(told, Mapping | list):
        parts = told.values() if isinstance(told, Mapping) else told
        return [sentence for part in parts for sentence in _sentences(part)]
    return [str(told)]


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


def version_of(record):
    """The header that says which version of a record is answered."""
    return {"ETag": f'"{record.version}"'}


class KeyNotGiven(APIException):
    """A request that makes something came without a key of its own, or with one that is none."""

    status_code = status.HTTP_400_BAD_REQUEST

    def __init__(self):
        words = _(
            "Give the request a key of its own, by the header Idempotency-Key: 8 to 100 letters, digits and -._: "
            "(a UUID, for one). Repeated with the same key it is done only once."
        )
        super().__init__(words)


def once(request, act, *, required=False):
    """The Response of `act()`, done once for the key of the request and given again when it is repeated.

    `required`: the request makes something, so that it must have a key. 422 for a key of another request, 409 where
    the first one is still being answered, 503 where too many meet. A refusal is not kept, and leaves nothing.
    """
    key = request.headers.get("Idempotency-Key")
    if key is None and not required:
        return attempted(act)
    if key is None or not _KEY.fullmatch(key):
        raise KeyNotGiven
    digest = digest_of(request.method, request.get_full_path(), request.data)
    answer = answered_once(by=request.user, key=key, digest=digest, act=lambda: _as_answer(act()))
    again = {"Idempotent-Replayed": "true"} if answer.again else {}
    return Response(answer.body, status=answer.code, headers=answer.headers | again)


def _as_answer(response):
    headers = {name: response.headers[name] for name in REPEATED if name in response.headers}
    return Answer(response.status_code, read_json(JSONRenderer().render(response.data)), headers)


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


@csrf_exempt  # nothing is done there; a program that errs is told so by JSON
def no_such_endpoint(request, path=""):
    """Whatever else is asked for under /api/: JSON, since a program is asking."""
    return JsonResponse({"detail": _("There is no such address in the interface. See /api/docs/.")}, status=404)


class AsAsked(DefaultContentNegotiation):
    """For answers whose form the query says: a file for whoever accepts files, and faults as JSON all the same."""

    def select_renderer(self, request, renderers, format_suffix=None):
        return renderers[0], renderers[0].media_type


class ReadOnly(GenericViewSet):
    """A list and single rows, read only. A row that the person may not see is as missing: 404.

    Subclasses name `queryset` (scoped by its `visible_to`), `filterset_class`, and two serializers; those that write
    also `write_scope`, which a token must hold.
    """

    filter_backends = (StrictFilters,)
    detail_serializer_class = None
    lookup_value_regex = "[0-9]{1,18}"
    write_scope = None

    def finalize_response(self, request, response, *args, **kwargs):
        response = super().finalize_response(request, response, *args, **kwargs)
        return response if response.streaming else conditional(request, response)

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
        return self.told(self.get_object())

    def told(self, found, *, code=status.HTTP_200_OK, headers=None):
        """A single row as the answer, with its version."""
        serializer = (self.detail_serializer_class or self.serializer_class)(
            found, context=self.get_serializer_context()
        )
        return Response(serializer.data, status=code, headers={**version_of(found), **(headers or {})})

    def refuse_parameters(self):
        """Raises BadQuery for any parameter: a single row takes none."""
        if self.request.query_params:
            raise BadQuery({name: [_("No parameter is known here.")] for name in self.request.query_params}, ())

    def get_object(self):
        self.refuse_parameters()
        return get_object_or_404(self.whole(self.get_queryset()), **{self.lookup_field: self.kwargs[self.lookup_field]})
