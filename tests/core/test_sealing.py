"""Committed records are sealed once, in order and whole; the newest seal is told outside; what keeps up is watched."""

import datetime
import errno
import hashlib
import json
import os
import threading
import time
from contextlib import contextmanager

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from orgs.models import Enterprise
from registry.core.models import Change, Seal
from registry.core.sealing import anchors, chain
from registry.core.sealing.anchors import anchor, anchor_restore, last_anchor, read_line
from registry.core.sealing.canonical import COLUMNS, leaves, numbers_in, ranges, seconds, word
from registry.core.sealing.chain import seal, settled
from registry.core.sealing.report import Report
from registry.core.sealing.verifying import check_anchors, check_chain
from tests.factories import make_enterprise, make_organisation, make_user
from tests.stranger import problems

from .test_work import one_connection  # noqa: F401  a fixture

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_anchors(settings, tmp_path):
    settings.ANCHORS = tmp_path / "anchors" / "anchors.jsonl"
    return settings.ANCHORS


def sql(statement, *parameters):
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchall() if cursor.description else None


def found_in_the_chain():
    report = Report()
    check_chain(report, 0, None)
    return report.named


# The bytes


def test_every_column_of_the_trail_is_sealed():
    assert set(COLUMNS) == {field.column for field in Change._meta.concrete_fields}


@pytest.mark.parametrize(
    ("value", "written"),
    [(None, b"-"), ("", b"0:"), ("-", b"1:-"), ("3:a", b"3:3:a"), ("县", "3:县".encode()), (7, b"1:7")],
)
def test_a_word_says_how_long_it_is(value, written):
    assert word(value) == written


@pytest.mark.parametrize("numbers", [[1], [1, 2, 3], [1, 3], [1, 2, 5, 6, 9], [10, 11, 1000]])
def test_numbers_are_written_as_runs_and_read_again(numbers):
    assert numbers_in(ranges(numbers)) == numbers


def test_runs_are_short():
    assert ranges([*range(1, 501), 503]) == "1-500,503"


def test_instants_are_written_to_the_microsecond_whatever_their_zone():
    instant = datetime.datetime(2026, 11, 26, 8, 0, 0, 5, datetime.timezone(datetime.timedelta(hours=8)))
    assert seconds(instant) == "1795651200.000005"


def leaf_of(number):
    with connection.cursor() as cursor:
        return leaves(cursor, number - 1, number, "sha256")


def test_the_bytes_are_the_same_whatever_a_session_is_set_to():
    make_enterprise()
    number = Change.objects.latest("id").pk
    told = leaf_of(number)
    sql("SET LOCAL timezone = 'America/New_York'; SET LOCAL datestyle = 'German'; SET LOCAL extra_float_digits = 0;"
        " SET LOCAL intervalstyle = 'sql_standard'; SET LOCAL bytea_output = 'escape'")  # fmt: skip
    assert leaf_of(number) == told


def insert_change(**values):
    values = {
        "at": timezone.now(), "transaction": 1, "db_user": "x", "table_name": "t", "row_pk": "1", "root_table": "t",
        "root_pk": "1", "operation": "I",
    } | values  # fmt: skip
    return Change.objects.create(**values)


def test_a_value_that_is_missing_is_not_one_that_is_empty_nor_one_that_moves_to_its_neighbour():
    at = timezone.now()
    ways = (
        {"action": "ab"}, {"action": "a", "reason": "b"}, {"reason": "ab"}, {"before": {}}, {"before": None},
        {"after": {}}, {"actor_id": 1}, {"batch_id": "1"}, {"request_id": "1"},
    )  # fmt: skip
    with connection.cursor() as cursor:
        found = set()
        for way in ways:
            change = insert_change(at=at, **way)
            cursor.execute("SELECT currval(pg_get_serial_sequence('core_change', 'id'))")
            [(_number, content)] = leaves(cursor, change.pk - 1, change.pk, "blake2b")
            found.add(content)
    assert len(found) == len(ways)


# Blocks


def test_what_is_recorded_is_sealed_once_and_in_order(monkeypatch):
    monkeypatch.setattr(chain, "BLOCK", 3)
    for _number in range(4):
        make_enterprise()
    records = list(Change.objects.order_by("id").values_list("id", flat=True))
    assert seal() == len(records)
    assert seal() == 0
    blocks = list(Seal.objects.order_by("serial"))
    assert [number for block in blocks for number in numbers_in(block.numbers)] == records
    assert [block.serial for block in blocks] == list(range(1, len(blocks) + 1))
    assert all(block.count <= 3 and len(bytes(block.leaves)) == 32 * block.count for block in blocks)
    assert [block.previous for block in blocks] == ["", *(block.digest for block in blocks[:-1])]
    make_enterprise()
    assert seal() == 1
    assert found_in_the_chain() == []


@pytest.mark.parametrize("algorithm", ["sha256", "sha512", "sha3_256", "sm3"])
def test_the_digest_can_be_replaced_in_the_middle_of_a_chain(settings, algorithm):
    if algorithm not in hashlib.algorithms_available:
        pytest.skip(f"this OpenSSL does not know {algorithm}")
    make_enterprise()
    seal()
    settings.SEAL_DIGEST = algorithm
    change_of_user()
    seal()
    assert Seal.objects.first().algorithm == algorithm
    assert found_in_the_chain() == []
    assert list(problems(connection.cursor().cursor, ())) == []


def change_of_user(**values):
    """The record of a new account, which holds personal values."""
    user = make_user(**values)
    return Change.objects.filter(table_name="core_user", row_pk=str(user.pk)).earliest("id")


def test_a_stranger_who_shares_no_code_comes_to_the_same_digests(own_anchors):
    change_of_user(name="张三“引号”\\ \n", phone="13800000000")
    make_organisation()
    seal()
    anchor(at_once=True)
    assert list(problems(connection.cursor().cursor, own_anchors.read_text().splitlines())) == []
    with as_owner():
        sql("UPDATE core_change SET reason = 'x' WHERE id = %s", Change.objects.earliest("id").pk)
    assert list(problems(connection.cursor().cursor, own_anchors.read_text().splitlines())) == ["records of seal 1"]


@contextmanager
def as_owner(*tables):
    """What only the owner of the tables can do: switch the triggers off, and on again."""
    tables = tables or ("core_change", "core_seal", "core_veil", "core_redaction")
    sql("SET CONSTRAINTS ALL IMMEDIATE")
    for table in tables:
        sql(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    yield
    sql("SET CONSTRAINTS ALL IMMEDIATE")
    for table in tables:
        for (name,) in sql("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgrelid = %s::regclass", table):
            sql(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}")


REFUSED = r"append-only|stay as they are"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE core_seal SET digest = 'x'",
        "DELETE FROM core_seal",
        "TRUNCATE core_seal",
        "UPDATE core_veil SET salts = '{}'",
        "DELETE FROM core_veil",
        "TRUNCATE core_veil",
        "UPDATE core_change SET reason = 'x'",
        "UPDATE core_change SET after = after - 'name'",
        "DELETE FROM core_change",
        "TRUNCATE core_change",
        "SET LOCAL session_replication_role = replica; UPDATE core_change SET reason = 'x'",
        "SET LOCAL session_replication_role = replica; DELETE FROM core_seal",
    ],
)
def test_records_seals_and_salts_stay_as_they_are(statement):
    change_of_user()
    seal()
    with pytest.raises(IntegrityError, match=REFUSED), transaction.atomic():
        sql(statement)


# While others write


@pytest.mark.django_db(transaction=True)
def test_a_lower_number_that_is_committed_late_is_waited_for():
    """The first writer draws its number first and commits last."""
    drawn, may_end = threading.Event(), threading.Event()

    def slow():
        with transaction.atomic():
            make_enterprise()
            drawn.set()
            may_end.wait(10)
        connection.close()

    writer = threading.Thread(target=slow)
    writer.start()
    drawn.wait(10)
    make_enterprise()
    before = Change.objects.latest("id").pk
    assert settled(patience=0) is None
    assert seal(patience=0.1) == 0
    may_end.set()
    writer.join()
    assert Change.objects.filter(pk__lt=before, table_name="orgs_enterprise").count() == 1
    assert seal() == Change.objects.count()
    assert found_in_the_chain() == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("mode", ["ACCESS SHARE", "ROW SHARE", "SHARE UPDATE EXCLUSIVE"])
def test_who_reads_or_cleans_up_holds_nothing_back(mode):
    held, may_end = threading.Event(), threading.Event()

    def hold():
        with transaction.atomic():
            sql(f"LOCK TABLE core_change IN {mode} MODE")
            held.set()
            may_end.wait(10)
        connection.close()

    holder = threading.Thread(target=hold)
    holder.start()
    held.wait(10)
    make_enterprise()
    assert seal(patience=0) == Change.objects.count()
    may_end.set()
    holder.join()


def write_until(over, number):
    """Write in transactions of one to three records, every fifth of which is rolled back."""
    turn = 0
    while not over.is_set():
        turn += 1
        try:
            with transaction.atomic():
                for _record in range(turn % 3 + 1):
                    Enterprise.objects.create(name=f"企业 {number} {turn}")
                    time.sleep(0.001)
                if turn % 5 == 0:
                    raise RuntimeError("rolled back")
        except RuntimeError:
            pass
    connection.close()


@pytest.mark.django_db(transaction=True)
def test_nothing_is_left_out_and_nothing_sealed_twice_while_many_write(monkeypatch):
    """Four writers and two sealers for a second and a half: all that was committed is sealed once, and verifies."""
    monkeypatch.setattr(chain, "BLOCK", 40)
    over, rounds = threading.Event(), []

    def sealing():
        while not over.is_set():
            rounds.append(seal(patience=1))
        connection.close()

    threads = [threading.Thread(target=write_until, args=(over, number)) for number in range(4)]
    threads += [threading.Thread(target=sealing) for _sealer in range(2)]
    for thread in threads:
        thread.start()
    until = time.monotonic() + 60
    while time.monotonic() < until and (Change.objects.count() <= 100 or sum(map(bool, rounds)) <= 2):
        time.sleep(0.05)
    over.set()
    for thread in threads:
        thread.join(20)
    seal()
    sealed = [number for block in Seal.objects.order_by("serial") for number in numbers_in(block.numbers)]
    assert sealed == list(Change.objects.order_by("id").values_list("id", flat=True))
    assert len(sealed) > 100
    assert sum(1 for number in rounds if number) > 2
    assert found_in_the_chain() == []


# Told outside


def test_the_newest_seal_is_told_once_and_again_after_a_while(own_anchors, monkeypatch):
    assert anchor() is None
    make_enterprise()
    seal()
    told = anchor()
    assert (told.serial, told.upto, told.digest) == (1, Change.objects.latest("id").pk, Seal.objects.get().digest)
    assert anchor() is None
    assert anchor(at_once=True) is None
    monkeypatch.setattr(anchors, "EVERY", datetime.timedelta(0))
    assert anchor().serial == 1
    assert [json.loads(line)["serial"] for line in own_anchors.read_text().splitlines()] == [1, 1]
    assert last_anchor().digest == told.digest
    assert oct(own_anchors.stat().st_mode)[-3:] == "640"


def test_a_line_is_written_whole_or_not_at_all(own_anchors, monkeypatch):
    make_enterprise()
    seal()
    anchor()
    before = own_anchors.read_bytes()
    write = os.write

    def full(handle, content):
        write(handle, content[:10])
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(anchors.os, "write", full)
    make_enterprise()
    seal()
    with pytest.raises(OSError, match="No space left"):
        anchor(at_once=True)
    assert own_anchors.read_bytes() == before


@pytest.mark.parametrize("line", ["", "{}", "[1]", '{"at": "now"}', "not JSON"])
def test_what_is_no_anchor_is_refused(line):
    with pytest.raises(ValueError, match=r".*"):
        read_line(line)


def test_a_second_place_is_told_the_same_line(settings, monkeypatch, own_anchors):
    sent = []
    settings.ANCHORS_URL = "https://anchors.example/"
    monkeypatch.setattr(anchors, "post", lambda address, body, headers: sent.append((address, body)) or 200)
    make_enterprise()
    seal()
    anchor()
    assert sent == [("https://anchors.example/", own_anchors.read_bytes())]


def test_a_second_place_that_does_not_answer_stops_nothing(settings, monkeypatch, own_anchors):
    def gone(*arguments):
        raise OSError("nobody there")

    settings.ANCHORS_URL = "https://anchors.example/"
    monkeypatch.setattr(anchors, "post", gone)
    make_enterprise()
    seal()
    assert anchor() is not None
    assert own_anchors.exists()


def found_by_the_anchors():
    report = Report()
    check_anchors(report)
    return [(finding["kind"], finding.get("serial")) for finding in report.named], report.counts


def test_a_history_that_a_restore_gave_up_is_counted_and_no_longer_asked_for():
    make_enterprise()
    seal()
    anchor(at_once=True)
    make_enterprise()
    seal()
    anchor(at_once=True)
    with as_owner():
        sql("DELETE FROM core_seal WHERE serial = 2")
    assert found_by_the_anchors()[0] == [("cut", 2)]
    anchor_restore()
    found, counts = found_by_the_anchors()
    assert (found, counts["set aside"]) == ([], 1)
    seal()
    anchor(at_once=True)
    assert found_by_the_anchors()[0] == []
