"""Questions put into SQL once a process, and the line to the database that is looked at before each request."""

import pytest
from django.db import ProgrammingError, connection, connections
from django.db.models import F

from counties.models import Division
from registry.core.prepared import Among, Asked, Prepared
from tests.factories import make_division, make_user

pytestmark = pytest.mark.django_db


def test_a_question_is_asked_with_other_values_each_time():
    first, second = make_division(), make_division()
    question = Prepared(Division.objects.filter(code=Asked("code"), level="county").values_list("pk", "name"))
    assert question.ask(code=first.code) == [(first.pk, first.name)]
    assert question.ask(code=second.code) == [(second.pk, second.name)]
    assert question.ask(code="999999") == []


def test_values_travel_as_values_and_never_as_sql():
    make_division()
    question = Prepared(Division.objects.filter(code=Asked("code")).values_list("pk"))
    assert question.ask(code="' OR true --") == []


def test_a_column_among_a_list():
    first, second, _third = (make_division() for _each in range(3))
    question = Prepared(Division.objects.filter(Among(F("code"), Asked("codes"))).order_by("pk").values_list("pk"))
    assert question.ask(codes=[first.code, second.code]) == [(first.pk,), (second.pk,)]
    assert question.ask(codes=[]) == []


def test_columns_come_as_their_fields_have_them():
    user = make_user()
    question = Prepared(type(user).objects.filter(pk=Asked("pk")).values_list("date_joined", "is_active"))
    assert question.ask(pk=user.pk) == [(user.date_joined, True)]


@pytest.mark.django_db(transaction=True)
def test_a_session_that_was_ended_is_seen_without_a_question_and_one_that_stands_costs_none(
    django_assert_num_queries,
):
    connection.ensure_connection()
    with django_assert_num_queries(0):
        assert connection.is_usable()
    number = connection.connection.info.backend_pid
    other = connections.create_connection("default")
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [number])
        assert not connection.is_usable()
    finally:
        other.close()
        connection.close()


@pytest.mark.django_db(transaction=True)
def test_what_the_server_has_only_said_ends_no_session():
    connection.ensure_connection()
    with connection.cursor() as cursor:
        cursor.execute("LISTEN registry_test")
    other = connections.create_connection("default")
    try:
        with other.cursor() as cursor:
            cursor.execute("NOTIFY registry_test")
        assert connection.is_usable()
    finally:
        other.close()
        connection.close()


def test_a_session_whose_transaction_has_failed_takes_no_questions():
    other = connections.create_connection("default")
    other.ensure_connection()
    other.set_autocommit(False)
    try:
        with pytest.raises(ProgrammingError), other.cursor() as cursor:
            cursor.execute("SELECT nothing_like_it")
        assert not other.is_usable()
    finally:
        other.close()


def test_a_line_that_was_closed_here_is_not_usable():
    other = connections.create_connection("default")
    other.ensure_connection()
    other.connection.close()
    assert not other.is_usable()
