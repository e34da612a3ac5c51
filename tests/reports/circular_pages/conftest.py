"""A register with a published project, and a clerk who draws up circulars from it."""

import datetime

import pytest

from tests.factories import make_designation, make_funding, make_organisation, make_project, make_step, make_user


@pytest.fixture
def register():
    lead = make_organisation()
    project = make_project(lead=lead, county=make_designation().division, stage="under_way", visibility="published")
    make_funding(project, "8720000", organisation=lead)
    make_step(project, due_on=datetime.date(2021, 1, 31), title="拨付首批资金")
    return project


@pytest.fixture
def bureau(client, register):
    user = make_user("bureau")
    client.force_login(user)
    return user
