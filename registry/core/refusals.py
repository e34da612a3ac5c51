"""What the guards of the register say, for people: constraints and triggers speak English and to programmers."""

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db.models.constraints import BaseConstraint
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from .constraints import ASKS

WORDS = {}
"""{the name of a constraint or the message of a trigger: what people read, lazy}."""


def word_refusals(words):
    """Say in words what refusals mean, each with its remedy; once, where the rule is at home."""
    WORDS.update(words)


def refusal_in_words(refusal):
    """The words for an IntegrityError: those given for its constraint or trigger, else its name."""
    cause = refusal.__cause__ or refusal
    return rule_in_words(getattr(getattr(cause, "diag", None), "constraint_name", None) or str(cause).splitlines()[0])


def rule_in_words(name):
    """What a constraint or trigger asks: the words given for it, else what its kind asks of its fields, else it is
    called by its name."""
    if name in WORDS:
        return str(WORDS[name])
    asks, fields, more = ASKS.get(name, ("", (), {}))
    model = next((one for one in apps.get_models() if _has(one, name)), None)
    if not asks or model is None:
        return _("The database refuses this, because it would contradict a rule of the register: %s.") % name
    labels = [str(capfirst(model._meta.get_field(field).verbose_name)) for field in fields]
    told = {"all": _(", ").join(labels), "first": "".join(labels[:1]), "last": "".join(labels[-1:])}
    return str(asks) % (told | more)


def _has(model, name):
    return any(one.name == name for one in model._meta.constraints)


def put_in_words(refused, model):
    """The ValidationError of a check before the database's own, with Django's sentence for a constraint without words
    (“Constraint … is violated”) replaced by what the constraint asks."""
    unsaid = {
        one.get_violation_error_message(): one.name
        for one in model._meta.constraints
        if one.violation_error_message == BaseConstraint.default_violation_error_message
    }
    return ValidationError(
        {field: [_worded(error, unsaid) for error in errors] for field, errors in refused.error_dict.items()}
    )


def _worded(error, unsaid):
    name = unsaid.get(str(error.message))
    return error if name is None else ValidationError(rule_in_words(name), code=error.code)
