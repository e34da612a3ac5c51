"""The public list of projects and the page of one."""

import datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.urls import reverse
from django.utils.html import escape

from projects.models import Project, Site
from tests.counting import Statements, queries_of
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
from tests.pages import body
from tests.publishing import publish_what_is_marked

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


def page_of(project):
    return reverse("project", args=(project.number,))


def test_the_list_shows_number_name_party_place_field_stage_and_money(client):
    county = make_division(name="阜平县")
    project = published(
        name="蔬菜大棚",
        number="XM-2020-7",
        lead=make_organisation(name="三强基金会"),
        county=county,
        field=make_field(name="产业"),
    )
    make_funding(project, "30000000", qualifier="over", wording="余")
    text = body(client, LIST)
    for word in ("XM-2020-7", "蔬菜大棚", "三强基金会", "阜平县", "产业", "至少 3,000.00"):
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


@pytest.mark.parametrize(
    "query", ["year=abc", "county=999999", "stage=gone", "page=0", "page_size=500", "min_amount=x"]
)
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
    assert one <= (8 if role is None else 12)  # a stranger's session is opened and closed besides


def test_the_page_shows_parties_by_the_name_of_the_day_of_signing(client):
    lead = make_organisation(name="今名基金会")
    lead.former_names.create(name="旧名基金会", until=datetime.date(2020, 6, 1))
    project = published(lead=lead)
    make_agreement(project=project, signed_on=datetime.date(2019, 5, 1))
    text = body(client, page_of(project))
    assert "旧名基金会" in text
    assert f'href="{reverse("org", args=(lead.pk,))}"' in text


def test_unnamed_parties_are_shown_by_their_number_and_never_linked(client):
    project = published()
    make_participation(project, role="mobilised", unnamed="enterprises", unnamed_count=30, unnamed_qualifier="over")
    text = body(client, page_of(project))
    assert "超过 30" in text


def test_the_money_of_companies_stands_apart_from_the_organisations_own(client):
    project = published()
    make_funding(project, "720000", state="received", origin="raised")
    make_funding(
        project, "300000000", state="received", origin="mobilised", enterprise=make_enterprise(name="牧业公司")
    )
    text = body(client, page_of(project))
    assert text.count('<table class="ladder">') == 2
    assert "72.00" in text
    assert "30,000.00" in text
    assert "30,072.00" not in text
    assert "3 亿元" in text


def test_a_voided_line_is_not_on_the_public_page(client):
    project, user = published(), make_user()
    make_funding(
        project,
        "555000",
        voided_by=user,
        voided_at=datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC),
        void_reason="错",
    )
    assert "55.5" not in body(client, page_of(project))


def test_only_approved_results_are_public_and_each_keeps_its_unit(client):
    project = published()
    make_result(project, Decimal(1160), indicator="验配眼镜", unit="副")
    make_result(project, 77, indicator="草稿指标", status="draft")
    text = body(client, page_of(project))
    assert "1,160 副" in text
    assert "草稿指标" not in text


def test_quote_source_and_what_the_source_does_not_say_are_printed(client):
    project = published(quote="捐建蔬菜大棚150座", source="报道", caution="价值是物资折价")
    text = body(client, page_of(project))
    for words in ("捐建蔬菜大棚150座", "报道", "价值是物资折价"):
        assert words in text


def test_identity_numbers_in_free_text_are_masked(client):
    project = published(summary="联系人身份证110101199003074530", name="资助110101199003074530")
    for url in (page_of(project), LIST):
        text = body(client, url)
        assert "110101199003074530" not in text
        assert "110***************" in text


def test_a_suspended_project_shows_the_stage_that_it_left(client):
    text = body(client, page_of(published(stage="suspended", left_stage="under_way")))
    assert 'class="course-now"' in text
    assert "status--suspended" in text


def test_the_inner_part_is_for_those_who_work_with_the_project(client):
    county = make_division()
    project = published(county=county, status_reason="内部原因", officer=make_user(name="责任人甲"))
    make_step(project, title="签订协议书")
    inner = ("内部原因", "责任人甲", "签订协议书")
    text = body(client, page_of(project))
    assert [word for word in inner if word in text] == []
    client.force_login(make_county_user(make_division()))
    text = body(client, page_of(project))
    assert [word for word in inner if word in text] == []
    client.force_login(make_county_user(county))
    text = body(client, page_of(project))
    assert [word for word in inner if word in text] == list(inner)


def test_the_auditor_sees_the_responsible_person_masked(client):
    project = published(officer=make_user(name="责任人甲"))
    client.force_login(make_user("auditor"))
    text = body(client, page_of(project))
    assert "责任人甲" not in text
    assert "责*" in text


def test_a_project_that_is_not_published_is_as_missing(client):
    hidden = body(client, page_of(make_project(number="XM-1")), status=404)
    missing = body(client, "/projects/XM-9/", status=404)
    assert hidden.replace("XM-1", "XM-9").count("XM-9") == missing.count("XM-9")


def test_a_number_with_a_slash_has_a_page(client):
    project = published(number="冀/2020/1")
    body(client, page_of(project))
    assert page_of(project) in body(client, LIST)


def test_events_of_the_signing_are_shown_where_they_are_public(client):
    project = published()
    for name, is_public in (("公开签约仪式", True), ("内部调度会", False)):
        make_agreement(project=project, event=make_event(name=name, is_public=is_public))
    text = body(client, page_of(project))
    assert "公开签约仪式" in text
    assert "内部调度会" not in text


def test_projects_that_are_not_public_are_not_named_by_their_successors(client):
    hidden = make_project(name="内部前身")
    assert "内部前身" not in body(client, page_of(published(continues=hidden)))


def test_the_page_asks_the_same_number_of_questions_however_much_stands_on_it(client):
    project = whole_row()
    queries_of(client, page_of(project))
    Project.objects.filter(pk=project.pk).update(summary="第二版")
    one = queries_of(client, page_of(project))
    for _number in range(2):
        make_funding(project, "1", organisation=make_organisation())
        make_result(project, indicator=f"{_number}", unit="户")
        make_participation(project, organisation=make_organisation(), role="joint")
        Site.objects.create(project=project, division=make_division())
    assert queries_of(client, page_of(project)) == one


def test_the_page_is_read_only(client):
    project = published()
    assert client.post(page_of(project)).status_code == 405
    assert client.post(LIST).status_code == 405


@pytest.mark.parametrize("account", ["bureau", ""])
def test_facets_of_a_word_that_many_projects_have_come_when_they_are_looked_at(client, monkeypatch, account):
    county = make_division(name="阜平县")
    for _number in range(3):
        published(name="蔬菜大棚", county=county)
    publish_what_is_marked()
    if account:
        client.force_login(make_user(account))
    address = f"{LIST}?search=大棚"
    whole = client.get(address).context
    assert [facet["label"] for facet in whole["facets"] if facet["chips"]]
    assert not whole.get("facets_from")
    monkeypatch.setattr("projects.listing.asking.DEAR", 2)
    later = client.get(address)
    assert later.context["listing"].page.paginator.count == 3
    assert [row.name for row in later.context["rows"]] == ["蔬菜大棚"] * 3
    place = later.context["facets_from"]
    assert f'hx-get="{escape(place)}"' in later.content.decode()
    assert "htmx" in later.content.decode()
    assert not any(facet["chips"] for facet in later.context["facets"])
    counted = Statements()
    with connection.execute_wrapper(counted):
        fragment = body_of(client.get(place, headers={"HX-Request": "true"}))
    assert not [sql for sql in counted.asked if '"projects_listed"."name"' in sql]  # no rows, which it does not show
    assert "阜平县" in fragment
    assert "county=" in fragment
    assert "<html" not in fragment
    assert client.get(place).context["facets"] == whole["facets"]
    assert client.get(f"{place}&format=csv").status_code == 200


def body_of(response):
    assert response.status_code == 200, response
    return response.content.decode()
