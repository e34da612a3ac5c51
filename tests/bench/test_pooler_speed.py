"""200 connections of clients on 10 sessions of the database, and what it costs to tell each transaction who asks.

POOL_CLIENTS=200 POOL_SESSIONS=10 POOL_SECONDS=10 python -m pytest -m bench -s tests/bench/test_pooler_speed.py
"""

import os
import statistics
import threading
import time
from contextlib import closing

import psycopg2
import pytest
from django.db import connection, transaction

from projects.models import Project
from registry.core.public_session import public_session
from registry.core.session_roles import APP, MEMBER, role_taken
from tests.factories import make_org_user, make_organisation, make_project
from tests.pooler import Pooler, parameters, pooled

pytestmark = [pytest.mark.bench, pytest.mark.pgbouncer, pytest.mark.plain, pytest.mark.django_db(transaction=True)]

CLIENTS = int(os.environ.get("POOL_CLIENTS", "200"))
SESSIONS = int(os.environ.get("POOL_SESSIONS", "10"))
SECONDS = float(os.environ.get("POOL_SECONDS", "10"))


def ask_on(begin, told, found, failed, over):
    """Ask as one person until it is over: the seconds of each question, and whoever else was met."""
    try:
        with begin():
            while not over.is_set():
                began = time.perf_counter()
                with transaction.atomic(), connection.cursor() as cursor:
                    Project.objects.count()
                    cursor.execute("SELECT current_user || coalesce(current_setting('bangfu.member', true), '')")
                    if cursor.fetchone() != (told,):
                        failed.append("somebody else")
                found.append(time.perf_counter() - began)
    except Exception as problem:
        failed.append(str(problem))


def through(pooler, persons, clients):
    """(seconds of each question, what failed) of so many clients at once."""
    found, failed, over = [], [], threading.Event()

    def one(number):
        with pooled(pooler):
            begin, told = persons[number % len(persons)]
            ask_on(begin, told, found, failed, over)

    threads = [threading.Thread(target=one, args=[number]) for number in range(clients)]
    for thread in threads:
        thread.start()
    time.sleep(SECONDS)
    over.set()
    for thread in threads:
        thread.join()
    return found, failed


def test_many_clients_share_few_sessions(settings):
    settings.DATABASE_POOLED = True
    organisation = make_organisation()
    member = make_org_user(organisation)
    make_project(lead=organisation)
    persons = [
        (lambda: role_taken(MEMBER, member.pk), f"{MEMBER}{member.pk}"),
        (lambda: role_taken(APP), APP),
        (public_session, MEMBER),
    ]
    with Pooler(parameters(), size=SESSIONS) as pooler:
        few, failed_few = through(pooler, persons, SESSIONS)
        many, failed_many = through(pooler, persons, CLIENTS)
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()")
            sessions = cursor.fetchone()[0] - 1
    for clients, found in ((SESSIONS, few), (CLIENTS, many)):
        p95 = statistics.quantiles(found, n=20)[-1]
        print(f"{clients} clients on {sessions} sessions: {len(found) / SECONDS:.0f} transactions/s, p95 {p95:.3f} s")  # noqa: T201
    assert (failed_few, failed_many) == ([], [])
    assert sessions <= SESSIONS


def test_telling_each_transaction_costs_less_than_setting_the_session():
    """Microseconds of a statement by itself, and told by its beginning as whom it is asked, interleaved."""
    member = make_org_user(make_organisation())
    begun = {"nobody": None, "house": (APP, None), "member": (MEMBER, member.pk)}
    spent = {name: [] for name in [*begun, "a message of its own"]}
    with closing(psycopg2.connect(**parameters())) as plain:
        plain.autocommit = True
        for _round in range(20):
            for name, taken in begun.items():
                with role_taken(*(taken or ("",))), connection.connection.cursor() as cursor:
                    for _each in range(50):
                        began = time.perf_counter()
                        cursor.execute("SELECT id FROM core_user WHERE id = 1")
                        spent[name].append(time.perf_counter() - began)
            with plain.cursor() as cursor:
                for _each in range(50):
                    began = time.perf_counter()
                    cursor.execute("SELECT set_config('role', 'bangfu_app', false)")
                    spent["a message of its own"].append(time.perf_counter() - began)
    medians = {name: statistics.median(times) * 1e6 for name, times in spent.items()}
    print({name: f"{median:.0f} µs" for name, median in medians.items()})  # noqa: T201
    assert medians["house"] - medians["nobody"] < medians["a message of its own"]
