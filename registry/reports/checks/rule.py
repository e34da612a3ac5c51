"""What a data check (数据核对) is: a named rule that finds rows which look wrong, says why, and changes nothing."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from projects.models import DataCheckNote
from registry.core.addresses import desk_page
from registry.core.quantity import Quantity


@dataclass(frozen=True)
class Limit:
    """The number that a rule asks for: how many `months` or `days` (its `name` in addresses) are too many."""

    name: str
    label: Promise
    usual: int
    most: int

    def read(self, params):
        """The number that was asked for, the usual one where none was. Raises ValidationError."""
        word = params.get(self.name, "").strip()
        if not word:
            return self.usual
        if not (word.isascii() and word.isdigit() and len(word) <= 4 and 1 <= int(word) <= self.most):
            words = _("%(name)s: give a whole number from 1 to %(most)d.")
            raise ValidationError(words % {"name": self.name, "most": self.most})
        return int(word)


@dataclass(frozen=True)
class Asked:
    """By whom, for which day and with which limit a rule is asked; `known` keeps what the rule found out for it."""

    user: object
    on: datetime.date
    limit: int = 0
    known: dict = field(default_factory=dict, compare=False)


@dataclass(frozen=True)
class Told:
    """What a rule says about a row: its `name`, the record that it belongs to, the sum, since when, what is wrong."""

    name: str
    about: str = ""
    amount: Quantity | None = None
    since: datetime.date | None = None
    words: str = ""


@dataclass(frozen=True)
class Standing:
    """Of when the rows of a rule are, in words; `is_known`: whether they are known at all."""

    is_known: bool
    words: str


NOW = Standing(True, "")


@dataclass(frozen=True)
class Doubt:
    """A row that a rule has found; `notes` are what was found out about it, the newest first."""

    rule: "Rule"
    row: Model
    told: Told
    notes: list[DataCheckNote] = field(default_factory=list)

    @property
    def url(self):
        return desk_page(self.row)

    @cached_property
    def note(self):
        return self.notes[0] if self.notes else None


@dataclass(frozen=True)
class Rule:
    """A rule by its `code`. `finds` says in words what it finds, `why` why that is a doubt and what to do.

    `find(rows, asked)` narrows the rows of `model` that the person works with; `tell(row, asked)` gives `Told`.
    `along(rows, asked)` may fetch what many rows need to be told; `tell` then gets it as a third argument.
    `stands(asked)` gives the `Standing` of a rule whose rows are not always those of this moment.
    """

    code: str
    title: Promise
    finds: Promise
    why: Promise
    model: type[Model]
    find: Callable
    tell: Callable
    limit: Limit | None = None
    along: Callable | None = None
    stands: Callable = lambda asked: NOW

    @property
    def permission(self):
        return f"{self.model._meta.app_label}.view_{self.model._meta.model_name}"

    def asked(self, user, on, params=None):
        """The question of `user` on the day `on`; `params` may name the limit. Raises ValidationError."""
        return Asked(user, on, self.limit.read(params or {}) if self.limit else 0)

    def rows(self, asked):
        """What the rule finds of the rows that the person works with."""
        return self.find(self.model._default_manager.within_scope_of(asked.user), asked)

    def tell_all(self, rows, asked):
        """`Doubt`s of `rows`, with the notes on each. Of any: one query for the notes, and what `along` asks."""
        rows = list(rows)
        if not rows:
            return []
        notes = {}
        found = DataCheckNote.objects.of(self.code).filter(row__in=[row.pk for row in rows])
        for note in found.select_related("noted_by"):
            notes.setdefault(note.row, []).append(note)
        more = () if self.along is None else (self.along(rows, asked),)
        return [Doubt(self, row, self.tell(row, asked, *more), notes.get(row.pk, [])) for row in rows]
