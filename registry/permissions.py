"""The tables of rights joined and in words: who may do what in which state, and who reads and writes which field.

Nothing is said here that does not stand elsewhere: roles (`roles.py`), life cycles (beside each model), what actions
ask for (`action_rights.py`), classes of data (`data_classes.py`). The page for managers, its file and tests read this.
"""

from dataclasses import dataclass

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from registry.action_rights import ASKS, IN_WORDS
from registry.core.data_classes import DataClass, Reading, class_of, reading
from registry.core.history import ACTION_NAMES
from registry.core.lifecycle import Staged
from registry.core.roles import Role
from registry.data_classes import MARKS, our_models
from registry.roles import GRANTS

PERMISSIONS = {grant.role: frozenset(grant.permissions) for grant in GRANTS}
FOR_SEARCH = ("pinyin", "initials")


def holders(permission):
    """The roles that hold a permission, "app.codename"."""
    return frozenset(role for role, held in PERMISSIONS.items() if permission in held)


@dataclass(frozen=True)
class Act:
    """One row: what is done, from which states to which, on what condition, and by which roles."""

    words: str
    states: str
    conditions: str
    roles: frozenset
    whose: str = ""

    def may(self, role):
        return bool(self.whose) or role in self.roles

    @property
    def cells(self):
        """Of each role, whether it may: in the order of the roles."""
        return [self.may(role) for role in Role]


def moves_of(model):
    """The moves of a model with a life cycle; those that the house makes by itself are not anybody's to do."""
    labels, rows = dict(model._meta.get_field(model.status_field).flatchoices), {}
    for move in model.lifecycle.moves:
        if not move.automatic:
            rows.setdefault(
                (str(move.label), move.target, move.permission, move.reason, move.second_person), []
            ).append(str(labels[move.source]))
    for (label, target, permission, reason, second), sources in rows.items():
        conditions = [_("with a reason")] if reason else []
        conditions += [_("by a second person")] if second else []
        states = f"{'、'.join(sources)} → {labels[target]}"
        yield Act(label, states, "，".join(conditions), holders(permission))


def keeping_of(model):
    """Looking, adding, changing and removing."""
    for verb, words in (("view", _("Look")), ("add", _("Add")), ("change", _("Change")), ("delete", _("Remove"))):
        roles = holders(f"{model._meta.app_label}.{verb}_{model._meta.model_name}")
        if roles:
            yield Act(words, "", "", roles)


def acts():
    """[(title, [Act])]: the records of the register, then what is done across them."""
    tables = []
    for model in our_models():
        rows = [*keeping_of(model), *(moves_of(model) if issubclass(model, Staged) else ())]
        if rows:
            tables.append((capfirst(model._meta.verbose_name), rows))
    across = [
        Act(str(ACTION_NAMES.get(name, name)), "", "", frozenset() if asks in IN_WORDS else holders(asks),
            whose=str(IN_WORDS.get(asks, "")))
        for name, asks in ASKS.items()
    ]  # fmt: skip
    return [*tables, (_("Actions"), across)]


@dataclass(frozen=True)
class Field:
    """One row: a field, its class, how each role reads it, and which roles type it into a form."""

    words: str
    data_class: DataClass
    reads: tuple
    writers: frozenset

    @property
    def cells(self):
        """Of each role, how it reads the field and whether it types it, in the order of the roles."""
        return [(reads, role in self.writers) for role, reads in zip(Role, self.reads, strict=True)]


def reads(role, model, name):
    """How a role reads a field of the rows within its scope: not at all where it may not look at the model."""
    meta = model._meta
    data_class = class_of(model, name)
    if role not in holders(f"{meta.app_label}.view_{meta.model_name}") and data_class != DataClass.PUBLIC:
        return Reading.NOT
    return reading({role}, data_class, meta.label_lower)


def fields_of(model):
    """The fields of a model, those aside that every row has and by which rows are found."""
    meta = model._meta
    writers = holders(f"{meta.app_label}.add_{meta.model_name}") | holders(f"{meta.app_label}.change_{meta.model_name}")
    for field in meta.concrete_fields:
        if field.name in (*MARKS, *FOR_SEARCH):
            continue
        yield Field(
            words=capfirst(field.verbose_name), data_class=class_of(model, field.name),
            reads=tuple(reads(role, model, field.name) for role in Role),
            writers=writers if field.editable else frozenset(),
        )  # fmt: skip


def fields():
    """[(title, [Field])] of the models that any role may look at."""
    models = [model for model in our_models() if holders(f"{model._meta.app_label}.view_{model._meta.model_name}")]
    return [(capfirst(model._meta.verbose_name), list(fields_of(model))) for model in models]
