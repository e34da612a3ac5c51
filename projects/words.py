"""What messages about projects say: the facts that actions keep, told in the reader's language."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from registry.core.models import Notice
from registry.core.notices import facts_in_lines, words

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

RETURNED = {
    "step": gettext_lazy("Returned: step “%s”"),
    "report": gettext_lazy("Returned: monthly report “%s”"),
}
"""What a message of this kind may be about (`facts["what"]`)."""


@words(Notice.Kind.RETURNED)
def returned(facts):
    return RETURNED[facts["what"]] % facts["title"], facts_in_lines(facts)


@words(Notice.Kind.DIFFICULTY)
def difficulty(facts):
    return DIFFICULTIES[facts["what"]] % facts["title"], facts_in_lines(facts)


@words(Notice.Kind.DECIDED)
def decided(facts):
    """`what` is "meeting" for what a meeting gave to the reader to do; without it the title speaks for itself."""
    title = facts["title"]
    if facts.get("what") == "meeting":
        title = _("A meeting decided, for you to carry out: %s") % title
    return title, facts_in_lines(facts)
