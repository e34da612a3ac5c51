"""The monthly report as it is filled in: typed as people write, kept while it is written, handed in."""

import datetime
import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from projects.actions.monthly import approve_report, save_report, submit_report
from projects.models import MonthlyReport, Project, ReportedMoney
from projects.months import end_of, first_of, month_after
from registry.core.dates import today
from tests.factories import make_county_user, make_funding, make_org_user, make_report, make_result, make_user

from .sent import BEFORE, LAST, address, form_of, make_blob, picture, told

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]


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
