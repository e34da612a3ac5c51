"""What messages about difficulties and decisions say: the facts that actions keep, told in the reader's language."""

from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from registry.core.dates import format_date
from registry.core.models import Notice
from registry.core.notices import words

DIFFICULTIES = {
    "raised": gettext_lazy("Difficulty raised: %s"),
    "escalated": gettext_lazy("Difficulty put to a meeting: %s"),
    "answered": gettext_lazy("Difficulty answered: %s"),
    "not_settled": gettext_lazy("Difficulty not settled yet: %s"),
    "reopened": gettext_lazy("Difficulty reopened: %s"),
    "closed": gettext_lazy("Difficulty closed: %s"),
    "measure": gettext_lazy("A measure is yours to carry out: %s"),
    "measure_done": gettext_lazy("Measure carried out: %s"),
}

LINES = {
    "project": gettext_lazy("Project: %s"),
    "meeting": gettext_lazy("Meeting: %s"),
    "due": gettext_lazy("By: %s"),
    "by": gettext_lazy("From: %s"),
    "reason": gettext_lazy("Reason: %s"),
}
"""What a message may add below its title, in this order; a fact that is absent is passed over."""


def lines_of(facts):
    """The lines below the title."""
    told = {name: facts.get(name) for name in LINES}
    if told["due"]:
        told["due"] = format_date(parse_date(told["due"]))
    return [LINES[name] % value for name, value in told.items() if value]


@words(Notice.Kind.DIFFICULTY)
def difficulty(facts):
    return DIFFICULTIES[facts["what"]] % facts["title"], lines_of(facts)


@words(Notice.Kind.DECIDED)
def decided(facts):
    """`what` is "meeting" for what a meeting gave to the reader to do; without it the title speaks for itself."""
    title = facts["title"]
    if facts.get("what") == "meeting":
        title = _("A meeting decided, for you to carry out: %s") % title
    return title, lines_of(facts)
