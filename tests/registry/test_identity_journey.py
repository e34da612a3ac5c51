"""Signing in by a real browser: the second factor is set up from the key on the page, a recovery code stands in for it,
and a form that was sent too late is sent after signing in again."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from registry.core.models import Channels, Factor, Session
from tests.factories import PASSWORD, make_user
from tests.signing_in import code_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def show_password(page, site, user):
    page.goto(site + reverse("login"))
    page.fill("[name=username]", user.username)
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")


def enter(page, code):
    page.fill("[name=code]", code)
    page.press("[name=code]", "Enter")


def test_a_second_factor_from_the_first_day_to_a_lost_telephone(page, live_server):
    site, user = live_server.url, make_user("bureau")
    show_password(page, site, user)
    page.wait_for_url(site + reverse("sign-in-factor"))
    assert page.locator("svg.qr").bounding_box()["width"] > 150
    page.goto(site + "/desk/")  # nobody passes by it
    assert "/accounts/login/" in page.url
    page.goto(site + reverse("sign-in-factor"))
    secret = page.inner_text(".factor-key").replace(" ", "")
    enter(page, "000000")
    page.wait_for_selector(".error-summary")
    assert page.inner_text(".factor-key").replace(" ", "") == secret, "the picture that was photographed still holds"
    enter(page, code_of(secret))
    page.wait_for_selector(".recovery-codes")
    codes = page.locator(".recovery-codes code").all_inner_texts()
    assert (len(codes), Factor.objects.get().user) == (10, user)
    page.click("main a.btn-primary")
    page.wait_for_url(site + "/desk/")

    page.click("text=退出")
    page.wait_for_url(site + "/")
    show_password(page, site, user)
    page.wait_for_url(site + reverse("sign-in-code"))
    enter(page, code_of(secret, -1))
    page.wait_for_selector(".field-error")
    enter(page, codes[0])
    page.wait_for_url(site + "/desk/")

    page.goto(site + reverse("channels"))
    page.check("[name=digest]")
    page.check("[name=email]")
    Session.objects.filter(user=user).update(expire_date=timezone.now() - datetime.timedelta(seconds=1))
    page.click("main form .btn-primary")
    page.wait_for_url("**/accounts/login/**")
    assert page.locator(".notice-warning").is_visible()
    page.fill("[name=username]", user.username)
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    enter(page, code_of(secret, 1))
    page.wait_for_url(site + reverse("typed"))
    page.click("main form .btn-primary")
    page.wait_for_url(site + reverse("channels"))
    assert Channels.objects.get(user=user).email
