"""The project's page on the desk: what stands, what comes next, what is missing; and a phase that is locked."""

import datetime
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from projects.actions.documents import attach_document
from projects.actions.funding import record_funding, void_funding
from projects.actions.transition import carry_over
from projects.models import Funding, Project, ProjectStep
from registry.core.dates import today
from registry.reports.figures import figures
from tests.counting import queries_of
from tests.desk import filled, page
from tests.factories import (
    make_agreement,
    make_campaign,
    make_county_user,
    make_designation,
    make_difficulty,
    make_division,
    make_field,
    make_funding,
    make_organisation,
    make_participation,
    make_project,
    make_report,
    make_result,
    make_step,
    make_template,
    make_user,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def bureau(client):
    user = make_user("bureau", name="张丽")
    client.force_login(user)
    client.cookies["django_language"] = "en"
    return user


def day(days):
    return today() + datetime.timedelta(days=days)


def overview(client, project):
    return client.get(page(project)).context["overview"]


# The ladder


def test_each_rung_tells_its_share_of_the_rung_before(client, bureau):
    project = make_project()
    for state, amount in (("pledged", 8000000), ("committed", 8000000), ("received", 6400000), ("spent", 6120000)):
        make_funding(project, amount, state=state)
    [(is_own, rungs)] = overview(client, project).ladders
    assert is_own
    assert [(rung.state, rung.text, rung.part) for rung in rungs] == [
        ("pledged", "800.00", None),
        ("committed", "800.00", Decimal("100.0")),
        ("received", "640.00", Decimal("80.0")),
        ("spent", "612.00", Decimal("95.6")),
    ]
    assert [rung.share for rung in rungs] == [Decimal("100.0"), Decimal("100.0"), Decimal("80.0"), Decimal("76.5")]


def test_an_instalment_raises_page_list_public_page_interface_and_figures_to_the_same_sum(client, bureau):
    county, giver = make_designation().division, make_organisation()
    project = make_project(
        county=county, field=make_field(), stage="under_way", visibility="published", lead=giver
    )  # fmt: skip
    make_funding(project, 8000000, state="committed", organisation=giver)
    for amount in ("3000000", "3400000"):
        record_funding(project=project, by=bureau, state="received", organisation=giver, amount=amount)
    received = overview(client, project).ladders[0][1][2]
    (funds,) = figures(user=None, codes=["funds"])
    (in_county,) = figures(user=None, codes=["funds"], filters={"county": county.code})
    listed = client.get("/api/v1/projects/", {"county": county.code}).json()["results"][0]
    assert received.total.value == funds.quantity.value == in_county.quantity.value == Decimal(listed["amount"])
    assert ">640.00<" in client.get(page(Project, "changelist")).content.decode()
    assert "640.00" in client.get(project.get_absolute_url()).content.decode()
    assert "640.00" in client.get(reverse("admin:board")).content.decode()


def test_instalments_stand_by_date_and_a_voided_one_stays_struck_through_out_of_the_sum(client, bureau):
    project = make_project()
    late = make_funding(project, "300000", occurred_on=day(-1), voucher="凭证2")
    early = make_funding(project, "100000", occurred_on=day(-9), confirmed_by=bureau, confirmed_at=timezone.now())
    wrong = make_funding(project, "500000", occurred_on=day(-5))
    void_funding(funding=wrong, by=bureau, reason="重复登记")
    answer = client.get(page(project))
    shown = answer.context["overview"]
    assert shown.instalments == [early, wrong, late]
    assert shown.standing_instalments == [early, late]
    assert shown.ladders[0][1][2].total.value == 400000
    text = answer.content.decode()
    assert '<li class="is-voided">' in text
    assert "voided: 重复登记" in text
    assert "confirmed by the county" in text


def test_what_goes_beyond_the_commitment_is_told_with_its_reason_and_listed_in_the_data_check(client, bureau):
    project = make_project()
    make_funding(project, "800000", state="committed")
    beyond = make_funding(project, "900000", excess_reason="追加捐赠")
    make_funding(make_project(), "5")
    assert "追加捐赠" in client.get(page(project)).content.decode()
    found = client.get(page(Funding, "changelist"), {"check": "beyond"}).context["cl"].result_list
    assert list(found) == [beyond]
    links = [link for group in client.get(reverse("admin:index")).context["groups"] for link, _name in group["links"]]
    assert reverse("check", args=("beyond",)) in links


# The checklist and the next step


def test_the_next_step_is_the_worst_that_can_be_worked_on_with_its_buttons(client, bureau):
    project = make_project(stage="under_way")
    make_step(project, title="不急", due_on=day(40))
    late = make_step(project, title="竣工验收", due_on=day(-17), side="county", evidence=["acceptance"])
    make_step(project, title="绩效评价", due_on=day(-30), depends_on=late)
    answer = client.get(page(project))
    shown = answer.context["next"]
    assert shown["item"].step == late
    assert [kind for kind, _label in shown["item"].missing] == ["acceptance"]
    assert {deed.name for deed, _address in shown["buttons"]} >= {"move/done", "move/waived", "chase"}
    assert answer.context["overview"].standing[0] == "overdue"


def test_a_step_that_waits_for_another_says_so(client, bureau):
    project = make_project()
    first = make_step(project, title="竣工验收", due_on=day(5))
    make_step(project, title="绩效评价", depends_on=first)
    text = client.get(page(project)).content.decode()
    assert "Cannot start yet: waits for “竣工验收”." in text


def test_missing_proof_is_named_with_the_way_to_upload_it_and_by_kind(client, bureau):
    project = make_project(stage="under_way")
    step = make_step(project, stage="under_way", evidence=["acceptance", "photo"])
    later = make_step(project, stage="closed", evidence=["evaluation"])
    upload = SimpleUploadedFile("p.txt", b"there")
    attach_document(owner=step, upload=upload, by=bureau, kind="photo", title="现场照片")
    answer = client.get(page(project))
    asked = {one.kind: (len(one.files), one.asked_by) for one in answer.context["evidence"]}
    assert asked == {"photo": (1, []), "acceptance": (0, [step])}
    assert f"?step={step.pk}&amp;kind=acceptance" in answer.content.decode()
    assert f"?step={later.pk}&amp;kind=evaluation" in answer.content.decode()


def test_the_checklist_tells_who_signed_off_and_when_and_how_much_is_done(client, bureau):
    project, other = make_project(), make_user("bureau", name="李建国")
    now = timezone.now()
    make_step(project, status="verified", done_by=bureau, done_at=now, verified_by=other, verified_at=now)
    make_step(project)
    shown = overview(client, project)
    assert (shown.settled, len(shown.items), shown.verifiers) == (1, 2, ["李建国"])
    assert "signed off by 李建国" in client.get(page(project)).content.decode()


# The form behind it


def test_the_form_is_folded_until_it_is_asked_for_or_has_something_to_say(client, bureau):
    project = make_project()
    assert '<details class="entries" id="edit">' in client.get(page(project)).content.decode()
    assert '<details class="entries" id="edit" open>' in client.get(f"{page(project)}?edit=1").content.decode()
    opened = client.get(page(project))
    answer = client.post(page(project), filled(opened, name=""))
    assert '<details class="entries" id="edit" open>' in answer.content.decode()


def test_an_auditor_sees_the_page_masked_and_without_a_button_that_changes_anything(client):
    officer = make_user("bureau", name="张丽华")
    project = make_project(officer=officer)
    make_step(project, responsible=officer, due_on=day(3))
    client.force_login(make_user("auditor"))
    answer = client.get(page(project))
    assert answer.context["buttons"] == []
    assert (answer.context["new_line"], answer.context["new_step"], answer.context["next"]["buttons"]) == ("", "", [])
    assert answer.context["overview"].officer == "张*"
    assert "张*" in answer.content.decode()


# How much it asks


def grown(project, number):
    for _each in range(number):
        lead = make_organisation()
        make_participation(project, organisation=lead)
        project.sites.create(division=make_division())
        make_funding(project, organisation=lead)
        make_result(project)
        before = make_step(project, responsible=make_user("bureau"), evidence=["photo"])
        make_step(project, depends_on=before)
        attach_document(
            owner=before, upload=SimpleUploadedFile("p.txt", b"x"), by=make_user("bureau"), kind="photo"
        )  # fmt: skip
        make_difficulty(project)
        make_agreement(project=project)
    make_report(project, month=datetime.date(2020, number, 1))


@pytest.mark.parametrize("role", ["bureau", "auditor"])
def test_the_page_asks_as_much_for_three_rows_as_for_one_and_no_more_than_27_questions(client, role):
    user = make_user(role)
    project = make_project(field=make_field())
    client.force_login(user)
    counts = []
    for number in (1, 3):
        grown(project, number)
        counts.append(queries_of(client, page(project)))
    assert counts[0] == counts[1]
    assert counts[0] <= 27


# A locked phase


@pytest.fixture
def carried(bureau):
    later = make_campaign(name="乡村振兴", scheme="revitalisation", starts_on=datetime.date(2021, 1, 1))
    relief = make_campaign(name="脱贫攻坚", successor=later)
    project = make_project(
        campaign=relief, stage="accepted", lead=make_organisation(), county=make_division(), name="八十亩地村小学"
    )
    make_step(project, due_on=day(-10))
    make_funding(project)
    make_result(project, status="draft")
    return carry_over(project=project, by=bureau, fields=[make_field(scheme="revitalisation")])


def test_the_page_offers_to_carry_into_the_campaign_by_its_name(client, bureau):
    later = make_campaign(name="乡村振兴", scheme="revitalisation", starts_on=datetime.date(2021, 1, 1))
    project = make_project(campaign=make_campaign(successor=later), stage="accepted")
    field, other = make_field(scheme="revitalisation"), make_field(scheme="revitalisation")
    template = make_template("签订协议")
    address = page(project, "deed", "carry")
    assert ("Carry into “乡村振兴”", address) in [
        (str(deed.label), to) for deed, to in client.get(page(project)).context["buttons"]
    ]
    form = client.get(address).context["form"]
    assert [choice[0] for choice in form.fields["template"].choices[0][1]] == [template.pk]
    wrong = client.post(
        address, {"name": "x", "year": 2020, "template": template.pk, "primary": field.pk, "start": "2022-03-01"}
    )
    assert (wrong.status_code, set(wrong.context["form"].errors)) == (400, {"year"})
    answer = client.post(
        address,
        {
            "name": project.name, "year": 2022, "template": template.pk, "primary": field.pk,
            "others": [field.pk, other.pk], "start": "2022年3月1日", "reason": "衔接",
            "seen_version": form["seen_version"].value(),
        },
    )  # fmt: skip
    assert answer.status_code == 302
    new = project.continued_by
    assert set(new.project_fields.values_list("field", "is_primary")) == {(field.pk, True), (other.pk, False)}
    assert [step.due_on.isoformat() for step in new.steps.all()] == ["2022-03-31"]


def test_what_is_missing_for_a_transition_is_said_before_it_is_tried(client, bureau):
    project = make_project(campaign=make_campaign(), stage="planned")
    answer = client.get(page(project, "deed", "carry"))
    assert len(answer.context["deed"].missing) == 2
    assert client.post(page(project, "deed", "carry"), {}).status_code in (400, 409)


def test_old_and_new_page_lead_to_each_other(client, carried):
    old = carried.continues
    assert page(carried) in client.get(page(old)).content.decode()
    assert page(old) in client.get(page(carried)).content.decode()


def test_a_locked_phase_says_so_and_takes_nothing(client, bureau, carried):
    old = carried.continues
    answer = client.get(page(old))
    assert "This phase is locked." in answer.content.decode()
    assert [deed.name for deed, _address in answer.context["buttons"]] == ["unlock"]
    assert (answer.context["new_line"], answer.context["new_step"]) == ("", "")
    assert [panel.new for panel in answer.context["panels"] if panel.slug in ("funding", "results", "reports")] == [
        None
    ] * 3
    assert not answer.context["has_change_permission"]
    assert client.post(page(old), {"name": "x"}).status_code == 403
    for row in (old.steps.get(), old.funding.get(), old.results.get()):
        shown = client.get(page(row))
        assert (shown.context["buttons"], shown.context["has_change_permission"]) == ([], False)
        assert client.post(page(row), {}).status_code == 403


def test_a_deed_forced_on_a_locked_phase_is_refused_in_words(client, bureau, carried):
    line = carried.continues.funding.get()
    answer = client.post(page(line, "deed", "void"), {"reason": "重复"})
    assert answer.status_code == 409
    assert "earlier phase is locked" in answer.content.decode()
    form = {"project": carried.continues.pk, "state": "received", "kind": "cash", "origin": "own", "is_joint": "on"}
    answer = client.post(page(Funding, "add"), form | {"amount": "1", "qualifier": "exact", "value_basis": "none"})
    assert answer.status_code == 400
    assert "earlier phase is locked" in answer.content.decode()
    assert Funding.objects.count() == 1


def test_the_old_phase_is_unlocked_and_locked_again_from_its_page(client, bureau, carried):
    old = carried.continues
    assert client.post(page(old, "deed", "unlock"), {"reason": "更正"}).status_code == 302
    names = [deed.name for deed, _address in client.get(page(old)).context["buttons"]]
    assert "lock" in names
    assert "unlock" not in names
    assert client.post(page(old, "deed", "lock"), {"reason": "更正完毕"}).status_code == 302
    assert ProjectStep.objects.get(project=old).project.is_locked


# A page that somebody else has made stale


def test_a_deed_confirmed_on_a_stale_page_is_not_done_and_may_be_confirmed_again(client, bureau):
    project = make_project(lead=make_organisation(), field=make_field())
    address = page(project, "move", "matched")
    seen = client.get(address).context["form"]["seen_version"].value()
    Project.objects.filter(pk=project.pk).update(summary="甲改了")
    answer = client.post(address, {"seen_version": seen})
    project.refresh_from_db()
    assert (answer.status_code, project.stage) == (409, "planned")
    assert "Look at it again" in answer.content.decode()
    again = answer.context["form"]["seen_version"].value()
    assert client.post(address, {"seen_version": again}).status_code == 302
    project.refresh_from_db()
    assert project.stage == "matched"


def test_a_line_that_changed_since_is_not_voided_by_an_old_page_and_keeps_what_was_typed(client, bureau):
    line = make_funding(make_project(), "500000", state="committed")
    address = page(line, "deed", "void")
    seen = client.get(address).context["form"]["seen_version"].value()
    Funding.objects.filter(pk=line.pk).update(amount=600000)
    answer = client.post(address, {"seen_version": seen, "reason": "重复登记"})
    line.refresh_from_db()
    assert (answer.status_code, line.is_voided) == (409, False)
    form = answer.context["form"]
    again = {name: form[name].value() for name in ("seen_version", "reason")}
    assert again["reason"] == "重复登记"
    assert client.post(address, again).status_code == 302
    line.refresh_from_db()
    assert line.void_reason == "重复登记"


def test_rubbish_in_the_version_is_refused_and_a_program_may_leave_it_out(client, bureau):
    line = make_funding(make_project(), state="committed")
    address = page(line, "deed", "void")
    assert client.post(address, {"seen_version": "x", "reason": "重复"}).status_code == 400
    assert client.post(address, {"reason": "重复"}).status_code == 302


def test_a_county_finds_no_desk(client):
    project = make_project(county=make_division())
    client.force_login(make_county_user(project.sites.get().division))
    assert client.get(page(project)).status_code == 403


@pytest.mark.parametrize("stage", ["suspended", "terminated"])
def test_a_step_entered_for_a_side_exit_does_not_keep_the_page_from_opening(client, stage):
    client.force_login(make_user("bureau"))
    project = make_project(stage="under_way")
    make_step(project, stage=stage, evidence=["photo"])
    assert client.get(page(project)).status_code == 200


def test_the_page_of_a_step_that_waits_leads_to_the_other_and_offers_no_sign_off(client, bureau):
    project = make_project()
    first = make_step(project, position=1)
    step = make_step(project, position=2, depends_on=first)
    text = client.get(page(step)).content.decode()
    assert (page(step, "move", "done") in text, f'<a href="{page(first)}">' in text) == (False, True)
    assert page(first, "move", "done") in client.get(page(first)).content.decode()
