"""The counted figures over HTTP."""

from django.core.exceptions import ValidationError
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import exceptions
from rest_framework.decorators import api_view
from rest_framework.response import Response

from registry.core.conditional import conditional, unless_known
from registry.core.filters import only_known
from registry.core.quantity import Qualifier
from registry.core.replica_reads import may_read_replica

from .asking import PARAMETERS, read_question
from .figures import DIMENSIONS, report, version_of_answers
from .figures.as_json import report_json

TEXT = {"type": "string"}
TOTAL = {
    "value": {"type": "string", "nullable": True, "description": "Decimal; null: nothing is stated."},
    "qualifier": {"type": "string", "enum": Qualifier.values},
    "lines": {"type": "integer", "description": "Rows that were counted."},
    "inexact": {"type": "integer", "description": "Rows that are inexact: they make the total so."},
    "not_stated": {"type": "integer", "description": "Rows without a number: they add nothing."},
}
FIGURE = TOTAL | {
    "code": TEXT, "label": TEXT, "unit": TEXT, "text": {"type": "string", "description": "As a page prints it."},
    "rule": {"type": "string", "description": "How it is counted."}, "note": TEXT,
    "additive": {"type": "boolean", "description": "Whether it is a sum."},
}  # fmt: skip


def _whole(properties, **more):
    return {"type": "object", "required": list(properties), "properties": properties, **more}


CELL = _whole({"value": TEXT, "label": TEXT})
FIGURES = {"type": "object", "additionalProperties": _whole(TOTAL), "description": "By the code of the figure."}
SLICE = _whole(
    {
        "by": {"type": "array", "items": {"type": "string", "enum": list(DIMENSIONS)}},
        "additive": {
            "type": "object", "additionalProperties": {"type": "boolean"},
            "description": "By the code of the figure: whether the rows add up to the whole.",
        },
        "rows": {
            "type": "array",
            "items": {
                "type": "object", "required": ["figures"], "properties": {"figures": FIGURES},
                "additionalProperties": CELL, "description": "A cell for each dimension, and the figures there.",
            },
        },
    }
)  # fmt: skip
REPORT = _whole(
    {
        "as_of": {"type": "string", "format": "date-time"},
        "campaign": {"type": "string", "nullable": True},
        "filters": {"type": "object", "additionalProperties": CELL, "description": "By dimension."},
        "figures": {"type": "array", "items": _whole(FIGURE)},
        "slices": {"type": "array", "items": SLICE},
    }
)


def _answer(user, by, asked):
    return Response(report_json(report(user=user, by=by, **asked)))


@extend_schema(
    operation_id="figures",
    description="The counted figures over what you may know of, each with value, unit, precision and rule.",
    parameters=[
        OpenApiParameter("by", str, description=f"One or two of {', '.join(DIMENSIONS)}, with a comma between."),
        OpenApiParameter("as_of", str, description="A date (the end of that day) or date and time, in Shanghai."),
        OpenApiParameter("campaign", str, description="The code of a campaign; without it all together."),
        *(
            OpenApiParameter(code, str, description=f"Only this cell of “{code}”.")
            for code in DIMENSIONS
            if code != "campaign"
        ),
    ],
    responses={200: REPORT},
)
@may_read_replica
@api_view(["GET"])
def figures_view(request):
    """`GET /api/v1/figures/?by=year,field&as_of=...`; 400 for an unknown parameter, dimension or value."""
    try:
        only_known(request.query_params, (*PARAMETERS, "by"))
        asked = read_question(request.query_params)
        by = [part for part in request.query_params.get("by", "").split(",") if part]
        version = None if asked["as_of"] else version_of_answers(request.user)
        if version:
            return unless_known(request, version, lambda: _answer(request.user, by, asked))
        return conditional(request, _answer(request.user, by, asked))
    except ValidationError as error:
        raise exceptions.ValidationError({"detail": " ".join(error.messages)}) from error
