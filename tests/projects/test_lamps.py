"""Lamps by the bureau's own rule: each threshold on both sides, in Python and in SQL alike."""

import datetime
from itertools import product

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from projects.board.place import Place, placed, within
from projects.lamps import lamp_of
from projects.models import LampRule, Project, ProjectStep
from projects.models.checklists import Lamp
from registry.core.models import Change
from tests.desk import filled, page
from tests.factories import make_project, make_step, make_user

from .test_checklists import TODAY, day, make_in

pytestmark = pytest.mark.django_db
RULE = LampRule(due_soon_days=3, behind=20, far_behind=40)


def standing(project, rule=RULE):
    """The project's lamp and the due date that decided it, as SQL has them."""
    return Place.of(placed(Project.objects.filter(pk=project.pk), TODAY, rule).get().place)


def lamp(project, rule=RULE):
    return standing(project, rule).lamp


@pytest.mark.parametrize(
    ("offset", "shipped", "stricter"),
    [
        (-1, Lamp.OVERDUE, Lamp.OVERDUE),
        (0, Lamp.DUE, Lamp.DUE),
        (3, Lamp.DUE, Lamp.DUE),
        (4, Lamp.DUE, Lamp.ON_TIME),
        (7, Lamp.DUE, Lamp.ON_TIME),
        (8, Lamp.ON_TIME, Lamp.ON_TIME),
    ],
)
def test_the_rule_says_how_many_days_are_soon(offset, shipped, stricter):
    project = make_project()
    step = make_step(project, due_on=day(offset))
    assert (step.lamp(TODAY, LampRule()), step.lamp(TODAY, RULE)) == (shipped, stricter)
    assert (lamp(project, LampRule()), lamp(project)) == (shipped, stricter)
    soon = [ProjectStep.objects.due_soon(TODAY, rule).exists() for rule in (LampRule(), RULE)]
    assert soon == [shipped == Lamp.DUE, stricter == Lamp.DUE]


def test_what_cannot_start_yet_is_not_yet_to_be_done_but_late_all_the_same():
    project = make_project()
    before = make_step(project, due_on=day(90))
    days, rule = (day(30), None, day(7), day(-1)), LampRule()
    lamps = [make_step(project, due_on=due, depends_on=before).lamp(TODAY, rule) for due in days]
    assert lamps == [Lamp.NOT_YET, Lamp.NOT_YET, Lamp.DUE, Lamp.OVERDUE]
    settled = make_in("verified", depends_on=None)
    assert make_step(project, due_on=day(30), depends_on=settled).lamp(TODAY, LampRule()) == Lamp.ON_TIME


def test_the_mark_of_a_step_follows_the_rule():
    step = make_step(make_project(), due_on=day(5))
    assert "lamp--due" in lamp_of(step, TODAY, LampRule())
    assert "lamp--on_time" in lamp_of(step, TODAY, RULE)


STATUSES = ("open", "returned", "done", "verified", "waived")
DUE = (-9, 0, 3, 4, None)


@pytest.mark.parametrize(("status", "offset", "held_up"), [*product(STATUSES, DUE, (False, True))])
def test_sql_and_python_see_the_same_lamp_of_a_single_step(status, offset, held_up):
    project = make_project()
    before = make_in("open" if held_up else "verified", depends_on=None)
    due_on = None if offset is None else day(offset)
    step = make_in(status, project=project, due_on=due_on, depends_on=before)
    expected = {Lamp.UNDATED: Lamp.NOT_YET, Lamp.WAIVED: Lamp.SIGNED_OFF}
    of_step = step.lamp(TODAY, RULE)
    assert lamp(project) == expected.get(of_step, of_step)
    asked = [word for word in Lamp if project.steps.filter(pk=step.pk).showing(word, TODAY, RULE).exists()]
    assert asked == [of_step]


@pytest.mark.parametrize(
    ("offsets", "expected"),
    [
        ((), Place(Lamp.NOT_YET, None)),
        ((40, 30), Place(Lamp.ON_TIME, day(30))),
        ((40, 2), Place(Lamp.DUE, day(2))),
        ((2, -3, -20, 40), Place(Lamp.OVERDUE, day(-20))),
    ],
)
def test_a_project_shows_its_worst_open_step(offsets, expected):
    project = make_project()
    for offset in offsets:
        make_step(project, due_on=day(offset))
    assert standing(project) == expected


def test_a_project_waits_when_only_a_sign_off_is_missing_and_is_done_when_none_is():
    project = make_project()
    make_in("verified", project=project, depends_on=None)
    assert lamp(project) == Lamp.SIGNED_OFF
    done = make_in("done", project=project, due_on=day(-9), depends_on=None)
    make_step(project, due_on=day(60), depends_on=done)
    assert standing(project) == Place(Lamp.WAITING, day(-9))


def under_way(progress, **overrides):
    """A project of a hundred days whose last report, on the fiftieth, says so many percent."""
    fields = {"planned_start": day(-50), "planned_end": day(50), "progress": progress, "progress_on": TODAY} | overrides
    project = make_project(**fields)
    make_step(project, due_on=day(80))
    return project


@pytest.mark.parametrize(
    ("progress", "expected"),
    [(50, Lamp.ON_TIME), (31, Lamp.ON_TIME), (30, Lamp.DUE), (11, Lamp.DUE), (10, Lamp.OVERDUE), (0, Lamp.OVERDUE)],
)
def test_progress_behind_the_straight_line_turns_the_lamp(progress, expected):
    assert lamp(under_way(progress)) == expected


@pytest.mark.parametrize(
    ("overrides", "expected"),
    [
        ({"progress": None, "progress_on": None}, Lamp.ON_TIME),
        ({"planned_end": None}, Lamp.ON_TIME),
        ({"planned_start": None}, Lamp.ON_TIME),
        ({"planned_start": day(50)}, Lamp.ON_TIME),
        ({"actual_start": day(-10)}, Lamp.ON_TIME),
        ({"actual_end": day(-1)}, Lamp.ON_TIME),
        ({"progress_on": day(-40)}, Lamp.ON_TIME),
        ({"planned_end": day(-10)}, Lamp.OVERDUE),
    ],
    ids=lambda value: ",".join(value) if isinstance(value, dict) else "",
)
def test_progress_is_compared_with_the_plan_of_the_day_of_its_report_until_the_end(overrides, expected):
    project = under_way(**{"progress": 5} | overrides)
    assert lamp(project) == expected


def test_a_late_step_outweighs_lagging_and_lagging_a_step_in_time():
    project = under_way(25)
    assert standing(project) == Place(Lamp.DUE, None)
    make_step(project, due_on=day(-2))
    assert standing(project) == Place(Lamp.OVERDUE, day(-2))


def test_the_board_stands_in_the_order_of_urgency():
    """Longest overdue first, far behind the plan after those; then who has the fewest days left, and so on."""
    expected = [make_step(make_project(), due_on=day(n)).project for n in (-20, -3)]
    make_step(expected[0], due_on=day(5))
    expected.append(under_way(0))
    expected += [make_step(make_project(), due_on=day(n)).project for n in (0, 2)]
    expected.append(under_way(25))
    expected += [make_step(make_project(), due_on=day(n)).project for n in (9, 30)]
    expected.append(make_in("done", depends_on=None, due_on=day(-1)).project)
    expected.append(make_project())
    expected += [make_in("verified", depends_on=None).project for _ in range(2)]
    found = placed(Project.objects.filter(pk__in=[project.pk for project in expected]), TODAY, RULE)
    assert [project.pk for project in found.order_by("place", "pk")] == [project.pk for project in expected]
    for each in Lamp.OVERDUE, Lamp.WAITING, Lamp.SIGNED_OFF:
        assert found.filter(within(each)).count() == {"overdue": 3, "waiting": 1, "signed_off": 2}[each]


def test_there_is_one_rule_and_the_shipped_one_until_it_is_set():
    assert LampRule.objects.current().due_soon_days == 7
    LampRule.objects.create(due_soon_days=3)
    assert LampRule.objects.current().due_soon_days == 3
    with pytest.raises(IntegrityError, match="only"), transaction.atomic():
        LampRule.objects.create()


def test_the_bureau_sets_the_rule_on_the_desk_and_the_trail_says_who(client):
    user = make_user("bureau")
    client.force_login(user)
    new = page(LampRule, "add")
    client.post(new, filled(client.get(new), due_soon_days="5", palette="red-yellow-blue"))
    rule = LampRule.objects.get()
    assert (rule.due_soon_days, rule.palette) == (5, "red-yellow-blue")
    assert Change.objects.filter(table_name="projects_lamprule", actor_id=user.pk).exists()
    assert client.get(new).status_code == 403
    answer = client.post(page(rule), filled(client.get(page(rule)), behind="40", far_behind="30"))
    assert answer.status_code in (200, 400)
    assert LampRule.objects.get().behind == 10
    assert "lamps--red-yellow-blue" in client.get(reverse("admin:board")).content.decode()


def test_others_read_the_rule_and_do_not_set_it(client):
    client.force_login(make_user("auditor"))
    assert client.get(page(LampRule, "changelist")).status_code == 200
    assert client.get(page(LampRule, "add")).status_code == 403


def test_a_day_far_away_does_not_break_the_order():
    project = make_project()
    make_step(project, due_on=datetime.date(9999, 12, 31))
    assert standing(project) == Place(Lamp.ON_TIME, None)
