"""The table with one door, told on a need; the rows of each model's own table are in that model's tests."""

import pytest
from django.core.exceptions import PermissionDenied

from projects.models import Need
from registry.core.lifecycle import Fact, Lifecycle, Move, UnlawfulMove, moves_of
from registry.core.models import Change
from tests.factories import make_need, make_user

pytestmark = pytest.mark.django_db


def test_a_table_that_asks_for_an_unknown_fact_is_refused_when_it_is_written():
    with pytest.raises(ValueError, match="moon"):
        Lifecycle(Move("a", "b", "Go", "x.y", facts=("moon",)), facts={"sun": Fact(bool, "…")})


def test_the_same_move_from_several_states_is_several_rows():
    moves = moves_of(("a", "b"), "c", "Go", "x.y", reason=True)
    assert [(move.source, move.target, move.reason) for move in moves] == [("a", "c", True), ("b", "c", True)]
    table = Lifecycle(*moves)
    assert table.leaving("a") == [moves[0]]
    assert table.find("b", "c") is moves[1]
    assert table.find("c", "a") is None


def test_the_refusal_names_the_record_where_it_is_and_where_it_cannot_go():
    need = make_need(name="大棚改造", status="draft", amount=None)
    with pytest.raises(UnlawfulMove) as refusal:
        need.move_to("met", by=None)
    assert refusal.value.messages == ["“大棚改造”当前为“草稿”，不能直接转为“已满足”。"]


def test_an_unknown_state_is_refused_like_any_other():
    with pytest.raises(UnlawfulMove, match="flying"):
        make_need(status="draft").move_to("flying", by=None)


def test_permission_is_asked_before_facts_are_told():
    need = make_need(status="draft", amount=None)
    with pytest.raises(PermissionDenied):
        need.move_to("submitted", by=make_user("auditor"))


def test_the_system_itself_needs_no_permission_but_all_the_rest():
    with pytest.raises(UnlawfulMove, match="请先填写所需内容"):
        make_need(status="draft", amount=None).move_to("submitted", by=None)


def test_the_reason_of_the_last_move_stands_beside_the_state_and_a_new_move_replaces_it():
    need = make_need(status="submitted")
    need.move_to("returned", by=make_user("bureau"), reason="数量不明")
    first = need.status_at
    assert need.status_reason == "数量不明"
    need.move_to("submitted", by=make_user("county"))
    assert (need.status_reason, need.status_at > first) == ("", True)


def test_a_move_is_one_change_in_the_trail():
    need = make_need(status="draft")
    before = Change.objects.of(need).count()
    need.move_to("submitted", by=make_user("county"))
    [change] = Change.objects.of(need).latest_first()[: Change.objects.of(need).count() - before]
    assert change.before["status"] == "draft"
    assert change.after["status"] == "submitted"


def test_the_state_can_be_said_in_words():
    need = make_need(status="partly_met")
    assert (need.state, str(need.get_state_display()), str(need.state_label("met"))) == (
        "partly_met",
        "部分满足",
        "已满足",
    )
    assert need.state_label("flying") == "flying"


def test_groups_of_states_people_speak_of_are_states():
    assert set(Need.OPEN) < set(Need.PUBLIC) < set(Need.Status)
