"""Chasing (催办): it reaches those who can act, stays on record, and tells when it was seen."""

import datetime
import re

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone

from projects.actions.chasing import chase_step
from projects.models import Chase, Project, ProjectStep
from registry.core.dates import format_instant
from registry.core.models import Change
from tests.desk import page
from tests.factories import (
    make_county_user,
    make_division,
    make_org_user,
    make_organisation,
    make_project,
    make_step,
    make_user,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def bureau(client):
    user = make_user("bureau")
    client.force_login(user)
    return user


@pytest.fixture
def county():
    return make_division()


def reached(chase):
    return {sent.notice.recipient for sent in chase.sent.all()}


def chases_of(client, step):
    """The part of the step's page that tells of its chases."""
    (panel,) = re.findall(r'<section[^>]*id="chases".*?</section>', client.get(page(step)).content.decode(), re.S)
    return panel


def test_the_responsible_person_is_reached_and_nobody_else(bureau, county):
    named, _other = make_county_user(county), make_county_user(county)
    step = make_step(make_project(county=county), side="county", responsible=named)
    chase = chase_step(step=step, by=bureau, words="请于本周内办理")
    assert reached(chase) == {named}
    notice = named.notices.get()
    assert (notice.kind, notice.sender, notice.url) == ("chase", bureau, reverse("my-step", args=(step.pk,)))
    assert notice.facts["words"] == "请于本周内办理"


def test_without_one_the_people_of_the_responsible_side_are(bureau, county):
    organisation = make_organisation()
    project = make_project(county=county, lead=organisation)
    of_county, of_organisation = make_county_user(county), make_org_user(organisation)
    make_county_user(make_division())
    make_org_user(make_organisation())
    make_county_user(county, is_active=False)
    assert reached(chase_step(step=make_step(project, side="county"), by=bureau)) == {of_county}
    assert reached(chase_step(step=make_step(project, side="organisation"), by=bureau)) == {of_organisation}


def test_a_step_of_the_bureau_s_side_reaches_the_officer_and_so_does_one_that_waits_for_sign_off(bureau, county):
    officer, doer = make_user("bureau"), make_county_user(county)
    project = make_project(county=county, officer=officer)
    waiting = make_step(project, side="county", status="done", done_by=doer, done_at="2021-01-01T00:00Z")
    for step in (make_step(project, side="bureau"), waiting):
        assert reached(chase_step(step=step, by=bureau)) == {officer}


def test_a_person_named_who_is_gone_or_cannot_open_the_step_is_passed_over_for_the_side(bureau, county):
    of_county = make_county_user(county)
    project = make_project(county=county)
    for named in (make_county_user(county, is_active=False), make_county_user(make_division())):
        assert reached(chase_step(step=make_step(project, side="county", responsible=named), by=bureau)) == {of_county}


@pytest.mark.parametrize("officer", [True, False])
def test_where_nobody_but_oneself_can_be_reached_it_says_so(bureau, officer):
    step = make_step(make_project(officer=bureau if officer else None), side="bureau")
    with pytest.raises(ValidationError, match=r"责任人|responsible person"):
        chase_step(step=step, by=bureau)
    assert not Chase.objects.exists()


def test_its_page_says_before_whom_it_reaches_or_that_it_reaches_nobody(client, bureau, county):
    step = make_step(make_project(county=county), side="county")
    text = client.get(page(step, "deed", "chase")).content.decode()
    assert "暂不能办理" in text
    assert 'name="words"' not in text
    make_county_user(county, name="康保经办")
    text = client.get(page(step, "deed", "chase")).content.decode()
    assert "发送给：康保经办。" in text
    assert not Chase.objects.exists()


def test_a_second_press_with_the_same_words_is_refused_and_other_words_are_not(bureau, county):
    make_county_user(county)
    step = make_step(make_project(county=county), side="county")
    chase_step(step=step, by=bureau)
    with pytest.raises(ValidationError):
        chase_step(step=step, by=bureau)
    chase_step(step=step, by=bureau, words="请尽快")
    chase_step(step=step, by=make_user("bureau"))
    assert Chase.objects.count() == 3
    Chase.objects.update(at=timezone.now() - datetime.timedelta(days=1))
    chase_step(step=step, by=bureau)
    assert Chase.objects.count() == 4


def test_a_second_press_on_the_page_is_told_so_in_words(client, bureau, county):
    person = make_county_user(county)
    step = make_step(make_project(county=county), side="county")
    for _press in range(2):
        answer = client.post(page(step, "deed", "chase"), {"words": "请尽快"}, follow=True)
    assert answer.status_code < 500
    assert "今天" in answer.content.decode()
    assert person.notices.count() == 1


def test_what_is_settled_or_locked_is_not_chased_nor_offered_to_be(client, bureau, county):
    make_county_user(county)
    project = make_project(county=county)
    waived = make_step(project, side="county", status="waived", waived_by=bureau, waived_at="2021-01-01T00:00Z",
                       status_reason="不涉及资金")  # fmt: skip
    with pytest.raises(ValidationError, match=r"无须催办|settled"):
        chase_step(step=waived, by=bureau)
    assert "do/chase/" not in client.get(page(waived)).content.decode()
    step = make_step(project, side="county")
    Project.objects.filter(pk=project.pk).update(phase="locked", phase_by=bureau, phase_at="2021-01-01T00:00Z")
    with pytest.raises(ValidationError, match=r"已转入下一阶段|carried"):
        chase_step(step=step, by=bureau)
    assert "do/chase/" not in client.get(page(step)).content.decode()
    assert not Chase.objects.exists()


def test_counties_and_auditors_do_not_chase_and_a_partner_bureau_only_its_own(bureau, county):
    step = make_step(make_project(county=county), side="county", responsible=make_county_user(county))
    for role in ("county", "organisation", "auditor"):
        with pytest.raises(PermissionDenied):
            chase_step(step=step, by=make_user(role))
    with pytest.raises(ProjectStep.DoesNotExist):
        chase_step(step=step, by=make_user("partner"))
    assert not Chase.objects.exists()


@pytest.mark.parametrize(("role", "answers"), [("partner", {404}), ("auditor", {403}), ("county", {302, 403, 404})])
def test_the_address_of_a_chase_is_no_way_around_that(client, county, role, answers):
    step = make_step(make_project(county=county), side="county", responsible=make_county_user(county))
    client.force_login(make_user(role))
    assert client.post(page(step, "deed", "chase"), {"words": "请尽快"}).status_code in answers
    assert not Chase.objects.exists()


def test_it_is_chased_from_its_page_which_shows_when_it_was_read(client, bureau, county):
    person = make_county_user(county, name="康保经办")
    step = make_step(make_project(county=county), side="county", responsible=person)
    assert "do/chase/" in client.get(page(step)).content.decode()
    answer = client.post(page(step, "deed", "chase"), {"words": "请尽快"})
    assert answer.status_code == 302
    assert "尚未" in chases_of(client, step)
    notice = person.notices.get()
    client.force_login(person)
    assert client.get(reverse("notice", args=(notice.pk,))).status_code == 200
    assert client.get(notice.url).status_code == 200
    client.force_login(bureau)
    notice.refresh_from_db()
    Chase.objects.update(at=notice.read_at - datetime.timedelta(days=2))
    text = chases_of(client, step)
    told = [format_instant(instant, "table") for instant in (Chase.objects.get().at, notice.read_at)]
    assert [words in text for words in ("康保经办", *told, "尚未")] == [True, True, True, False]


def test_a_chase_is_told_in_the_history_of_its_project(client, bureau, county):
    make_county_user(county)
    project = make_project(county=county)
    chase_step(step=make_step(project, side="county"), by=bureau, words="请尽快")
    change = Change.objects.get(table_name=Chase._meta.db_table)
    assert (change.actor_id, change.action) == (bureau.pk, "step.chase")
    assert "请尽快" in client.get(page(project, "history")).content.decode()
