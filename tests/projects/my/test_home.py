"""Whom the pages under `/my/` are for, and what waits for each on the first one."""

import datetime

import pytest
from django.urls import reverse

from projects.actions.difficulties import raise_difficulty
from projects.actions.monthly import return_report
from projects.models import Funding, MonthlyReport, ReportedMoney
from projects.months import ended_months
from registry.core.dates import today
from tests.counting import queries_of
from tests.factories import (
    PASSWORD,
    make_county_user,
    make_difficulty,
    make_division,
    make_funding,
    make_org_user,
    make_organisation,
    make_report,
    make_result,
    make_step,
    make_user,
)

from .sent import BEFORE, LAST, address, make_running, told

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]


# Whom the pages are for

PAGES = ("my", "my-projects", "my-ledger", "my-reports", "my-difficulties", "my-difficulty-new")


@pytest.mark.parametrize("name", PAGES)
def test_strangers_sign_in_and_those_of_the_desk_are_sent_there(client, name):
    url = reverse(name)
    assert client.get(url).url == f"/accounts/login/?next={url}"
    for role in ("bureau", "partner", "auditor", "system_admin"):
        client.force_login(make_user(role))
        assert client.get(url).url == "/desk/"
    client.force_login(make_user())
    assert client.get(url).status_code == 403


@pytest.mark.parametrize(("role", "home"), [("county", "/my/"), ("organisation", "/my/"), ("bureau", "/desk/")])
def test_signing_in_leads_each_to_their_own_pages(client, role, home):
    user = make_user(role, is_demo=True)
    assert client.post("/accounts/login/", {"username": user.username, "password": PASSWORD}).url == home


@pytest.mark.parametrize("name", PAGES)
def test_every_page_opens_for_counties_and_organisations_with_nothing_and_with_much(client, user, giver, project, name):
    assert client.get(reverse(name)).status_code == 200
    client.force_login(make_org_user(giver))
    assert client.get(reverse(name)).status_code == 200
    for role in ("county", "organisation"):
        client.force_login(make_user(role))
        assert client.get(reverse(name)).status_code == 200


def test_another_s_records_are_unknown_at_every_address(client, project, user, giver):
    step, line = make_step(project, side="county"), make_funding(project, organisation=giver)
    difficulty = raise_difficulty(project=project, by=user, side="county", title="缺水")
    make_report(project, month=LAST)
    addresses = [
        reverse("my-project", args=(project.number,)), reverse("my-money", args=(project.number,)),
        reverse("my-step", args=(step.pk,)), reverse("my-receipt", args=(line.pk,)),
        reverse("my-difficulty", args=(difficulty.pk,)), address(project), address(project, BEFORE),
        reverse("my-unchanged") + f"?chosen={project.pk}.{LAST:%Y-%m}",
    ]  # fmt: skip
    for stranger in (make_county_user(make_division()), make_org_user(make_organisation())):
        client.force_login(stranger)
        for url in addresses:
            expected = (403, 404) if "unchanged" in url else (404,)
            assert client.get(url).status_code in expected, url
            posted = client.post(url, {"act": "submit", "chosen": f"{project.pk}.{LAST:%Y-%m}"})
            assert posted.status_code in (*expected, 405), url
        for name in PAGES:
            assert project.name not in client.get(reverse(name)).content.decode()
    assert (MonthlyReport.objects.get().status, Funding.objects.get().confirmed_at) == ("draft", None)


@pytest.mark.parametrize(
    "url",
    [
        "/my/reports/XM-1/2026-13/", "/my/reports/XM-1/0000-01/", "/my/projects/%00/",
        "/my/steps/99999999999999999999/",
        "/my/receipts/0/", "/my/difficulties/9223372036854775808/", "/my/reports/unchanged/?chosen=1",
        "/my/reports/unchanged/?chosen=x.2026-10", "/my/reports/unchanged/?chosen=1.2026-99",
        "/my/reports/unchanged/?chosen=99999999999999999999.2026-10", "/my/reports/unchanged/?chosen=%00.2026-10",
    ],
)  # fmt: skip
def test_rubbish_in_addresses_is_answered_as_unknown(client, user, url):
    assert client.get(url).status_code == 404


def test_an_unknown_question_of_the_list_is_told(client, user):
    assert client.get("/my/projects/?colour=red").status_code == 400
    assert client.get("/my/projects/ledger/?search=%00").status_code == 400
    assert client.get("/my/difficulties/new/?project=%00").status_code == 200


# The first page


def queues(client):
    shown = client.get("/my/").context["queues"]
    return {queue.slug: (queue.total, [task.title for task in queue.tasks]) for queue in shown}


def test_the_first_page_shows_a_county_what_waits_for_it(client, user, project, giver):
    bureau = make_user("bureau")
    for month in ended_months(today())[2:]:
        make_report(project, month=month, status="approved")
    return_report(report=told(project, user), by=bureau, reason="请补充")
    make_step(project, title="到期", side="county", due_on=today())
    make_step(project, title="超期", side="county", due_on=today() - datetime.timedelta(days=3))
    make_step(project, title="远期", side="county", due_on=today() + datetime.timedelta(days=90))
    make_step(project, title="对方", side="organisation", due_on=today())
    make_step(project, title="退回", side="county", status="returned", status_reason="缺章")
    make_funding(project, organisation=giver)
    make_funding(project, organisation=giver, state="committed")
    make_difficulty(project, title="已答复", status="answered", raised_side="county")
    make_difficulty(project, title="要县里", raised_side="organisation", wanted_from="county")
    make_difficulty(project, title="要省里", raised_side="county", wanted_from="bureau")
    assert queues(client) == {
        "reports": (2, [f"{BEFORE:%Y-%m} {project.name}", f"{LAST:%Y-%m} {project.name}"]),
        "returned": (2, [f"{BEFORE:%Y-%m} {project.name}", "退回"]),
        "steps": (2, ["超期", "到期"]),
        "receipts": (1, ["燕山基金会"]),
        "difficulties": (2, ["已答复", "要县里"]),
    }
    text = client.get("/my/").content.decode()
    assert "康保县" in text
    assert "lamp--overdue" in text


def test_an_organisation_is_shown_its_own_side_and_no_reports_to_write(client, member, project):
    make_step(project, title="我方", side="organisation", due_on=today())
    make_step(project, title="县里", side="county", due_on=today())
    assert queues(client) == {"steps": (1, ["我方"])}
    assert "燕山基金会" in client.get("/my/").content.decode()


def test_where_nothing_waits_the_first_page_says_so(client, user):
    answer = client.get("/my/")
    assert answer.context["queues"] == []
    assert "今日无待办" in answer.content.decode()


@pytest.mark.parametrize("name", ["my", "my-projects", "my-ledger", "my-reports", "my-difficulties"])
def test_a_page_takes_as_many_queries_with_one_project_as_with_three(client, user, county, giver, name):
    counts = []
    for _round in range(2):
        for _each in range(1 if not counts else 2):
            project = make_running(county=county, lead=giver, officer=user)
            before = make_step(project, side="county", due_on=today(), position=1)
            make_step(project, side="county", due_on=today(), depends_on=before, position=2)
            make_step(project, side="county", status="returned")
            make_funding(project, organisation=giver)
            make_difficulty(project, raised_side="county", status="answered")
            make_result(project, unit="户")
            make_report(project, month=BEFORE, status="approved")
            make_report(project, month=LAST, status="returned")
        counts.append(queries_of(client, reverse(name)))
    assert counts[0] == counts[1] <= 25


def test_the_page_of_a_project_and_of_a_report_take_as_many_queries_with_one_row_as_with_three(client, user, project):
    pages, counts = [reverse("my-project", args=(project.number,)), address(project)], []
    make_report(project, month=LAST)
    for _round in range(2):
        for _each in range(1 if not counts else 2):
            before = make_step(project, side="county", due_on=today(), evidence=["photo"])
            make_step(project, side="county", due_on=today(), depends_on=before)
            make_funding(project)
            make_difficulty(project)
            result = make_result(project)
            ReportedMoney.objects.create(report=project.reports.get(), state="received", amount=1)
            project.reports.get().results.create(result=result, reached=1)
        counts.append([queries_of(client, page) for page in pages])
    assert counts[0] == counts[1]
    assert max(counts[0]) <= 27, "the role of the database is taken and given back"
