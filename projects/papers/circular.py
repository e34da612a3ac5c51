"""What a circular says, as fields for a wording of the bureau's, and the built-in paper with their names in it."""

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from registry.core.official_papers import Official, official_paper

FIELDS = {
    "sender": gettext_lazy("issuing body"),
    "head": gettext_lazy("red head"),
    "number": gettext_lazy("document number"),
    "title": gettext_lazy("title"),
    "addressee": gettext_lazy("addressed to"),
    "copies": gettext_lazy("copies to, with the words before them; may be empty"),
    "date": gettext_lazy("date of the document"),
    "annex": gettext_lazy("name of the annex"),
    "draft": gettext_lazy("a word that stands on drafts; else empty"),
}
LISTS = {"lines": (gettext_lazy("the text, paragraph by paragraph"), {"text": gettext_lazy("a paragraph")})}


def sample():
    """Made-up terms of the same shape, to try a wording with."""
    terms = {name: str(label) for name, label in FIELDS.items()}
    for name, (_label, columns) in LISTS.items():
        terms[name] = [{field: f"{label} {number}" for field, label in columns.items()} for number in (1, 2)]
    return terms


def pattern():
    """The bytes of the built-in paper with the names of the fields in the place of what they say."""
    with override(settings.LANGUAGE_CODE):
        said = Official(
            sender="{{ sender }}", head="{{ head }}", number="{{ number }}", title="{{ title }}",
            addressee="{{ addressee }}", date="{{ date }}", draft="{{ draft }}", copies="{{ copies }}",
            lines=["{%p for one in lines %}", "{{ one.text }}", "{%p endfor %}"], annexes=["{{ annex }}"],
            annex_word=_("Annex"), imprint=("{{ sender }}", "{{ date }}"),
        )  # fmt: skip
        return official_paper(said)
