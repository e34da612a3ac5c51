"""The counted figures over HTTP."""

from django.core.exceptions import ValidationError
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import exceptions
from rest_framework.decorators import api_view
from rest_framework.response import Response

from registry.core.filters import only_known

from .asking import PARAMETERS, read_question
from .figures import DIMENSIONS, report
from .figures.as_json import report_json


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
    responses=OpenApiTypes.OBJECT,
)
@api_view(["GET"])
def figures_view(request):
    """`GET /api/v1/figures/?by=year,field&as_of=...`; 400 for an unknown parameter, dimension or value."""
    try:
        only_known(request.query_params, (*PARAMETERS, "by"))
        asked = read_question(request.query_params)
        by = [part for part in request.query_params.get("by", "").split(",") if part]
        return Response(report_json(report(user=request.user, by=by, **asked)))
    except ValidationError as error:
        raise exceptions.ValidationError({"detail": " ".join(error.messages)}) from error
