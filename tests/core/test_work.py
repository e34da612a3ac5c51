"""The worker: it does all kinds of work in turn, ends when told to, and asks for the daily work once a day."""

import datetime
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection

from orgs.models import Enterprise
from projects.jobs import digest
from registry.core import daily
from registry.core.daily import ask_for_due
from registry.core.dates import SHANGHAI
from registry.core.management.commands import work
from registry.core.models import CalendarDay, Job
from registry.reports.jobs import release_data
from tests.factories import make_user
from tests.house import ROOT

pytestmark = pytest.mark.django_db


# The daily work


def at(text):
    """An instant in Shanghai."""
    return datetime.datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def morning(progress, *, by, day):
    """Asked for in these tests, never run."""


morning.kind = "trial-morning"
FRIDAY = "2026-09-25"


@pytest.fixture
def each_morning(monkeypatch):
    monkeypatch.setattr(daily, "DAILY", [(datetime.time(8, 30), morning)])
    monkeypatch.setattr(daily, "EACH_WORKING_DAY", [])


def test_the_house_is_looked_after_every_day_and_people_are_written_to_on_working_days():
    assert {function.kind for _at, function in daily.DAILY} == {
        "sweep", "verify-history", "files.check", "retention", "backups", "likeness",
    }  # fmt: skip
    assert set(daily.EACH_WORKING_DAY) == {(datetime.time(5), release_data), (datetime.time(8, 30), digest)}


@pytest.mark.parametrize(("clock", "number"), [("08:29:59", 0), ("08:30", 1), ("17:00", 1)])
def test_it_is_asked_for_from_its_hour_on_by_nobody_for_its_day(each_morning, clock, number):
    asked = ask_for_due(at(f"{FRIDAY} {clock}"))
    assert [(job.kind, job.by, job.parameters) for job in asked] == [("trial-morning", None, {"day": FRIDAY})] * number


def test_the_hour_and_the_day_are_those_of_shanghai(each_morning):
    friday_in_london = datetime.datetime(2026, 9, 24, 23, 0, tzinfo=datetime.UTC)
    assert ask_for_due(friday_in_london) == []
    [asked] = ask_for_due(friday_in_london + datetime.timedelta(hours=2))
    assert asked.parameters == {"day": FRIDAY}


def on_the_day(day):
    """Let everything that was asked for have been asked for on that day."""
    Job.objects.update(queued_at=at(f"{day} 09:00"))


def test_it_is_asked_for_once_a_day(each_morning):
    assert ask_for_due(at(f"{FRIDAY} 09:00"))
    on_the_day(FRIDAY)
    assert ask_for_due(at(f"{FRIDAY} 09:01")) == []
    assert ask_for_due(at("2026-09-28 09:00")), "Monday is another day"


def test_the_same_work_asked_for_by_a_person_is_none_of_it(each_morning):
    Job.objects.create(kind="trial-morning", by=make_user("bureau"), parameters={"day": FRIDAY})
    on_the_day(FRIDAY)
    assert len(ask_for_due(at(f"{FRIDAY} 09:00"))) == 1


def test_a_day_off_asks_for_what_is_done_every_day(each_morning):
    CalendarDay.objects.create(day=FRIDAY, is_working=False)
    assert len(ask_for_due(at(f"{FRIDAY} 09:00"))) == 1
    on_the_day(FRIDAY)
    assert len(ask_for_due(at("2026-09-26 09:00"))) == 1


def test_days_off_ask_for_no_work_of_working_days_and_exchanged_ones_do(monkeypatch):
    monkeypatch.setattr(daily, "DAILY", [])
    monkeypatch.setattr(daily, "EACH_WORKING_DAY", [(datetime.time(8, 30), morning)])
    CalendarDay.objects.create(day=FRIDAY, is_working=False)
    CalendarDay.objects.create(day="2026-09-27", is_working=True)
    assert ask_for_due(at(f"{FRIDAY} 09:00")) == []
    assert ask_for_due(at("2026-09-26 09:00")) == []
    assert len(ask_for_due(at("2026-09-27 09:00"))) == 1


def test_what_failed_is_asked_for_three_times_in_a_day_and_no_more(each_morning):
    asked = []
    for _look in range(5):
        asked += ask_for_due(at(f"{FRIDAY} 09:00"))
        on_the_day(FRIDAY)
        Job.objects.update(state="failed")
    assert len(asked) == daily.TRIES == 3


@pytest.mark.parametrize("state", ["queued", "running", "done", "cancelled"])
def test_what_is_on_its_way_done_or_stopped_is_not_asked_for_again(each_morning, state):
    ask_for_due(at(f"{FRIDAY} 09:00"))
    on_the_day(FRIDAY)
    Job.objects.update(state=state)
    assert ask_for_due(at(f"{FRIDAY} 10:00")) == []


@pytest.mark.django_db(transaction=True)
def test_several_workers_ask_for_it_once(each_morning):
    start, asked, now = threading.Barrier(4), [], datetime.datetime.now(SHANGHAI).replace(hour=9)
    CalendarDay.objects.update_or_create(day=now.date(), defaults={"is_working": True})

    def ask():
        start.wait()
        asked.extend(ask_for_due(now))
        connection.close()

    workers = [threading.Thread(target=ask) for _number in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(asked) == Job.objects.count() == 1


# Its rounds


@pytest.fixture
def one_connection(monkeypatch):
    """The worker lets go of old connections; a test's own must stay."""
    monkeypatch.setattr(work, "close_old_connections", lambda: None)
    monkeypatch.setattr(work.connection, "close", lambda: None)


@pytest.fixture
def rounds(monkeypatch, one_connection):
    """Lets jobs and texts be these many; the order in which they were done."""
    done = []

    def lay(jobs, texts):
        piles = {"job": ["job"] * jobs, "text": ["text"] * texts}

        def take(kind):
            found = piles[kind] and piles[kind].pop()
            done.extend([found] if found else [])
            return found

        monkeypatch.setattr(work, "run_next", lambda: take("job"))
        monkeypatch.setattr(work, "deliver_next", lambda: take("text"))
        return done

    monkeypatch.setattr(work, "ask_for_due", lambda: None)
    return lay


def test_a_pile_of_texts_never_keeps_people_waiting(rounds):
    done = rounds(jobs=3, texts=4)
    call_command("work", "--once")
    assert done == ["job"] * 3 + ["text"] * 4


def test_a_database_that_does_not_answer_is_an_error_for_one_run(monkeypatch, one_connection):
    def away():
        raise OperationalError("server closed the connection")

    monkeypatch.setattr(work, "recover", away)
    with pytest.raises(CommandError, match="does not answer: server closed"):
        call_command("work", "--once")


def test_a_worker_that_stays_waits_for_the_database_to_come_back(rounds, monkeypatch):
    done, looks, command = rounds(jobs=1, texts=0), [], work.Command()

    def away_twice():
        looks.append(1)
        if len(looks) < 3:
            raise OperationalError("server closed the connection")
        command.over.set()

    monkeypatch.setattr(work, "PAUSE", 0)
    monkeypatch.setattr(work, "recover", away_twice)
    call_command(command)
    assert len(looks) == 3
    assert done == ["job"]


def test_after_a_run_the_signals_are_what_they_were(rounds):
    rounds(jobs=0, texts=0)
    before = signal.getsignal(signal.SIGTERM)
    call_command("work", "--once")
    assert signal.getsignal(signal.SIGTERM) is before


# A process of its own


def wait_until(true, seconds=10):
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.05)


SLOW = """
import sys, time
from django.conf import settings
settings.DATABASES["default"]["NAME"] = sys.argv[1]
import django
django.setup()
from django.core.management import call_command
from orgs.models import Enterprise
from registry.core import daily
from registry.core.jobs import job

daily.DAILY.clear()
daily.EACH_WORKING_DAY.clear()

@job("trial-slow", "slow")
def slow(progress, *, by):
    Enterprise.objects.create(name="甲公司")
    print("begun", flush=True)
    time.sleep(float(sys.argv[2]))

from registry.core.management.commands import work
work.GRACE = int(sys.argv[3])
settings.WORKERS = int(sys.argv[4])
call_command("work")
"""

BEGUN_SLOWLY = """
import os, time
from registry.core.crew import Crew
begin = os.fork
def fork():
    member = begin()
    if not member:
        print("begun", flush=True)
        time.sleep(1)
    return member
os.fork = fork
Crew(1, lambda: time.sleep(60)).run()
"""


@pytest.mark.django_db(transaction=True)
class TestToldToEnd:
    @pytest.fixture
    def begun(self):
        """Starts a worker whose first of two jobs takes so many seconds; returns it once it has begun."""
        started = []

        def start(seconds, grace=10, workers=1):
            for _number in range(2):
                Job.objects.create(kind="trial-slow", by=None)
            worker = subprocess.Popen(
                [sys.executable, "-c", SLOW, connection.settings_dict["NAME"], *map(str, (seconds, grace, workers))],
                cwd=ROOT, text=True,
                env={**os.environ, "DJANGO_SETTINGS_MODULE": "registry.settings"},
                stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            )  # fmt: skip
            started.append(worker)
            assert worker.stdout.readline() == "begun\n"
            return worker

        yield start
        for worker in started:
            worker.kill()
            worker.communicate()

    def states(self):
        return list(Job.objects.order_by("id").values_list("state", flat=True))

    @pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
    def test_it_finishes_the_job_in_hand_and_leaves_the_next(self, begun, number):
        worker = begun(0.7)
        worker.send_signal(number)
        assert worker.wait(10) == 0
        assert self.states() == ["done", "queued"]
        assert Enterprise.objects.count() == 1

    def test_told_twice_it_ends_at_once_and_nothing_is_written(self, begun):
        worker, told = begun(30), time.monotonic()
        worker.send_signal(signal.SIGTERM)
        time.sleep(0.3)
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(10) != 0
        assert time.monotonic() - told < 8
        assert self.states() == ["queued", "queued"], "the next worker begins it anew"
        assert not Enterprise.objects.exists()

    def test_what_does_not_end_in_time_is_given_back(self, begun):
        worker = begun(30, grace=1)
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(10) != 0
        assert self.states() == ["queued", "queued"]
        assert not Enterprise.objects.exists()

    def test_several_processes_share_the_queue_and_end_together(self, begun):
        worker = begun(1, workers=2)
        assert worker.stdout.readline() == "begun\n", "the second job is begun beside the first"
        assert self.states() == ["running", "running"]
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(10) == 0
        assert self.states() == ["done", "done"]
        assert Enterprise.objects.count() == 2

    def test_a_process_that_is_lost_is_begun_anew(self, begun):
        worker = begun(0.2, workers=2)
        members = self.members(worker)
        assert len(members) == 2
        os.kill(int(members[0]), signal.SIGKILL)
        wait_until(lambda: len(set(self.members(worker)) - {members[0]}) == 2)
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(10) == 0

    def test_one_that_is_told_to_end_while_it_is_begun_ends(self):
        crew = subprocess.Popen(
            [sys.executable, "-c", BEGUN_SLOWLY], cwd=ROOT, text=True, stdout=subprocess.PIPE,
            env={**os.environ, "DJANGO_SETTINGS_MODULE": "registry.settings"},
        )  # fmt: skip
        try:
            assert crew.stdout.readline() == "begun\n"
            crew.send_signal(signal.SIGTERM)
            assert crew.wait(10) == 0
        finally:
            crew.kill()
            crew.communicate()

    @staticmethod
    def members(worker):
        return Path(f"/proc/{worker.pid}/task/{worker.pid}/children").read_text().split()
