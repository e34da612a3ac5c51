"""What messages about projects say: the facts that actions keep, told in the reader's language."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from registry.core.models import Notice, in_one
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
    "step_reopened": gettext_lazy("Reopened: step “%s”"),
    "report": gettext_lazy("Returned: monthly report “%s”"),
}
"""What a message of this kind may be about (`facts["what"]`)."""


MATCHING = {
    "need_submitted": gettext_lazy("A need waits to be published: %s"),
    "need_published": gettext_lazy("Need published: %s"),
    "need_returned": gettext_lazy("Need returned: %s"),
    "pledge_submitted": gettext_lazy("A pledge waits for the bureau: %s"),
    "pledge_accepted": gettext_lazy("The bureau has accepted the pledge, the county is to confirm it: %s"),
    "pledge_declined": gettext_lazy("Pledge declined: %s"),
    "pledge_confirmed": gettext_lazy("The county has confirmed the pledge, the signing is next: %s"),
    "pledge_carried": gettext_lazy("Signed; the pledge has become a project: %s"),
    "pledge_withdrawn": gettext_lazy("Pledge withdrawn: %s"),
    "suggested": gettext_lazy("The bureau thinks that this need may be for you: %s"),
}
"""What a message about needs and pledges may say (`facts["what"]`)."""


@words(Notice.Kind.MATCHING)
def matching(facts):
    towards = [_("Need: %s") % facts["need"]] if facts.get("need") else []
    return MATCHING[facts["what"]] % facts["title"], [*towards, *facts_in_lines(facts)]


@words(Notice.Kind.RETURNED)
def returned(facts):
    return RETURNED[facts["what"]] % in_one(facts["title"], facts.get("title_en", "")), facts_in_lines(facts)


@words(Notice.Kind.DIFFICULTY)
def difficulty(facts):
    return DIFFICULTIES[facts["what"]] % facts["title"], facts_in_lines(facts)


DECIDED = {
    "meeting": gettext_lazy("A meeting decided, for you to carry out: %s"),
    "applied": gettext_lazy("Somebody applies to speak for an organisation: %s"),
    "approved": gettext_lazy("You speak for this organisation now: %s"),
    "refused": gettext_lazy("Your application was refused: %s"),
    "ended": gettext_lazy("You do not speak for this organisation any more: %s"),
    "objection": gettext_lazy("An objection came in to the public notice of “%s”"),
}
"""What a message of this kind may be about; without it the title speaks for itself."""


@words(Notice.Kind.DECIDED)
def decided(facts):
    title = facts["title"]
    return DECIDED[facts["what"]] % title if facts.get("what") else title, facts_in_lines(facts)
