"""The public pages by the keyboard alone, and with scripts switched off."""

import pytest
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import expect

from projects.models import Need, Project

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

MOST = 600
"""More stops than any of these pages has: a walk that does not end by then is caught somewhere."""

STOP = """() => {
    const at = document.activeElement;
    if (!at || at === document.body) return null;
    const look = getComputedStyle(at), box = at.getBoundingClientRect(), all = [...document.querySelectorAll('*')];
    return {
        place: all.indexOf(at), what: at.outerHTML.slice(0, 90),
        outlined: look.outlineStyle !== 'none' && parseFloat(look.outlineWidth) >= 2,
        seen: box.width > 0 && box.height > 0 && box.bottom > 0 && box.top < innerHeight && box.right > 0,
        where: (at.closest('main, .sections, footer') || at).className.split(' ')[0],
    };
}"""


def stops_of(page):
    """Each stop of the Tab key from the first of the page until it leaves the document or comes round."""
    page.evaluate("document.querySelector('.skip').focus()")
    stops = [page.evaluate(STOP)]
    for _press in range(MOST):
        page.keyboard.press("Tab")
        stop = page.evaluate(STOP)
        if stop is None or stop["place"] == stops[0]["place"]:
            return stops
        stops.append(stop)
    raise AssertionError(f"caught between {stops[-2]['what']} and {stops[-1]['what']}")


def pages():
    project = Project.objects.filter(visibility="published").order_by("pk").first()
    need = Need.objects.open().first()
    return [
        reverse("home"), reverse("projects"), project.get_absolute_url(), reverse("county", args=("130723",)),
        reverse("needs"), reverse("need", args=(need.number,)), reverse("login"), reverse("accessibility"),
    ]  # fmt: skip


@pytest.mark.parametrize("width", [1440, 390])
def test_tab_leads_through_a_page_and_is_seen_at_every_stop(page, site, width):
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(reduced_motion="reduce")  # the page scrolls to a stop at once, not in half a second
    for address in pages():
        page.goto(f"{site}{address}")
        stops = stops_of(page)
        places = [stop["place"] for stop in stops]

        assert [stop["what"] for stop in stops if not (stop["outlined"] and stop["seen"])] == [], address
        assert places == sorted(set(places)), f"{address}: the order of the stops is that of the page"
        assert {stop["where"] for stop in stops} >= {"sections", "page", "footer"}, address


def test_the_first_stop_leaps_to_the_content(page, site):
    for address in (reverse("home"), reverse("projects")):
        page.goto(f"{site}{address}")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        assert page.evaluate(STOP)["where"] == "page", address


def test_the_menu_and_a_filter_are_used_by_keys_alone(page, site):
    page.goto(site)
    while page.evaluate("document.activeElement.getAttribute('href')") != reverse("projects"):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{site}{reverse('projects')}")
    page.keyboard.press("/")
    page.keyboard.type("XM-2020-0001")
    page.keyboard.press("Enter")
    page.wait_for_url("**search=XM-2020-0001**")

    expect(page.locator("main tbody tr")).to_have_count(1)


def test_reading_language_and_filters_work_without_scripts(browser, site):
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 900})
    page = context.new_page()
    page.goto(f"{site}{reverse('accessibility')}")
    page.locator("main [name=contrast]").click()
    page.locator("header [name=size][value=large]").click()
    page.locator("header [name=language]").click()
    page.goto(f"{site}{reverse('projects')}")

    assert page.locator("html").get_attribute("class") == "size-large contrast"
    assert page.locator("html").get_attribute("lang") == "en"
    assert page.locator("h1").inner_text() == "Projects"
    page.locator("main [name=search]").fill("XM-2020-0001")
    page.locator("main .filter-form .btn-primary").click()
    expect(page.locator("main tbody tr")).to_have_count(1)
    assert {cookie["name"] for cookie in context.cookies()} >= {"reading", settings.LANGUAGE_COOKIE_NAME}
    context.close()
