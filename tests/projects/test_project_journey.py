"""A clerk's day in a real browser: money beyond the commitment, a voided line, and a project carried on."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from projects.models import Campaign, Funding, Project
from projects.models.stages import LANDED, Stage
from tests.browser import fits, sign_in
from tests.desk import page as page_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def in_english(page, site):
    page.context.add_cookies([{"name": "django_language", "value": "en", "url": site}])


def test_money_beyond_the_commitment_needs_a_reason_and_a_voided_line_leaves_the_ladder(page, site):
    project = Project.objects.filter(stage=Stage.UNDER_WAY, funding__state="committed", is_demo=True).first()
    sign_in(page, site, "bureau")
    in_english(page, site)
    page.goto(f"{site}{page_of(project)}")
    page.get_by_role("link", name="Enter money received").click()
    page.check("#id_is_joint")
    page.fill("#id_amount", "9亿")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".field-excess_reason")).to_contain_text("Say why, or correct the amount")
    page.fill("#id_excess_reason", "企业追加捐赠")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".excess")).to_contain_text("企业追加捐赠")
    expect(page.locator(".ladder-box")).to_contain_text("90,")

    page.locator(".excess").get_by_role("link", name="See the lines").click()
    expect(page.locator("#result_list")).to_contain_text("企业追加捐赠")
    page.goto(f"{site}{page_of(Funding.objects.get(excess_reason='企业追加捐赠'), 'deed', 'void')}")
    page.fill("#id_reason", "录入错误")
    page.get_by_role("button", name="Void the line").click()
    page.goto(f"{site}{page_of(project)}")
    expect(page.locator(".excess")).to_have_count(0)
    page.locator(".instalments > summary").click()
    expect(page.locator(".instalments .is-voided")).to_contain_text("录入错误")
    expect(page.locator(".ladder-box .ladder")).not_to_contain_text("90,")


def test_a_project_is_carried_into_the_next_campaign_on_a_phone(page, site):
    relief = Campaign.objects.get(successor__isnull=False)
    old = Project.objects.filter(campaign=relief, stage__in=LANDED, phase="open", continued_by=None).first()
    sign_in(page, site, "bureau")
    in_english(page, site)
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(f"{site}{page_of(old)}")
    page.get_by_role("link", name="Carry into").click()
    page.select_option("#id_primary", index=1)
    page.get_by_role("button", name="Carry into").click()
    expect(page.locator(".phase-note")).to_contain_text(old.number)
    new = old.continued_by
    expect(page).to_have_url(f"{site}{page_of(new)}")
    expect(page.locator(".step-line")).to_have_count(new.steps.count())
    page.locator(".phase-note a").click()
    expect(page).to_have_url(f"{site}{page_of(old)}")
    expect(page.get_by_text("This phase is locked.")).to_be_visible()
    expect(page.get_by_role("link", name="Enter money received")).to_have_count(0)
    assert fits(page)

    page.goto(f"{site}{page_of(old)}")
    page.get_by_role("button", name="Export the file").click()
    assert f"{site}{reverse('jobs')}" in page.url
    expect(page.locator("main")).to_contain_text("project's file", ignore_case=True)
