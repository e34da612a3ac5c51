"""What was read once need not be sent again, and is sent again as soon as anything of it has changed."""

import pytest

from projects.models import Need
from tests.factories import make_county_user, make_division, make_need, make_pledge, make_project, make_user
from tests.projects.writing import send

pytestmark = pytest.mark.django_db
READS = ("/api/v1/needs/", "/api/v1/projects/", "/api/v1/projects/facets/", "/api/v1/figures/", "/api/v1/counties/")


@pytest.mark.parametrize("url", READS)
def test_who_has_a_list_already_is_answered_304_without_a_body(client, url):
    make_need()
    make_project(visibility="published")
    first = client.get(url)
    tag = first.headers["ETag"]
    again = client.get(url, headers={"If-None-Match": tag})
    if url != READS[3]:  # figures say the instant of their counting
        assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", tag)
    assert tag.startswith('W/"')
    assert {"Authorization", "Cookie"} <= set(first.headers["Vary"].split(", "))
    assert first.headers["Cache-Control"] == "private, no-cache"


def test_figures_of_a_past_instant_are_answered_304(client):
    url = "/api/v1/figures/?as_of=2026-11-01"
    tag = client.get(url).headers["ETag"]
    assert client.get(url, headers={"If-None-Match": f'"other", {tag}'}).status_code == 304


@pytest.mark.parametrize("known", ['"other"', 'W/"0123456789abcdef"', "nonsense", ""])
def test_another_tag_is_answered_in_full(client, known):
    make_need()
    assert client.get(READS[0], headers={"If-None-Match": known}).status_code == 200


def test_a_new_row_changes_the_list_and_a_new_name_the_row(client):
    need = make_need()
    url = f"/api/v1/needs/{need.pk}/"
    tags = [client.get(one).headers["ETag"] for one in (READS[0], url)]
    Need.objects.filter(pk=need.pk).update(name="另一个名称")
    answers = [client.get(one, headers={"If-None-Match": tag}) for one, tag in zip((READS[0], url), tags, strict=True)]
    assert [answer.status_code for answer in answers] == [200, 200]


def test_a_gap_that_a_pledge_closes_changes_the_tag_though_the_need_keeps_its_version(client):
    need = make_need()
    url = f"/api/v1/needs/{need.pk}/"
    before = client.get(url)
    make_pledge(need=need, status="accepted")
    after = client.get(url, headers={"If-None-Match": before.headers["ETag"]})
    assert after.status_code == 200
    assert after.json()["version"] == before.json()["version"]


def test_another_reader_s_answer_has_another_tag(client):
    county = make_division()
    need = make_need(county=county)
    url = f"/api/v1/needs/{need.pk}/"
    tag = client.get(url).headers["ETag"]
    client.force_login(make_county_user(county))
    assert client.get(url, headers={"If-None-Match": tag}).status_code == 200


def test_the_tag_that_was_read_is_the_version_that_a_change_names(client):
    county = make_division()
    need = make_need(county=county, status="draft")
    client.force_login(make_county_user(county))
    url = f"/api/v1/needs/{need.pk}/"
    tag = client.get(url).headers["ETag"]
    ask = {"content_type": "application/json", "headers": {"If-Match": tag}}
    assert client.patch(url, {"why": "大棚老化"}, **ask).status_code == 200
    assert client.patch(url, {"why": "又老化"}, **ask).status_code == 412


@pytest.mark.parametrize("tag", ['"1-"', '"1-xyz"', 'W/"1-0123456789abcdef"', '"1-0123456789abcdef0"', '"-1"'])
def test_a_tag_that_is_not_ours_is_stale(client, tag):
    county = make_division()
    need = make_need(county=county, status="draft")
    client.force_login(make_county_user(county))
    ask = {"content_type": "application/json", "headers": {"If-Match": tag}}
    assert client.patch(f"/api/v1/needs/{need.pk}/", {"why": "x"}, **ask).status_code == 412


# A project is moved through the interface


def matched():
    return make_project(stage="planned", visibility="published")


def test_a_project_is_moved_by_its_version(client):
    project = matched()
    client.force_login(make_user("bureau"))
    url = f"/api/v1/projects/{project.pk}/"
    answer = send(client, "post", f"{url}move/", {"to": "terminated", "reason": "资金未落实"}, version=project.version)
    assert (answer.status_code, answer.json()["stage"]) == (200, "terminated")
    assert answer.headers["ETag"] == f'"{answer.json()["version"]}"'
    again = send(client, "post", f"{url}move/", {"to": "planned", "reason": "x"}, version=project.version)
    assert again.status_code == 412


@pytest.mark.parametrize(
    ("body", "code"),
    [({"to": "closed"}, 409), ({"to": "matched"}, 409), ({"to": "sky"}, 400), ({}, 400), ({"to": "terminated"}, 400)],
)
def test_what_the_table_of_stages_refuses_is_refused_in_words(client, body, code):
    project = matched()
    client.force_login(make_user("bureau"))
    answer = send(client, "post", f"/api/v1/projects/{project.pk}/move/", body, version=project.version)
    assert (answer.status_code, bool(answer.json()["detail"])) == (code, True)
    project.refresh_from_db()
    assert project.stage == "planned"


def test_a_move_without_a_version_or_a_right_is_refused(client):
    project = matched()
    url = f"/api/v1/projects/{project.pk}/move/"
    assert send(client, "post", url, {"to": "terminated", "reason": "x"}).status_code == 401
    for role, code in (("county", 403), ("organisation", 403), ("auditor", 403), ("bureau", 428)):
        client.force_login(make_user(role))
        assert send(client, "post", url, {"to": "terminated", "reason": "x"}).status_code == code
    hidden = make_project(stage="planned")
    client.force_login(make_user("county"))
    url = f"/api/v1/projects/{hidden.pk}/move/"
    assert send(client, "post", url, {"to": "terminated", "reason": "x"}, version=1).status_code == 404
