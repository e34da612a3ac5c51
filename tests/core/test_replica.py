"""Reads from a replica: who, under which wall, when not, and what goes on while the primary is away.

Here the replica is a second connection to the same database in which every write is refused; how it stands is said by
the test. With two real servers: tests/bench/test_replica.py.
"""

import copy
import datetime
import json
from functools import partial

import pytest
from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.http import HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.test import Client
from django.urls import path
from django.utils import timezone
from rest_framework.decorators import api_view
from rest_framework.response import Response

from projects.models import Project
from registry.core import replica
from registry.core.lists_out import gives_files
from registry.core.measures import REGISTRY
from registry.core.models import Usage
from registry.core.public_session import SCHEMA
from registry.core.replica import REPLICA, from_replica, on_primary
from registry.core.replica_reads import COOKIE, HEADER, may_read_replica
from registry.core.session_roles import APP, MEMBER, READER, role_taken
from registry.error_pages import handler400, handler500  # noqa: F401  Django takes them from here
from registry.reports.as_of import as_of
from registry.urls import urlpatterns as whole_site
from tests import own_database
from tests.factories import make_enterprise, make_org_user, make_organisation, make_project, make_user
from tests.publishing import publish_what_is_marked

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__), pytest.mark.plain]
STATE = "SELECT {is_replica}, '0/FF'::pg_lsn >= %s::pg_lsn, {stands_at}, {behind}::float"
NOON = datetime.datetime(2021, 11, 1, 4, 0, tzinfo=datetime.UTC)


def told():
    """Which server answers, as whom, from which schema, and how many projects a query without any filter finds."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('bangfu.server', true), current_user, current_schemas(false)::text[]")
        server, user, schemas = cursor.fetchone()
    return {"server": server or "primary", "user": user, "schema": schemas[0], "projects": Project.objects.count()}


def where(request):
    return JsonResponse(told())


def write(request):
    make_enterprise()
    return redirect("/where/") if request.method == "POST" else HttpResponse(told()["server"])


def past(request):
    with as_of(timezone.now()):
        inside = told()
    return JsonResponse({"inside": inside, "after": told()})


def stream(request):
    return StreamingHttpResponse(json.dumps(told()) for _each in range(1))


@api_view(["GET"])
def write_by_api(request):
    make_enterprise()
    return Response(told())


urlpatterns = [
    path("where/", where),
    path("report/", may_read_replica(partial(where))),
    path("list/", gives_files(partial(where))),
    path("write/", write),
    path("report/write/", may_read_replica(partial(write))),
    path("api/report/write/", may_read_replica(write_by_api)),
    path("past/", past),
    path("stream/", stream),
    path("report/stream/", may_read_replica(partial(stream))),
    *whole_site,
]


@pytest.fixture(scope="module")
def both_sides(django_db_setup, django_db_blocker):
    """A database of these tests' own: what is restored into the copy that others share has no rights."""
    with django_db_blocker.unblock():
        name = own_database.make_copy("sides")
    yield name
    with django_db_blocker.unblock():
        own_database.drop(name)


@pytest.fixture
def stands(both_sides, db, monkeypatch):
    """Say how the replica stands: `stands(behind=3)`."""
    with own_database.own_database(both_sides):
        ours = connections[DEFAULT_DB_ALIAS]
        told = copy.deepcopy(ours.settings_dict)
        options = told["OPTIONS"].get("options", "")
        told["OPTIONS"]["options"] = f"{options} -c default_transaction_read_only=on -c bangfu.server=replica"
        other = ours.copy()
        other.settings_dict = told
        connections.settings[REPLICA] = told
        connections[REPLICA] = other
        replica.forget_rest()

        def say(*, is_replica=True, stands_at="now()", behind=0):
            text = STATE.format(is_replica=is_replica, stands_at=stands_at, behind=behind)
            monkeypatch.setattr(replica, "_STATE", text)

        say()
        try:
            yield say
        finally:
            other.close()
            del connections[REPLICA], connections.settings[REPLICA]
            replica.forget_rest()


def go_away(alias):
    """No connection can be made to the server any more."""
    connections[alias].close()
    connections[alias].settings_dict["NAME"] = "no such database"


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


def read(client, page):
    """The code of an answer, to its last chunk."""
    answer = client.get(page)
    assert answer.getvalue() if answer.streaming else answer.content
    answer.close()
    return answer.status_code


def reads(place, why):
    return REGISTRY.get_sample_value("bangfu_reads_total", {"place": place, "why": why}) or 0


def test_strangers_read_what_was_published_from_the_replica(client, stands):
    make_project(visibility="internal")
    answer = client.get("/where/").json()
    assert answer == {"server": "replica", "user": MEMBER, "schema": SCHEMA, "projects": answer["projects"]}
    before = answer["projects"]
    make_project(visibility="published")
    publish_what_is_marked()
    assert client.get("/where/").json()["projects"] == before + 1


def test_a_member_finds_the_same_rows_on_both_sides_and_no_others(stands):
    organisation = make_organisation()
    make_project(visibility="internal")
    client = signed_in(make_org_user(organisation))
    here, there = client.get("/where/").json(), client.get("/report/").json()
    assert (here.pop("server"), there.pop("server")) == ("primary", "replica")
    assert here == there
    assert here["user"] == MEMBER
    assert here["projects"] < Project.objects.count()


@pytest.mark.parametrize(("role", "user"), [("bureau", APP), ("auditor", READER)])
def test_those_who_are_signed_in_read_reports_and_files_from_the_replica_and_all_else_from_the_primary(
    stands, role, user
):
    client = signed_in(make_user(role))
    answers = {place: client.get(place).json() for place in ("/where/", "/list/", "/list/?format=csv", "/report/")}
    assert [answer["server"] for answer in answers.values()] == ["primary", "primary", "replica", "replica"]
    assert {answer["user"] for answer in answers.values()} == {user}


def test_real_reports_lists_and_public_pages_are_read_from_it(client, stands):
    make_project(visibility="published")
    publish_what_is_marked()
    staff, before = signed_in(make_user("bureau")), reads("replica", "")
    pages = ["/", "/projects/", "/counties/", "/data/", "/api/v1/projects/", "/projects/?format=xlsx"]
    assert [read(client, page) for page in pages] == [200] * len(pages)
    ours = ["/reports/", "/reports/history/", "/reports/checks/", "/api/v1/projects/export/?format=csv"]
    assert [read(staff, page) for page in ours] == [200] * len(ours)
    assert reads("replica", "") == before + len(pages) + len(ours)


def test_whoever_has_just_written_reads_from_the_primary_until_the_replica_knows_of_it(client, stands):
    assert client.post("/write/", follow=True).json()["server"] == "primary"
    place = client.cookies[COOKIE]
    assert place["httponly"]
    assert place["samesite"] == "Lax"
    assert client.get("/where/").json()["server"] == "primary"
    assert Client().get("/where/").json()["server"] == "replica"
    client.cookies[COOKIE] = "0/FE"
    assert client.get("/where/").json()["server"] == "replica"


@pytest.mark.parametrize("word", ["", "soon", "0/1'; SELECT 1", "F" * 200])
def test_a_cookie_that_names_no_place_says_nothing(client, stands, word):
    client.cookies[COOKIE] = word
    assert client.get("/where/").json()["server"] == "replica"


@pytest.mark.parametrize(("behind", "server"), [(9.9, "replica"), (10.1, "primary"), ("NULL", "primary")])
def test_a_replica_that_is_too_far_behind_is_passed_over(client, stands, behind, server):
    stands(behind=behind)
    before = reads("primary", "behind")
    assert client.get("/where/").json()["server"] == server
    assert reads("primary", "behind") - before == (server == "primary")


def test_a_server_that_is_no_replica_is_not_read(client, stands):
    stands(is_replica=False)
    assert client.get("/where/").json()["server"] == "primary"


def test_a_replica_that_is_away_is_passed_over_and_left_alone_for_a_while(client, stands, monkeypatch):
    name = connections[REPLICA].settings_dict["NAME"]
    go_away(REPLICA)
    assert client.get("/where/").json()["server"] == "primary"
    connections[REPLICA].settings_dict["NAME"] = name
    assert client.get("/where/").json()["server"] == "primary"
    monkeypatch.setattr(replica, "PAUSE", 0)
    replica.forget_rest()
    assert client.get("/where/").json()["server"] == "replica"


def test_a_broken_connection_is_opened_anew(client, stands):
    assert client.get("/where/").json()["server"] == "replica"
    connections[REPLICA].connection.close()
    assert client.get("/where/").json()["server"] == "replica"


def test_what_a_replica_cannot_do_is_done_by_the_primary(stands):
    client, before = signed_in(make_user("bureau")), reads("primary", "again")
    assert client.get("/report/write/").content == b"primary"
    assert client.get("/api/report/write/").json()["server"] == "primary"
    assert reads("primary", "again") == before + 2


def test_the_past_is_poured_on_the_primary_under_the_same_wall(client, stands):
    for asking in (client, signed_in(make_org_user(make_organisation()))):
        answer = asking.get("/past/").json()
        assert answer["inside"]["server"] == "primary"
        assert answer["inside"]["user"] == answer["after"]["user"] == MEMBER
        assert answer["inside"]["projects"] == answer["after"]["projects"]
    assert client.get("/past/").json()["after"]["server"] == "replica"


def test_a_figure_of_the_past_is_answered_to_strangers(client, stands):
    answer = client.get("/api/v1/figures/?as_of=2021-10-31&by=campaign")
    assert answer.status_code == 200


def test_requests_are_counted_on_the_primary(client, stands, settings):
    settings.API_RATES = {"address": 2}
    Usage.objects.all().delete()
    assert [client.get("/api/v1/projects/").status_code for _each in range(3)] == [200, 200, 429]


def test_what_is_streamed_is_read_from_where_its_page_was(client, stands):
    answer = json.loads(client.get("/stream/").getvalue())
    assert (answer["server"], answer["user"], answer["schema"]) == ("replica", MEMBER, SCHEMA)
    staff = signed_in(make_user("bureau"))
    assert json.loads(staff.get("/report/stream/").getvalue())["server"] == "replica"
    assert json.loads(staff.get("/stream/").getvalue())["server"] == "primary"


def test_settings_are_carried_to_and_fro(stands):
    plain = told()
    with role_taken(READER), from_replica():
        assert told() | {"projects": 0} == plain | {"server": "replica", "user": READER, "projects": 0}
        with role_taken(MEMBER), on_primary():
            assert (told()["server"], told()["user"]) == ("primary", MEMBER)
            with on_primary():
                assert told()["server"] == "primary"
        assert (told()["server"], told()["user"]) == ("replica", READER)
        with on_primary():
            assert (told()["server"], told()["user"]) == ("primary", READER)
    assert told() == plain
    with from_replica():
        assert told() | {"server": "primary"} == plain


@pytest.mark.parametrize(("language", "words"), [("zh-hans", "截至"), ("en", "as of 1 November 2021 12:00")])
def test_while_the_primary_is_away_public_pages_say_as_of_when(stands, language, words):
    client = Client(raise_request_exception=False)
    stands(stands_at=f"'{NOON.isoformat()}'::timestamptz", behind=3600)
    go_away(DEFAULT_DB_ALIAS)
    client.cookies["django_language"] = language
    answer = client.get("/projects/")
    assert answer.status_code == 200
    assert words in answer.content.decode()
    assert answer.headers[HEADER] == "2021-11-01T04:00:00+00:00"
    written = client.post("/write/")
    assert (written.status_code, COOKIE in client.cookies) == (503, False)
    assert client.get("/past/").status_code == 503
    assert client.get("/readyz").status_code == 503


def test_while_the_primary_is_away_people_stay_signed_in_and_read_reports(stands):
    client = signed_in(make_user("bureau"))
    client.raise_request_exception = False
    stands(stands_at=f"'{NOON.isoformat()}'::timestamptz", behind=0)
    go_away(DEFAULT_DB_ALIAS)
    client.cookies["django_language"] = "en"
    assert client.get("/where/").json()["server"] == "replica"
    answer = client.get("/reports/")
    assert answer.status_code == 200
    assert "The main database does not answer just now" in answer.content.decode()
    assert client.get("/desk/").status_code == 200
    assert client.get("/readyz").status_code == 503
    assert client.post("/write/").status_code == 503


def test_with_neither_the_site_says_that_the_database_is_away(stands):
    client = Client(raise_request_exception=False)
    go_away(REPLICA)
    go_away(DEFAULT_DB_ALIAS)
    assert client.get("/where/").status_code == 503


def test_a_page_says_nothing_of_it_while_all_is_well(client, stands):
    answer = client.get("/projects/")
    assert HEADER not in answer.headers
    assert "stands_at" not in answer.content.decode()


def test_metrics_tell_how_it_stands(client, stands, monkeypatch):
    monkeypatch.setattr(replica, "SENT_TO", "SELECT 'standby', '10.0.0.2', 'streaming', 2.5::float")
    stands()
    words = client.get("/metrics").content.decode()
    assert "bangfu_replica_up 1.0" in words
    assert 'bangfu_replica_lag_seconds{address="10.0.0.2",replica="standby"} 2.5' in words
    go_away(REPLICA)
    assert "bangfu_replica_up 0.0" in client.get("/metrics").content.decode()


def test_without_a_replica_nothing_is_asked_of_it(client):
    answer = client.post("/accounts/login/", {"username": "nobody", "password": "nothing"})
    assert COOKIE not in answer.cookies
