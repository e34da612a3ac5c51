"""The pages under `/my/`: for counties and organisations, each within its own, and no way round an action's rules."""

import datetime
import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from projects.actions.difficulties import raise_difficulty
from projects.actions.monthly import approve_report, return_report, save_report, submit_report
from projects.models import Difficulty, Document, Funding, MonthlyReport, Project, ProjectStep, ReportedMoney
from projects.months import end_of, ended_months, first_of, month_after
from registry.core.blobs import store
from registry.core.dates import today
from tests.counting import queries_of
from tests.factories import (
    PASSWORD,
    make_county_user,
    make_difficulty,
    make_division,
    make_funding,
    make_measure,
    make_org_user,
    make_organisation,
    make_project,
    make_report,
    make_result,
    make_step,
    make_user,
)

pytestmark = pytest.mark.django_db

LAST, BEFORE = ended_months(today(), 2)
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 32


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def county():
    return make_division(name="康保县")


@pytest.fixture
def giver():
    return make_organisation(name="燕山基金会")


@pytest.fixture
def project(county, giver):
    return make_running(county=county, lead=giver)


@pytest.fixture
def user(client, county):
    user = make_county_user(county)
    client.force_login(user)
    return user


@pytest.fixture
def member(client, giver):
    """Somebody of the organisation, signed in."""
    user = make_org_user(giver)
    client.force_login(user)
    return user


def make_running(**overrides):
    start = BEFORE - datetime.timedelta(days=200)
    return make_project(**{"stage": "under_way", "actual_start": start} | overrides)


def address(project, month=LAST):
    return reverse("my-report", args=(project.number, month))


def form_of(answer, **changes):
    """What the report's form holds, as a browser would send it back, with `changes` typed into it."""
    entry, data = answer.context["entry"], {}
    for form in (entry.own, entry.money.management_form, *entry.money.forms, entry.reached, entry.photos):
        for bound in form:
            value = bound.field.widget.format_value(bound.field.prepare_value(bound.value()))
            data[bound.html_name] = value[0] if isinstance(value, list) and value else value or ""
    data.pop("photos")
    return data | {"act": "save"} | changes


def make_blob(user):
    return store(PNG, "a.png", by=user)


def told(project, by, month=BEFORE, **content):
    report = save_report(project=project, month=month, by=by, **{"progress": 40, "next_steps": "打井"} | content)
    return submit_report(report=report, by=by)


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


# Projects


def test_the_list_is_searched_and_shows_lamp_money_progress_and_the_last_report(client, user, project, giver):
    make_step(project, due_on=today() - datetime.timedelta(days=1))
    make_funding(project, "500000", state="committed", organisation=giver)
    make_funding(project, "300000", organisation=giver)
    approve_report(report=told(project, user), by=make_user("bureau"))
    other = make_running(county=user.postings.get().division, name="别的项目")
    answer = client.get("/my/projects/?search=" + project.number)
    (row,) = answer.context["rows"]
    assert (row.number, row.progress, row.last_month, str(row.committed.value), str(row.received.value)) == (
        project.number, 40, BEFORE, "500000.00", "300000.00",
    )  # fmt: skip
    assert "lamp--overdue" in row.lamp
    assert other.name not in answer.content.decode()


def test_the_printed_ledger_has_the_usual_head_and_what_the_last_report_told(client, user, project):
    make_result(project, actual=12, unit="户")
    make_result(project, actual=5, unit="户", status="draft")
    told(project, user, done="完成打井", problems="缺电")
    text = client.get("/my/projects/ledger/").content.decode()
    for word in (
        "序号",
        "实施组织",
        "完成时限",
        "存在问题",
        "下步措施",
        "责任单位",
        "备注",
        "完成打井",
        "缺电",
        "打井",
    ):
        assert word in text
    ((_row, _project, _report, counted),) = client.get("/my/projects/ledger/").context["rows"]
    assert counted == {"households": 12}


def test_the_page_of_a_project_offers_what_the_person_may_do_and_nothing_else(client, project, user, giver):
    ours, theirs = make_step(project, side="county"), make_step(project, side="organisation")
    line = make_funding(project, organisation=giver)
    url = reverse("my-project", args=(project.number,))
    text = client.get(url).content.decode()
    assert [reverse("my-step", args=(step.pk,)) in text for step in (ours, theirs)] == [True, False]
    assert reverse("my-receipt", args=(line.pk,)) in text
    assert reverse("my-money", args=(project.number,)) not in text
    assert address(project) in text
    client.force_login(make_org_user(giver))
    text = client.get(url).content.decode()
    assert [reverse("my-step", args=(step.pk,)) in text for step in (ours, theirs)] == [False, True]
    assert reverse("my-receipt", args=(line.pk,)) not in text
    assert reverse("my-money", args=(project.number,)) in text


# Steps


def picture(name="现场.png"):
    return SimpleUploadedFile(name, PNG, "image/png")


def test_a_step_s_evidence_is_uploaded_several_at_once_and_its_sign_off_applied_for(client, user, project):
    step = make_step(project, side="county", evidence=["notice", "photo"])
    url = reverse("my-step", args=(step.pk,))
    assert client.get(url).context["form"].initial["kind"] == "notice"
    refused = client.post(url, {"kind": "notice", "act": "apply"})
    assert refused.status_code == 409
    assert "公示" in refused.content.decode()
    answer = client.post(
        url, {"kind": "photo", "act": "upload", "files": [picture("一.png"), picture("二.png")], "place": "村口"}
    )
    assert answer.url == url
    assert [(one.place, one.uploaded_by) for one in step.documents.all()] == [("村口", user)] * 2
    assert client.get(url).context["form"].initial["kind"] == "notice"
    client.post(url, {"kind": "notice", "act": "apply", "files": picture("公示.png"), "note": "已张贴"})
    step.refresh_from_db()
    assert (step.status, step.done_by, step.status_reason) == ("done", user, "已张贴")
    assert client.post(url, {"kind": "photo", "act": "upload", "files": picture()}).status_code == 403


def test_a_refused_application_keeps_no_file_and_a_refused_file_is_named(client, user, project):
    step = make_step(project, side="county", evidence=["notice"])
    url = reverse("my-step", args=(step.pk,))
    assert client.post(url, {"kind": "photo", "act": "apply", "files": picture()}).status_code == 409
    bad = SimpleUploadedFile("病毒.exe", b"MZ", "application/x-msdownload")
    answer = client.post(url, {"kind": "photo", "act": "upload", "files": [picture(), bad]})
    assert answer.status_code == 409
    assert "病毒.exe" in answer.content.decode()
    assert client.post(url, {"kind": "photo", "act": "upload"}).status_code == 400
    assert client.post(url, {"kind": "moon", "act": "apply"}).status_code == 400
    assert not Document.objects.exists()


def test_a_step_that_waits_for_another_names_it_and_offers_no_sign_off_but_takes_files(client, user, project):
    before = make_step(project, side="county", title="先办", position=1)
    step = make_step(project, side="county", title="后办", position=2, depends_on=before, evidence=["notice"])
    url, earlier = reverse("my-step", args=(step.pk,)), reverse("my-step", args=(before.pk,))
    text = client.get(url).content.decode()
    assert ('value="apply"' in text, earlier in text) == (False, True)
    listed = client.get(reverse("my-project", args=(project.number,))).content.decode()
    assert listed.count(f'href="{earlier}"') == 2  # its own line, and what waits for it
    answer = client.post(url, {"act": "upload", "kind": "notice", "files": [picture()], "dated": "", "place": "村口"})
    assert (answer.status_code, step.documents.count()) == (302, 1)
    assert client.post(url, {"act": "apply", "kind": "notice"}).status_code == 409
    before.delete()
    assert 'value="apply"' in client.get(url).content.decode()


def test_a_step_of_the_other_side_is_read_and_not_reported(client, user, project):
    url = reverse("my-step", args=(make_step(project, side="organisation").pk,))
    assert client.get(url).status_code == 200
    assert client.post(url, {"kind": "photo", "act": "apply"}).status_code == 403
    assert ProjectStep.objects.get().status == "open"


# Money


def test_the_county_confirms_a_receipt_once(client, user, project):
    line = make_funding(project)
    url = reverse("my-receipt", args=(line.pk,))
    assert client.get(url).context["may_confirm"]
    assert client.post(url).status_code == 302
    line.refresh_from_db()
    assert line.confirmed_by == user
    assert client.post(url).url == url
    assert not client.get(url).context["may_confirm"]


def test_an_organisation_reads_a_receipt_and_does_not_confirm_it(client, member, project, giver):
    line = make_funding(project, organisation=giver)
    url = reverse("my-receipt", args=(line.pk,))
    assert not client.get(url).context["may_confirm"]
    assert client.post(url).status_code == 403
    assert Funding.objects.get().confirmed_at is None


def test_an_organisation_enters_an_instalment_with_its_voucher(client, member, project, giver):
    url = reverse("my-money", args=(project.number,))
    typed = {
        "organisation": giver.pk,
        "amount": "72万",
        "origin": "raised",
        "occurred_on": "2021年11月1日",
        "voucher": "凭-1",
    }
    assert client.post(url, typed | {"files": picture("回单.png")}).status_code == 302
    line = Funding.objects.get()
    assert (line.state, line.amount, line.organisation, line.origin, line.occurred_on, line.voucher) == (
        "received", 720000, giver, "raised", datetime.date(2021, 11, 1), "凭-1",
    )  # fmt: skip
    assert (line.confirmed_at, [one.kind for one in line.documents.all()]) == (None, ["voucher"])


@pytest.mark.parametrize(
    "changes",
    [
        {"amount": "七块"},
        {"amount": ""},
        {"organisation": "0"},
        {"origin": "mobilised"},
        {"occurred_on": "明天"},
        {"voucher": ""},
    ],
)
def test_an_instalment_that_makes_no_sense_is_told_and_not_entered(client, member, project, giver, changes):
    typed = {
        "organisation": giver.pk,
        "amount": "72万",
        "origin": "own",
        "occurred_on": "2021-11-01",
        "voucher": "凭-1",
    }
    assert client.post(reverse("my-money", args=(project.number,)), typed | changes).status_code == 400
    assert not Funding.objects.exists()


def test_a_county_and_an_organisation_that_is_no_party_enter_no_money(client, user, project):
    assert client.post(reverse("my-money", args=(project.number,)), {}).status_code == 403


# The monthly report


def test_a_report_opens_with_the_last_values(client, user, project):
    result = make_result(project, actual=100, unit="人")
    told(project, user, problems="缺水", results={result: (120, "about")}, money=[
        {"state": "received", "organisation": None, "amount": 5, "qualifier": "exact"}
    ])  # fmt: skip
    entry = client.get(address(project)).context["entry"]
    assert {name: entry.own[name].value() for name in ("progress", "problems", "next_steps", "done")} == {
        "progress": 40, "problems": "缺水", "next_steps": "打井", "done": None,
    }  # fmt: skip
    assert str(entry.reached[f"result-{result.pk}"].value()) == "约120人"
    assert entry.money.initial == []
    assert not MonthlyReport.objects.filter(month=LAST).exists(), "looking writes nothing"


def test_a_report_is_typed_as_people_write_and_handed_in(client, user, project, giver):
    result = make_result(project, actual=100, unit="人")
    data = form_of(client.get(address(project)), act="submit", progress="６０％", done="打井两眼")
    data |= {f"result-{result.pk}": "约130人", "money-0-amount": "约3万", "money-0-organisation": str(giver.pk)}
    data |= {"money-0-occurred_on": f"{LAST:%Y年%m月15日}", "money-0-voucher": "凭-1"}
    assert client.post(address(project), data).url == reverse("my-reports")
    report = MonthlyReport.objects.get()
    assert (report.status, report.progress, report.done, report.submitted_by) == ("submitted", 60, "打井两眼", user)
    line = report.money.get()
    assert (line.amount, line.qualifier, line.organisation, line.occurred_on, line.voucher) == (
        30000, "about", giver, LAST.replace(day=15), "凭-1",
    )  # fmt: skip
    told_line = report.results.get()
    assert (told_line.result, told_line.reached, told_line.qualifier) == (result, 130, "about")
    assert "打井两眼" in client.get(address(project)).content.decode()


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"progress": "101"}, "id_progress"), ({"progress": "一半"}, "id_progress"),
        ({"money-0-amount": "七块"}, "amount"),
        ({"money-0-voucher": "凭-1"}, "amount"), ({"money-0-occurred_on": "31.2."}, "occurred_on"),
        ({"money-0-organisation": "999999"}, "organisation"), ({"money-0-state": "pledged"}, "state"),
        ({"money-TOTAL_FORMS": "x"}, ""), ({"done": "\x00"}, "id_done"), ({"done": "长" * 5001}, "id_done"),
        ({"seen_version": "x"}, "seen_version"), ({"seen_version": "99999999999999999999"}, "seen_version"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_named_and_nothing_is_written(client, user, project, changes, place):
    data = form_of(client.get(address(project)), act="submit", progress="60") | changes
    answer = client.post(address(project), data)
    assert answer.status_code == 400
    faults = list(answer.context["entry"].faults)
    assert faults
    assert any(place in field for _label, _words, field in faults)
    assert not MonthlyReport.objects.exists()


def test_a_report_beyond_the_most_lines_is_cut_there(client, user, project):
    data = form_of(client.get(address(project)), progress="60") | {"money-TOTAL_FORMS": "5000"}
    assert client.post(address(project), data).status_code in (302, 400)


def test_a_draft_comes_back_as_it_was_left(client, user, project):
    client.post(
        address(project), form_of(client.get(address(project)), progress="55", done="半句", **{"money-0-amount": "2万"})
    )
    entry = client.get(address(project)).context["entry"]
    assert (entry.own["progress"].value(), entry.own["done"].value(), len(entry.money.initial)) == (55, "半句", 1)
    assert MonthlyReport.objects.get().status == "draft"


def test_money_that_the_script_has_kept_is_not_lost_when_the_report_is_handed_in(client, user, project, giver):
    make_funding(project, amount="100000", state="committed", organisation=giver)
    typed = {"progress": "55", "money-0-amount": "2万", "money-0-organisation": giver.pk}
    data = form_of(client.get(address(project)), **typed)
    kept = json.loads(client.post(address(project), data | {"act": "keep"}).content)
    assert (kept["whole"], MonthlyReport.objects.get().money.count()) == (True, 1)
    sent = data | {"act": "submit", "seen_version": kept["version"]}
    assert client.post(address(project), sent).status_code == 302
    report = MonthlyReport.objects.get()
    assert (report.status, [int(line.amount) for line in report.money.all()]) == ("submitted", [20000])


def test_the_script_keeps_what_can_be_read_and_names_the_rest(client, user, project):
    data = form_of(client.get(address(project)), act="keep", progress="一半", done="半句", **{"money-0-amount": "七块"})
    answer = client.post(address(project), data)
    kept = json.loads(answer.content)
    report = MonthlyReport.objects.get()
    assert (kept["version"], kept["whole"], report.done, report.progress) == (report.version, False, "半句", None)
    assert "七块" in kept["words"]
    kept = json.loads(
        client.post(
            address(project), data | {"seen_version": kept["version"], "progress": "5", "money-0-amount": "7元"}
        ).content
    )
    assert kept["whole"]
    assert (MonthlyReport.objects.get().progress, ReportedMoney.objects.get().amount) == (5, 7)


def test_two_people_at_one_report_see_both_versions_side_by_side(client, user, project, county):
    mine = form_of(client.get(address(project)), progress="60", done="我写的", **{"money-0-amount": "2万"})
    save_report(project=project, month=LAST, by=make_county_user(county), progress=70, done="他写的")
    kept = client.post(address(project), mine | {"act": "keep"})
    assert kept.status_code == 409
    answer = client.post(address(project), mine)
    assert answer.status_code == 409
    rows = {label: (now, typed) for label, now, typed in answer.context["conflict"]}
    assert ("70", "60") in rows.values()
    assert ("他写的", "我写的") in rows.values()
    assert any("20,000.00" in typed for _now, typed in rows.values())
    assert '<a href="?">' in answer.content.decode()  # to reload the page would send what was typed once more
    assert MonthlyReport.objects.get().done == "他写的"
    again = form_of(answer)
    assert again["done"] == "我写的"
    assert client.post(address(project), again).status_code == 302
    assert MonthlyReport.objects.get().done == "我写的"


def test_the_same_words_saved_twice_are_no_conflict(client, user, project):
    data = form_of(client.get(address(project)), act="keep", progress="60")
    assert client.post(address(project), data).status_code == 200
    assert client.post(address(project), data | {"act": "save"}).status_code == 302


def test_photos_are_uploaded_with_day_and_place_and_a_bad_one_does_not_cost_the_others(client, user, project):
    bad = SimpleUploadedFile("坏.png", b"nothing", "image/png")
    data = form_of(client.get(address(project)), progress="60", place="打井现场") | {"photos": [picture(), bad]}
    answer = client.post(address(project), data, follow=True)
    assert "坏.png" in answer.content.decode()
    (photo,) = MonthlyReport.objects.get().documents.all()
    assert (photo.kind, photo.place, photo.uploaded_by) == ("photo", "打井现场", user)
    assert photo.dated is not None


def test_photos_of_an_approved_report_are_the_project_s_evidence(client, user, project):
    report = save_report(project=project, month=BEFORE, by=user, progress=40)
    report.documents.create(
        kind="photo", title="打井照片", original_name="a.png", blob=make_blob(user)
    )  # fmt: skip
    url = reverse("my-project", args=(project.number,))
    submit_report(report=report, by=user)
    assert "打井照片" not in client.get(url).content.decode()
    approve_report(report=report, by=make_user("bureau"))
    assert "打井照片" in client.get(url).content.decode()


def test_what_an_action_refuses_is_told_on_the_form_and_the_draft_is_kept(client, user, project):
    data = form_of(client.get(address(project)), act="submit", progress="", done="半句")
    answer = client.post(address(project), data)
    assert answer.status_code == 409
    assert "进度" in " ".join(answer.context["refusal"])
    assert MonthlyReport.objects.get().done == "半句"
    assert client.post(address(project), form_of(answer, act="submit", progress="60")).status_code == 302


def test_a_handed_in_report_is_read_only_and_a_late_save_of_it_is_told(client, user, project):
    stale = form_of(client.get(address(project)), progress="60")
    told(project, user, month=LAST)
    assert "entry" not in client.get(address(project)).context
    answer = client.post(address(project), stale, follow=True)
    assert "已提交" in answer.content.decode()
    assert MonthlyReport.objects.get().progress == 40


def test_an_organisation_reads_the_county_s_report_and_hands_nothing_in(client, project, county, giver):
    told(project, make_county_user(county), done="完成打井")
    client.force_login(make_org_user(giver))
    assert "完成打井" in client.get(address(project, BEFORE)).content.decode()
    assert client.get(address(project, LAST)).status_code == 404
    for act in ("keep", "save", "submit", "unchanged"):
        assert client.post(address(project), {"act": act}).status_code == 403
    unchanged = {"chosen": f"{project.pk}.{LAST:%Y-%m}"}
    assert client.post(reverse("my-unchanged"), unchanged).status_code == 403
    assert MonthlyReport.objects.count() == 1


def test_the_bureau_writes_for_the_county_and_an_auditor_does_not(client, project):
    client.force_login(make_user("bureau"))
    data = form_of(client.get(address(project)), act="submit", progress="60")
    assert client.post(address(project), data).url == address(project)
    assert MonthlyReport.objects.get().status == "submitted"
    client.force_login(make_user("auditor"))
    assert client.get(address(project)).url == "/desk/"


# Same as last month


def test_the_list_shows_late_months_in_shape_and_word_and_offers_the_shortest_way(client, user, project):
    told(project, user)
    answer = client.get(reverse("my-reports"))
    row = next(owed for owed, _lamp in answer.context["rows"] if owed.month == LAST)
    assert row.may_be_unchanged
    text = answer.content.decode()
    assert f'value="{project.pk}.{LAST:%Y-%m}"' in text
    assert "lamp--overdue" in text
    assert "超期" in text


def test_of_many_owed_reports_the_first_are_shown_and_all_are_counted(client, user, project, monkeypatch):
    whole = client.get(reverse("my-reports")).context
    assert len(whole["rows"]) == whole["owed"] > 1
    monkeypatch.setattr("projects.my.reports.MOST", 1)
    answer = client.get(reverse("my-reports"))
    assert [owed.month for owed, _lamp in answer.context["rows"]] == [whole["rows"][0][0].month]
    assert (answer.context["owed"], answer.context["late"]) == (whole["owed"], whole["late"])
    assert "仅显示前 1 项" in answer.content.decode()


def test_unchanged_projects_take_one_confirmation_for_all_of_them(client, user, project, county):
    other = make_running(county=county)
    chosen = {"chosen": [f"{one.pk}.{LAST:%Y-%m}" for one in (project, other)]}
    for one in (project, other):
        told(one, user)
    asked = client.get(reverse("my-unchanged"), chosen)
    assert [(row[0], row[2].month, row[3].progress) for row in asked.context["rows"]] == [
        (one, BEFORE, 40) for one in (project, other)
    ]
    assert MonthlyReport.objects.filter(month=LAST).count() == 0
    assert client.post(reverse("my-unchanged"), chosen).url == reverse("my-reports")
    assert set(MonthlyReport.objects.filter(month=LAST).values_list("status", "is_unchanged")) == {("submitted", True)}
    assert MonthlyReport.objects.filter(month=LAST).count() == 2


def test_several_late_months_of_one_project_are_handed_in_in_their_order(client, user, project):
    months = ended_months(today(), 3)
    told(project, user, month=months[2])
    chosen = {"chosen": [f"{project.pk}.{month:%Y-%m}" for month in months[:2]]}
    client.post(reverse("my-unchanged"), chosen)
    assert MonthlyReport.objects.filter(status="submitted", progress=40).count() == 3


def test_one_that_cannot_be_unchanged_hands_in_none_of_them(client, user, project, county):
    told(project, user)
    chosen = {"chosen": [f"{one.pk}.{LAST:%Y-%m}" for one in (project, make_running(county=county))]}
    answer = client.post(reverse("my-unchanged"), chosen, follow=True)
    assert "首次月报" in answer.content.decode()
    assert MonthlyReport.objects.count() == 1
    assert client.get(reverse("my-unchanged")).url == reverse("my-reports")


def test_the_form_hands_in_unchanged_by_one_button(client, user, project):
    assert not client.get(address(project)).context["may_repeat"]
    told(project, user)
    assert client.get(address(project)).context["may_repeat"]
    assert client.post(address(project), {"act": "unchanged"}).url == reverse("my-reports")
    assert MonthlyReport.objects.get(month=LAST).is_unchanged
    assert client.post(address(project), {"act": "unchanged"}).status_code in (302, 409)


def test_asking_once_for_many_takes_as_many_queries_as_for_one(client, user, county):
    counts = []
    for number in (1, 3):
        projects = [make_running(county=county) for _each in range(number)]
        for project in projects:
            make_result(project)
            told(project, user)
        chosen = "&".join(f"chosen={project.pk}.{LAST:%Y-%m}" for project in projects)
        counts.append(queries_of(client, f"{reverse('my-unchanged')}?{chosen}"))
    assert counts[0] == counts[1]


# Difficulties


def test_a_county_raises_a_difficulty_follows_it_and_agrees_or_doubts(client, user, project):
    new = reverse("my-difficulty-new")
    assert client.get(f"{new}?project={project.number}").context["form"]["project"].value() == project.pk
    typed = {"project": project.pk, "title": "缺电", "level": "serious", "side": "county", "wanted_from": "bureau"}
    answer = client.post(new, typed | {"wanted_by": "2021.11.1"})
    difficulty = Difficulty.objects.get()
    assert answer.url == reverse("my-difficulty", args=(difficulty.pk,))
    assert (difficulty.raised_by, difficulty.raised_side, difficulty.wanted_by) == (
        user,
        "county",
        datetime.date(2021, 11, 1),
    )
    assert "lamp--overdue" in client.get(reverse("my-difficulties")).content.decode()
    assert client.post(answer.url, {"act": "agree"}).status_code == 409
    Difficulty.objects.update(status="answered", answer="已协调供电")  # by the desk
    assert "已协调供电" in client.get(answer.url).content.decode()
    assert client.post(answer.url, {"act": "open"}).status_code == 409
    client.post(answer.url, {"act": "open", "reason": "仍停电"})
    difficulty.refresh_from_db()
    assert (difficulty.status, difficulty.status_reason) == ("in_hand", "仍停电")
    Difficulty.objects.update(status="answered")
    client.post(answer.url, {"act": "agree"})
    difficulty.refresh_from_db()
    assert difficulty.raiser_agreed_by == user


@pytest.mark.parametrize(
    "changes", [{"side": "organisation"}, {"project": "0"}, {"title": ""}, {"wanted_by": "昨天"}, {"level": "x"}]
)
def test_a_difficulty_that_makes_no_sense_is_told(client, user, project, changes):
    typed = {"project": project.pk, "title": "缺电", "level": "serious", "side": "county", "wanted_from": "bureau"}
    assert client.post(reverse("my-difficulty-new"), typed | changes).status_code == 400
    assert not Difficulty.objects.exists()


def test_the_other_side_s_difficulty_is_read_and_neither_agreed_nor_doubted(client, user, project):
    difficulty = make_difficulty(project, raised_side="organisation", status="answered")
    url = reverse("my-difficulty", args=(difficulty.pk,))
    assert client.get(url).status_code == 200
    for act in ({"act": "agree"}, {"act": "open", "reason": "不行"}):
        assert client.post(url, act).status_code == 403
    assert Difficulty.objects.get().status == "answered"


def test_a_side_reports_its_own_measures_as_carried_out_where_it_reads_of_them(client, user, project):
    difficulty = make_difficulty(project, raised_side="county", status="in_hand")
    ours, theirs = (make_measure(difficulty, side=side) for side in ("county", "organisation"))
    elsewhere = make_measure(make_difficulty(project), side="county")
    url = reverse("my-difficulty", args=(difficulty.pk,))
    assert [may for _measure, may in client.get(url).context["measures"]] == [True, False]
    for key in ("", "x", "²", "9" * 19, elsewhere.pk):
        assert client.post(url, {"act": "done", "measure": key}).status_code == 404, key
    assert client.post(url, {"act": "done", "measure": theirs.pk}).status_code == 403
    assert client.post(url, {"act": "done", "measure": ours.pk, "reason": "已通电"}).url == url
    ours.refresh_from_db()
    assert (ours.done_by, [may for _measure, may in client.get(url).context["measures"]]) == (user, [False, False])
    assert client.post(url, {"act": "done", "measure": ours.pk}).status_code == 409


def test_a_county_reopens_its_closed_difficulty_with_a_reason_that_it_reads_there(client, user, project):
    now = timezone.now()
    agreed = {"raiser_agreed_by": user, "raiser_agreed_at": now, "bureau_agreed_by": user, "bureau_agreed_at": now}
    difficulty = make_difficulty(project, raised_side="county", status="closed", **agreed)
    url = reverse("my-difficulty", args=(difficulty.pk,))
    assert client.get(url).context["may_doubt"]
    assert client.post(url, {"act": "open"}).status_code == 409
    assert client.post(url, {"act": "open", "reason": "又停电"}).url == url
    difficulty.refresh_from_db()
    assert difficulty.status == "in_hand"
    assert "又停电" in client.get(url).content.decode()
    other = make_difficulty(project, raised_side="organisation", status="closed", **agreed)
    assert client.post(reverse("my-difficulty", args=(other.pk,)), {"act": "open", "reason": "不行"}).status_code == 403


# Months that no report can be handed in for


def test_a_month_before_the_start_or_ahead_is_told_at_once_with_the_way_to_those_asked_for(client, user, project):
    ahead = month_after(first_of(today()))
    for month in (datetime.date(2010, 1, 1), ahead):
        answer = client.get(address(project, month))
        text = answer.content.decode()
        assert (answer.status_code, 'id="report-form"' in text, address(project) in text) == (200, False, True)


def test_the_running_month_is_drafted_and_not_handed_in(client, user, project):
    running = first_of(today())
    if end_of(running) <= today():
        pytest.skip("on the last day of a month it is handed in")
    told(project, user)
    text = client.get(address(project, running)).content.decode()
    assert ('value="save"' in text, 'value="submit"' in text, 'value="unchanged"' in text) == (True, False, False)
    assert "尚未结束" in text


def test_a_draft_of_a_project_that_ended_since_is_read_with_the_reason(client, user, project):
    save_report(project=project, month=LAST, by=user, progress=50)
    Project.objects.filter(pk=project.pk).update(stage="closed")
    text = client.get(address(project)).content.decode()
    assert ('id="report-form"' in text, "已结束" in text) == (False, True)


def test_a_report_handed_in_or_approved_says_how_it_is_corrected(client, user, project):
    make_report(project, month=LAST, status="submitted")
    make_report(project, month=BEFORE, status="approved")
    assert "退回" in client.get(address(project)).content.decode()
    assert "下月月报" in client.get(address(project, BEFORE)).content.decode()
