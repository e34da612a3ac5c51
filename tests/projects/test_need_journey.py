"""A county writes down a need on a phone, in a real browser; the bureau publishes it; an organisation finds it."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from projects.actions.matching import move_need
from projects.models import Need
from registry.core.models import User
from tests.browser import fits, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

NAME = "土城子小学冬季取暖"
PHOTO = {"name": "炉子.png", "mimeType": "image/png", "buffer": b"\x89PNG\r\n\x1a\n" + b"\x00" * 64}


def test_a_need_goes_from_a_county_s_phone_into_the_hall(page, site):
    page.set_viewport_size({"width": 390, "height": 844})
    sign_in(page, site, "county", "/my/")
    page.locator(".my-ways a", has_text="需求").click()
    page.get_by_role("link", name="填报需求").click()
    page.fill("[name=name]", NAME)
    page.select_option("[name=field]", index=1)
    page.fill("[name=why]", "三所小学冬季停课")
    page.fill("[name=item-0-measure]", "72万")
    assert "720,000.00" in page.inner_text("output[data-echo-for='item-0-measure']")
    page.get_by_role("button", name="增加几行").click()
    expect(page.locator("[name=item-0-measure]")).to_have_value("72万")
    page.select_option("[name=item-5-kind]", "goods")
    page.fill("[name=item-5-what]", "取暖炉")
    page.fill("[name=item-5-measure]", "50")
    echo = page.locator("output[data-echo-for='item-5-measure']")
    expect(echo).to_have_text("")
    page.select_option("[name=item-5-kind]", "money")
    expect(echo).to_contain_text("50.00")
    page.select_option("[name=item-5-kind]", "goods")
    expect(echo).to_have_text("")
    page.fill("[name=item-5-measure]", "50台")
    page.set_input_files("[name=photos]", PHOTO)
    assert fits(page)
    page.get_by_role("button", name="下一步：核对").click()
    page.wait_for_url("**/check/")
    for words in ("三所小学冬季停课", "取暖炉 50 台", "炉子.png"):
        assert words in page.inner_text("main")
    assert page.locator("main button.btn-primary").bounding_box()["height"] >= 44
    page.get_by_role("button", name="提交省民政厅").click()

    need = Need.objects.get(name=NAME)
    page.wait_for_url(site + reverse("my-need", args=(need.number,)))
    assert need.status == "submitted"
    page.goto(f"{site}/needs/?search=tczxx")
    assert page.locator(".need-card").count() == 0

    move_need(need=need, to="published", by=User.objects.get(username="bureau"))
    sign_in(page, site, "org", "/my/")
    page.goto(f"{site}/needs/?search=tczxx")
    page.locator(".need-card a", has_text=NAME).click()
    page.wait_for_url(site + reverse("need", args=(need.number,)))
    text = page.inner_text("main")
    assert "72 万元" in text
    assert "炉子.png" not in text
    assert fits(page)
