"""The checklist board in a real browser: what a clerk does on it, with keys, without JavaScript, and in Chinese."""

import re

import pytest
from playwright.sync_api import expect

from projects.models import ProjectStep
from tests.browser import sign_in
from tests.factories import make_project

from .test_checklists import make_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TITLE = "竣工验收"
RANKS = ("overdue", "due", "on_time", "waiting", "not_yet", "signed_off")


@pytest.fixture
def two(site):
    """A site on which two projects wait for the sign-off of their last item, the second without its evidence."""
    steps = [
        make_in("done", title=TITLE, depends_on=None, evidence=evidence, project=make_project(name=name, number=number))
        for number, name, evidence in (
            ("JX-1", "甲村小学改造", ["photo"]),
            ("JX-2", "乙村小学改造", ["photo", "acceptance"]),
        )
    ]
    return site, steps


def chip(page, lamp):
    return int(page.locator(f".chips .lamp--{lamp} .chip-count").inner_text())


def sign_off_both(page, site):
    """Choose both, their item and the deed; returns the counts of the chips before."""
    page.goto(f"{site}/desk/board/?search=村小学改造")
    before = {lamp: chip(page, lamp) for lamp in ("waiting", "signed_off")}
    for box in page.locator("tbody .pick input").all():
        box.check()
    page.select_option("[name=item]", TITLE)
    page.click("button[value=verify]")
    cannot = page.locator("tr", has_text="乙村小学改造")
    expect(cannot).to_contain_text("不能销号: 缺少：验收单")
    expect(page.locator("tr", has_text="甲村小学改造")).to_contain_text("“已销号”")
    page.click("button:has-text('批量销号')")
    page.wait_for_url("**/desk/board/**")
    return before


def check_signed_off(page, before, steps):
    assert (chip(page, "waiting"), chip(page, "signed_off")) == (before["waiting"] - 1, before["signed_off"] + 1)
    cells = [page.locator("tbody tr", has_text=name).locator(f"td[data-label={TITLE}]") for name in ("甲村", "乙村")]
    expect(cells[0]).to_have_text("已销号")
    expect(cells[1]).to_have_text("待核验")
    assert [ProjectStep.objects.get(pk=step.pk).status for step in steps] == ["verified", "done"]


def test_a_clerk_works_down_the_board(page, two):
    site, steps = two
    sign_in(page, site, "bureau")
    page.goto(f"{site}/desk/board/")

    # what is most urgent comes first, and every cell has a name that says item and state
    lamps = [re.search(r"row--(\w+)", row.get_attribute("class"))[1] for row in page.locator("tbody tr").all()]
    assert lamps == sorted(lamps, key=RANKS.index)
    late = page.locator("td.step--overdue[data-label] a").first
    assert re.fullmatch(r".+：超期 (\d+ 天|\d+/\d+)", late.get_attribute("aria-label"))

    # every chip counts the rows that it opens
    for lamp in ("overdue", "due", "waiting"):
        page.goto(f"{site}/desk/board/?lamp={lamp}&page_size=500")
        assert page.locator("tbody tr").count() == chip(page, lamp)

    check_signed_off(page, sign_off_both(page, site), steps)


def test_keys_move_choose_search_and_explain(page, two):
    site, _steps = two
    sign_in(page, site, "bureau")
    page.goto(f"{site}/desk/board/")
    rows = page.locator("tbody tr")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(rows.nth(1)).to_have_class(re.compile("is-current.*is-chosen|is-chosen.*is-current"))
    expect(page.locator(".bulk-count")).to_have_text("已选项目： 1")
    rows.nth(3).locator(".pick input").click(modifiers=["Shift"])
    expect(page.locator(".bulk-count")).to_have_text("已选项目： 3")
    page.locator("[data-all]").check()
    assert page.locator("tbody tr.is-chosen").count() == rows.count()
    page.locator("[data-all]").uncheck()
    page.keyboard.press("?")
    expect(page.locator("dialog.key-help[open]")).to_contain_text("下一个、上一个项目")
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    expect(page.locator("#id_search")).to_be_focused()
    page.locator("#id_search").blur()
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/projects/project/*/change/")


def test_an_input_method_neither_searches_nor_sends_while_it_composes(page, two):
    site, _steps = two
    sign_in(page, site, "bureau")
    page.goto(f"{site}/desk/board/")
    asked = []
    page.on("request", lambda request: "/desk/board/" in request.url and asked.append(request.url))
    page.locator("#id_search").focus()
    keyboard = page.context.new_cdp_session(page)
    for typed in ("j", "ji", "jiac"):
        keyboard.send("Input.imeSetComposition", {"text": typed, "selectionStart": 4, "selectionEnd": 4})
    keyboard.send("Input.dispatchKeyEvent", {"type": "rawKeyDown", "key": "Enter", "windowsVirtualKeyCode": 229})
    page.wait_for_timeout(700)
    assert asked == []
    with page.expect_response(lambda response: "search=" in response.url):
        keyboard.send("Input.insertText", {"text": "甲村"})
    expect(page.locator("tbody tr")).to_have_count(1)
    assert "search=%E7%94%B2%E6%9D%91" in page.url
    expect(page.locator("#id_search")).to_be_focused()


def test_all_of_it_works_without_javascript(browser, two):
    site, steps = two
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    sign_in(page, site, "bureau")
    check_signed_off(page, sign_off_both(page, site), steps)
    page.locator("summary", has_text="列").click()
    page.locator("[name=columns]").first.uncheck()
    page.click("button:has-text('显示所选列')")
    page.locator("summary", has_text="常用视图").click()
    page.fill("[name=name]", "我的视图")
    page.click("button:has-text('保存视图')")
    kept = page.url
    page.goto(f"{site}/desk/board/")
    page.locator("summary", has_text="常用视图").click()
    page.click("text=我的视图")
    assert page.url == kept
    context.close()
