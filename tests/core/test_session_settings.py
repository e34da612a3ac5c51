"""What a transaction is told begins with it and ends with it: the session of the database is left with nothing."""

import io

import psycopg2
import pytest
from django.db import ProgrammingError, connection, transaction
from psycopg2 import extensions

from projects.models import Project
from registry.core.public_session import public_session
from registry.core.read_only import read_only_session
from registry.core.session_roles import APP, MEMBER, role_taken
from registry.core.session_settings import told_first
from tests.factories import make_org_user, make_organisation, make_project, make_user

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.plain]

SEVEN = "SET LOCAL lock_timeout = '7s'"
WHO = "SELECT current_user || ' ' || coalesce(nullif(current_setting('bangfu.member', true), ''), 'nobody')"


def asked(query, values=None):
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return cursor.fetchone()[0]


def left_with(query):
    """The answer to the next who speaks through this session of the database, and says nothing of themselves."""
    with connection.connection.cursor() as plain:
        extensions.cursor.execute(plain, query)
        return plain.fetchone()[0]


def test_what_was_set_ends_with_its_block_also_after_an_error():
    before = asked("SHOW lock_timeout")
    with pytest.raises(KeyError), told_first(SEVEN):
        raise KeyError(asked("SHOW lock_timeout"))
    assert asked("SHOW lock_timeout") == before


def test_a_session_that_is_lost_is_followed_by_one_that_is_told_the_same():
    before = asked("SHOW lock_timeout")
    with told_first(SEVEN), role_taken(MEMBER):
        connection.close()
        assert (asked("SHOW lock_timeout"), asked("SELECT current_user")) == ("7s", MEMBER)
    assert (asked("SHOW lock_timeout"), asked("SELECT current_user = session_user")) == (before, True)


def test_strangers_read_what_was_published_also_in_the_session_after_the_lost_one():
    make_project(visibility="internal")
    with public_session():
        connection.close()
        assert Project.objects.count() == 0
    assert Project.objects.count() == 1


def test_between_two_statements_the_session_holds_nothing_of_who_asks():
    member = make_org_user(make_organisation())
    nobody = left_with(WHO)
    with role_taken(MEMBER, member.pk):
        assert asked(WHO) == f"{MEMBER} {member.pk}"
        assert left_with(WHO) == nobody
        with public_session():
            assert asked("SHOW search_path") == "published, public"
            assert asked(WHO) == f"{MEMBER} nobody"
            assert left_with("SHOW search_path") == '"$user", public'
    with role_taken(APP), read_only_session():
        assert asked("SHOW transaction_read_only") == "on"
        assert left_with("SHOW transaction_read_only") == "off"


def test_a_transaction_is_told_once_whatever_is_asked_in_it():
    member = make_org_user(make_organisation())
    with role_taken(MEMBER, member.pk):
        with transaction.atomic():
            assert asked(WHO) == left_with(WHO) == f"{MEMBER} {member.pk}"
            with role_taken(APP):
                assert asked(WHO) == f"{APP} nobody"
            assert asked(WHO) == f"{MEMBER} {member.pk}"
        assert left_with(WHO).endswith("nobody")


def test_a_role_is_given_back_also_in_a_transaction_of_which_a_part_has_failed():
    with transaction.atomic():
        before = asked(WHO)
        with pytest.raises(ProgrammingError), transaction.atomic(), role_taken(MEMBER):
            asked("SELECT nothing")
        assert asked(WHO) == before


@pytest.mark.parametrize("within", [True, False])
def test_a_cursor_of_the_server_reads_as_who_asks(within):
    make_project(visibility="internal")
    with role_taken(MEMBER):
        if within:
            with transaction.atomic():
                assert list(Project.objects.iterator()) == []
        else:
            assert list(Project.objects.iterator()) == []
    with role_taken(APP):
        assert [one.pk for one in Project.objects.filter(name__contains="%").iterator()] == []
        assert len(list(Project.objects.iterator(chunk_size=1))) == 1
        assert asked("SELECT count(*) FROM pg_cursors") == 0


def test_behind_a_pooler_no_cursor_outlives_its_transaction(settings):
    settings.DATABASE_POOLED = True
    make_project()
    seen = []
    for _project in Project.objects.iterator():
        seen.append(asked("SELECT count(*) FROM pg_cursors"))
    with transaction.atomic():
        for _project in Project.objects.iterator():
            seen.append(asked("SELECT count(*) FROM pg_cursors"))
    assert seen == [0, 1]


def test_whatever_is_asked_of_the_driver_is_told_who_asks():
    with role_taken(MEMBER), connection.cursor() as cursor:
        with pytest.raises(ProgrammingError, match="permission denied"):
            cursor.executemany("DELETE FROM core_change WHERE id = %s", [[1], [2]])
        with pytest.raises(psycopg2.NotSupportedError, match="within a transaction"):
            cursor.copy_expert("COPY core_change FROM STDIN", io.StringIO())
        with pytest.raises(psycopg2.ProgrammingError, match="permission denied"), transaction.atomic():
            cursor.copy_expert("COPY core_change FROM STDIN", io.StringIO())
        assert asked("SELECT '7 %%' || %s", ["a"]) == "7 %a"


def test_what_a_transaction_must_be_told_before_any_question_still_can_be():
    member = make_org_user(make_organisation())
    with role_taken(MEMBER, member.pk), transaction.atomic():
        asked_first = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"
        with connection.cursor() as cursor:
            cursor.execute(asked_first)
        assert asked("SHOW transaction_isolation") == "repeatable read"
        assert asked(WHO) == f"{MEMBER} {member.pk}"


def test_who_is_shut_out_meanwhile_finds_nothing_in_the_next_request():
    person = make_user("organisation")
    person.is_active = False
    person.save()
    with role_taken(MEMBER, person.pk):
        assert asked(WHO) == f"{MEMBER} nobody"
