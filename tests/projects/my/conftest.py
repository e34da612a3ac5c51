"""A county and an organisation, one person of each, signed in, and what there is between them."""

import pytest

from projects.models import Campaign
from tests.factories import (
    make_campaign,
    make_county_user,
    make_division,
    make_field,
    make_need,
    make_org_user,
    make_organisation,
)

from .sent import make_running


@pytest.fixture
def county():
    return make_division(name="康保县")


@pytest.fixture
def giver():
    return make_organisation(name="燕山基金会", code="53130000MJ0000000Y")


@pytest.fixture
def project(county, giver):
    return make_running(county=county, lead=giver)


@pytest.fixture
def user(client, county):
    user = make_county_user(county)
    client.force_login(user)
    return user


@pytest.fixture
def member(client, giver):
    """Somebody of the organisation, signed in."""
    user = make_org_user(giver, name="王明", phone="13900001111")
    client.force_login(user)
    return user


@pytest.fixture
def facts(county):
    """What a need says at the least."""
    make_campaign()
    return {"county": county, "name": "教室取暖", "campaign": Campaign.objects.current(), "field": make_field()}


@pytest.fixture
def need():
    """A published need of another county, which says whom to ask."""
    county = make_division(name="阜平县")
    return make_need(county=county, amount="3000000", contact_name="李县", contact_phone="13811112222")
