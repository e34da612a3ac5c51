"""Opening a checklist: due dates on working days, few queries, and templates that leave open lists alone."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from projects.actions.checklists import open_checklist
from projects.actions.templates import copy_template
from projects.models import ChecklistTemplate, ProjectStep
from registry.core.models import CalendarDay, Change
from tests.desk import filled, page
from tests.factories import make_field, make_project, make_step, make_template, make_user

pytestmark = pytest.mark.django_db
START = datetime.date(2026, 9, 28)


@pytest.fixture
def holidays():
    for number in range(1, 8):
        CalendarDay.objects.create(day=datetime.date(2026, 10, number), is_working=False, name="国庆节")


def opened(bureau, *plan, start=START):
    """The due dates of a list whose steps are due after (days, in working days)."""
    template = make_template(*(f"事项{number}" for number in range(len(plan))))
    for step, (days, working) in zip(template.steps.all(), plan, strict=True):
        step.due_after, step.in_working_days = days, working
        step.save()
    steps = open_checklist(project=make_project(), template=template, start=start, by=bureau)
    return [step.due_on and step.due_on.isoformat() for step in steps]


def test_due_dates_fall_on_working_days_and_count_in_the_days_that_the_step_names(bureau, holidays):
    assert opened(bureau, (2, False), (3, False), (2, True), (3, True), (13, False)) == [
        "2026-09-30",  # a plain working day
        "2026-10-08",  # the holidays move it
        "2026-09-30",
        "2026-10-08",  # three working days
        "2026-10-12",  # a Sunday moves to Monday
    ]


def test_without_a_start_there_is_no_due_date(bureau):
    assert opened(bureau, (3, False), (3, True), start=None) == [None, None]


def test_a_long_list_is_opened_in_as_many_queries_as_a_short_one(bureau, holidays):
    counts = []
    for length in (2, 12):
        template, project = make_template(*map(str, range(length)), year=2000 + length), make_project()
        for step in template.steps.all()[1:]:
            step.depends_on = template.steps.get(position=step.position - 1)
            step.save()
        with CaptureQueriesContext(connection) as queries:
            steps = open_checklist(project=project, template=template, start=START, by=bureau)
        counts.append(len(queries))
        stored = list(ProjectStep.objects.filter(project=project).order_by("position"))
        assert [step.pk for step in stored] == [step.pk for step in steps]
        assert [step.depends_on_id for step in stored] == [None, *(step.pk for step in stored[:-1])]
    assert counts[1] - counts[0] <= 1  # the longer one reaches into a second year


def test_every_step_of_an_opened_list_is_in_the_trail(bureau):
    open_checklist(project=make_project(), template=make_template("一", "二"), by=bureau)
    rows = Change.objects.filter(table_name=ProjectStep._meta.db_table)
    assert set(rows.values_list("action", "actor_id")) == {("checklist.open", bureau.pk)}


def test_a_year_without_holidays_in_the_table_is_a_warning_on_the_page_and_no_error(client, bureau, holidays):
    project = make_project()
    template = make_template("一")
    answer = client.post(page(project, "deed", "open-checklist"), {"template": template.pk, "start": "2027-03-01"})
    assert answer.status_code == 302
    step = project.steps.get()
    for address in (page(project), page(step)):
        assert "nothing is entered for 2027" in client.get(address).content.decode()
    ProjectStep.objects.filter(pk=step.pk).update(due_on=START)
    assert "not up to date" not in client.get(page(project)).content.decode()
    assert "not up to date" not in client.get(page(step)).content.decode()


def test_an_edit_of_the_template_on_the_desk_never_touches_an_opened_list(client, bureau):
    template, project = make_template("签订协议", "资金到账"), make_project(planned_start=START)
    open_checklist(project=project, template=template, by=bureau)
    before = list(project.steps.values("title", "guidance", "side", "evidence", "due_on", "depends_on"))
    form = filled(client.get(page(template)))
    changes = {
        "steps-1-title": "改过的事项", "steps-1-guidance": "改过", "steps-1-side": "county", "steps-1-due_after": "9",
        "steps-1-in_working_days": "on", "steps-1-evidence": ["photo"], "steps-1-depends_on": form["steps-0-id"],
    }  # fmt: skip
    assert client.post(page(template), form | changes).status_code == 302
    changed = template.steps.get(position=2)
    assert (changed.title, changed.in_working_days, changed.depends_on.position) == ("改过的事项", True, 1)
    assert list(project.steps.values("title", "guidance", "side", "evidence", "due_on", "depends_on")) == before


def test_a_template_step_waits_only_for_an_earlier_one_of_its_template(client, bureau):
    template, other = make_template("一", "二", "三"), make_template("四", kind="goods")
    answer = client.get(page(template))
    fields = answer.context["inline_admin_formsets"][0].formset.forms[0].fields
    assert {key for key, _name in fields["depends_on"].choices} == {"", *(s.pk for s in template.steps.all())}
    form = filled(answer)
    for wrong in (form["steps-2-id"], form["steps-1-id"]):
        refused = client.post(page(template), form | {"steps-1-depends_on": wrong})
        assert "only for an earlier step" in refused.content.decode()
    foreign = client.post(page(template), form | {"steps-1-depends_on": other.steps.get().pk})
    assert foreign.status_code == 200
    swapped = {"steps-0-position": "9", "steps-1-depends_on": form["steps-0-id"]}
    assert "only for an earlier step" in client.post(page(template), form | swapped).content.decode()
    assert not template.steps.exclude(depends_on=None).exists()


def test_a_step_of_a_project_waits_only_for_an_earlier_one_of_its_list(client, bureau):
    project = make_project()
    first, second = make_step(project, position=1), make_step(project, position=2)
    choices = client.get(page(second)).context["adminform"].form.fields["depends_on"].choices
    assert [key for key, _name in choices] == ["", first.pk]
    for wrong in (second, make_step(project, position=3), make_step(make_project(), position=1)):
        step = ProjectStep.objects.get(pk=second.pk)
        step.depends_on = wrong
        with pytest.raises(ValidationError, match=r"排在前面|earlier step"):
            step.clean()


def test_a_template_is_copied_for_another_year_with_all_its_steps(client, bureau):
    template, field = make_template("一", "二", code="cash", name="资金类"), make_field()
    last = template.steps.last()
    last.depends_on, last.in_working_days, last.evidence = template.steps.first(), True, ["photo"]
    last.save()
    assert page(template, "deed", "copy") in client.get(page(template)).content.decode()
    typed = {"name": "资金类（2027年）", "code": "cash-2027", "field": field.pk, "year": "2027"}
    answer = client.post(page(template, "deed", "copy"), typed)
    copy = ChecklistTemplate.objects.get(code="cash-2027")
    assert (answer.status_code, answer.url) == (302, page(copy))
    assert (copy.kind, copy.field, copy.year, copy.name) == (template.kind, field, 2027, "资金类（2027年）")
    columns = ("position", "title", "due_after", "in_working_days", "evidence", "side", "stage")
    assert list(copy.steps.values(*columns)) == list(template.steps.values(*columns))
    assert copy.steps.last().depends_on == copy.steps.first()
    assert Change.objects.filter(action="template.copy", actor_id=bureau.pk).count() == 3


@pytest.mark.parametrize("typed", [{"code": "cash"}, {"year": ""}, {"code": "has space"}, {"year": "1066"}])
def test_a_copy_that_would_stand_in_the_way_of_another_is_refused_in_words(client, bureau, typed):
    template = make_template("一", code="cash")
    fields = {"name": "副本", "code": "cash-2027", "field": "", "year": "2027"}
    assert client.post(page(template, "deed", "copy"), fields | typed).status_code in (400, 409)
    assert ChecklistTemplate.objects.count() == 1


def test_templates_are_copied_by_those_who_keep_them():
    template = make_template("一")
    with pytest.raises(PermissionDenied):
        copy_template(template=template, code="x", name="x", year=2027, by=make_user("partner"))
