"""What the log says of a request: enough to find it again, and nothing personal."""

import io
import json
import logging

import pytest
from django.db import IntegrityError
from django.http import HttpResponse
from django.test import Client
from django.urls import path

from registry import urls
from registry.core.logs import Json, Line, RequestId, told
from tests.factories import make_user

PHONE, IDENTITY, MAIL, NAME = "13912345678", "130726199001011237", "zhang.san@example.com", "张三丰"
PERSONAL = (PHONE, IDENTITY, MAIL, NAME)


def broken(request, word=""):
    """A fault whose words hold what PostgreSQL quotes of a row, as it does."""
    raise IntegrityError(f"duplicate key\nDETAIL:  Failing row contains (7, {NAME}, {PHONE}, {MAIL}, {IDENTITY}).")


def fine(request, word=""):
    return HttpResponse("ok")


urlpatterns = [path("broken/<str:word>/", broken), path("fine/<str:word>/", fine), *urls.urlpatterns]
handler400, handler500 = urls.handler400, urls.handler500
pytestmark = pytest.mark.urls(__name__)


@pytest.fixture(params=[Json, Line])
def log(request):
    """What is written while the test runs, in both forms."""
    kept = io.StringIO()
    handler = logging.StreamHandler(kept)
    handler.setFormatter(request.param())
    handler.addFilter(RequestId())
    root = logging.getLogger()
    root.addHandler(handler)
    before, root.level = root.level, logging.INFO
    yield kept
    root.level = before
    root.removeHandler(handler)


@pytest.fixture
def lines():
    kept = io.StringIO()
    handler = logging.StreamHandler(kept)
    handler.setFormatter(Json())
    handler.addFilter(RequestId())
    access = logging.getLogger("registry.access")
    before, access.level = access.level, logging.INFO
    access.addHandler(handler)
    yield lambda: [json.loads(line) for line in kept.getvalue().splitlines()]
    access.level = before
    access.removeHandler(handler)


@pytest.mark.django_db
@pytest.mark.parametrize("way", ["fine", "broken", "missing"])
def test_nothing_personal_is_logged_from_any_part_of_a_request(way, log):
    client = Client(raise_request_exception=False)
    for word in (PHONE, IDENTITY, MAIL):
        headers = {"Referer": f"http://testserver/?q={word}", "User-Agent": word, "X-Note": word}
        client.get(f"/{way}/{word}/?q={word}&name={NAME}", headers=headers)
        client.post(f"/{way}/{word}/?q={NAME}", {"phone": word, "name": NAME}, headers=headers)
        client.get(f"/{way}/{word}/", headers={"Host": f"{word.replace('@', '.')}.example"})
    written = log.getvalue()
    assert written.count("\n") >= 9
    assert [word for word in PERSONAL if word in written] == []


@pytest.mark.django_db
def test_a_line_tells_route_account_and_cost_but_no_address(client, lines):
    user = make_user("bureau")
    client.force_login(user)
    answer = client.get("/fine/阜平/?q=fpx")
    (line,) = lines()
    assert line["request_id"] == answer.headers["X-Request-ID"]
    assert {name: line[name] for name in ("method", "route", "status", "user", "level", "logger")} == {
        "method": "GET", "route": "/fine/<str:word>/", "status": 200, "user": user.pk, "level": "INFO",
        "logger": "registry.access",
    }  # fmt: skip
    assert (line["queries"] > 0, line["ms"] > 0, line["db_ms"] > 0) == (True, True, True)
    assert line["at"].endswith("+00:00")
    assert "fpx" not in json.dumps(line)
    assert "阜平" not in json.dumps(line, ensure_ascii=False)


def test_a_stranger_and_a_page_that_is_not_there_have_neither_account_nor_route(client, lines, db):
    client.get("/no-such-page/7/")
    assert [(line["route"], line["status"], line["user"]) for line in lines()] == [("?", 404, None)]


@pytest.mark.django_db
@pytest.mark.parametrize("log", [Json], indirect=True)
@pytest.mark.parametrize("address", ["/no-such-page/", "/broken/x/", "/projects/?no=1"])
def test_all_lines_of_a_request_carry_its_id(address, log):
    answer = Client(raise_request_exception=False).get(address)
    written = [json.loads(line) for line in log.getvalue().splitlines()]
    assert {"registry.access", "django.request"} <= {line["logger"] for line in written}
    assert {line["request_id"] for line in written} == {answer.headers["X-Request-ID"]}


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("GET /a/?q=abc HTTP", "GET /a/?… HTTP"),
        (f"to {PHONE}", "to 139********"),
        ("key\nDETAIL:  Key (name)=(张三)", "key\nDETAIL: …"),
        ("why? nobody knows", "why? nobody knows"),
        ("x" * 100_000, "x" * 1000 + "…"),
    ],
)
def test_what_a_line_may_hold(text, kept):
    assert told(text) == kept


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "code", "more"),
    [
        ("/broken/x/", 500, {}),
        ("/no-such-page/", 404, {}),
        ("/reports/", 302, {}),
        ("/fine/x/", 400, {"headers": {"Host": "evil.example"}}),
        ("/api/v1/projects/999999/", 404, {}),
        ("/api/v1/projects/?no=1", 400, {}),
    ],
)
def test_every_answer_names_its_request(address, code, more, lines):
    answer = Client(raise_request_exception=False).get(address, **more)
    assert answer.status_code == code
    assert lines()[-1]["request_id"] == answer.headers["X-Request-ID"]
    if answer.headers["Content-Type"].startswith("text/html") and code >= 400:
        assert answer.headers["X-Request-ID"] in answer.content.decode()
