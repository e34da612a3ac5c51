"""Messages about projects: to whom they go, and their words.

Whoever sends them imports this module, and the desk imports all of those: the words are there in every process.
"""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from registry.core.addresses import desk_page
from registry.core.models import Notice
from registry.core.notices import notify, words

RETURNED = {
    "step": gettext_lazy("Returned: step “%s”"),
    "report": gettext_lazy("Returned: monthly report “%s”"),
}
"""What a message of this kind may be about (`facts["what"]`, the key under which the facts hold its name)."""


def tell_of_return(step, doer, *, by):
    """Tell the one who had applied for a step's sign-off, and the one who answers for it. Call it inside an action."""
    facts = {
        "what": "step", "step": str(step), "project": str(step.project), "reason": step.status_reason, "by": str(by),
    }  # fmt: skip
    for person in {doer, step.responsible} - {by, None}:
        url = desk_page(step) if person.is_staff else step.project.get_absolute_url()
        notify([person], Notice.Kind.RETURNED, facts, url=url, sender=by)


@words(Notice.Kind.RETURNED)
def _returned(facts):
    title = RETURNED[facts["what"]] % facts[facts["what"]]
    why = _("Why: %s") % facts["reason"]
    return title, [_("Project: %s") % facts["project"], why, _("Returned by: %s") % facts["by"]]
