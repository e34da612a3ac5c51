"""Nobody learns from the clock whether an account exists: hashes as slow as in earnest, IDENTITY_TRIES answers each."""

import os

import pytest

from tests.signing_in import medians_of_signing_in

pytestmark = [pytest.mark.bench, pytest.mark.django_db]

TRIES = int(os.environ.get("IDENTITY_TRIES") or 15)


def test_known_unknown_and_locked_names_take_as_long(settings, capsys):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
    took = medians_of_signing_in(TRIES)
    with capsys.disabled():
        print("\nmedians:", ", ".join(f"{whose} {seconds * 1000:.0f} ms" for whose, seconds in took.items()))  # noqa: T201 - what the run is for
    known, unknown = took["known"], took["unknown"]
    assert max(known, unknown) < 1.15 * min(known, unknown), took
    assert took["locked"] > 0.5 * known, "a lock answers no faster than a look at the password"
