"""Stories and the search over all in a browser: told, checked, published, corrected; found by a few letters. On a phone
and on a desk, with scripts and without them."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from projects.models import Project, Story
from tests.browser import fits, sign_in
from tests.factories import make_picture

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PHONE = "13912345678"


def press(page, label):
    page.click(f"a.btn:has-text('{label}'), .object-tools a:has-text('{label}'), main a:has-text('{label}')")


def test_a_story_is_told_checked_published_and_corrected_in_the_open(page, site, tmp_path):
    project = Project.objects.published().order_by("pk").first()
    story = Story.objects.create(project=project, name="大棚里的春天", text=f"请打电话{PHONE}。")
    desk, public = reverse("admin:projects_story_change", args=(story.pk,)), reverse("story", args=(story.pk,))
    picture = tmp_path / "大棚.jpg"
    picture.write_bytes(make_picture(size=(800, 600)))

    def to(target, reason=""):
        page.goto(f"{site}{reverse('admin:projects_story_move', args=(story.pk, target))}")
        if reason:
            page.fill("[name=reason]", reason)
        page.click(".confirmation .submit-row button")
        page.wait_for_url(f"{site}{desk}")

    sign_in(page, site, "bureau")
    page.goto(f"{site}{desk}")
    assert "电话号码 139…" in page.inner_text("#check")
    page.goto(f"{site}{reverse('admin:projects_story_move', args=(story.pk, 'checked'))}")
    assert page.locator(".missing").is_visible()
    assert page.locator(".confirmation .submit-row button").count() == 0

    page.goto(f"{site}{desk}")
    page.fill("[name=text]", "三个月后，大棚里长出了第一茬菜。")
    page.click("[name=_continue], [name=_save]")
    page.goto(f"{site}{desk}")
    page.click("#photos .panel-actions a")
    page.set_input_files("[name=upload]", picture)
    page.fill("[name=alt]", "大棚里的菜苗")
    page.select_option("[name=consent]", "nobody")
    page.click("[name=_save]")
    page.wait_for_url(f"{site}{desk}#photos")
    assert page.locator("#photos img").evaluate("one => one.decode().then(() => one.naturalWidth)") == 640
    to("checked")
    to("published")

    reader = page.context.browser.new_page(viewport={"width": 390, "height": 844})
    reader.goto(f"{site}{reverse('stories')}")
    reader.click(f"a[href='{public}']")
    assert "大棚里长出了第一茬菜" in reader.inner_text("main")
    assert reader.locator("main article img").first.get_attribute("alt") == "大棚里的菜苗"
    assert fits(reader)

    to("withdrawn", "日期有误")
    assert reader.goto(f"{site}{public}").status == 410
    assert "第一茬菜" not in reader.inner_text("main")
    to("draft", "更正")
    page.fill("[name=text]", "四个月后，大棚里长出了第一茬菜。")
    page.click("[name=_save]")
    to("checked")
    to("published", "三个月更正为四个月")
    reader.goto(f"{site}{public}")
    assert re.search("更正.*三个月更正为四个月", reader.inner_text("main"))
    reader.close()


@pytest.fixture(params=[True, False], ids=["with scripts", "without scripts"])
def phone(browser, request):
    context = browser.new_context(viewport={"width": 390, "height": 844}, java_script_enabled=request.param)
    page = context.new_page()
    page.has_scripts = request.param
    yield page
    context.close()


def test_a_county_is_found_from_any_page_by_its_initials(phone, site):
    phone.goto(f"{site}{reverse('rules')}")
    if phone.has_scripts:
        phone.locator("main").click()
        phone.keyboard.press("/")
        assert phone.evaluate("document.activeElement.name") == "q"
    phone.fill("#search-all", "fpx")
    phone.press("#search-all", "Enter")
    phone.wait_for_url("**/search/?q=fpx")
    phone.click("main section:has(#found-counties) a.row-link")
    assert phone.inner_text("h1").startswith("阜平县")


def test_what_was_found_is_narrowed_to_a_kind_and_paged(page, site):
    page.goto(f"{site}{reverse('search')}")
    page.fill("#search-words", "县")
    page.press("#search-words", "Enter")
    page.click(".chips a:has-text('受援县')")
    assert "kind=counties" in page.url
    total = int(re.search(r"共 ?(\d+)|(\d+)$", page.inner_text(".pager-count").strip())[0].strip("共 "))
    assert total > 20
    page.click(".pager a[rel=next]")
    page.wait_for_url("**page=2**")
    expect(page.locator("#search-words")).to_have_value("县")


def test_enter_while_an_input_method_composes_searches_for_nothing(page, site):
    page.goto(f"{site}/")
    page.focus("#search-all")
    sent = page.evaluate(
        """() => { const box = document.querySelector('#search-all');
        const key = new KeyboardEvent('keydown', {key: 'Enter', isComposing: true, bubbles: true, cancelable: true});
        return box.dispatchEvent(key); }"""
    )
    assert sent is False
    assert page.url == f"{site}/"


@pytest.mark.parametrize("size", [(1920, 1080), (1440, 900), (390, 844)])
def test_the_screen_fits_its_wall_and_scrolls_elsewhere(page, site, size):
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.goto(f"{site}{reverse('screen')}")
    assert fits(page)
    if size[0] == 1920:
        assert page.evaluate("document.documentElement.scrollHeight") <= 1080
    assert page.locator("h1").is_visible()


def test_the_screen_asks_for_its_figures_again_until_it_is_stopped(page, site):
    page.clock.install()
    page.goto(f"{site}{reverse('screen')}")
    before = page.inner_text(".screen-cards")
    Project.objects.published().filter(pk=Project.objects.published().landed().earliest("pk").pk).update(
        visibility="internal"
    )
    with page.expect_response("**/screen/"):
        page.clock.run_for(301_000)
    page.wait_for_function("before => document.querySelector('.screen-cards').innerText !== before", arg=before)
    page.click("[data-refresh]")
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.clock.run_for(601_000)
    assert asked == []
