"""Meetings on the desk: counted by kind, with an agenda drawn from the register and decisions that become work."""

import datetime
import io
import re

import pytest
from docx import Document as Docx

from projects.actions.meetings import carry_out, draw_agenda
from projects.admin.decisions import decisions_panel
from projects.models import AgendaItem, Attendance, Decision, Event, Measure, ProjectStep
from registry.core.dates import today
from tests.counting import queries_of
from tests.desk import filled, page
from tests.factories import (
    make_county_user,
    make_decision,
    make_difficulty,
    make_division,
    make_event,
    make_measure,
    make_need,
    make_project,
    make_step,
    make_user,
)

pytestmark = pytest.mark.django_db
LIST = "/desk/projects/event/"


@pytest.fixture
def event():
    return make_event(name="本季度调度会", kind="progress")


def way(event, name):
    return f"{LIST}{event.pk}/{name}/"


def test_the_meetings_held_in_a_period_are_counted_by_kind_with_the_way_to_them(client, bureau):
    for kind, day in (("progress", 1), ("progress", 30), ("training", 15)):
        make_event(kind=kind, status="held", starts_on=datetime.date(2021, 11, day))
    make_event(kind="progress", status="held", starts_on=datetime.date(2021, 12, 1))
    make_event(kind="forum", starts_on=datetime.date(2021, 11, 2))
    chips = client.get(LIST + "?period=2021-11").context["cl"].held
    counted = {chip["label"]: chip["count"] for chip in chips if chip["count"]}
    assert counted == {"Held in 11/2021": 3, "progress meeting": 2, "training": 1}
    for chip in chips:
        assert client.get(chip["url"]).context["cl"].result_count == chip["count"]


def test_an_agenda_is_drawn_by_ticking(client, bureau, event):
    project = make_project(campaign=event.campaign)
    difficulty, need = make_difficulty(project), make_need(campaign=event.campaign)
    step = make_step(project, due_on=today() - datetime.timedelta(days=3))
    assert way(event, "agenda") in client.get(page(event)).content.decode()
    text = client.get(way(event, "agenda")).content.decode()
    assert all(
        f'value="{key}"' in text for key in (f"need-{need.pk}", f"difficulty-{difficulty.pk}", f"step-{step.pk}")
    )
    answer = client.post(way(event, "agenda"), {"about": [f"step-{step.pk}", f"need-{need.pk}"]})
    assert answer.url == f"{page(event)}#agenda-group"
    assert [item.about for item in event.agenda.all()] == [step, need]


def test_a_draw_of_nothing_of_rubbish_and_of_what_is_foreign_puts_nothing_on_the_agenda(client, bureau, event):
    for rubbish in ([], ["x"], ["project-1"], ["difficulty-x"]):
        assert client.post(way(event, "agenda"), {"about": rubbish}).status_code == 400
    for absent in ("difficulty-99", f"need-{10**30}"):
        assert client.post(way(event, "agenda"), {"about": absent}).status_code == 404
    assert client.put(way(event, "agenda")).status_code == 405
    assert client.get(way(event, "agenda"), {"q": "\x00"}).status_code in (200, 400)
    assert AgendaItem.objects.count() == 0


@pytest.mark.parametrize(
    ("role", "answers"), [("auditor", (403, 200, 200)), ("partner", (403, 403, 403)), ("system_admin", (404, 404, 404))]
)
def test_each_page_of_a_meeting_asks_for_its_own_permission(client, event, role, answers):
    client.force_login(make_user(role))
    assert tuple(client.get(way(event, name)).status_code for name in ("agenda", "sheet", "minutes")) == answers
    assert client.post(way(event, "agenda"), {"about": "need-1"}).status_code == answers[0]
    assert client.get(way(Event(pk=999999), "minutes")).status_code == 404


def test_a_cancelled_meeting_is_offered_no_agenda_to_draw(client, bureau, event):
    event.move_to("cancelled", by=bureau, reason="合并召开")
    assert way(event, "agenda") not in client.get(page(event)).content.decode()


def test_the_agenda_on_paper_has_room_for_what_is_said(client, bureau, event):
    project = make_project(name="大棚项目")
    draw_agenda(event=event, things=[make_difficulty(project), make_step(project)], by=bureau)
    text = client.get(way(event, "sheet")).content.decode()
    for words in ("本季度调度会", "冬季施工受限", "签订协议", "difficulty · 大棚项目", 'class="said"'):
        assert words in text


def test_minutes_are_downloaded_as_a_word_file(client, bureau, event):
    Attendance.objects.create(event=event, person="某甲", title="副局长")
    answer = client.get(way(event, "minutes"))
    assert answer["Content-Type"].endswith("wordprocessingml.document")
    assert "filename*=utf-8''" in answer["Content-Disposition"]
    tables = Docx(io.BytesIO(b"".join(answer.streaming_content))).tables
    assert any("某甲" in cell.text for table in tables for row in table.rows for cell in row.cells)


def decided(event, bureau, **overrides):
    return make_decision(event, **{"responsible": bureau, "due_on": today()} | overrides)


def test_only_accounts_that_could_act_are_offered_and_one_that_cannot_act_on_this_is_refused(client, bureau, event):
    county = make_division()
    theirs, elsewhere = make_county_user(county), make_county_user(make_division())
    reader, gone = make_user("auditor"), make_county_user(county, is_active=False)
    decision = decided(event, bureau, project=make_project(county=county))
    for address, name in ((page(event), "decisions-0-responsible"), (page(decision), "responsible")):
        shown = client.get(address)
        found = re.search(rf'<select[^>]*name="{name}".*?</select>', shown.content.decode(), re.S)[0]
        offered = [f'value="{one.pk}"' in found for one in (theirs, elsewhere, bureau, reader, gone)]
        assert offered == [True, True, True, False, False]
        answer = client.post(address, filled(shown, **{name: elsewhere.pk}))
        assert "cannot answer for this project" in answer.content.decode()
    named = filled(client.get(page(event)), **{"decisions-0-responsible": theirs.pk})
    assert client.post(page(event), named).status_code == 302
    decision.refresh_from_db()
    assert decision.responsible == theirs


def test_two_clicks_on_carry_out_make_one_measure(client, bureau, event):
    decision = decided(event, bureau, difficulty=make_difficulty(make_project()))
    address = page(decision, "deed", "carry-out")
    assert address in client.get(page(event)).content.decode()
    assert [client.post(address).status_code for _click in range(2)] == [302, 409]
    measure = Measure.objects.get()
    assert measure.decision == decision
    text = client.get(page(event)).content.decode()
    assert (address in text, page(measure) in text) == (False, True)


def test_what_is_missing_is_said_before_and_refused_after(client, bureau, event):
    decision = make_decision(event, project=make_project())
    address = page(decision, "deed", "carry-out")
    asked, answer = client.get(address), client.post(address)
    assert (asked.status_code, answer.status_code, ProjectStep.objects.count()) == (200, 409, 0)
    for words in ("Say who is responsible.", "Say by which day it is due."):
        assert words in asked.content.decode()
        assert words in answer.content.decode()


def test_what_has_become_work_is_changed_there_and_not_in_the_decision(client, bureau, event):
    decision = carry_out(decision=decided(event, bureau, project=make_project()), by=bureau)
    shown = client.get(page(event))
    client.post(page(event), filled(shown, **{"decisions-0-text": "别的决定"}))
    client.post(page(decision), {"text": "别的决定"})
    decision.refresh_from_db()
    assert decision.text == "月底前恢复施工"


def test_decisions_still_open_are_listed_overdue_first(client, bureau, event):
    project = make_project()
    for text, days in (("later", 9), ("late", -9), ("soon", 1)):
        decided(event, bureau, text=text, project=project, due_on=today() + datetime.timedelta(days=days))
    done = decided(event, bureau, text="done", measure=make_measure(make_difficulty(project)))
    Measure.objects.filter(pk=done.measure_id).update(done_by=bureau, done_at="2021-01-01T00:00+08:00")

    def found(query):
        return [row.text for row in client.get(f"/desk/projects/decision/{query}").context["cl"].result_list]

    assert found("?pending=open") == ["late", "soon", "later"]
    assert found("?pending=overdue") == ["late"]
    assert found("") == ["late", "soon", "later", "done"]


def test_a_step_says_at_which_meeting_it_was_decided(rf, bureau, event):
    request = rf.get("/")
    request.user = bureau
    step = carry_out(decision=decided(event, bureau, project=make_project()), by=bureau).step
    (panel,) = decisions_panel(request, step)
    assert panel.rows[0]["url"] == page(event)
    assert panel.rows[0]["cells"][0]["text"] == "本季度调度会"
    assert decisions_panel(request, make_step(make_project())) == ()


def test_decisions_are_typed_at_the_meeting_and_nowhere_else(client, bureau, event):
    assert client.get("/desk/projects/decision/add/").status_code == 403
    data = filled(client.get(page(event)), **{
        "decisions-TOTAL_FORMS": "1", "decisions-0-text": "月底前通电", "decisions-0-side": "county",
        "decisions-0-due_on": "2021.11.30",
    })  # fmt: skip
    assert client.post(page(event), data).status_code == 302
    assert Decision.objects.get().due_on == datetime.date(2021, 11, 30)


def fill(event, number):
    """`number` rows of everything that a meeting's pages show."""
    for _each in range(number):
        project = make_project(campaign=event.campaign, officer=make_user("bureau"))
        things = [
            make_need(campaign=event.campaign), make_difficulty(project),
            make_step(project, due_on=today() - datetime.timedelta(days=3), responsible=make_user("bureau")),
        ]  # fmt: skip
        event.put_on_agenda(*things)
        make_difficulty(project)
        make_need(campaign=event.campaign)
        make_step(project, due_on=today() - datetime.timedelta(days=3), responsible=make_user("bureau"))
        Attendance.objects.create(event=event, person=f"某{project.pk}")
        make_decision(event, difficulty=things[1], measure=make_measure(things[1]), responsible=make_user("bureau"))
        make_decision(event, project=project, step=things[2], responsible=make_user("bureau"))


@pytest.mark.parametrize("name", ["change", "agenda", "sheet", "minutes"])
def test_the_pages_of_a_meeting_ask_the_same_however_long_it_was(client, bureau, event, name):
    event.division = make_division()
    event.save()
    address = way(event, name) + ("?all=1" if name == "agenda" else "")
    fill(event, 1)
    before = queries_of(client, address)
    fill(event, 2)
    assert queries_of(client, address) == before <= 25
