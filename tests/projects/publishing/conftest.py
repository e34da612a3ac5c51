"""A project whose entry may be published, and a person who may publish it."""

import pytest

from tests.factories import (
    make_division,
    make_field,
    make_funding,
    make_organisation,
    make_project,
    make_result,
    make_user,
)


@pytest.fixture
def bureau():
    return make_user("bureau")


@pytest.fixture
def county():
    return make_division(code="130881", name="试验市")


@pytest.fixture
def project(county):
    project = make_project(
        name="蔬菜大棚", lead=make_organisation(name="试验基金会"), county=county, field=make_field(code="industry"),
        stage="under_way",
    )  # fmt: skip
    make_funding(project, "720000.00")
    make_result(project, 94)
    return project
