"""The public list of projects and the page of one."""

import datetime
from decimal import Decimal

import pytest
from django.urls import reverse

from counties.models import Division
from projects.models import Site
from tests.counting import queries_of
from tests.factories import (
    make_agreement,
    make_county_user,
    make_division,
    make_enterprise,
    make_event,
    make_field,
    make_funding,
    make_organisation,
    make_participation,
    make_project,
    make_result,
    make_step,
    make_user,
)

pytestmark = pytest.mark.django_db
LIST = reverse("projects")


def published(**overrides):
    return make_project(**{"visibility": "published", "stage": "under_way"} | overrides)


def whole_row(**overrides):
    """A published project with everything that a row of the ledger shows."""
    lead = make_organisation()
    project = published(lead=lead, county=make_division(), field=make_field(), **overrides)
    make_funding(project, "300000", organisation=lead)
    make_result(project)
    return project


def body(client, url, status=200):
    response = client.get(url)
    assert response.status_code == status, response.content.decode()[:2000]
    return response.content.decode()


def page_of(project):
    return reverse("project", args=(project.number,))


def test_the_list_shows_number_name_party_place_field_stage_and_money(client):
    county = make_division(name="阜平县")
    project = published(
        name="蔬菜大棚", number="XM-2020-7", lead=make_organisation(name="三强基金会"), county=county, field=make_field(name="产业")
    )
    make_funding(project, "30000000", qualifier="over", wording="余")
    text = body(client, LIST)
    for word in ("XM-2020-7", "蔬菜大棚", "三强基金会", "阜平县", "产业", "超过 3,000.00"):
        assert word in text


def test_an_empty_list_says_so_and_a_filtered_one_offers_to_clear_the_filters(client):
    assert "empty-list" in body(client, LIST)
    text = body(client, f"{LIST}?search=没有")
    assert f'href="{LIST}"' in text
    assert "empty-list" in text


def test_an_unknown_parameter_is_answered_400_in_words(client):
    text = body(client, f"{LIST}?officer__phone=139", status=400)
    assert "<code>officer__phone</code>" in text
    assert "search, county" in text


@pytest.mark.parametrize("query", ["year=abc", "county=999999", "stage=gone", "page=0", "page_size=500", "min_amount=x"])
def test_an_unreadable_value_names_its_parameter(client, query):
    assert f"<code>{query.split('=')[0]}</code>" in body(client, f"{LIST}?{query}", status=400)


def test_a_page_past_the_end_is_not_there(client):
    body(client, f"{LIST}?page=2", status=404)


def test_pages_keep_the_question(client):
    for _number in range(3):
        published(year=2019)
    assert "year=2019&amp;page_size=2&amp;page=2" in body(client, f"{LIST}?year=2019&page_size=2")


def test_a_chosen_filter_is_a_chip_that_takes_it_away(client):
    published(year=2019)
    text = body(client, f"{LIST}?year=2019&stage=under_way")
    assert 'href="?stage=under_way"' in text
    assert 'href="?year=2019"' in text


def test_the_head_of_a_column_orders_by_it_and_turns_round(client):
    published()
    assert 'href="?ordering=-amount"' in body(client, LIST)
    text = body(client, f"{LIST}?ordering=-amount")
    assert 'aria-sort="descending"' in text
    assert 'href="?ordering=amount"' in text


@pytest.mark.parametrize("role", [None, "county", "bureau"])
def test_the_list_asks_the_same_number_of_questions_for_one_row_and_for_three(client, role):
    if role:
        client.force_login(make_user(role))
    whole_row()
    one = queries_of(client, LIST)
    for _number in range(2):
        whole_row()
    assert queries_of(client, LIST) == one
    assert one <= (6 if role is None else 12)
