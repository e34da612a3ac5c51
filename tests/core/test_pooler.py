"""Behind a real PgBouncer in transaction mode nobody ever speaks as the one before them."""

import os
import random
import threading
from contextlib import ExitStack, contextmanager

import psycopg2
import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.urls import reverse

from counties.models import Division
from projects.actions.imports import name_columns
from projects.models import LedgerImport, Project
from registry.core.checks import check_server
from registry.core.public_session import public_session
from registry.core.read_only import read_only_session
from registry.core.session_roles import APP, MEMBER, READER, role_taken
from tests.factories import make_county_user, make_org_user, make_organisation, make_project
from tests.pooler import PORT, Pooler, parameters, pooled
from tests.projects.importing import upload_of, work_off
from tests.projects.ledger_books import NATURAL, book
from tests.projects.ledger_books import project as ledger_project
from tests.signing_in import try_password

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
                ask_at_random(random.Random(number), persons, found)
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


def test_a_county_signs_in_imports_and_exports_as_without_a_pooler(client, settings, tmp_path):
    settings.DATABASE_POOLED, settings.MEDIA_ROOT = True, tmp_path
    settings.SECOND_FACTOR = frozenset()
    call_command("load_reference", verbosity=0)
    county = make_county_user(Division.objects.get(code="130723"), username="kangbao")
    make_project(name="不是康保的")
    rows = [ledger_project(1, county="康保县"), ledger_project(2, county="阜平县")]
    with Pooler(parameters(), size=1) as pooler:
        with pooled(pooler):
            assert try_password(client, "kangbao").status_code == 302
            sent = client.post(reverse("my-import"), {"upload": upload_of(book(rows, head=NATURAL))})
            assert sent.status_code == 302
        found = work_off(LedgerImport.objects.get(sender=county))  # the worker goes past the pooler
        found = work_off(name_columns(ledger=found, by=county, heads={}))
        with pooled(pooler):
            answer = client.get(reverse("my-import-ledger", args=(found.pk,)))
            assert [row.row.outcome for row in answer.context["rows"]] == ["accept", "reject"]
            client.post(reverse("my-import-write", args=(found.pk,)))
        assert work_off(found).status == "imported"
        with pooled(pooler):
            told = client.get("/api/v1/projects/export/?format=csv").getvalue().decode()
            client.post("/accounts/logout/")
            stranger = client.get("/projects/?format=csv").getvalue().decode()
    assert told.count("康保") >= 1
    assert "不是康保的" not in told + stranger
    assert len(stranger.splitlines()) == 1  # nothing was published


def test_a_pooler_that_the_site_does_not_know_of_is_refused_and_so_is_one_without_limits(settings):
    assert check_server(databases=["default"]) == []
    with Pooler(parameters()) as pooler, pooled(pooler):
        assert [one.id for one in check_server(databases=["default"])] == ["registry.E008"]
        settings.DATABASE_POOLED = True
        assert check_server(databases=["default"]) == []
    with Pooler(parameters(), without="SET statement_timeout = 30000; ") as pooler, pooled(pooler):
        assert [one.id for one in check_server(databases=["default"])] == ["registry.E009"]
