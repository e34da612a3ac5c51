"""The board of needs and pledges in a real browser: by buttons, by the mouse, and without JavaScript."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser import sign_in
from tests.factories import make_need, make_pledge

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def two(site):
    """A site on which a need and a pledge wait for the bureau; the mark in their names finds them."""
    new = make_need(status="submitted", name="验证新需求")
    offered = make_need(name="验证有承诺", amount="100")
    return site, new, offered, make_pledge(need=offered, amount="60")


def lane(page, column):
    return page.locator(f"section[data-column={column}]")


def card(page, record):
    return page.locator(f"#{record._meta.model_name}-{record.pk}")


def count(page, column):
    return int(lane(page, column).locator("h2 .chip-count").inner_text())


def open_board(page, site):
    sign_in(page, site, "bureau")
    page.goto(f"{site}/desk/matching/?search=验证")


def test_a_clerk_publishes_accepts_and_declines_by_buttons(page, two):
    site, new, offered, pledge = two
    open_board(page, site)
    assert [count(page, column) for column in ("moderate", "open", "county")] == [2, 0, 0]
    card(page, new).get_by_role("button", name="发布").first.click()
    expect(lane(page, "open").locator(f"#need-{new.pk}")).to_be_visible()

    # what goes back asks why first
    offer = card(page, offered).locator(".slip-offers li")
    offer.locator("summary", has_text="婉拒").click()
    offer.locator("[name=reason]").fill("与本县规划不符")
    offer.get_by_role("button", name=re.compile("^婉拒")).click()
    expect(lane(page, "open").locator(f"#need-{offered.pk}")).to_be_visible()
    pledge.refresh_from_db()
    assert (pledge.status, pledge.status_reason) == ("declined", "与本县规划不符")
    assert [count(page, column) for column in ("moderate", "open", "county")] == [0, 2, 0]


def test_a_card_is_moved_by_the_mouse_and_a_refusal_is_told_in_its_place(page, two):
    site, new, offered, pledge = two
    page.set_viewport_size({"width": 1440, "height": 900})
    open_board(page, site)
    card(page, new).locator("h3").drag_to(lane(page, "open").locator("h2"))
    expect(lane(page, "open").locator(f"#need-{new.pk}")).to_be_visible()
    card(page, offered).locator("h3").drag_to(lane(page, "county").locator("h2"))
    expect(lane(page, "county").locator(f"#need-{offered.pk}")).to_contain_text("60.0%")
    pledge.refresh_from_db()
    assert pledge.status == "accepted"
    card(page, offered).locator("h3").drag_to(lane(page, "agreed").locator("h2"))
    expect(card(page, offered).get_by_role("alert")).to_contain_text("只能由受援县确认")
    expect(card(page, offered).get_by_role("alert")).to_be_focused()


def test_the_same_is_done_with_keys_alone_and_without_javascript(browser, two):
    site, _new, offered, pledge = two
    page = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 800}).new_page()
    open_board(page, site)
    move = card(page, offered).locator(".slip-move summary")
    move.focus()
    page.keyboard.press("Enter")
    select = card(page, offered).locator("select")
    select.select_option(label=f"受理: {pledge.number}")
    select.focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # in the field of the reason: the form's own button, and no other
    expect(lane(page, "county").locator(f"#need-{offered.pk}")).to_be_visible()
    pledge.refresh_from_db()
    assert pledge.status == "accepted"
