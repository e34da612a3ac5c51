"""What the description of the interface (OpenAPI 3) says beyond what the code says of itself: the rules that hold
everywhere, the errors of each operation, the tokens that it takes, and a real answer for an example.

The examples stand in `examples.json`; a test asks each of them again.
"""

import json
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from registry.core.models import Scope

EXAMPLES = json.loads(Path(__file__).with_name("examples.json").read_text("utf-8"))
"""{"answers": {operation: body}, "faults": {code: body}}"""

RULES = (
    (
        gettext_lazy("Who sees what"),
        gettext_lazy(
            "Without signing in you read what is published. With a session or a token you read what your account works "
            "with, and write what its roles allow. What you may not see is answered like what does not exist: 404."
        ),
    ),
    (
        gettext_lazy("Tokens"),
        gettext_lazy(
            "A system shows its token in `Authorization: Bearer bangfu_…`. The security administrator makes it for an "
            "account, with scopes and a last day within a year. An unknown, expired or revoked token is answered 401, "
            "a scope that it lacks 403. A token opens no page of the site."
        ),
    ),
    (
        gettext_lazy("Lists"),
        gettext_lazy(
            "Lists answer `count`, `next`, `previous` and `results`; `count` is exact. Take `page` and `page_size` (up "
            "to 200), or an empty `cursor` and then `next` as it is: a cursor costs the same at any depth, keeps the "
            "`ordering`, and neither skips nor repeats a row. A parameter that is unknown, doubled or unreadable is "
            "answered 400, never passed over."
        ),
    ),
    (
        gettext_lazy("Changes"),
        gettext_lazy(
            "A change names the version that it saw: `If-Match` with the ETag that you read. Without it the answer is "
            "428; 412 if the row has moved on meanwhile. What makes a row takes an `Idempotency-Key` of your own: sent "
            "again with the same key, it is answered again and not done again. What the rules refuse is 409, with the "
            "reason in `detail`."
        ),
    ),
    (
        gettext_lazy("Figures"),
        gettext_lazy(
            "Numbers are decimals in text, money in yuan with two decimals; null means not stated, never nothing. Each "
            "carries its unit and how exact it is (`qualifier`), each figure its counting rule. `as_of` counts at a "
            "past instant."
        ),
    ),
    (
        gettext_lazy("Again and too often"),
        gettext_lazy(
            "Reads carry an ETag: with `If-None-Match` you are answered 304 while nothing has changed. Requests are "
            "counted by the minute for each address, account and token; beyond the limit the answer is 429, and "
            "`Retry-After` says for how many seconds to wait."
        ),
    ),
    (
        gettext_lazy("Webhooks"),
        gettext_lazy(
            "A system can be told of circulars issued, needs published and projects signed. Each delivery is a POST "
            "with `id`, `event`, `at`, `url` and public `data`, signed in `X-Bangfu-Signature: t=…,v1=…`: the "
            "HMAC-SHA256, by the webhook's secret, of t, a full stop and the body. Answer 2xx within ten seconds; else "
            "it is sent again with growing pauses for a day."
        ),
    ),
)
"""(heading, text) of what holds for the whole interface."""

FAULTS = {
    304: gettext_lazy("Nothing has changed since the ETag that you named."),
    400: gettext_lazy("A parameter or a part of the body is unknown, wanting or unreadable: `errors` names each."),
    401: gettext_lazy("The token opens nothing, or nobody has signed in: `WWW-Authenticate` says which."),
    403: gettext_lazy("The role does not allow it, or the token lacks the scope."),
    404: gettext_lazy("There is no such row or page, or it is not yours to see."),
    406: gettext_lazy("Only JSON is answered here."),
    409: gettext_lazy("The rules of the register refuse it, or a request with this key is still at work."),
    412: gettext_lazy("The row was changed after the version that you named. Nothing was done."),
    415: gettext_lazy("Only JSON is read here."),
    422: gettext_lazy("The key was used for another request. Nothing was done."),
    428: gettext_lazy("The header If-Match is wanting. Nothing was done."),
    429: gettext_lazy("Too many requests within this minute: `Retry-After` says for how many seconds to wait."),
    503: gettext_lazy("The database does not answer, or too many meet at one row. Nothing was done: send it again."),
}

FAULT = {
    "type": "object",
    "required": ["detail"],
    "properties": {
        "detail": {"type": "string", "description": "What is wrong, in a sentence for people."},
        "errors": {"type": "object", "additionalProperties": {}, "description": "By parameter or part of the body."},
        "allowed": {"type": "array", "items": {"type": "string"}, "description": "The parameters that are known."},
    },
}
RETRIED = {"Retry-After": {"schema": {"type": "integer"}, "description": "Seconds."}}
HEADERS = {
    401: {"WWW-Authenticate": {"schema": {"type": "string"}}}, 429: RETRIED, 503: RETRIED,
}  # fmt: skip
ETAG = {"ETag": {"schema": {"type": "string"}, "description": "For If-None-Match and If-Match."}}
IF_NONE_MATCH = {
    "name": "If-None-Match", "in": "header", "required": False, "schema": {"type": "string"},
    "description": "The ETag that you have.",
}  # fmt: skip
BODIES = ("post", "patch", "put")


def complete(result, generator, request, public):
    """A hook of drf-spectacular: the description, completed."""
    result["info"]["description"] = "\n\n".join(f"**{heading}** {text}" for heading, text in RULES)
    result["servers"] = [{"url": settings.SITE_URL or "/"}]
    result["components"]["schemas"]["Fault"] = FAULT
    result["components"]["responses"] = {f"Fault{code}": _fault(code) for code in FAULTS if code != 304}
    for path, operations in result["paths"].items():
        for method, operation in operations.items():
            _complete(path, method, operation)
    return result


def _fault(code):
    content = {"schema": {"$ref": "#/components/schemas/Fault"}}
    if str(code) in EXAMPLES["faults"]:
        content["example"] = EXAMPLES["faults"][str(code)]
    described = {"description": str(FAULTS[code]), "content": {"application/json": content}}
    return described | ({"headers": HEADERS[code]} if code in HEADERS else {})


def _complete(path, method, operation):
    answers, parameters = operation["responses"], operation.setdefault("parameters", [])
    is_file = path.endswith("/export/")
    if method == "get" and not is_file:
        parameters.append(IF_NONE_MATCH)
        answers["200"]["headers"] = ETAG
        answers["304"] = {"description": str(FAULTS[304])}
    for code in _codes(path, method, {one["name"] for one in parameters}):
        answers[str(code)] = {"$ref": f"#/components/responses/Fault{code}"}
    operation["description"] = "\n\n".join(filter(None, (operation.get("description"), _scope(path, method))))
    example = EXAMPLES["answers"].get(operation["operationId"])
    if example is not None:
        answers[next(iter(answers))]["content"]["application/json"]["example"] = example


def _codes(path, method, names):
    """The errors that an operation can answer."""
    yield from (400, 401, 403)
    if "{" in path or "page" in names or method == "post":
        yield 404
    if not path.endswith("/export/"):
        yield 406
    if method in BODIES:
        yield from (409, 415)
    if "If-Match" in names:
        yield from (412, 428)
    if "Idempotency-Key" in names:
        yield 422
    yield from (429, 503)


def _scope(path, method):
    """Which scope a token needs for it."""
    family = path.removeprefix("/api/v1/").partition("/")[0]
    scope = Scope.READ if method == "get" else Scope(f"{family}:write")
    return _("A token needs the scope `%s`.") % scope.value
