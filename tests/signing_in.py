"""What tests of signing in do over and over."""

import time
from contextlib import contextmanager
from unittest import mock

import pyotp
from django.conf import settings
from django.utils import timezone

from tests.factories import PASSWORD

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
