"""Circulars on their pages: composed on the desk around locked figures, read by everybody once issued, and given as
files that never change."""

import datetime
import html
import io
import re
from unittest import mock

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from projects.models import Circular, Funding
from registry.core import jobs
from registry.core.blobs import bytes_of
from registry.core.jobs import run_next
from registry.core.models import Job
from registry.reports.circulars import work
from registry.reports.circulars.actions import correct_circular
from registry.reports.circulars.checking import check_figures
from tests.counting import queries_of
from tests.desk import filled, page
from tests.factories import (
    make_campaign,
    make_designation,
    make_funding,
    make_organisation,
    make_project,
    make_step,
    make_user,
)
from tests.publishing import publish_what_is_marked

from .circulars import checked, drawn_up, figures_of, issued, opened, reworded

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]


@pytest.fixture
def register():
    lead = make_organisation()
    project = make_project(lead=lead, county=make_designation().division, stage="under_way", visibility="published")
    make_funding(project, "8720000", organisation=lead)
    make_step(project, due_on=datetime.date(2021, 1, 31), title="拨付首批资金")
    return project


@pytest.fixture
def bureau(client, register):
    user = make_user("bureau")
    client.force_login(user)
    return user


def body(answer, status=200):
    assert answer.status_code == status, answer.content.decode()[:3000]
    return answer.content.decode()


def composing(circular):
    return page(circular, "compose")


def sent(answer, **changes):
    """The composing form as a browser sends it back."""
    form = answer.context["form"]
    data = {"seen_version": form.initial["seen_version"]}
    for row in form.rows:
        for bound in row:
            value = bound.value()
            if value not in (None, False):
                data[bound.html_name] = "on" if value is True else value
    return {name: value for name, value in (data | changes).items() if value is not None}


# On the desk


def test_a_new_circular_is_drawn_up_and_its_paragraphs_are_opened(client, bureau, register):
    answer = client.get(page(Circular, "add"))
    now = timezone.localtime()
    answer = client.post(page(Circular, "add"), filled(
        answer, kind="progress", campaign=register.campaign.pk, period_from="2018-03-01", period_until="2021-10-31",
        as_of_0=now.strftime("%Y-%m-%d"), as_of_1=now.strftime("%H:%M:%S"), addressee="各市民政局",
    ))  # fmt: skip
    circular = Circular.objects.get()
    assert (answer.status_code, answer.url) == (302, composing(circular))
    assert circular.title == "关于“试验行动”进展情况的通报"
    assert (circular.drafted_by, circular.parts.count()) == (bureau, 8)


def test_an_instant_that_lies_ahead_is_refused_in_the_form(client, bureau, register):
    answer = client.get(page(Circular, "add"))
    answer = client.post(page(Circular, "add"), filled(
        answer, kind="progress", campaign=register.campaign.pk, period_from="2018-03-01", period_until="2021-10-31",
        as_of_0="2199-01-01", as_of_1="00:00",
    ))  # fmt: skip
    assert "尚未到来" in body(answer, 400)
    assert not Circular.objects.exists()


def test_the_preview_shows_figures_as_links_and_words_as_words(client, bureau):
    circular = drawn_up()
    text = body(client.get(composing(circular)))
    link = reverse("circular-figure", args=(circular.pk, "funds"))
    assert re.search(rf'<a class="figure-mark" href="{link}"[^>]*>872万元</a>', text)
    assert "字体以 Word/WPS 打开为准" in text
    assert '<p class="paper-draft">草稿</p>' in text


def test_the_paper_is_chinese_whatever_the_reader_reads(client, bureau):
    client.cookies["django_language"] = "en"
    text = body(client.get(composing(drawn_up())))
    client.cookies["django_language"] = "zh-hans"
    assert "Check figures" in text
    assert "附件：数字、各县情况及超期事项一览表" in text
    assert "抄送：北京市民政局，天津市民政局。" in text


def test_paragraphs_are_worded_chosen_and_put_in_order(client, bureau):
    circular = drawn_up()
    answer = client.get(composing(circular))
    answer = client.post(composing(circular), sent(answer, **{
        "general-text": "涉及{{figure:funds}}。", "general-position": "90", "overdue-is_included": None,
        "difficulties-is_included": "on",
    }))  # fmt: skip
    assert answer.url == f"{composing(circular)}?check=1"
    text = body(client.get(answer.url))
    kinds = [part.kind for part in circular.parts.filter(is_included=True)]
    assert kinds == ["ranking", "requirements", "difficulties", "general"]
    assert "数字 5/5 一致" in text
    assert "projects" not in figures_of(circular)


def test_what_somebody_else_saved_meanwhile_is_shown_beside_and_may_be_overwritten_knowingly(client, bureau):
    circular = drawn_up()
    answer = client.get(composing(circular))
    reworded(circular, general="别人写的")
    again = client.post(composing(circular), sent(answer, **{"general-text": "我写的"}))
    text = body(again, 409)
    assert circular.parts.get(kind="general").text == "别人写的"
    ((record, rows),) = again.context["conflicts"]
    assert (record, [row[1:] for row in rows]) == (circular, [("别人写的", "我写的")])
    assert "再次保存" in text
    seen = again.context["form"]["seen_version"].value()
    assert client.post(composing(circular), sent(again, seen_version=seen)).status_code == 302
    assert circular.parts.get(kind="general").text == "我写的"


def test_a_field_that_is_wrong_is_named(client, bureau):
    circular = drawn_up()
    answer = client.get(composing(circular))
    again = client.post(composing(circular), sent(answer, **{"general-position": ""}))
    assert "顺序: 该字段是必填项" in body(again, 400)


def test_broken_and_unknown_marks_are_named_and_what_was_typed_stays(client, bureau):
    circular = drawn_up()
    answer = client.get(composing(circular))
    for wrong, named in (("{{figure:fund}}", "fund"), ("{{funds}}", "{{funds}}")):
        again = client.post(composing(circular), sent(answer, **{"general-text": f"写了很久{wrong}"}))
        text = body(again, 400)
        assert named in "".join(again.context["faults"])
        assert "未作任何更改" in text
        assert f"写了很久{wrong}" in text
    assert "写了很久" not in circular.parts.get(kind="general").text


def test_numbers_typed_by_hand_are_pointed_out(client, bureau):
    circular = reworded(drawn_up(), general="涉及{{figure:funds}}，另有37项。")
    text = body(client.get(f"{composing(circular)}?check=1"))
    assert '<span class="typed-number">37项</span>' in text


def test_the_check_names_what_differs(client, bureau):
    circular = drawn_up()
    total = circular.figures.count()
    circular.figures.filter(code="funds").update(value=1, shown="1元")
    text = body(client.get(f"{composing(circular)}?check=1"))
    assert f"数字 {total - 1}/{total} 一致" in text
    assert "涉及资金：通报为 1元，台账为 872万元。" in text


def test_another_instant_counts_the_figures_again(client, bureau, register):
    circular = drawn_up()
    make_funding(register, "1280000", organisation=make_organisation())
    answer = client.get(page(circular))
    now = timezone.localtime()
    changes = {"as_of_0": now.strftime("%Y-%m-%d"), "as_of_1": now.strftime("%H:%M:%S.%f")}
    answer = client.post(page(circular), filled(answer, **changes))
    assert answer.status_code == 302
    assert figures_of(circular)["funds"] == "1000万元"


def test_the_instant_stays_to_the_microsecond_when_the_head_is_changed(client, bureau, register):
    old = issued()
    make_funding(register, "1280000", organisation=make_organisation())
    new = correct_circular(circular=old, by=bureau, explanation="漏计一笔")
    answer = client.get(page(new))
    shown = dict(re.findall(r'name="(as_of_\d)" value="([^"]*)"', body(answer)))
    answer = client.post(page(new), filled(answer, number="冀民函〔2021〕99号", **shown))
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    changed = Circular.objects.get(pk=new.pk)
    assert (changed.number, changed.as_of) == ("冀民函〔2021〕99号", new.as_of)
    assert figures_of(changed)["funds"] == "1000万元"


@pytest.mark.parametrize("state", ["checked", "issued"])
def test_what_is_no_draft_has_no_form_and_takes_no_words(client, bureau, state):
    circular = checked(drawn_up()) if state == "checked" else issued()
    answer = client.get(composing(circular))
    assert 'name="general-text"' not in body(answer)
    assert answer.context["form"] is None
    assert client.post(composing(circular), {"general-text": "x"}).status_code == 403


def test_an_auditor_reads_everything_and_writes_nothing(client, register):
    circular = drawn_up()
    client.force_login(make_user("auditor"))
    assert 'type="submit" class="btn btn-primary"' not in body(client.get(composing(circular)))
    body(client.get(f"{composing(circular)}?check=1"))
    before = Circular.objects.get().version
    assert client.post(composing(circular), {"general-text": "x"}).status_code == 403
    assert client.get(page(Circular, "add")).status_code == 403
    assert client.post(page(circular), {"title": "x"}).status_code == 403
    assert Circular.objects.get().version == before


@pytest.mark.parametrize("role", ["county", "organisation"])
def test_others_do_not_get_to_the_composing_page(client, register, role):
    circular = drawn_up()
    client.force_login(make_user(role))
    assert client.get(composing(circular)).status_code in (302, 403, 404)
    assert client.get(reverse("circular", args=(circular.pk,))).status_code == 404


def test_the_buttons_check_and_issue_by_three_persons(client, bureau):
    circular = drawn_up(by=bureau)
    for user, to, status in ((bureau, "checked", "draft"), (make_user("bureau"), "checked", "checked"),
                             (make_user("bureau"), "issued", "issued")):  # fmt: skip
        client.force_login(user)
        client.post(page(circular, "move", to), {"reason": ""})
        circular.refresh_from_db()
        assert circular.status == status
    assert circular.digest in body(client.get(page(circular)))


@pytest.fixture
def large(monkeypatch):
    """Every campaign is a large one. The pulse of a job, on a connection of its own, sees nothing of a test's."""
    monkeypatch.setattr(work, "AT_ONCE", 0)
    monkeypatch.setattr(jobs, "TELL_EVERY", 600)


def test_of_a_large_campaign_it_is_checked_and_issued_by_a_job_that_is_watched(client, bureau, large):
    circular, other = drawn_up(by=bureau), make_user("bureau")
    client.force_login(other)
    for _twice in range(2):
        answer = client.post(page(circular, "move", "checked"), {"reason": ""})
    job = Job.objects.get()
    assert answer.url == reverse("job", args=(job.key,))
    assert Circular.objects.get().status == "draft"
    assert (run_next().state, job.by) == ("done", other)
    assert Circular.objects.get().status == "checked"


def drawn_up_twice(client, register, **changes):
    """The answers to a form for a new circular that is sent twice."""
    form = client.get(page(Circular, "add"))
    now = timezone.localtime()
    sent = {
        "kind": "progress", "campaign": register.campaign.pk, "period_from": "2018-03-01",
        "period_until": "2021-10-31", "as_of_0": now.strftime("%Y-%m-%d"), "as_of_1": now.strftime("%H:%M:%S"),
    }  # fmt: skip
    return [client.post(page(Circular, "add"), filled(form, **sent | changes)) for _twice in range(2)]


def test_of_a_large_campaign_it_is_drawn_up_by_a_job_and_only_once(client, bureau, register, large):
    answers = drawn_up_twice(client, register, addressee="各市民政局")
    job = Job.objects.get()
    assert {answer.url for answer in answers} == {reverse("job", args=(job.key,))}
    assert not Circular.objects.exists()
    done = run_next()
    circular = Circular.objects.get()
    assert (done.state, done.result["url"]) == ("done", composing(circular))
    assert (done.done, done.total) == (circular.figures.count(), circular.figures.count())
    assert (circular.drafted_by, circular.addressee, circular.parts.count()) == (bureau, "各市民政局", 8)
    assert check_figures(circular).agrees


def test_a_circular_whose_drawing_up_is_stopped_or_fails_does_not_stand(client, bureau, register, large, monkeypatch):
    for problem, state in ((jobs.Cancelled, "cancelled"), (ZeroDivisionError, "failed")):
        drawn_up_twice(client, register, addressee="各市民政局")
        with monkeypatch.context() as broken:
            broken.setattr("registry.reports.circulars.counting.find", mock.Mock(side_effect=problem))
            work = run_next()
        assert work.state == state
        assert not Circular.objects.exists()
        told = body(client.get(reverse("job", args=(work.key,))))
        back = html.unescape(re.search(r'href="([^"]*/circular/add/[^"]*)"', told)[1])
        assert 'value="各市民政局"' in body(client.get(back))


def test_a_head_that_is_refused_is_refused_at_once(client, bureau, register, large):
    answer, _again = drawn_up_twice(client, register, as_of_0="2199-01-01", as_of_1="00:00")
    assert "尚未到来" in body(answer, 400)
    assert not Job.objects.exists()


def test_of_a_large_campaign_words_are_saved_at_once_and_figures_counted_by_a_job(client, bureau, large):
    circular = drawn_up()
    answer = client.get(composing(circular))
    answer = client.post(composing(circular), sent(answer, **{
        "general-text": "涉及{{figure:funds}}，{{figure:received}}。", "ranking-anew": "on",
        "overdue-is_included": None,
    }))  # fmt: skip
    assert answer.url == reverse("job", args=(Job.objects.get().key,))
    assert circular.parts.get(kind="general").text.startswith("涉及{{figure:funds}}，")
    ranking = circular.parts.get(kind="ranking").text
    circular.parts.filter(kind="ranking").update(text="别的")
    assert run_next().state == "done"
    assert circular.parts.get(kind="ranking").text == ranking
    assert "received" in figures_of(circular)
    assert "overdue_steps" not in figures_of(circular)


@pytest.mark.parametrize("end", ["cancelled", "failed"])
def test_where_counting_was_stopped_the_composing_page_says_so_until_it_is_done(client, bureau, large, end):
    circular = drawn_up()
    answer = client.get(composing(circular))
    assert answer.context["count"] is None
    client.post(composing(circular), sent(answer, **{"general-text": "涉及{{figure:funds}}。"}))
    assert "数字正在计算" in body(client.get(composing(circular)))
    Job.objects.update(state=end, error="有人叫停。", ended_at=timezone.now())
    answer = client.get(composing(circular))
    assert "数字尚未计算。" in body(answer)
    assert "有人叫停。" in body(answer)
    client.post(composing(circular), sent(answer))
    assert run_next().state == "done"
    assert client.get(composing(circular)).context["count"] is None


def test_until_the_figures_are_counted_it_cannot_be_checked(client, bureau, large):
    circular = drawn_up()
    answer = client.get(composing(circular))
    client.post(composing(circular), sent(answer, **{"general-text": "{{figure:mobilised}}{{figure:beneficiaries}}"}))
    circular.figures.filter(code="mobilised").delete()
    client.force_login(make_user("bureau"))
    Job.objects.all().delete()
    client.post(page(circular, "move", "checked"), {"reason": ""})
    done = run_next()
    assert (done.state, "“mobilised”尚未计算" in done.error) == ("failed", True)


def test_a_mark_that_nothing_could_count_is_refused_before_any_job(client, bureau, large):
    circular = drawn_up()
    answer = client.get(composing(circular))
    wrong = sent(answer, **{"general-text": "{{figure:fund}}、{{figure:funds-planet-3}}、{{figure:party-x}}"})
    text = body(client.post(composing(circular), wrong), 400)
    assert all(code in text for code in ("“fund”", "“funds-planet-3”", "“party-x”"))
    assert not Job.objects.exists()


def test_a_paragraph_written_on_meanwhile_is_not_drawn_up_anew(client, bureau, large):
    circular = drawn_up()
    answer = client.get(composing(circular))
    client.post(composing(circular), sent(answer, **{"general-anew": "on"}))
    Job.objects.filter(state="queued").update(not_before=timezone.now() + datetime.timedelta(hours=1))
    reworded(circular, general="别人写的")
    Job.objects.update(not_before=None)
    done = run_next()
    assert (done.state, "打开之后" in done.error) == ("failed", True)
    assert circular.parts.get(kind="general").text == "别人写的"


def test_of_a_large_campaign_the_head_is_saved_at_once_and_figures_counted_by_a_job(client, bureau, register, large):
    circular = drawn_up()
    make_funding(register, "1280000", organisation=make_organisation())
    answer, now = client.get(page(circular)), timezone.localtime()
    changes = {"as_of_0": now.strftime("%Y-%m-%d"), "as_of_1": now.strftime("%H:%M:%S.%f")}
    answer = client.post(page(circular), filled(answer, **changes))
    assert answer.url == reverse("job", args=(Job.objects.get().key,))
    assert figures_of(circular)["funds"] == "872万元"
    run_next()
    assert figures_of(circular)["funds"] == "1000万元"


@pytest.mark.parametrize("role", ["bureau", "auditor"])
def test_of_a_large_campaign_figures_are_checked_by_a_job_until_something_is_changed(client, register, large, role):
    circular = drawn_up()
    circular.figures.filter(code="funds").update(value=1, shown="1元")
    client.force_login(make_user(role))
    page_of_check = f"{composing(circular)}?check=1"
    assert 'id="check"' not in body(client.get(page_of_check))
    answers = [client.post(page(circular, "check")) for _twice in range(2)]
    assert {answer.url for answer in answers} == {reverse("job", args=(Job.objects.get().key,))}
    assert run_next().result["url"] == page_of_check
    assert "涉及资金：通报为 1元，台账为 872万元。" in body(client.get(page_of_check))
    reworded(circular, requirements="改了")
    assert 'id="check"' not in body(client.get(page_of_check))


def test_what_another_person_had_checked_is_not_shown(client, bureau, large):
    circular = drawn_up()
    client.post(page(circular, "check"))
    run_next()
    client.force_login(make_user("bureau"))
    assert 'id="check"' not in body(client.get(f"{composing(circular)}?check=1"))


def test_of_a_large_campaign_a_correction_is_drawn_up_by_a_job_and_only_once(client, bureau, large):
    old = issued()
    for explanation, status in (("", 400), ("身份证130102199003071234", 400), ("漏计一笔", 302), ("漏计一笔", 302)):
        assert client.post(page(old, "deed", "correct"), {"explanation": explanation}).status_code == status
    assert (Job.objects.count(), Circular.objects.count()) == (1, 1)
    assert run_next().state == "done"
    new = Circular.objects.exclude(pk=old.pk).get()
    assert (new.corrects, new.explanation, new.figures.count()) == (old, "漏计一笔", old.figures.count())


def test_what_is_refused_at_once_is_no_job(client, bureau, large):
    circular = drawn_up(by=bureau)
    assert client.post(page(circular, "move", "checked"), {"reason": ""}).status_code == 409
    assert not Job.objects.exists()


def test_a_job_does_not_check_what_was_changed_after_it_was_asked_for(client, bureau, large):
    circular = drawn_up()
    client.post(page(circular, "move", "checked"), {"reason": ""})
    Circular.objects.update(addressee="试验县民政局")
    done = run_next()
    assert (done.state, "打开之后" in done.error) == ("failed", True)
    assert Circular.objects.get().status == "draft"


def test_a_circular_whose_figures_differ_is_refused_with_their_names(client, bureau):
    circular = drawn_up()
    circular.figures.filter(code="funds").update(value=1, shown="1元")
    text = body(client.post(page(circular, "move", "checked"), {"reason": ""}), 409)
    assert "台账为 872万元" in text
    assert Circular.objects.get().status == "draft"


def test_a_correction_is_drawn_up_by_a_button_that_asks_for_its_explanation(client, bureau):
    old = issued()
    address = page(old, "deed", "correct")
    client.post(address, {"explanation": ""})
    assert Circular.objects.count() == 1
    client.post(address, {"explanation": "漏计一笔"})
    assert Circular.objects.exclude(pk=old.pk).get().explanation == "漏计一笔"
    assert old.number in body(client.get(page(Circular, "changelist")))


# For everybody


def test_an_issued_circular_is_shown_with_its_text_figures_rules_files_and_digest(client, register):
    circular = issued()
    text = body(client.get(reverse("circular", args=(circular.pk,))))
    for figure in circular.figures.all():
        assert figure.rule.split("“")[0][:20] in text
        assert reverse("circular-figure", args=(circular.pk, figure.code)) in text
    for form in ("docx", "xlsx"):
        assert reverse("circular-file", args=(circular.pk, form)) in text
    assert circular.digest in text
    assert "草稿" not in text


def test_a_circular_is_found_by_its_number(client, register):
    circular, draft = issued(), drawn_up()
    answer = client.get(reverse("circular-numbered", args=(circular.number,)))
    assert (answer.status_code, answer.url) == (302, reverse("circular", args=(circular.pk,)))
    assert client.get(reverse("circular-numbered", args=(draft.number,))).status_code == 404


def test_a_circular_downloaded_again_is_the_same_to_the_byte_after_the_data_changed(client, register):
    circular = issued()
    addresses = [reverse("circular-file", args=(circular.pk, form)) for form in ("docx", "xlsx")]
    before = [client.get(address).getvalue() for address in addresses]
    assert before == [bytes_of(Circular.objects.get().docx), bytes_of(Circular.objects.get().xlsx)]
    Funding.objects.update(amount=1)
    make_funding(register, "5")
    register.name = "改名"
    register.save()
    assert [client.get(address).getvalue() for address in addresses] == before
    assert any("涉及资金872万元" in line.text for line in opened(before[0]).paragraphs)
    assert load_workbook(io.BytesIO(before[1])).sheetnames[0] == "通报数字"


def test_a_draft_s_files_say_draft_and_are_for_those_who_read_everything(client, register):
    circular = drawn_up()
    address = reverse("circular-file", args=(circular.pk, "docx"))
    assert client.get(address).status_code == 404
    client.force_login(make_user("auditor"))
    document = opened(client.get(address).getvalue())
    assert document.sections[0].header.paragraphs[0].text == "草稿"
    assert client.get(reverse("circular-file", args=(circular.pk, "pdf"))).status_code == 404


def test_a_draft_with_a_figure_that_was_not_counted_gives_no_document_but_says_why(client, bureau):
    circular = drawn_up()
    circular.figures.filter(code="funds").delete()
    text = body(client.get(reverse("circular-file", args=(circular.pk, "docx"))), 409)
    assert "“funds”尚未计算" in text


def test_old_and_new_are_shown_beside_each_other_with_the_explanation(client, register):
    old = issued()
    new = correct_circular(circular=old, by=make_user("bureau"), explanation="漏计一笔到位资金")
    address = reverse("circular", args=(old.pk,))
    assert "漏计一笔" not in body(client.get(address))
    Circular.objects.filter(pk=new.pk).update(number="冀民函〔2021〕99号")
    issued(Circular.objects.get(pk=new.pk))
    assert "漏计一笔到位资金" in body(client.get(address))
    assert "漏计一笔到位资金" in body(client.get(reverse("circular", args=(new.pk,))))
    listed = body(client.get(reverse("circulars")))
    assert "已由以下通报更正" in listed
    assert "更正以下通报" in listed
    assert old.text == Circular.objects.get(pk=old.pk).text


def test_a_figure_opens_its_rows_as_they_were_at_the_instant(client, register):
    publish_what_is_marked()
    circular = issued()
    Funding.objects.update(amount=1)
    text = body(client.get(reverse("circular-figure", args=(circular.pk, "funds"))))
    assert "872" in text
    assert register.name in text
    history = reverse("admin:projects_project_history", args=(register.pk,))
    assert history not in text
    client.force_login(make_user("auditor"))
    assert history in body(client.get(reverse("circular-figure", args=(circular.pk, "funds"))))
    assert client.get(reverse("circular-figure", args=(circular.pk, "nothing"))).status_code == 404


def test_rows_of_work_in_progress_stay_with_those_who_run_it(client, register):
    circular = issued()
    address = reverse("circular-figure", args=(circular.pk, "overdue_steps"))
    assert "拨付首批资金" not in body(client.get(address))
    client.force_login(make_user("auditor"))
    text = body(client.get(address))
    assert "拨付首批资金" in text
    assert re.search(r"/project/\d+/history/", text)


def test_rows_of_unpublished_projects_are_counted_and_not_shown(client, register):
    hidden = make_project(stage="under_way", name="未公开项目", campaign=register.campaign)
    publish_what_is_marked()
    circular = issued()
    assert figures_of(circular)["projects"] == "2个"
    answer = client.get(reverse("circular-figure", args=(circular.pk, "projects")))
    assert hidden.name not in body(answer)
    assert "共 2 条明细，您可查看 1 条" in body(answer)


def test_identity_numbers_are_refused_in_wording_head_and_explanation(register):
    number, draft = "130102199003071234", drawn_up()
    for deed in (
        lambda: reworded(draft, requirements=f"身份证{number}"),
        lambda: drawn_up(title=f"关于{number}的通报"),
        lambda: correct_circular(circular=issued(), by=make_user("bureau"), explanation=f"误写{number}"),
    ):
        with pytest.raises(ValidationError, match="身份证号"):
            deed()


def test_what_was_issued_with_an_identity_number_before_shows_it_masked(client, register):
    circular = drawn_up()
    circular.parts.filter(kind="requirements").update(text="身份证130102199003071234")
    text = body(client.get(reverse("circular", args=(issued(circular).pk,))))
    assert "130102199003071234" not in text


def test_more_figures_and_paragraphs_cost_no_more_questions(client, bureau, register):
    few = issued(reworded(drawn_up(), general="{{figure:funds}}", ranking="x", overdue="x", requirements="x"))
    many = issued(drawn_up())
    assert few.figures.count() < many.figures.count()
    addresses = [reverse("circular", args=(one.pk,)) for one in (few, many)]
    assert queries_of(client, addresses[0]) == queries_of(client, addresses[1])
    addresses = [composing(one) for one in (few, many)]
    assert queries_of(client, addresses[0]) == queries_of(client, addresses[1])


def test_the_interface_gives_an_issued_circular_with_its_files(client, register):
    circular = issued()
    told = client.get(f"/api/v1/circulars/{circular.pk}/").json()
    assert told["digest"] == circular.digest
    assert told["files"] == {form: reverse("circular-file", args=(circular.pk, form)) for form in ("docx", "xlsx")}
    assert client.post(f"/api/v1/circulars/{circular.pk}/", {}).status_code in (401, 403, 405)


def test_a_check_reads_the_register_of_its_campaign_and_instant(register):
    circular = drawn_up(campaign=make_campaign(name="空的行动"))
    assert figures_of(circular)["projects"] == "0个"
    assert check_figures(circular).agrees
