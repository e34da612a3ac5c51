"""Pledging on a phone in a real browser, with its scripts and without them: three steps, the sum echoed as it is typed,
each step kept, and nothing wider than the window."""

import pytest
from django.urls import reverse

from projects.models import Need, NeedItem, Pledge
from tests.browser import narrow, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def need(site):
    """A published need with money and goods, of which nothing is promised yet."""
    need = Need.objects.filter(status="published", items__kind="money").order_by("pk").first()
    need.pledges.all().delete()
    need.items.all().delete()
    NeedItem.objects.create(need=need, kind="money", what="项目资金", amount=3_000_000)
    NeedItem.objects.create(need=need, kind="goods", what="取暖炉", quantity=50, unit="台")
    return need


@pytest.fixture(params=[True, False], ids=["with scripts", "without scripts"])
def phone(browser, site, request):
    context = browser.new_context(viewport={"width": 390, "height": 844}, java_script_enabled=request.param)
    page = context.new_page()
    page.has_scripts = request.param
    sign_in(page, site, "org", "/my/")
    yield page
    context.close()


def test_a_pledge_is_made_on_a_phone(phone, site, need):
    money = need.items.get(kind="money")
    phone.goto(f"{site}{reverse('my-pledge-new')}?need={need.number}")
    amount, echo = f"[name=wanted-{money.pk}-much]", f"output[data-echo-for='wanted-{money.pk}-much']"
    phone.fill(amount, "７２万")
    if phone.has_scripts:
        assert phone.inner_text(echo) == "= 720,000.00 元（缺口的 24.0%）"
        phone.fill(amount, "3000000.01元")
        assert phone.inner_text(echo) == "= 3,000,000.01 元（缺口的 100.0%）"
    else:
        phone.fill(amount, "3000000.01元")
    phone.click("button[value=next]")
    assert "目前缺口为" in phone.inner_text(".notice-warning")
    assert phone.inner_text(echo) == "= 3,000,000.01 元（缺口的 100.0%）"
    assert narrow(phone)
    phone.fill(amount, "72万")
    phone.click("button[value=next]")

    phone.fill("[name=part-0-due_on]", "2027年1月31日")
    phone.fill("[name=part-0-amount]", "40%")
    if phone.has_scripts:
        phone.click("[data-more]")
        assert phone.locator("[name=part-1-amount]").input_value() == ""
    else:
        phone.click("button[value=save]")
        phone.goto(site + reverse("my-pledge-when", args=(Pledge.objects.order_by("pk").last().number,)))
    phone.fill("[name=part-1-due_on]", "2027.3.31")
    phone.fill("[name=part-1-amount]", "43.2万")
    phone.fill("[name=contact_name]", "王明")
    phone.fill("[name=contact_phone]", "000-11112222")
    assert narrow(phone)
    phone.click("button[value=next]")

    pledge = Pledge.objects.order_by("pk").last()
    assert (pledge.status, pledge.instalments_add_up()) == ("draft", True)
    assert "432,000.00 元" in phone.inner_text("main")
    assert narrow(phone)
    box = phone.locator("main form button.btn-primary").bounding_box()
    assert box["height"] >= 44
    phone.click("main form button.btn-primary")
    assert "勾选" in phone.inner_text(".error-summary")
    phone.check("[name=read]")
    phone.click("main form button.btn-primary")
    phone.wait_for_url(site + reverse("my-pledge", args=(pledge.number,)))
    pledge.refresh_from_db()
    assert (pledge.status, pledge.money.value) == ("submitted", 720000)
    phone.click("a[href$='/receipt/']")
    assert "柒拾贰万元整" in phone.inner_text(".receipt-paper")
    assert narrow(phone)
