"""`python -m tests.bench.scale.pages`: what the pages cost within one process, and how many statements they ask.

Each page is asked `ROUNDS` (20) times through Django's test client with all middleware, in turns. Medians in ms: of the
process's own processor time, which other work on the machine hardly moves, and of all the time. `BESIDE=folder` asks
another checkout of the same database in turns with this one, and tells each page whose HTML differs. SCALE, SEED and
BENCH_DIR as for `make bench`.
"""

import json
import os
import re
import statistics
import subprocess
import sys
from collections import defaultdict
from random import Random

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "registry.settings")

import django

django.setup()

from tests.bench.scale.place import Place  # noqa: E402 - they read models
from tests.bench.scale.questions import QUESTIONS  # noqa: E402
from tests.bench.scale.report import say  # noqa: E402
from tests.bench.site import BEGIN  # noqa: E402
from tests.house import ROOT  # noqa: E402

ROUNDS, BESIDE = int(os.environ.get("ROUNDS") or 20), os.environ.get("BESIDE")
STAFF, STRANGER = "bench0", ""
WARM = 3
NEW_EACH_TIME = re.compile(r'(?<=name="csrfmiddlewaretoken" value=")[^"]*|[0-9a-f]{32}|\d\d:\d\d(?::\d\d)?')
"""Form tokens, numbers of requests, the time of day."""

ANSWER = """
import sys, time
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from registry.core.models import User
clients = {}
for line in sys.stdin:
    who, address, counting = json.loads(line)
    if who not in clients:
        clients[who] = Client(HTTP_HOST="localhost")
        if who:
            clients[who].force_login(User.objects.get(username=who))
    began, spent = time.perf_counter(), time.thread_time()
    answer = clients[who].get(address)
    spent, took = time.thread_time() - spent, time.perf_counter() - began
    with CaptureQueriesContext(connection) as asked:
        if counting:
            clients[who].get(address)
    found = answer.status_code, spent * 1000, took * 1000, len(asked), answer.content.decode()
    print(json.dumps(found), flush=True)
"""


class Checkout:
    """A process of the code in `folder`, over the register of `place`."""

    def __init__(self, place, folder):
        environment = place.environment | {"REGISTRY_PROCESS": "web", "LOG_FILE": os.devnull}
        self.process = subprocess.Popen(
            [sys.executable, "-c", BEGIN + ANSWER, "{}"], cwd=folder, env=environment, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        )  # fmt: skip

    def ask(self, who, address, *, counting=False):
        """Status, own ms, all ms, statements (0 unless they are counted), HTML."""
        self.process.stdin.write(json.dumps([who, address, counting]) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def end(self):
        self.process.stdin.close()
        self.process.wait()


def addresses(questions, cursor, chance):
    """{name: (who, address)} of the pages that are asked for."""
    found = {
        question.key: (STAFF, question.page(question.draw(cursor, chance)))
        for question in questions
        if question.key != "W3b"  # the same page as the next one's, with another filter
    }
    county = found["W1"][1].partition("county=")[2].partition("&")[0]
    return found | {
        "home": (STAFF, "/"),
        "county": (STAFF, f"/counties/{county}/"),
        "organisations": (STAFF, "/orgs/"),
        "public list": (STRANGER, "/projects/"),
        "public county": (STRANGER, f"/counties/{county}/"),
        "public home": (STRANGER, "/"),
    }


def measure(checkouts, pages, rounds=ROUNDS):
    """({page: {checkout: (own ms, all ms, statements)}}, pages that differ between the checkouts)."""
    taken, apart = defaultdict(lambda: defaultdict(list)), set()
    for number in range(-WARM, rounds):
        for name, page in pages.items():
            last = number == rounds - 1
            said = {folder: checkout.ask(*page, counting=last) for folder, checkout in checkouts.items()}
            if any(status != 200 for status, *_rest in said.values()):
                raise AssertionError(f"{name}: {[answer[0] for answer in said.values()]} to {page}")
            if len({NEW_EACH_TIME.sub("", answer[-1]) for answer in said.values()}) > 1:
                apart.add(name)
            if number >= 0:
                for folder, (_status, *numbers, _html) in said.items():
                    taken[name][folder].append(numbers)
    found = {name: {folder: _told(spent) for folder, spent in by.items()} for name, by in taken.items()}
    return found, sorted(apart)


def _told(spent):
    own, took, numbers = zip(*spent, strict=True)
    return round(statistics.median(own), 1), round(statistics.median(took), 1), max(numbers)


def report(found, apart):
    folders = list(next(iter(found.values())))
    lines = [
        f"| page | {' | '.join(f'{name}: own / all ms, statements' for name in ('here', 'beside')[: len(folders)])} |",
        f"|---|{'---|' * len(folders)}",
    ]
    for name, by in found.items():
        cells = (f"{own} / {took}, {number:g}" for own, took, number in (by[folder] for folder in folders))
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join([*lines, "", f"HTML apart: {', '.join(apart) or 'none'}."])


def main():
    with Place(float(os.environ.get("SCALE") or 1), int(os.environ.get("SEED") or 1)) as place:
        place.cookies()  # makes the accounts
        with place.connected() as connection, connection.cursor() as cursor:
            pages = addresses(QUESTIONS, cursor, Random(place.seed))
        checkouts = {folder: Checkout(place, folder) for folder in filter(None, (str(ROOT), BESIDE))}
        try:
            say(report(*measure(checkouts, pages)))
        finally:
            for checkout in checkouts.values():
                checkout.end()


if __name__ == "__main__":
    main()
