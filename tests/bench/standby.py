"""A primary and its streaming replica from the embedded binaries, and what an operator does with them.

The replica is synchronous: a commit is acknowledged when it stands on both. `Pair.promote` is the whole switch: the
site's `DATABASE_URL` names both servers with `target_session_attrs=read-write`, so it finds the new primary.
"""

import contextlib
import os
import shutil
import signal
import time
from urllib.parse import quote

from registry.core.backup.recovery import ask, private_folder
from registry.core.embedded.server import DATABASE, PORT, ROLE, Server
from tests.bench.site import Site, free_port

NAME = "bangfu_replica"
SENDING = {
    "wal_level": "replica", "max_wal_senders": "5", "max_slot_wal_keep_size": "2GB", "wal_log_hints": "on",
    "wal_keep_size": "1GB",
}  # fmt: skip


def copied(primary, place):
    """A server in `place` that follows `primary` by a slot of its own; not yet started."""
    place.mkdir()
    place.chmod(0o755)
    server = Server(place / "postgres", hot_standby_feedback="on", **SENDING)
    if server.data != server.wanted_data:
        server._own_folder(server.data.parent)
    private_folder(server.data, server)
    told = f"host={primary.socket} port={PORT} user={ROLE} application_name={NAME}"
    done = primary._run(
        "pg_basebackup", "-d", told, f"--pgdata={server.data}", "--wal-method=stream", "--checkpoint=fast", "--no-sync",
        "--write-recovery-conf", "--create-slot", f"--slot={NAME}", capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return server


class Nodes(Site):
    """A site of several web servers over one database and one folder of files."""

    def start_node(self, name):
        """Another web server over the same database and folder of files; gives its port."""
        self.ports[name] = free_port()
        self.start(name, NODE=name)
        return self.ports[name]


class Pair(Nodes):
    """A site over a primary and a replica. Use it in a `with`."""

    def __init__(self, folder, *, synchronous=True):
        super().__init__(folder)
        self.database = Server(self.folder / "postgres", **SENDING)
        self.synchronous = synchronous

    def __enter__(self):
        super().__enter__()
        try:
            self.replica = copied(self.database, self.folder / "other")
            self.replica.start()
        except BaseException:
            self.database.stop()
            raise
        if self.synchronous:
            ask(self.database, f"ALTER SYSTEM SET synchronous_standby_names = '{NAME}'")
            ask(self.database, "SELECT pg_reload_conf()")
        sockets = [quote(str(server.socket), safe="") for server in (self.database, self.replica)]
        where = f"postgresql://bangfu_web@{','.join(sockets)}:{PORT}/{DATABASE}"
        self.environment |= {
            "DATABASE_URL": f"{where}?target_session_attrs=read-write",
            "DATABASE_OWNER_URL": f"postgresql://{ROLE}@{','.join(sockets)}:{PORT}/{DATABASE}"
            "?target_session_attrs=read-write",
            "REPLICA_URL": f"{where}?target_session_attrs=prefer-standby",
            "METRICS_FROM": "127.0.0.1",
        }
        return self

    def __exit__(self, *problem):
        super().__exit__(*problem)
        self.replica.stop()

    def kill_primary(self):
        """kill -9; nothing may start it again: a primary that comes back by itself is fenced by its absence."""
        number = (self.database.data / "postmaster.pid").read_text().split()[0]
        with contextlib.suppress(ProcessLookupError):
            os.kill(int(number), signal.SIGKILL)
        for _each in range(200):
            if not self.database.running():
                return
            time.sleep(0.05)

    def promote(self):
        """Make the replica the primary, which nobody follows yet."""
        ask(self.replica, "SELECT pg_promote(true, 60)")
        ask(self.replica, "ALTER SYSTEM SET synchronous_standby_names = ''")
        ask(self.replica, "SELECT pg_reload_conf()")

    def rewind(self):
        """The old primary comes back as the replica of the new one: pg_rewind, a slot, standby.signal."""
        own = self.database
        own.start()  # pg_rewind wants a server that was shut down cleanly
        own.stop()
        told = f"host={self.replica.socket} port={PORT} user={ROLE} dbname={DATABASE}"
        done = own._run(
            "pg_rewind", f"--target-pgdata={own.data}", f"--source-server={told}", capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        ask(self.replica, f"SELECT pg_create_physical_replication_slot('{NAME}_2', true)")
        conf = own.data / "postgresql.auto.conf"
        with conf.open("a") as file:
            file.write(f"\nprimary_conninfo = '{told} application_name={NAME}'\nprimary_slot_name = '{NAME}_2'\n")
            file.write("synchronous_standby_names = ''\n")
        (own.data / "standby.signal").touch()
        owner = own.data.stat()
        for path in (conf, own.data / "standby.signal"):
            shutil.chown(path, owner.st_uid, owner.st_gid)
        own.start()
