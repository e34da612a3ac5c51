"""A difficulty from the county that raises it to its closing by both sides, in a real browser."""

import datetime

import pytest
from playwright.sync_api import expect

from projects.actions.difficulties import agree_settled, raise_difficulty
from projects.models import Difficulty, Project
from registry.core.dates import today
from registry.core.models import User
from tests.browser import sign_in
from tests.desk import page as desk_page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TITLE = "冬季施工受限，请协调供电"


def figure(page, site, label):
    page.goto(f"{site}/desk/projects/difficulty/")
    return page.locator(".figure-card", has_text=label).locator(".figure-number strong").first.inner_text()


def test_a_county_s_difficulty_is_answered_late_and_closed_by_its_confirmation(page, site):
    county = User.objects.get(username="county")
    project = Project.objects.within_scope_of(county).filter(officer__isnull=False).first()
    difficulty = raise_difficulty(
        project=project, by=county, side="county", title=TITLE, level="critical", wanted_from="bureau",
        wanted_by=today() + datetime.timedelta(days=14),
    )  # fmt: skip
    sign_in(page, site, "bureau")
    opened, closed = int(figure(page, site, "未办结")), int(figure(page, site, "季度办结"))

    page.goto(f"{site}/desk/difficulties/board/")
    card = page.locator(f"#difficulty-{difficulty.pk}")
    expect(card).to_contain_text("严重")
    expect(card).to_contain_text("剩 14 天")
    page.goto(f"{site}{desk_page(project)}")
    expect(page.locator("#difficulties")).to_contain_text(TITLE)

    Difficulty.objects.filter(pk=difficulty.pk).update(wanted_by=today() - datetime.timedelta(days=1))
    page.goto(f"{site}/desk/difficulties/board/")
    expect(card.locator(".lamp--overdue")).to_have_text("超期 1 天")
    card.get_by_role("link", name="答复").click()
    page.locator("main form button.btn-primary").click()
    expect(page.locator("[name=reason]")).to_be_focused()  # what is wanting has the focus
    page.fill("[name=reason]", "已协调供电，可顺延至三月")
    page.locator("main form button.btn-primary").click()
    page.wait_for_url(f"{site}/desk/difficulties/board/#difficulty-{difficulty.pk}")
    expect(page.locator(".lane", has_text="已答复").locator(f"#difficulty-{difficulty.pk}")).to_have_count(1)

    agree_settled(difficulty=difficulty, by=county)
    page.reload()
    expect(card).to_contain_text("待省民政厅确认")
    card.get_by_role("link", name="确认已解决").click()
    page.locator("main form button.btn-primary").click()
    page.wait_for_url(f"{site}/desk/difficulties/board/**")
    expect(card).to_have_count(0)
    assert (int(figure(page, site, "未办结")), int(figure(page, site, "季度办结"))) == (opened - 1, closed + 1)
    difficulty.refresh_from_db()
    assert (difficulty.status, difficulty.raiser_agreed_by, difficulty.answer) == (
        "closed", county, "已协调供电，可顺延至三月",
    )  # fmt: skip
