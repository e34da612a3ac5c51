"""Every row of a life cycle's table as a test, and every pair of states that is no row.

A test class says how to make a record in each state with everything true that a move from there asks for
(`make_in`), and how to make each fact untrue (`untrue`); pytest multiplies it by the table (see `multiply`).
"""

import pytest
from django.core.exceptions import PermissionDenied

from registry.core.lifecycle import UnlawfulMove
from registry.core.roles import ADMINISTRATORS
from registry.roles import GRANTS
from tests.factories import make_user

WHY = "理由充分"


def multiply(metafunc):
    """Called by `pytest_generate_tests`: gives a class of rules its rows."""
    if not (metafunc.cls and issubclass(metafunc.cls, LifecycleRules) and metafunc.cls.model):
        return
    moves = metafunc.cls.model.lifecycle.moves
    rows = {
        "move": moves,
        "reasoned": [move for move in moves if move.reason],
        "doubled": [move for move in moves if move.second_person],
        "lacking": [(move, fact) for move in moves for fact in move.facts],
        "state": metafunc.cls.states(),
    }
    for name in rows.keys() & set(metafunc.fixturenames):
        metafunc.parametrize(name, rows[name], ids=name_of)


def is_empty(item):
    """Whether a test has no row: a life cycle without such moves."""
    return any(
        parameter.name == "skip" and "empty parameter set" in parameter.kwargs.get("reason", "")
        for parameter in item.iter_markers("skip")
    )


def name_of(row):
    move, *fact = row if isinstance(row, tuple) else (row,)
    return move if isinstance(move, str) else "-".join([move.source, move.target, *fact])


def person_for(move):
    """Somebody whose role may make the move; nobody for what the system makes itself."""
    if move.automatic:
        return None
    return make_user(next(grant.role for grant in GRANTS if move.permission in grant.permissions))


class LifecycleRules:
    """Subclass it with `model`, `make_in` and `untrue` to put a life cycle to the test."""

    model = None
    untrue = {}  # {fact: function that makes it untrue}

    def make_in(self, state, towards=""):
        """A saved record in `state` from which every move, or the one `towards` a state, lacks nothing."""
        raise NotImplementedError

    @classmethod
    def states(cls):
        return [value for value, _label in cls.model._meta.get_field(cls.model.status_field).flatchoices]

    def stored(self, record):
        return self.model._base_manager.get(pk=record.pk)

    def refused(self, record, target, *, by, reason=WHY, error=UnlawfulMove, match=None):
        state, version = record.state, self.stored(record).version
        with pytest.raises(error, match=match) as refusal:
            record.move_to(target, by=by, reason=reason)
        stored = self.stored(record)
        assert (stored.state, stored.version) == (state, version)
        return refusal.value

    def test_a_lawful_move_is_made_stamped_and_explained(self, move):
        record, user = self.make_in(move.source, towards=move.target), person_for(move)
        record.move_to(move.target, by=user, reason=f" {WHY} ")
        stored = self.stored(record)
        assert (stored.state, stored.status_reason) == (move.target, WHY)
        if move.stamps:
            assert getattr(stored, f"{move.stamps}_by") == user
            assert getattr(stored, f"{move.stamps}_at") is not None
        for cleared in move.clears:
            assert getattr(stored, f"{cleared}_by") is None
            assert getattr(stored, f"{cleared}_at") is None

    def test_whatever_is_not_in_the_table_is_refused(self, state):
        record = self.make_in(state)
        lawful = {move.target for move in self.model.lifecycle.leaving(state)}
        for target in [state for state in self.states() if state not in lawful]:
            self.refused(record, target, by=None, match="不能|cannot")

    def test_a_role_without_the_permission_is_refused(self, move):
        record = self.make_in(move.source, towards=move.target)
        self.refused(record, move.target, by=make_user(), error=PermissionDenied)

    def test_a_missing_reason_is_refused(self, reasoned):
        record, user = self.make_in(reasoned.source, towards=reasoned.target), person_for(reasoned)
        for nothing in ("", " \n"):
            refusal = self.refused(record, reasoned.target, by=user, reason=nothing)
            assert list(refusal.message_dict) == ["reason"]

    def test_the_person_of_the_step_before_is_refused(self, doubled):
        record, user = self.make_in(doubled.source, towards=doubled.target), person_for(doubled)
        setattr(record, f"{doubled.second_person}_by", user)
        assert doubled not in record.moves_open_to(user)
        self.refused(record, doubled.target, by=user)

    def test_a_missing_fact_is_refused_with_its_remedy(self, lacking):
        move, fact = lacking
        record, user = self.make_in(move.source, towards=move.target), person_for(move)
        self.untrue[fact](record)
        record = self.stored(record)
        refusal = self.refused(record, move.target, by=user)
        assert str(self.model.lifecycle.facts[fact].remedy) in refusal.messages

    def test_a_move_is_offered_to_those_who_may_make_it_and_to_nobody_else(self, move):
        record, user = self.make_in(move.source, towards=move.target), person_for(move)
        assert record.moves_open_to(make_user()) == []
        if user:
            assert move in record.moves_open_to(user)
        else:
            others = [grant.role for grant in GRANTS if grant.role not in ADMINISTRATORS]
            for roles in (others, *([role] for role in ADMINISTRATORS)):  # which nobody joins to another
                assert move not in record.moves_open_to(make_user(*roles))
