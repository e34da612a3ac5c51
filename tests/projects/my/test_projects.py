"""Projects, steps and money under `/my/`: each side does its own, and nothing gets round an action's rules."""

import datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from projects.actions.monthly import approve_report
from projects.models import Document, Funding, ProjectStep
from registry.core.dates import today
from tests.factories import make_funding, make_org_user, make_result, make_step, make_user

from .sent import BEFORE, address, make_running, picture, told

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]


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
