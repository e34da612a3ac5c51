"""What all tests share: the browser, where there is one."""

import functools
import gc
import importlib.util
import io
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from unittest import mock

import pytest
from django.conf import settings
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.management import call_command
from django.db import connection
from django.db.models import Max
from django.test import TransactionTestCase, override_settings

from dev import BROWSERS, TOOLS
from registry.core import blobs, middleware, rates
from registry.core.backup.making import make_backup
from registry.core.models import Change, Seal, SignIn, Veil
from registry.core.public_session import is_public_session
from tests import own_database
from tests.factories import make_project, make_user
from tests.house import ROOT
from tests.lifecycles import is_empty, multiply
from tests.publishing import publish_what_is_marked
from tests.template import template

CHROMIUM = next(filter(None, map(shutil.which, BROWSERS)), None)


def why_no_browser():
    """Why browser tests cannot run here, or nothing."""
    if told := os.environ.get("BROWSER_TESTS_LEFT_OUT"):  # by dev.py, which tried to install what they need
        return told
    if not importlib.util.find_spec("pytest_playwright"):
        return "requirements/browser.txt is not installed; `make test` does it"
    return "" if CHROMIUM else "no Chromium was found; `make test` installs it where it may"


def why_no_tools():
    """Why html-validate and Lighthouse cannot run here, or nothing."""
    if told := os.environ.get("TOOL_TESTS_LEFT_OUT"):
        return told
    return "" if (ROOT / TOOLS / "node_modules").exists() else f"{TOOLS} is not installed; `make test` does it"


def why_no_program(name):
    """Why what runs behind this program of the machine cannot be tried, or nothing."""
    found = shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    return "" if found else f"there is no {name} here: install it (Debian: apt install {name})"


def pytest_collection_modifyitems(config, items):
    items[:] = [item for item in items if not is_empty(item)]
    items.sort(key=lambda item: not any(map(item.get_closest_marker, ("browser", "long"))))  # so that no process waits
    config.stash[LEFT_OUT] = []
    kinds = {"browser": why_no_browser, "tools": why_no_tools}
    kinds |= {name: functools.partial(why_no_program, name) for name in ("nginx", "pgbouncer")}
    for kind, why_not in kinds.items():
        wanting = [item for item in items if item.get_closest_marker(kind)]
        reason = why_not() if wanting else ""
        if reason:
            config.stash[LEFT_OUT].append(f"{len(wanting)} {kind} tests were LEFT OUT: {reason}")
            for item in wanting:
                item.add_marker(pytest.mark.skip(reason=reason))
        elif wanting and kind == "browser":  # its driver runs an event loop: Django would refuse to ask the database
            os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"


def pytest_collection_finish():
    """What is here now stays to the end: nothing is gained by looking for garbage in it again and again, which took a
    tenth of the time of all tests."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """What was logged may hold half a character on purpose; a report must travel from process to process as UTF-8."""
    report = yield
    report.sections = [(name, text.encode(errors="backslashreplace").decode()) for name, text in report.sections]
    return report


LEFT_OUT = pytest.StashKey[list]()
BEGUN = pytest.StashKey[subprocess.Popen]()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers():
    """One more than there are cores: tests wait for servers, browsers and clocks."""
    return (os.cpu_count() or 1) + 1


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes(config):
    """The database that all processes copy is made while they still read the tests."""
    config.stash[BEGUN] = subprocess.Popen([sys.executable, "-m", "tests.template"], cwd=ROOT)


def pytest_unconfigure(config):
    if begun := config.stash.get(BEGUN, None):
        begun.wait()


def pytest_terminal_summary(terminalreporter, config):
    if lines := config.stash.get(LEFT_OUT, []):
        terminalreporter.section("ATTENTION", yellow=True, bold=True)
        for line in lines:
            terminalreporter.line(line, yellow=True, bold=True)


@pytest.fixture(scope="session")
def browser_type_launch_args():
    """The machine's own Chromium; its sandbox does not work for root, and there is no graphics card to be imitated."""
    return {"executable_path": CHROMIUM, "args": ["--disable-gpu", *(["--no-sandbox"] if os.geteuid() == 0 else [])]}


@pytest.fixture(scope="session")
def browser_context_args():
    """A visitor in China whose browser asks for English: the site must be Chinese all the same."""
    return {"locale": "en-US", "timezone_id": "Asia/Shanghai", "viewport": {"width": 1366, "height": 768}}


def pour_in_roles():
    call_command("load_roles", stdout=io.StringIO())


def turn_no_truncate(word):
    refusing = ((model, trigger) for model in (Change, Seal, SignIn, Veil) for trigger in model._meta.triggers)
    with connection.cursor() as cursor:
        for model, trigger in refusing:
            if trigger.name == "no_truncate":
                cursor.execute(f"ALTER TABLE {model._meta.db_table} {word} TRIGGER {trigger.get_pgid(model)}")


def last_change():
    return Change.objects.aggregate(last=Max("id"))["last"]


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings, django_db_keepdb, django_db_createdb, django_db_blocker):
    """The test database is copied from one that is made once for all processes."""
    if not django_db_keepdb or django_db_createdb:
        with django_db_blocker.unblock():
            settings.DATABASES["default"]["TEST"]["TEMPLATE"] = template()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """The roles are there from the start. Tests that commit are cleaned up by TRUNCATE, which trail and seals refuse:
    it is let through for the length of that clean-up and no longer; then the roles are poured in again. After a test
    that wrote into a database of its own there is nothing to clean up."""
    clean_up = TransactionTestCase._fixture_teardown

    def let_through(test):
        nonlocal left
        if own_database.was_elsewhere() and last_change() == left:
            return
        turn_no_truncate("DISABLE")
        try:
            clean_up(test)
        finally:
            turn_no_truncate("ENABLE ALWAYS")
        pour_in_roles()
        left = last_change()

    with django_db_blocker.unblock():
        pour_in_roles()
        left = last_change()
    with mock.patch.object(TransactionTestCase, "_fixture_teardown", let_through):
        yield
    with django_db_blocker.unblock():
        own_database.end_sessions()


@pytest.fixture(scope="session")
def copied_database(django_db_setup, django_db_blocker):
    """A copy of the empty test database, for the tests that dump and restore to share: what they write stays."""
    with django_db_blocker.unblock():
        name = own_database.make_copy()
    yield name
    with django_db_blocker.unblock():
        own_database.drop(name)


@pytest.fixture(scope="session")
def first_backup(copied_database, django_db_blocker, tmp_path_factory):
    """A folder with a register of one project and one file (`media`), and a backup of it (`backups/one`)."""
    place = tmp_path_factory.mktemp("first")
    told = override_settings(MEDIA_ROOT=place / "media", DATA_DIR=place, ANCHORS=place / "anchors.jsonl")
    with django_db_blocker.unblock(), own_database.own_database(copied_database), told:
        blobs.store(b"evidence\n", "evidence.txt", by=None)
        make_project(number="XM-2020-0001", name="蔬菜大棚")
        make_backup(place / "backups" / "one")
    return place


@pytest.fixture
def bureau(client):
    """Somebody of the bureau, signed in and reading English."""
    user = make_user("bureau")
    client.force_login(user)
    client.cookies["django_language"] = "en"
    return user


@pytest.fixture
def media(settings, tmp_path):
    """The folder, not there yet, to which files go that the test stores."""
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT


@pytest.fixture
def shared_register(copied_database, first_backup, db, settings, tmp_path):
    """The register that these tests share and write, with files and backups of each one's own."""
    shutil.copytree(first_backup, tmp_path, dirs_exist_ok=True)
    settings.MEDIA_ROOT, settings.DATA_DIR, settings.ANCHORS = tmp_path / "media", tmp_path, tmp_path / "anchors.jsonl"
    with own_database.own_database(copied_database):
        yield


def pytest_configure():
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # hundreds of accounts are made
    settings.ANCHORS = Path(tempfile.gettempdir()) / f"anchors-of-tests-{os.getpid()}.jsonl"
    settings.SLOW_QUERY_MS = 0  # how fast this machine is just now is nothing to tell
    settings.API_RATES = {}  # a test of the interface asks as often as it likes


def pytest_generate_tests(metafunc):
    multiply(metafunc)


@pytest.fixture(autouse=True)
def published_when_asked(request):
    """Before a stranger is answered, whatever a factory has marked as published gets a publication: so tests that are
    about something else pass through the real wall. Tests of publishing are marked `plain`."""
    if request.node.get_closest_marker("plain"):
        yield
        return
    real = middleware.public_session

    def session():
        if not is_public_session():  # else a streamed answer of one that has begun
            publish_what_is_marked()
        return real()

    with mock.patch.object(middleware, "public_session", session):
        yield


@pytest.fixture(autouse=True)
def nothing_left_outside():
    """What a test has told outside of the database, or this process has counted, is of rows that are gone with it."""
    yield
    settings.ANCHORS.unlink(missing_ok=True)
    rates.forget_held()


def pour_in_reference():
    call_command("load_reference", verbosity=0)


def pour_in_demo():
    pour_in_reference()
    call_command("load_demo", projects=12, verbosity=0)


@pytest.fixture(scope="session")
def reference_connection(django_db_setup, django_db_blocker):
    """To a database that has the reference data: pouring them in takes longer than most tests that need them."""
    with django_db_blocker.unblock():
        other = own_database.poured("reference", pour_in_reference)
    yield other
    with django_db_blocker.unblock():
        own_database.take_away(other)


@pytest.fixture
def reference(reference_connection, _django_db_helper):
    """The reference data are there, lent for the test."""
    with own_database.lent(reference_connection):
        yield


@pytest.fixture(scope="session")
def demo_register(django_db_setup, django_db_blocker, tmp_path_factory):
    """The article's cases and a few made-up projects: (a connection to their database, their stored files)."""
    media = tmp_path_factory.mktemp("demo") / "media"
    with django_db_blocker.unblock(), override_settings(MEDIA_ROOT=media):
        other = own_database.poured("demo", pour_in_demo)
    yield other, media
    with django_db_blocker.unblock():
        own_database.take_away(other)


@pytest.fixture
def demo(demo_register, _django_db_helper, settings, tmp_path):
    """The article's cases and a few made-up projects, lent for the test."""
    other, media = demo_register
    settings.MEDIA_ROOT = shutil.copytree(media, tmp_path / "media")
    with own_database.lent(other):
        yield


def keep_static_files(serve):
    """As the front does in production: a browser asks for each of them once."""

    def served(handler, request):
        answer = serve(handler, request)
        answer["Cache-Control"] = "max-age=3600"
        return answer

    return served


@pytest.fixture
def site(transactional_db, demo, request):
    """A running site with the article's cases and a few made-up projects."""
    kept = mock.patch.object(StaticFilesHandler, "serve", keep_static_files(StaticFilesHandler.serve))
    with kept:
        yield request.getfixturevalue("live_server").url
