"""A real deadlock and a real “could not serialize”: the whole action is begun anew, and nobody notices."""

import threading

import pytest
from django.db import OperationalError, connection, transaction

from orgs.models import Enterprise
from registry.core import clashes
from registry.core.clashes import ATTEMPTS, Crowded, begun_anew, code_of
from registry.core.models import Change
from registry.core.trail import action
from tests.core.test_actions import at_once
from tests.factories import make_enterprise, make_user

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def crosswise():
    """Two companies, and two functions that lock them in opposite order and meet halfway the first time."""
    first, second = make_enterprise(), make_enterprise()
    met, tries = threading.Barrier(2, timeout=5), []

    def rename(one, other, word):
        tries.append(word)
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL deadlock_timeout = '50ms'")
        Enterprise.objects.filter(pk=one.pk).update(name=f"{word}一")
        if len(tries) <= 2:
            met.wait()
        Enterprise.objects.filter(pk=other.pk).update(name=f"{word}二")

    return tries, (lambda: rename(first, second, "甲")), (lambda: rename(second, first, "乙"))


def test_a_deadlock_is_begun_anew_as_a_whole_and_both_are_done(crosswise):
    tries, there, back = crosswise
    by = make_user()

    @action("trial.rename")
    def run(*, what, by):
        what()

    assert at_once(lambda: run(what=there, by=by), lambda: run(what=back, by=by)) == [None, None]
    assert len(tries) == 3
    assert {row.name[0] for row in Enterprise.objects.all()} in ({"甲"}, {"乙"})
    changes = Change.objects.filter(action="trial.rename", table_name="orgs_enterprise")
    assert (changes.count(), {change.actor_id for change in changes}) == (4, {by.pk})


def test_without_it_one_of_the_two_would_fail(crosswise):
    _tries, there, back = crosswise

    def run(what):
        with transaction.atomic():
            what()

    outcomes = at_once(lambda: run(there), lambda: run(back))
    assert sorted(code_of(one) if one else "" for one in outcomes) == ["", "40P01"]


def test_what_could_not_be_serialized_is_begun_anew():
    company, tries = make_enterprise(name="旧"), []

    @begun_anew
    def read_and_write():
        tries.append(1)
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            seen = Enterprise.objects.get(pk=company.pk)
            if len(tries) == 1:
                at_once(lambda: Enterprise.objects.filter(pk=company.pk).update(name="中"))
            Enterprise.objects.filter(pk=company.pk).update(name=f"{seen.name}新")

    read_and_write()
    company.refresh_from_db()
    assert (company.name, len(tries)) == ("中新", 2)


def clash(code):
    error = OperationalError("in the way")
    error.__cause__ = type("Cause", (Exception,), {"pgcode": code})()
    return error


@pytest.mark.parametrize(("code", "tries"), [("40P01", ATTEMPTS), ("40001", ATTEMPTS), ("55P03", 1), ("57P01", 1)])
def test_it_is_tried_three_times_and_not_for_what_waiting_or_trying_does_not_mend(code, tries, monkeypatch):
    seen, pauses = [], []
    monkeypatch.setattr(clashes.time, "sleep", pauses.append)

    @begun_anew
    def fail():
        seen.append(1)
        raise clash(code)

    with pytest.raises(Crowded if tries > 1 else OperationalError):
        fail()
    assert (len(seen), len(pauses)) == (tries, tries - 1)


def test_inside_another_transaction_nothing_is_repeated():
    seen = []

    @begun_anew
    def fail():
        seen.append(1)
        raise clash("40P01")

    with pytest.raises(OperationalError), transaction.atomic():
        fail()
    assert len(seen) == 1


def test_a_lock_that_does_not_come_in_time_changes_nothing():
    company, held = make_enterprise(name="旧"), threading.Event()

    def hold():
        with transaction.atomic():
            Enterprise.objects.select_for_update().get(pk=company.pk)
            held.set()
            threading.Event().wait(0.3)

    @begun_anew
    def wait_for_it():
        held.wait(5)
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = '50ms'")
            Enterprise.objects.filter(pk=company.pk).update(name="新")

    outcomes = at_once(hold, wait_for_it)
    assert code_of(outcomes[1]) == "55P03"
    company.refresh_from_db()
    assert company.name == "旧"
