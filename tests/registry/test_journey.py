"""The main job in a real browser: two persons of the bureau take a project from the ledger to the headline figures."""

import json
import re
from decimal import Decimal
from urllib.request import urlopen

import pytest
from django.urls import reverse

from projects.models import ProjectStep
from tests.browser import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n%%EOF\n"

SUBMIT = "#content form [type=submit]"


def choose(page, field, text):
    """Pick an entry of an autocomplete field by typing, as people do."""
    page.click(f".field-{field} .select2-selection")
    page.keyboard.type(text)
    page.click(f".select2-results__option:has-text('{text}')")


def confirm(page, **fields):
    for name, value in fields.items():
        page.fill(f"main [name={name}], #content [name={name}]", value)
    page.click(SUBMIT)


def counted(site):
    """The counted figures as the public reads them, {code: number}."""
    with urlopen(f"{site}/api/v1/figures/") as answer:  # noqa: S310 - our own site
        return {figure["code"]: Decimal(figure["value"]) for figure in json.load(answer)["figures"]}


def open_project(page, site, pk):
    page.goto(f"{site}{reverse('admin:projects_project_change', args=(pk,))}")


def move(page, site, pk, target, **fields):
    open_project(page, site, pk)
    page.click(f"#content a[href$='/move/{target}/']")
    confirm(page, **fields)


def log_project(page, site):
    page.goto(f"{site}{reverse('admin:projects_project_add')}")
    page.fill("#id_name", "康保县敬老院取暖改造")
    choose(page, "lead", "演示")
    page.check("[name=areas] >> nth=0")
    choose(page, "counties", "康保县")
    page.fill("#id_planned_start", "2026年11月1日")
    page.fill("#id_actual_start", "2026.11.2")
    page.click("[name=_continue]")
    return int(re.search(r"/project/(\d+)/", page.url)[1])


def enter_funding(page, site, pk):
    page.goto(f"{site}{reverse('admin:projects_funding_add')}?project={pk}")
    page.select_option("#id_state", "received")
    page.check("#id_is_joint")
    page.fill("#id_amount", "72万")
    page.click("[name=_save]")


def report_first_step(page, site, pk):
    """Open the checklist, attach what its first step needs and apply for sign-off; returns the step."""
    open_project(page, site, pk)
    page.click("#content a[href$='/do/open-checklist/']")
    confirm(page)
    step = ProjectStep.objects.filter(project=pk).order_by("position").first()
    page.goto(f"{site}{reverse('admin:projects_projectstep_change', args=(step.pk,))}")
    page.click("#content a[href$='/move/done/']")
    page.wait_for_load_state()
    assert page.locator(SUBMIT).count() == 0, "without the evidence there is nothing to confirm"
    for kind in step.evidence:
        page.goto(f"{site}{reverse('admin:projects_document_add')}?step={step.pk}")
        page.select_option("#id_kind", kind)
        page.set_input_files("#id_upload", {"name": "佐证.pdf", "mimeType": "application/pdf", "buffer": PDF})
        page.click("[name=_save]")
    page.goto(f"{site}{reverse('admin:projects_projectstep_change', args=(step.pk,))}")
    page.click("#content a[href$='/move/done/']")
    confirm(page)
    return step


def test_a_project_goes_from_the_ledger_over_sign_off_into_the_headline_figures(page, site):
    sign_in(page, site, "bureau")
    page.goto(f"{site}{reverse('admin:projects_project_changelist')}?q=丰宁")
    assert page.locator("#result_list", has_text="丰宁蔬菜大棚捐建").count() == 1, "the article's own project is found"
    before = counted(site)

    pk = log_project(page, site)
    enter_funding(page, site, pk)
    step = report_first_step(page, site, pk)
    step.refresh_from_db()
    assert step.status == ProjectStep.Status.DONE
    page.goto(f"{site}{reverse('admin:projects_projectstep_change', args=(step.pk,))}")
    assert page.locator("a[href$='/move/verified/']").count() == 0, "nobody signs off their own step"

    sign_in(page, site, "verifier")
    page.goto(f"{site}{reverse('admin:projects_projectstep_change', args=(step.pk,))}")
    page.click("#content a[href$='/move/verified/']")
    confirm(page)
    step.refresh_from_db()
    assert step.status == ProjectStep.Status.VERIFIED
    assert {step.done_by.username, step.verified_by.username} == {"bureau", "verifier"}

    for target in ("matched", "signed", "under_way"):
        move(page, site, pk, target)
    page.goto(f"{site}{reverse('admin:projects_project_publication', args=(pk,))}")
    for doubt in page.locator("[name^=publish-]").all():
        doubt.fill("已核实，按程序公开")
    page.click("button[value=publish]")
    page.wait_for_selector(".page-lead a[href^='/projects/']")
    after = counted(site)
    assert after["projects"] == before["projects"] + 1
    assert after["funds"] == before["funds"] + 720_000
