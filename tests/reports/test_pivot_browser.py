"""The pivot in a real browser: a figure down to its rows, back to a day before an edit, what changed, the same as a
file; and an auditor who reads all of it and can write nothing."""

import csv
import re
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from django.utils import timezone
from playwright.sync_api import expect

from counties.models import Division
from orgs.models import Organisation
from projects.actions.corrections import correct_funding
from projects.models import Field
from registry.core.models import User
from registry.core.quantity import Money
from tests.browser import sign_in
from tests.factories import make_funding, make_project

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ASKED = "rows=county&columns=field&measure=received"


@pytest.fixture
def edited(site):
    """A site, an instant, and a project whose money was put right after it."""
    county, field = Division.objects.designated().first(), Field.objects.active().first()
    project = make_project(stage="under_way", county=county, field=field, name="张榜村卫生室", number="TS-1")
    line = make_funding(project, "250000.00", organisation=Organisation.objects.first())
    before, clerk = timezone.now(), User.objects.get(username="bureau")
    old, new = line.amount, line.amount - Decimal("12.34")
    correct_funding(funding=line, by=clerk, money=Money(new, qualifier="exact", wording=""))
    return site, before.isoformat().replace("+", "%2B"), project, old, new


def number(word):
    """What is not stated adds nothing."""
    return Decimal(re.sub(r"[^\d.-]", "", word) or 0)


def exact_whole(page):
    return number(page.locator(".pivot-whole a").inner_text())


def figures(page):
    """The table of the page: {row: figures as numbers}, without what changed."""
    rows = page.locator("table.pivot tbody tr, table.pivot tfoot tr").all()
    cells = {row.locator("th").inner_text(): row.locator("td").all() for row in rows}
    return {
        label: [number(cell.locator("a, span").first.inner_text()) for cell in found] for label, found in cells.items()
    }


def open_a_cell(page):
    """The first cell that counts something, which is no total, opens its rows and their sum."""
    cell = page.locator("table.pivot tbody td:not(.pivot-total) a").first
    shown = number(cell.inner_text())
    cell.click()
    expect(page.locator(".agrees")).to_have_text("✓ 与上表一致")
    summed = number(re.search(r"合计\D*([\d,.]+)", page.locator(".cell-sum").inner_text())[1])
    assert round(summed / 10000, 2) == shown
    amounts = [number(cell.inner_text()) for cell in page.locator("table.ledger td.num:not(.not-stated)").all()]
    assert abs(sum(amounts) - shown) < Decimal("0.01") * (len(amounts) + 1)
    page.go_back()


def downloaded(page, words, tmp_path):
    with page.expect_download() as waiting:
        page.click(f"text={words}")
    path = Path(tmp_path / waiting.value.suggested_filename)
    waiting.value.save_as(path)
    return path


def check_files(page, tmp_path):
    """CSV and workbook hold the rows and totals of the screen, to the fen, which the screen rounds."""
    shown = figures(page)
    told = list(csv.reader(downloaded(page, "导出 CSV", tmp_path).read_text("utf-8-sig").splitlines()))
    in_csv = {row[0]: [number(word) for word in row[1:]] for row in told[1:] if len(row) > 1}
    sheet = openpyxl.load_workbook(downloaded(page, "导出 XLSX", tmp_path)).active
    in_sheet = {row[0]: [number(str(cell or "")) for cell in row[1:]] for row in sheet.values}
    assert list(in_csv)[: len(shown)] == list(shown)
    for label, numbers in shown.items():
        for found in (in_csv[label], in_sheet[label]):
            assert all(abs(one - each) < Decimal("0.01") for one, each in zip(found, numbers, strict=True)), label


def walk(page, edited, tmp_path):
    """Cell, totals, a day before the edit, two instants, the file."""
    site, before, project, old, new = edited
    page.goto(f"{site}/reports/?{ASKED}")
    shown, now = figures(page), exact_whole(page)
    for place in range(len(shown["合计"])):
        parts = [numbers[place] for label, numbers in shown.items() if label != "合计"]
        assert abs(sum(parts) - shown["合计"][place]) <= Decimal("0.01") * len(parts)
    open_a_cell(page)
    check_files(page, tmp_path)

    page.goto(f"{site}/reports/?{ASKED}&as_of={before}")
    assert exact_whole(page) - now == old - new == Decimal("12.34")

    page.goto(f"{site}/reports/?{ASKED}&against={before}")
    expect(page.locator("table.pivot tbody td.moved:not(.pivot-total)")).to_have_count(1)
    page.click("text=查看谁改了什么")
    expect(page.locator(".change-of-project h2 a")).to_have_text(project.name)
    expect(page.locator(".change-of-project")).to_contain_text("影响本表")


def test_a_clerk_asks_the_pivot_and_keeps_the_question(page, edited, tmp_path):
    site = edited[0]
    sign_in(page, site, "bureau")
    page.click("text=报告与通报")
    walk(page, edited, tmp_path)
    page.goto(f"{site}/reports/?{ASKED}")
    page.click("summary:has-text('常用视图')")
    page.fill("#view-name", "各县到位资金")
    page.click("text=保存视图")
    page.goto(f"{site}/reports/")
    page.click("summary:has-text('常用视图')")
    page.click("text=各县到位资金")
    page.wait_for_url(f"**/reports/?{ASKED}")
    page.select_option("[name=rows]", "year")
    page.click(".filter-buttons button")
    page.click("text=时间折线")
    expect(page.locator("figure svg[role=img] title").first).to_be_attached()
    expect(page.locator("figure svg polyline").first).to_be_attached()


def test_an_auditor_reads_all_of_it_and_writes_nothing(page, edited, tmp_path):
    site = edited[0]
    sign_in(page, site, "auditor")
    walk(page, edited, tmp_path)
    for path in ("", "cell/", "changes/"):
        page.goto(f"{site}/reports/{path}?{ASKED}&against={edited[1]}")
        expect(page.locator("main form[method=post]")).to_have_count(0)
    answer = page.request.post(
        f"{site}/reports/views/",
        form={"name": "审计", "csrfmiddlewaretoken": page.locator("[name=csrfmiddlewaretoken]").first.input_value()},
        headers={"Referer": f"{site}/reports/"},
    )
    assert answer.status == 403
    assert "只能查阅" in answer.text()


def test_the_walk_needs_no_javascript(browser, edited, tmp_path):
    page = browser.new_context(java_script_enabled=False, locale="en-US").new_page()
    sign_in(page, edited[0], "bureau")
    walk(page, edited, tmp_path)
    page.context.close()
