"""The command that loads the demo data: the same for the same seed, and only where it may."""

import io
from collections import Counter

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from orgs.models import Organisation
from projects.models import Funding, Pledge, Project, ProjectStep, Result
from registry.core.models import User
from tests.factories import make_project, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]


def load(**options):
    call_command("load_demo", stdout=io.StringIO(), **options)


def loaded(**options):
    """What a load gives, as people see it; the load is undone."""
    with transaction.atomic():
        load(**options)
        lines = Funding.objects.order_by("id")
        seen = (
            list(Organisation.objects.order_by("id").values_list("name", "code", "status")),
            list(Project.objects.order_by("id").values_list("name", "stage", "planned_start", "visibility")),
            list(lines.values_list("project__name", "state", "amount", "qualifier", "occurred_on")),
            list(ProjectStep.objects.order_by("id").values_list("title", "status", "due_on", "done_by__username")),
            list(Pledge.objects.order_by("id").values_list("number", "status", "organisation__name")),
            Counter(Result.objects.values_list("indicator", "planned", "actual", "status")),
        )
        transaction.set_rollback(True)
    return seen


def test_the_same_seed_gives_the_same_data_and_another_seed_gives_other():
    first = loaded(projects=30, seed=7)
    assert loaded(projects=30, seed=7) == first
    assert loaded(projects=30, seed=8) != first


def test_the_cases_alone_can_be_loaded():
    load(projects=0)
    assert set(Project.objects.values_list("is_demo", flat=True)) == {False}
    assert Project.objects.count() == 9


def test_it_brings_the_reference_data_along():
    load(projects=0)
    assert Project.objects.filter(fields__code="education").exists()


def test_a_register_with_projects_takes_no_demo_data():
    make_project()
    with pytest.raises(CommandError) as refusal:
        load()
    assert refusal.value.returncode == 1
    assert not User.objects.demo().exists()


def test_if_empty_leaves_a_register_with_projects_alone():
    make_project()
    load(if_empty=True)
    assert Project.objects.count() == 1


def test_an_account_of_the_same_name_is_never_replaced():
    make_user(username="bureau")
    with pytest.raises(CommandError, match="bureau"):
        load()


@pytest.mark.parametrize("number", [-1, 20_001])
def test_an_impossible_number_is_a_fault_of_use(number):
    with pytest.raises(CommandError) as refusal:
        load(projects=number)
    assert refusal.value.returncode == 2


@pytest.mark.parametrize("name", ["PRODUCTION", "DEMO"])
def test_accounts_whose_password_is_known_never_come_into_production(settings, name):
    setattr(settings, name, name == "PRODUCTION")
    with pytest.raises(CommandError, match=name):
        load()
