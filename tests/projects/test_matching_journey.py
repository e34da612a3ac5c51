"""Feature 5 in a real browser with four accounts: from what a county lacks to the project on the board."""

from decimal import Decimal

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from orgs.models import Organisation
from projects.models import Funding, Need, Pledge, Project
from registry.core.models import Notice, User
from tests.browser import sign_in
from tests.factories import make_org_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NAME = "土城子镇食用菌大棚节水改造"


class People:
    """One browser, in which the four sign in by turns."""

    def __init__(self, page, site):
        self.page, self.site = page, site
        self.organisations = {
            "org": Organisation.objects.get(memberships__user__username="org"),
            "second": Organisation.objects.exclude(memberships__user__username="org").filter(status="active").first(),
        }
        make_org_user(self.organisations["second"], username="second", phone="000-33334444", password="bangfu-demo")

    def as_(self, name):
        sign_in(self.page, self.site, name, "/desk/" if name == "bureau" else "/my/")

    def at(self, name, *parts, query=""):
        self.page.goto(f"{self.site}{reverse(name, args=parts)}{query}")

    def publishes(self):
        self.as_("county")
        self.at("my-need-new")
        self.page.fill("[name=name]", NAME)
        self.page.select_option("[name=field]", label="产业")
        self.page.fill("[name=why]", "现有大棚灌溉漏水")
        self.page.fill("[name=item-0-what]", "改造资金")
        self.page.fill("[name=item-0-measure]", "300万")
        self.page.get_by_role("button", name="下一步：核对").click()
        self.page.wait_for_url("**/check/")
        self.page.get_by_role("button", name="提交省民政厅").click()
        self.page.wait_for_selector(".status--submitted")
        self.as_("bureau")
        self.on_board("发布")
        return Need.objects.get(name=NAME)

    def on_board(self, act):
        """The bureau does one thing on the card of the need."""
        self.at("admin:matching", query=f"?search={NAME}")
        self.page.locator("[data-card]").filter(has_text=NAME).get_by_role("button", name=f"{act}:").first.click()
        self.page.wait_for_load_state("networkidle")

    def pledges(self, who, need, amount, gap):
        """Three steps; the sum is echoed with its share of the gap. The pledge stays a draft where it is refused."""
        self.as_(who)
        self.at("my-pledge-new", query=f"?need={need.number}")
        field = f"wanted-{need.items.get().pk}-much"
        self.page.fill(f"[name={field}]", amount)
        expect(self.page.locator(f"output[data-echo-for='{field}']")).to_contain_text(gap)
        self.page.click("button[value=next]")
        self.page.wait_for_load_state()
        if self.page.locator(".notice-warning").count():
            return None
        self.page.click("button[value=next]")
        self.page.check("[name=read]")
        self.page.locator("main form button.btn-primary").click()
        self.page.wait_for_load_state("networkidle")
        return Pledge.objects.filter(organisation=self.organisations[who], need=need).order_by("pk").last()

    def decides(self, pledge, act, reason=""):
        self.as_("county")
        self.at("my-received-pledge", pledge.number)
        if reason:
            self.page.fill("[name=reason]", reason)
        self.page.click(f"button[value={act}]")
        self.page.wait_for_load_state("networkidle")
        pledge.refresh_from_db()


def committed():
    lines = Funding.objects.standing().in_state("committed").of_organisations()
    return sum((line.amount or 0 for line in lines), Decimal(0))


def told(username):
    notices = Notice.objects.filter(recipient__username=username, kind="matching").order_by("pk")
    return [notice.facts["what"] for notice in notices]


def test_from_a_need_of_three_million_to_the_project_on_the_board(page, site):
    people = People(page, site)
    need = people.publishes()
    need.refresh_from_db()
    assert need.status == "published"

    first = people.pledges("org", need, "72万", "= 720,000.00 元（缺口的 24.0%）")
    assert first.status == "submitted"
    people.as_("bureau")
    people.on_board("受理")

    # The rest and one fen too much: told at once, and refused with the gap when handed in all the same.
    people.pledges("second", need, "2280000.01元", "（缺口的 100.0%）")
    expect(page.locator(".notice-warning")).to_contain_text("2,280,000.00 元")
    page.click("button[value=next]")
    page.click("button[value=next]")
    page.check("[name=read]")
    page.locator("main form button.btn-primary").click()
    expect(page.locator(".error-summary")).to_contain_text("2,280,000.00 元")
    assert not Pledge.objects.filter(organisation=people.organisations["second"], need=need, status="submitted")
    second = people.pledges("second", need, "228万", "（缺口的 100.0%）")
    assert second.status == "submitted"
    people.as_("bureau")
    people.on_board("受理")
    need.refresh_from_db()
    assert need.status == "met"

    people.decides(first, "confirm")
    people.decides(second, "decline", "大棚已另有安排")
    assert (first.status, second.status) == ("confirmed", "declined")
    need.refresh_from_db()
    assert need.status == "partly_met"
    assert told("org")[-1] == "pledge_confirmed"
    assert Notice.objects.filter(recipient__username="second", facts__reason="大棚已另有安排").exists()

    before = committed()
    people.as_("bureau")
    people.at("admin:signing", query=f"?pledge={first.pk}")
    page.locator("button[value=draft]").click()
    page.wait_for_load_state("networkidle")
    if not page.locator(f"[name=pledge][value='{first.pk}']").is_checked():
        page.check(f"[name=pledge][value='{first.pk}']")
    page.locator("button[value=sign]").click()
    page.wait_for_load_state("networkidle")

    first.refresh_from_db()
    project = Project.objects.get(pledges=first)
    assert (first.status, project.stage) == ("carried", "signed")
    assert committed() - before == Decimal("720000.00")
    assert project.officer == User.objects.get(username="bureau")
    people.at("admin:board", query=f"?search={project.number}")
    row = page.locator("tbody tr").filter(has_text=NAME)
    for words in (people.organisations["org"].name, need.county.name, "72.00"):
        expect(row).to_contain_text(words)
    assert project.steps.count() > 3
    assert project.project_fields.get().field == need.field
    people.at("need", need.number)
    expect(page.locator("main")).to_contain_text("尚缺 228 万元")
