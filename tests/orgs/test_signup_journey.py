"""Signing up on a phone, in a real browser: from the code to the first page of one's own, and readable all the way."""

import pytest
from django.urls import reverse

from orgs.credit_code import demo_code
from tests.browser import fits, sign_in
from tests.registry.test_axe import AXE, RUN

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PASSWORD = "green-field-48"


def faults_of(page):
    page.evaluate(AXE)
    return page.evaluate(RUN) + ([f"{page.url} is too wide"] if not fits(page) else [])


def go_on(page, **fields):
    """Look at the page, fill it in and send it; gives what is wrong with the page."""
    faults = faults_of(page)
    for name, value in fields.items():
        page.fill(f"[name={name}]", value)
    page.click("main form button")
    return faults


@pytest.mark.parametrize("width", [390, 1440])
def test_an_organisation_signs_up_is_approved_and_lets_a_second_person_in(page, site, width):
    page.set_viewport_size({"width": width, "height": 844})
    faults = walk_through(page, site, "wang.li", name="试验商会")
    page.goto(site + reverse("login"))
    page.fill("[name=username]", "wang.li")
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url(site + reverse("waiting"))
    faults += faults_of(page)
    assert "等待答复" in page.inner_text("main")

    sign_in(page, site, "bureau")
    page.goto(site + reverse("admin:orgs_membership_changelist") + "?status__exact=applied")
    page.click("#result_list tbody a")
    page.click("a[href$='/move/approved/']")
    page.click("#content form [type=submit]")
    page.context.clear_cookies()
    faults += walk_through(page, site, "li.na")

    page.goto(site + reverse("login"))
    page.fill("[name=username]", "wang.li")
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url(site + reverse("my"))
    page.goto(site + reverse("my-people"))
    faults += faults_of(page)
    page.click("button[value=approve]")
    page.wait_for_url(site + reverse("my-people"))
    assert "李娜" in page.inner_text("#speaking >> xpath=..")
    assert faults == []


def walk_through(page, site, username, **facts):
    """Sign up by the steps; facts only of an organisation that is not registered."""
    page.goto(site + reverse("signup"))
    faults = go_on(page, code=demo_code(90_000_001))
    faults += go_on(page, **facts)
    person = {"username": username, "name": {"wang.li": "王丽", "li.na": "李娜"}[username], "phone": "0311-8800001"}
    faults += go_on(page, **person, password=PASSWORD, again=PASSWORD)
    page.check("[name=agreed]")
    faults += go_on(page)
    page.wait_for_url(site + reverse("signup-done"))
    return faults
