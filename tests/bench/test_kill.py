"""kill -9 and restarts of a whole site: `python -m pytest -m bench tests/bench/test_kill.py -s`.

`IMPORT_KILLS` (10), `DATABASE_KILLS` and `RESTARTS` (20) say how often; `IMPORT_ROWS` (5367) how long the ledger is.
"""

import http.client
import json
import os
import threading
import time
import uuid
from collections import Counter

import pytest

from tests.bench.site import Site

pytestmark = pytest.mark.bench
IMPORT_KILLS, ROWS = int(os.environ.get("IMPORT_KILLS") or 10), int(os.environ.get("IMPORT_ROWS") or 5367)
DATABASE_KILLS, RESTARTS = (int(os.environ.get(name) or 20) for name in ("DATABASE_KILLS", "RESTARTS"))
CLIENTS = 4

MAKE = """
from registry.core.tokens import in_a_year, make_token
from tests.factories import make_campaign, make_org_user, make_organisation
organisation = make_organisation()
owner = make_org_user(organisation)
scopes = ["read", "pledges:write"]
_token, secret = make_token(by=None, system="trial", owner=owner, scopes=scopes, expires_on=in_a_year())
print(json.dumps({"organisation": organisation.pk, "campaign": make_campaign().code, "secret": secret}))
"""
COUNT = """
from collections import Counter
from django.db import connection
from projects.models import Pledge
from registry.core.models import Once
pledges = list(Pledge.objects.prefetch_related("items").order_by("pk"))
with connection.cursor() as cursor:
    cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in%'")
    stuck = cursor.fetchone()[0]
print(json.dumps({
    "texts": Counter(pledge.text for pledge in pledges), "half": sum(pledge.items.count() != 2 for pledge in pledges),
    "keys": Once.objects.filter(code=201).count(), "unanswered": Once.objects.filter(code=None).count(), "stuck": stuck,
}))
"""


@pytest.fixture
def site(tmp_path_factory):
    with Site(tmp_path_factory.mktemp("site")) as site:
        yield site


class Clients:
    """Programs that make pledges, each under a key of its own until it is acknowledged, and look at pages between."""

    def __init__(self, site):
        self.site, self.made, self.codes = site, site.ask(MAKE), Counter()
        self.acknowledged, self.over = [], threading.Event()
        self.threads = [threading.Thread(target=self.run) for _each in range(CLIENTS)]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *problem):
        self.over.set()
        for thread in self.threads:
            thread.join()

    def wait_for(self, more):
        """Until so many more writes were acknowledged."""
        before = len(self.acknowledged)
        for _each in range(600):
            if len(self.acknowledged) >= before + more:
                return
            time.sleep(0.1)
        raise TimeoutError("nothing is acknowledged any more")

    def run(self):
        while not self.over.is_set():
            self.make_one(str(uuid.uuid4()))
            self.codes["read", self.send("GET", "/projects/")] += 1

    def make_one(self, key):
        """Until somebody has said 201 to it, at the latest when all is over and the database is back."""
        items = [{"kind": "money", "amount": "5"}, {"kind": "goods", "what": "课桌", "quantity": "1", "unit": "张"}]
        body = {
            "organisation": self.made["organisation"],
            "campaign": self.made["campaign"],
            "text": key,
            "items": items,
        }
        for _attempt in range(200):
            code = self.send("POST", "/api/v1/pledges/", body, key)
            self.codes["write", code] += 1
            if code == 201:
                self.acknowledged.append(key)
                return
            time.sleep(0.2)

    def send(self, method, path, body=None, key=""):
        headers = {"Content-Type": "application/json"}
        if key:
            headers |= {"Authorization": f"Bearer {self.made['secret']}", "Idempotency-Key": key}
        line = http.client.HTTPConnection("127.0.0.1", self.site.port, timeout=60)
        try:
            line.request(method, path, json.dumps(body) if body else None, headers)
            answer = line.getresponse()
            answer.read()
            return answer.status
        except (OSError, http.client.HTTPException) as problem:
            return type(problem).__name__
        finally:
            line.close()


def judged(site, clients):
    """What must be true of all that was acknowledged; gives what the database holds."""
    found = site.ask(COUNT)
    lost = [key for key in clients.acknowledged if found["texts"].get(key) != 1]
    assert (lost, found["half"], found["unanswered"], found["stuck"]) == ([], 0, 0, 0)
    assert set(found["texts"]) == set(clients.acknowledged)
    assert all(code in (200, 201, 503) for _what, code in clients.codes), clients.codes
    assert clients.send("GET", "/projects/") == 200
    return found


@pytest.mark.parametrize("how", ["kill", "restart"])
def test_the_database_goes_under_load_and_nothing_acknowledged_is_lost(site, how, capsys):
    number, go = {"kill": (DATABASE_KILLS, site.kill_database), "restart": (RESTARTS, site.restart_database)}[how]
    site.start("web")
    with Clients(site) as clients:
        for _each in range(number):
            clients.wait_for(CLIENTS)
            go()
        clients.wait_for(CLIENTS)
    found = judged(site, clients)
    with capsys.disabled():
        told = ", ".join(f"{what} {code}: {many}" for (what, code), many in sorted(clients.codes.items(), key=str))
        print(f"\n{how} {number} times: {len(clients.acknowledged)} acknowledged, {len(found['texts'])} kept; {told}")  # noqa: T201


SEND = """
from projects.actions.imports import confirm_import
from tests.factories import make_user
from tests.projects.importing import checked
from tests.projects.ledger_books import book, project
person = make_user("bureau")
ledger = checked(book([project(number) for number in range(1, given["rows"] + 1)]), person)
print(json.dumps({"ledger": ledger.pk, "person": person.pk}))
"""
CONFIRM = """
from projects.actions.imports import confirm_import
from projects.models import LedgerImport
from registry.core.models import User
ledger = LedgerImport.objects.get(pk=given["ledger"])
print(json.dumps(confirm_import(ledger=ledger, by=User.objects.get(pk=given["person"])).job_id))
"""
CANCEL = """
from registry.core.jobs import cancel
from registry.core.models import Job
print(json.dumps(cancel(Job.objects.get(pk=given["job"])).state))
"""
HURRY = """
from registry.core.models import Job
print(json.dumps(Job.objects.filter(pk=given["job"]).update(not_before=None)))
"""
LOOK = """
from projects.models import LedgerImport, Project
from registry.core.models import Change, Job
job = Job.objects.get(pk=given["job"])
print(json.dumps({
    "state": job.state, "error": job.error, "ledger": LedgerImport.objects.get(pk=given["ledger"]).status,
    "projects": Project.objects.count(), "trail": Change.objects.filter(table_name="projects_project").count(),
}))
"""


def until(site, given, *states):
    """The job once it is in one of these states."""
    for _each in range(300):
        found = site.ask(LOOK, **given)
        if found["state"] in states:
            return found
        time.sleep(0.3)
    raise TimeoutError(str(found))


def test_an_import_whose_server_is_killed_is_never_half_done_nor_stuck(site, capsys):
    sent, waits = site.ask(SEND, rows=ROWS), []
    for number in range(IMPORT_KILLS):
        given = killed_in_the_middle(site, sent, 0.2 + number * 0.7)
        killed = time.monotonic()
        site.start("work")
        found = until(site, given, "queued")
        waits.append(time.monotonic() - killed)
        assert (found["ledger"], found["projects"], found["trail"]) == ("checked", 0, 0)
        assert found["error"]
        if number < IMPORT_KILLS - 1:
            assert site.ask(CANCEL, **given) == "cancelled"
        else:
            assert site.ask(HURRY, **given) == 1  # it waits ten seconds or more, else
            found = until(site, given, "done")
        site.kill("work")
    assert (found["ledger"], found["projects"], found["trail"]) == ("imported", ROWS, ROWS)
    with capsys.disabled():
        told = (
            f"0 half, 0 stuck; given back after {max(waits):.0f} s at most; the last begun anew by itself: {ROWS} rows"
        )
        print(f"\n{IMPORT_KILLS} kills: {told}")  # noqa: T201


def killed_in_the_middle(site, sent, seconds):
    """The import, whose server and worker are killed so many seconds after it began."""
    site.start("web")
    site.start("work")
    given = {"ledger": sent["ledger"], "job": site.ask(CONFIRM, **sent)}
    assert until(site, given, "running")["projects"] == 0
    time.sleep(seconds)
    site.kill("web")
    site.kill("work")
    assert site.ask(LOOK, **given)["state"] == "running", "the import was over sooner: let it have more rows"
    return given
