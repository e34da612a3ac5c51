"""Thousands of questions made from the interface's own description, asked as four roles, in this process.

`ask(role, cases)` asks so many of them and returns what was answered wrongly: a fault of the server, or a status, a
header, a content type or a body that the description does not have. Half of the requests follow the description, half
break it somewhere; ids of rows that exist, versions and keys are put in often enough that not everything is 404. One
question in three holds a value made to do harm (`HOSTILE`), or the id of a row that is somebody else's.
"""

import copy
import io
import json
import uuid
from collections import Counter
from contextlib import contextmanager

from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, seed
from hypothesis import settings as search
from hypothesis import strategies as st

from counties.models import Division
from orgs.models import Organisation
from projects.models import Circular, Need, Pledge, Project, ProjectStep
from registry.core.models import Scope, User
from registry.core.tokens import in_a_year, make_token

ROLES = (None, "org", "county", "bureau")
KINDS = {
    "projects": Project, "needs": Need, "pledges": Pledge, "steps": ProjectStep, "circulars": Circular,
    "organisations": Organisation,
}  # fmt: skip
SEED = 20201
HOSTILE = (
    "\x00", "a\x00b", "\ud800", "a\udfffb", "\u202eabc", "\u2066x\u2069", "\ufeff", "\u200b", "\uff1d1+1", "=1+1",
    "' OR 1=1 --", "$$;SELECT pg_sleep(9)", "<script>alert(1)</script>", "{{7*7}}", "%(x)s", "../../etc/passwd",
    "a" * 20_000, "\u4e00" * 5_000, -1, 0, 2**31, 2**63, 2**64, -(2**63) - 1, 10**400, "1e400", "1e-400", "9" * 400,
    "NaN", "-Infinity", 1e308, 0.1, "\u0661\u0662", True, None, [], {}, [[]], {"a": {"b": []}}, [None] * 2_000,
    {"a" * 2_000: 1}, "0000-00-00", "2021-02-30", "99999-01-01",
)  # fmt: skip
"""NUL, half characters, marks of direction, formulas, statements, markup, paths, lengths, numbers beyond every type,
other kinds of value, days that are none."""


def prepare():
    """A token with every scope for each role of the demo data: {role: headers}."""
    told = {None: {}}
    for role in ROLES[1:]:
        owner = User.objects.get(username=role)
        _token, secret = make_token(by=None, system="asking", owner=owner, scopes=Scope.values, expires_on=in_a_year())
        told[role] = {"Authorization": f"Bearer {secret}"}
    return told


class Asking:
    """The questions of one run. `answers` counts the codes, `wrong` keeps (request, what was wrong)."""

    def __init__(self, schemathesis):
        with _connection_kept():
            self.schema = schemathesis.openapi.from_wsgi(
                "/api/schema/", get_wsgi_application(), headers={"Accept": "application/vnd.oai.openapi+json"}
            )
        self.modes = list(schemathesis.GenerationMode)
        self.faults = (schemathesis.core.failures.FailureGroup, schemathesis.core.failures.Failure)
        self.checks = _checks()
        self.operations = [found.ok() for found in self.schema.get_all_operations()]
        self.answers, self.wrong, self.number = Counter(), [], 0

    def ask(self, headers, cases):
        """Ask at least `cases` questions in this name, the same share of each operation."""
        share = -(-cases // (len(self.operations) * len(self.modes)))
        with _connection_kept():
            for operation in self.operations:
                for mode in self.modes:
                    self._ask(operation, mode, headers, share)

    def _ask(self, operation, mode, headers, share):
        keys = _keys(operation.path)

        @seed(SEED)
        @search(
            max_examples=share, deadline=None, database=None, phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        @given(case=operation.as_strategy(mode), data=st.data())
        def one(case, data):
            self._one(case, data, keys, headers)

        one()

    def _one(self, case, data, keys, headers):
        for part in ("path_parameters", "query", "body"):  # its own: what is changed here may be drawn from again
            if isinstance(value := getattr(case, part), dict | list):
                object.__setattr__(case, part, copy.deepcopy(value))  # no word of it: half a character cannot be judged
        if case.path_parameters and keys and data.draw(st.integers(0, 3)):
            name = next(iter(case.path_parameters))
            case.path_parameters[name] = data.draw(st.sampled_from(keys))
        given_headers = dict(case.headers or {})
        if "If-Match" in given_headers and data.draw(st.integers(0, 3)):
            given_headers["If-Match"] = data.draw(st.sampled_from(['"1"', '"2"', '"3"']))
        if case.method == "POST" and data.draw(st.integers(0, 3)):
            given_headers["Idempotency-Key"] = str(uuid.UUID(int=data.draw(st.integers(0, 2**128 - 1))))
        case.headers = given_headers
        if not data.draw(st.integers(0, 2)):
            _spoil(case, data, keys)
        answer = case.call(headers={"Accept-Encoding": "identity", **headers})
        self.number += 1
        self.answers[answer.status_code] += 1
        try:
            case.validate_response(answer, checks=self.checks)
        except self.faults as fault:  # told, not raised, so that all are seen
            self.wrong.append((f"{case.method} {case.operation.path}", _in_short(fault), _request(case)))


def _spoil(case, data, keys):
    """Put a value made to do harm, or a row's id, in the place of one value of the query or the body."""
    value = data.draw(st.sampled_from([*HOSTILE, *keys]))
    places = [(case.query, name) for name in case.query or {}]
    places += list(_places(case.body)) if isinstance(case.body, dict | list) else []
    if places:
        holder, place = data.draw(st.sampled_from(places))
        is_query = holder is case.query
        holder[place] = str(value).encode("utf-8", "replace").decode() if is_query else value


def _places(value):
    """(holder, key) of every value of a JSON body."""
    for key in range(len(value)) if isinstance(value, list) else list(value):
        yield value, key
        if isinstance(value[key], dict | list):
            yield from _places(value[key])


@contextmanager
def _connection_kept():
    """A request of this process does not close the connection on which the test has its data."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    try:
        yield
    finally:
        for signal in (request_started, request_finished):
            signal.connect(close_old_connections)


def _checks():
    from schemathesis.checks import (  # noqa: PLC0415 - only where it is installed
        content_type_conformance,
        not_a_server_error,
        response_headers_conformance,
        response_schema_conformance,
        status_code_conformance,
    )

    return [
        not_a_server_error, status_code_conformance, content_type_conformance, response_headers_conformance,
        response_schema_conformance,
    ]  # fmt: skip


def _keys(path):
    family = path.removeprefix("/api/v1/").partition("/")[0]
    if family == "counties":
        return list(Division.objects.designated().values_list("code", flat=True)[:5])
    return list(KINDS[family].objects.order_by("?").values_list("pk", flat=True)[:8]) if family in KINDS else []


def _in_short(fault):
    parts = getattr(fault, "exceptions", [fault])
    return " | ".join(" ".join(f"{type(part).__name__}: {part}".split())[:400] for part in parts)


def _request(case):
    out = io.StringIO()
    json.dump({"path": case.path_parameters, "query": case.query, "body": case.body}, out, default=str)
    return out.getvalue()[:400]
