"""Meetings: an agenda drawn from the register, decisions that become work exactly once, and minutes of it all."""

import datetime
import io

import pytest
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override
from docx import Document as Docx

from projects.actions.difficulties import add_measure
from projects.actions.meetings import carry_out, draw_agenda
from projects.agendas import LIMIT, candidates, chosen
from projects.minutes import minutes_of
from projects.models import AgendaItem, Attendance, Decision, Event, Measure, ProjectStep
from registry.core.models import Change, Notice
from registry.core.notices import in_words
from registry.core.periods import Period
from tests.factories import (
    make_authority,
    make_campaign,
    make_county_user,
    make_decision,
    make_difficulty,
    make_division,
    make_event,
    make_measure,
    make_need,
    make_organisation,
    make_project,
    make_step,
    make_user,
)

pytestmark = pytest.mark.django_db
TODAY, DUE = datetime.date(2021, 11, 1), datetime.date(2021, 11, 30)


@pytest.fixture
def bureau():
    return make_user("bureau")


@pytest.fixture
def county():
    return make_division(code="130723", name="康保县")


@pytest.fixture
def project(county):
    return make_project(name="大棚项目", county=county, stage="under_way")


@pytest.fixture
def event(county):
    return make_event(name="本季度调度会", kind="progress", division=county)


# The agenda


def offered(event, user, **options):
    """{kind: [what is offered]} of the page that draws an agenda."""
    groups = candidates(event, user, on=TODAY, **options)
    return {group.slug: [each.record for each in group.candidates] for group in groups}


def test_an_agenda_is_drawn_from_unmet_needs_open_difficulties_and_overdue_steps(event, bureau, county, project):
    need = make_need(county=county)
    make_need(county=county, status="draft")
    make_need(county=county, status="met")
    difficulty = make_difficulty(project)
    someone, now = make_user(), timezone.now()
    make_difficulty(
        project, status="closed", raiser_agreed_by=someone, raiser_agreed_at=now, bureau_agreed_by=someone,
        bureau_agreed_at=now,
    )  # fmt: skip
    late = make_step(project, due_on=TODAY - datetime.timedelta(days=1))
    make_step(project, due_on=TODAY)
    assert offered(event, bureau) == {"needs": [need], "difficulties": [difficulty], "steps": [late]}


def test_only_what_belongs_to_the_meeting_s_place_and_campaign_is_offered(event, bureau, project):
    elsewhere = make_project(county=make_division(code="130624"))
    other_campaign = make_project(campaign=make_campaign(), county=event.division)
    here, far = make_difficulty(project), make_difficulty(elsewhere)
    make_difficulty(other_campaign)
    assert offered(event, bureau)["difficulties"] == [here]
    assert offered(event, bureau, wide=True)["difficulties"] == [here, far]


def test_what_is_on_the_agenda_already_is_not_offered_again(event, bureau, project):
    difficulty, step = make_difficulty(project), make_step(project, due_on=TODAY - datetime.timedelta(days=1))
    draw_agenda(event=event, things=[step, difficulty], by=bureau)
    assert offered(event, bureau) == {"needs": [], "difficulties": [], "steps": []}


def test_what_was_put_to_this_meeting_is_chosen_beforehand_and_the_worst_stands_first(event, bureau, project):
    make_difficulty(project, title="mild", wanted_by=TODAY)
    put = make_difficulty(project, title="put", status="escalated", event=event)
    make_difficulty(project, title="late", wanted_by=TODAY - datetime.timedelta(days=9))
    group = candidates(event, bureau, on=TODAY)[1]
    assert [(each.record.title, each.is_chosen) for each in group.candidates] == [
        ("late", False),
        ("mild", False),
        ("put", True),
    ]
    assert group.candidates[2].record == put


def test_a_search_finds_by_title_and_by_project_and_says_when_there_is_more(event, bureau, project, county):
    other = make_project(name="引水项目", county=county)
    for number in range(LIMIT + 1):
        make_difficulty(project, title=f"第{number}件")
    frost, water = make_difficulty(project, title="冬季施工受限"), make_difficulty(other, title="缺水")
    assert candidates(event, bureau, on=TODAY)[1].has_more
    assert offered(event, bureau, words="冬季")["difficulties"] == [frost]
    assert offered(event, bureau, words="引水")["difficulties"] == [water]


def test_a_step_is_found_by_its_name_in_either_language(event, bureau, project):
    late = TODAY - datetime.timedelta(days=9)
    step = make_step(project, title="竣工验收", title_en="Acceptance of the works", due_on=late)
    for words in ("验收", "acceptance"):
        assert offered(event, bureau, words=words)["steps"] == [step]
    assert offered(event, bureau, words="invoice")["steps"] == []


def test_the_agenda_keeps_the_order_of_the_choice_and_takes_nothing_twice(event, bureau, project, county):
    need, difficulty, step = make_need(county=county), make_difficulty(project), make_step(project)
    AgendaItem.objects.create(event=event, title="开场", position=7)
    made = draw_agenda(event=event, things=[difficulty, need, step, difficulty], by=bureau)
    assert [(item.position, item.about) for item in made] == [(8, difficulty), (9, need), (10, step)]
    assert draw_agenda(event=event, things=[need], by=bureau) == []
    assert [str(item) for item in event.agenda.all()] == ["开场", difficulty.title, need.name, step.title]
    assert Change.objects.filter(action="event.draw_agenda", actor_id=bureau.pk).count() == 3


def test_the_last_position_that_there_is_can_be_shared(event, bureau, project):
    AgendaItem.objects.create(event=event, title="末项", position=32767)
    assert [item.position for item in draw_agenda(event=event, things=[make_difficulty(project)], by=bureau)] == [32767]


def test_who_may_not_set_agendas_and_what_is_foreign_is_refused(event, project, bureau):
    partner, difficulty = make_user("partner"), make_difficulty(project)
    for stranger in (partner, make_user("auditor"), make_county_user(make_division())):
        with pytest.raises(PermissionDenied):
            draw_agenda(event=event, things=[difficulty], by=stranger)
    with pytest.raises(ValidationError):
        draw_agenda(event=event, things=[], by=bureau)
    event.move_to("cancelled", by=bureau, reason="合并召开")
    with pytest.raises(ValidationError, match=r"取消|cancelled"):
        draw_agenda(event=event, things=[difficulty], by=bureau)
    with pytest.raises(ObjectDoesNotExist):
        chosen([f"difficulty-{difficulty.pk}"], partner)


NO_KEYS = ("", "difficulty", "difficulty-x", "project-1", "difficulty-１", "-1", "need-\0", "step--3")


@pytest.mark.parametrize("key", NO_KEYS)
def test_a_key_that_names_nothing_is_refused_in_words(bureau, key):
    with pytest.raises(ValidationError):
        chosen([key], bureau)


def test_a_key_that_no_row_can_have_is_not_found(bureau):
    with pytest.raises(ObjectDoesNotExist):
        chosen(["difficulty-99999999999999999999"], bureau)


# Decisions become work


def decided(event, **overrides):
    return make_decision(event, **{"responsible": make_user("bureau"), "due_on": DUE} | overrides)


def test_about_a_difficulty_a_decision_becomes_a_measure_with_the_same_owner_and_day(event, bureau, project):
    decision = decided(event, side="county", difficulty=make_difficulty(project))
    carried = carry_out(decision=decision, by=bureau)
    measure = Measure.objects.get()
    assert (carried.measure, carried.step, measure.decision) == (measure, None, decision)
    assert (measure.text, measure.side, measure.responsible, measure.due_on) == (
        "月底前恢复施工", "county", decision.responsible, DUE,
    )  # fmt: skip
    assert decision.responsible.notices.get().facts["what"] == "measure"


def test_about_a_project_it_becomes_the_last_step_of_its_checklist(event, bureau, project):
    make_step(project, position=4)
    decision = decided(event, project=project, text="月底前恢复施工\n结果报下次会议")
    step = carry_out(decision=decision, by=bureau).step
    assert (step.position, step.stage, step.status) == (5, "under_way", "open")
    assert (step.title, step.guidance) == ("月底前恢复施工", decision.text)
    assert (step.responsible, step.due_on, step.decision) == (decision.responsible, DUE, decision)
    notice = decision.responsible.notices.get()
    assert (notice.kind, notice.facts["meeting"]) == (Notice.Kind.DECIDED, "本季度调度会")
    with override("en"):
        title, lines = in_words(notice)
    assert title == "A meeting decided, for you to carry out: 月底前恢复施工\n结果报下次会议"
    assert [str(line) for line in lines[:3]] == ["Project: 大棚项目", "Meeting: 本季度调度会", "By: 30 November 2021"]


def test_who_is_to_carry_out_the_step_is_led_to_where_its_work_is(event, bureau, county):
    project, person = make_project(county=county, stage="under_way"), make_county_user(county)
    step = carry_out(decision=decided(event, project=project, responsible=person, side="county"), by=bureau).step
    assert person.notices.get().url == reverse("my-step", args=(step.pk,))


def test_a_suspended_project_gets_the_step_at_the_stage_that_it_left(event, bureau, project):
    project.move_to("suspended", by=bureau, reason="水灾")
    assert carry_out(decision=decided(event, project=project), by=bureau).step.stage == "under_way"


def test_a_decision_is_locked_while_it_becomes_work(event, bureau, project):
    decision = decided(event, difficulty=make_difficulty(project))
    with CaptureQueriesContext(connection) as queries:
        carry_out(decision=decision, by=bureau)
    read = next(query["sql"] for query in queries if 'FROM "projects_decision"' in query["sql"])
    assert 'FOR UPDATE OF "projects_decision"' in read


def test_carried_out_twice_it_stays_one_piece_of_work(event, bureau, project):
    for about in ({"difficulty": make_difficulty(project)}, {"project": project}):
        decision = decided(event, **about)
        carry_out(decision=decision, by=bureau)
        with pytest.raises(ValidationError, match=r"转办|already"):
            carry_out(decision=decision, by=bureau)
    assert (Measure.objects.count(), ProjectStep.objects.count()) == (1, 1)


def test_whoever_cannot_act_on_it_does_not_answer_for_it(event, bureau, project, county):
    theirs, elsewhere = make_county_user(county), make_county_user(make_division())
    gone, reader = make_county_user(county, is_active=False), make_user("auditor")
    project = make_project(county=county, stage="under_way")
    for about in ({"difficulty": make_difficulty(project)}, {"project": project}):
        for person in (elsewhere, gone, reader):
            with pytest.raises(ValidationError, match="不能负责"):
                carry_out(decision=decided(event, responsible=person, **about), by=bureau)
        assert carry_out(decision=decided(event, responsible=theirs, **about), by=bureau).consequence
    with pytest.raises(ValidationError, match="不能负责"):
        add_measure(
            difficulty=make_difficulty(project), by=bureau, text="x", side="county", due_on=DUE, responsible=elsewhere
        )


@pytest.mark.parametrize("missing", ["responsible", "due_on", "difficulty"])
def test_owner_day_and_subject_are_asked_for_before_it_becomes_work(event, bureau, project, missing):
    decision = decided(event, **{"difficulty": make_difficulty(project), missing: None})
    with pytest.raises(ValidationError) as refusal:
        carry_out(decision=decision, by=bureau)
    assert refusal.value.messages == decision.missing_for_work()
    assert len(refusal.value.messages) == 1
    assert Measure.objects.count() == 0


def test_nothing_comes_of_a_decision_about_what_is_closed_or_locked(event, bureau, project):
    someone, now = make_user(), timezone.now()
    closed = make_difficulty(
        project, status="closed", raiser_agreed_by=someone, raiser_agreed_at=now, bureau_agreed_by=someone,
        bureau_agreed_at=now,
    )  # fmt: skip
    with pytest.raises(ValidationError, match=r"办结|closed"):
        carry_out(decision=decided(event, difficulty=closed), by=bureau)
    project.phase, project.phase_by, project.phase_at = "locked", someone, now
    project.save()
    with pytest.raises(ValidationError, match=r"锁定|locked"):
        carry_out(decision=decided(event, project=project), by=bureau)
    assert (Measure.objects.count(), ProjectStep.objects.count()) == (0, 0)


@pytest.mark.parametrize("role", ["auditor", "partner", "county"])
def test_only_the_bureau_carries_decisions_out(event, project, role):
    for about in ({"difficulty": make_difficulty(project)}, {"project": project}):
        with pytest.raises(PermissionDenied):
            carry_out(decision=decided(event, **about), by=make_user(role))


def test_a_decision_is_outstanding_until_what_it_became_is_done(event, bureau, project):
    idle = decided(event, text="idle", due_on=datetime.date(2021, 10, 1))
    waiting = decided(event, text="waiting", measure=make_measure(make_difficulty(project), due_on=DUE))
    done = {"done_by": bureau, "done_at": timezone.now()}
    decided(event, text="done", measure=make_measure(make_difficulty(project), **done))
    step = decided(event, text="step", step=make_step(project, due_on=datetime.date(2021, 10, 31)))
    decided(event, text="waived", step=make_step(
        project, status="waived", waived_by=bureau, waived_at=timezone.now(), status_reason="不再需要"
    ))  # fmt: skip
    assert set(Decision.objects.outstanding()) == {idle, waiting, step}
    assert set(Decision.objects.overdue(TODAY)) == {idle, step}


def test_decisions_are_for_those_who_work_with_the_meeting(event, county):
    decision = decided(event)
    for insider in (make_user("bureau"), make_user("auditor"), make_county_user(county)):
        assert list(Decision.objects.within_scope_of(insider)) == [decision]
    for stranger in (make_county_user(make_division()), make_user("organisation"), make_user("system_admin")):
        assert list(Decision.objects.visible_to(stranger)) == []


# Counting


def test_meetings_are_held_in_the_period_in_which_they_began():
    first = make_event(status="held", starts_on=datetime.date(2021, 10, 1))
    last = make_event(status="held", starts_on=datetime.date(2021, 12, 31), ends_on=datetime.date(2022, 1, 2))
    make_event(status="held", starts_on=datetime.date(2022, 1, 1))
    make_event(status="planned", starts_on=datetime.date(2021, 11, 1))
    make_event(status="held", starts_on=None)
    period = Period.read("2021-Q4")
    assert set(Event.objects.held_in(period.first, period.last)) == {first, last}


# Minutes


def written(event, user):
    """The minutes as Word opens them: the paper's text, and its tables as lists of rows."""
    file = io.BytesIO()
    minutes_of(event, user).save(file)
    document = Docx(io.BytesIO(file.getvalue()))
    tables = [[[cell.text for cell in row.cells] for row in table.rows] for table in document.tables]
    return "\n".join(paragraph.text for paragraph in document.paragraphs), tables


@pytest.fixture
def held(event, project, bureau):
    """A meeting with all that minutes tell."""
    Attendance.objects.create(event=event, person="某甲", title="副局长", body="某县民政局")
    Attendance.objects.create(event=event, person="某乙", organisation=make_organisation(name="某基金会"))
    draw_agenda(event=event, things=[make_difficulty(project)], by=bureau)
    event.agenda.update(notes="会上同意顺延工期。")
    carry_out(decision=decided(event, difficulty=make_difficulty(project, title="缺水")), by=bureau)
    event.move_to("held", by=bureau)
    return event


def test_the_minutes_tell_who_was_there_what_was_said_and_what_was_decided(held, bureau):
    with override("en"):
        text, tables = written(held, bureau)
    assert "Minutes: 本季度调度会" in text
    assert "1. 冬季施工受限" in text
    assert "会上同意顺延工期。" in text
    facts, signed = dict(tables[0]), {row[0] for table in tables[-3:] for row in table}
    assert facts["Place"].startswith("康保县")
    assert facts["Date"] == "1 September 2020"
    assert signed == {"Recorded by", "Checked by", "Date"}
    attendees, decisions = (table for table in tables if len(table[0]) > 2)
    assert attendees[1:] == [["某甲", "副局长", "某县民政局"], ["某乙", "", "某基金会"]]
    responsible = held.decisions.get().responsible
    assert decisions[1:] == [["1", "月底前恢复施工", f"bureau · {responsible}", "2021-11-30", "measure"]]


def test_those_who_see_personal_data_masked_get_minutes_with_masked_names(held):
    with override("en"):
        _text, tables = written(held, make_user("auditor"))
    names = [row[0] for table in tables if table[0][0] == "Name" for row in table[1:]]
    assert names == ["某*", "某*"]


def test_minutes_of_a_meeting_that_is_still_ahead_say_that_they_are_a_draft(event, bureau):
    with override("en"):
        text, _tables = written(event, bureau)
    assert "Draft: the meeting is not recorded as held" in text
    assert "Nothing has been decided." in text


@pytest.mark.parametrize(("language", "told"), [("en", "乙局, 甲局"), ("zh-hans", "乙局、甲局")])
def test_the_hosts_are_told_one_after_the_other_as_the_language_does_it(event, bureau, language, told):
    event.hosts.add(*(make_authority(name=name) for name in ("甲局", "乙局")))
    with override(language):
        _text, tables = written(event, bureau)
    assert told in dict(tables[0]).values()
