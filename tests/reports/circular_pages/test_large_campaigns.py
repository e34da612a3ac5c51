"""Circulars of large campaigns: drawn up, counted and checked by jobs that are watched."""

import datetime
import html
import re
from unittest import mock

import pytest
from django.urls import reverse
from django.utils import timezone

from projects.models import Circular
from registry.core import jobs
from registry.core.jobs import run_next
from registry.core.models import Job
from registry.reports.circulars import work
from registry.reports.circulars.checking import check_figures
from tests.desk import filled, page
from tests.factories import make_funding, make_organisation, make_user
from tests.reports.circulars import drawn_up, figures_of, issued, reworded

from .composing import body, composing, sent

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]


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
