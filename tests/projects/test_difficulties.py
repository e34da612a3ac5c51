"""Difficulties: closed only when the side that raised them and the bureau both say so."""

import datetime
from functools import partial

import pytest
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from projects.actions.difficulties import (
    add_measure,
    agree_settled,
    complete_measure,
    escalate,
    move_difficulty,
    raise_difficulty,
    undo_measure,
)
from projects.models import AgendaItem, Difficulty, Measure
from registry.core.actions import move
from registry.core.models import Change, Notice
from registry.core.notices import in_words
from tests.desk import page
from tests.factories import (
    make_county_user,
    make_difficulty,
    make_division,
    make_event,
    make_measure,
    make_org_user,
    make_organisation,
    make_project,
    make_user,
)
from tests.lifecycles import LifecycleRules

pytestmark = pytest.mark.django_db
AGREED = ("raiser_agreed", "bureau_agreed")


def make_in(state, **overrides):
    fields = {"status": state, "event": make_event()} | overrides
    if state in ("answered", "closed"):
        for voice in AGREED:
            fields |= {f"{voice}_by": make_user(), f"{voice}_at": timezone.now()}
    return make_difficulty(make_project(), **fields)


class TestTheTableOfDifficulties(LifecycleRules):
    model = Difficulty
    untrue = {
        "event": lambda difficulty: Difficulty.objects.filter(pk=difficulty.pk).update(event=None),
        "agreed": lambda difficulty: Difficulty.objects.filter(pk=difficulty.pk).update(
            raiser_agreed_by=None, raiser_agreed_at=None
        ),
    }

    def make_in(self, state, towards=""):
        return make_in(state)


@pytest.fixture
def county():
    return make_division()


@pytest.fixture
def organisation():
    return make_organisation()


@pytest.fixture
def project(county, organisation):
    return make_project(county=county, lead=organisation)


def answered(project, by, side):
    difficulty = raise_difficulty(project=project, by=by, side=side, title="冬季施工受限")
    return move(difficulty, to="answered", by=make_user("bureau"), reason="可顺延至三月")


def test_the_answer_is_kept_as_the_reason_was_given(project, county):
    assert answered(project, make_county_user(county), "county").answer == "可顺延至三月"


@pytest.mark.parametrize("first", ["bureau", "raiser"])
def test_the_second_voice_closes_it_whoever_speaks_first(project, county, first):
    raiser, bureau = make_county_user(county), make_user("bureau")
    voices = [bureau, raiser] if first == "bureau" else [raiser, bureau]
    difficulty = answered(project, raiser, "county")
    states = [agree_settled(difficulty=difficulty, by=voice).status for voice in voices]
    difficulty.refresh_from_db()
    assert states == ["answered", "closed"]
    assert (difficulty.raiser_agreed_by, difficulty.bureau_agreed_by) == (raiser, bureau)


def test_who_said_first_that_it_is_settled_stays_and_the_other_side_is_waited_for(project, county):
    difficulty, first = answered(project, make_county_user(county), "county"), make_user("bureau")
    agree_settled(difficulty=difficulty, by=first)
    with pytest.raises(ValidationError, match="另一方"):
        agree_settled(difficulty=difficulty, by=make_user("bureau"))
    difficulty.refresh_from_db()
    assert (difficulty.status, difficulty.bureau_agreed_by) == ("answered", first)


def test_there_is_one_way_to_close_it_by_saying_that_it_is_settled(project, county, client):
    difficulty, bureau = answered(project, make_county_user(county), "county"), make_user("bureau")
    assert {one.target for one in difficulty.moves_open_to(bureau)} == {"in_hand"}
    client.force_login(bureau)
    text = client.get(page(difficulty)).content.decode()
    assert (page(difficulty, "move", "closed") in text, page(difficulty, "deed", "agree") in text) == (False, True)


def test_the_other_side_does_not_speak_for_the_one_that_raised_it(project, county, organisation):
    difficulty = answered(project, make_county_user(county), "county")
    with pytest.raises(PermissionDenied, match="提出方"):
        agree_settled(difficulty=difficulty, by=make_org_user(organisation))


def test_what_the_bureau_raised_it_settles_itself(project):
    difficulty = answered(project, make_user("bureau"), "bureau")
    assert agree_settled(difficulty=difficulty, by=make_user("bureau")).status == "closed"


def test_only_an_answered_one_is_settled(project, county):
    user = make_county_user(county)
    difficulty = raise_difficulty(project=project, by=user, side="county", title="冬季施工受限")
    with pytest.raises(ValidationError, match="已答复"):
        agree_settled(difficulty=difficulty, by=user)


def test_reopened_it_needs_both_voices_again(project, county):
    raiser = make_county_user(county)
    difficulty = answered(project, raiser, "county")
    for voice in (raiser, make_user("bureau")):
        agree_settled(difficulty=difficulty, by=voice)
    difficulty = move(difficulty, to="in_hand", by=raiser, reason="再次停工")
    assert [getattr(difficulty, f"{voice}_at") for voice in AGREED] == [None, None]


def test_it_is_raised_within_one_s_own_projects_only(project):
    with pytest.raises(ObjectDoesNotExist):
        raise_difficulty(project=project, by=make_county_user(make_division()), side="county", title="…")
    with pytest.raises(PermissionDenied):
        raise_difficulty(project=project, by=make_user("auditor"), side="bureau", title="…")
    with pytest.raises(ValidationError):
        raise_difficulty(project=project, by=make_user("bureau"), side="moon", title="…")


def test_overdue_is_what_is_unanswered_past_the_day_wanted():
    yesterday, today = datetime.date(2021, 10, 31), datetime.date(2021, 11, 1)
    late = make_in("in_hand", wanted_by=yesterday)
    make_in("closed", wanted_by=yesterday)
    make_in("answered", wanted_by=yesterday)
    make_in("raised", wanted_by=today)
    make_in("raised")
    assert list(Difficulty.objects.overdue(today)) == [late]


def test_a_measure_is_overdue_until_it_is_done():
    yesterday, today = datetime.date(2021, 10, 31), datetime.date(2021, 11, 1)
    fields = {"difficulty": make_in("in_hand"), "text": "协调供电", "side": "county", "due_on": yesterday}
    late = Measure.objects.create(**fields)
    Measure.objects.create(**fields, done_by=make_user(), done_at=timezone.now())
    assert list(Measure.objects.overdue(today)) == [late]
    with pytest.raises(IntegrityError, match="measure_done"), transaction.atomic():
        Measure.objects.update(done_by=None)


@pytest.mark.parametrize(
    ("status", "columns", "constraint"),
    [
        ("raised", "status = 'flying'", "status_check"),
        ("raised", "status = 'closed'", "difficulty_closed_by_both"),
        ("closed", "raiser_agreed_at = NULL, raiser_agreed_by_id = NULL", "difficulty_closed_by_both"),
        ("answered", "raiser_agreed_at = NULL", "difficulty_raiser_agreed"),
        ("answered", "bureau_agreed_at = NULL", "difficulty_bureau_agreed"),
        ("escalated", "event_id = NULL", "difficulty_escalated_to_event"),
        ("raised", "raised_side = 'moon'", "raised_side_check"),
        ("raised", "level = 'mild'", "level_check"),
    ],
)
def test_the_database_refuses_what_makes_no_sense(status, columns, constraint):
    difficulty = make_in(status)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE projects_difficulty SET {columns} WHERE id = {difficulty.pk}")


def test_nobody_raises_a_difficulty_for_the_other_side_but_the_bureau_that_writes_it_down():
    ours = make_organisation()
    project = make_project(lead=ours)
    with pytest.raises(PermissionDenied):
        raise_difficulty(project=project, by=make_org_user(ours), side="county", title="冬季施工受限")
    assert raise_difficulty(project=project, by=make_user("bureau"), side="county", title="冬季施工受限").pk


# Put to a meeting


def planned(**overrides):
    return make_event(name="本季度调度会", kind="progress", **overrides)


def raised(project, by, **details):
    return raise_difficulty(project=project, by=by, side="county", title="冬季施工受限", **details)


def test_put_to_a_meeting_it_stands_at_the_end_of_that_meeting_s_agenda(project, county):
    event, bureau = planned(), make_user("bureau")
    AgendaItem.objects.create(event=event, title="上次会议落实情况", position=3)
    difficulty = escalate(difficulty=raised(project, make_county_user(county)), event=event, by=bureau, reason="涉两县")
    assert (difficulty.status, difficulty.event) == ("escalated", event)
    assert [(item.position, item.difficulty) for item in event.agenda.all()] == [(3, None), (4, difficulty)]
    latest = Change.objects.filter(table_name="projects_difficulty").latest("id")
    assert (latest.action, latest.reason, latest.actor_id) == ("difficulty.escalated", "涉两县", bureau.pk)


def test_a_meeting_that_is_over_takes_no_more_difficulties(project, county):
    difficulty = raised(project, make_county_user(county))
    for status in ("held", "cancelled"):
        with pytest.raises(ValidationError) as refusal:
            escalate(difficulty=difficulty, event=planned(status=status), by=make_user("bureau"), reason="涉两县")
        assert list(refusal.value.message_dict) == ["event"]
    difficulty.refresh_from_db()
    assert (difficulty.status, difficulty.event, AgendaItem.objects.count()) == ("raised", None, 0)


def test_it_moves_to_another_meeting_and_leaves_the_agenda_that_did_not_come_to_it(project, county):
    first, second, bureau = planned(), planned(), make_user("bureau")
    difficulty = escalate(difficulty=raised(project, make_county_user(county)), event=first, by=bureau, reason="涉两县")
    with pytest.raises(ValidationError, match=r"理由|why"):
        escalate(difficulty=difficulty, event=second, by=bureau, reason=" ")
    difficulty = escalate(difficulty=difficulty, event=second, by=bureau, reason="会议延期")
    assert (difficulty.event, first.agenda.count(), second.agenda.count()) == (second, 0, 1)


def test_what_was_said_at_the_first_meeting_stays_on_its_agenda(project, county):
    first, second, bureau = planned(), planned(), make_user("bureau")
    difficulty = escalate(difficulty=raised(project, make_county_user(county)), event=first, by=bureau, reason="涉两县")
    first.agenda.update(notes="会后再议")
    escalate(difficulty=difficulty, event=second, by=bureau, reason="会议未定")
    assert (first.agenda.count(), second.agenda.count()) == (1, 1)


# Who is told


def told(person):
    """What a person's messages are about, oldest first; every one of them can be told in words."""
    notices = list(person.notices.order_by("pk"))
    assert all("冬季施工受限" in in_words(notice)[0] for notice in notices)
    return [notice.facts["what"] for notice in notices]


@pytest.fixture
def officer(project):
    project.officer = make_user("bureau")
    project.save()
    return project.officer


def test_the_officer_is_told_of_a_new_difficulty_by_when_and_from_whom(project, county, officer):
    other, raiser = make_user("bureau"), make_county_user(county)
    raised(project, raiser, wanted_by=datetime.date(2021, 11, 15))
    notice = officer.notices.get()
    assert (notice.kind, notice.sender, notice.facts["title"]) == (Notice.Kind.DIFFICULTY, raiser, "冬季施工受限")
    assert (notice.facts["due"], notice.facts["project"]) == ("2021-11-15", project.name)
    assert notice.url.startswith("/desk/projects/difficulty/")
    assert other.notices.count() == raiser.notices.count() == 0


def test_without_an_officer_all_staff_of_the_bureau_are_told_but_the_one_who_wrote_it_down(project):
    writer, other, closed = make_user("bureau"), make_user("bureau"), make_user("bureau", is_active=False)
    raised(project, writer)
    assert [person.notices.count() for person in (writer, other, closed)] == [0, 1, 0]


answer, back_in_hand = (partial(move_difficulty, to=to) for to in ("answered", "in_hand"))


def test_the_raiser_is_told_of_the_meeting_and_of_the_answer_where_its_own_work_is(project, county, officer):
    raiser = make_county_user(county)
    difficulty = escalate(difficulty=raised(project, raiser), event=planned(), by=officer, reason="涉两县")
    answer(difficulty=difficulty, by=officer, reason="可顺延至三月")
    first, second = raiser.notices.order_by("pk")
    assert (first.facts["what"], first.facts["meeting"]) == ("escalated", "本季度调度会")
    assert (second.facts["what"], second.facts["reason"]) == ("answered", "可顺延至三月")
    assert {first.url, second.url} == {reverse("my-difficulty", args=(difficulty.pk,))}


def answered_doubted_closed_and_reopened(project, raiser, officer, *, by):
    """A difficulty that was answered and closed, and taken up again after both by the same person."""
    difficulty = answer(difficulty=raised(project, raiser), by=officer, reason="可顺延")
    difficulty = back_in_hand(difficulty=difficulty, by=by, reason="仍未通电")
    difficulty = answer(difficulty=difficulty, by=officer, reason="已通电")
    for voice in (raiser, officer):
        difficulty = agree_settled(difficulty=difficulty, by=voice)
    back_in_hand(difficulty=difficulty, by=by, reason="再次停电")


def test_both_are_told_when_it_is_closed_and_the_officer_when_it_comes_back(project, county, officer):
    raiser = make_county_user(county)
    answered_doubted_closed_and_reopened(project, raiser, officer, by=raiser)
    assert told(officer) == ["raised", "not_settled", "reopened"]
    assert told(raiser) == ["answered", "answered", "closed"]


def test_the_raiser_is_told_where_the_bureau_takes_it_up_again(project, county, officer):
    raiser = make_county_user(county)
    answered_doubted_closed_and_reopened(project, raiser, officer, by=officer)
    assert told(raiser) == ["answered", "not_settled", "answered", "closed", "reopened"]


# Measures


def measure_of(project, county, by, **overrides):
    fields = {"text": "协调供电", "side": "county", "due_on": datetime.date(2021, 11, 10)} | overrides
    return add_measure(difficulty=raised(project, make_county_user(county)), by=by, **fields)


def test_a_measure_is_set_by_the_bureau_and_its_person_is_told(project, county, officer):
    person = make_county_user(county)
    measure = measure_of(project, county, officer, responsible=person)
    assert (measure.responsible, measure.done_at) == (person, None)
    notice = person.notices.get()
    assert (notice.facts["what"], notice.facts["title"], notice.facts["due"]) == ("measure", "协调供电", "2021-11-10")


def test_the_sides_do_not_set_measures_for_each_other(project, county, organisation):
    for stranger in (make_county_user(county), make_org_user(organisation), make_user("auditor")):
        with pytest.raises(PermissionDenied):
            measure_of(project, county, stranger)


@pytest.mark.parametrize("who", ["responsible", "side", "bureau"])
def test_a_measure_is_reported_by_its_person_its_side_or_the_bureau(project, county, organisation, officer, who):
    person = {"responsible": make_org_user(organisation), "side": make_county_user(county), "bureau": officer}[who]
    responsible = person if who == "responsible" else None
    measure = measure_of(project, county, officer, responsible=responsible)
    measure = complete_measure(measure=measure, by=person, reason="已通电")
    assert (measure.done_by, measure.done_at is not None) == (person, True)
    latest = Change.objects.filter(table_name="projects_measure").latest("id")
    assert (latest.action, latest.reason) == ("measure.done", "已通电")


def test_nobody_else_reports_a_measure_and_nobody_does_it_twice(project, county, organisation, officer):
    measure = measure_of(project, county, officer)
    for stranger in (make_org_user(organisation), make_user("auditor")):
        with pytest.raises(PermissionDenied):
            complete_measure(measure=measure, by=stranger)
    with pytest.raises(ObjectDoesNotExist):
        complete_measure(measure=measure, by=make_county_user(make_division()))
    complete_measure(measure=measure, by=officer)
    with pytest.raises(ValidationError, match=officer.name):
        complete_measure(measure=measure, by=officer)


def test_a_measure_is_taken_back_with_a_reason_while_the_difficulty_is_open(project, county, officer):
    measure = measure_of(project, county, officer)
    with pytest.raises(ValidationError):
        undo_measure(measure=measure, by=officer, reason="未完成")
    complete_measure(measure=measure, by=officer)
    with pytest.raises(ValidationError) as refusal:
        undo_measure(measure=measure, by=officer, reason=" ")
    assert list(refusal.value.message_dict) == ["reason"]
    assert undo_measure(measure=measure, by=officer, reason="又停电").done_by is None


def test_a_closed_difficulty_takes_no_measures_and_gives_none_back():
    closed, bureau = make_in("closed"), make_user("bureau")
    done = make_measure(closed, done_by=bureau, done_at=timezone.now())
    with pytest.raises(ValidationError, match=r"办结|closed"):
        add_measure(difficulty=closed, by=bureau, text="协调", side="bureau", due_on=datetime.date(2021, 11, 1))
    with pytest.raises(ValidationError, match=r"办结|closed"):
        undo_measure(measure=done, by=bureau, reason="未完成")
