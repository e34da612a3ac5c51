"""Settings come from the environment; production starts only with what it needs."""

import logging
import logging.handlers
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db.backends.postgresql.psycopg_any import is_psycopg3

from registry.environment import database_for, database_from_url, env_flag, kept_secret_key, logging_to, networks_from

ROOT = Path(__file__).parents[2]
PRODUCTION = {
    "PRODUCTION": "1",
    "SECRET_KEY": "".join(map(chr, range(33, 127))),
    "ALLOWED_HOSTS": "registry.example",
    "DATABASE_URL": "postgresql://app:secret@db.example:5433/registry?sslmode=require",
}


def python(*arguments, **environment):
    """Runs Python in the project with only these settings in its environment."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=kept | environment, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("name", ["SECRET_KEY", "ALLOWED_HOSTS", "DATABASE_URL"])
def test_production_refuses_to_start_without_(name):
    done = python("-c", "import registry.settings", **{**PRODUCTION, name: ""})

    assert done.returncode == 1
    assert done.stderr.endswith(f"In production (PRODUCTION=1) these must be set: {name}.\n")


def test_production_refuses_to_show_internals():
    done = python("-c", "import registry.settings", **PRODUCTION, DEBUG="1")

    assert done.returncode == 1
    assert "DEBUG=1 would show internals" in done.stderr


def test_production_passes_the_deployment_checks():
    done = python("-W", "error", "manage.py", "check", "--deploy", "--fail-level", "WARNING", **PRODUCTION)

    assert (done.returncode, done.stderr) == (0, "")


def test_every_static_file_finds_what_it_refers_to_when_production_hashes_their_names(tmp_path):
    done = python("manage.py", "collectstatic", "--noinput", **PRODUCTION, DATA_DIR=str(tmp_path))

    assert (done.returncode, done.stderr) == (0, "")
    assert list((tmp_path / "static" / "vendor").glob("bootstrap.min.*.css.gz"))


def test_in_production_no_other_host_can_set_the_cookies_of_the_session():
    show = "from registry import settings as s; print(s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, s.LOG_FORMAT)"
    done = python("-c", show, **PRODUCTION)

    assert done.stdout.split() == ["__Host-sessionid", "__Host-csrftoken", "json"]


def test_gunicorn_serves_with_the_limits_of_a_web_server_and_counts_over_its_processes(tmp_path):
    show = (
        "import registry.serving as g; from prometheus_client import values; from registry.settings import DATABASES;"
        "print(DATABASES['default']['OPTIONS']['options'], values.ValueClass.__name__, g.COUNTED);"
        "g.on_starting(None);"
        "import django, gc; django.setup(); g.post_worker_init(None);"
        "print('frozen', gc.get_freeze_count() > 50_000 > len(gc.get_objects()))"
    )
    done = python("-c", show, DATA_DIR=str(tmp_path))

    assert "statement_timeout=30s" in done.stdout
    assert f"MmapedValue {tmp_path}/metrics" in done.stdout
    assert (tmp_path / "metrics").is_dir()
    assert "frozen True" in done.stdout


@pytest.mark.parametrize("form", ["xml", "", "JSON"])
def test_another_form_of_the_log_is_refused(form):
    with pytest.raises(ImproperlyConfigured, match="LOG_FORMAT must be json or line"):
        logging_to(form, "")


def test_a_log_file_may_be_moved_away_at_any_time(tmp_path):
    config = logging_to("line", str(tmp_path / "log"))
    handler = logging.handlers.WatchedFileHandler(config["handlers"]["log"]["filename"], encoding="utf-8")
    handler.emit(logging.makeLogRecord({"msg": "one"}))
    (tmp_path / "log").rename(tmp_path / "log.1")
    handler.emit(logging.makeLogRecord({"msg": "two"}))
    handler.close()

    assert config["handlers"]["log"]["class"] == "logging.handlers.WatchedFileHandler"
    assert [(tmp_path / name).read_text() for name in ("log.1", "log")] == ["one\n", "two\n"]


def test_networks_are_named_one_by_one_or_it_is_this_machine():
    assert list(map(str, networks_from(""))) == ["127.0.0.1/32", "::1/128"]
    assert list(map(str, networks_from("10.0.0.0/8, 192.0.2.7"))) == ["10.0.0.0/8", "192.0.2.7/32"]
    with pytest.raises(ImproperlyConfigured, match="METRICS_FROM"):
        networks_from("anywhere")


def test_the_web_server_limits_what_a_page_may_cost_and_a_command_does_not(tmp_path):
    show = "from django.conf import settings; print(settings.DATABASES['default']['OPTIONS']['options'])"
    environment = {"DATA_DIR": str(tmp_path)}

    page = python("-c", f"import registry.wsgi; {show}", **environment)
    command = python("-c", show, **environment, DJANGO_SETTINGS_MODULE="registry.settings")

    assert "statement_timeout=30s" in page.stdout
    assert command.stdout == "-c lock_timeout=10s -c jit=off\n"


def test_pages_go_through_the_pooler_worker_and_commands_past_it(monkeypatch, tmp_path):
    for name, host in (("DATABASE_URL", "direct"), ("DATABASE_POOL_URL", "pool"), ("DATABASE_OWNER_URL", "owner")):
        monkeypatch.setenv(name, f"postgresql://a@{host}/registry")
    limits = {"statement": 30, "lock": 7, "idle": 60}
    found = {process: database_for(process, tmp_path, limits) for process in ("web", "worker", "")}
    assert {process: one["HOST"] for process, one in found.items()} == {"web": "pool", "worker": "direct", "": "owner"}
    assert found["web"]["OPTIONS"] == {"connect_timeout": 5}
    assert found["worker"]["OPTIONS"]["options"] == found[""]["OPTIONS"]["options"] == "-c lock_timeout=7s -c jit=off"


def test_an_address_of_a_database_is_taken_apart():
    assert database_from_url("postgresql://a%40b:p%2Fw@[::1]:5433/register?sslmode=require&connect_timeout=2") == {
        "ENGINE": "registry.core.database",
        "NAME": "register",
        "USER": "a@b",
        "PASSWORD": "p/w",
        "HOST": "::1",
        "PORT": "5433",
        "OPTIONS": {"sslmode": "require", "connect_timeout": "2"},
    }


def test_an_address_may_name_a_socket_folder():
    assert database_from_url("postgres://app@%2Fvar%2Frun%2Fpg/register")["HOST"] == "/var/run/pg"


@pytest.mark.parametrize(
    ("hosts", "host", "port"),
    [
        ("one:5433,two:5434", "one,two", "5433,5434"),
        ("one,two", "one,two", ""),
        ("%2Frun%2Fa,%2Frun%2Fb:5432", "/run/a,/run/b", ",5432"),
    ],
)
def test_a_database_address_may_name_several_hosts(hosts, host, port):
    found = database_from_url(f"postgresql://app:secret@{hosts}/register?target_session_attrs=read-write")
    assert (found["HOST"], found["PORT"], found["USER"], found["PASSWORD"]) == (host, port, "app", "secret")
    assert found["OPTIONS"] == {"target_session_attrs": "read-write"}


def test_a_replica_is_a_second_database_with_short_patience():
    show = (
        "from registry.settings import DATABASES as d, REPLICA_LAG; r = d['replica'];"
        "print(sorted(d), r['HOST'], r['OPTIONS']['connect_timeout'], r['OPTIONS']['sslmode'], REPLICA_LAG)"
    )
    replica = PRODUCTION["DATABASE_URL"].replace("db.example", "other.example")
    done = python("-c", show, **PRODUCTION, REPLICA_URL=replica, REPLICA_LAG="2.5")
    assert (done.stdout, done.stderr) == ("['default', 'replica'] other.example 2 require 2.5\n", "")
    assert python("-c", "from registry.settings import DATABASES as d; print(*d)", **PRODUCTION).stdout == "default\n"


@pytest.mark.parametrize(
    "address",
    ["mysql://app@db/register", "postgresql://app:secret@db/", "postgresql://app:secret@db:x/register", "register"],
)
def test_an_address_of_another_form_is_refused_without_showing_the_password(address):
    with pytest.raises(ImproperlyConfigured, match="must look like postgresql://") as refusal:
        database_from_url(address)

    assert "secret" not in str(refusal.value)


@pytest.mark.parametrize(("word", "meaning"), [("1", True), ("true", True), ("0", False), ("", False), (None, False)])
def test_a_flag_says_yes_or_no(monkeypatch, word, meaning):
    monkeypatch.delenv("FLAG", raising=False)
    if word is not None:
        monkeypatch.setenv("FLAG", word)

    assert env_flag("FLAG") is meaning


def test_a_flag_of_another_kind_is_refused(monkeypatch):
    monkeypatch.setenv("FLAG", "maybe")

    with pytest.raises(ImproperlyConfigured, match="FLAG must be 1 or 0, not 'maybe'"):
        env_flag("FLAG")


def test_the_kept_key_is_made_once_and_only_its_owner_reads_it(tmp_path):
    file = tmp_path / "new" / "secret_key"

    first, second = kept_secret_key(file), kept_secret_key(file)

    assert first == second
    assert len(first) >= 50
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [entry.name for entry in file.parent.iterdir()] == ["secret_key"]


def test_the_driver_is_psycopg2():
    assert is_psycopg3 is False
