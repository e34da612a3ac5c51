"""The agreement as the register words it: parties, what is given, when it arrives, who answers for what, signatures.

It is written once and read in two voices. `Terms` says what one agreement says; `Tags` says the names of the fields in
the same places, which is the file that the bureau begins its own wording from.
"""

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from registry.core.papers import Paper

from .terms import LISTS


class Terms:
    """The voice of one agreement."""

    def __init__(self, terms):
        self.terms = terms

    def text(self, name):
        return self.terms[name]

    def when(self, paper, name):
        """Once where there is anything under `name`."""
        if self.terms[name]:
            yield name

    def each(self, paper, name):
        """Every line of a list."""
        yield from self.terms[name]

    def rows(self, name):
        """The lines of a list as rows of a table."""
        return [tuple(line[column] for column in LISTS[name][1]) for line in self.terms[name]]


class Tags:
    """The voice of the pattern: the names of the fields, to be filled in."""

    def text(self, name):
        return f"{{{{ {name} }}}}"

    def when(self, paper, name):
        paper.paragraph(f"{{%p if {name} %}}")
        yield name
        paper.paragraph("{%p endif %}")

    def each(self, paper, name):
        paper.paragraph(f"{{%p for one in {name} %}}")
        yield {column: self.text(f"one.{column}") for column in LISTS[name][1]}
        paper.paragraph("{%p endfor %}")

    def rows(self, name):
        columns = LISTS[name][1]
        rest = ("",) * (len(columns) - 1)
        line = tuple(self.text(f"one.{column}") for column in columns)
        return [(f"{{%tr for one in {name} %}}", *rest), line, ("{%tr endfor %}", *rest)]


def agreement_paper(terms):
    """The `Paper` of an agreement; `terms` as `terms_of` gives them."""
    return _write(Terms(terms))


def pattern():
    """The `Paper` with the names of the fields in the place of what they say."""
    return _write(Tags())


def _write(voice):
    with override(settings.LANGUAGE_CODE):
        paper = Paper(voice.text("title"), settings.LANGUAGE_CODE)
        for write in (_head, _given, _arrives, _duties, _signatures):
            write(paper, voice)
    return paper


def _head(paper, voice):
    text = voice.text
    paper.paragraph(_("No. of the agreement: %s") % text("number"))
    paper.facts(
        [
            (_("Party A (giver)"), text("giver")),
            (_("Credit code"), text("giver_code")),
            (_("Party B (receiver)"), text("receiver")),
            (_("Party C (witness)"), text("witness")),
        ]
    )
    paper.paragraph(
        _(
            "Within “%(campaign)s”, party A helps party B of its own free will in the field of %(field)s. After "
            "consultation the parties agree as follows."
        )
        % {"campaign": text("campaign"), "field": text("field")}
    )


def _given(paper, voice):
    text = voice.text
    paper.heading(_("Article 1: What is given"))
    for _each in voice.when(paper, "need"):
        words = {"need": text("need"), "number": text("need_number")}
        paper.paragraph(_("The help answers the need “%(need)s” (%(number)s).") % words)
    paper.table(
        [str(label) for label in LISTS["items"][1].values()], voice.rows("items"), (0.08, 0.12, 0.2, 0.2, 0.2, 0.2)
    )
    for _each in voice.when(paper, "money"):
        words = {"sum": text("money"), "capitals": text("money_in_capitals")}
        paper.paragraph(_("Money in all: %(sum)s (in capitals: %(capitals)s).") % words)
    for _each in voice.when(paper, "mobilised"):
        words = {"sum": text("mobilised"), "capitals": text("mobilised_in_capitals")}
        paper.paragraph(
            _("Of this, mobilised from member companies and accounted for apart: %(sum)s (in capitals: %(capitals)s).")
            % words
        )
    for _each in voice.when(paper, "text"):
        paper.paragraph(text("text"))


def _arrives(paper, voice):
    paper.heading(_("Article 2: When it arrives"))
    for _each in voice.when(paper, "deliver_by"):
        paper.paragraph(_("All of it is delivered by %s.") % voice.text("deliver_by"))
    for _each in voice.when(paper, "instalments"):
        paper.paragraph(_("The money arrives in these instalments:"))
        heads = [str(label) for label in LISTS["instalments"][1].values()]
        paper.table(heads, voice.rows("instalments"), (0.1, 0.25, 0.25, 0.4))
    paper.paragraph(_("Party B confirms each receipt in the registry and gives party A a receipt."))


def _duties(paper, voice):
    paper.heading(_("Article 3: Who answers for what"))
    paper.paragraph(_("Party A delivers what it has promised, in full, on time and in the quality agreed."))
    paper.paragraph(
        _(
            "Party B uses what it receives for the purpose agreed and for nothing else, keeps accounts of it, makes "
            "its use public and reports on it every month."
        )
    )
    paper.paragraph(
        _("Party C brings the parties together, follows the project by its checklist and checks the results.")
    )
    paper.heading(_("Article 4: Further terms"))
    paper.paragraph(
        _("What is not settled here the parties settle by consultation, in a supplement of the same force.")
    )
    paper.paragraph(
        _("The agreement takes effect when all have signed and sealed it. Each holds one copy of equal force.")
    )


def _signatures(paper, voice):
    paper.heading(_("Signatures"))
    for one in voice.each(paper, "parties"):
        paper.facts(
            [
                (one["part"], _("%s (seal)") % one["name"]),
                (_("Signed by"), one["person"]),
                (_("Title of the person"), one["title"]),
                (_("Date of the signature"), one["date"]),
            ]
        )
    for _each in voice.when(paper, "event"):
        words = {"event": voice.text("event"), "place": voice.text("place")}
        paper.paragraph(_("Signed at: %(event)s %(place)s") % words)
    paper.paragraph(_("Day of the signing: %s") % voice.text("signed_on"))
