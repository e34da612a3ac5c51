"""Slow and repeated statements are told with the line that asked them, without values; faults with their number."""

import json
import logging

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.urls import path

from orgs.models import Enterprise
from registry import urls
from registry.core import faults, slow
from registry.core.slow import REPEATED, Watch
from registry.core.trail import request_id


def each_one(request):
    for number in range(REPEATED):
        Enterprise.objects.filter(name=f"秘密{number}").exists()
    return HttpResponse("ok")


def broken(request, word):
    raise ZeroDivisionError(word)


urlpatterns = [path("each-one/", each_one), path("broken/<str:word>/", broken), *urls.urlpatterns]
handler400, handler500 = urls.handler400, urls.handler500
pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


def told(caplog):
    return [record for record in caplog.records if record.name == "registry.slow"]


def test_a_statement_that_one_answer_repeats_is_told_once_with_its_place_and_without_values(client, settings, caplog):
    settings.SLOW_QUERY_MS = 60_000
    client.get("/each-one/")
    [line] = told(caplog)
    assert line.getMessage().startswith(f"repeated: {REPEATED} times at tests/core/test_slow.py:")
    assert "/each-one/" in line.getMessage()
    assert "orgs_enterprise" in line.getMessage()
    assert "秘密" not in line.getMessage()
    assert (line.times, line.levelno) == (REPEATED, logging.WARNING)


def test_one_time_fewer_is_nothing_to_tell(client, settings, caplog, monkeypatch):
    settings.SLOW_QUERY_MS = 60_000
    monkeypatch.setattr(slow, "REPEATED", REPEATED + 1)
    client.get("/each-one/")
    assert told(caplog) == []


def test_where_it_is_off_nothing_is_told(client, settings, caplog):
    settings.SLOW_QUERY_MS = 0
    client.get("/each-one/")
    assert told(caplog) == []


def test_a_slow_statement_is_told_with_its_milliseconds_its_route_and_its_place(caplog):
    watch = Watch(limit=20)
    with connection.execute_wrapper(watch), connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        cursor.execute("SELECT pg_sleep(%s)", [0.03])
    watch.tell("/somewhere/")
    [line] = told(caplog)
    assert line.ms >= 30
    assert line.place.startswith("tests/core/test_slow.py:")
    assert line.getMessage().endswith("for /somewhere/: SELECT pg_sleep(%s)")
    assert watch.number == 2
    assert watch.seconds >= 0.03


def test_settings_of_the_session_are_repeated_on_purpose(caplog):
    watch = Watch(limit=60_000)
    with connection.execute_wrapper(watch), connection.cursor() as cursor:
        for _each in range(REPEATED):
            cursor.execute("SET LOCAL work_mem = '4MB'")
    watch.tell("/somewhere/")
    assert told(caplog) == []


def test_a_long_statement_is_cut():
    assert len(slow.short("SELECT " + "a, " * 1000)) == slow.LONGEST + 1


# Faults


@pytest.fixture
def place(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    return tmp_path / "faults.jsonl"


def test_a_fault_is_kept_by_class_route_and_number_and_never_by_its_words(place):
    answer = Client(raise_request_exception=False).get("/broken/13912345678/")
    assert answer.status_code == 500
    [fault] = faults.latest(10)
    assert fault["id"] == answer.headers["X-Request-ID"]
    assert (fault["kind"], fault["route"]) == ("ZeroDivisionError", "/broken/<str:word>/")
    assert "13912345678" not in place.read_text()


def test_what_is_answered_in_words_is_no_fault(place, client):
    assert client.get("/no-such-page/").status_code == 404
    assert faults.latest(10) == []


def test_the_newest_fault_comes_first_and_a_line_that_was_cut_is_passed_over(place):
    token = request_id.set("number-1")
    faults.note(ValueError(), "/one/")
    faults.note(KeyError(), "/two/")
    request_id.reset(token)
    place.write_bytes(place.read_bytes() + b'{"at": "2026')
    assert [fault["kind"] for fault in faults.latest(10)] == ["KeyError", "ValueError"]
    assert [fault["kind"] for fault in faults.latest(2)] == ["KeyError"]


def test_the_file_does_not_grow_for_ever(place, monkeypatch):
    monkeypatch.setattr(faults, "LARGEST", 300)
    for _each in range(20):
        faults.note(ValueError(), "/one/")
    assert place.stat().st_size < 500
    assert [file.name for file in place.parent.iterdir()] != []
    assert all(json.loads(line) for line in place.read_text().splitlines())
    assert len(list(place.parent.glob("faults*.jsonl"))) == 2


def test_a_disk_that_takes_nothing_keeps_no_page_from_being_answered(place):
    place.mkdir()
    assert Client(raise_request_exception=False).get("/broken/x/").status_code == 500
    assert faults.latest(10) == []
