"""From the counties to one of them in a browser: by the keyboard alone over the map, and on one sheet of paper."""

import re

import pytest
from django.urls import reverse

from counties.models import Division
from registry.reports.atlas import pictures
from registry.reports.figures import report
from tests.browser import fits, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

FOCUSED = "document.activeElement.getAttribute('aria-label')"
SHEET = re.compile(rb"/Type\s*/Page\b(?!s)")


def fullest():
    """The code of the county with the most landed projects."""
    rows = report(user=None, by=("county",), codes=("projects",)).slices[0].rows
    known = [row for row in rows if len(row.cells[0].value) == 6]
    return max(known, key=lambda row: row.totals["projects"].value).cells[0].value


def test_tab_goes_from_county_to_county_on_the_map_and_enter_opens_one(page, site):
    if pictures.outline() is None:
        pytest.skip("the packages of requirements/map.txt could not be had here")
    sign_in(page, site, "bureau")
    page.goto(f"{site}{reverse('counties')}?view=map&year=2020")
    assert page.locator("main svg a").count() == Division.objects.designated().count() == 62
    page.locator("main svg a").first.focus()
    first = page.evaluate(FOCUSED)
    page.keyboard.press("Tab")
    name = page.evaluate(FOCUSED)
    assert name != first
    told = page.locator("main svg a:focus text")
    assert told.is_visible()
    assert told.text_content() == name
    page.keyboard.press("Enter")
    page.wait_for_url("**/counties/*/?*")
    assert "year=2020" in page.url
    assert page.inner_text("h1").split()[0] == name.split()[0]


def test_the_tiles_lead_down_by_the_keyboard_without_scripts(browser, site):
    context = browser.new_context(viewport={"width": 390, "height": 844}, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site}{reverse('counties')}?measure=funds")
    page.locator("main dt a", has_text="张家口市").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**city=130700*")
    assert page.locator(".tile-group").count() == 1
    page.locator("main a.tile", has_text="康保县").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/counties/130723/*")
    assert page.locator(".atlas-crumbs a").count() == 2
    assert "measure=funds" in page.url
    context.close()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_sheet_of_the_fullest_county_is_one_page_of_a4(page, site, language):
    page.context.add_cookies([{"name": "django_language", "value": language, "url": site}])
    page.goto(f"{site}{reverse('county-sheet', args=(fullest(),))}")
    assert fits(page)
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 794, "height": 1123})  # A4 at 96 dots to the inch
    foot, sheet = page.locator(".sheet-foot").bounding_box(), page.locator(".sheet").bounding_box()
    assert foot["y"] + foot["height"] <= sheet["y"] + sheet["height"], "its end is cut off"
    printed = page.pdf(prefer_css_page_size=True)
    assert len(SHEET.findall(printed)) == 1
    box = re.search(rb"/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]", printed)
    assert [round(float(side)) for side in box.groups()] == [595, 842]
