"""All checks of a row are asked for by one question, and each that is broken is told by itself."""

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from projects.models import Funding
from tests.factories import make_funding, make_organisation, make_project

pytestmark = pytest.mark.django_db


@pytest.fixture
def line():
    return make_funding(make_project(), organisation=make_organisation())


def questions(record, **given):
    with CaptureQueriesContext(connection) as asked:
        record.validate_constraints(**given)
    return sum("_check" in one["sql"] for one in asked)


def test_a_row_that_is_right_is_asked_for_once(line):
    assert len(Funding._meta.constraints) > 5
    assert questions(line) == 1
    assert questions(line, exclude={"unit", "origin"}) == 1


@pytest.mark.parametrize(
    ("wrong", "words"),
    [({"is_joint": True}, "一"), ({"unit": "册"}, "数量"), ({"amount": None, "value_basis": "declared"}, "")],
)
def test_a_check_that_is_broken_is_told_in_its_own_words(line, wrong, words):
    for name, value in wrong.items():
        setattr(line, name, value)
    with pytest.raises(ValidationError) as told:
        line.validate_constraints()
    assert len(told.value.messages) == 1
    assert words in told.value.messages[0]
    assert line.get_constraints()[0][1] == Funding._meta.constraints


def test_a_check_on_a_field_that_is_left_out_is_not_asked_for(line):
    line.unit = "册"
    line.validate_constraints(exclude={"quantity"})
    with pytest.raises(ValidationError):
        line.validate_constraints(exclude={"goods"})
