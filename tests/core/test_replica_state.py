"""How a replica says that it stands, asked of two real servers: following, cut off, promoted, and following the other
way round after pg_rewind."""

import shutil
import time
from datetime import datetime

import pytest

from registry.core import replica
from registry.core.backup.recovery import ask
from registry.core.embedded.server import Server
from tests.bench.standby import SENDING, Pair, copied

FAR = "FF/0"


@pytest.fixture
def servers(tmp_path):
    """A primary and its replica, without a site."""
    tmp_path.chmod(0o755)
    pair = Pair(tmp_path, synchronous=False)
    pair.database = Server(tmp_path / "postgres", **SENDING)
    pair.database.start()
    try:
        pair.replica = copied(pair.database, tmp_path / "other")
        pair.replica.start()
        yield pair
    finally:
        for server in (pair.database, pair.replica):
            server.stop()
            if server.data != server.wanted_data:  # not below tmp_path, which the server's user may not enter
                shutil.rmtree(server.data.parent)


def state(server, place="0/0"):
    is_replica, has_replayed, stands_at, behind = ask(server, replica._STATE, place)[0]
    return replica.State(is_replica, bool(has_replayed), stands_at, behind)


def segments(server):
    """Names of the pieces of its write-ahead log."""
    return set(ask(server, "SELECT name FROM pg_ls_waldir() WHERE name ~ '^[0-9A-F]{24}$'"))


def until(found, seconds=30):
    end = time.monotonic() + seconds
    while not found():
        assert time.monotonic() < end, "it does not come to that"
        time.sleep(0.05)


def test_a_replica_says_how_it_stands(servers):
    first, second = servers.database, servers.replica
    assert not state(first).is_replica
    place = ask(first, "CREATE TABLE written (number int); SELECT pg_current_wal_insert_lsn()::text")[0][0]
    until(lambda: state(second, place).has_replayed)
    until(lambda: state(second).behind == 0)  # however long nothing is written
    assert isinstance(state(second).stands_at, datetime)
    assert not state(second, FAR).has_replayed

    servers.kill_primary()
    until(lambda: state(second).behind > 0)
    before = state(second)
    until(lambda: state(second).behind > before.behind)
    assert before.is_replica

    servers.promote()
    assert not state(second).is_replica
    ask(second, "INSERT INTO written VALUES (1)")
    kept = segments(second)
    ask(second, "CHECKPOINT")
    assert kept <= segments(second), "pg_rewind and the old primary begin before the switch, and nobody follows yet"

    servers.rewind()
    until(lambda: state(first).is_replica and state(first).behind == 0)
    ask(second, "INSERT INTO written VALUES (2)")
    until(lambda: ask(first, "SELECT count(*) FROM written")[0][0] == 2)
    assert state(first).is_replica
