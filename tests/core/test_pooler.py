"""Behind a real PgBouncer in transaction mode nobody ever speaks as the one before them."""

import os
import random
import threading
from contextlib import ExitStack, contextmanager

import psycopg2
import pytest
from django.db import connection, transaction

from projects.models import Project
from registry.core.checks import check_server
from registry.core.public_session import public_session
from registry.core.read_only import read_only_session
from registry.core.session_roles import APP, MEMBER, READER, role_taken
from tests.factories import make_org_user, make_organisation, make_project
from tests.pooler import PORT, Pooler, parameters, pooled

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.plain, pytest.mark.pgbouncer]

THREADS, ROUNDS = int(os.environ.get("POOL_THREADS", "4")), int(os.environ.get("POOL_ROUNDS", "25"))
WHO = """SELECT current_user, coalesce(nullif(current_setting('bangfu.member', true), ''), '-'),
    current_setting('search_path'), current_setting('transaction_read_only')"""
PATH = '"$user", public'


def asked():
    with connection.cursor() as cursor:
        cursor.execute(WHO)
        return cursor.fetchone()


@contextmanager
def auditor():
    with role_taken(APP), read_only_session():
        yield


def people():
    """[(how one begins to ask, what the database then says of them, the projects that they find)]."""
    theirs, ours = make_organisation(name="甲会"), make_organisation(name="乙会")
    first, second = make_org_user(theirs), make_org_user(ours)
    a, b = make_project(name="甲", lead=theirs), make_project(name="乙", lead=ours)
    all_of_them = {a.name, b.name}
    return [
        (lambda: role_taken(MEMBER, first.pk), (MEMBER, str(first.pk), PATH, "off"), {a.name}),
        (lambda: role_taken(MEMBER, second.pk), (MEMBER, str(second.pk), PATH, "off"), {b.name}),
        (public_session, (MEMBER, "-", "published, public", "off"), set()),
        (lambda: role_taken(APP), (APP, "-", PATH, "off"), all_of_them),
        (auditor, (READER, "-", PATH, "on"), all_of_them),
        (ExitStack, (connection.settings_dict["USER"], "-", PATH, "off"), all_of_them),
    ]


def ask_at_random(chance, persons, found):
    """Ask as one person after the other, in and out of transactions, and note what was not theirs."""
    for _each in range(ROUNDS):
        begin, told, seen = chance.choice(persons)
        with begin():
            for _once in range(chance.randint(1, 3)):
                with transaction.atomic() if chance.random() < 0.5 else ExitStack():
                    answers = asked(), {project.name for project in Project.objects.iterator()}, asked()
                found.append((answers, (told, seen, told)))
                if chance.random() < 0.1:
                    connection.close()


def test_persons_who_share_a_session_of_the_database_never_meet(settings):
    settings.DATABASE_POOLED = True
    persons, found, failed = people(), [], []

    def one(number):
        try:
            with pooled(pooler):
                ask_at_random(random.Random(number), persons, found)  # noqa: S311
        except Exception as problem:
            failed.append(problem)

    with Pooler(parameters(), size=2) as pooler:
        threads = [threading.Thread(target=one, args=[number]) for number in range(THREADS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert failed == []
    assert len(found) >= THREADS * ROUNDS
    assert [(was, theirs) for was, theirs in found if was != theirs] == []


def test_what_is_set_for_a_session_does_reach_the_next_person():
    """Why nothing is: else the test above could not see it."""
    with Pooler(parameters()) as pooler:
        led = pooler.parameters | {"host": str(pooler.folder), "port": PORT}
        first, second = psycopg2.connect(**led), psycopg2.connect(**led)
        first.autocommit = second.autocommit = True
        with first.cursor() as careless, second.cursor() as next_one:
            careless.execute(f"SET ROLE {READER}")
            next_one.execute("SELECT current_user")
            assert next_one.fetchone() == (READER,)
        first.close()
        second.close()


def test_a_pooler_that_the_site_does_not_know_of_is_refused_and_so_is_one_without_limits(settings):
    assert check_server(databases=["default"]) == []
    with Pooler(parameters()) as pooler, pooled(pooler):
        assert [one.id for one in check_server(databases=["default"])] == ["registry.E008"]
        settings.DATABASE_POOLED = True
        assert check_server(databases=["default"]) == []
    with Pooler(parameters(), without="SET statement_timeout = 30000; ") as pooler, pooled(pooler):
        assert [one.id for one in check_server(databases=["default"])] == ["registry.E009"]
