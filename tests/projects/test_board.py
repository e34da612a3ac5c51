"""The checklist board: its rows, chips, columns and views; what each person is shown of it."""

import datetime
import re
from decimal import Decimal

import pytest
from django.urls import reverse

from projects.board import summary
from projects.models import Project
from registry.core.dates import today
from tests.counting import queries_of
from tests.factories import (
    make_authority,
    make_campaign,
    make_division,
    make_enterprise,
    make_field,
    make_funding,
    make_organisation,
    make_participation,
    make_posting,
    make_project,
    make_step,
    make_template,
    make_user,
)

from .test_checklists import make_in

pytestmark = pytest.mark.django_db
BOARD = "/desk/board/"


def day(offset):
    return today() + datetime.timedelta(days=offset)


@pytest.fixture
def bureau(client):
    user = make_user("bureau", name="张丽")
    client.force_login(user)
    return user


@pytest.fixture
def template():
    return make_template("签订协议", "资金到账", "竣工验收")


def shown(client, query=""):
    """The projects on the board as it was asked for, in order."""
    answer = client.get(f"{BOARD}{query}")
    assert answer.status_code == 200, answer.context["listing"].fault
    return [row.key for row in answer.context["rows"]]


def keys(*projects):
    return [project.pk for project in projects]


def text(client, query=""):
    return client.get(f"{BOARD}{query}").content.decode()


def chips(client, query=""):
    """{lamp: (count, address)}; all under an empty name."""
    found = client.get(f"{BOARD}{query}").context["listing"].lamps
    return {chip.get("lamp", ""): (chip["count"], chip["url"]) for chip in found}


def one_of_each():
    """A project with each lamp, in the order of the board."""
    return [
        make_step(make_project(), due_on=day(-17), title="竣工验收").project,
        make_step(make_project(), due_on=day(-8)).project,
        make_step(make_project(), due_on=day(4)).project,
        make_step(make_project(), due_on=day(29)).project,
        make_in("done", depends_on=None, due_on=day(1)).project,
        make_project(),
        make_in("verified", depends_on=None).project,
    ]


def test_the_board_has_its_address_and_its_place_in_the_navigation(client, bureau):
    assert reverse("admin:board") == BOARD
    assert f'href="{BOARD}" aria-current="page"' in text(client)


def test_rows_stand_by_urgency(client, bureau):
    expected = keys(*one_of_each())
    assert shown(client) == expected


def test_every_chip_counts_the_rows_that_it_opens(client, bureau):
    one_of_each()
    found = chips(client)
    assert {lamp: count for lamp, (count, _url) in found.items()} == {
        "": 7, "overdue": 2, "due": 1, "on_time": 1, "waiting": 1, "not_yet": 1, "signed_off": 1,
    }  # fmt: skip
    for count, url in found.values():
        assert len(shown(client, url)) == count
        assert [number for number, _url in chips(client, url).values()] == [number for number, _url in found.values()]


def test_chips_count_within_the_other_filters(client, bureau):
    county = make_division()
    make_step(make_project(county=county), due_on=day(-1))
    make_step(make_project(), due_on=day(-1))
    found = chips(client, f"?county={county.code}&lamp=due")
    assert (found["overdue"][0], found["due"][0], found[""][0]) == (1, 0, 1)


def test_a_cell_says_item_state_and_days_to_those_who_do_not_see_it(client, bureau, template):
    project = make_project()
    for title, offset in (("签订协议", 3), ("竣工验收", -17)):
        make_step(project, title=title, due_on=day(offset))
    make_in("verified", project=project, title="资金到账", depends_on=None)
    names = re.findall(r'aria-label="([^"]*?：[^"]*)"', text(client))
    assert names == ["签订协议：临期，剩 3 天", "资金到账：已销号", "竣工验收：超期 17 天"]
    client.cookies["django_language"] = "en"
    assert 'aria-label="竣工验收: overdue by 17 days"' in text(client)


def test_what_is_due_today_is_told_as_such(client, bureau, template):
    make_step(make_project(), title="签订协议", due_on=today())
    assert 'aria-label="签订协议：临期，今日到期"' in text(client)


def test_english_columns_have_their_english_names(client, bureau, template):
    template.steps.filter(title="竣工验收").update(title_en="Acceptance")
    step = make_step(make_project(), title="竣工验收", due_on=day(-1))
    client.cookies["django_language"] = "en"
    page = text(client)
    assert 'aria-label="Acceptance: overdue by 1 day"' in page
    assert f"/desk/projects/projectstep/{step.pk}/change/" in page


def test_what_has_no_column_stands_together_in_the_last_one(client, bureau, template):
    project = make_project()
    make_in("verified", project=project, title="开工前公示", depends_on=None)
    make_step(project, title="余款拨付", due_on=day(-2))
    assert 'aria-label="其他事项：超期 1/2"' in text(client)


def test_of_two_items_of_one_title_the_worse_is_shown(client, bureau, template):
    project = make_project()
    for offset in (40, -2):
        make_step(project, title="签订协议", due_on=day(offset))
    assert 'aria-label="签订协议：超期 2 天"' in text(client)


def test_the_row_holds_the_ledger_s_facts(client, bureau):
    project = make_project(
        lead=make_organisation(name="牵头基金会"), county=make_division(name="阜平县"), officer=bureau
    )
    make_participation(project, organisation=make_organisation(), role="joint")
    make_participation(project, enterprise=make_enterprise(), role="mobilised")
    make_funding(project, "8000000.00", state="committed")
    make_funding(project, "6400000.00")
    make_step(project, due_on=datetime.date(2021, 10, 15))
    [row] = client.get(BOARD).context["rows"]
    assert (row.parties, row.places, row.officer, row.due_on) == ("牵头基金会等2家", "阜平县", "张丽", "2021-10-15")
    assert (row.committed.value, row.received.value) == (Decimal("8000000.00"), Decimal("6400000.00"))
    assert ">800.00<" in text(client)


def test_progress_behind_the_plan_is_told_in_words(client, bureau):
    make_project(planned_start=day(-50), planned_end=day(50), progress=12, progress_on=today())
    [row] = client.get(BOARD).context["rows"]
    assert (row.lamp, row.words, row.behind) == ("overdue", "严重滞后", "落后序时进度 38 个百分点")


class TestExtent:
    @pytest.fixture
    def over(self):
        locked = {"phase": "locked", "phase_by": make_user(), "phase_at": "2021-01-01T00:00Z", "stage": "accepted"}
        return {
            "open": make_project(stage="under_way"),
            "closed": make_project(stage="closed"),
            "terminated": make_project(stage="terminated", left_stage="signed"),
            "locked": make_project(**locked),
        }

    def test_open_work_is_shown_and_the_page_says_so(self, client, bureau, over):
        assert shown(client) == keys(over["open"])
        assert "显示在办项目" in text(client)

    def test_all_of_it_is_one_click_away(self, client, bureau, over):
        assert set(shown(client, "?work=all")) == set(keys(*over.values()))
        assert 'href="?work=all"' in text(client)

    def test_a_stage_that_is_over_is_shown_when_asked_for(self, client, bureau, over):
        assert shown(client, "?stage=closed") == keys(over["closed"])
        assert shown(client, "?stage=accepted") == []


def test_each_question_narrows_the_board(client, bureau):
    county, field, lead = make_division(), make_field(), make_organisation(name="康保县公益会")
    make_project()
    other = make_campaign()
    wanted = make_project(
        county=county,
        field=field,
        lead=lead,
        officer=bureau,
        campaign=other,
        year=2022,
        stage="signed",
        name="新奥大棚",
    )
    for question in (
        f"county={county.code}", f"field={field.code}", f"organisation={lead.pk}", f"officer={bureau.pk}",
        f"campaign={other.code}", "year=2022", "stage=signed", "search=xadp", "search=kbxgyh",
    ):  # fmt: skip
        assert shown(client, f"?{question}") == keys(wanted), question


@pytest.mark.parametrize(
    "query",
    [
        "bogus=1", "lamp=pink", "stage=x", "county=999999", "officer=1", "officer=x",
        "organisation=99999999999999999999",
        "page=0", "page_size=501", "year=1", "columns=没有", "density=huge", "work=some", "ordering=x",
        "search=a&search=b", "campaign=x", "min_amount=x",
    ],
)  # fmt: skip
def test_what_cannot_be_asked_is_told_in_words(client, bureau, query):
    answer = client.get(f"{BOARD}?{query}")
    assert answer.status_code == 400
    assert f"<code>{query.split('=')[0]}</code>" in answer.content.decode()


def test_a_page_past_the_end_is_not_found(client, bureau):
    assert client.get(f"{BOARD}?page=9").status_code == 404


def test_five_hundred_rows_fit_on_a_page(client, bureau):
    projects = [make_project() for _ in range(60)]
    assert len(shown(client)) == 50
    assert len(shown(client, "?page_size=500")) == len(projects)


@pytest.mark.parametrize("key", ["number", "name", "committed", "received"])
def test_the_board_is_ordered_both_ways_with_what_is_not_stated_last(client, bureau, key):
    first, second, third = make_project(name="阿"), make_project(name="波"), make_project(name="次")
    make_funding(first, "1.00", state="committed")
    make_funding(second, "2.00", state="committed")
    make_funding(first, "1.00")
    make_funding(second, "2.00")
    assert shown(client, f"?ordering={key}") == keys(first, second, third)
    turned = (second, first, third) if key in ("committed", "received") else (third, second, first)
    assert shown(client, f"?ordering=-{key}") == keys(*turned)


class TestScopes:
    @pytest.fixture
    def world(self):
        beijing = make_division(code="110000", name="北京市", level="province")
        theirs = make_organisation(name="北京基金会", authority=make_authority(division=beijing))
        partner = make_user("partner")
        make_posting(partner, beijing)
        ours = make_step(make_project(lead=make_organisation(), officer=make_user()), due_on=day(-1)).project
        return {"partner": partner, "theirs": make_project(lead=theirs), "ours": ours}

    def test_a_partner_bureau_sees_and_counts_its_own_only(self, client, world):
        client.force_login(world["partner"])
        assert shown(client) == keys(world["theirs"])
        assert (chips(client)[""][0], chips(client)["overdue"][0]) == (1, 0)
        summary = client.get(BOARD).context["summary"]
        assert (summary.projects.value, summary.overdue) == (1, 0)

    def test_nor_can_it_ask_who_answers_for_others(self, client, world):
        client.force_login(world["partner"])
        assert client.get(f"{BOARD}?officer={world['ours'].officer_id}").status_code == 400
        assert str(world["ours"].officer) not in text(client)

    def test_an_auditor_reads_names_masked_and_is_offered_nothing_to_do(self, client, world):
        officer = make_user("bureau", name="李建国")
        Project.objects.filter(pk=world["ours"].pk).update(officer=officer)
        client.force_login(make_user("auditor"))
        page = text(client, f"?officer={officer.pk}")
        assert "李*" in page
        assert "李建国" not in page
        assert "bulk-bar" not in page
        assert 'name="project"' not in page

    @pytest.mark.parametrize("role", ["county", "organisation", "system_admin", "security_admin", "audit_admin"])
    def test_others_have_no_board(self, client, role):
        client.force_login(make_user(role))
        assert client.get(BOARD).status_code == 403

    def test_strangers_sign_in(self, client):
        assert "/login/" in client.get(BOARD).url


def test_the_figures_above_count_what_the_filters_found_closed_work_too(client, bureau):
    county = make_division()
    lead = make_organisation()
    merged = make_organisation(status="merged", merged_into=lead)
    landed = make_project(stage="under_way", county=county, lead=lead)
    closed = make_project(stage="closed", county=county, lead=merged)
    make_project(stage="under_way", lead=make_organisation())
    make_funding(landed, "1000.00", state="committed")
    make_funding(landed, "800.00")
    make_funding(closed, "500.00")
    for offset in (-3, -30, 5):
        make_step(landed, due_on=day(offset))
    summary = client.get(f"{BOARD}?county={county.code}").context["summary"]
    assert (summary.projects.value, summary.organisations.value) == (2, 1)
    sums = summary.committed, summary.received, summary.fulfilled
    assert [money.value for money in sums] == [1000, 1300, 800]
    assert (summary.overdue, summary.fresh) == (2, 1)
    assert "80.0%" in text(client, f"?county={county.code}")


def test_an_empty_board_says_what_to_do(client, bureau):
    assert "没有在办项目" in text(client)
    assert "当前筛选没有项目" in text(client, "?year=2019")
    make_project()
    assert "当前筛选没有项目" in text(client, "?lamp=overdue")


def test_the_export_asks_the_same(client, bureau):
    ways = client.get(f"{BOARD}?year=2020&lamp=due&density=compact&page=1").context["ways"]
    assert [way.address for way in ways] == [
        f"{BOARD}?year=2020&lamp=due&density=compact&format={form}" for form in ("xlsx", "csv")
    ]


def test_fifty_rows_take_as_many_questions_as_one(client, bureau, template):
    def add():
        project = make_project(lead=make_organisation(), county=make_division(), officer=bureau)
        for title in ("签订协议", "竣工验收"):
            make_step(project, title=title, due_on=day(-1))
        make_funding(project)

    add()
    one = queries_of(client, BOARD)
    for _ in range(49):
        add()
    assert queries_of(client, BOARD) == one < 25


def test_the_page_holds_no_script_or_style_of_its_own(client, bureau):
    one_of_each()
    page = text(client)
    assert re.findall(r"<script(?![^>]*\bsrc=)|<style|\son[a-z]+=|\sstyle=", page) == []


@pytest.mark.parametrize("asked", ["", "?year=2020", "?campaign={campaign}", "?work=all&lamp=overdue"])
def test_what_stands_above_the_board_is_the_same_kept_and_counted(client, bureau, monkeypatch, asked):
    campaign, organisation = make_campaign(), make_organisation()
    for year, amounts in ((2020, ("100", "80")), (2019, ("", "50"))):
        project = make_project(stage="under_way", year=year, campaign=campaign, lead=organisation)
        for state, amount in zip(("committed", "received"), amounts, strict=True):
            if amount:
                make_funding(project, amount, state=state, qualifier="about")
    make_project(lead=make_organisation())
    address = f"{BOARD}{asked.format(campaign=campaign.code)}"
    kept = client.get(address).context["summary"]
    monkeypatch.setattr(summary, "KEPT", [])
    assert client.get(address).context["summary"] == kept
    assert kept.received.value in (80, 130)
    assert kept.fulfilled.value == 80


def test_what_the_board_says_of_its_questions_stays_on_the_board(client, bureau):
    """Lists share the fields of their questions; the board's first options and its search have words of their own."""
    one_of_each()
    board, projects = (client.get(address).content.decode() for address in (reverse("admin:board"), "/projects/"))
    for words in ("全部受援县", "data-search"):
        assert words in board
        assert words not in projects
