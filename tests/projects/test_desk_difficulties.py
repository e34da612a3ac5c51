"""Difficulties on the desk: the list with its figures, the board, the page with its measures and its meetings."""

import datetime
import re

import pytest
from django.urls import reverse
from django.utils import timezone

from projects.actions.difficulties import escalate
from projects.admin.difficulty_board import PER_LANE
from projects.models import AgendaItem, Difficulty, Measure
from registry.core.dates import today
from tests.counting import queries_of
from tests.desk import filled, page
from tests.factories import (
    make_authority,
    make_county_user,
    make_decision,
    make_designation,
    make_difficulty,
    make_division,
    make_event,
    make_measure,
    make_organisation,
    make_posting,
    make_project,
    make_user,
)

pytestmark = pytest.mark.django_db
BOARD = "/desk/difficulties/board/"
LIST = "/desk/projects/difficulty/"


@pytest.fixture
def partner(client):
    division = make_division(code="110000", level="province")
    user = make_user("partner")
    make_posting(user, division)
    client.force_login(user)
    own = make_project(lead=make_organisation(authority=make_authority(division=division)))
    return make_difficulty(own, title="ours"), make_difficulty(make_project(), title="theirs")


def in_days(days):
    return today() + datetime.timedelta(days=days)


def designated_county():
    city = make_division(code="130700", level="prefecture")
    return make_designation(make_division(code="130723", parent=city)).division


def figures(answer):
    return {tally.code: tally.number for tally, _url in answer.context["cl"].tallies}


# The list


def test_the_list_says_how_late_how_long_open_and_how_many_measures_are_done(client, bureau):
    difficulty = make_difficulty(make_project(), wanted_by=in_days(-3))
    Difficulty.objects.filter(pk=difficulty.pk).update(raised_at=timezone.now() - datetime.timedelta(days=12))
    make_measure(difficulty, done_by=bureau, done_at=timezone.now())
    make_measure(difficulty)
    text = client.get(LIST).content.decode()
    assert "3 days late" in text
    assert '<span class="num">12</span>' in text
    assert '<span class="num">1/2</span>' in text


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"late", "mine", "answered", "county"}),
        ("?pending=overdue", {"late"}),
        ("?pending=mine", {"mine"}),
        ("?pending=agree", {"answered"}),
        ("?level=critical", {"late"}),
        ("?side=organisation", {"mine"}),
        ("?county=130723", {"county"}),
        ("?county=130700", {"county"}),
        ("?q=mine", {"mine"}),
        ("?status__exact=answered&county=130723", set()),
    ],
)
def test_it_is_narrowed_by_urgency_person_level_side_place_and_words(client, bureau, query, found):
    make_difficulty(make_project(), title="late", wanted_by=in_days(-1), level="critical")
    make_difficulty(make_project(officer=bureau), title="mine", raised_side="organisation")
    make_difficulty(make_project(officer=bureau), title="answered", status="answered")
    make_difficulty(make_project(county=designated_county()), title="county")
    assert {row.title for row in client.get(LIST + query).context["cl"].result_list} == found


def test_the_figures_follow_the_filters_of_which_but_not_those_of_what_state(client, bureau):
    make_difficulty(make_project(county=designated_county()), wanted_by=in_days(-1))
    make_difficulty(make_project())
    assert figures(client.get(LIST))["open"] == 2
    narrowed = figures(client.get(LIST + "?county=130723"))
    assert (narrowed["open"], narrowed["overdue"], narrowed["raised"]) == (1, 1, 1)
    assert figures(client.get(LIST + "?status__exact=closed"))["open"] == 2


def test_the_figures_are_of_the_period_that_the_address_names(client, bureau):
    difficulty = make_difficulty(make_project())
    Difficulty.objects.filter(pk=difficulty.pk).update(raised_at=datetime.datetime(2020, 5, 1, tzinfo=datetime.UTC))
    assert [figures(client.get(LIST + query))["raised"] for query in ("?period=2020-Q2", "?period=2020-06", "")] == [
        1,
        0,
        0,
    ]
    chips = client.get(LIST + "?period=2020-Q2&level=normal").context["cl"].periods
    assert chips[0]["url"] == "?level=normal&period=2020-Q1"
    for rubbish in ("?period=soon", "?period=9999-Q9", "?period=%00"):
        assert client.get(LIST + rubbish).status_code == 400


def test_a_partner_bureau_lists_counts_and_boards_its_own_only(client, partner):
    own, foreign = partner
    for address in (LIST, BOARD):
        text = client.get(address).content.decode()
        assert (own.title in text, foreign.title in text) == (True, False)
    assert figures(client.get(LIST))["open"] == 1
    assert client.get(page(foreign)).status_code == 404
    assert client.get(page(foreign, "move", "answered")).status_code == 404


# The board


def lanes(client, query=""):
    return {
        lane["slug"]: [card["difficulty"].title for card in lane["cards"]]
        for lane in client.get(BOARD + query).context["lanes"]
    }


def test_open_ones_stand_by_state_the_worst_first(client, bureau):
    project = make_project()
    make_difficulty(project, title="soon", wanted_by=in_days(3))
    make_difficulty(project, title="late", wanted_by=in_days(-3))
    make_difficulty(project, title="taken", status="in_hand")
    make_difficulty(project, title="put", status="escalated", event=make_event())
    make_difficulty(project, title="told", status="answered")
    assert lanes(client) == {
        "raised": ["late", "soon"],
        "in_hand": ["taken"],
        "escalated": ["put"],
        "answered": ["told"],
    }
    assert "3 days late" in client.get(BOARD).content.decode()


def test_a_card_offers_what_the_table_of_moves_allows_and_leads_back_to_the_board(client, bureau):
    difficulty = make_difficulty(make_project())
    card = client.get(BOARD).context["lanes"][0]["cards"][0]
    addresses = [url for _label, _back, url in card["deeds"]]
    assert addresses == [page(difficulty, "move", to) + "?board=1" for to in ("in_hand", "escalated", "answered")]
    assert client.get(addresses[0]).context["back"] == f"{BOARD}#difficulty-{difficulty.pk}"
    answer = client.post(addresses[0], {"reason": ""})
    assert answer.url == f"{BOARD}#difficulty-{difficulty.pk}"
    difficulty.refresh_from_db()
    assert difficulty.status == "in_hand"


def test_who_only_reads_is_offered_no_move(client):
    make_difficulty(make_project())
    client.force_login(make_user("auditor"))
    assert client.get(BOARD).context["lanes"][0]["cards"][0]["deeds"] == []


def test_the_board_is_narrowed_and_refuses_rubbish(client, bureau):
    make_difficulty(make_project(officer=bureau), title="mine")
    make_difficulty(make_project(), title="late", level="critical", wanted_by=in_days(-1))
    assert lanes(client, "?pending=mine")["raised"] == ["mine"]
    assert lanes(client, "?level=critical&pending=overdue")["raised"] == ["late"]
    for rubbish in ("?level=mild", "?county=999999", "?pending=never", "?colour=red", "?level=%00"):
        assert client.get(BOARD + rubbish).status_code == 400
    assert client.post(BOARD).status_code == 405


def test_a_full_lane_shows_its_first_and_counts_all(client, bureau):
    project = make_project()
    for number in range(PER_LANE + 2):
        make_difficulty(project, title=f"no. {number}", wanted_by=in_days(number))
    lane = client.get(BOARD).context["lanes"][0]
    assert (len(lane["cards"]), lane["total"], lane["cards"][0]["difficulty"].title) == (
        PER_LANE,
        PER_LANE + 2,
        "no. 0",
    )


@pytest.mark.parametrize("role", ["system_admin", "audit_admin"])
def test_the_board_is_not_for_administrators(client, role):
    client.force_login(make_user(role))
    assert client.get(BOARD).status_code == 403


# The page


def test_put_to_a_meeting_in_one_act_from_the_page(client, bureau):
    difficulty, event = make_difficulty(make_project()), make_event(name="本季度调度会")
    held = make_event(status="held")
    choices = client.get(page(difficulty, "move", "escalated")).context["form"].fields["event"].queryset
    assert list(choices) == [event]
    for rubbish in ("", held.pk, "x", "9" * 30):
        answer = client.post(page(difficulty, "move", "escalated"), {"event": rubbish, "reason": "涉两县"})
        assert answer.status_code == 400
    assert (
        client.post(page(difficulty, "move", "escalated"), {"event": event.pk, "reason": "涉两县"}).status_code == 302
    )
    difficulty.refresh_from_db()
    assert (difficulty.status, difficulty.event, AgendaItem.objects.get().event) == ("escalated", event, event)
    shown = client.get(page(difficulty)).content.decode()
    assert f'<a href="{page(event)}">本季度调度会</a>' in shown


def test_it_is_put_to_another_meeting_from_the_page(client, bureau):
    first, second = make_event(), make_event()
    difficulty = escalate(difficulty=make_difficulty(make_project()), event=first, by=bureau, reason="涉两县")
    asked = client.get(page(difficulty, "deed", "another-meeting")).context["form"].fields["event"].queryset
    assert list(asked) == [second]
    client.post(page(difficulty, "deed", "another-meeting"), {"event": second.pk, "reason": "延期"})
    difficulty.refresh_from_db()
    assert (difficulty.event, first.agenda.count(), second.agenda.count()) == (second, 0, 1)


def test_a_measure_is_reported_with_a_note_and_taken_back_with_a_reason(client, bureau):
    measure = make_measure(make_difficulty(make_project()))
    done, undo = page(measure, "deed", "done"), page(measure, "deed", "undo")
    assert done in client.get(page(measure.difficulty)).content.decode()
    assert client.post(done, {"reason": "已通电"}).url == f"{page(measure.difficulty)}#measures-group"
    assert client.post(done, {"reason": "已通电"}).status_code == 409
    text = client.get(page(measure.difficulty)).content.decode()
    assert (undo in text, done in text, "已通电" in text) == (True, False, True)
    assert client.post(undo, {"reason": " "}).status_code == 400
    assert client.post(undo, {"reason": "又停电"}).status_code == 302
    measure.refresh_from_db()
    assert measure.done_at is None


def test_what_is_done_is_not_rewritten_in_the_table(client, bureau):
    difficulty = make_difficulty(make_project())
    measure = make_measure(difficulty, done_by=bureau, done_at=timezone.now())
    shown = client.get(page(difficulty))
    client.post(page(difficulty), filled(shown, **{"measures-0-text": "别的措施"}))
    measure.refresh_from_db()
    assert measure.text == "协调供电"


def test_measures_are_typed_into_the_page_for_people_of_the_project(client, bureau):
    difficulty = make_difficulty(make_project())
    data = filled(client.get(page(difficulty)), **{
        "measures-TOTAL_FORMS": "1", "measures-0-text": "协调供电", "measures-0-side": "bureau",
        "measures-0-responsible": bureau.pk, "measures-0-due_on": "2021年11月10日",
    })  # fmt: skip
    assert client.post(page(difficulty), data).status_code == 302
    assert Measure.objects.get().due_on == datetime.date(2021, 11, 10)


def test_an_answer_is_called_so_and_takes_several_lines(client, bureau):
    text = client.get(page(make_difficulty(make_project()), "move", "answered")).content.decode()
    assert re.search(r'<textarea[^>]*name="reason"', text)
    assert "Whoever raised it reads it" in text


def test_only_the_people_of_the_project_are_offered_for_a_measure(client, bureau):
    county, reader = make_division(), make_user("auditor")
    theirs, elsewhere = make_county_user(county), make_county_user(make_division())
    text = client.get(page(make_difficulty(make_project(county=county)))).content.decode()
    offered = re.search(r'<select[^>]*name="measures-__prefix__-responsible".*?</select>', text, re.S)[0]
    assert [f'value="{one.pk}"' in offered for one in (bureau, theirs, elsewhere, reader)] == [True, True, False, False]


def test_the_page_tells_the_meetings_and_what_happened(client, bureau):
    difficulty, event = make_difficulty(make_project()), make_event(name="第二季度调度会")
    escalate(difficulty=difficulty, event=event, by=bureau, reason="涉两县")
    event.agenda.update(notes="会上同意顺延")
    make_decision(event, difficulty=difficulty, text="月底前通电")
    text = client.get(page(difficulty)).content.decode()
    for words in ("第二季度调度会", "会上同意顺延", "月底前通电", "涉两县", "Moved to “put to a meeting”"):
        assert words in text


def test_an_auditor_reads_it_without_buttons(client):
    measure = make_measure(make_difficulty(make_project()))
    client.force_login(make_user("auditor"))
    text = client.get(page(measure.difficulty)).content.decode()
    assert "/do/" not in text
    assert "/move/" not in text
    for name in ("done", "undo"):
        assert client.post(page(measure, "deed", name), {"reason": "x"}).status_code == 403


def test_a_county_s_difficulty_stands_on_the_page_of_its_project(client, bureau):
    difficulty = make_difficulty(make_project(), title="冬季施工受限", wanted_by=in_days(-2))
    panel = next(
        panel for panel in client.get(page(difficulty.project)).context["panels"] if panel.slug == "difficulties"
    )
    assert [row["cells"][0]["text"] for row in panel.rows] == ["冬季施工受限"]
    assert "2 days late" in panel.rows[0]["cells"][1]["text"]
    assert panel.rows[0]["css"] == "row--overdue"


# Questions asked of the database


def rows(number):
    """`number` difficulties of one project with all that hangs on them; returns the last."""
    for _each in range(number):
        difficulty = make_difficulty(make_project(officer=make_user("bureau")), status="escalated", event=make_event())
        for _measure in range(2):
            make_measure(difficulty, responsible=make_user("bureau"))
        AgendaItem.objects.create(event=difficulty.event, difficulty=difficulty)
        make_decision(difficulty.event, difficulty=difficulty)
    return difficulty


@pytest.mark.parametrize("address", [LIST, BOARD, "/desk/projects/measure/", "/desk/projects/decision/"])
def test_three_rows_take_as_many_queries_as_one_and_no_page_many(client, bureau, address):
    rows(1)
    before = queries_of(client, address)
    rows(2)
    assert queries_of(client, address) == before <= 25


def test_the_page_asks_the_same_however_much_hangs_on_it(client, bureau):
    difficulty = rows(1)
    before = queries_of(client, page(difficulty))
    for _more in range(2):
        make_measure(difficulty, responsible=make_user("bureau"))
        event = make_event()
        AgendaItem.objects.create(event=event, difficulty=difficulty)
        make_decision(event, difficulty=difficulty)
    assert queries_of(client, page(difficulty)) == before <= 25


def test_the_addresses_are_named():
    assert reverse("admin:difficulty-board") == BOARD
