"""`GET /api/v1/figures/`: the same answers as the command's, over what the visitor may know of."""

import pytest
from django.utils import timezone

from tests.factories import make_campaign, make_funding, make_project, make_user
from tests.publishing import publish_what_is_marked

pytestmark = pytest.mark.django_db
URL = "/api/v1/figures/"


def value(answer, code):
    return next(figure["value"] for figure in answer.json()["figures"] if figure["code"] == code)


def test_the_public_is_answered_over_published_projects(client):
    make_funding(make_project(stage="under_way", visibility="published"), "5.00")
    make_funding(make_project(stage="under_way"), "6.00")
    answer = client.get(URL)
    assert answer.status_code == 200
    assert value(answer, "funds") == "5.00"
    client.force_login(make_user("bureau"))
    assert value(client.get(URL), "funds") == "11.00"


def test_dimensions_filters_and_campaign_are_parameters(client):
    campaign = make_campaign(code="relief")
    for year in (2019, 2020):
        make_project(stage="under_way", visibility="published", year=year, campaign=campaign)
    answer = client.get(URL, {"by": "year,field", "campaign": "relief", "year": "2019"}).json()
    assert [part["by"] for part in answer["slices"]] == [["year"], ["field"], ["year", "field"]]
    assert [row["year"]["value"] for row in answer["slices"][0]["rows"]] == ["2019"]
    assert answer["filters"]["year"]["value"] == "2019"


def test_the_past_is_a_parameter(client):
    make_project(stage="under_way", visibility="published")
    publish_what_is_marked()
    then = timezone.now()
    make_project(stage="under_way", visibility="published")
    assert value(client.get(f"{URL}?as_of={then.isoformat()}"), "projects") == "1"
    assert value(client.get(URL, {"as_of": then.isoformat()}), "projects") == "1"


@pytest.mark.parametrize(
    "query",
    [
        "colour=red", "by=colour", "by=year,field,county", "as_of=yesterday", "as_of=2099-01-01", "year=x",
        "county=999999", "campaign=nothing", "origin=mars", "field=%00", "campaign=%00",
    ],
)  # fmt: skip
def test_what_cannot_be_answered_is_refused_with_400_and_a_reason(client, query):
    answer = client.get(f"{URL}?{query}")
    assert answer.status_code == 400
    assert answer.json()["detail"]


def test_nothing_can_be_written_there(client):
    assert client.post(URL).status_code in {401, 405}


def test_the_answer_is_in_the_language_of_the_reader(client):
    client.cookies["django_language"] = "en"
    english = client.get(URL).json()["figures"][0]["label"]
    client.cookies["django_language"] = "zh-hans"
    assert english == "Organisations taking part"
    assert client.get(URL).json()["figures"][0]["label"] == "参与社会组织"
