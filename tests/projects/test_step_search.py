"""Steps found by words: by the index of wordings, by keys of projects, and by pages that are counted no further than
they go. What is found is what the plain question finds."""

import datetime
import random

import pytest
from django.db.models import Q
from django.urls import reverse

from projects import step_search
from projects.models import Project, ProjectStep
from projects.step_search import search_steps
from registry.core.admin import large_lists
from tests.factories import (
    make_authority,
    make_county_user,
    make_division,
    make_org_user,
    make_organisation,
    make_posting,
    make_project,
    make_step,
    make_user,
)

pytestmark = pytest.mark.django_db

WORDS = ["公示", "到账", "Notice", "notice", "大棚", "XM-2020", "dpxm", "基金会", "没有", "%", "示", "_"]
TITLES = [
    ("公示", ""), ("公示", "Notice"), ("资金使用公示", "Public notice"), ("到账确认", ""), ("大棚验收", ""),
    ("回访", "NOTICE"), ("百分之50%", ""), ("签订_协议", ""),
]  # fmt: skip


def plain(steps, words):
    found = ProjectStep.objects.worded(words) | Q(project__in=Project.objects.search(words))
    return steps.filter(found)


@pytest.fixture
def register():
    """Steps of all wordings over projects of two counties and organisations; {role: an account}."""
    chance = random.Random(7)
    authority, county = make_authority(), make_division()
    mine = make_organisation(name="和风基金会", authority=authority)
    projects = [
        make_project(name="大棚项目", county=county, lead=mine),
        make_project(name="公示牌项目", county=county),
        make_project(name="饮水工程", lead=make_organisation(name="大棚联盟")),
        make_project(name="道路工程"),
    ]
    for _number in range(60):
        title, english = chance.choice(TITLES)
        day = datetime.date(2020, 1, 1) + datetime.timedelta(days=chance.randrange(900))
        make_step(chance.choice(projects), title=title, title_en=english, due_on=chance.choice([day, day, None]))
    partner = make_user("partner")
    make_posting(partner, authority.division)
    return {
        "bureau": make_user("bureau"), "auditor": make_user("auditor"), "county": make_county_user(county),
        "organisation": make_org_user(mine), "partner": partner,
    }  # fmt: skip


def same_for_all(accounts):
    for user in accounts.values():
        own = ProjectStep.objects.within_scope_of(user)
        for words in WORDS:
            asked = search_steps(own, words, user)
            assert set(asked.values_list("pk")) == set(plain(own, words).values_list("pk")), (user, words)
        assert search_steps(own, " ", user).count() == own.count()


def test_every_role_finds_what_the_plain_question_finds(register):
    assert ProjectStep.objects.filter(title__icontains="公示").count() > 3
    same_for_all(register)


@pytest.mark.parametrize(("name", "number"), [("EACH", 1), ("MOST_WORDINGS", 3), ("KEYS", 0)])
def test_also_where_there_are_many_wordings_or_projects(register, monkeypatch, name, number):
    monkeypatch.setattr(step_search, name, number)
    same_for_all(register)


def test_wordings_are_looked_for_one_after_the_other(register):
    found = step_search._wordings("notice")
    assert {(title, english) for title, english, _by_title in found} == {
        ("公示", "Notice"), ("资金使用公示", "Public notice"), ("回访", "NOTICE"),
    }  # fmt: skip


def test_an_empty_table_has_no_wordings():
    assert step_search._wordings("公示") == []


LIST = reverse("admin:projects_projectstep_changelist")


def listed(client, **asked):
    """The rows of all pages of the desk's list, and the last page's change list."""
    found, number = [], 1
    while True:
        changes = client.get(LIST, asked | {"p": number}).context["cl"]
        found += [step.pk for step in changes.result_list]
        if not changes.multi_page or number == changes.paginator.num_pages:
            return found, changes
        number += 1


@pytest.mark.parametrize("role", ["bureau", "partner"])
@pytest.mark.parametrize("order", ["", "4", "-4", "1", "-7.4"])
def test_pages_of_the_desk_have_the_rows_of_the_plain_question_in_its_order(client, register, monkeypatch, role, order):
    monkeypatch.setattr("projects.admin.checklists.ProjectStepAdmin.list_per_page", 7)
    user = register[role]
    client.force_login(user)
    for words in ["公示", "大棚", "notice", "没有"]:
        found, changes = listed(client, q=words, o=order)
        own = plain(ProjectStep.objects.within_scope_of(user), words)
        assert sorted(found) == sorted(own.values_list("pk", flat=True))
        if not order:
            assert found == list(own.order_by("due_on", "pk").values_list("pk", flat=True))
        assert (changes.is_many, changes.result_count) == (False, len(found))


@pytest.mark.parametrize("order", ["", "4", "-4"])
def test_of_many_the_first_are_shown_and_the_page_says_that_there_are_more(client, register, monkeypatch, order):
    monkeypatch.setattr("projects.admin.checklists.ProjectStepAdmin.list_per_page", 5)
    client.force_login(register["bureau"])
    client.cookies["django_language"] = "en"
    whole, _changes = listed(client, q="公示", o=order)
    monkeypatch.setattr(large_lists, "COUNTED", 10)
    first, changes = listed(client, q="公示", o=order)
    assert len(whole) > 10
    assert first == whole[:10]
    assert (changes.is_many, changes.result_count) == (True, 10)
    assert "more than 10 rows" in client.get(LIST, {"q": "公示"}).content.decode()
    assert "more than 10 rows" in client.get(LIST).content.decode()


def test_the_years_of_many_are_those_of_all_and_of_few_their_own(client, register, monkeypatch):
    make_step(Project.objects.get(name="道路工程"), title="竣工", due_on=datetime.date(2031, 5, 6))
    client.force_login(register["bureau"])
    assert "due_on__year=2031" not in client.get(LIST, {"q": "公示"}).content.decode()
    monkeypatch.setattr(large_lists, "COUNTED", 3)
    assert "due_on__year=2031" in client.get(LIST, {"q": "公示"}).content.decode()
    months = client.get(LIST, {"q": "公示", "due_on__year": 2020}).content.decode()
    assert "due_on__month=" in months


def test_a_file_of_many_has_all_rows(client, register, monkeypatch):
    monkeypatch.setattr(large_lists, "COUNTED", 3)
    client.force_login(register["bureau"])
    answer = client.get(reverse("admin:projects_projectstep_export"), {"q": "公示", "format": "csv"})
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    number = plain(ProjectStep.objects.all(), "公示").count()
    assert sum(1 for line in text.splitlines() if "公示" in line) >= number


def test_the_interface_finds_the_same(client, register):
    client.force_login(register["bureau"])
    for words in ["公示", "大棚", "notice", "没有"]:
        assert (
            client.get("/api/v1/steps/", {"search": words}).json()["count"]
            == plain(ProjectStep.objects.all(), words).count()
        )
