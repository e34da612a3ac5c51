"""What a verification found and how much it looked at; told in words, kept as JSON."""

import time
from collections import Counter
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

NAMED = 50
"""How many findings of one kind are named; all are counted."""

KINDS = {
    "altered": gettext_lazy("Record %(number)s of the trail was altered (%(what)s)."),
    "missing": gettext_lazy("Record %(number)s of the trail is missing."),
    "inserted": gettext_lazy("Record %(number)s was put into the trail after it was sealed (%(what)s)."),
    "seal": gettext_lazy("Seal %(serial)s was altered: %(what)s."),
    "seal missing": gettext_lazy("Seal %(serial)s is missing."),
    "cut": gettext_lazy("The chain ends with seal %(last)s, but seal %(serial)s was told outside on %(at)s."),
    "rewritten": gettext_lazy(
        "Seal %(serial)s is not the one that was told outside on %(at)s: the chain was made anew."
    ),
    "anchor": gettext_lazy("Line %(line)s of the anchors cannot be read."),
    "no anchors": gettext_lazy("There are seals, but none was ever told outside."),
    "redaction": gettext_lazy("“%(column)s” was taken out of record %(number)s, but nobody said that it should be."),
    "row changed": gettext_lazy("Row %(row)s of %(table)s is not as its last record %(number)s says."),
    "row added": gettext_lazy("Row %(row)s of %(table)s has no record."),
    "row removed": gettext_lazy("Row %(row)s of %(table)s is gone; its last record %(number)s says that it is there."),
    "row back": gettext_lazy("Row %(row)s of %(table)s is there; its last record %(number)s says that it was removed."),
    "table": gettext_lazy("The rows of %(table)s cannot be compared with their records: %(what)s"),
    "trigger": gettext_lazy("Trigger %(trigger)s of %(table)s: %(what)s."),
    "function": gettext_lazy("Function %(function)s: %(what)s."),
    "rule": gettext_lazy("%(table)s has a rewrite rule, %(rule)s, which stands between writers and the trail."),
}
"""Every kind of finding in words."""

COUNTED = {
    "records": gettext_lazy("sealed records of the trail"),
    "seals": gettext_lazy("seals"),
    "anchors": gettext_lazy("seals told outside"),
    "rows": gettext_lazy("rows of the register"),
    "tables": gettext_lazy("tables of the register"),
    "triggers": gettext_lazy("triggers of the database"),
    "functions": gettext_lazy("functions of the database"),
    "waiting": gettext_lazy("records not sealed yet"),
    "redacted": gettext_lazy("values taken out lawfully"),
    "set aside": gettext_lazy("anchors of a history that a restore gave up"),
    "partly": gettext_lazy("rows with columns that came after their last record"),
}
"""What is counted, in words."""


@dataclass
class Report:
    counts: Counter = field(default_factory=Counter)
    found: Counter = field(default_factory=Counter)
    named: list = field(default_factory=list)
    began: float = field(default_factory=time.monotonic)
    seconds: float = 0

    @property
    def is_sound(self):
        return not self.found

    def find(self, kind, **facts):
        """Count a finding, and name it while there are few of its kind."""
        self.found[kind] += 1
        if self.found[kind] <= NAMED:
            self.named.append({"kind": kind, **facts})

    def end(self):
        self.seconds = round(time.monotonic() - self.began, 1)
        return self

    def as_json(self):
        return {
            "sound": self.is_sound, "seconds": self.seconds, "counts": dict(self.counts), "found": dict(self.found),
            "named": self.named,
        }  # fmt: skip


def in_words(finding):
    """A finding as a sentence in the current language."""
    what = finding.get("what")
    return str(KINDS[finding["kind"]]) % {**finding, "what": what and _(what)}


def counts_in_words(counts):
    """[(what, number)] in the order in which they are told."""
    return [(str(COUNTED[name]), counts[name]) for name in COUNTED if name in counts]


def outcome_in_words(number, seconds):
    """What a verification came to, in one sentence."""
    if not number:
        return _("Nothing was altered (%(seconds)s s).") % {"seconds": seconds}
    words = ngettext("%(number)s finding (%(seconds)s s).", "%(number)s findings (%(seconds)s s).", number)
    return words % {"number": number, "seconds": seconds}
