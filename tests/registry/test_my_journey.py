"""The county's monthly report on a phone, in a real browser: opened with the last values, kept while it is typed,
handed in as unchanged in two taps, and once approved standing on the desk without being typed again."""

import pytest
from django.urls import reverse

from projects.models import MonthlyReport, Project, ReportedMoney
from projects.months import ended_months
from registry.core.dates import today
from tests.browser import fits, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 64
PHOTO = {"name": "现场.png", "mimeType": "image/png", "buffer": PNG}


@pytest.fixture
def project(site):
    """The demo county's project that has told its earlier months and owes the last two."""
    owing = Project.objects.in_county("130723").exclude(reports__month__in=ended_months(today(), 2))
    return owing.filter(reports__status="approved").order_by("pk").distinct().first()


@pytest.fixture
def phone(page, site):
    page.set_viewport_size({"width": 390, "height": 844})
    sign_in(page, site, "county", "/my/")
    return page


def address(site, project, month):
    return site + reverse("my-report", args=(project.number, month))


def until(page, happened):
    """Wait for what the page does by itself."""
    for _attempt in range(100):
        if happened():
            return
        page.wait_for_timeout(100)
    raise AssertionError("it did not happen within ten seconds")


def test_an_unchanged_project_takes_two_taps_and_late_months_are_red(phone, site, project):
    last, before = ended_months(today(), 2)
    phone.goto(site + reverse("my-reports"))
    assert phone.locator("table.ledger-cards caption").first.bounding_box()["width"] > 300
    row = phone.locator("tr", has=phone.locator(f"input[value='{project.pk}.{before:%Y-%m}']"))
    lamp = row.locator(".lamp--overdue")
    assert "超期" in lamp.inner_text()
    assert lamp.evaluate("node => getComputedStyle(node).color") == "rgb(179, 38, 30)"
    assert row.locator("a.btn").first.bounding_box()["height"] >= 44
    row.locator("a.btn", has_text="与上月一致").click()
    phone.click("main form [type=submit], main form button.btn-primary")
    phone.wait_for_url(site + reverse("my-reports"))
    assert MonthlyReport.objects.get(project=project, month=before).is_unchanged
    phone.check(f"input[value='{project.pk}.{last:%Y-%m}']")
    assert fits(phone)


def test_a_draft_survives_the_tab_and_what_is_approved_is_never_typed_again(phone, site, project):
    last = ended_months(today(), 1)[0]
    told = MonthlyReport.objects.filter(project=project, status="approved").first()
    url = address(site, project, last)
    phone.goto(url)
    assert phone.input_value("[name=progress]") == str(told.progress)
    assert phone.input_value("[name=next_steps]") == told.next_steps
    assert phone.input_value("[name=money-0-amount]") == ""
    phone.fill("[name=progress]", "83")
    phone.fill("[name=done]", "完成打井两眼")
    phone.click("#money summary")
    phone.fill("[name=money-0-amount]", "1.5万")
    assert "15,000.00" in phone.inner_text("output[data-echo-for='money-0-amount']")
    phone.fill("[name=money-0-voucher]", "凭-9")
    phone.locator("[name=money-0-voucher]").blur()
    until(phone, ReportedMoney.objects.filter(report__project=project, voucher="凭-9").exists)
    assert "自动保存" in phone.inner_text("[data-kept]")
    tab = phone.context.new_page()
    phone.close()
    tab.set_viewport_size({"width": 390, "height": 844})
    tab.goto(url)
    assert [tab.input_value(f"[name={name}]") for name in ("progress", "done", "money-0-amount")] == [
        "83", "完成打井两眼", "15,000.00",
    ]  # fmt: skip
    tab.set_input_files("[name=photos]", [PHOTO, PHOTO | {"name": "村口.png"}])
    tab.fill("[name=place]", "村口")
    tab.fill("[name=problems]", "缺电")  # left by tapping the button: its own draft must not stand in its way
    tab.click("button[value=submit]")
    tab.wait_for_url(site + reverse("my-reports"))
    report = MonthlyReport.objects.get(project=project, month=last)
    assert (report.status, report.problems, report.documents.count()) == ("submitted", "缺电", 2)

    sign_in(tab, site, "verifier")
    tab.goto(site + reverse("admin:projects_monthlyreport_change", args=(report.pk,)))
    tab.click("a[href$='/move/approved/']")
    tab.click("#content form [type=submit]")
    line = ReportedMoney.objects.get(report=report).funding
    assert (line.amount, line.voucher, line.confirmed_by.username) == (15000, "凭-9", "county")
    tab.goto(site + reverse("admin:projects_project_change", args=(project.pk,)))
    assert "1.50" in tab.inner_text("#funding")
    project.refresh_from_db()
    assert project.progress == 83
