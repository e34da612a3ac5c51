"""Locks, moves and numbers: two persons at the same moment get one order."""

import threading
import time

import pytest
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.db import DatabaseError, connection, transaction

from projects.models import Need, Project
from registry.core.actions import locked, move, next_number
from registry.core.lifecycle import UnlawfulMove
from registry.core.models import Change
from tests.factories import make_county_user, make_division, make_need, make_project, make_user


def at_once(*functions):
    """Run the functions in threads of their own, from one starting shot; returns what each gave or raised."""
    start, results = threading.Barrier(len(functions)), [None] * len(functions)

    def run(place, function):
        start.wait()
        try:
            results[place] = function()
        except Exception as problem:  # what was raised is what the test asks for
            results[place] = problem
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(place, function)) for place, function in enumerate(functions)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    return results


@pytest.mark.django_db
def test_a_move_is_made_traced_and_given_back_fresh():
    county = make_division()
    need, user = make_need(status="draft", county=county), make_county_user(county)
    stale = Need.objects.get(pk=need.pk)
    Need.objects.filter(pk=need.pk).update(why="新写的理由")
    moved = move(stale, to="submitted", by=user, reason=" 请审 ", batch="b7")
    assert (moved.status, moved.why, moved.status_reason) == ("submitted", "新写的理由", "请审")
    record = Change.objects.of(need).filter(action="need.submitted").get()
    assert (record.actor_id, record.reason, record.batch_id) == (user.pk, " 请审 ", "b7")
    assert record.before.keys() >= {"status", "submitted_by_id", "submitted_at"}


@pytest.mark.django_db
def test_an_unlawful_move_changes_nothing_and_leaves_no_record():
    need, user = make_need(status="draft"), make_user("bureau")
    before = Change.objects.count()
    with pytest.raises(UnlawfulMove):
        move(need, to="met", by=user)
    need.refresh_from_db()
    assert (need.status, need.version, Change.objects.count()) == ("draft", 1, before)


@pytest.mark.django_db
def test_another_s_record_does_not_exist_whatever_the_role_may():
    need, stranger = make_need(status="draft"), make_county_user(make_division())
    with pytest.raises(ObjectDoesNotExist):
        move(need, to="submitted", by=stranger)
    with pytest.raises(ObjectDoesNotExist), transaction.atomic():
        locked(need, by=stranger)
    assert locked(need) == need


@pytest.mark.django_db
def test_within_one_s_scope_the_role_decides():
    county = make_division()
    need = make_need(status="submitted", county=county)
    with pytest.raises(PermissionDenied):
        move(need, to="published", by=make_county_user(county))


@pytest.mark.django_db
def test_numbers_run_on_by_series_and_year():
    numbers = [next_number(Project, "XM", 2021)]
    make_project(number="XM-2021-0041", year=2021)
    make_project(number="XM-2021-abc", year=2021)
    make_project(number="XM-2022-0007", year=2022)
    numbers += [next_number(Project, prefix, year) for prefix, year in (("XM", 2021), ("XM", 2022), ("XN", 2021))]
    assert numbers == ["XM-2021-0001", "XM-2021-0042", "XM-2022-0008", "XN-2021-0001"]


@pytest.mark.django_db
def test_numbers_go_on_past_four_digits():
    make_project(number="XM-2021-9999", year=2021)
    assert next_number(Project, "XM", 2021) == "XM-2021-10000"


@pytest.mark.django_db(transaction=True)
def test_two_persons_at_once_never_take_the_same_number():
    campaign = make_project().campaign

    def register():
        with transaction.atomic():
            number = next_number(Project, "XM", 2021)
            time.sleep(0.05)
            make_project(number=number, year=2021, campaign=campaign)
        return number

    assert sorted(at_once(*[register] * 5)) == [f"XM-2021-000{n}" for n in range(1, 6)]


@pytest.mark.django_db(transaction=True)
def test_nobody_waits_for_a_number_until_another_s_transaction_is_over():
    """What an import does: it takes many numbers first and works for seconds after that."""
    campaign, taken, done = make_project().campaign, threading.Event(), threading.Event()

    def bring_in():
        with transaction.atomic():
            first = next_number(Project, "XM", 2021, ahead=3)
            taken.set()
            waited_in_vain = not done.wait(20)
            make_project(number=first, year=2021, campaign=campaign)
        return first, waited_in_vain

    def register():
        taken.wait(20)
        with transaction.atomic():
            number = next_number(Project, "XM", 2021)
            make_project(number=number, year=2021, campaign=campaign)
        done.set()
        return number

    assert at_once(bring_in, register) == [("XM-2021-0001", False), "XM-2021-0004"]
    assert next_number_of(2021) == "XM-2021-0005"


def next_number_of(year):
    with transaction.atomic():
        return next_number(Project, "XM", year)


@pytest.mark.django_db(transaction=True)
def test_an_error_leaves_a_series_to_the_next():
    with connection.execute_wrapper(_broken), transaction.atomic(), pytest.raises(DatabaseError):
        next_number(Project, "XM", 2021)
    assert at_once(lambda: next_number_of(2021)) == ["XM-2021-0001"]


def _broken(execute, sql, params, many, context):
    return execute("SELECT 1/0" if "pg_locks" in sql else sql, None if "pg_locks" in sql else params, many, context)


@pytest.mark.django_db(transaction=True)
def test_a_locked_row_makes_the_second_person_wait_and_see_what_the_first_did():
    need = make_need(status="draft")

    def add(word):
        with transaction.atomic():
            fresh = locked(need)
            time.sleep(0.05)
            fresh.why = f"{fresh.why}{word}"
            fresh.save()

    assert at_once(lambda: add("甲"), lambda: add("乙")) == [None, None]
    assert sorted(Need.objects.get(pk=need.pk).why) == ["乙", "甲"]


@pytest.mark.django_db(transaction=True)
def test_of_two_same_moves_at_once_one_is_made_and_one_is_refused():
    county = make_division()
    need, users = make_need(status="draft", county=county), [make_county_user(county) for _ in range(2)]
    results = at_once(*[lambda user=user: move(need, to="submitted", by=user) for user in users])
    assert sorted(type(result).__name__ for result in results) == ["Need", "UnlawfulMove"]
    assert Change.objects.of(need).filter(action="need.submitted").count() == 1
