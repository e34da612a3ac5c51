"""What the tests of exported ledgers have in common."""

import pytest
from django.utils.translation import override

from tests.factories import make_user

from .exported_ledgers import greenhouse


@pytest.fixture
def english():
    with override("en"):
        yield


@pytest.fixture
def found(reference):
    return greenhouse()


@pytest.fixture
def officer(db):
    return make_user("bureau", name="李四")
