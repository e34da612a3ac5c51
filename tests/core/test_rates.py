"""How often the interface may be asked within a minute, by whom, counted for all processes together."""

import datetime

import pytest
from django.utils import timezone

from registry.core import rates
from registry.core.models import Usage
from registry.core.rates import KEPT, allowed, counted, forget_old
from registry.core.tokens import in_a_year, make_token
from registry.settings import ImproperlyConfigured, rates_from_text
from tests.factories import make_user

pytestmark = pytest.mark.django_db
URL = "/api/v1/needs/"


@pytest.fixture(autouse=True)
def limits(settings, monkeypatch):
    """Two, three and four a minute, in a minute that does not end meanwhile."""
    settings.API_RATES = {"address": 2, "account": 3, "token": 4}
    now = timezone.now().replace(second=20, microsecond=0)
    monkeypatch.setattr("registry.core.rates.timezone.now", lambda: now)


def codes(client, number, **more):
    return [client.get(URL, **more).status_code for _time in range(number)]


def test_beyond_the_limit_the_answer_is_429_and_says_when_to_ask_again(client):
    client.cookies["django_language"] = "en"
    assert codes(client, 2) == [200, 200]
    answer = client.get(URL)
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "40")
    assert answer.json() == {"detail": "That was too often. Ask again in 40 seconds."}


def test_each_address_has_its_own_limit(client):
    assert codes(client, 3) == [200, 200, 429]
    assert codes(client, 3, REMOTE_ADDR="203.0.113.9") == [200, 200, 429]


def test_an_account_is_counted_by_itself_wherever_it_asks_from(client):
    client.force_login(make_user("county"))
    assert codes(client, 2) == [200, 200]
    assert codes(client, 2, REMOTE_ADDR="203.0.113.9") == [200, 429]


def test_each_token_is_counted_by_itself(client):
    owner = make_user("county")
    for _token in range(2):
        _made, secret = make_token(by=None, system="平台", owner=owner, scopes=["read"], expires_on=in_a_year())
        assert codes(client, 5, headers={"Authorization": f"Bearer {secret}"}) == [200] * 4 + [429]


def test_the_next_minute_begins_anew(client, monkeypatch):
    assert codes(client, 3) == [200, 200, 429]
    later = timezone.now() + datetime.timedelta(minutes=1)
    monkeypatch.setattr("registry.core.rates.timezone.now", lambda: later)
    assert codes(client, 1) == [200]


def test_nought_means_without_limit(client, settings):
    settings.API_RATES = {"address": 0}
    assert codes(client, 9) == [200] * 9
    assert not Usage.objects.exists()


def test_the_count_is_the_database_s_own_and_takes_one_statement(django_assert_num_queries):
    now = timezone.now()
    counted("address ::1", now)
    with django_assert_num_queries(1):
        assert counted("address ::1", now) == 2
    assert Usage.objects.values_list("number", flat=True).get() == 2


def test_a_process_takes_a_part_of_what_is_left_and_gives_it_out_by_itself(django_assert_num_queries):
    now = timezone.now()
    with django_assert_num_queries(2):
        assert all(allowed("token 1", 321, now) for _each in range(21))
    assert Usage.objects.get().number == 21
    with django_assert_num_queries(1):
        assert allowed("token 1", 321, now)


@pytest.mark.parametrize("most", [1, 5, 60, 333])
@pytest.mark.parametrize("processes", [1, 3])
def test_all_processes_together_give_the_limit_and_never_more(monkeypatch, most, processes):
    now, held = timezone.now(), [{} for _process in range(processes)]
    given = [0] * processes
    for turn in range(most * 2 * processes):
        monkeypatch.setattr(rates, "_held", held[turn % processes])
        given[turn % processes] += allowed("address ::1", most, now)
    assert sum(given) == most


def test_what_a_process_did_not_give_out_is_gone_with_the_minute():
    now = timezone.now()
    assert [allowed("token 1", 40, now) for _each in range(2)] == [True, True]
    later = now + datetime.timedelta(minutes=1)
    assert sum(allowed("token 1", 40, later) for _each in range(60)) == 40


@pytest.mark.django_db(transaction=True)
def test_those_who_only_read_are_counted_too(client):
    client.force_login(make_user("auditor"))
    assert codes(client, 4) == [200, 200, 200, 429]
    assert Usage.objects.get().number == 4


def test_minutes_that_are_over_are_forgotten():
    now = timezone.now()
    for age in (KEPT + datetime.timedelta(minutes=1), KEPT - datetime.timedelta(minutes=1)):
        counted("address ::1", now - age)
    assert forget_old(now=now) == 1


def test_pages_for_people_are_not_counted(client):
    assert [client.get("/needs/").status_code for _time in range(4)] == [200] * 4


@pytest.mark.parametrize("text", ["60", "60,300", "a,b,c", "60,-1,5", "1,2,3,4"])
def test_limits_that_make_no_sense_are_refused(text):
    with pytest.raises(ImproperlyConfigured):
        rates_from_text(text)


def test_the_usual_limits():
    assert rates_from_text(" ") == {"address": 60, "account": 300, "token": 600}
