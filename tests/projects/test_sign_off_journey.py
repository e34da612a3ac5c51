"""Sign-off in a real browser, two persons taking turns: what the acceptance lines of the checklist desk promise."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from projects.models import ProjectStep
from projects.rounds import rounds_of
from tests.browser import sign_in
from tests.desk import page as page_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n%%EOF\n"
SUBMIT = "#content form [type=submit]"


def move(page, site, step, target, words):
    """Press the button of a move on the step's own page, and confirm it."""
    page.goto(f"{site}{page_of(step)}")
    page.click(f"#content a[href$='/move/{target}/']")
    page.fill("#content [name=reason]", words)
    page.click(SUBMIT)
    page.wait_for_selector(".notice-success")


def decide(page, site, step, button, words):
    """Open the step from the queue, open one of the two decisions, say why and confirm."""
    page.goto(f"{site}{reverse('admin:verify')}?search={step.project.number}")
    page.click(f"#step-{step.pk} th a >> nth=0")
    decision = page.locator(".decide details", has=page.locator(f"button[value={button}]"))
    decision.locator("summary").click()
    if button == "return":
        decision.locator("button").click()
        assert ProjectStep.objects.get(pk=step.pk).status == "done", "without a reason nothing is returned"
    decision.locator("[name=reason]").fill(words)
    decision.locator("button").click()
    page.wait_for_selector(".notice-success")


def test_a_step_is_applied_for_returned_applied_for_again_signed_off_and_reopened(page, site):
    step = ProjectStep.objects.filter(status="open", side="bureau", depends_on__status="verified").exclude(evidence=[])
    step = step.select_related("project").order_by("pk").first()
    ProjectStep.objects.filter(pk=step.pk).update(responsible=None, evidence=["acceptance"])
    step.documents.all().delete()

    sign_in(page, site, "bureau")
    page.goto(f"{site}{page_of(step, 'move', 'done')}")
    assert "验收单" in page.inner_text(".missing"), "the message names the file that is missing"
    assert page.locator(SUBMIT).count() == 0
    page.goto(f"{site}{page_of(step)}")
    page.click(".standing-missing a")
    expect(page.locator("#id_kind")).to_have_value("acceptance")
    page.set_input_files("#id_upload", {"name": "验收单.pdf", "mimeType": "application/pdf", "buffer": PDF})
    page.click("[name=_save]")
    page.wait_for_selector(".notice-success")
    move(page, site, step, "done", "已三方验收")

    page.goto(f"{site}{reverse('admin:verify')}?search={step.project.number}")
    assert page.locator(".own", has_text=step.title).count() == 1, "one's own application waits for another person"
    assert page.locator(f"#step-{step.pk}").count() == 0
    page.goto(f"{site}{reverse('admin:verify-step', args=(step.pk,))}")
    assert page.locator(".decide").count() == 0

    sign_in(page, site, "verifier")
    decide(page, site, step, "return", "缺县方签字")

    sign_in(page, site, "bureau")
    to_do = page.locator(".queue tr", has_text="缺县方签字")
    assert to_do.locator("a").get_attribute("href") == page_of(step), "it is back among the applicant's to-dos"
    move(page, site, step, "done", "已补签")

    sign_in(page, site, "verifier")
    decide(page, site, step, "pass", "资料齐全")
    move(page, site, step, "open", "问题反弹")
    record = page.locator("#record tbody tr").all_inner_texts()
    for told, words in zip(record, (("已三方验收", "缺县方签字"), ("已补签", "资料齐全", "问题反弹")), strict=True):
        assert all(word in told for word in words)
    assert len(rounds_of(step)) == 2
