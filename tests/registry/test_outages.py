"""The database away, the disk full, too many at once: told in words with a time to come again, and over by itself."""

import errno
import re
from unittest import mock

import pytest
from django.db import close_old_connections, connection
from django.http import HttpResponse
from django.test import Client
from django.urls import path
from django.utils import translation
from django.views.decorators.csrf import csrf_exempt
from rest_framework.decorators import api_view

from registry.core.clashes import Crowded
from registry.core.embedded.server import Server, ServerError
from registry.core.outages import AWAY, CROWDED, FULL, SLOW, NoRoom, outage_of
from registry.core.public_session import asks_no_records
from registry.error_pages import handler400, handler500  # noqa: F401  Django takes them from here
from registry.urls import urlpatterns as whole_site
from tests.factories import make_enterprise, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]

CODES = {
    "57P01": AWAY, "57P03": AWAY, "53300": AWAY, "53200": AWAY, "08006": AWAY, "58030": AWAY, "25006": AWAY,
    "57014": SLOW, "53100": FULL, "40001": CROWDED, "40P01": CROWDED, "55P03": CROWDED,
}  # fmt: skip


def fail(code):
    """Have the database itself raise an error with this code."""
    with connection.cursor() as cursor:
        cursor.execute(f"DO $$ BEGIN RAISE EXCEPTION 'told on purpose' USING ERRCODE = '{code}'; END $$")


@csrf_exempt
@asks_no_records
def failing(request, code):
    fail(code)


@api_view(["GET", "POST"])
def failing_api(request, code):
    fail(code)


@asks_no_records
def without_room(request):
    raise OSError(errno.ENOSPC, "No space left on device")


@asks_no_records
def broken(request):
    return 1 / 0


@csrf_exempt
def writing(request):
    make_enterprise()
    return HttpResponse("written")


def reading(request):
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return HttpResponse(str(cursor.fetchone()[0]))


urlpatterns = [
    path("failing/<str:code>/", failing),
    path("api/failing/<str:code>/", failing_api),
    path("without-room/", without_room),
    path("broken/", broken),
    path("reading/", reading),
    path("writing/", writing),
    *whole_site,
]


@pytest.fixture
def visitor():
    return Client(raise_request_exception=False)


# What an error means


@pytest.mark.parametrize(("code", "outage"), CODES.items())
def test_a_code_of_the_database_is_told_in_words_with_a_time_to_come_again(visitor, code, outage):
    answer = visitor.get(f"/failing/{code}/")
    page = answer.content.decode()
    assert (answer.status_code, answer.headers["Retry-After"]) == (outage.code, str(outage.after))
    with translation.override("zh-hans"):
        heads = [str(outage.heading)]
    with translation.override("en"):
        heads.append(str(outage.heading))
    assert re.findall(r"<h1>([^<]+)</h1>", page) == heads
    assert heads[0] != heads[1]
    assert f"<code>{answer.headers['X-Request-ID']}</code>" in page
    assert "told on purpose" not in page
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("code", ["22012", "42P01", "23503", "P0001"])
def test_a_fault_of_ours_is_no_outage(visitor, code):
    assert visitor.get(f"/failing/{code}/").status_code == 500


def test_a_fault_in_python_is_no_outage(visitor):
    answer = visitor.get("/broken/")
    assert (answer.status_code, "Retry-After" in answer.headers) == (500, False)


def test_a_full_disk_of_files_is_told_like_one_of_the_database(visitor):
    assert visitor.get("/without-room/").status_code == 507


def test_what_was_raised_from_an_outage_is_one_and_a_refusal_beside_it_is_not():
    error = ValueError()
    error.__cause__ = Crowded()
    assert outage_of(error) is CROWDED
    assert outage_of(NoRoom()) is None
    assert outage_of(OSError(errno.ENOENT, "no such file")) is None
    assert outage_of(None) is None


@pytest.mark.parametrize(("code", "outage"), CODES.items())
def test_programs_are_told_in_json_by_the_interface(visitor, code, outage):
    answer = visitor.get(f"/api/failing/{code}/")
    assert (answer.status_code, answer.headers["Retry-After"]) == (outage.code, str(outage.after))
    with translation.override("zh-hans"):
        assert answer.json() == {"detail": f"{outage.heading}. {outage.words}", "errors": {}}


def test_a_part_of_a_page_is_answered_by_a_sentence_in_the_reader_s_language(visitor):
    visitor.cookies["django_language"] = "en"
    answer = visitor.get("/failing/57P01/", headers={"HX-Request": "true"})
    assert answer.status_code == 503
    assert answer.content.decode().startswith("<p>The database does not answer just now.")
    assert "<html" not in answer.content.decode()


# What was typed


def given_back(answer):
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', answer.content.decode()))


def test_a_form_that_met_an_outage_is_given_back_to_be_sent_again(visitor):
    typed = {"why": "第一行\n第二行", "amount": "80万", "csrfmiddlewaretoken": "x", "mark": "<b>"}
    answer = visitor.post("/failing/57P01/?next=1", typed)
    assert given_back(answer) == {**typed, "mark": "&lt;b&gt;"}
    assert '<form method="post" action="/failing/57P01/?next=1"' in answer.content.decode()


@pytest.mark.parametrize("typed", [{"username": "a", "password": "secret-7"}, {"new_password1": "secret-7"}])
def test_a_password_is_never_given_back(visitor, typed):
    page = visitor.post("/failing/57P01/", typed).content.decode()
    assert "<form" not in page
    assert "secret-7" not in page


def test_what_holds_a_file_or_is_no_form_is_not_given_back(visitor, tmp_path):
    (tmp_path / "a.txt").write_text("x")
    with (tmp_path / "a.txt").open() as file:
        assert "<form" not in visitor.post("/failing/57P01/", {"file": file, "a": "b"}).content.decode()
    assert "<form" not in visitor.get("/failing/57P01/", {"a": "b"}).content.decode()
    assert "<form" not in visitor.post("/failing/57P01/", {"a": "b" * 200_001}).content.decode()


# The database really away


@pytest.fixture
def away(tmp_path):
    """Nobody answers, and the embedded server cannot be started; a function that has it answer again."""
    connection.close()
    real = connection.get_connection_params()
    parts = (
        mock.patch.object(connection, "get_connection_params", return_value=real | {"host": str(tmp_path), "port": 1}),
        mock.patch.object(Server, "start", side_effect=ServerError("gone")),
    )
    for part in parts:
        part.start()
    yield lambda: [part.stop() for part in parts]
    mock.patch.stopall()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("address", ["/", "/projects/", "/needs/", "/data/", "/api/v1/projects/", "/reading/"])
def test_a_stranger_is_told_that_the_database_is_away_and_served_when_it_is_back(visitor, away, address):
    answer = visitor.get(address)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")
    away()
    assert visitor.get("/reading/").status_code == 200


@pytest.mark.django_db(transaction=True)
def test_whoever_is_signed_in_is_told_too_though_the_session_itself_lies_in_the_database(visitor, request):
    visitor.force_login(make_user("bureau"))
    back = request.getfixturevalue("away")
    for address in ("/", "/desk/", "/my/", "/documents/1/", "/no-such-page/"):
        answer = visitor.get(address)
        assert (address, answer.status_code) == (address, 503)
    assert visitor.post("/desk/", {"a": "typed"}).status_code == 503
    answer = visitor.get("/api/v1/projects/")
    assert (answer.status_code, answer.headers["Content-Type"]) == (503, "application/json")
    assert Client().get("/healthz").status_code == 200
    back()
    assert visitor.get("/desk/").status_code == 200


def end_session(number):
    """Have the server end a session, as a restart does, and as its own session cannot see."""
    with connection.copy().cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [number])
        cursor.connection.close()


@pytest.mark.django_db(transaction=True)
def test_a_session_that_ended_unseen_is_replaced_before_anybody_is_answered(visitor):
    number = int(visitor.get("/reading/").content)
    end_session(number)
    close_old_connections()  # as every request begins outside of tests
    answer = visitor.get("/reading/")
    assert answer.status_code == 200
    assert int(answer.content) != number


@pytest.mark.django_db(transaction=True)
def test_a_standby_that_only_reads_is_away_for_writing_and_not_a_matter_of_rights(visitor):
    visitor.force_login(make_user("bureau"))
    with connection.cursor() as cursor:
        cursor.execute("SET default_transaction_read_only = on")
    try:
        answer = visitor.post("/writing/")
    finally:
        connection.close()
    assert answer.status_code == 503
    assert visitor.post("/writing/").status_code == 200
