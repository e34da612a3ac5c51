"""Somebody of the bureau, who takes lists away."""

import pytest

from tests.factories import make_user


@pytest.fixture
def bureau(client):
    """Signed in, and reading Chinese."""
    user = make_user("bureau", name="张丽")
    client.force_login(user)
    return user
