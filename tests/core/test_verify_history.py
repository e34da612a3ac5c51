"""Whoever alters the trail, or the register behind its trail, is found and named: the owner of the database too."""

import os
from types import SimpleNamespace

import pytest
from django.db import connection

from orgs.models import Enterprise
from registry.core.models import Change, Seal
from registry.core.sealing import chain
from registry.core.sealing.canonical import COLUMNS, digest_of_seal, leaves
from registry.core.sealing.chain import seal
from registry.core.sealing.report import NAMED, Report, in_words
from registry.core.sealing.rows import check_rows, traced
from registry.core.sealing.verifying import check_anchors, check_chain
from tests.factories import make_enterprise, make_funding, make_project, make_user

from .test_sealing import as_owner, own_anchors, sql  # noqa: F401  a fixture that every test here uses

pytestmark = pytest.mark.django_db
TABLE = Enterprise._meta.db_table


def found_by(check, *arguments):
    """[(kind, number, serial or name)] that one part of the verification finds."""
    report = Report()
    check(report, *arguments)
    assert sum(report.found.values()) >= len(report.named)
    assert all(in_words(finding) for finding in report.named)
    return report.named


def in_the_chain(since=0):
    return [(one["kind"], one.get("number", one.get("serial"))) for one in found_by(check_chain, since, None)]


def in_the_rows(since=0):
    found = found_by(check_rows, {TABLE: Enterprise}, since, None)
    return [(one["kind"], one["row"], one["number"]) for one in found]


# Records


OTHER = {
    "at": "at + interval '1 microsecond'", "transaction": "transaction + 1", "actor_id": "coalesce(actor_id, 0) + 1",
    "before": """'{"note": "x"}'""", "after": """after || '{"note": "x"}'""", "operation": "'D'",
}  # fmt: skip
"""What each column is changed to; texts get a letter more."""


@pytest.mark.parametrize("column", [column for column in COLUMNS if column != "id"])
def test_an_altered_record_is_named_whichever_column_it_is(sealed, column):
    number = sealed[4]
    with as_owner():
        sql(f"UPDATE core_change SET {column} = {OTHER.get(column, f'{column} || chr(97)')} WHERE id = %s", number)
    assert in_the_chain() == [("altered", number)]


@pytest.mark.parametrize("column", ["before", "after", "actor_id"])
def test_a_value_that_was_emptied_is_found(sealed, column):
    number = sealed[4]
    with as_owner():
        sql("UPDATE core_change SET actor_id = 7 WHERE id = %s", number)
        Seal.objects.all().delete()
        seal()
        sql(f"UPDATE core_change SET {column} = NULL WHERE id = %s", number)
    assert in_the_chain() == [("altered", number)]


def delete_in_the_middle(numbers):
    sql("DELETE FROM core_change WHERE id = %s", numbers[4])
    return [("missing", numbers[4])]


def delete_the_tail(numbers):
    sql("DELETE FROM core_change WHERE id >= %s", numbers[-2])
    return [("missing", numbers[-2]), ("missing", numbers[-1])]


def delete_all(numbers):
    there = [("missing", number) for number in Change.objects.order_by("id").values_list("id", flat=True)]
    sql("TRUNCATE core_change")
    return there[:NAMED]


def swap_two(numbers):
    one, other = numbers[3], numbers[7]
    sql("UPDATE core_change SET id = -1 WHERE id = %s", one)
    sql("UPDATE core_change SET id = %s WHERE id = %s", one, other)
    sql("UPDATE core_change SET id = %s WHERE id = -1", other)
    return [("altered", one), ("altered", other)]


def move_to_the_end(numbers):
    sql("UPDATE core_change SET id = %s WHERE id = %s", numbers[-1] + 100, numbers[4])
    return [("missing", numbers[4])]


def forge(number):
    names = ", ".join(column for column in COLUMNS if column != "id")
    sql(f"INSERT INTO core_change (id, {names}) SELECT %s, {names} FROM core_change ORDER BY id DESC LIMIT 1", number)


def insert_before_all(numbers):
    forge(-5)
    return [("inserted", -5)]


def insert_into_a_gap(numbers):
    sql("DELETE FROM core_seal WHERE upto_id >= %s", numbers[4])
    sql("DELETE FROM core_change WHERE id = %s", numbers[4])
    seal()
    forge(numbers[4])
    return [("inserted", numbers[4])]


@pytest.mark.parametrize(
    "alter",
    [delete_in_the_middle, delete_the_tail, delete_all, swap_two, move_to_the_end, insert_before_all,
     insert_into_a_gap],
)  # fmt: skip
def test_missing_inserted_and_moved_records_are_named(sealed, alter):
    with as_owner():
        wanted = alter(sealed)
    assert in_the_chain() == wanted


# The chain


def test_a_missing_seal_is_named_and_the_next_one_no_longer_follows(sealed):
    [serial] = Seal.objects.filter(upto_id__gte=sealed[4]).order_by("serial").values_list("serial", flat=True)[:1]
    with as_owner():
        sql("DELETE FROM core_seal WHERE serial = %s", serial)
    assert in_the_chain() == [("seal missing", serial), ("seal", serial + 1)]


ALTERED = {
    "after_id": "after_id - 1", "numbers": "numbers || ',1'", "count": "count + 1", "records": "repeat('0', 64)",
    "previous": "repeat('1', 64)", "digest": "repeat('2', 64)", "algorithm": "'sha512'", "form": "2",
    "at": "at + interval '1 second'", "leaves": "leaves || 'x'::bytea", "upto_id": "upto_id - 1",
}  # fmt: skip


@pytest.mark.parametrize("column", ALTERED)
def test_an_altered_seal_is_named_whichever_column_it_is(sealed, column):
    [serial] = Seal.objects.filter(upto_id__gte=sealed[4]).order_by("serial").values_list("serial", flat=True)[:1]
    with as_owner():
        sql(f"UPDATE core_seal SET {column} = {ALTERED[column]} WHERE serial = %s", serial)
        if column == "leaves":  # they tell which record was altered, so one must be
            sql("UPDATE core_change SET reason = 'x' WHERE id = %s", sealed[4])
    assert ("seal", serial) in in_the_chain()


def make_the_chain_anew():
    """What the owner can do who has read how seals are made."""
    last = ""
    for block in Seal.objects.order_by("serial"):
        with connection.cursor() as cursor:
            found = leaves(cursor, block.after_id, block.upto_id, block.algorithm)
        block.leaves = b"".join(leaf for _number, leaf in found)
        block.records = chain.hashlib.new(block.algorithm, block.leaves).hexdigest()
        block.count, block.numbers, block.previous = len(found), chain.ranges(n for n, _leaf in found), last
        block.digest = last = digest_of_seal(block)
        block.save()


def test_a_chain_that_its_owner_made_anew_is_found_by_the_anchors_alone(sealed):
    with as_owner():
        sql("UPDATE core_change SET reason = 'x' WHERE id = %s", sealed[4])
        make_the_chain_anew()
    assert in_the_chain() == []
    found = found_by(check_anchors)
    assert [(one["kind"], one["serial"]) for one in found] == [("rewritten", Seal.objects.first().serial)]


def test_a_tail_that_was_cut_with_its_seals_is_found_by_the_anchors_alone(sealed):
    with as_owner():
        [last] = Seal.objects.values_list("upto_id", flat=True)[1:2]
        sql("DELETE FROM core_seal WHERE upto_id > %s", last)
        sql("DELETE FROM core_change WHERE id > %s", last)
    assert in_the_chain() == []
    assert [one["kind"] for one in found_by(check_anchors)] == ["cut"]


def test_seals_of_which_none_was_told_outside_are_told_of(sealed, settings):
    os.unlink(settings.ANCHORS)
    assert [one["kind"] for one in found_by(check_anchors)] == ["no anchors"]


def test_a_line_of_the_anchors_that_cannot_be_read_is_told_of(sealed, settings):
    with settings.ANCHORS.open("a") as file:
        file.write("{}\n")
    assert [one["kind"] for one in found_by(check_anchors)] == ["anchor"]


def test_only_the_seals_from_a_record_on_are_read_when_asked(sealed):
    with as_owner():
        sql("UPDATE core_change SET reason = 'x' WHERE id = %s", sealed[1])
    assert in_the_chain(since=sealed[1]) == [("altered", sealed[1])]
    assert in_the_chain(since=sealed[8]) == []


# Rows behind the triggers


@pytest.fixture
def companies():
    return [make_enterprise(name=f"{name}公司") for name in "甲乙丙"]


def last_record(row):
    return str(Change.objects.filter(table_name=TABLE, row_pk=str(row.pk)).latest("id").pk)


def test_a_row_changed_behind_the_triggers_is_named(companies):
    with as_owner(TABLE):
        sql(f"UPDATE {TABLE} SET note = 'x' WHERE id = %s", companies[1].pk)
    assert in_the_rows() == [("row changed", str(companies[1].pk), last_record(companies[1]))]


@pytest.mark.parametrize(
    ("column", "value"),
    [("name", "'x'"), ("code", "'91110000MA00000000'"), ("is_demo", "NOT is_demo"), ("pinyin", "''"), ("note", "' '")],
)
def test_every_column_of_a_row_is_compared(companies, column, value):
    with as_owner(TABLE):
        sql(f"UPDATE {TABLE} SET {column} = {value} WHERE id = %s", companies[0].pk)
    assert [kind for kind, _row, _number in in_the_rows()] == ["row changed"]


def test_rows_added_and_removed_behind_the_triggers_are_named(companies):
    gone, number = str(companies[0].pk), last_record(companies[0])
    with as_owner(TABLE):
        sql(f"DELETE FROM {TABLE} WHERE id = %s", companies[0].pk)
        [(added,)] = sql(f"INSERT INTO {TABLE} (name, pinyin, initials, note) VALUES ('丁', '', '', '') RETURNING id")
    assert sorted(in_the_rows()) == [("row added", str(added), ""), ("row removed", gone, number)]


def test_a_row_that_came_back_behind_the_triggers_is_named(companies):
    row, number = companies[0], None
    pk = row.pk
    row.delete()
    number = str(Change.objects.latest("id").pk)
    with as_owner(TABLE):
        sql(f"INSERT INTO {TABLE} (id, name, pinyin, initials, note) VALUES (%s, '甲公司', '', '', '')", pk)
    assert in_the_rows() == [("row back", str(pk), number)]


def test_an_emptied_table_is_counted_whole_and_named_in_part(companies):
    for _number in range(30):
        make_enterprise()
    with as_owner(TABLE):
        sql(f"TRUNCATE {TABLE} CASCADE")
    report = Report()
    check_rows(report, {TABLE: Enterprise}, 0, None)
    assert report.found["row removed"] == 33
    assert len(report.named) == 20


def test_a_session_in_replica_mode_writes_its_records_all_the_same(companies):
    sql("SET LOCAL session_replication_role = replica")
    sql(f"UPDATE {TABLE} SET note = 'x' WHERE id = %s", companies[0].pk)
    sql("SET LOCAL session_replication_role = origin")
    assert in_the_rows() == []
    assert Change.objects.latest("id").after["note"] == "x"


def test_only_rows_written_since_a_record_are_compared_when_asked(companies):
    with as_owner(TABLE):
        sql(f"UPDATE {TABLE} SET note = 'x' WHERE id = ANY(%s)", [companies[0].pk, companies[2].pk])
    since = int(last_record(companies[1]))
    assert in_the_rows(since) == [("row changed", str(companies[2].pk), last_record(companies[2]))]


def test_columns_that_the_trail_leaves_out_are_no_finding():
    user = make_user()
    user.set_password("another-horse-8")
    user.save()
    client_of(user)
    assert found_by(check_rows, {"core_user": type(user)}, 0, None) == []


def client_of(user):
    """`last_login` and the row's own counts change without a record."""
    sql("UPDATE core_user SET last_login = now() WHERE id = %s", user.pk)


def test_the_zone_of_a_session_is_no_finding():
    sql("SET LOCAL timezone = 'Asia/Shanghai'")
    make_funding(make_project())
    sql("SET LOCAL timezone = 'UTC'")
    report = Report()
    check_rows(report, traced(), 0, None)
    assert report.named == []


def test_a_column_that_came_later_is_counted_and_compared_from_the_next_change_on(companies):
    sql("SET CONSTRAINTS ALL IMMEDIATE")
    sql(f"ALTER TABLE {TABLE} ADD COLUMN later text NOT NULL DEFAULT ''")
    report = Report()
    check_rows(report, {TABLE: with_a_later_column()}, 0, None)
    assert (report.named, report.counts["partly"]) == ([], 3)
    sql(f"UPDATE {TABLE} SET later = 'a' WHERE id = %s", companies[0].pk)
    with as_owner(TABLE):
        sql(f"UPDATE {TABLE} SET later = 'b' WHERE id = %s", companies[0].pk)
    report = Report()
    check_rows(report, {TABLE: with_a_later_column()}, 0, None)
    assert ([one["kind"] for one in report.named], report.counts["partly"]) == (["row changed"], 2)


def with_a_later_column():
    """The model as it will be with one column more."""
    later = SimpleNamespace(column="later")
    meta = SimpleNamespace(pk=Enterprise._meta.pk, concrete_fields=(*Enterprise._meta.concrete_fields, later))
    return SimpleNamespace(_meta=meta)


def test_a_record_that_no_row_can_have_come_from_is_told_of(companies):
    with as_owner():
        forged = """UPDATE core_change SET after = after || '{"is_demo": "perhaps"}' WHERE id = %s"""
        sql(forged, last_record(companies[0]))
    assert [kind for kind, *_facts in in_the_rows()] == ["row changed"]
