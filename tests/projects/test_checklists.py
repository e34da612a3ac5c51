"""Checklists: done by one person with evidence, signed off by another; lamps; wording copied once."""

import datetime
import re

import pytest
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from projects.actions import checklists
from projects.models import ChecklistTemplate, Document, LampRule, ProjectStep
from projects.models.checklists import Lamp
from registry.core.lifecycle import UnlawfulMove
from registry.core.models import Blob, Change
from tests.factories import (
    make_county_user,
    make_division,
    make_field,
    make_org_user,
    make_organisation,
    make_project,
    make_step,
    make_template,
    make_user,
    serial,
)
from tests.lifecycles import LifecycleRules

pytestmark = pytest.mark.django_db
TODAY = datetime.date(2021, 11, 1)


def day(offset):
    return TODAY + datetime.timedelta(days=offset)


def attach(kind, **owner):
    blob = Blob.objects.create(sha256=f"{serial():064x}", size=1, media_type="image/jpeg")
    return Document.objects.create(kind=kind, original_name="照片.jpg", blob=blob, **owner)


def make_in(status, **overrides):
    """A step in a status, with the persons that the status supposes, its evidence and a settled forerunner."""
    fields = {"status": status, "evidence": ["photo"]} | overrides
    persons = {"done": ("done",), "verified": ("done", "verified"), "waived": ("waived",)}.get(status, ())
    for person in persons:
        fields |= {f"{person}_by": make_user(), f"{person}_at": timezone.now()}
    if status == "waived":
        fields["status_reason"] = "不适用"
    fields.setdefault("project", make_project())
    project = fields.pop("project")
    if "depends_on" not in fields:
        fields["depends_on"] = make_in("verified", project=project, depends_on=None)
    step = make_step(project, **fields)
    attach("photo", step=step)
    return step


class TestTheTableOfSteps(LifecycleRules):
    model = ProjectStep
    untrue = {
        "evidence": lambda step: step.documents.all().delete(),
        "order": lambda step: ProjectStep.objects.filter(pk=step.pk).update(depends_on=make_step(step.project)),
    }

    def make_in(self, state, towards=""):
        return make_in(state)


def test_what_is_missing_is_named_file_by_file():
    step = make_step(make_project(), evidence=["photo", "receipt"])
    attach("photo", step=step)
    with pytest.raises(UnlawfulMove) as refusal:
        step.move_to("done", by=make_user("bureau"))
    assert refusal.value.messages == ["缺少必需的佐证材料，请先上传到该事项。", "缺少：收据"]


def test_the_one_who_did_it_neither_signs_it_off_nor_returns_it():
    step, user = make_in("open"), make_user("bureau")
    step = checklists.complete_step(step=step, by=user)
    for decide in (checklists.verify_step, checklists.return_step):
        with pytest.raises(UnlawfulMove, match="另一人"):
            decide(step=step, by=user, **({"reason": "缺页"} if decide is checklists.return_step else {}))
    assert checklists.verify_step(step=step, by=make_user("bureau")).status == "verified"


def test_a_returned_step_waits_for_its_doer_again_and_keeps_both_records():
    step, doer = make_in("open"), make_user("bureau")
    checklists.complete_step(step=step, by=doer)
    step = checklists.return_step(step=step, by=make_user("bureau"), reason="照片不清")
    assert (step.status, step.status_reason, step.done_by) == ("returned", "照片不清", None)
    step = checklists.complete_step(step=step, by=doer)
    reopened = checklists.reopen_step(
        step=checklists.verify_step(step=step, by=make_user("bureau")), by=make_user("bureau"), reason="问题反弹"
    )
    assert (reopened.status, reopened.done_by, reopened.verified_by) == ("open", None, None)
    actions = Change.objects.filter(table_name="projects_projectstep", row_pk=str(step.pk)).exclude(action="")
    assert [change.action for change in actions.order_by("pk")] == [
        f"projectstep.{state}" for state in ("done", "returned", "done", "verified", "open")
    ]


def test_a_step_is_waived_with_a_reason_and_waits_no_longer():
    step = checklists.waive_step(step=make_in("open"), by=make_user("bureau"), reason="不涉及资金")
    assert step not in ProjectStep.objects.unsettled()
    with pytest.raises(UnlawfulMove):
        checklists.waive_step(step=make_in("open"), by=make_user("bureau"), reason=" ")


def test_county_and_organisation_report_the_steps_of_their_own_side_only():
    county, organisation = make_division(), make_organisation()
    project = make_project(county=county, lead=organisation)
    for user, side, other in (
        (make_county_user(county), "county", "organisation"),
        (make_org_user(organisation), "organisation", "county"),
    ):
        assert checklists.complete_step(step=make_step(project, side=side), by=user).status == "done"
        with pytest.raises(PermissionDenied):
            checklists.complete_step(step=make_step(project, side=other), by=user)


def test_nobody_reports_a_step_of_a_project_that_is_not_his():
    with pytest.raises(ObjectDoesNotExist):
        checklists.complete_step(step=make_step(make_project(), side="county"), by=make_county_user(make_division()))


@pytest.mark.parametrize(
    ("fields", "lamp"),
    [
        ({"due_on": day(-1)}, Lamp.OVERDUE),
        ({"due_on": day(0)}, Lamp.DUE),
        ({"due_on": day(7)}, Lamp.DUE),
        ({"due_on": day(8)}, Lamp.ON_TIME),
        ({}, Lamp.UNDATED),
        ({"status": "returned", "due_on": day(-1)}, Lamp.OVERDUE),
        ({"status": "done", "due_on": day(-1)}, Lamp.WAITING),
        ({"status": "verified", "due_on": day(-1)}, Lamp.SIGNED_OFF),
        ({"status": "waived", "due_on": day(-1)}, Lamp.WAIVED),
    ],
)
def test_the_lamp_follows_from_due_day_and_state(fields, lamp):
    assert ProjectStep(**fields).lamp(TODAY, LampRule()) == lamp


def test_the_questions_agree_with_the_lamps():
    project = make_project()
    for offset in (-1, 0, 7, 8, None):
        make_step(project, due_on=None if offset is None else day(offset))
    make_in("done", project=project, due_on=day(-1), depends_on=None)
    steps = ProjectStep.objects.filter(project=project)
    by_lamp = {step.pk: step.lamp(TODAY, LampRule()) for step in steps}
    assert {s.pk for s in steps.overdue(TODAY)} == {pk for pk, lamp in by_lamp.items() if lamp == Lamp.OVERDUE}
    assert {s.pk for s in steps.due_soon(TODAY, LampRule())} == {pk for pk, lamp in by_lamp.items() if lamp == Lamp.DUE}
    assert [step.days_left(TODAY) for step in steps.order_by("position")] == [-1, 0, 7, 8, None, -1]


def test_what_waits_for_a_person_is_what_another_has_done():
    step = make_in("done")
    assert list(ProjectStep.objects.waiting_for(make_user())) == [step]
    assert list(ProjectStep.objects.waiting_for(step.done_by)) == []


def test_a_template_s_wording_is_copied_once_and_never_rewritten():
    template, project = make_template("签订协议", "资金到账"), make_project(planned_start=TODAY)
    first, second = template.steps.all()
    second.depends_on, second.evidence = first, ["receipt"]
    second.save()
    steps = checklists.open_checklist(project=project, template=template, by=make_user("bureau"))
    second.title = "改过的事项"
    second.save()
    template.steps.all()[0].delete()
    titles = [(step.title, step.due_on, step.evidence) for step in project.steps.all()]
    assert titles == [("签订协议", day(30), []), ("资金到账", day(60), ["receipt"])]
    assert project.steps.get(title="资金到账").depends_on == steps[0]


@pytest.mark.parametrize(
    ("language", "wording", "shown"),
    [
        ("en", "Agreement", "Agreement"),
        ("en", "", "签订协议"),
        ("zh-hans", "Agreement", "签订协议"),
    ],
)
def test_a_step_is_named_in_english_where_it_has_such_a_wording(client, language, wording, shown):
    step = make_step(make_project(), title_en=wording)
    with override(language):
        assert str(step) == shown
    client.force_login(make_user("bureau"))
    client.cookies["django_language"] = language
    for address in ("admin:projects_projectstep_changelist", "admin:verify"):
        if address == "admin:verify":
            ProjectStep.objects.update(status="done", done_by=make_user("bureau"), done_at=timezone.now())
        names = re.findall(r'<th[^>]*><a href="[^"]*">([^<]*)</a>', client.get(reverse(address)).content.decode())
        assert names == [shown]


@pytest.mark.parametrize(("language", "shown"), [("en", "Agreement"), ("zh-hans", "签订协议")])
def test_the_page_of_a_step_tells_its_agreed_wording_in_the_language_of_the_reader(client, language, shown):
    project = make_project()
    checklists.open_checklist(project=project, template=make_template("签订协议"), by=None)
    project.steps.update(title_en="Agreement")
    client.force_login(make_user("bureau"))
    client.cookies["django_language"] = language
    address = reverse("admin:projects_projectstep_change", args=(project.steps.get().pk,))
    rows = re.findall(r'<div class="readonly">([^<]*)</div>', client.get(address).content.decode())
    assert shown in rows
    assert not {"Agreement", "签订协议"} - {shown} & set(rows)


def test_a_list_is_opened_once_by_those_who_may():
    template, project = make_template("签订协议"), make_project()
    for role in ("auditor", "system_admin"):
        with pytest.raises(PermissionDenied):
            checklists.open_checklist(project=project, template=template, by=make_user(role))
    [step] = checklists.open_checklist(project=project, template=template, by=make_user("bureau"))
    assert step.due_on is None
    with pytest.raises(ValidationError, match="已有清单"):
        checklists.open_checklist(project=project, template=template, by=make_user("bureau"))


def test_the_most_fitting_template_comes_first():
    field = make_field()
    project = make_project(field=field, year=2020)
    made = {
        name: make_template(kind="cash", name=name, **fields)
        for name, fields in {
            "any": {},
            "year": {"year": 2020},
            "field": {"field": field},
            "both": {"field": field, "year": 2020},
            "other field": {"field": make_field()},
            "other year": {"year": 2019},
            "retired": {"is_active": False},
        }.items()
    }
    make_template(kind="goods", name="goods")
    chosen = ChecklistTemplate.objects.for_project(project, "cash")
    assert list(chosen) == [made[name] for name in ("both", "field", "year", "any")]


@pytest.mark.parametrize(
    ("status", "columns", "constraint"),
    [
        ("open", "status = 'flying'", "status_check"),
        ("open", "status = 'done'", "step_facts_of_status"),
        ("done", "status = 'open'", "step_facts_of_status"),
        ("done", "status = 'verified'", "step_facts_of_status"),
        ("verified", "status = 'done'", "step_facts_of_status"),
        ("open", "status = 'waived', status_reason = 'x'", "step_facts_of_status"),
        ("waived", "status_reason = ''", "step_facts_of_status"),
        ("done", "done_at = NULL", "step_done"),
        ("verified", "verified_at = NULL", "step_verified"),
        ("waived", "waived_at = NULL", "step_waived"),
        ("verified", "verified_by_id = done_by_id", "step_two_persons"),
        ("open", "side = 'moon'", "side_check"),
        ("open", "stage = 'moon'", "stage_check"),
    ],
)
def test_the_database_refuses_what_makes_no_sense(status, columns, constraint):
    step = make_in(status, depends_on=None)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE projects_projectstep SET {columns} WHERE id = {step.pk}")


def test_two_steps_of_a_project_have_two_places():
    project = make_project()
    point = transaction.savepoint()
    for _ in range(2):
        make_step(project, position=1)
    with pytest.raises(IntegrityError, match="step_position"):
        connection.check_constraints()
    transaction.savepoint_rollback(point)


def test_two_steps_of_a_template_have_two_places():
    template = make_template("一", "二")
    with pytest.raises(IntegrityError, match="template_step_position"), transaction.atomic():
        template.steps.update(position=1)


def test_of_one_kind_field_and_year_one_template_is_in_use():
    make_template(kind="cash")
    make_template(kind="cash", is_active=False)
    with pytest.raises(IntegrityError, match="template_one_active"), transaction.atomic():
        make_template(kind="cash")


def test_the_years_in_which_steps_are_due_are_looked_up_one_after_the_other():
    project = make_project()
    assert list(ProjectStep.objects.dates("due_on", "year")) == []
    for day in ("2021-12-31", "2019-01-01", "2021-03-05", "2026-06-30", None):
        make_step(project, due_on=day)
    years = [datetime.date(year, 1, 1) for year in (2019, 2021, 2026)]
    assert ProjectStep.objects.dates("due_on", "year") == years
    assert list(ProjectStep.objects.filter(project=project).dates("due_on", "year")) == years
    assert list(ProjectStep.objects.filter(due_on__gt="2020-01-01").dates("due_on", "year")) == years[1:]
