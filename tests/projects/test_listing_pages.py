"""Pages of the list of projects: each row once, in its order, found by an index."""

from urllib.parse import urlencode

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from projects.filters import ProjectFilters
from projects.listing.pages import pages_of
from projects.models import Listed, Project, ProjectField, Site
from projects.tables import in_json, ledger
from registry.core.paging import cut
from tests.counting import queries_of
from tests.factories import (
    make_division,
    make_field,
    make_funding,
    make_organisation,
    make_project,
    make_user,
)
from tests.reports.chance import Register

from .listed import ORDERS, answers

pytestmark = pytest.mark.django_db

INTERFACE = "/api/v1/projects/"


@pytest.fixture
def project():
    return make_project(lead=make_organisation(), county=make_division(), field=make_field(), name="太阳能路灯")


@pytest.mark.parametrize("ordering", ORDERS)
def test_a_cursor_walks_through_all_rows_in_their_order_and_back(client, ordering):
    lead = make_organisation()
    for amount in (5, 5, 7, None, None, 3):
        project = make_project(lead=lead)
        make_funding(project, amount, organisation=lead) if amount else None
    client.force_login(make_user("bureau"))
    whole = [row["id"] for row in client.get(f"/api/v1/projects/?ordering={ordering}").json()["results"]]
    url, walked = f"/api/v1/projects/?ordering={ordering}&page_size=2&cursor=", []
    while url:
        answer = client.get(url).json()
        walked += [row["id"] for row in answer["results"]]
        url, last = answer["next"], answer
    assert walked == whole == list(dict.fromkeys(whole))
    assert answer["count"] == 6
    back = client.get(last["previous"]).json()
    assert [row["id"] for row in back["results"]] == whole[2:4]


@pytest.mark.parametrize(
    "url", ["/api/v1/projects/?ordering=-amount&cursor=", "/projects/", "/api/v1/projects/facets/"]
)
def test_a_list_asks_as_often_whatever_it_holds(client, url):
    client.force_login(make_user("bureau"))
    county, field = make_division(), make_field()
    make_project(lead=make_organisation(), county=county, field=field)
    once = queries_of(client, url)
    for _number in range(2):
        make_project(lead=make_organisation(), county=county, field=field)
    assert queries_of(client, url) == once


@pytest.fixture
def many(project):
    """A few thousand rows of the index, of thirty counties, ten fields and five years; every fiftieth in 光伏."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO projects_listed (id, number, name, pinyin, year, stage, left_stage, campaign_id, amount,
                amount_falling, amount_rising, money, places, field_rows, organisation_rows, keys, words, latin, grams)
            SELECT 10000000 + n, 'X' || n, 'x', 'x', 2016 + n % 5, 'signed', '', campaign_id, n, n, n, money, places,
                field_rows, organisation_rows,
                ARRAY['c13' || lpad((n % 30)::text, 4, '0'), 'ff' || n / 7 % 10, 'y' || 2016 + n % 5, 'ssigned'],
                'X', '', CASE WHEN n % 50 = 0 THEN ARRAY['光伏', '伏电'] ELSE ARRAY['项目'] END
            FROM projects_listed, generate_series(1, 6000) n
            """
        )
        cursor.execute("ANALYZE projects_listed")


@pytest.mark.parametrize(
    ("found", "index"),
    [
        (lambda: Listed.objects.in_county("130007").in_field("f3").order_by("-amount_falling", "-id"), "listed_"),
        (lambda: Listed.objects.order_by("-amount_falling", "-id"), "listed_largest"),
        (lambda: Listed.objects.order_by("amount_rising", "id"), "listed_smallest"),
        (lambda: Listed.objects.order_by("-year", "-id"), "listed_year"),
        (lambda: Listed.objects.search("光伏").order_by("-amount_falling", "-id"), "listed_"),
        (lambda: Listed.objects.search("光伏电").order_by("-amount_falling", "-id"), "listed_"),
        (lambda: Listed.objects.search("项目").order_by("-amount_falling", "-id"), "listed_largest"),
        (lambda: Listed.objects.filter(amount_falling__gte=5990).in_year(2018), "listed_"),
    ],
)  # fmt: skip
def test_a_page_of_a_list_is_found_by_an_index(many, found, index):
    plan = found()[:50].explain()
    assert index in plan, plan
    assert "Seq Scan" not in plan, plan


def test_a_cursor_begins_in_the_index_where_the_page_before_it_ended(many):
    order = "-amount_falling", "-id"
    queryset = cut(Listed.objects.order_by(*order), order, ["3000.00", "1003000"], False)
    plan = queryset[:50].explain()
    assert "Index Cond: (ROW(amount_falling, id) <" in plan, plan


def test_the_rows_before_a_numbered_page_are_passed_over_in_the_index(many):
    pages = pages_of(ProjectFilters(QueryDict("ordering=-amount"), Listed.objects.all(), named_only=True))
    with CaptureQueriesContext(connection) as captured:
        rows = pages.part(1000, 1050)
    assert [row["id"] for row in rows] == [10_000_000 + number for number in range(5000, 4950, -1)]
    (asked,) = captured
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {asked['sql']}")
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "Index Only Scan using listed_largest" in plan, plan


@pytest.mark.parametrize("asked", ["search=验项目", "search=验项目&year=2020", "min_amount=10", "landed=true"])
def test_pages_of_the_interface_give_all_rows_once_and_the_total_also_where_it_is_not_kept(client, asked):
    register = Register(3)
    for _number in range(4):
        register.sequence()
    staff = make_user("bureau")
    client.force_login(staff)
    asked = QueryDict(f"{asked}&ordering=-amount").urlencode()
    rows, total, _facets = answers(Listed.objects.all(), asked, staff)
    assert total
    for way in ("", "&cursor="):
        found, following = [], f"{INTERFACE}?{asked}&page_size=2{way}"
        while following:
            page = client.get(following).json()
            assert page["count"] == total
            found, following = found + page["results"], page["next"]
        assert [row["id"] for row in found] == [row["id"] for row in rows]
    assert client.get(f"{INTERFACE}?{asked}&page={total + 1}").status_code == 404
    assert client.get(f"{INTERFACE}?{asked}&max_amount=0").json()["count"] == 0


@pytest.mark.parametrize(("language", "names"), [("zh-hans", ("养殖业", "谋划储备")), ("en", ("Livestock", "planned"))])
def test_the_interface_says_of_a_row_of_the_index_what_it_says_of_the_project_itself(client, language, names):
    lead = make_organisation(name="“试验” \\ 基金会", name_en="A fund")
    field = make_field(name="养殖业", name_en="Livestock")
    project = make_project(lead=lead, county=make_division(name="阜平县"), field=field, name="助学13912345678")
    make_funding(project, 5, organisation=lead, qualifier="about")
    client.force_login(make_user("bureau"))
    client.cookies["django_language"] = language
    [row] = client.get(INTERFACE).json()["results"]
    with override(language):
        [made] = in_json(ledger(Project.objects.all()))
    assert list(row.items()) == list(made.items())
    assert (row["name"], row["amount_qualifier"]) == ("助学139****5678", "about")
    assert (row["field_name"], row["stage_name"]) == names


def kind_of(project):
    """What asks for the county, field and year of a project."""
    field = ProjectField.objects.filter(project=project).first().field
    return {"county": project.sites.get().division.code, "field": field.code, "year": project.year}


def asked_of(client, url, asked=None):
    """The answer, and the statements that it took, as one text."""
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(url, asked).json()
    return answer, "".join(one["sql"] for one in captured)


@pytest.mark.parametrize("ordering", ["-amount", "name"])
def test_a_county_a_field_and_a_year_share_a_key(client, project, ordering):
    kind = kind_of(project) | {"ordering": ordering}
    client.force_login(make_user("bureau"))
    key = "'k{county} {field} {year}'".format_map(kind)
    for changed, number in (({}, 1), ({"year": project.year + 1}, 0), ({"stage": "signed"}, 0)):
        answer, asked = asked_of(client, INTERFACE, kind | changed)
        assert answer["count"] == len(answer["results"]) == number, changed
        assert not number or (key in asked and ("@>" in asked) == (ordering == "name")), asked


def test_those_of_a_county_a_field_and_a_year_are_walked_in_the_order_of_their_ranks(client, project):
    county, field = project.sites.get().division, ProjectField.objects.filter(project=project).first().field
    lead = make_organisation()
    for amount in (5, 5, 7, None, 3):
        other = make_project(lead=lead, county=county, field=field, year=project.year)
        make_funding(other, amount, organisation=lead) if amount else None
        Site(project=other, division=make_division()).save()
    make_project(lead=lead, county=county, field=field, year=project.year + 1)
    staff = make_user("bureau")
    client.force_login(staff)
    query = urlencode(kind_of(project) | {"ordering": "-amount"})
    whole = [row["id"] for row in answers(Project.objects.all(), query, staff)[0]]
    assert len(whole) == 6
    for way in ("", "&cursor="):
        url, walked = f"{INTERFACE}?{query}&page_size=2{way}", []
        while url:
            answer, asked = asked_of(client, url)
            assert "projects_listedrank" in asked
            walked, url, last = walked + [row["id"] for row in answer["results"]], answer["next"], answer
        assert walked == whole
    assert [row["id"] for row in asked_of(client, last["previous"])[0]["results"]] == whole[2:4]
    assert client.get(f"{INTERFACE}?{query}&page_size=2&page=4").status_code == 404
