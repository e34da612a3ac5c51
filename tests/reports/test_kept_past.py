"""What takes too long to be read of the past is counted by a job, kept, and found by the same page."""

import re
from urllib.parse import quote

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from orgs.models import Organisation
from projects.models import Project
from registry.core import jobs
from registry.core.jobs import run_next
from registry.core.models import Job
from registry.reports import as_of as past
from registry.reports import kept_past, past_pages
from registry.reports.as_of import as_of
from registry.reports.kept_past import TooLong, keeping, patience
from registry.reports.models import PastAnswer
from tests.factories import (
    make_campaign,
    make_designation,
    make_funding,
    make_organisation,
    make_project,
    make_step,
    make_user,
)

from .circulars import issued

pytestmark = pytest.mark.django_db
PIVOT, ASK = "/reports/", "/reports/ask/"


@pytest.fixture
def long(monkeypatch):
    """Whatever is poured is too much for a page. A job's pulse, on its own connection, sees nothing of a test's."""
    monkeypatch.setattr(kept_past, "AT_ONCE", 0)
    monkeypatch.setattr(jobs, "TELL_EVERY", 600)
    monkeypatch.setattr(past_pages, "WAITS", 0)


@pytest.fixture
def register():
    project = make_project(lead=make_organisation(), county=make_designation().division, stage="under_way")
    line = make_funding(project, "8720000")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return line


@pytest.fixture
def bureau(client, register):
    user = make_user("bureau")
    client.force_login(user)
    return user


def then_and_more(line):
    """An instant, after which the line is corrected: the address of a pivot of it."""
    instant = timezone.now()
    line.amount = 1
    line.save()
    return f"{PIVOT}?rows=county&measure=funds&as_of={quote(instant.isoformat())}"


def words(client, address, **more):
    answer = client.get(address, **more)
    assert answer.status_code == 200, answer.content.decode()[:1500]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def ask(client, address):
    answer = client.post(ASK, {"address": address})
    assert answer.status_code == 302, answer.content.decode()[:1500]
    return answer.url


def test_a_page_that_takes_too_long_is_counted_by_a_job_and_then_stands_at_its_address(client, bureau, register, long):
    address = then_and_more(register)
    assert "后台统计" in words(client, address)
    assert not Job.objects.exists()
    assert [ask(client, address) for _twice in range(2)] == [address, address]
    assert "正在统计" in words(client, address)
    done = run_next()
    assert (done.state, done.result["url"], Job.objects.count()) == ("done", address, 1), done.error
    assert "872.00" in words(client, address)
    assert "872.00" in words(client, address, HTTP_ACCEPT_LANGUAGE="en")


def test_what_is_kept_is_what_would_be_counted(client, bureau, register, long, monkeypatch):
    address = then_and_more(register) + "&columns=field&empty=shown"
    ask(client, address)
    run_next()
    kept = words(client, address)
    monkeypatch.setattr(kept_past, "AT_ONCE", 10**9)
    PastAnswer.objects.all().delete()
    assert words(client, address) == kept


def test_nothing_is_poured_where_the_answer_is_kept(client, bureau, register, long, monkeypatch):
    address = then_and_more(register)
    ask(client, address)
    run_next()
    monkeypatch.setattr(past, "_pour", None)
    assert "872.00" in words(client, address)


@pytest.mark.parametrize("change", ["&measure=projects", "&rows=year", "&against=2020-01-01"])
def test_another_question_finds_no_answer_of_the_first(client, bureau, register, long, change):
    address = then_and_more(register)
    ask(client, address)
    run_next()
    name = change[1:].partition("=")[0]
    other = re.sub(rf"(?<=[?&]){name}=[^&]*&", "", address) + change
    assert "后台统计" in words(client, other)


def test_another_instant_finds_no_answer_of_the_first(client, bureau, register, long):
    ask(client, then_and_more(register))
    run_next()
    assert "后台统计" in words(client, then_and_more(register))


def test_others_who_read_the_whole_register_find_the_same_answer(client, bureau, register, long):
    address = then_and_more(register)
    ask(client, address)
    run_next()
    client.force_login(make_user("auditor"))
    assert "872.00" in words(client, address)


def test_an_auditor_may_ask_too(client, register, long):
    client.force_login(make_user("auditor"))
    address = then_and_more(register)
    ask(client, address)
    assert run_next().state == "done"
    assert "872.00" in words(client, address)


def test_whoever_does_not_read_the_whole_register_never_gets_what_was_kept(client, bureau, register, long):
    address = then_and_more(register)
    ask(client, address)
    run_next()
    client.force_login(make_user("partner"))
    assert "872.00" not in words(client, address)
    client.force_login(make_user("county"))
    assert client.get(address).status_code == 403


def test_inside_a_narrowed_past_nothing_is_kept_and_nothing_kept_is_given(register):
    instant = timezone.now()
    with keeping(jobs.Progress()), as_of(instant):
        assert Project.objects.count() == 1
    number = PastAnswer.objects.count()
    assert number
    with keeping(jobs.Progress()), as_of(instant, only=Project.objects.filter(pk=0)):
        assert Project.objects.count() == 0
    assert PastAnswer.objects.count() == number
    with patience(), as_of(instant, only=Project.objects.filter(pk=0)):
        assert Project.objects.count() == 0


def test_a_statement_that_reads_anything_of_today_is_not_kept(register):
    make_campaign()
    with keeping(jobs.Progress()), as_of(timezone.now()):
        assert list(Organisation.objects.filter(memberships__isnull=True))
    assert not PastAnswer.objects.exists()


def test_types_order_and_emptiness_of_an_answer_stay_what_they_were(register):
    make_funding(register.project, None, quantity="3.5", unit="台", goods="电脑")
    make_funding(register.project, "0.10")
    instant = timezone.now()

    def answers():
        with as_of(instant):
            lines = register._meta.model.objects.order_by("-pk")
            return [
                list(lines.values_list()),
                list(lines.none()),
                lines.filter(amount=5).first(),
                list(lines.iterator()),
            ]

    counted = answers()
    with keeping(jobs.Progress()):
        assert answers() == counted
    assert PastAnswer.objects.count() == 2
    with patience():
        assert answers() == counted


def test_the_day_of_today_becomes_an_instant_when_it_is_asked_for(client, bureau, register, long):
    today = timezone.localdate().isoformat()
    address = ask(client, f"{PIVOT}?rows=county&measure=funds&as_of={today}")
    assert re.search(rf"as_of={today}T", address)
    assert ask(client, f"{PIVOT}?rows=county&as_of=2021-10-31") == f"{PIVOT}?rows=county&as_of=2021-10-31"
    run_next()
    assert "872.00" in words(client, address)


def test_what_was_stopped_or_failed_says_so_and_can_be_asked_for_again(client, bureau, register, long, monkeypatch):
    address = then_and_more(register)
    ask(client, address)
    jobs.cancel(Job.objects.get())
    text = words(client, address)
    assert "已停止" in text or "停止" in text
    assert "后台统计" in text
    with monkeypatch.context() as broken:
        broken.setattr(past_pages, "settled", lambda **asked: None)
        ask(client, address)
        assert run_next().state == "failed"
    assert "一分钟" in words(client, address)
    assert not PastAnswer.objects.exists()
    ask(client, address)
    assert run_next().state == "done"


def test_the_job_ends_when_it_is_asked_to_and_keeps_nothing(register):
    progress = jobs.Progress()
    progress.stop = jobs.Cancelled
    with pytest.raises(jobs.Cancelled), keeping(progress), as_of(timezone.now()):
        Project.objects.count()
    assert not PastAnswer.objects.exists()


@pytest.mark.parametrize(
    "address", ["", "/", "/reports/views/", "//example.org/reports/", "/nothing/", "/reports/history/"]
)
def test_only_pages_of_the_past_can_be_asked_for(client, bureau, address):
    assert client.post(ASK, {"address": address}).status_code == 404
    assert not Job.objects.exists()


def test_a_county_s_person_may_ask_and_is_refused_by_the_page_itself(client, register, long):
    client.force_login(make_user("county"))
    ask(client, PIVOT)
    assert run_next().state == "failed"


def test_cells_changes_and_figures_of_circulars_wait_alike(client, bureau, register, long, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    make_step(register.project)
    circular = issued()
    figure = reverse("circular-figure", args=(circular.pk, "funds"))
    address = then_and_more(register)
    query = address.partition("?")[2]
    for page in (
        f"/reports/cell/?{query}",
        f"/reports/changes/?rows=county&against={query.rpartition('=')[2]}",
        figure,
    ):
        assert "后台统计" in words(client, page)
        ask(client, page)
        done = run_next()
        assert done.state == "done", done.error
        assert "后台统计" not in words(client, page)


def test_erasing_lets_go_of_all_that_was_kept(register):
    with keeping(jobs.Progress()), as_of(timezone.now()):
        Project.objects.count()
    kept_past.forget()
    assert not PastAnswer.objects.exists()


def test_rows_that_have_changed_since_weigh_more(register, monkeypatch):
    monkeypatch.setattr(kept_past, "AT_ONCE", 100)
    instant = timezone.now()
    with patience(), as_of(instant):
        assert Project.objects.count() == 1
    for _each in range(20):
        make_project()
    with pytest.raises(TooLong), patience(), as_of(instant):
        Project.objects.count()
    with as_of(instant):
        assert Project.objects.count() == 1


def test_a_job_is_refused_while_somebody_writes():
    with pytest.raises(ValidationError):
        past_pages.count_past(jobs.Progress(), by=make_user("bureau"), address="/reports/history/")
