"""What may be asked of the lists of projects, needs and pledges, and what is refused."""

from decimal import Decimal

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.http import QueryDict
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from counties.models import Division
from projects.filters import NeedFilters, PledgeFilters, ProjectFilters, project_facets
from projects.models import NeedItem, Project, Site
from projects.models.needs import Need
from projects.models.pledges import Pledge
from registry.core import filters as filters_module
from registry.core.filters import BadQuery
from tests.factories import (
    make_campaign,
    make_county_user,
    make_division,
    make_enterprise,
    make_field,
    make_funding,
    make_need,
    make_organisation,
    make_participation,
    make_pledge,
    make_project,
    make_user,
)

pytestmark = pytest.mark.django_db


def request_of(user=None):
    request = RequestFactory().get("/")
    request.user = user or AnonymousUser()
    return request


def found(query, rows=None, filters=ProjectFilters, user=None):
    rows = Project.objects.all() if rows is None else rows
    return list(filters(QueryDict(query), rows, request=request_of(user)).found())


def faults(query, **kwargs):
    with pytest.raises(BadQuery) as caught:
        found(query, **kwargs)
    return caught.value


@pytest.mark.parametrize("name", ["officer", "stage__in", "officer__phone__startswith", "note", "limit", "SEARCH", ""])
def test_a_parameter_that_is_not_listed_is_refused_and_the_listed_ones_are_told(name):
    fault = faults(f"{name}=1")
    assert list(fault.faults) == [name]
    assert fault.allowed[0] == "search"


def test_a_parameter_given_twice_is_refused():
    assert list(faults("year=2019&year=2020").faults) == ["year"]


@pytest.mark.parametrize(
    "query",
    [
        "year=twenty", "year=1800", "year=1e400", "year_min=2.5", "county=130", "county=%00", "county=99999999999",
        "field=nothing", "stage=UNDER_WAY", "landed=maybe", "landed=1", "min_amount=约100", "max_amount=-1",
        "organisation=0", "organisation=x", "organisation=99999999999999999999", "origin=mars", "kind=company",
        "campaign=%00", "ordering=officer", "ordering=year,name", "ordering=-funds", "search=%00",
        "search=" + "长" * 101,
    ],
)  # fmt: skip
def test_a_value_that_cannot_be_read_is_refused_by_its_name(query):
    assert list(faults(query).faults) == [query.split("=")[0]]


def test_all_faults_are_told_at_once():
    assert set(faults("year=x&stage=y&z=1").faults) == {"year", "stage", "z"}


def test_an_empty_parameter_asks_nothing():
    project = make_project()
    assert found("search=&county=&year=&stage=&min_amount=&landed=") == [project]


def test_a_county_is_found_by_its_code_by_its_city_and_by_its_old_code():
    city = make_division(code="130700", name="张家口市", level="prefecture")
    wanquan = make_division(code="130708", name="万全区", parent=city)
    make_division(code="130729", name="万全县", valid_to=2016, home=wanquan)
    project = make_project(county=wanquan)
    make_project(county=make_division(code="130624"))
    make_project()
    for code in ("130708", "130700", "130729", "１３０７０８"):
        assert found(f"county={code}") == [project]


def test_two_sites_in_one_county_find_the_project_once():
    county = make_division()
    project = make_project(county=county)
    Site.objects.create(project=project, division=county, address="八十亩地村")
    assert found(f"county={county.code}") == [project]


def test_field_year_stage_and_campaign_narrow():
    field, campaign = make_field(code="education"), make_campaign(code="first")
    project = make_project(field=field, year=2019, stage="signed", campaign=campaign)
    make_project(field=make_field(), year=2020, campaign=make_campaign())
    for query in (
        "field=education",
        "year=2019",
        "stage=signed",
        "campaign=first",
        "year_max=2019",
        "year_min=2000&year=2019",
    ):
        assert found(query) == [project]
    assert found("year_min=2021") == []


def test_landed_means_under_way_or_later_also_where_it_was_left():
    landed = [make_project(stage="under_way"), make_project(stage="suspended", left_stage="finished")]
    others = [make_project(stage="signed"), make_project(stage="terminated", left_stage="matched")]
    assert found("landed=true&ordering=number") == landed
    assert found("landed=false&ordering=number") == others


def test_amount_is_what_was_received_or_else_committed_and_never_companies_money():
    received, committed, company, unstated = (make_project() for _number in range(4))
    make_funding(received, "500", state="committed")
    make_funding(received, "300", state="received")
    make_funding(committed, "400", state="committed")
    make_funding(company, "90000", state="received", origin="mobilised", enterprise=make_enterprise())
    make_funding(unstated, "1000", state="committed")
    make_funding(unstated, None, state="received", kind="goods")
    assert found("min_amount=400") == [committed]
    assert found("max_amount=300") == [received]
    assert found("min_amount=0&ordering=amount") == [received, committed]


def test_amount_reads_what_people_write():
    project = make_project()
    make_funding(project, "720000")
    assert found("min_amount=72万&max_amount=0.5亿") == [project]


def test_what_is_not_stated_comes_last_in_both_orders():
    small, large, unstated = make_project(), make_project(), make_project()
    make_funding(small, "1")
    make_funding(large, "2")
    assert found("ordering=amount") == [small, large, unstated]
    assert found("ordering=-amount") == [large, small, unstated]


def test_the_usual_order_is_the_newest_year_first():
    old, new = make_project(year=2018), make_project(year=2020)
    assert found("") == [new, old]


def test_a_merged_organisations_projects_are_found_under_the_one_that_it_went_into():
    into = make_organisation()
    merged = make_organisation(merged_into=into, status="merged")
    project = make_project(lead=merged)
    make_project(lead=make_organisation())
    assert found(f"organisation={into.pk}") == [project]


def test_origin_and_kind_are_of_any_organisation_taking_part():
    project = make_project(lead=make_organisation())
    make_participation(project, organisation=make_organisation(origin="tianjin", kind="service"), role="joint")
    make_project(lead=make_organisation())
    assert found("origin=tianjin") == [project]
    assert found("kind=service") == [project]


def test_an_organisation_that_the_person_may_not_see_is_as_unknown_as_a_missing_one():
    applied = make_organisation(status="applied")
    hidden, missing = faults(f"organisation={applied.pk}"), faults("organisation=99999")
    assert hidden.faults == missing.faults


def test_search_finds_name_number_pinyin_and_the_names_of_organisations():
    lead = make_organisation(name="凤凰谷研究院")
    lead.former_names.create(name="旧谷研究院")
    project = make_project(name="蔬菜大棚", number="XM-2019-0007", lead=lead)
    make_project(name="免费验配眼镜")
    for words in ("大棚", "2019-0007", "scdp", "shucai", "凤凰谷", "旧谷"):
        assert found(f"search={words}") == [project]


def test_facets_count_each_project_once_under_every_county_field_stage_and_year():
    fuping, shunping = make_division(code="130624", name="阜平县"), make_division(code="130636", name="顺平县")
    field = make_field(code="industry", name="产业")
    project = make_project(county=fuping, field=field, year=2019, stage="under_way")
    Site.objects.create(project=project, division=fuping, address="又一处")
    Site.objects.create(project=project, division=shunping)
    make_project(county=fuping, year=2020)
    facets = project_facets(Project.objects.all())
    assert facets["county"] == [
        {"value": "130624", "label": "阜平县", "count": 2},
        {"value": "130636", "label": "顺平县", "count": 1},
    ]
    assert facets["field"] == [{"value": "industry", "label": "产业", "count": 1}]
    assert [(entry["value"], entry["count"]) for entry in facets["stage"]] == [("planned", 1), ("under_way", 1)]
    assert [(entry["value"], entry["count"]) for entry in facets["year"]] == [(2020, 1), (2019, 1)]


def test_facets_are_one_question(django_assert_num_queries):
    make_project(county=make_division(), field=make_field())
    with django_assert_num_queries(1):
        project_facets(Project.objects.order_by("-year"))


def test_facets_keep_to_the_filters():
    make_project(year=2019)
    make_project(year=2020, stage="signed")
    filters = ProjectFilters(QueryDict("year=2020&ordering=-amount"), Project.objects.all(), request=request_of())
    assert project_facets(filters.found())["stage"] == [{"value": "signed", "label": "签约", "count": 1}]


def test_needs_are_asked_by_place_field_status_urgency_and_kind():
    county, field = make_division(), make_field(code="health")
    need = make_need(county=county, field=field, urgency="urgent")
    other = make_need(amount=None)
    NeedItem.objects.create(need=other, kind="goods", what="大棚", quantity=Decimal(3), unit="座")
    rows = Need.objects.all()
    for query in (f"county={county.code}", "field=health", "urgency=urgent", "kind=money"):
        assert found(query, rows, NeedFilters) == [need]
    assert found("kind=goods", rows, NeedFilters) == [other]
    assert set(found("status=published", rows, NeedFilters)) == {need, other}
    assert list(faults("contact_phone=1", rows=rows, filters=NeedFilters).faults) == ["contact_phone"]


def test_pledges_are_asked_by_the_county_of_their_need_or_their_own():
    county = make_division()
    towards = make_pledge(need=make_need(county=county))
    free = make_pledge(county=county)
    make_pledge()
    assert found(f"county={county.code}&ordering=id", Pledge.objects.all(), PledgeFilters) == [towards, free]


def test_pledges_cannot_be_asked_by_a_need_that_is_another_countys_draft():
    draft = make_need(status="draft")
    county = make_county_user(draft.county)
    rows = Pledge.objects.all()
    assert found(f"need={draft.pk}", rows, PledgeFilters, user=county) == []
    assert list(
        faults(f"need={draft.pk}", rows=rows, filters=PledgeFilters, user=make_user("organisation")).faults
    ) == ["need"]


def test_a_process_that_serves_looks_up_all_codes_with_the_first(client, monkeypatch):
    monkeypatch.setattr(filters_module, "_meant", {})
    monkeypatch.setattr(filters_module, "_to_learn", set())
    now, old, field = make_division(), make_division(valid_to=2012), make_field()
    Division.objects.filter(pk=old.pk).update(home=now)
    project = make_project(county=now, field=field)
    client.force_login(make_user("bureau"))
    ProjectFilters.learn_with_the_first()

    def asked(**query):
        with CaptureQueriesContext(connection) as done:
            answer = client.get("/api/v1/projects/", query)
        looked_up = [one["sql"] for one in done if 'FROM "counties_division"' in one["sql"]]
        return answer, len(looked_up)

    assert asked(county=now.code)[1] == 2, "what each code is today, and these units"
    for code in (now.code, old.code):
        answer, looked_up = asked(county=code, field=field.code)
        assert ([row["id"] for row in answer.json()["results"]], looked_up) == ([project.pk], 0), code
    later = make_division()
    answer, looked_up = asked(county=later.code)
    assert (answer.json()["count"], looked_up) == (0, 1), "one that came later is looked up by itself"
    assert asked(county="999999")[0].status_code == 400


def test_questions_share_what_everybody_is_offered_and_nothing_that_depends_on_who_asks():
    everybody = make_organisation()
    hidden = make_organisation(status="applied")
    ask = [
        ProjectFilters(QueryDict(), Project.objects.all(), request=request_of(u)) for u in (make_user("bureau"), None)
    ]
    staff, stranger = (filters.form.fields for filters in ask)
    assert staff["county"] is stranger["county"]
    assert set(staff["organisation"].queryset) == {everybody, hidden}
    assert set(stranger["organisation"].queryset) == {everybody}
