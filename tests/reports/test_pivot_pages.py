"""The pages of the pivot: for whom they are, what they refuse, and that screen, file and rows say the same."""

import csv
import io
import re
from decimal import ROUND_HALF_UP, Decimal
from html import unescape

import openpyxl
import pytest
from django.utils import timezone

from projects.actions.corrections import correct_funding
from projects.actions.funding import void_funding
from projects.models import Funding
from registry.core.models import Change, SavedView
from registry.core.quantity import Money
from tests.counting import queries_of
from tests.factories import (
    make_authority,
    make_county_user,
    make_designation,
    make_division,
    make_field,
    make_funding,
    make_org_user,
    make_organisation,
    make_participation,
    make_posting,
    make_project,
    make_user,
)

from .test_drilldown import landed
from .test_pivot import FUNDS, moment

pytestmark = pytest.mark.django_db
PIVOT, CELL, CHANGES = "/reports/", "/reports/cell/", "/reports/changes/"
BARE = "rows=county&measure=funds"


@pytest.fixture
def bureau(client):
    user = make_user("bureau")
    client.force_login(user)
    return user


def page(client, query=FUNDS, path=PIVOT):
    answer = client.get(f"{path}?{query}")
    assert answer.status_code == 200, answer.content.decode()[:2000]
    return answer.content.decode()


def words_in(html):
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def lines_of(html):
    """The table of a page as lists of words, without what changed since."""
    (shown,) = re.findall(r'<table class="ledger pivot">(.*?)</table>', html, re.DOTALL)
    shown = re.sub(r"<small>.*?</small>", "", shown)
    rows = re.findall(r"<tr>(.*?)</tr>", shown, re.DOTALL)
    return [[words_in(cell) for cell in re.findall(r"<t[hd].*?>(.*?)</t[hd]>", row, re.DOTALL)] for row in rows]


def csv_of(client, query=FUNDS, path=PIVOT):
    answer = client.get(f"{path}?{query}&format=csv")
    assert answer.status_code == 200
    return list(csv.reader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))


def xlsx_of(client, query=FUNDS, path=PIVOT):
    answer = client.get(f"{path}?{query}&format=xlsx")
    assert answer.status_code == 200
    sheet = openpyxl.load_workbook(io.BytesIO(answer.getvalue())).active
    return [[cell for cell in row if cell is not None] for row in sheet.iter_rows(values_only=True)]


def number(word):
    """To two decimals, as the screen has it: a file keeps the fen."""
    return Decimal(re.sub(r"[^\d.-]", "", word)).quantize(Decimal("0.01"), ROUND_HALF_UP)


# For whom


@pytest.mark.parametrize("path", [PIVOT, CELL, CHANGES])
@pytest.mark.parametrize("role", ["bureau", "partner", "auditor"])
def test_the_bureaux_and_auditors_read_all_pages(client, path, role):
    client.force_login(make_user(role))
    assert client.get(path).status_code == 200


@pytest.mark.parametrize("path", [PIVOT, CELL, CHANGES])
def test_counties_organisations_and_administrators_are_told_and_strangers_sent_to_sign_in(client, path):
    for user in (
        make_county_user(make_division()), make_org_user(make_organisation()), make_user("sysadmin"), make_user()
    ):  # fmt: skip
        client.force_login(user)
        assert client.get(path).status_code == 403
    client.logout()
    assert client.get(path).url.startswith("/accounts/login/?next=")


def test_an_auditor_reads_and_has_nothing_to_write_with(client):
    landed()
    client.force_login(make_user("auditor"))
    for path in (PIVOT, CELL, CHANGES):
        text = page(client, f"{FUNDS}&against=2021-01-01", path)
        own = re.sub(
            r'<form[^>]*action="/(?:i18n|preferences|accounts|language|reading)[^>]*>.*?</form>',
            "",
            text,
            flags=re.DOTALL,
        )
        assert "/reports/views/" not in own
        assert client.post(path).status_code == 403
    assert client.post("/reports/views/", {"name": "我的", "query": FUNDS}).status_code == 403
    assert client.post("/reports/views/1/delete/").status_code == 403
    assert not SavedView.objects.exists()


def test_a_partner_bureau_sees_nothing_of_other_projects_on_any_page(client):
    user, beijing = make_user("partner"), make_division(code="110000", name="北京市", level="province")
    make_posting(user, beijing)
    own, other = (make_project(stage="under_way", county=make_designation().division) for _number in range(2))
    make_participation(own, organisation=make_organisation(authority=make_authority(division=beijing)))
    before = timezone.now()
    for project, amount in ((own, "10000.00"), (other, "70000.00")):
        make_funding(project, amount)
    client.force_login(user)
    assert lines_of(page(client, BARE))[-1] == ["合计", "1.00"]
    for path in (CELL, CHANGES):
        text = page(client, f"{BARE}&against={moment(before)}", path)
        assert (own.name in text, other.name in text) == (True, False)


# What is refused


@pytest.mark.parametrize("path", [PIVOT, CELL, CHANGES])
@pytest.mark.parametrize("query", ["rows=moon", "colour=red", "as_of=yesterday", "against=2199-01-01"])
def test_what_cannot_be_asked_is_answered_400_in_words(client, bureau, path, query):
    answer = client.get(f"{path}?{query}")
    assert answer.status_code == 400
    assert query.split("=")[query.startswith(("rows", "as_of", "against"))] in words_in(answer.content.decode())


@pytest.mark.parametrize("query", [f"{FUNDS}&row=000000", f"{FUNDS}&format=pdf"])
def test_a_cell_that_is_none_and_a_form_that_is_none_are_refused(client, bureau, query):
    assert client.get(f"{CELL}?{query}").status_code == 400


# Screen, file, rows


def test_the_files_say_what_the_screen_says_rows_totals_rule_and_instant(client, bureau):
    for _number in range(3):
        landed()
    before = timezone.now()
    Funding.objects.filter(organisation__isnull=False).update(amount="12345.67", excess_reason="追加")
    for query in (FUNDS, f"{FUNDS}&as_of={moment(before)}", "rows=county&columns=year&measure=projects&order=falling"):
        html = page(client, query)
        head, *rows = lines_of(html)
        in_csv = csv_of(client, query)
        assert in_csv[0] == head
        for shown, told in zip(rows, in_csv[1 : len(rows) + 1], strict=True):
            assert shown[0] == told[0]
            assert [number(word) for word in shown[1:]] == [number(word) for word in told[1:]]
            assert ["约" in word for word in shown] == ["约" in word for word in told]
        sheet = xlsx_of(client, query)
        words = " ".join(str(cell) for row in sheet for cell in row)
        notes = re.findall(r"<p>(.*?)</p>", re.search(r'pivot-notes".*?</section>', html, re.DOTALL)[0], re.DOTALL)
        for note in map(words_in, notes):
            assert note in words
            assert note in " ".join(" ".join(row) for row in in_csv)
        whole = next(row for row in sheet if row[0] == "合计")
        assert [number(str(cell)) for cell in whole[1:]] == [number(word) for word in rows[-1][1:]]
        assert "数据截至" in words


def test_a_compared_file_has_the_difference_beside_each_figure(client, bureau):
    line = make_funding(make_project(stage="under_way", county=make_designation().division), "10000.00")
    before = timezone.now()
    Funding.objects.filter(pk=line.pk).update(amount="25000.00")
    query = f"{BARE}&against={moment(before)}"
    assert csv_of(client, query)[1][1:] == ["2.50", "1.50", "150.0%"]
    assert "+1.50" in page(client, query)
    assert "+150.0%" in page(client, query)


def test_every_figure_of_the_table_opens_its_rows_which_come_to_it(client, bureau):
    for _number in range(2):
        landed()
    html = page(client)
    addresses = {unescape(found) for found in re.findall(r'href="/reports/cell/\?([^"]*)"', html)}
    assert len(addresses) > 4
    for address in addresses:
        text = words_in(page(client, address, CELL))
        assert "✓ 与上表一致" in text
        assert "▲" not in text


def test_a_cell_leads_to_the_project_its_history_and_its_files(client, bureau):
    project = landed()
    text = page(client, FUNDS, CELL)
    for address in (
        f"/projects/{project.number}/",
        f"/project/{project.pk}/history/",
        f"/{project.pk}/change/#documents",
    ):
        assert address in text


def test_a_distinct_count_says_that_its_parts_need_not_add_up(client, bureau):
    landed()
    query = "rows=county&columns=year&measure=organisations"
    for path, words in ((PIVOT, "按受援县的各部分相加不一定等于合计"), (CELL, "各分组之和不一定等于总数")):
        assert words in words_in(page(client, query, path))
        assert words not in words_in(page(client, FUNDS, path))


def test_the_rows_of_a_cell_are_a_file_too_with_their_sum(client, bureau):
    landed()
    rows = csv_of(client, FUNDS, CELL)
    lines = Funding.objects.exclude(state__in=("pledged", "committed", "spent")).exclude(origin="mobilised")
    named = [row for row in rows if len(row) > 2]
    assert len(named) == lines.count() + 1
    assert "合计" in " ".join(" ".join(row) for row in rows[len(named) :])


# The past


def test_the_day_before_an_edit_shows_the_old_value_and_the_changes_say_who_and_why(client, bureau):
    project = make_project(stage="under_way", county=make_designation().division)
    line = make_funding(project, "10000.00")
    untouched = landed()
    before = timezone.now()
    correct_funding(funding=line, by=bureau, money=Money(Decimal(30000), qualifier="exact", wording=""))
    void = make_funding(untouched, "500.00")
    void_funding(funding=void, by=bureau, reason="重复录入")
    for query, shown in ((f"{BARE}&as_of={moment(before)}", "1.00"), (BARE, "3.00")):
        assert [project.sites.get().division.name, shown] in lines_of(page(client, query))
    query = f"{BARE}&against={moment(before)}"
    assert "2 个项目" in words_in(page(client, query))
    changes = words_in(page(client, query, CHANGES))
    for words in (project.name, untouched.name, bureau.name, "重复录入", "10,000.00 元 → 30,000.00 元"):
        assert words in changes
    moving = words_in(page(client, f"{query}&moved=1", CHANGES))
    assert (project.name in moving, untouched.name in moving) == (True, False)


def test_without_an_instant_to_compare_with_the_page_of_changes_says_so(client, bureau):
    assert "时点" in words_in(page(client, FUNDS, CHANGES))


# Pictures


@pytest.mark.parametrize(
    "query",
    ["rows=field&measure=funds&view=bars", "rows=year&columns=field&measure=funds&view=lines", f"{BARE}&view=tiles"],
)
def test_a_picture_has_a_name_its_numbers_in_a_table_and_no_style_of_its_own(client, bureau, query):
    landed()
    text = page(client, query)
    main = text[text.index("<main") :]
    assert "style=" not in main
    assert "<script" not in main
    assert "最大" in main
    (table_tab,) = re.findall(r'<a href="\?([^"]*)">表格</a>', main)
    assert lines_of(page(client, unescape(table_tab)))[-1][0] == "合计"


# Kept views


def test_a_view_is_kept_opened_replaced_and_deleted(client, bureau):
    assert client.post("/reports/views/", {"name": "各县资金", "query": FUNDS}).url == f"{PIVOT}?{FUNDS}"
    assert f'href="{PIVOT}?{FUNDS.replace("&", "&amp;")}"' in page(client, "rows=year")
    client.post("/reports/views/", {"name": "各县资金", "query": BARE})
    view = SavedView.objects.get()
    assert (view.user, view.page, view.query) == (bureau, "reports", BARE)
    client.post(f"/reports/views/{view.pk}/delete/", {"back": BARE})
    assert not SavedView.objects.exists()
    actions = Change.objects.filter(table_name="core_savedview").order_by("pk").values_list("action", flat=True)
    assert list(actions) == ["view.save", "view.save", "view.delete"]


def test_nobody_sees_or_deletes_the_view_of_another_nor_one_of_another_page(client, bureau):
    other = SavedView.objects.create(user=make_user("bureau"), page="reports", name="别人的视图")
    board = SavedView.objects.create(user=bureau, page="board", name="看板视图")
    text = page(client)
    assert "别人的视图" not in text
    assert "看板视图" not in text
    for view in (other, board):
        assert client.post(f"/reports/views/{view.pk}/delete/").status_code == 404


def test_a_kept_view_leads_nowhere_but_to_the_pivot(client, bureau):
    assert client.post("/reports/views/", {"name": "外部", "query": "//evil.example/"}).url.startswith(f"{PIVOT}?")


# Costs


@pytest.mark.parametrize("measure", ["funds", "projects", "organisations"])
@pytest.mark.parametrize("path", [PIVOT, CELL])
def test_as_many_queries_for_one_row_as_for_three(client, bureau, measure, path):
    landed()
    address = f"{path}?rows=county&columns=field&measure={measure}"
    for_one = queries_of(client, address)
    for _number in range(2):
        landed()
    assert queries_of(client, address) == for_one


def test_as_many_queries_for_one_changed_project_as_for_three(client, bureau):
    before = timezone.now()
    landed()
    address = f"{CHANGES}?{FUNDS}&against={moment(before)}"
    for_one = queries_of(client, address)
    for _number in range(2):
        landed(field=make_field())
    assert queries_of(client, address) == for_one
