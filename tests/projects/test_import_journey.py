"""Feature 2 in a real browser: a ledger as counties send it, from the file to the register and back."""

import re

import pytest
from openpyxl import load_workbook
from playwright.sync_api import expect

from projects.models import Project
from registry.core.jobs import run_next
from tests.browser import fits, sign_in
from tests.factories import make_user

from .ledger_books import bad_rows, project, realistic
from .ledger_files import save_xlsx

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def desk(transactional_db, reference, live_server, settings, tmp_path, page):
    """A clerk at a register that holds nothing but its reference data."""
    settings.MEDIA_ROOT = tmp_path / "media"
    make_user("bureau", username="bureau", password="bangfu-demo", is_demo=True)
    sign_in(page, live_server.url, "bureau")
    return f"{live_server.url}/desk/import/"


def send(page, desk, path):
    """Send a file and have it read and checked; the page then shows its rows."""
    page.goto(desk)
    page.set_input_files("[name=upload]", path)
    page.click("#import-send")
    expect(page.get_by_role("progressbar")).to_be_visible()
    page.reload()
    expect(page.get_by_role("progressbar")).to_be_visible()
    assert run_next().state == "done"
    page.wait_for_selector("#import-check")
    page.click("#import-check")
    expect(page.get_by_role("progressbar")).to_be_visible()
    assert run_next().state == "done"
    page.wait_for_selector(".import-counts")


def counts(page):
    return [int(number) for number in re.findall(r"[0-9]+", page.inner_text(".import-counts"))]


def write(page):
    page.click("#import-on")
    page.click("#import-write")
    page.wait_for_selector("[role=progressbar]")
    assert run_next().state == "done"
    page.wait_for_selector("h2:has-text('已导入')")


def test_a_ledger_of_two_hundred_rows_comes_in_is_mended_and_taken_back(page, desk, tmp_path):
    save_xlsx(realistic(), tmp_path / "2021年项目台账.xlsx")
    send(page, desk, tmp_path / "2021年项目台账.xlsx")
    assert counts(page) == [193, 0, 0, 0, 7]
    assert Project.objects.count() == 0
    page.click(".chips a:has-text('有问题')")
    expect(page.locator(".import-row--reject")).to_have_count(7)
    for (_row, column), place in zip(bad_rows(), page.locator(".import-faults").all(), strict=True):
        expect(place).to_contain_text(re.compile(rf"[A-Z][0-9]+ {column}"))
    with page.expect_download() as download:
        page.click("text=下载错误工作簿")
    faults = tmp_path / "faults.xlsx"
    download.value.save_as(faults)
    write(page)
    assert Project.objects.count() == 193

    mended = tmp_path / "mended.xlsx"
    mend(faults, mended)
    send(page, desk, mended)
    assert counts(page) == [7, 0, 0, 0, 0]
    write(page)
    assert Project.objects.count() == 200
    assert Project.objects.get(name="试验帮扶项目902号").funding.get().amount == 800_000
    send(page, desk, mended)
    assert counts(page) == [0, 0, 0, 7, 0]
    expect(page.locator(".import-notice")).to_be_visible()

    page.goto(desk)
    page.click("tbody tr:nth-child(2) a")
    page.click("summary:has-text('撤销本批次')")
    page.fill("#undo-reason", "传错了文件")
    page.click("#import-undo")
    page.wait_for_selector("[role=progressbar]")
    assert run_next().state == "done"
    page.wait_for_selector("h2:has-text('后已撤销')")
    assert Project.objects.count() == 193


def mend(faults, mended):
    """Correct each faulty row in the workbook, as somebody in Excel would, and leave the reasons where they are."""
    workbook = load_workbook(faults)
    page = workbook.active
    assert page.cell(3, page.max_column).value == "错误原因"
    for number, (_row, _column) in enumerate(bad_rows()):
        good = project(901 + number)
        for letters, key in (
            ("B", "project"),
            ("D", "code"),
            ("G", "county"),
            ("K", "people"),
            ("L", "start"),
            ("N", "status"),
        ):
            page[f"{letters}{5 + number}"] = good[key]
        page[f"I{5 + number}"] = "80.00"
    workbook.save(mended)


def test_a_suggestion_is_taken_with_a_click_and_by_a_phone(page, desk, tmp_path):
    page.set_viewport_size({"width": 390, "height": 844})
    save_xlsx(realistic(3), tmp_path / "小.xlsx")
    send(page, desk, tmp_path / "小.xlsx")
    result = page.url
    page.goto(f"{result}?step=columns")
    select = page.locator(".import-columns select").first.bounding_box()
    assert select["x"] + select["width"] < 390
    page.goto(result)
    assert page.locator(".import-faults input").first.bounding_box()["height"] >= 40
    page.click(".chips a:has-text('有问题')")
    assert fits(page)
    page.click("button:has-text('张家口市康保县')")
    assert run_next().state == "done"
    page.wait_for_selector(".import-row--reject >> nth=5")
    assert counts(page)[0] == 4
