"""A primary and a streaming replica for real: `python -m pytest -m bench tests/bench/test_replica.py -s`.

Reads and lag under writes for REPLICA_SECONDS (20); then the primary is killed under writes, the replica promoted, and
the old primary brought back as the replica. Nothing acknowledged may be lost, or be there twice.
"""

import http.client
import os
import statistics
import threading
import time
from collections import Counter

import pytest

from registry.core.backup.recovery import ask
from tests.bench.standby import Pair
from tests.bench.test_kill import CLIENTS, Clients, judged

pytestmark = pytest.mark.bench
SECONDS = float(os.environ.get("REPLICA_SECONDS") or 20)
AWAY = 3.0
"""Seconds for which there is no primary before anybody promotes the replica: an operator or a program notices."""


@pytest.fixture
def pair(tmp_path_factory):
    with Pair(tmp_path_factory.mktemp("pair")) as pair:
        pair.environment["REPLICA_LAG"] = "1"
        pair.port = pair.start_node("web")
        yield pair


class Sampling(threading.Thread):
    """Does something every so many seconds, and keeps what came of it: [(instant, found)]."""

    def __init__(self, do, every):
        super().__init__(daemon=True)
        self.do, self.every, self.found, self.over = do, every, [], threading.Event()

    def run(self):
        while not self.over.wait(self.every):
            self.found.append((time.monotonic(), self.do()))

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *problem):
        self.over.set()
        self.join()


def page(port, path="/projects/"):
    """(code of the answer, up to when it knows the register) for a stranger."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        line.request("GET", path)
        answer = line.getresponse()
        answer.read()
        return answer.status, answer.headers.get("X-Register-As-Of", "")
    except (OSError, http.client.HTTPException) as problem:
        return type(problem).__name__, ""
    finally:
        line.close()


def reads(port):
    """{(place, why): number} of the site's own count."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    line.request("GET", "/metrics")
    text = line.getresponse().read().decode()
    line.close()
    counted = [one for one in text.splitlines() if one.startswith("bangfu_reads_total")]
    return {one[one.index("{") : one.index("}") + 1]: float(one.rsplit(" ", 1)[1]) for one in counted}


def behind(pair):
    """(bytes, seconds) that the replica has not replayed, as the primary knows it."""
    sql = "SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), replay_lsn)::float, extract(epoch FROM replay_lag)::float"
    rows = ask(pair.database, f"{sql} FROM pg_stat_replication")
    return rows[0] if rows else (None, None)


def tell(capsys, *lines):
    with capsys.disabled():
        print("", *lines, sep="\n")  # noqa: T201


def under_writes(pair, clients, capsys):
    """Reads and lag for a while; most reads must be the replica's."""
    before, began = reads(pair.port), len(clients.acknowledged)
    sampling = Sampling(lambda: behind(pair), 0.1), Sampling(lambda: page(pair.port), 0.02)
    with sampling[0] as lag, sampling[1] as seen:
        time.sleep(SECONDS)
    served = {name: number - before.get(name, 0) for name, number in reads(pair.port).items()}
    from_it = sum(number for name, number in served.items() if 'place="replica"' in name) / sum(served.values())
    seconds = sorted(found[1] or 0 for _at, found in lag.found)
    distance = sorted(found[0] or 0 for _at, found in lag.found)
    tell(
        capsys,
        f"{len(clients.acknowledged) - began} writes in {SECONDS} s, {sum(served.values()):.0f} reads: {served}",
        f"of which from the replica: {from_it:.1%}",
        f"lag: median {statistics.median(seconds) * 1000:.1f} ms, most {seconds[-1] * 1000:.1f} ms; "
        f"{statistics.median(distance):.0f} bytes, most {distance[-1]:.0f}",
    )
    assert {code for _at, (code, _when) in seen.found} == {200}
    assert from_it > 0.9


def test_the_primary_is_killed_the_replica_promoted_and_nothing_acknowledged_is_lost(pair, capsys):
    with Clients(pair) as clients:
        clients.wait_for(CLIENTS)
        under_writes(pair, clients, capsys)
        with Sampling(lambda: page(pair.port), 0.05) as seen:
            clients.wait_for(CLIENTS)
            pair.kill_primary()
            killed = time.monotonic()
            time.sleep(AWAY)
            began = time.monotonic()
            pair.promote()
            promoted = time.monotonic()
            clients.wait_for(1)
            again = time.monotonic()
            clients.wait_for(5 * CLIENTS)
    found = judged(pair, clients)
    between = [told for at, told in seen.found if killed <= at <= promoted]
    codes, dated = Counter(code for code, _when in between), sum(bool(when) for _code, when in between)
    tell(
        capsys,
        f"{len(clients.acknowledged)} acknowledged, {len(found['texts'])} kept, 0 lost, each once; {clients.codes}",
        f"no primary for {began - killed:.1f} s before promoting; promotion {promoted - began:.2f} s; "
        f"first write acknowledged {again - promoted:.2f} s after",
        f"public pages meanwhile: {dict(codes)}, of which {dated} said as of when",
    )
    assert set(codes) == {200}
    assert dated
    pair.rewind()
    until = time.monotonic() + 30
    while not ask(pair.replica, "SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming'")[0][0]:
        assert time.monotonic() < until
        time.sleep(0.2)
    streaming, served = time.monotonic(), 0
    while not served:
        assert time.monotonic() < streaming + 60
        before = from_replica(pair.port)
        assert page(pair.port) == (200, "")
        served = from_replica(pair.port) - before
        time.sleep(0.2)
    tell(capsys, f"the old primary follows the new one: {ask(pair.database, 'SELECT pg_is_in_recovery()')}; "
                 f"read from again {time.monotonic() - streaming:.1f} s later")  # fmt: skip


def from_replica(port):
    return sum(number for name, number in reads(port).items() if name == '{place="replica",why=""}')
