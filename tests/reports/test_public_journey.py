"""What the public meets in a browser: a notice with its days left, an objection with a receipt, letters that stay as
large as they were chosen, and clean paper. On a phone, with scripts and without them."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from projects.models import Commendation, Objection, Project
from registry.core.actions import move
from registry.core.models import User
from tests.browser import fits, narrow

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SAID = "资金没有到位，望核实。"


@pytest.fixture(params=[True, False], ids=["with scripts", "without scripts"])
def phone(browser, request):
    context = browser.new_context(viewport={"width": 390, "height": 844}, java_script_enabled=request.param)
    page = context.new_page()
    page.has_scripts = request.param
    yield page
    context.close()


def test_somebody_objects_to_a_notice_and_finds_the_answer_by_the_receipt(phone, site):
    notice = Commendation.objects.filter(status="notice").latest("pk")
    phone.goto(f"{site}{reverse('praise')}?status=notice")
    phone.click(f"a[href='{reverse('commendation', args=(notice.pk,))}']")
    assert re.search(r"剩余 \d+ 天", phone.inner_text("main"))
    phone.click("main form[method=post] button")
    expect(phone.locator("[role=alert]")).to_be_visible()  # an empty objection is told so
    phone.fill("[name=text]", SAID)
    phone.fill("[name=contact]", "13912345678")
    assert narrow(phone)
    phone.click("main form[method=post] button")

    receipt = re.search(r"YJ(-[0-9A-Z]{4}){3}", phone.inner_text("main"))[0]
    filed = Objection.objects.get(receipt=receipt)
    assert (filed.text, filed.commendation, narrow(phone)) == (SAID, notice, True)
    move(filed, to="dismissed", by=User.objects.get(username="bureau"), reason="经核对凭证，资金已到位。")

    phone.goto(f"{site}{reverse('praise')}")
    phone.click(f"a[href='{reverse('objection')}']")
    phone.fill("[name=receipt]", receipt.lower())
    phone.press("[name=receipt]", "Enter")
    phone.wait_for_url("**receipt=*")
    assert "经核对凭证，资金已到位。" in phone.inner_text("main")
    phone.goto(f"{site}{reverse('commendation', args=(notice.pk,))}")
    shown = phone.inner_text("main")
    assert ("经核对凭证，资金已到位。" in shown, SAID in shown, "13912345678" in shown) == (True, False, False)


def test_letters_and_elder_mode_stay_from_page_to_page(phone, site):
    phone.goto(f"{site}/")
    usual = phone.locator("main p").first.evaluate("one => getComputedStyle(one).fontSize")
    phone.click("button[name=size][value=large]")
    phone.click("button[name=elder]")
    for address in ("projects", "praise", "objection", "rules", "data", "events"):
        phone.goto(f"{site}{reverse(address)}")
        assert set(phone.get_attribute("html", "class").split()) >= {"size-large", "elder"}, address
        assert narrow(phone), address
    phone.click("button[name=language]")
    later = phone.context.new_page()
    later.goto(f"{site}/")
    assert later.get_attribute("html", "lang") == "en"
    assert set(later.get_attribute("html", "class").split()) >= {"size-large", "elder"}
    larger = later.locator("main p").first.evaluate("one => getComputedStyle(one).fontSize")
    assert float(larger.removesuffix("px")) > float(usual.removesuffix("px"))


def test_public_pages_are_printed_without_what_is_for_the_screen(page, site):
    """On paper as wide as A4: no bar, no menu, no button, no form, of filters the chosen, nothing cut off."""
    project = Project.objects.filter(visibility="published", steps__isnull=False).order_by("pk").first()
    notice = Commendation.objects.filter(status="notice").latest("pk")
    page.set_viewport_size({"width": 794, "height": 1123})
    page.emulate_media(media="print")
    own = [reverse("commendation", args=(notice.pk,)), project.get_absolute_url(), reverse("county", args=("130723",))]
    for address in ["/", *map(reverse, ("praise", "projects", "orgs", "counties", "events", "rules", "cases")), *own]:
        page.goto(f"{site}{address}")
        left = page.locator("header.topbar, nav:not(.chips), form, button, .btn, .filter-panel").locator("visible=true")
        assert left.all_inner_texts() == [], address
        assert fits(page), address
        assert page.locator("h1").is_visible(), address
