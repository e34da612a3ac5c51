"""Life cycles as tables with one door.

A model that has a status keeps the table of its lawful moves beside the choices. Buttons, API and tests
read the table; `move_to` is the only place that changes the status.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .fields import LongText


class UnlawfulMove(ValidationError):
    """The move is not in the table, or something that it needs is missing. Nothing was changed."""


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that must be true before a move: a test of the record and what to do when it fails."""

    holds: Callable[[models.Model], bool]
    remedy: str


@dataclass(frozen=True, slots=True)
class Move:
    """One lawful move.

    `permission` is "app.codename"; `reason`: a reason must be typed; `facts`: names in the model's
    table of facts; `stamps`: the prefix of a `*_by`/`*_at` pair to fill; `clears`: prefixes of pairs to
    empty; `second_person`: the prefix of the pair whose person may not make this move; `automatic`: made
    by another action as its consequence, offered to nobody.
    """

    source: str
    target: str
    label: str
    permission: str
    reason: bool = False
    facts: tuple[str, ...] = ()
    stamps: str = ""
    clears: tuple[str, ...] = ()
    second_person: str = ""
    automatic: bool = False
    danger: bool = False


class Lifecycle:
    """The lawful moves of one model, in the order in which they are offered."""

    def __init__(self, *moves: Move, facts: dict[str, Fact] | None = None):
        self.moves, self.facts = moves, facts or {}
        unknown = {name for move in moves for name in move.facts} - self.facts.keys()
        if unknown:
            raise ValueError(f"no such facts: {sorted(unknown)}")

    def leaving(self, state):
        return [move for move in self.moves if move.source == state]

    def find(self, source, target):
        return next((move for move in self.moves if (move.source, move.target) == (source, target)), None)


def moves_of(sources, target, label, permission, **kwargs):
    """The same move from several states."""
    return [Move(source, target, label, permission, **kwargs) for source in sources]


class Staged(models.Model):
    """A record with a status that only `move_to` changes."""

    lifecycle: Lifecycle
    status_field = "status"

    status_reason = LongText(
        gettext_lazy("reason of the last move"),
        blank=True,
        editable=False,
        help_text=gettext_lazy("Shown with the status."),
    )
    status_at = models.DateTimeField(gettext_lazy("in this state since"), default=timezone.now, editable=False)

    class Meta:
        abstract = True

    @property
    def state(self):
        return getattr(self, self.status_field)

    def get_state_display(self):
        return getattr(self, f"get_{self.status_field}_display")()

    def state_label(self, state):
        return dict(self._meta.get_field(self.status_field).flatchoices).get(state, state)

    def moves_open_to(self, user):
        """The moves that `user` may make from here, facts aside: what buttons are drawn from."""
        return [move for move in self._permitted(user) if not self._same_person(move, user)]

    def moves_for_another(self, user):
        """The moves that `user` may make as a rule, but not here: they take a second person."""
        return [move for move in self._permitted(user) if self._same_person(move, user)]

    def _permitted(self, user):
        return [
            move
            for move in self.lifecycle.leaving(self.state)
            if not move.automatic and user.has_perm(move.permission) and self.allows(move, user)
        ]

    def allows(self, move, user):
        """Room for a model to say who may make a move besides holding its permission."""
        return True

    def missing_facts(self, move):
        """What must be done before `move`: sentences for people, empty when nothing is missing."""
        facts = [self.lifecycle.facts[name] for name in move.facts]
        return [str(fact.remedy) for fact in facts if not fact.holds(self)]

    def refusals(self, target, *, by):
        """Why `by` may not move the record to `target` now, a missing reason aside: sentences, none when it may."""
        try:
            self._lawful(target, by, "-")
        except PermissionDenied as refusal:
            return [str(refusal)]
        except UnlawfulMove as refusal:
            return refusal.messages
        return []

    def _same_person(self, move, user):
        return bool(move.second_person) and getattr(self, f"{move.second_person}_by_id") == user.pk

    def _lawful(self, target, by, reason):
        move = self.lifecycle.find(self.state, target)
        if move is None:
            raise UnlawfulMove(
                _("“%(record)s” is “%(now)s” and cannot become “%(target)s” from there.")
                % {"record": self, "now": self.get_state_display(), "target": self.state_label(target)}
            )
        if by is not None and not (by.has_perm(move.permission) and self.allows(move, by)):
            raise PermissionDenied(_("Your role does not allow this step: %s.") % move.label)
        if by is not None and self._same_person(move, by):
            raise UnlawfulMove(_("This needs a second person: you made the step before it."))
        if move.reason and not reason.strip():
            raise UnlawfulMove({"reason": _("Please say why: this step needs a reason.")})
        missing = self.missing_facts(move)
        if missing:
            raise UnlawfulMove(missing)
        return move

    def before_move(self, move, *, by, reason):
        """Room for a model to keep its own paired facts in step; runs after the checks, before saving."""

    def move_to(self, target, *, by, reason=""):
        """Make one lawful move and save it. The only door to the status.

        `by` is None only for moves that the system itself makes as a consequence. Call it inside an
        action, on a row read with `select_for_update`. Raises UnlawfulMove or PermissionDenied.
        """
        move = self._lawful(target, by, reason)
        self.before_move(move, by=by, reason=reason)
        for prefix in move.clears:
            setattr(self, f"{prefix}_by", None)
            setattr(self, f"{prefix}_at", None)
        if move.stamps:
            setattr(self, f"{move.stamps}_by", by)
            setattr(self, f"{move.stamps}_at", timezone.now())
        setattr(self, self.status_field, target)
        self.status_reason, self.status_at = reason.strip(), timezone.now()
        self.save()
        return move
