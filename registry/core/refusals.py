"""What the database's own guards say, for people: constraints and triggers speak English and to programmers."""

from django.utils.translation import gettext as _

WORDS = {}
"""{the name of a constraint or the message of a trigger: what people read, lazy}."""


def word_refusals(words):
    """Say in words what refusals mean, each with its remedy; once, where the rule is at home."""
    WORDS.update(words)


def refusal_in_words(refusal):
    """The words for an IntegrityError: those given for its constraint or trigger, else its name."""
    cause = refusal.__cause__ or refusal
    name = getattr(getattr(cause, "diag", None), "constraint_name", None) or str(cause).splitlines()[0]
    if name in WORDS:
        return str(WORDS[name])
    return _("The database refuses this, because it would contradict a rule of the register: %s.") % name
