"""A county with a project under way, its giver, and who reports on it."""

import pytest

from tests.factories import make_authority, make_county_user, make_division, make_organisation, make_posting, make_user

from .reports import make_running


@pytest.fixture
def county():
    return make_division()


@pytest.fixture
def giver():
    return make_organisation()


@pytest.fixture
def project(county, giver):
    return make_running(county=county, lead=giver)


@pytest.fixture
def user(county):
    return make_county_user(county)


@pytest.fixture
def partner_work(county):
    """A partner bureau, and a project in the county that one of its organisations runs."""
    division = make_division(code="110000", level="province")
    partner = make_user("partner")
    make_posting(partner, division)
    lead = make_organisation(authority=make_authority(division=division))
    return partner, make_running(county=county, lead=lead)
