"""The server is refused when it would lose writes, or find nothing in Chinese without saying so."""

import logging

import pytest
from django.db import connection

from registry.core.checks import check_server
from registry.core.logs import RequestId
from registry.core.trail import request_id


def found():
    return [problem.id for problem in check_server(databases=["default"])]


@pytest.mark.django_db
def test_the_embedded_server_passes():
    assert found() == []


def test_nothing_is_asked_unless_a_database_is_named():
    assert check_server(databases=None) == []


@pytest.mark.django_db
def test_a_server_that_acknowledges_before_writing_is_refused():
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = off")

    assert found() == ["registry.E003"]


@pytest.mark.django_db
def test_trigrams_that_are_blind_to_chinese_are_refused():
    with connection.cursor() as cursor:
        cursor.execute("CREATE SCHEMA blind")
        cursor.execute("CREATE FUNCTION blind.show_trgm(text) RETURNS text[] LANGUAGE sql AS $$ SELECT '{}'::text[] $$")
        cursor.execute("SET LOCAL search_path = blind, public")

    assert found() == ["registry.E004"]


def test_a_line_of_the_log_bears_the_id_of_its_request():
    record = logging.makeLogRecord({})
    token = request_id.set("abc12345")
    try:
        assert RequestId().filter(record)
        assert record.request_id == "abc12345"
    finally:
        request_id.reset(token)
    RequestId().filter(record)
    assert record.request_id == "-"
