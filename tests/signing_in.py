"""What tests of signing in do over and over."""

import datetime
import statistics
import time
from contextlib import contextmanager
from unittest import mock

import pyotp
from django.conf import settings
from django.test import Client
from django.utils import timezone

from registry.core.guesses import known_as
from registry.core.models import Guess
from tests.factories import PASSWORD, make_user

LOGIN = "/accounts/login/"


def try_password(client, username, password=PASSWORD, **more):
    return client.post(LOGIN, {"username": username, "password": password, **more})


def is_in(client):
    """Whether the browser holds a session of somebody (the client makes an empty one when it is only asked)."""
    return settings.SESSION_COOKIE_NAME in client.cookies and "_auth_user_id" in client.session


def code_of(secret, steps=0):
    """The code of a second factor, some half minutes from now."""
    return pyotp.TOTP(secret).at(int(time.time()) + 30 * steps)


@contextmanager
def later(delta):
    """So much later, by every clock that the site reads."""
    now, clock = timezone.now, time.time

    def moved():
        return now() + delta

    def moved_seconds():
        return clock() + delta.total_seconds()

    with mock.patch("django.utils.timezone.now", moved), mock.patch("time.time", moved_seconds):
        yield


def median_of(run, times=5):
    """The median of so many runs, in seconds."""
    spent = []
    for _each in range(times):
        begun = time.perf_counter()
        run()
        spent.append(time.perf_counter() - begun)
    return statistics.median(spent)


def medians_of_signing_in(times):
    """{whose name was tried with a wrong password: median of seconds until the answer}."""
    known, locked, client = make_user(), make_user(), Client()
    far = timezone.now() + datetime.timedelta(days=1)
    Guess.objects.create(what="password", who=known_as(locked.username), number=10_000, most=5, until=far)
    client.get(LOGIN)

    def tried(username):
        Guess.objects.filter(number__lt=10_000).delete()
        try_password(client, username, "wrong")

    names = {"known": known.username, "unknown": "nobody", "locked": locked.username}
    return {whose: median_of(lambda name=name: tried(name), times) for whose, name in names.items()}
