"""A stranger has accounts, rights and data of its own, and learns nothing of another's drafts, by no door."""

import csv
import io

import pytest

from projects.models import Site
from tests.factories import (
    make_authority,
    make_county_user,
    make_designation,
    make_division,
    make_event,
    make_field,
    make_funding,
    make_need,
    make_org_user,
    make_organisation,
    make_participation,
    make_pledge,
    make_posting,
    make_project,
    make_result,
    make_step,
    make_user,
)

pytestmark = pytest.mark.django_db
SECRET = "机密"
API = "/api/v1"


@pytest.fixture
def secrets():
    """What one organisation and one county keep to themselves: drafts of every kind, each name telling."""
    county = make_designation(make_division(code="130723", name="康保县")).division
    field = make_field(code="relocation", name="易地搬迁")
    owner = make_organisation(name=f"{SECRET}申请中基金会", status="applied", contact_phone="13900001111")
    project = make_project(
        number="XM-2019-9999",
        name=f"{SECRET}项目",
        lead=owner,
        county=county,
        field=field,
        year=2019,
        stage="under_way",
    )
    Site.objects.create(project=project, division=county, address=f"{SECRET}村")
    make_funding(project, "8000000", organisation=owner)
    make_result(project, 94, indicator=f"{SECRET}指标", unit="户")
    make_step(project, title=f"{SECRET}事项")
    need = make_need(name=f"{SECRET}需求", county=county, field=field, status="draft")
    pledge = make_pledge(organisation=owner, text=f"{SECRET}承诺", status="draft", need=make_need(county=county))
    event = make_event(name="内部调度会")
    return {"county": county, "owner": owner, "project": project, "need": need, "pledge": pledge, "event": event}


@pytest.fixture(params=["anonymous", "organisation", "county", "partner", "system_admin"])
def stranger(request, client):
    """The client of somebody else, who has a published project and a draft of its own."""
    own = make_organisation(
        name="路人基金会", authority=make_authority(division=make_division(code="110101", level="county"))
    )
    home = make_division(code="130624", name="阜平县")
    make_project(name="路人公开项目", lead=own, county=home, visibility="published", stage="under_way", year=2020)
    if request.param == "organisation":
        client.force_login(make_org_user(own))
    elif request.param == "county":
        client.force_login(make_county_user(home))
    elif request.param == "partner":
        user = make_user("partner")
        make_posting(user, make_division(code="110000", name="北京市", level="province"))
        client.force_login(user)
    elif request.param == "system_admin":
        client.force_login(make_user("system_admin"))
    return client


LISTS = ["/", "/projects/", "/orgs/", "/counties/", "/events/", "/circulars/", "/cases/", "/data/", "/counties/130723/"]
ENDPOINTS = [
    f"{API}/{name}/"
    for name in ("projects", "projects/facets", "organisations", "counties", "needs", "pledges", "circulars", "figures")
]


@pytest.mark.parametrize("url", LISTS + ENDPOINTS)
def test_no_list_page_facet_or_figure_names_a_draft(secrets, stranger, url):
    response = stranger.get(url)
    assert response.status_code == 200
    text = response.content.decode()
    assert SECRET not in text
    assert "XM-2019-9999" not in text
    assert "13900001111" not in text


@pytest.mark.parametrize("url", ["/projects/", "/orgs/"])
@pytest.mark.parametrize("words", [SECRET, "jimi", "jm", "XM-2019-9999"])
def test_search_finds_no_draft_by_name_number_pinyin_or_party(secrets, stranger, url, words):
    text = stranger.get(url, {"search": words}).content.decode()
    assert "empty-list" in text


@pytest.mark.parametrize("role", [None, "organisation", "county", "system_admin"])
def test_a_meeting_that_is_not_public_is_not_named(secrets, client, role):
    """Partner bureaux know of all meetings; nobody else from outside does."""
    if role:
        client.force_login(make_user(role))
    for url in ("/", "/events/", "/events/?search=nbd"):
        assert "内部调度会" not in client.get(url).content.decode()


@pytest.mark.parametrize("name", ["projects", "organisations", "needs", "pledges"])
def test_searches_of_the_interface_count_no_draft(secrets, stranger, name):
    for words in (SECRET, "jimi", "9999"):
        assert stranger.get(f"{API}/{name}/", {"search": words}).json()["count"] == 0


@pytest.mark.parametrize(
    "query",
    ["county=130723", "field=relocation", "year=2019", "min_amount=8000000", "landed=true&year=2019", "year_max=2019"],
)
def test_no_filter_counts_or_orders_a_draft(secrets, stranger, query):
    answer = stranger.get(f"{API}/projects/?{query}&ordering=-amount").json()
    assert (answer["count"], answer["results"]) == (0, [])
    facets = stranger.get(f"{API}/projects/facets/?{query}").json()
    assert facets == {"county": [], "field": [], "stage": [], "year": []}


def test_facets_of_everything_leave_drafts_out(secrets, stranger):
    facets = stranger.get(f"{API}/projects/facets/").json()
    assert facets["county"] == [{"value": "130624", "label": "阜平县", "count": 1}]
    assert [entry["value"] for entry in facets["year"]] == [2020]
    assert facets["field"] == []


def test_the_export_leaves_drafts_out(secrets, stranger):
    rows = list(csv.reader(io.StringIO(stranger.get(f"{API}/projects/export/").getvalue().decode())))
    assert [row[1] for row in rows[1:]] == ["路人公开项目"]


def test_cursors_lead_past_drafts(secrets, stranger):
    answer = stranger.get(f"{API}/projects/?cursor=&page_size=1").json()
    assert (answer["count"], answer["next"], answer["previous"]) == (1, None, None)


def test_a_draft_answers_exactly_as_what_does_not_exist(secrets, stranger):
    for name, record in (("projects", "project"), ("needs", "need"), ("pledges", "pledge"), ("organisations", "owner")):
        hidden, missing = (stranger.get(f"{API}/{name}/{key}/") for key in (secrets[record].pk, 987654321))
        assert (hidden.status_code, hidden.json()) == (missing.status_code, missing.json()) == (404, missing.json())
    for url in (f"/projects/{secrets['project'].number}/", f"/orgs/{secrets['owner'].pk}/"):
        response = stranger.get(url)
        assert response.status_code == 404
        assert SECRET not in response.content.decode()


def test_related_filters_offer_no_draft(secrets, stranger):
    """Another's id in a filter is as unknown as one that does not exist."""
    hidden, missing = (stranger.get(f"{API}/projects/?organisation={key}") for key in (secrets["owner"].pk, 987654321))
    assert (hidden.status_code, hidden.json()["errors"]) == (400, missing.json()["errors"])
    hidden, missing = (stranger.get(f"{API}/pledges/?need={key}") for key in (secrets["need"].pk, 987654321))
    assert (hidden.status_code, hidden.json()["errors"]) == (400, missing.json()["errors"])


def test_an_organisation_in_a_public_and_a_hidden_project_shows_only_the_public_one(secrets, stranger):
    known = make_organisation(name="公开基金会")
    make_participation(secrets["project"], organisation=known, role="joint")
    page = stranger.get(f"/orgs/{known.pk}/").content.decode()
    assert SECRET not in page
    assert "XM-2019-9999" not in page
    found = stranger.get("/orgs/", {"search": "公开基金会"}).content.decode()
    assert 'data-label="项目">0<' in found or 'data-label="Projects">0<' in found


def test_those_who_work_with_the_drafts_do_see_them(secrets, client):
    """The same doors, so that the tests above cannot pass by showing nothing to anybody."""
    client.force_login(make_county_user(secrets["county"]))
    assert SECRET in client.get("/projects/").content.decode()
    assert client.get(f"{API}/projects/", {"search": SECRET}).json()["count"] == 1
    assert client.get(f"{API}/needs/", {"search": SECRET}).json()["count"] == 1
    client.force_login(make_org_user(secrets["owner"]))
    assert client.get(f"{API}/pledges/").json()["count"] == 1
    assert client.get(f"{API}/projects/facets/?county=130723").json()["year"] == [
        {"value": 2019, "label": "2019", "count": 1}
    ]
