"""Monthly reports on the desk: read-only, judged by a second person, and who is late with them."""

import datetime

import pytest
from django.urls import reverse

from projects.actions.monthly import return_report, save_report, submit_report
from projects.admin.monthly import reports_panel
from projects.models import MonthlyReport, Project, Site
from projects.months import ASKED, ended_months
from registry.core.dates import today
from tests.counting import queries_of
from tests.desk import page
from tests.factories import (
    make_authority,
    make_county_user,
    make_designation,
    make_division,
    make_organisation,
    make_posting,
    make_project,
    make_report,
    make_result,
    make_user,
)

pytestmark = pytest.mark.django_db

LAST, BEFORE = ended_months(today(), 2)


@pytest.fixture
def county():
    return make_division(name="康保县")


@pytest.fixture
def bureau(client):
    user = make_user("bureau")
    client.force_login(user)
    return user


def make_running(**overrides):
    return make_project(**{"stage": "under_way", "actual_start": datetime.date(2020, 3, 1)} | overrides)


def handed_in(project, county, month=LAST, **content):
    user = make_county_user(county)
    report = save_report(project=project, month=month, by=user, **{"progress": 60} | content)
    return submit_report(report=report, by=user)


def listed(client, query=""):
    return [
        report.project for report in client.get(page(MonthlyReport, "changelist") + query).context["cl"].result_list
    ]


def test_a_report_is_read_beside_the_month_before_and_approved_by_a_button(client, bureau, county):
    project = make_running(county=county)
    result = make_result(project, actual=10, unit="户")
    handed_in(project, county, month=BEFORE, progress=40, done="打井")
    money = [{"state": "received", "organisation": None, "amount": 30000, "qualifier": "exact", "voucher": "凭-1"}]
    report = handed_in(project, county, done="修路", money=money, results={result: (12, "exact")})
    answer = client.get(page(report))
    text = answer.content.decode()
    for word in ("打井", "修路", "40%", "60%", "30,000.00", "凭-1", "12 户"):
        assert word in text
    assert 'name="done"' not in text
    assert page(report, "move", "approved") in text
    assert client.post(page(report, "move", "approved"), {}).status_code == 302
    report.refresh_from_db()
    project.refresh_from_db()
    assert (report.status, report.approved_by, project.progress, project.funding.count()) == ("approved", bureau, 60, 1)


def test_a_report_is_returned_with_a_reason_by_a_button(client, bureau, county):
    report = handed_in(make_running(county=county), county)
    assert client.post(page(report, "move", "returned"), {"reason": ""}).status_code == 400
    client.post(page(report, "move", "returned"), {"reason": "请补充照片"})
    report.refresh_from_db()
    assert (report.status, report.status_reason) == ("returned", "请补充照片")


def test_a_returned_report_leads_the_bureau_to_where_it_is_corrected(client, bureau, county):
    project = make_running(county=county)
    report = handed_in(project, county)
    form = reverse("my-report", args=(project.number, LAST))
    assert form not in client.get(page(report)).content.decode()
    return_report(report=report, by=bureau, reason="请补充")
    assert form in client.get(page(report)).content.decode()
    client.force_login(make_user("auditor"))
    assert form not in client.get(page(report)).content.decode()


def test_who_wrote_it_for_the_county_does_not_approve_it(client, bureau, county):
    project = make_running(county=county)
    report = submit_report(report=save_report(project=project, month=LAST, by=bureau, progress=60), by=bureau)
    assert page(report, "move", "approved") not in client.get(page(report)).content.decode()
    assert client.post(page(report, "move", "approved"), {}).status_code == 409


def test_nothing_is_added_or_edited_on_the_desk(client, bureau, county):
    report = handed_in(make_running(county=county), county)
    assert client.get(page(MonthlyReport, "add")).status_code == 403
    assert client.post(page(report), {"done": "改"}).status_code == 403
    assert MonthlyReport.objects.get().done == ""


def test_the_list_is_asked_by_month_state_county_and_lateness(client, bureau, county):
    waiting, late, done = (make_running(county=county) for _each in range(3))
    elsewhere = make_running(county=make_division())
    make_designation(county)
    handed_in(waiting, county)
    old = ended_months(today(), 4)[3]
    make_report(late, month=old, status="returned")
    make_report(done, month=BEFORE, status="approved")
    make_report(elsewhere, month=BEFORE, status="approved")
    assert set(listed(client)) == {waiting, late, done, elsewhere}
    assert listed(client, f"?of={LAST:%Y-%m}") == [waiting]
    assert listed(client, "?late=late") == [late]
    assert listed(client, "?late=mine") == [waiting]
    assert set(listed(client, f"?county={county.code}")) == {waiting, late, done}
    assert listed(client, "?status__exact=returned") == [late]
    assert listed(client, f"?project__id__exact={done.pk}") == [done]
    assert "lamp--overdue" in client.get(page(MonthlyReport, "changelist") + f"?of={old:%Y-%m}").content.decode()


def test_a_month_that_is_none_finds_nothing_and_breaks_nothing(client, bureau):
    for word in ("x", "2026-13", "%00", "9" * 40):
        assert client.get(page(MonthlyReport, "changelist") + f"?of={word}").status_code in (200, 302, 400)


def test_a_partner_bureau_finds_the_reports_of_its_own_projects_only(client, county):
    division = make_division(code="110000", level="province")
    partner = make_user("partner")
    make_posting(partner, division)
    client.force_login(partner)
    own = make_running(county=county, lead=make_organisation(authority=make_authority(division=division)))
    foreign = handed_in(make_running(county=county), county)
    handed_in(own, county)
    assert listed(client) == [own]
    assert client.get(page(foreign)).status_code == 404
    assert client.post(page(foreign, "move", "approved"), {}).status_code == 404
    missing = client.get(reverse("admin:late-reports") + f"?month={BEFORE:%Y-%m}").context["counties"]
    assert missing == [(county.name, [own])]


def test_an_auditor_reads_reports_and_judges_none(client, county):
    report = handed_in(make_running(county=county), county)
    client.force_login(make_user("auditor"))
    assert "60" in client.get(page(report)).content.decode()
    assert client.post(page(report, "move", "approved"), {}).status_code == 403
    answer = client.get(reverse("admin:late-reports"))
    assert not answer.context["may_write"]


def test_the_page_of_late_reports_names_counties_and_projects_that_have_not_reported(client, bureau, county):
    other = make_division(name="阜平县")
    told, begun, silent = make_running(county=county), make_running(county=county), make_running(county=other)
    make_running(county=other, stage="closed")
    nowhere = make_running()
    handed_in(told, county)
    draft = make_report(begun, month=LAST)
    answer = client.get(reverse("admin:late-reports"))
    groups = dict(answer.context["counties"])
    assert groups == {"康保县": [begun], "阜平县": [silent], "未说明县": [nowhere]}
    assert (answer.context["missing"], answer.context["asked"]) == (3, 4)
    text = answer.content.decode()
    assert page(draft) in text
    assert reverse("my-report", args=(silent.number, LAST)) in text
    assert client.get(reverse("admin:late-reports") + f"?month={BEFORE:%Y-%m}").context["missing"] == 4
    for word in ("2019-01", "x", ""):
        assert client.get(reverse("admin:late-reports") + f"?month={word}").status_code == 404
    client.force_login(make_user("system_admin"))
    assert client.get(reverse("admin:late-reports")).status_code == 403


def test_late_reports_say_where_nobody_is_reminded_and_of_which_months(client, bureau, county):
    make_running(county=county, name="有人办")
    make_running(county=make_division(), name="无人办")
    make_county_user(county)
    address = reverse("admin:late-reports")
    client.cookies["django_language"] = "en"
    answer = client.get(address)
    groups, unreached = answer.context["counties"], answer.context["unreached"]
    assert {projects[0].name: name in unreached for name, projects in groups} == {"有人办": False, "无人办": True}
    assert answer.content.decode().count("no active account: nobody is reminded") == 1
    long_ago = ended_months(today(), 12)[ASKED]
    old = client.get(f"{address}?month={long_ago:%Y-%m}").content.decode()
    assert "not asked of the counties any more" in old
    assert "lamp--overdue" not in old


def test_of_many_late_reports_counties_are_counted_and_one_is_opened(client, bureau, county, monkeypatch):
    other = make_division(name="阜平县")
    mine = [make_running(county=county) for _each in range(2)]
    both, nowhere = make_running(county=county), make_running()
    Site.objects.create(project=both, division=other)
    handed_in(make_running(county=other), other)
    address = reverse("admin:late-reports")
    groups = dict(client.get(address).context["counties"])
    monkeypatch.setattr("projects.admin.monthly.MOST", 2)
    whole = client.get(address)
    assert whole.context["counties"] == []
    assert {name: number for (_code, name), number in whole.context["numbers"]} == {
        name: len(projects) for name, projects in groups.items()
    }
    assert whole.context["missing"] == 4
    opened = {}
    for (code, name), _number in whole.context["numbers"]:
        answer = client.get(address, {"county": code})
        assert answer.context["is_cut"] == (len(groups[name]) > 2)
        opened |= dict(answer.context["counties"])
    assert opened == {name: projects[:2] for name, projects in groups.items()}
    assert opened["未说明县"] == [nowhere]
    assert set(mine) | {both} == set(groups.get("康保县", [])) | set(groups.get("阜平县", []))
    assert client.get(address, {"county": "999999"}).status_code == 404


def test_the_workbench_lists_what_waits_for_approval(client, bureau, county):
    project = make_running(county=county)
    handed_in(project, county)
    submit_report(report=save_report(project=project, month=BEFORE, by=bureau, progress=1), by=bureau)
    queue = next(queue for queue in client.get("/desk/").context["queues"] if queue.title == "待审核月报")
    assert (queue.total, [line.title for line in queue.lines]) == (1, [f"{LAST:%Y-%m} {project.name}"])


def test_a_project_s_page_on_the_desk_can_show_its_months(rf, county):
    project = make_running(county=county)
    report = handed_in(project, county, done="修路")
    request = rf.get("/")
    request.user = make_user("bureau")
    panel = reports_panel(request, project)
    assert [row["url"] for row in panel.rows] == [page(report)]
    assert panel.new[0] == reverse("my-report", args=(project.number, LAST))
    Project.objects.update(stage="closed")
    assert reports_panel(request, project).new is None


@pytest.mark.parametrize("address", ["list", "late"])
def test_a_list_takes_as_many_queries_with_one_row_as_with_three(client, bureau, county, address):
    url = page(MonthlyReport, "changelist") if address == "list" else reverse("admin:late-reports")
    counts = []
    for _round in range(2):
        for _each in range(1 if not counts else 2):
            make_report(make_running(county=county, officer=bureau), month=LAST, status="returned")
        counts.append(queries_of(client, url))
    assert counts[0] == counts[1] <= 25


def test_the_page_of_a_report_takes_as_many_queries_with_one_line_as_with_three(client, bureau, county):
    project = make_running(county=county)
    report, counts = make_report(project, month=LAST, status="submitted"), []
    for _round in range(2):
        for _each in range(1 if not counts else 2):
            report.money.create(state="received", amount=1, organisation=make_organisation())
            report.results.create(result=make_result(project), reached=1)
        counts.append(queries_of(client, page(report)))
    assert counts[0] == counts[1] <= 25
