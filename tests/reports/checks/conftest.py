"""Who sees all that data checks find."""

import pytest

from tests.factories import make_user


@pytest.fixture
def auditor():
    return make_user("auditor")
