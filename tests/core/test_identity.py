"""Signing in: wrong guesses counted by account and address, and the same answer whether an account exists or not."""

import datetime
import re

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from registry.core.guesses import count, take_back, was_right
from registry.core.models import Guess, Job, Outgoing, SignIn, User
from tests.counting import queries_of
from tests.factories import PASSWORD, make_user
from tests.pages import same_words
from tests.signing_in import LOGIN, is_in, later, try_password

pytestmark = pytest.mark.django_db

MINUTE = datetime.timedelta(minutes=1)


@pytest.fixture
def user():
    return make_user("organisation")


def told(answer):
    return list(answer.context["form"].non_field_errors())


def guess_wrongly(client, username, times):
    for _each in range(times):
        answer = try_password(client, username, "wrong")
    return answer


# Locks


def test_four_wrong_passwords_lock_nobody_and_the_right_one_forgets_them(client, user):
    guess_wrongly(client, user.username, 4)
    assert try_password(client, user.username).status_code == 302
    assert is_in(client)
    assert not Guess.objects.filter(what="password").exists()


def test_the_fifth_wrong_password_locks_for_15_minutes_also_the_right_one(client, user):
    answer = guess_wrongly(client, user.username, 5)
    assert "15" in told(answer)[0]
    answer = try_password(client, user.username)
    assert answer.status_code == 200
    assert "15" in told(answer)[0]
    assert not is_in(client)
    with later(14 * MINUTE):
        assert "1" in told(try_password(client, user.username))[0]
        assert not is_in(client)
    with later(15 * MINUTE):
        assert try_password(client, user.username).status_code == 302


def test_trying_on_does_not_make_the_lock_longer(client, user):
    guess_wrongly(client, user.username, 5)
    until = Guess.objects.get(what="password").until
    with later(10 * MINUTE):
        guess_wrongly(client, user.username, 3)
    assert Guess.objects.get(what="password").until == until


def test_wrong_guesses_long_ago_do_not_count(client, user):
    guess_wrongly(client, user.username, 4)
    with later(16 * MINUTE):
        assert "Too many" not in told(guess_wrongly(client, user.username, 1))[0]


def test_a_lock_of_one_account_leaves_the_others_of_the_office_alone(client, user):
    guess_wrongly(client, user.username, 6)
    assert try_password(client, make_user().username).status_code == 302


def test_an_address_is_locked_after_fifty_wrong_guesses_at_many_names(client, user, settings):
    settings.LOCKS = settings.LOCKS | {"address": 8}
    for number in range(7):
        try_password(client, f"name{number}", "wrong")
    assert try_password(client, user.username).status_code == 302
    client.logout()
    answer = try_password(client, "name8", "wrong")
    assert "15" in told(answer)[0]
    assert try_password(client, user.username).status_code == 200
    assert not is_in(client)
    assert try_password(Client(REMOTE_ADDR="10.1.1.1"), user.username).status_code == 302


def test_the_bound_of_an_address_is_fifty_as_it_is_delivered(settings):
    assert (settings.LOCKS["account"], settings.LOCKS["address"], settings.LOCKS["minutes"]) == (5, 50, 15)


def test_signing_in_rightly_does_not_wipe_out_the_wrong_guesses_of_the_address(client, user):
    guess_wrongly(client, "nobody", 3)
    try_password(client, user.username)
    assert Guess.objects.get(what="address").number == 3


def test_a_right_guess_is_taken_back_alone():
    for _each in range(3):
        count(Guess.What.ADDRESS, "10.0.0.1", most=50)
    take_back(Guess.What.ADDRESS, "10.0.0.1")
    assert Guess.objects.get().number == 2
    was_right(Guess.What.ADDRESS, "10.0.0.1")
    assert not Guess.objects.exists()


def test_nothing_that_was_typed_as_a_name_is_kept(client):
    try_password(client, "my-secret-word-9", "wrong")
    with connection.cursor() as cursor:
        for table in ("core_guess", "core_signin", "core_change"):
            cursor.execute(f"SELECT t::text FROM {table} t")
            assert "my-secret-word-9" not in str(cursor.fetchall())


def test_the_system_administrator_sees_a_lock_and_lifts_it(client, user):
    guess_wrongly(Client(), user.username, 5)
    by = make_user("system_admin")
    client.force_login(by)
    page = client.get(reverse("admin:locks"))
    assert user.username in page.content.decode()
    guess = Guess.objects.get(what="password")
    assert client.post(reverse("admin:locks"), {"guess": guess.pk}).status_code == 302
    assert try_password(Client(), user.username).status_code == 302
    noted = SignIn.objects.get(what="lifted")
    assert (noted.user, noted.by) == (user, by)


def test_nobody_lifts_the_own_lock(client):
    by = make_user("system_admin")
    guess_wrongly(Client(), by.username, 5)
    client.force_login(by)
    client.post(reverse("admin:locks"), {"guess": Guess.objects.get(what="password").pk})
    assert Guess.objects.locked().filter(what="password").exists()


@pytest.mark.parametrize("role", ["security_admin", "audit_admin", "bureau", "auditor", "county"])
def test_no_other_role_sees_or_lifts_locks(client, user, role):
    guess_wrongly(Client(), user.username, 5)
    client.force_login(make_user(role))
    assert client.get(reverse("admin:locks")).status_code == 403
    assert client.post(reverse("admin:locks"), {"guess": Guess.objects.get(what="password").pk}).status_code == 403
    assert Guess.objects.locked().filter(what="password").exists()


def test_locks_are_listed_by_as_many_queries_however_many_there_are(client):
    client.force_login(make_user("system_admin"))
    numbers = []
    for more in (1, 2):
        for _each in range(more):
            guess_wrongly(Client(), make_user().username, 5)
        numbers.append(queries_of(client, reverse("admin:locks")))
    assert numbers[0] == numbers[1]


# No enumeration


def words_of(answer):
    """The page without what is new in each, and without the name that was typed."""
    return re.sub(r'name="username" value="[^"]+"', "", same_words(answer))


@pytest.mark.parametrize("times", [1, 5, 6])
def test_an_unknown_a_closed_and_a_wrong_one_are_answered_by_the_same_page(user, times):
    closed = make_user("bureau", is_active=False)
    pages = {words_of(guess_wrongly(Client(), name, times)) for name in (user.username, closed.username, "nobody")}
    assert len(pages) == 1


def test_a_closed_account_is_refused_with_its_right_password_like_a_wrong_one(client):
    closed = make_user("organisation", is_active=False)
    assert words_of(try_password(client, closed.username)) == words_of(try_password(Client(), "nobody", PASSWORD))


def test_a_new_password_by_e_mail_is_answered_alike_for_known_and_unknown_addresses(client):
    make_user(email="known@example.org")
    answers = [client.post(reverse("password-reset"), {"email": at}) for at in ("known@example.org", "no@example.org")]
    assert [(answer.status_code, answer.url) for answer in answers] == [(302, "/accounts/password/reset/sent/")] * 2
    assert Job.objects.filter(kind="reset").count() == 2
    assert not Outgoing.objects.exists(), "what differs is done by the worker"


# Sign-ins noted


def test_each_try_is_noted_with_account_address_and_request(client, user):
    wrong = try_password(client, user.username, "wrong")
    try_password(client, "nobody", "wrong")
    right = client.post(
        LOGIN, {"username": user.username, "password": PASSWORD},
        headers={"User-Agent": "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/90.0.1 Safari/537.36"},
    )  # fmt: skip
    client.post(reverse("logout"))
    rows = SignIn.objects.order_by("id").values_list("what", "user", "address", "request_id")
    assert [row[:3] for row in rows] == [
        ("wrong", user.pk, "127.0.0.1"), ("wrong", None, "127.0.0.1"), ("in", user.pk, "127.0.0.1"),
        ("out", user.pk, "127.0.0.1"),
    ]  # fmt: skip
    assert rows[0][3] == wrong.headers["X-Request-ID"]
    assert rows[2][3] == right.headers["X-Request-ID"]
    assert SignIn.objects.get(what="in").browser == "Chrome 90 · Windows"


def test_signing_in_begins_at_the_address_that_was_asked_for_and_at_no_other_site(client, user):
    assert try_password(client, user.username, next="/projects/?year=2019").url == "/projects/?year=2019"
    assert try_password(Client(), user.username, next="https://evil.example/").url == "/my/"


def test_the_password_reaches_neither_trail_nor_sign_ins(client, user):
    try_password(client, user.username)
    with connection.cursor() as cursor:
        cursor.execute("SELECT t::text FROM core_signin t UNION ALL SELECT t::text FROM core_change t")
        assert PASSWORD not in str(cursor.fetchall())
    assert User.objects.get(pk=user.pk).last_login
