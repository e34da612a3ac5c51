"""Counted answers are kept for as long as nothing was written, and not a moment longer."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from registry.reports.figures import report
from registry.reports.figures.remembering import remembered
from tests.factories import make_project


def projects(**asked):
    return report(user=asked.pop("user", None), codes=["projects"], **asked).figures[0].quantity.value


def asked_again():
    """How many questions the same answer takes once more."""
    with CaptureQueriesContext(connection) as asked:
        assert projects() == 1
    return len(asked)


@pytest.mark.django_db(transaction=True)
def test_an_answer_is_kept_until_something_is_written():
    make_project(stage="under_way")
    assert projects() == 1
    assert 1 in {asked_again() for _time in range(100)}, (
        "other tests may write to this server in between, but not always"
    )
    make_project(stage="under_way")
    assert projects() == 2


@pytest.mark.django_db(transaction=True)
def test_each_question_each_public_and_each_language_has_its_own_answer():
    make_project(stage="under_way", year=2019)
    for _time in range(2):
        assert projects() == 1
        assert projects(user=AnonymousUser()) == 0
        assert projects(filters={"year": "2020"}) == 0
        labels = []
        for language in ("en", "zh-hans"):
            with translation.override(language):
                part = report(user=None, by=["county"], codes=["projects"]).slices[0]
                labels.append(part.rows[0].cells[0].label)
        assert labels[0] == "no county stated"


@pytest.mark.django_db(transaction=True)
def test_inside_a_transaction_its_own_writes_count_and_nothing_is_kept_of_them():
    assert projects() == 0
    with transaction.atomic():
        make_project(stage="under_way")
        assert projects() == 1
        transaction.set_rollback(True)
    assert projects() == 0


@pytest.mark.django_db(transaction=True)
def test_a_kept_answer_carries_the_instant_of_the_question():
    first = report(user=None, codes=["projects"])
    second = report(user=None, codes=["projects"])
    assert second.as_of > first.as_of
    assert second.figures[0].as_of == second.as_of


@pytest.mark.django_db(transaction=True)
def test_an_answer_that_is_good_for_some_time_outlives_a_write_and_no_more(monkeypatch):
    now, asked = 100.0, iter(range(9))
    monkeypatch.setattr("time.monotonic", lambda: now)

    def ask():
        make_project()
        return next(asked)

    def kept():
        return remembered("test of some time", ask, good_for=60)

    assert kept() == 0, "the write while it was put together counts no more than a later one"
    make_project()
    now = 159.0
    assert kept() == 0
    now = 161.0
    assert kept() == 1
