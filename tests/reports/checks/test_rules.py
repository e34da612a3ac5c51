"""Data checks: each rule finds what it says, nothing beside it, and nothing out of the person's scope."""

import datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from projects.models import Pledge, Site
from registry.core.dates import today
from registry.core.jobs import Progress
from registry.reports.checks import CHECKS, compared, counted, likeness
from registry.reports.jobs import compare_names
from tests.counting import Statements
from tests.factories import (
    make_division,
    make_funding,
    make_need,
    make_organisation,
    make_pledge,
    make_project,
    make_report,
    make_result,
    make_step,
    make_user,
)
from tests.projects.test_checklists import attach

from .checked import LONG_AGO, found, make_beyond

pytestmark = pytest.mark.django_db


def test_received_beyond_committed_is_found_with_its_reason(auditor):
    line = make_beyond(make_project())
    make_funding(make_project(), "80")
    assert found("beyond", auditor) == {line}
    (doubt,) = CHECKS["beyond"].tell_all([line], CHECKS["beyond"].asked(auditor, today()))
    assert (doubt.told.words, doubt.told.amount.value) == ("追加", Decimal(120))


class TestIdleMoney:
    def test_what_was_received_long_ago_and_not_spent_is_idle(self, auditor):
        project = make_project()
        make_funding(project, "100", occurred_on=LONG_AGO)
        make_funding(project, "60", state="spent", occurred_on=LONG_AGO)
        (row,) = found("idle", auditor)
        assert (row, row.idle, row.since) == (project, Decimal(40), LONG_AGO)

    @pytest.mark.parametrize(
        "line",
        [
            {"occurred_on": today()}, {"occurred_on": None}, {"kind": "goods", "occurred_on": LONG_AGO},
            {"amount": None, "occurred_on": LONG_AGO}, {"state": "committed", "occurred_on": LONG_AGO},
        ],
    )  # fmt: skip
    def test_what_came_lately_has_no_day_no_amount_or_is_no_money_is_not(self, auditor, line):
        make_funding(make_project(), **{"amount": "100"} | line)
        assert found("idle", auditor) == set()

    def test_a_voided_line_is_not(self, auditor):
        void = {"voided_by": make_user(), "voided_at": timezone.now(), "void_reason": "误录"}
        make_funding(make_project(), "100", occurred_on=LONG_AGO, **void)
        assert found("idle", auditor) == set()

    def test_the_number_of_months_is_asked_for(self, auditor):
        make_funding(make_project(), "100", occurred_on=datetime.date(2021, 1, 31))
        assert found("idle", auditor, datetime.date(2021, 4, 30), months=3) == set()
        assert len(found("idle", auditor, datetime.date(2021, 5, 1), months=3)) == 1


def test_a_receipt_without_file_and_voucher_has_no_evidence(auditor):
    bare = make_funding(make_project())
    make_funding(make_project(), voucher="记-12")
    attach("receipt", funding=make_funding(make_project()))
    make_funding(make_project(), state="committed")
    assert found("no-evidence", auditor) == {bare}


def test_about_over_and_unstated_amounts_are_inexact(auditor):
    vague = {make_funding(make_project(), qualifier="about"), make_funding(make_project(), None, state="committed")}
    make_funding(make_project())
    make_funding(make_project(), None, state="pledged")
    assert found("inexact", auditor) == vague


def test_only_approved_results_are_called_inexact(auditor):
    vague = make_result(make_project(), qualifier="over")
    make_result(make_project(), qualifier="over", status="draft")
    make_result(make_project())
    assert found("inexact-results", auditor) == {vague}


def test_a_figure_that_nobody_approved_is_found_once_the_project_is_finished(auditor):
    done = make_project(stage="finished", actual_end=LONG_AGO)
    waiting = make_result(done, status="submitted", submitted_by=make_user(), submitted_at=timezone.now())
    make_result(done)
    make_result(done, actual=None, status="draft")
    make_result(make_project(stage="under_way"), status="draft")
    assert found("unapproved-results", auditor) == {waiting}


def test_a_landed_project_without_any_file_is_found(auditor):
    bare = make_project(stage="under_way")
    make_project(stage="planned")
    attach("photo", project=make_project(stage="under_way"))
    attach("photo", step=make_step(make_project(stage="under_way")))
    attach("receipt", funding=make_funding(make_project(stage="under_way")))
    attach("photo", result=make_result(make_project(stage="under_way")))
    attach("progress", report=make_report(make_project(stage="under_way")))
    assert found("no-files", auditor) == {bare}


def test_an_accepted_project_without_a_public_notice_is_found(auditor):
    silent = make_project(stage="accepted")
    attach("photo", project=silent)
    make_project(stage="finished")
    attach("notice", project=make_project(stage="accepted"))
    attach("notice", step=make_step(make_project(stage="closed")))
    assert found("no-notice", auditor) == {silent}


def test_a_project_is_stale_when_the_trail_is_silent_about_it(auditor):
    project = make_project(stage="under_way")
    make_project(stage="closed")
    in_a_year = today() + datetime.timedelta(days=366)
    assert found("stale", auditor) == set()
    assert found("stale", auditor, in_a_year) == {project}
    assert found("stale", auditor, in_a_year, months=13) == set()


def test_an_overdue_step_of_aftercare_is_found_after_acceptance(auditor):
    yesterday = today() - datetime.timedelta(days=1)
    late = make_step(make_project(stage="aftercare"), stage="aftercare", due_on=yesterday)
    make_step(make_project(stage="aftercare"), stage="aftercare", due_on=today())
    make_step(make_project(stage="aftercare"), stage="finished", due_on=yesterday)
    make_step(make_project(stage="under_way"), stage="aftercare", due_on=yesterday)
    assert found("abandoned", auditor) == {late}


def test_a_project_whose_newest_due_report_is_missing_is_late(auditor):
    on = datetime.date(2020, 10, 28)
    silent, told = (make_project(stage="under_way", actual_start=LONG_AGO) for _number in range(2))
    make_report(told, month=datetime.date(2020, 9, 1), status="submitted")
    make_report(silent, month=datetime.date(2020, 9, 1), status="draft")
    assert found("late-reports", auditor, on) == {silent}


def test_a_pledge_whose_answer_was_due_is_found(auditor):
    yesterday = today() - datetime.timedelta(days=1)
    late = make_pledge(answer_by=yesterday, need=make_need())
    make_pledge(answer_by=today(), need=make_need())
    make_pledge(answer_by=yesterday, need=make_need(), status="declined")
    assert found("unanswered-pledges", auditor) == {late}


def test_a_confirmed_pledge_that_nobody_signs_is_found_after_the_days_asked_for(auditor):
    pledge = make_pledge(need=make_need(), status="confirmed", confirmed_by=make_user(), confirmed_at=timezone.now())
    Pledge.objects.filter(pk=pledge.pk).update(status_at=timezone.now() - datetime.timedelta(days=40))
    assert found("unsigned-pledges", auditor) == {pledge}
    assert found("unsigned-pledges", auditor, days=60) == set()


class TestLikeness:
    CODE, OTHER = "53130000500000001A", "53130000500000002B"

    def test_an_organisation_whose_name_is_like_an_earlier_one_is_found(self, auditor):
        earlier, later = (make_organisation(name=name) for name in ("河北新奥公益慈善基金会", "新奥公益慈善基金会"))
        make_organisation(name="唐山钢铁行业协会")
        assert found("same-organisation", auditor) == {later}
        rule = CHECKS["same-organisation"]
        (doubt,) = rule.tell_all([later], rule.asked(auditor, today()))
        assert earlier.name in doubt.told.words

    def test_who_is_like_whom_is_looked_for_once_however_much_is_told(self, auditor):
        for name in ("河北新奥公益慈善基金会", "新奥公益慈善基金会", "唐山钢铁行业协会"):
            make_organisation(name=name)
        counted, rule = Statements(), CHECKS["same-organisation"]
        asked = rule.asked(auditor, today())
        with connection.execute_wrapper(counted):
            assert len(rule.tell_all(rule.rows(asked), asked)) == 1
            assert rule.tell_all(rule.rows(asked).filter(name="唐山钢铁行业协会"), asked) == []
        assert sum("similarity(" in sql for sql in counted.asked) == 1

    @pytest.mark.parametrize(("codes", "number"), [((CODE, OTHER), 0), ((CODE, None), 1), ((None, None), 1)])
    def test_two_numbers_of_registration_are_two_organisations(self, auditor, codes, number):
        for code in codes:
            make_organisation(name="河北新奥公益慈善基金会", code=code)
        assert len(found("same-organisation", auditor)) == number

    def test_a_project_of_a_similar_name_in_the_same_county_is_found(self, auditor):
        here, there = make_division(), make_division()
        make_project(name="南乔家营新村建设", county=here)
        twin = make_project(name="南乔家营新村建设项目", county=here)
        make_project(name="南乔家营新村建设二期", county=there)
        assert found("same-project", auditor) == {twin}

    def test_equal_names_are_found_though_none_of_their_signs_is_rare(self, auditor, monkeypatch):
        monkeypatch.setattr(likeness, "RARE", 2)
        county = make_division()
        _first, second, _other = (
            make_project(name=name, county=county) for name in ("修桥铺路", "修桥铺路", "修桥铺路队")
        )
        assert found("same-project", auditor) == {second}

    def test_a_sign_that_the_province_is_full_of_may_be_rare_in_a_county(self, auditor, monkeypatch):
        monkeypatch.setattr(likeness, "RARE", 2)
        for _county in range(3):
            county = make_division()
            make_project(name="村小学教学楼加固改造工程一期", county=county)
            make_project(name="村小学教学楼加固改造工程二期", county=county)
        assert len(found("same-project", auditor)) == 3

    def test_a_project_in_several_counties_is_compared_in_each_of_them(self, auditor):
        here, there = make_division(), make_division()
        both = make_project(name="南乔家营新村建设", county=here)
        Site.objects.create(project=both, division=there)
        twins = {make_project(name="南乔家营新村建设项目", county=county) for county in (here, there)}
        assert found("same-project", auditor) == twins

    def test_of_several_alike_the_most_alike_is_named_and_of_equals_the_first(self, auditor):
        county = make_division()
        names = ("南乔家营新村建设工程", "南乔家营新村建设", "南乔家营新村建设", "南乔家营新村建设")
        _other, first, *_later = rows = [make_project(name=name, county=county) for name in names]
        assert likeness.twins("same-project")[rows[-1].pk] == first.pk

    def test_a_project_that_continues_another_is_not_the_same(self, auditor):
        county = make_division()
        earlier = make_project(name="南乔家营新村建设", county=county)
        make_project(name="南乔家营新村建设", county=county, continues=earlier)
        assert found("same-project", auditor) == set()


class TestNamesOfManyAreComparedAtNight:
    @pytest.fixture(autouse=True)
    def many(self, monkeypatch):
        monkeypatch.setattr(compared, "MANY", -2)
        monkeypatch.setattr(compared, "_sizes", {})

    def test_before_the_first_night_nothing_is_known_and_the_page_says_so(self, client, auditor):
        make_organisation(name="河北新奥公益慈善基金会")
        make_organisation(name="新奥公益慈善基金会")
        client.force_login(auditor)
        client.cookies["django_language"] = "en"
        text = client.get(reverse("check", args=("same-organisation",))).content.decode()
        assert "That has not been done yet" in text
        assert "The rule finds nothing" not in text
        assert {rule.code for rule, number in counted(auditor) if number is None} == set(compared.MODELS)

    def test_what_a_night_has_found_is_listed_with_its_instant(self, client, auditor):
        for name in ("河北新奥公益慈善基金会", "新奥公益慈善基金会"):
            make_organisation(name=name)
        project = make_project(name="南乔家营新村建设", county=(county := make_division()))
        twin = make_project(name="南乔家营新村建设项目", county=county)
        told = compare_names(Progress(), by=None, day="2026-01-01")
        assert told["found"] == {"same-organisation": 1, "same-project": 1}
        make_organisation(name="河北新奥公益基金会")  # after that night
        assert {row.name for row in found("same-organisation", auditor)} == {"新奥公益慈善基金会"}
        assert found("same-project", auditor) == {twin}
        client.force_login(auditor)
        client.cookies["django_language"] = "en"
        text = client.get(reverse("check", args=("same-project",))).content.decode()
        assert "what is listed was found at" in text
        assert project.name in text
        for address in (reverse("check", args=("same-project",)), reverse("checks")):
            file = b"".join(client.get(address, {"format": "csv"}).streaming_content).decode()
            assert "Possibly the same project: So many names are compared every night: what is listed" in file
        assert dict(compare_names(Progress(), by=None, day="2026-01-02")["found"])["same-organisation"] == 2
        assert {rule.code: number for rule, number in counted(auditor)}["same-organisation"] == 2

    def test_who_works_with_few_has_them_compared_at_once(self, client):
        partner = make_user("partner")
        assert not compared.at_night("same-project", partner)


class TestPersonalData:
    """Those who are helped are counted, not named."""

    @pytest.mark.parametrize(
        "text",
        [
            "张某，130723195001011234",
            "电话13900000001",
            "受助学生：张某某、李某某、王某某",
            "贫困户名单: 张某 李某 王某",
        ],
    )
    @pytest.mark.parametrize(("code", "make"), [
        ("personal-project", lambda text: make_project(summary=text)),
        ("personal-need", lambda text: make_need(why=text)),
        ("personal-result", lambda text: make_result(make_project(), note=text)),
        ("personal-projectstep", lambda text: make_step(make_project(), note=text)),
    ])  # fmt: skip
    def test_numbers_and_lists_of_names_are_found(self, auditor, code, make, text):
        row = make(text)
        assert found(code, auditor) == {row}

    @pytest.mark.parametrize(
        "text",
        [
            "受益学生120人",
            "受益村：南乔家营村、北乔家营村",
            "统一代码53100000500021676K",
            "资金13900000001元",
            "2020年完成",
        ],
    )
    def test_counts_places_and_codes_are_not(self, auditor, text):
        make_project(summary=text)
        assert found("personal-project", auditor) == set()

    def test_what_is_found_is_told_by_its_kind_and_never_repeated(self, client, bureau):
        make_project(summary="13900000001")
        page = client.get(reverse("check", args=("personal-project",))).content.decode()
        assert "telephone number" in page
        assert "13900000001" not in page
