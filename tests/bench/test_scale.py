"""The harness of `make bench` over a small register: the same files for the same seed, and every question of W1 to W6
answered by the product as by raw SQL. So it cannot rot between two measurements."""

import csv
import json
import threading
import time
import tracemalloc
from collections import Counter
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from random import Random

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.client import Client

from counties.models import Division
from projects.dataset.layout import FILES
from projects.models import Project
from registry.reports.figures import report
from tests.bench.scale import exports, floors, load, raw
from tests.bench.scale import report as told
from tests.bench.scale.asking import summary
from tests.bench.scale.generator import write_files
from tests.bench.scale.questions import QUESTIONS, with_cursor
from tests.factories import make_user

COUNTIES = [f"13{number:04d}" for number in range(1, 63)]


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """A small data set: its folder and what it says that it holds."""
    folder = tmp_path_factory.mktemp("set")
    return folder, write_files(folder, projects=120, organisations=90, counties=COUNTIES, seed=3)


def cells(folder, name):
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as source:
        return list(csv.DictReader(source))


def test_a_seed_makes_the_same_files_and_another_others(files, tmp_path):
    folder, made = files
    again, other = tmp_path / "again", tmp_path / "other"
    for target, seed in ((again, 3), (other, 4)):
        target.mkdir()
        said = write_files(target, projects=120, organisations=90, counties=COUNTIES, seed=seed)
        assert (said == made) is (seed == 3)
    for file in FILES:
        assert (again / file.path).read_bytes() == (folder / file.path).read_bytes()
        assert (other / file.path).read_bytes() != (folder / file.path).read_bytes()


def test_the_files_hold_as_many_rows_as_are_told_with_three_lines_and_twelve_steps_a_project(files):
    folder, made = files
    assert {file.name: len(cells(folder, file.name)) for file in FILES} == made.rows
    assert (made.rows["projects"], made.rows["organisations"]) == (120, 90)
    assert 2.5 <= made.rows["funding_lines"] / 120 <= 3.5
    assert 12 <= made.rows["checklist_items"] / 120 <= 13


def test_a_longer_register_takes_no_more_memory(tmp_path):
    def peak(projects):
        tracemalloc.start()
        write_files(tmp_path, projects=projects, organisations=50, counties=COUNTIES)
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    peak(50)
    assert peak(600) < peak(150) * 1.1


@pytest.fixture
def register(tmp_path, db):
    """A loaded register with the schema `raw` beside it; what it is said to hold."""
    call_command("load_reference", verbosity=0)
    counties = sorted(Division.objects.designated().values_list("code", flat=True))
    made = write_files(tmp_path, projects=120, organisations=90, counties=counties, seed=3)
    call_command("load_dataset", str(tmp_path), verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        raw.build(cursor)
    return made


@pytest.fixture
def staff(register):
    client = Client()
    client.force_login(make_user("bureau"))
    return client


def test_the_register_counts_what_the_files_are_said_to_add_up_to(register):
    counted = {figure.code: figure.quantity.value for figure in report(user=None).figures}
    assert counted["projects"] == register.landed
    assert counted["funds"] == Decimal(register.funds) / 100
    assert counted["beneficiaries"] == register.people
    assert (counted["organisations"], counted["counties"]) == (register.organisations, register.counties)


def asked_of(question, cursor, client, chance):
    asked = question.draw(cursor, chance)
    return with_cursor(asked, lambda address: client.get(address).json()) if "place" in asked else asked


def test_the_product_answers_every_question_as_raw_sql_does(staff):
    chance = Random(5)
    with connection.cursor() as cursor:
        for question in QUESTIONS:
            for _each in range(2):
                asked = asked_of(question, cursor, staff, chance)
                limit = question.raw(cursor, asked)
                assert question.told(limit) == question.read(staff.get(question.api(asked)).json()), (
                    question.key,
                    asked,
                )
                assert question.same_page(limit, staff.get(question.page(asked)).content), (question.key, asked)


def test_another_answer_is_seen(staff):
    """One row less, one number more: whatever differs is told, at the interface and on the page."""
    with connection.cursor() as cursor:
        for question in QUESTIONS:
            asked = asked_of(question, cursor, staff, Random(6))
            limit = question.raw(cursor, asked)
            answer, page = staff.get(question.api(asked)).content, staff.get(question.page(asked)).content
            assert question.same(limit, answer)
            assert not question.same(changed(limit), answer), question.key
            assert not (question.lists and question.same_page(changed(limit), page)), question.key


def changed(limit):
    """The limit's answer with one row or number gone."""
    limit = json.loads(json.dumps(limit, default=str))
    name = next(key for key in ("steps", "results", "rows", "stage") if key in limit)
    if isinstance(limit[name], dict):
        limit[name].popitem()
    else:
        limit[name].pop()
    if name == "results":
        limit["results"] = [[*row[:7], Decimal(row[7]), *row[8:]] for row in limit["results"]]
    return limit


def test_raw_sql_is_asked_anew_of_a_register_that_has_changed(register):
    with connection.cursor() as cursor:
        assert raw.is_fresh(cursor)
        Project.objects.filter(pk=Project.objects.first().pk).update(year=2021)
        assert not raw.is_fresh(cursor)
        raw.build(cursor)
        assert raw.is_fresh(cursor)


@pytest.mark.parametrize("form", exports.FORMS)
def test_the_files_of_both_tell_the_same_projects_organisations_and_money(staff, tmp_path, form):
    limit, product = tmp_path / f"raw.{form}", tmp_path / f"product.{form}"
    with connection.cursor() as cursor:
        exports.raw_file(cursor, form, limit)
    product.write_bytes(staff.get(exports.ADDRESS.format(form)).getvalue())
    assert exports.told(limit) == exports.told(product)
    assert exports.told(limit)[0] == 120
    if form == "csv":
        text = product.read_text(encoding="utf-8-sig")
        product.write_text(text[: text.rindex("\n", 0, -1) + 1], encoding="utf-8")
        assert exports.told(limit) != exports.told(product)


def test_a_floor_answers_only_whom_it_knows(register, rf):
    for view, known in ((floors.known, 403), (floors.page, 403), (floors.bare, 200)):
        request = rf.get("/", {"asked": json.dumps({"word": "大棚"})})
        request.user = Nobody()
        assert view(request, "W2").status_code == known
    request.user = make_user("bureau")
    page = floors.page(request, "W2").content.decode()
    shown = json.loads(floors.known(request, "W2").content)
    assert page.count("<tr>") == len(shown["results"]) > 1


class Nobody:
    is_authenticated = False


def test_the_load_reads_whole_answers_and_counts_each_status():
    line = load.Line.__new__(load.Line)
    for head, whole in (
        (b"Content-Length: 4", b"abcd"),
        (b"Transfer-Encoding: chunked", b"4\r\nabcd\r\n0\r\n\r\n"),
    ):
        line.got, line.need = b"HTTP/1.1 200 OK\r\n" + head + b"\r\n\r\n" + whole[:-1], None
        assert not line.is_whole()
        line.got += whole[-1:]
        assert line.is_whole()


class Answering(BaseHTTPRequestHandler):
    """Answers each connection's requests by 200 but for every third, and closes every fifth."""

    protocol_version, told = "HTTP/1.1", Counter()

    def do_GET(self):
        time.sleep(0.02)
        Answering.told["all"] += 1
        code = 500 if Answering.told["all"] % 3 == 0 else 200
        Answering.told[str(code)] += 1
        self.close_connection = Answering.told["all"] % 5 == 0
        self.send_response(code)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_words):
        pass


def test_the_load_counts_every_answer_by_its_status_and_waits_for_the_last():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    asked = {kind: ["GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"] for kind in load.MIX}
    said = load.run(server.server_port, 4, 0.3, asked, load.MIX, seed=1)
    server.shutdown()
    server.server_close()
    counted = Counter(said["statuses"]) + Counter(said["late"])
    assert counted == {status: Answering.told[status] for status in ("200", "500")}
    assert said["late"]["never"] == 0
    assert sum(map(len, said["spent"].values())) == sum(said["statuses"].values()) > 4


def test_the_table_tells_medians_ratios_and_what_differed():
    spent = {"median": 2.0, "p95": 3.0}
    found = {
        "rounds": 3, "apart": [], "memory": {"before": 100.0, "after": 101.0, "peak": 60.0},
        "ms": {"W1": dict.fromkeys(told.WAYS, spent) | {"api": {"median": 5.0, "p95": 9.0}}},
        "statements": {"W1": 4, "W1 page": 6},
    }  # fmt: skip
    lines = list(told._asks(found))
    assert "| W1 | 2 / 3 | 2 / 3 | 2 / 3 | 2 / 3 | 5 / 9 | 2 / 3 | 2.5 | 2.5 | 1.0 | 4 | 6 |" in lines
    assert "DIFFERENT ANSWERS: W1" in list(told._asks(found | {"apart": ["W1"]}))[-1]


def test_medians_and_percentiles_are_of_what_was_measured():
    assert summary(list(range(100, 0, -1))) == {"median": 50.5, "p95": 96}
