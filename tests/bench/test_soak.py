"""A site that is read, searched, exported and written for a long time holds as much memory as before, and never fails:
`SOAK=1800 python -m pytest -m bench tests/bench/test_soak.py -s` (seconds; 60 without).

The memory of each process that serves, and of the worker, is looked at every second. It may grow by 5 % at most between
the fifth part of the time, when all is warm, and the end. `SOAK_SCALE` says how large the register is (0.1).
"""

import itertools
import os
import statistics
import threading
import time
from collections import Counter, defaultdict
from http.client import HTTPException
from random import Random
from urllib.parse import quote

import pytest

from tests.bench.scale import exports, load, memory
from tests.bench.scale.asking import Browser
from tests.bench.scale.ledgers import MAKE, Saving
from tests.bench.scale.place import HOME, PEOPLE, Place
from tests.bench.scale.questions import QUESTIONS

pytestmark = pytest.mark.bench
SECONDS, SCALE = float(os.environ.get("SOAK") or 60), float(os.environ.get("SOAK_SCALE") or 0.1)
WARM = 0.2
"""The part of the time after which memory must stay as it is."""
MOST = 0.05
JOB_EVERY = max(15, SECONDS / 40)
READERS = 3
PAGES = (
    "/",
    "/desk/",
    "/desk/board/",
    "/reports/",
    "/counties/",
    "/orgs/",
    "/projects/",
    "/needs/",
    f"/search/?q={quote('大棚')}",
)

ENQUEUE = """
from registry.core.lists_out import ask_for_list
from registry.core.models import User
ask_for_list("/projects/?format=xlsx&ordering=-amount", User.objects.get(username=given["who"]))
print(json.dumps(None))
"""
JOBS = """
from collections import Counter
from registry.core.models import Job
print(json.dumps(Counter(Job.objects.filter(by__username__startswith="bench").values_list("state", flat=True))))
"""


@pytest.fixture
def place():
    """Kept between runs, as those of the bench are."""
    with Place(SCALE, home=HOME / "soak") as place:
        yield place


class Reading(threading.Thread):
    """Somebody who opens one address after the other."""

    def __init__(self, place, cookie, addresses, pause=0.0):
        super().__init__(daemon=True)
        self.browser, self.addresses, self.pause = Browser(place.port, cookie), addresses, pause
        self.over, self.number, self.faults = threading.Event(), 0, []

    def run(self):
        for address in itertools.cycle(self.addresses):
            try:
                self.browser.get(address)
            except (OSError, HTTPException, ValueError, AssertionError) as fault:
                self.faults.append(f"{address}: {fault!r}"[:300])
            self.number += 1
            if self.over.wait(self.pause):
                break
        self.browser.line.close()


class Queueing(threading.Thread):
    """Somebody who asks for a long list by a job, now and then."""

    def __init__(self, place):
        super().__init__(daemon=True)
        self.place, self.over, self.number, self.faults = place, threading.Event(), 0, []

    def run(self):
        while not self.over.is_set():
            try:
                self.place.ask(ENQUEUE, who=f"bench{self.number % PEOPLE}")
            except AssertionError as fault:
                self.faults.append(f"job: {fault}"[:300])
            self.number += 1
            self.over.wait(JOB_EVERY)


def people(place, cookies):
    """Readers of the interface and of pages, somebody who exports, somebody who saves."""
    drawn, chance = load.drawn(place), Random(1)
    questions = [question for question in QUESTIONS if question.key in drawn]
    api = [question.api(asked) for question in questions for asked in drawn[question.key]]
    pages = [question.page(asked) for question in questions for asked in drawn[question.key]]
    pages += list(PAGES) * 20
    chance.shuffle(api)
    chance.shuffle(pages)
    files = [exports.ADDRESS.format(form) for form in exports.FORMS]
    readers = [Reading(place, cookies[number], (api, pages)[number % 2]) for number in range(READERS)]
    return [*readers, Reading(place, cookies[READERS], files, 5), Saving(place.port, place.ask(MAKE)), Queueing(place)]


def soaked(place, seconds):
    """(samples of each process {(program, id): [MiB]}, faults, what was done) of so many seconds."""
    place.start("web")
    place.start("work")
    everybody = people(place, place.cookies())
    for person in everybody:
        person.start()
    samples, began = defaultdict(list), time.monotonic()
    while (passed := time.monotonic() - began) < seconds:
        for name in ("web", "work"):
            for number in place.processes(name):
                samples[name, number].append((passed, memory.resident(number)))
        time.sleep(1)
    for person in everybody:
        person.over.set()
    for person in everybody:
        person.join()
    *readers, saver, queue = everybody
    done = Counter(read=sum(reader.number for reader in readers), saved=len(saver.spent), jobs=queue.number)
    return samples, [fault for person in everybody for fault in person.faults], done


def growth(seen, seconds):
    """(MiB when warm, MiB at the end) of a process that lived from then on; None for one that came and went."""
    warm = [held for at, held in seen if seconds * WARM <= at < seconds * (WARM + 0.1)]
    last = [held for at, held in seen if at >= seconds * 0.9]
    return (statistics.median(warm), statistics.median(last)) if warm and last else None


def test_memory_stays_as_it_is_and_nothing_fails(place, capsys):
    samples, faults, done = soaked(place, SECONDS)
    jobs = place.ask(JOBS)
    grown = {who: growth(seen, SECONDS) for who, seen in samples.items()}
    with capsys.disabled():
        print(f"\n{SECONDS:.0f} s: {done['read']} read, {done['saved']} saved, jobs {jobs}, {len(faults)} faults")  # noqa: T201
        for (name, number), held in grown.items():
            if held:
                print(f"{name} {number}: {held[0]:.1f} -> {held[1]:.1f} MiB ({held[1] / held[0] - 1:+.1%})")  # noqa: T201
    assert not faults
    assert jobs.get("failed", 0) == 0
    assert jobs.get("done", 0) >= done["jobs"] - 2
    lived = [held for held in grown.values() if held]
    assert len(lived) >= 4, "a process was lost: master, two that serve, worker"
    assert all(last <= warm * (1 + MOST) for warm, last in lived)
