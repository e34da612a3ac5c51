"""What a broken constraint says to whoever fills in a form: what it asks and of which entries, never its name."""

import datetime

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import override

from projects.models import Circular, Project
from registry.core.constraints import ASKS
from registry.core.refusals import refusal_in_words, rule_in_words
from tests.factories import make_designation, make_project
from tests.reports.circulars import drawn_up

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english():
    with override("en"):
        yield


def told(record):
    with pytest.raises(ValidationError) as refused:
        record.full_clean()
    return refused.value.messages


def test_every_constraint_of_a_known_kind_says_what_it_asks():
    names = {one.name for model in apps.get_models() for one in model._meta.constraints}
    assert len(ASKS.keys() & names) > 50
    assert [name for name in ASKS.keys() & names if name in rule_in_words(name)] == []


def test_two_days_in_the_wrong_order_are_named():
    circular = drawn_up()
    circular.period_until = circular.period_from - datetime.timedelta(days=1)
    assert told(circular) == ["Period until: not before “Period from”."]
    with override("zh-hans"):
        assert told(circular) == ["期间止：不得早于“期间起”。"]


def test_a_year_out_of_the_range_names_the_range():
    project = make_project()
    project.year = 1900
    assert told(project) == ["Campaign year: from 1990 to 2099."]


def test_a_number_that_another_circular_has_is_refused_in_words():
    drawn_up(number="冀民函〔2026〕1号")
    assert told(Circular(number="冀民函〔2026〕1号"))[-1] == "Another circular has this document number already."


def test_the_database_says_the_same():
    project = make_project()
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        Project.objects.filter(pk=project.pk).update(year=1900)
    assert refusal_in_words(refused.value) == "Campaign year: from 1990 to 2099."


def test_one_that_holds_at_the_same_time_is_refused_in_words():
    first = make_designation()
    first.pk, first._state.adding = None, True
    assert "There is one already for the same time. Choose another time, or end the other one first." in told(first)
