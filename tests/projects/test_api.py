"""Projects, needs, pledges and circulars through the interface, read only."""

import csv
import io
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from projects.api.project_json import ProjectRowSerializer, ProjectSerializer
from projects.models import Circular, CircularFigure, ProjectField, Site
from tests.core.test_exports import cells_of
from tests.counting import queries_of
from tests.factories import (
    make_campaign,
    make_county_user,
    make_division,
    make_field,
    make_funding,
    make_need,
    make_org_user,
    make_organisation,
    make_participation,
    make_pledge,
    make_project,
    make_result,
    make_step,
    make_user,
)

pytestmark = pytest.mark.django_db
API = "/api/v1/"
PROJECTS = f"{API}projects/"
LISTS = ("projects", "organisations", "counties", "needs", "pledges", "circulars", "steps")


def published(**overrides):
    return make_project(**{"visibility": "published", "stage": "under_way"} | overrides)


def asked(client, url, status=200):
    response = client.get(url)
    assert response.status_code == status, response.content.decode()[:2000]
    return response.json()


def numbers(answer):
    return [row["number"] for row in answer["results"]]


def exported(client, query=""):
    response = client.get(f"{PROJECTS}export/?{query}")
    assert response.status_code == 200
    text = response.getvalue().decode()
    assert text[0] == "\ufeff"
    return list(csv.reader(io.StringIO(text[1:])))


def make_circular(**overrides):
    """An issued circular; its figures are added by `figures`, as {code: rows}."""
    figures = overrides.pop("figures", {})
    fields = {"campaign": make_campaign(), "kind": "progress", "title": "进展通报", "number": "冀民函〔2021〕15号"}
    fields |= {"period_from": date(2020, 1, 1), "period_until": date(2020, 12, 31), "as_of": timezone.now()}
    circular = Circular.objects.create(**fields | {"number": ""} | overrides)
    for code, rows in figures.items():
        CircularFigure.objects.create(
            circular=circular, code=code, label="项目", value=len(rows), unit="个", rule="口径", row_ids=rows
        )
    return circular


@pytest.mark.parametrize("name", LISTS)
def test_every_list_answers_count_next_previous_results(client, name):
    assert asked(client, f"{API}{name}/") == {"count": 0, "next": None, "previous": None, "results": []}


@pytest.mark.parametrize("name", LISTS)
def test_every_list_refuses_unknown_parameters_in_words(client, name):
    answer = asked(client, f"{API}{name}/?secret=1", status=400)
    assert "secret" in answer["detail"]
    assert list(answer["errors"]) == ["secret"]
    assert {"page", "page_size", "cursor", "ordering"} <= set(answer["allowed"])


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_nothing_can_be_written_but_needs_and_pledges(client, name, method):
    client.force_login(make_user("bureau"))
    if method == "post" and name in ("needs", "pledges"):
        return
    assert getattr(client, method)(f"{API}{name}/", {}, content_type="application/json").status_code in (403, 405)


def test_a_row_has_exactly_the_keys_of_the_contract(client):
    fuping, shunping = make_division(code="130624", name="阜平县"), make_division(code="130636", name="顺平县")
    lead = make_organisation(name="凤凰谷研究院")
    project = published(
        lead=lead, county=fuping, field=make_field(code="industry", name="产业"), year=2019, name="太阳能"
    )
    Site.objects.create(project=project, division=shunping)
    make_funding(project, "560000", qualifier="about")
    (row,) = asked(client, PROJECTS)["results"]
    assert row == {
        "id": project.pk,
        "number": project.number,
        "name": "太阳能",
        "county": "130624",
        "county_name": "阜平县",
        "counties": [{"code": "130624", "name": "阜平县"}, {"code": "130636", "name": "顺平县"}],
        "field": "industry",
        "field_name": "产业",
        "fields": [{"code": "industry", "name": "产业"}],
        "year": 2019,
        "stage": "under_way",
        "stage_name": "实施",
        "amount": "560000.00",
        "amount_qualifier": "about",
        "lead_organisation": "凤凰谷研究院",
        "lead_organisation_id": lead.pk,
    }
    assert list(row) == list(ProjectRowSerializer().fields)


def test_what_a_project_does_not_state_is_null(client):
    published()
    (row,) = asked(client, PROJECTS)["results"]
    absent = ("county", "field", "amount", "lead_organisation", "lead_organisation_id")
    assert [row[key] for key in absent] == [None] * len(absent)
    assert row["counties"] == []


def test_the_primary_field_of_the_campaigns_scheme_comes_first(client):
    project = published(campaign=make_campaign(scheme="revitalisation"), field=make_field(code="relief"))
    ProjectField.objects.create(project=project, field=make_field(code="talent", scheme="revitalisation"))
    assert asked(client, PROJECTS)["results"][0]["field"] == "talent"


def test_codes_are_named_in_the_language_of_the_visitor(client):
    published(field=make_field(name="产业", name_en="Industry"))
    client.cookies["django_language"] = "en"
    (row,) = asked(client, PROJECTS)["results"]
    assert (row["field_name"], row["stage_name"]) == ("Industry", "under way")
    assert "not a parameter" in asked(client, f"{PROJECTS}?x=1", status=400)["detail"]


def test_amounts_are_filtered_and_ordered_as_decimals(client):
    for amount in ("9.50", "100", "20"):
        make_funding(published(number=f"P-{amount}"), amount)
    assert numbers(asked(client, f"{PROJECTS}?ordering=-amount&min_amount=10")) == ["P-100", "P-20"]


def test_pages_follow_each_other_without_gap(client):
    made = [published(year=2020).number for _number in range(5)]
    first = asked(client, f"{PROJECTS}?page_size=2&ordering=number")
    second = asked(client, first["next"])
    third = asked(client, second["next"])
    assert numbers(first) + numbers(second) + numbers(third) == sorted(made)
    assert [answer["count"] for answer in (first, second, third)] == [5, 5, 5]
    assert third["next"] is None
    assert numbers(asked(client, third["previous"])) == numbers(second)
    assert numbers(asked(client, second["previous"])) == numbers(first)


@pytest.mark.parametrize("ordering", ["-year", "number", "-number", "name", "-name", "amount", "-amount"])
def test_a_cursor_walks_through_all_rows_once_forth_and_back(client, ordering):
    for number in range(7):
        project = published(year=2018 + number % 2, name=f"项目{number % 3}")
        if number % 3:
            make_funding(project, str(number % 2 + 1))
    whole = numbers(asked(client, f"{PROJECTS}?ordering={ordering}&page_size=200"))
    url, walked, pages = f"{PROJECTS}?ordering={ordering}&page_size=2&cursor=", [], []
    while url:
        answer = asked(client, url)
        assert answer["count"] == 7
        pages.append(answer)
        walked += numbers(answer)
        url = answer["next"]
    assert walked == whole
    url, back = pages[-1]["previous"], []
    while url:
        answer = asked(client, url)
        back = numbers(answer) + back
        url = answer["previous"]
    assert back == whole[: len(back)]
    assert len(back) == 6


@pytest.mark.parametrize("query", ["cursor=abc", "cursor=&page=2", "page=0", "page=x", "page_size=201", "page_size=0"])
def test_unreadable_pages_are_refused(client, query):
    answer = asked(client, f"{PROJECTS}?{query}", status=400)
    assert list(answer["errors"]) == [query.split("=")[0]]


def test_a_cursor_of_another_order_is_refused(client):
    for _number in range(3):
        published()
    following = asked(client, f"{PROJECTS}?page_size=1&cursor=")["next"]
    assert "cursor" in asked(client, f"{following}&ordering=number", status=400)["errors"]


def test_a_page_past_the_end_is_404(client):
    assert "detail" in asked(client, f"{PROJECTS}?page=2", status=404)


def test_a_code_under_which_projects_are_found_is_looked_up_once_a_process(client):
    fuping, field = make_division(code="130624", name="阜平县"), make_field()
    published(county=fuping, field=field)
    address = f"{PROJECTS}?county=130624&field={field.code}"
    numbers_of = []
    for _each in range(2):
        with CaptureQueriesContext(connection) as captured:
            assert asked(client, address)["count"] == 1
        numbers_of.append(len(captured))
    assert numbers_of[0] - numbers_of[1] == 2


def test_a_code_that_is_gone_is_refused_though_it_was_known(client):
    fuping = make_division(code="130624", name="阜平县")
    project = published(county=fuping)
    assert asked(client, f"{PROJECTS}?county=130624")["count"] == 1
    Site.objects.filter(project=project).delete()
    assert asked(client, f"{PROJECTS}?county=130624")["count"] == 0
    fuping.code = "130699"
    fuping.save()
    assert "county" in asked(client, f"{PROJECTS}?county=130624", status=400)["errors"]


def test_facets_take_the_same_filters_and_no_others(client):
    published(year=2019, county=make_division(code="130624", name="阜平县"))
    published(year=2020)
    facets = asked(client, f"{PROJECTS}facets/?year=2019")
    assert list(facets) == ["county", "field", "stage", "year"]
    assert facets["county"] == [{"value": "130624", "label": "阜平县", "count": 1}]
    assert facets["year"] == [{"value": 2019, "label": "2019", "count": 1}]
    assert "errors" in asked(client, f"{PROJECTS}facets/?page=1", status=400)


def test_the_whole_of_a_project_shows_the_public_what_is_public(client):
    lead, county = make_organisation(name="旧名"), make_division(code="130881", name="平泉市")
    project = published(lead=lead, county=county, field=make_field(), quote="筹集资金72万元", caution="不是自有资金")
    make_funding(project, "720000", organisation=lead, state="received", origin="raised", voucher="V-1", note="内部")
    make_result(project, Decimal(1), indicator="改造小学", unit="所", level="output")
    make_result(project, 5, status="draft", indicator="未批准")
    make_step(project)
    whole = asked(client, f"{PROJECTS}{project.pk}/")
    assert list(whole) == list(ProjectSerializer().fields)
    assert whole["quote"] == "筹集资金72万元"
    assert [(party["organisation"], party["name"], party["role"]) for party in whole["organisations"]] == [
        (lead.pk, "旧名", "lead")
    ]
    (line,) = whole["funding"]
    assert line["money"] == {"value": "720000.00", "unit": "元", "qualifier": "exact", "text": "72 万元"}
    assert not {"voucher", "note", "confirmed_by"} & line.keys()
    assert [result["indicator"] for result in whole["results"]] == ["改造小学"]
    assert (whole["checklist"], whole["inner"]) == (None, None)


def test_those_who_work_with_a_project_see_its_checklist_and_inner_facts(client):
    county = make_division()
    project = make_project(county=county, officer=make_user(name="责任人甲"))
    make_step(project, title="签订协议", due_on=date(2020, 1, 1))
    client.force_login(make_county_user(county))
    whole = asked(client, f"{PROJECTS}{project.pk}/")
    assert [(step["title"], step["lamp"]) for step in whole["checklist"]] == [("签订协议", "overdue")]
    assert whole["inner"]["officer"] == "责任人甲"
    assert whole["inner"]["visibility"] == "internal"


def test_a_single_row_takes_no_parameters(client):
    assert "errors" in asked(client, f"{PROJECTS}{published().pk}/?year=2019", status=400)


def test_an_address_that_does_not_exist_is_answered_in_json(client):
    for address in ("/api/v1/secrets/", "/api/v2/projects/", "/api/v1/projects/999999/", "/api/v1/projects/abc/"):
        assert "detail" in asked(client, address, status=404)


def test_the_export_holds_everything_found_with_all_organisations(client):
    lead, other = make_organisation(name="甲会"), make_organisation(name="乙会")
    project = published(lead=lead, county=make_division(code="130624", name="阜平县"), actual_start=date(2019, 3, 1))
    make_participation(project, organisation=other, role="joint")
    make_funding(project, "100", state="committed")
    make_funding(project, "56", state="received", qualifier="over")
    make_result(project, 34)
    make_project()
    client.cookies["django_language"] = "en"
    head, row = exported(client)
    told = dict(zip(head, row, strict=True))
    assert told["Project number"] == project.number
    assert told["All organisations"] == "甲会;乙会"
    money = ("Committed (yuan)", "Received (yuan)", "Funds involved (yuan)")
    assert [told[column] for column in money] == ["100.00", "56.00", "56.00"]
    assert (told["Person-times"], told["Started on"]) == ("34", "2019-03-01")


def test_the_export_speaks_the_language_of_the_visitor(client):
    published()
    client.cookies["django_language"] = "en"
    head, row = exported(client)
    assert head[0] == "Project number"
    assert row[6] == "under way"


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@x", "＝1+1", "＠x"])
def test_a_name_that_looks_like_a_formula_is_text_in_the_export(client, name):
    published(name=name)
    assert exported(client)[1][1] == f"'{name}"


def test_the_export_keeps_filters_and_order_and_knows_its_formats(client):
    for year in (2018, 2020, 2019):
        published(year=year)
    assert [row[5] for row in exported(client, "format=csv&year_min=2019&ordering=year")[1:]] == ["2019", "2020"]
    assert "csv, xlsx" in asked(client, f"{PROJECTS}export/?format=pdf", status=400)["errors"]["format"][0]
    assert "page" in asked(client, f"{PROJECTS}export/?page=1", status=400)["errors"]


def test_the_workbook_holds_the_same_rows_as_the_csv(client):
    make_funding(published(name="=1+1", actual_start=date(2019, 3, 1)), "56.10")
    response = client.get(f"{PROJECTS}export/?format=xlsx")
    assert response["Content-Disposition"] == 'attachment; filename="projects.xlsx"'
    head, row = cells_of(response.getvalue())
    csv_head, csv_row = exported(client)
    assert head == csv_head
    assert row == [cell.removeprefix("'") for cell in csv_row]
    assert row[1] == "=1+1"


def test_a_need_tells_what_is_wanted_accepted_and_unmet(client):
    need = make_need(amount="3000000", contact_name="甲某", contact_phone="13900005678")
    make_pledge(need=need, amount="720000", status="accepted")
    make_pledge(need=need, amount="100000")
    (row,) = asked(client, f"{API}needs/")["results"]
    (item,) = row["items"]
    assert [item[key]["value"] for key in ("wanted", "accepted", "unmet")] == ["3000000.00", "720000.00", "2280000.00"]
    whole = asked(client, f"{API}needs/{need.pk}/")
    assert whole["contact"] is None
    assert "13900005678" not in str(row) + str(whole)
    client.force_login(make_county_user(need.county))
    assert asked(client, f"{API}needs/{need.pk}/")["contact"]["contact_phone"] == "13900005678"
    client.force_login(make_user("auditor"))
    assert asked(client, f"{API}needs/{need.pk}/")["contact"] == {"contact_name": "甲*", "contact_phone": "139****5678"}


def test_pledges_are_shown_to_their_organisation_and_to_those_who_decide(client):
    pledge = make_pledge(need=make_need())
    make_pledge()
    assert asked(client, f"{API}pledges/")["count"] == 0
    client.force_login(make_org_user(pledge.organisation))
    (row,) = asked(client, f"{API}pledges/")["results"]
    assert (row["number"], row["county"]) == (pledge.number, pledge.need.county.code)
    client.force_login(make_user("bureau"))
    assert asked(client, f"{API}pledges/")["count"] == 2


def test_only_issued_circulars_are_public(client):
    draft = make_circular(figures={"projects": [1, 2, 3]})
    assert asked(client, f"{API}circulars/")["count"] == 0
    asked(client, f"{API}circulars/{draft.pk}/", status=404)
    client.force_login(make_user("auditor"))
    (figure,) = asked(client, f"{API}circulars/{draft.pk}/")["figures"]
    assert (figure["quantity"]["value"], figure["rows"]) == ("3", 3)


@pytest.mark.parametrize(
    "name", ["projects", "needs", "pledges", "organisations", "projects/facets", "projects/export"]
)
@pytest.mark.parametrize("role", [None, "bureau"])
def test_one_row_and_three_cost_the_same_number_of_questions(client, name, role):
    def make():
        lead = make_organisation()
        project = published(lead=lead, county=make_division(), field=make_field())
        make_funding(project, organisation=lead)
        make_pledge(need=make_need(), organisation=lead)

    if role:
        client.force_login(make_user(role))
    make()
    one = queries_of(client, f"{API}{name}/")
    make()
    make()
    assert queries_of(client, f"{API}{name}/") == one
    assert one <= (6 if role is None else 9)  # a stranger's session is opened and closed besides


def test_the_whole_of_a_project_costs_the_same_however_much_hangs_on_it(client):
    project = published()
    queries_of(client, f"{PROJECTS}{project.pk}/")
    make_funding(project)
    one = queries_of(client, f"{PROJECTS}{project.pk}/")
    for _number in range(3):
        make_funding(project, organisation=make_organisation())
        make_participation(project, organisation=make_organisation(), role="joint")
    assert queries_of(client, f"{PROJECTS}{project.pk}/") <= one + 2
