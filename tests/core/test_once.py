"""A repeated request is answered again and not done again, whoever else asks at the same instant."""

import datetime
import threading

import pytest
from django.db import OperationalError, connection, transaction
from django.urls import path
from django.utils import timezone
from rest_framework.decorators import api_view
from rest_framework.response import Response

from orgs.models import Enterprise
from registry.core import attempts, daily
from registry.core import once as kept
from registry.core.api import once
from registry.core.clashes import Crowded
from registry.core.jobs import Progress
from registry.core.models import Attempt, Once
from registry.core.once import Answer, Busy, OtherRequest, answered_once, digest_of
from registry.core.trail import acting
from registry.jobs import sweep
from tests.factories import make_user

pytestmark = pytest.mark.django_db
KEY = "0b6d1c3e-8f2a"


def made(name="甲公司", code=201):
    """An act that registers a company, as something that can be counted."""

    def act():
        Enterprise.objects.create(name=name)
        return Answer(code, {"name": name}, {"Location": "/x/"})

    return act


def companies():
    return list(Enterprise.objects.order_by("pk").values_list("name", flat=True))


# The rule


def test_the_second_time_the_first_answer_is_given_and_nothing_is_done():
    user = make_user()
    first = answered_once(by=user, key=KEY, digest="a", act=made())
    second = answered_once(by=user, key=KEY, digest="a", act=made("乙公司"))
    assert (second.code, second.body, second.headers) == (first.code, first.body, first.headers)
    assert (first.again, second.again) == (False, True)
    assert companies() == ["甲公司"]


def test_a_key_belongs_to_one_account():
    answered_once(by=make_user(), key=KEY, digest="a", act=made("甲"))
    answered_once(by=make_user(), key=KEY, digest="a", act=made("乙"))
    assert companies() == ["甲", "乙"]


def test_a_key_is_not_taken_for_another_request():
    user = make_user()
    answered_once(by=user, key=KEY, digest="a", act=made("甲"))
    with pytest.raises(OtherRequest):
        answered_once(by=user, key=KEY, digest="b", act=made("乙"))
    assert companies() == ["甲"]


def test_a_refusal_keeps_nothing_and_the_key_may_be_used_again():
    user = make_user()
    assert answered_once(by=user, key=KEY, digest="a", act=made("甲", code=409)).code == 409
    assert (companies(), Once.objects.count()) == ([], 0)
    assert answered_once(by=user, key=KEY, digest="b", act=made("乙")).again is False


def test_what_breaks_keeps_nothing():
    user = make_user()

    def broken():
        made()()
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        answered_once(by=user, key=KEY, digest="a", act=broken)
    assert (companies(), Once.objects.count()) == ([], 0)


def test_after_seven_days_a_key_is_new_again_and_the_sweep_forgets_it():
    user, week = make_user(), datetime.timedelta(days=7)
    answered_once(by=user, key=KEY, digest="a", act=made("甲"))
    answered_once(by=user, key="another-key", digest="a", act=made("乙"))
    Once.objects.filter(key=KEY).update(at=timezone.now() - week - datetime.timedelta(minutes=1))
    assert answered_once(by=user, key=KEY, digest="b", act=made("丙")).again is False
    Once.objects.filter(key=KEY).update(at=timezone.now() - week - datetime.timedelta(minutes=1))
    assert kept.forget_old() == 1
    assert [row.key for row in Once.objects.all()] == ["another-key"]


def test_the_digest_asks_what_was_said_not_how_it_was_written():
    assert digest_of("POST", "/x/", {"a": 1, "b": [2]}) == digest_of("POST", "/x/", {"b": [2], "a": 1})
    others = [("PUT", "/x/", {"a": 1}), ("POST", "/y/", {"a": 1}), ("POST", "/x/", {"a": "1"})]
    assert len({digest_of(*parts) for parts in [("POST", "/x/", {"a": 1}), *others]}) == 4


# At the same instant


def in_a_thread(work):
    """Run `work` on a connection of its own; gives the thread and the list that will hold what it gave or raised."""
    outcome = []

    def run():
        try:
            outcome.append(work())
        except Exception as error:
            outcome.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread, outcome


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_one_does_it_and_all_others_get_its_answer():
    user, start = make_user(), threading.Barrier(8)

    def repeat():
        start.wait()
        return answered_once(by=user, key=KEY, digest="a", act=made())

    running = [in_a_thread(repeat) for _each in range(8)]
    for thread, _outcome in running:
        thread.join()
    answers = [outcome[0] for _thread, outcome in running]
    assert sorted(answer.again for answer in answers) == [False] + [True] * 7
    assert {answer.body["name"] for answer in answers} == {"甲公司"}
    assert companies() == ["甲公司"]


@pytest.mark.django_db(transaction=True)
def test_who_waits_too_long_for_the_first_is_told_so():
    user = make_user()
    with transaction.atomic():
        Once.objects.create(by=user, key=KEY, digest="a")

        def impatient():
            with connection.cursor() as cursor:
                cursor.execute("SET lock_timeout = '50ms'")
            return answered_once(by=user, key=KEY, digest="a", act=made())

        thread, outcome = in_a_thread(impatient)
        thread.join()
    assert isinstance(outcome[0], Busy)
    assert companies() == []


def clash(code):
    """An error of the database with a code of PostgreSQL's."""
    error = OperationalError("in the way")
    error.__cause__ = type("Cause", (Exception,), {"pgcode": code})()
    return error


@pytest.mark.parametrize("code", ["55P03", "40001", "40P01"])
def test_what_clashes_with_others_is_begun_anew_as_a_whole(code):
    tries = []

    def act():
        Enterprise.objects.create(name=f"第{len(tries)}次")
        tries.append(code)
        if len(tries) < 3:
            raise clash(code)
        return Answer(201, {})

    assert answered_once(by=make_user(), key=KEY, digest="a", act=act).code == 201
    assert companies() == ["第2次"]


def test_what_clashes_every_time_is_told_and_other_errors_are_not_hidden():
    def act(code):
        Enterprise.objects.create(name="甲")
        raise clash(code)

    with pytest.raises(Crowded):
        answered_once(by=make_user(), key=KEY, digest="a", act=lambda: act("55P03"))
    with pytest.raises(OperationalError):
        answered_once(by=make_user(), key=KEY, digest="a", act=lambda: act("53100"))
    assert (companies(), Once.objects.count()) == ([], 0)


# In the interface


@api_view(["POST"])
def making(request):
    def act():
        code = request.data.get("code", 201)
        with acting(by=request.user, action="test"):
            Enterprise.objects.create(name=request.data["name"])
        return Response({"name": request.data["name"]}, status=code, headers={"ETag": '"1"', "X-Other": "no"})

    return once(request, act, required=True)


@api_view(["POST"])
def moving(request):
    return once(request, lambda: Response({"done": True}))


@api_view(["POST"])
def crowded(request):
    def act():
        raise clash("55P03")

    return once(request, act)


urlpatterns = [path("making/", making), path("moving/", moving), path("crowded/", crowded)]


@pytest.fixture
def asked(client, settings):
    settings.ROOT_URLCONF = __name__
    client.force_login(make_user())
    client.cookies["django_language"] = "en"

    def ask(body, key=None, where="/making/"):
        headers = {} if key is None else {"Idempotency-Key": key}
        return client.post(where, body, content_type="application/json", headers=headers)

    return ask


def test_a_repeated_request_brings_the_same_answer_with_its_headers_and_says_so(asked):
    first, second = asked({"name": "甲"}, KEY), asked({"name": "甲"}, KEY)
    assert (first.status_code, first.json()) == (second.status_code, second.json()) == (201, {"name": "甲"})
    assert [answer.headers["ETag"] for answer in (first, second)] == ['"1"', '"1"']
    assert [answer.headers.get("Idempotent-Replayed") for answer in (first, second)] == [None, "true"]
    assert companies() == ["甲"]


@pytest.mark.parametrize("key", [None, "", "short", "x" * 101, "with space", "键键键键键键键键", 'quo"ted-key'])
def test_what_makes_something_asks_for_a_key_in_words(asked, key):
    answer = asked({"name": "甲"}, key)
    assert (answer.status_code, "Idempotency-Key" in answer.json()["detail"]) == (400, True)
    assert companies() == []


def test_another_body_under_the_same_key_is_refused(asked):
    asked({"name": "甲"}, KEY)
    answer = asked({"name": "乙"}, KEY)
    assert (answer.status_code, "another request" in answer.json()["detail"]) == (422, True)
    assert companies() == ["甲"]


def test_a_refused_request_may_be_sent_again_with_its_key(asked):
    assert asked({"name": "甲", "code": 409}, KEY).status_code == 409
    assert asked({"name": "甲"}, KEY).status_code == 201
    assert companies() == ["甲"]


def test_a_move_needs_no_key_and_honours_one(asked):
    assert asked({}, where="/moving/").status_code == 200
    assert "Idempotent-Replayed" not in asked({}, KEY, "/moving/").headers
    assert asked({}, KEY, "/moving/").headers["Idempotent-Replayed"] == "true"


@pytest.mark.parametrize("key", [None, KEY])
def test_where_too_many_meet_the_sender_is_told_to_come_again(asked, key):
    answer = asked({}, key, "/crowded/")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert "Nothing was done" in answer.json()["detail"]


# Attempts of strangers


def tried(number, address="192.0.2.1", what="trial", most=3):
    hour = datetime.timedelta(hours=1)
    return [attempts.may_try(what, address, most=most, within=hour) for _each in range(number)]


def test_so_many_attempts_pass_from_one_address_and_no_more():
    assert tried(5) == [True, True, True, False, False]
    assert tried(1, address="192.0.2.2") == tried(1, what="other") == [True]
    assert Attempt.objects.filter(what="trial", address="192.0.2.1").count() == 3


def test_an_old_attempt_does_not_count_any_more_and_is_forgotten_after_a_day():
    tried(3)
    Attempt.objects.update(at=timezone.now() - datetime.timedelta(minutes=61))
    assert tried(1) == [True]
    Attempt.objects.filter(pk=Attempt.objects.earliest("pk").pk).update(
        at=timezone.now() - datetime.timedelta(hours=25)
    )
    assert attempts.forget_old() == 1


@pytest.mark.django_db(transaction=True)
def test_many_at_once_do_not_pass_the_limit_together():
    running = [in_a_thread(lambda: tried(1)) for _each in range(8)]
    for thread, _outcome in running:
        thread.join()
    assert sum(outcome[0][0] for _thread, outcome in running) == 3


@pytest.mark.parametrize(
    ("trusted", "forwarded", "address"),
    [
        (False, "203.0.113.9", "127.0.0.1"), (True, "6.6.6.6, 203.0.113.9", "203.0.113.9"), (True, "nonsense", "::"),
        (True, None, "127.0.0.1"),
    ],
)  # fmt: skip
def test_the_address_is_the_one_that_the_trusted_proxy_saw(rf, settings, trusted, forwarded, address):
    settings.TRUSTED_PROXY = trusted
    headers = {} if forwarded is None else {"X-Forwarded-For": forwarded}
    assert attempts.address_of(rf.get("/", headers=headers)) == address


# The sweep


def test_the_sweep_is_daily_work_and_takes_what_is_past_its_time():
    assert (datetime.time(3), sweep) in daily.DAILY
    long_ago, user = timezone.now() - datetime.timedelta(days=8), make_user()
    for at in (long_ago, timezone.now()):
        Once.objects.create(by=user, key=f"{at:%Y-%m-%d}", digest="a", at=at)
        Attempt.objects.create(what="trial", address="192.0.2.1", at=at)
    sweep(Progress(), by=None, day="2026-11-25")
    assert (Once.objects.count(), Attempt.objects.count()) == (1, 1)
