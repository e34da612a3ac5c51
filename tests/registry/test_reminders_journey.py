"""Reminders in a real browser: one digest, a chase with its read time, channels that are respected, work that ends."""

import pytest
from django.core.management import call_command
from django.urls import reverse
from playwright.sync_api import expect

from projects.models import Project, ProjectStep
from registry.core.dates import today
from registry.core.models import Job, Outgoing, User
from registry.core.workdays import next_working_day
from tests.browser import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def step_of_the_county():
    project = Project.objects.within_scope_of(User.objects.get(username="county")).filter(phase="open").first()
    step = project.steps.filter(side="county", status="open").first()
    on = next_working_day(today())
    ProjectStep.objects.filter(pk=step.pk).update(responsible=User.objects.get(username="county"), due_on=on)
    return step, on


def test_a_county_is_told_once_chased_and_seen_to_have_read_it(page, site):
    step, on = step_of_the_county()
    User.objects.filter(username="county").update(phone="13900000000")
    chase = site + reverse("admin:projects_projectstep_deed", args=(step.pk, "chase"))
    step_page = site + reverse("admin:projects_projectstep_change", args=(step.pk,))

    sign_in(page, site, "county", home="/my/")
    page.goto(site + reverse("channels"))
    page.check("#id_sms")
    page.click("main .btn-primary")
    for _twice in range(2):
        call_command("remind", day=on.isoformat(), verbosity=0)
    page.goto(site + reverse("notices"))
    digests = page.get_by_role("link", name=f"{on.year}年{on.month}月{on.day}日待办事项")
    expect(digests).to_have_count(1)
    digests.click()
    expect(page.get_by_role("link", name=step.title).first).to_be_visible()

    sign_in(page, site, "bureau")
    page.goto(chase)
    page.fill("[name=words]", "请于本周内办理")
    page.click("#content form [type=submit]")
    expect(page.locator("#chases")).to_contain_text("尚未")

    sign_in(page, site, "county", home="/my/")
    page.goto(site + reverse("notices"))
    page.locator("main tbody").get_by_role("link", name="催办").click()
    expect(page.locator("main")).to_contain_text("请于本周内办理")
    page.goto(site + reverse("channels"))
    page.uncheck("#id_sms")
    page.uncheck("#id_digest")
    page.click("main .btn-primary")

    sign_in(page, site, "bureau")
    page.goto(step_page)
    expect(page.locator("#chases")).to_contain_text(f"{today():%Y-%m}")
    expect(page.locator("#chases")).not_to_contain_text("尚未")
    before = Outgoing.objects.count()
    page.goto(chase)
    page.fill("[name=words]", "再次提醒")
    page.click("#content form [type=submit]")
    assert Outgoing.objects.count() == before, "the channel was turned off"
    call_command("work", "--once")
    page.goto(site + reverse("admin:core_outgoing_changelist"))
    expect(page.locator("#result_list")).to_contain_text("13900000000")
    expect(page.locator("#result_list")).to_contain_text("已留存")


def test_work_asked_for_on_the_desk_ends_as_a_to_do(page, site):
    project = Project.objects.filter(steps__isnull=False).first()
    sign_in(page, site, "bureau")
    page.goto(site + reverse("admin:projects_project_change", args=(project.pk,)))
    page.get_by_role("button", name="导出档案").click()
    expect(page.locator("[role=progressbar]")).to_be_visible()
    page.reload()
    expect(page.locator("[role=progressbar]")).to_be_visible()
    call_command("work", "--once")
    expect(page.locator("#job .btn-primary")).to_be_visible()  # the way to the result, without a reload
    assert Job.objects.get(by__username="bureau").state == "done"
    page.goto(site + "/desk/")
    expect(page.locator("section", has=page.locator("#inbox"))).to_contain_text("已完成")
