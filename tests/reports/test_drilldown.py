"""From a figure to its rows, from a quoted figure to its source, and the rules in words."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from registry.reports.figures import FIGURES
from tests.factories import (
    make_designation,
    make_field,
    make_funding,
    make_organisation,
    make_project,
    make_result,
    make_statement,
    make_user,
)
from tests.publishing import publish_what_is_marked

pytestmark = pytest.mark.django_db


def landed(**overrides):
    """A published landed project with something behind every figure."""
    project = make_project(
        **{"stage": "under_way", "visibility": "published", "lead": make_organisation(), "field": make_field(),
           "county": make_designation().division} | overrides
    )  # fmt: skip
    make_funding(project, "10.00", organisation=make_organisation())
    for state, amount in (("pledged", "10.00"), ("committed", "1000.00"), ("spent", "10.00")):
        make_funding(project, amount, state=state)
    for kind in ("goods", "service", "not_stated"):
        make_funding(project, "10.00", origin="raised", kind=kind, qualifier="about")
    make_funding(project, None)
    make_funding(project, "10.00", origin="mobilised")
    for unit in ("人次", "人", "户"):
        make_result(project, unit=unit)
    return project


def page(client, path, **params):
    answer = client.get(path, params)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("code", FIGURES)
def test_every_figure_opens_its_rows_with_its_rule(client, code):
    project = landed()
    text = page(client, f"/figures/{code}/")
    assert FIGURES[code].rule[:20] in text
    linked = {"organisations": "/orgs/", "counties": "/counties/"}.get(code, f"/projects/{project.number}/")
    assert linked in text


@pytest.mark.parametrize("code", FIGURES)
def test_as_many_queries_are_asked_for_one_row_as_for_three(client, code):
    landed()
    page(client, f"/figures/{code}/")
    with CaptureQueriesContext(connection) as for_one:
        page(client, f"/figures/{code}/")
    landed()
    landed()
    with CaptureQueriesContext(connection) as for_three:
        page(client, f"/figures/{code}/")
    assert len(for_one) == len(for_three)


def test_the_public_sees_no_internal_row(client):
    landed(name="公开项目")
    landed(name="内部项目", visibility="internal")
    for code in ("projects", "funds", "beneficiaries", "pledged"):
        text = page(client, f"/figures/{code}/")
        assert "公开项目" in text
        assert "内部项目" not in text
    client.force_login(make_user("auditor"))
    assert "内部项目" in page(client, "/figures/projects/")


@pytest.mark.parametrize("code", ["projects", "funds", "beneficiaries"])
def test_who_reads_everything_goes_on_to_history_and_files(client, code):
    history = f"/desk/projects/project/{landed().pk}/history/"
    assert history not in page(client, f"/figures/{code}/")
    client.force_login(make_user("auditor"))
    assert history in page(client, f"/figures/{code}/")


def test_rows_are_filtered_like_the_figure(client):
    landed(name="一九年项目", year=2019)
    landed(name="二〇年项目", year=2020)
    text = page(client, "/figures/funds/", year="2019")
    assert "一九年项目" in text
    assert "二〇年项目" not in text


def test_rows_of_the_past_are_those_of_then(client):
    landed(name="先来")
    publish_what_is_marked()
    then = timezone.now()
    landed(name="后到")
    text = page(client, "/figures/projects/", as_of=then.isoformat())
    assert "先来" in text
    assert "后到" not in text


def test_many_rows_come_in_pages_that_keep_the_question(client):
    for _number in range(51):
        make_project(stage="under_way", visibility="published", year=2019)
    text = page(client, "/figures/projects/", year="2019")
    assert "year=2019&amp;page=2" in text
    assert page(client, "/figures/projects/", year="2019", page="2").count('<th scope="row"') == 1


def test_a_figure_without_rows_says_what_to_do_next(client):
    assert 'href="/figures/funds/"' in page(client, "/figures/funds/")


@pytest.mark.parametrize(
    "query",
    [
        "year=x",
        "as_of=2099-01-01",
        "county=999999",
        "campaign=nothing",
        "field=%00",
        "colour=red",
        "year=2020&colour=red&format=csv",
    ],
)
def test_a_question_that_cannot_be_answered_is_refused_on_the_page(client, query):
    answer = client.get(f"/figures/funds/?{query}")
    assert answer.status_code == 400
    assert 'role="alert"' in answer.content.decode()


def test_an_unknown_figure_or_statement_is_not_found(client):
    assert client.get("/figures/nothing/").status_code == 404
    assert client.get("/statements/nothing/").status_code == 404


def test_a_quoted_figure_shows_the_words_and_the_source_of_each_statement(client):
    make_statement(code="organisations", quote="6300多家社会组织", source="报道一")
    make_statement(code="organisations", quote="近6300家", source="报道二")
    make_statement(code="funds", quote="约21.88亿元", source="报道三")
    text = page(client, "/statements/organisations/")
    assert all(word in text for word in ("6300多家社会组织", "近6300家", "报道一", "报道二"))
    assert "报道三" not in text


def test_a_statement_in_words_needs_no_number(client):
    make_statement(code="words", value=None, unit="", text="多个领域")
    assert "多个领域" in page(client, "/statements/words/")


def test_the_rules_page_lists_every_figure_with_its_rule(client):
    text = page(client, "/rules/")
    for definition in FIGURES.values():
        assert str(definition.label) in text
        assert str(definition.rule)[:30] in text


def test_the_rules_page_names_units_in_the_language_of_the_page(client):
    client.cookies["django_language"] = "en"
    text = page(client, "/rules/")
    rows = re.findall(r'<td data-label="Unit">(.*?)</td><td data-label="Counting rule">(.*?)</td>', text)
    assert {unit for unit, _rule in rows} >= {"organisations", "number", "yuan", "person-times", "people", "households"}
    assert len(rows) == len(FIGURES)
    assert not re.search("[\u4e00-\u9fff]", "".join(map("".join, rows)))


@pytest.mark.parametrize("code", ["projects", "organisations", "counties", "funds", "beneficiaries"])
def test_the_rows_of_a_figure_are_cards_on_a_phone(client, code):
    landed()
    text = page(client, f"/figures/{code}/")
    assert re.search(r'href="[^"]*registry/pages[^"]*\.css"', text)
    assert 'class="ledger ledger-cards"' in text
    row = text.partition("<tbody>")[2].partition("</tr>")[0]
    assert 'class="card-title"' in row
    assert all("data-label" in cell or "card-note" in cell for cell in re.findall("<td[^>]*>", row))
