"""The import of a ledger, step by step: what each step keeps, what it refuses, and who may take it."""

from pathlib import Path

import pytest
from django.conf import settings as site
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.translation import override

from counties.models import Division
from projects.actions.imports import (
    check_again,
    confirm_import,
    correct_rows,
    decide_rows,
    drop_ledger,
    forget_corrections,
    name_columns,
    receive_ledger,
    take_back,
)
from projects.models import Campaign, LedgerImport, LedgerRow, Project
from registry.core.models import Change, Job
from registry.core.sheets.grid import Book
from tests.factories import make_county_user, make_division, make_org_user, make_organisation, make_user

from .importing import checked, imported, received, row_of, upload_of, work_off
from .ledger_books import NATURAL, book, project, realistic, sheet

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference", "media")]
Status = LedgerImport.Status


@pytest.fixture
def clerk():
    return make_user("bureau")


def ledger_of(*rows, head=NATURAL, **layout):
    return book(list(rows), head=head, **layout)


# Sending


def test_a_ledger_that_is_sent_is_kept_and_read_by_a_job_of_its_sender(clerk):
    found = receive_ledger(upload=upload_of(ledger_of(project(1)), name="甲县 台账.xlsx"), by=clerk)
    assert (found.status, found.sender, found.original_name) == (Status.RECEIVED, clerk, "甲县 台账.xlsx")
    assert (found.job.kind, found.job.by, found.job.state) == ("ledger.survey", clerk, Job.State.QUEUED)
    assert Project.objects.count() == 0


@pytest.mark.parametrize("role", ["bureau", "partner", "county", "organisation"])
def test_who_brings_in_rows_may_send_a_ledger(role):
    assert receive_ledger(upload=upload_of(ledger_of(project(1))), by=make_user(role)).status == Status.RECEIVED


@pytest.mark.parametrize("role", ["auditor", "system_admin", "security_admin", "audit_admin"])
def test_nobody_else_may(role):
    with pytest.raises(PermissionDenied):
        receive_ledger(upload=upload_of(ledger_of(project(1))), by=make_user(role))
    assert not LedgerImport.objects.exists()


def test_an_empty_file_is_refused_at_once(clerk):
    with pytest.raises(ValidationError):
        receive_ledger(upload=SimpleUploadedFile("空.xlsx", b""), by=clerk)
    assert not LedgerImport.objects.exists()


def test_the_same_file_sent_twice_is_one_import_until_something_was_decided(clerk):
    first = receive_ledger(upload=upload_of(ledger_of(project(1))), by=clerk)
    content = upload_of(ledger_of(project(1)))
    again = receive_ledger(upload=SimpleUploadedFile("又名.xlsx", _bytes(first)), by=clerk)
    assert again.pk == first.pk
    drop_ledger(ledger=work_off(first), by=clerk)
    assert receive_ledger(upload=SimpleUploadedFile(content.name, _bytes(first)), by=clerk).pk != first.pk


def _bytes(ledger):

    return (Path(site.MEDIA_ROOT) / ledger.blob.path).read_bytes()


def test_a_file_that_is_no_ledger_is_refused_for_good_and_says_why_in_either_language(clerk):
    old = SimpleUploadedFile("旧.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600)
    found = work_off(receive_ledger(upload=old, by=clerk))
    assert found.status == Status.REFUSED
    assert found.refusal["zh-hans"] != found.refusal["en"]
    assert "xlsx" in found.refusal["en"]
    with pytest.raises(ValidationError):
        name_columns(ledger=found, by=clerk, heads={})


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_csv_files_are_read_in_the_encodings_that_offices_have(clerk, encoding):
    made = ledger_of(project(1, project="囍字村小学改造"), project(2))
    found = work_off(receive_ledger(upload=upload_of(made, "台账.csv", encoding=encoding), by=clerk))
    found = work_off(name_columns(ledger=found, by=clerk, heads={}))
    assert (found.layout["format"], found.summary["accepted"]) == ("csv", 2)
    assert row_of(found, 2, found.layout["sheets"][0]["name"]).told["values"]["project"] == "囍字村小学改造"


# Columns


def test_reading_finds_sheets_heads_columns_samples_and_units(clerk):
    (page,) = received(realistic(20), clerk).layout["sheets"]
    assert (page["name"], page["head_rows"], page["rows"]) == ("台账", [3, 4], 27)
    assert (page["units"]["fund"], page["passed"]["total"], page["passed"]["note"]) == ("万元", 1, 1)
    columns = {column["key"]: column for column in page["columns"]}
    assert (columns["fund"]["letters"], columns["fund"]["head"]) == ("I", "帮扶投入/资金")
    assert columns["project"]["samples"] == ["试验帮扶项目1号", "试验帮扶项目2号", "试验帮扶项目3号"]


def test_a_head_that_is_not_known_can_be_given_a_meaning_which_is_remembered(clerk):
    head = NATURAL | {"org": "爱心方全称"}
    found = received(ledger_of(project(1), head=head), clerk)
    (page,) = found.layout["sheets"]
    assert (page["missing"], page["refused"]["code"]) == (["社会组织名称"], "COLUMN_MISSING")
    found = work_off(name_columns(ledger=found, by=clerk, heads={"爱心方全称": "org"}))
    assert (found.status, found.summary["accepted"]) == (Status.CHECKED, 1)
    (later,) = received(ledger_of(project(2), head=head), clerk).layout["sheets"]
    assert (later["missing"], later["rows"]) == ([], 1)
    assert received(ledger_of(project(3), head=head), make_user("bureau")).layout["sheets"][0]["missing"]


def test_a_ledger_without_a_unit_waits_until_somebody_says_it(clerk):
    found = received(ledger_of(project(1, fund=80), head=NATURAL | {"fund": "资金", "kind": "物资折价"}), clerk)
    assert found.layout["sheets"][0]["refused"]["code"] == "UNIT_UNKNOWN"
    found = work_off(name_columns(ledger=found, by=clerk, heads={}))
    assert (found.status, found.refusal["code"]) == (Status.RECEIVED, "UNIT_UNKNOWN")
    found = work_off(name_columns(ledger=found, by=clerk, heads={}, unit="wan"))
    assert (found.status, found.refusal) == (Status.CHECKED, {})
    assert row_of(found, 2).told["values"]["fund_yuan"] == "800000.00"


def test_one_sheet_and_one_campaign_can_be_chosen(clerk):

    both = Book("xlsx", [sheet([project(1)], name="甲"), sheet([project(2)], name="乙")])
    campaign = Campaign.objects.order_by("-pk").first()
    found = checked(both, clerk, sheet="乙", campaign=campaign)
    assert [(row.sheet, row.row) for row in found.rows.all()] == [("乙", 2)]
    assert any("甲" in words for words in found.told["en"])
    work_off(confirm_import(ledger=found, by=clerk))
    assert Project.objects.get().campaign == campaign


@pytest.mark.parametrize(
    ("asked", "heads"), [({"sheet": "没有"}, {}), ({}, {"资金（万元）": "没有"}), ({"unit": "分"}, {})]
)
def test_what_is_not_there_cannot_be_chosen(clerk, asked, heads):
    found = received(ledger_of(project(1)), clerk)
    with pytest.raises(ValidationError):
        name_columns(ledger=found, by=clerk, heads=heads, **asked)


# Checking


def test_a_check_gives_every_row_its_verdict_and_writes_nothing_else(clerk):
    found = checked(realistic(), clerk)
    assert found.summary == {"accepted": 193, "rejected": 7, "skipped": 0, "unchanged": 0, "differs": 0}
    assert found.rows.count() == 200
    assert (Project.objects.count(), found.rows.new().count(), found.rows.faulty().count()) == (0, 193, 7)
    row = found.rows.faulty().first()
    told = row.said["zh-hans"]["errors"][0]
    assert (told["field"], told["cell"], row.cells["county"]) == ("受援县", "G15", "康宝县")
    assert told["suggestions"][0]["value"] == "张家口市康保县"
    assert row.said["en"]["errors"][0]["message"] != told["message"]


def test_what_is_told_of_the_file_is_told_in_the_readers_language(clerk):
    with override("en"):
        found = checked(ledger_of(project(1), hidden={0}), clerk)
    assert any("hidden" in words for words in found.told["en"])
    assert any("隐藏" in words for words in found.told["zh-hans"])


def test_a_suggestion_that_is_taken_mends_the_row_and_outlives_another_check(clerk):
    found = checked(ledger_of(project(1, county="康宝县"), project(2)), clerk)
    row = row_of(found, 2)
    found = work_off(correct_rows(ledger=found, by=clerk, fixes={row.position: {"county": "张家口市康保县"}}))
    assert (row_of(found, 2).outcome, row_of(found, 2).cells["county"]) == ("accept", "康宝县")
    found = work_off(check_again(ledger=found, by=clerk))
    assert row_of(found, 2).told["values"]["county"] == "康保县"
    found = work_off(forget_corrections(ledger=found, by=clerk, position=row.position))
    assert (row_of(found, 2).outcome, row_of(found, 2).fix) == ("reject", {})


def test_only_rows_and_columns_that_are_there_can_be_corrected(clerk):
    found = checked(ledger_of(project(1)), clerk)
    for fixes in ({99: {"county": "康保县"}}, {1: {"nothing": "x"}}):
        with pytest.raises(ValidationError):
            correct_rows(ledger=found, by=clerk, fixes=fixes)
    with pytest.raises(ValidationError):
        correct_rows(ledger=found, by=clerk, fixes={1: {"note": "长" * 2001}})


# Writing


def test_what_was_checked_is_written_in_one_batch_of_the_trail(clerk):
    found = imported(realistic(20), clerk)
    assert (found.status, found.imported_by, found.written["project"]) == (Status.IMPORTED, clerk, 20)
    assert Project.objects.count() == 20
    written = Change.objects.filter(batch_id=found.batch, table_name="projects_project")
    assert written.count() == 20
    assert {change.actor_id for change in written} == {clerk.pk}
    rows = found.rows.filter(was_written=True)
    assert set(rows.values_list("project", flat=True)) == set(Project.objects.values_list("pk", flat=True))


def test_eighty_wan_become_eight_hundred_thousand_yuan(clerk):
    imported(ledger_of(project(1, fund="80.00")), clerk)
    assert Project.objects.get().funding.get().amount == 800_000


def test_the_faulty_rows_come_in_once_they_are_mended_and_a_repeat_adds_nothing(clerk):
    imported(realistic(20), clerk)
    mended = ledger_of(*(project(901 + place) for place in range(7)))
    assert imported(mended, clerk).written["project"] == 7
    again = checked(mended, clerk)
    assert again.summary == {"accepted": 0, "rejected": 0, "skipped": 0, "unchanged": 7, "differs": 0}
    with pytest.raises(ValidationError):
        confirm_import(ledger=again, by=clerk)
    assert Project.objects.count() == 27


def test_nothing_is_written_when_the_register_has_changed_since_the_check(clerk):
    found, other = checked(ledger_of(project(1), project(2)), clerk), make_user("bureau")
    imported(ledger_of(project(1)), other)
    failed = work_off(confirm_import(ledger=found, by=clerk))
    assert (failed.status, failed.job.state) == (Status.CHECKED, Job.State.FAILED)
    assert "2" in failed.job.error
    assert Project.objects.count() == 1
    found = work_off(check_again(ledger=failed, by=clerk))
    assert work_off(confirm_import(ledger=found, by=clerk)).written["project"] == 1


def test_a_second_word_while_the_first_is_carried_out_is_refused(clerk):
    found = confirm_import(ledger=checked(ledger_of(project(1)), clerk), by=clerk)
    for act in (confirm_import, check_again, drop_ledger):
        with pytest.raises(ValidationError):
            act(ledger=found, by=clerk)
    found = work_off(found)
    with pytest.raises(ValidationError):
        confirm_import(ledger=found, by=clerk)
    assert Project.objects.count() == 1


# Whose it is


def test_only_the_sender_decides_and_a_stranger_does_not_know_of_it(clerk):
    found = checked(ledger_of(project(1)), clerk)
    with pytest.raises(PermissionDenied):
        confirm_import(ledger=found, by=make_user("bureau"))
    for stranger in (make_user("partner"), make_county_user(make_division()), make_org_user(make_organisation())):
        assert not LedgerImport.objects.within_scope_of(stranger).exists()
        with pytest.raises(LedgerImport.DoesNotExist):
            confirm_import(ledger=found, by=stranger)
    assert LedgerImport.objects.within_scope_of(make_user("auditor")).get() == found
    with pytest.raises(PermissionDenied):
        confirm_import(ledger=found, by=make_user("auditor"))


def test_a_county_brings_in_its_own_rows_only(clerk):

    county = make_county_user(Division.objects.get(code="130723"))
    found = checked(ledger_of(project(1, county="康保县"), project(2, county="阜平县")), county)
    assert [row.outcome for row in found.rows.all()] == ["accept", "reject"]
    assert found.rows.faulty().get().said["en"]["errors"][0]["code"] == "scope"


# Deciding


def test_nothing_is_decided_about_rows_that_do_not_differ(clerk):
    found = checked(ledger_of(project(1)), clerk)
    for picks in ({1: {"act": "update", "cells": ["fund"]}}, {9: {"act": "skip"}}):
        with pytest.raises(ValidationError):
            decide_rows(ledger=found, by=clerk, picks=picks)


# Giving up, taking back


def test_a_ledger_that_is_dropped_leaves_nothing_but_its_trace(clerk):
    found = drop_ledger(ledger=checked(ledger_of(project(1)), clerk), by=clerk)
    assert (found.status, LedgerRow.objects.count(), Project.objects.count()) == (Status.DROPPED, 0, 0)
    with pytest.raises(ValidationError):
        check_again(ledger=found, by=clerk)


def test_an_import_is_taken_back_with_a_reason_and_the_counts_are_as_before(clerk):
    imported(ledger_of(project(5)), clerk)
    found = imported(ledger_of(project(1), project(2)), clerk)
    with pytest.raises(ValidationError):
        take_back(ledger=found, by=clerk, reason=" ")
    found = work_off(take_back(ledger=found, by=clerk, reason="传错了文件"))
    assert (found.status, found.undone_by, found.status_reason) == (Status.UNDONE, clerk, "传错了文件")
    assert [one.name for one in Project.objects.all()] == ["试验帮扶项目5号"]
    assert not found.rows.filter(was_written=True).exists()
    with pytest.raises(ValidationError):
        take_back(ledger=found, by=clerk, reason="再一次")


def test_another_clerk_of_the_bureau_may_take_it_back_a_county_may_not():

    county = make_county_user(Division.objects.get(code="130723"))
    found = imported(ledger_of(project(1, county="康保县")), county)
    with pytest.raises(LedgerImport.DoesNotExist):
        take_back(ledger=found, by=make_county_user(make_division()), reason="不是我的")
    assert work_off(take_back(ledger=found, by=make_user("bureau"), reason="重复")).status == Status.UNDONE


def test_what_somebody_has_changed_since_is_not_taken_back(clerk):
    found = imported(ledger_of(project(1)), clerk)
    Project.objects.update(summary="补充说明")
    failed = work_off(take_back(ledger=found, by=clerk, reason="传错了"))
    assert (failed.status, failed.job.state) == (Status.IMPORTED, Job.State.FAILED)
    assert Project.objects.count() == 1
