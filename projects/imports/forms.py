"""What the wizard asks: a file, what its columns mean, in which unit its money is."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.ledger.columns import COLUMNS
from projects.models import Campaign, LedgerImport
from registry.core.blobs import LEDGER_LIMIT

ENDINGS = ".xlsx,.xlsm,.csv,.txt"
OTHERWISE = {
    "committed": gettext_lazy("committed or agreed"), "pledged": gettext_lazy("pledged"),
    "kind": gettext_lazy("goods, their value"), "fund": gettext_lazy("funds, in one sum"),
}  # fmt: skip
"""What a column means beside its Chinese word, where the word alone may mislead."""


class UploadForm(forms.Form):
    upload = forms.FileField(
        label=gettext_lazy("ledger"),
        help_text=format_lazy(
            gettext_lazy("XLSX, XLSM or CSV, up to {limit} MiB. Macros are never run; nothing is written yet."),
            limit=LEDGER_LIMIT // 2**20,
        ),
        widget=forms.ClearableFileInput(attrs={"accept": ENDINGS}),
        allow_empty_file=True,  # the register says in its own words that it is empty
    )


def meanings():
    """[(key, what the column is called)] that a head can be given."""
    offered = [(key, column.word) for key, column in COLUMNS.items() if key != "promised"]
    return [("", _("[leave out]")), *[(key, _named(key, word)) for key, word in offered]]


def _named(key, word):
    return f"{word} · {OTHERWISE[key]}" if key in OTHERWISE else word


class ColumnsForm(forms.Form):
    """Step two. `heads` are its selects by the head they belong to, those of all sheets each once."""

    sheet = forms.ChoiceField(label=gettext_lazy("sheet"), required=False)
    unit = forms.ChoiceField(label=gettext_lazy("unit of money"), required=False)
    campaign = forms.ModelChoiceField(
        label=gettext_lazy("campaign of new projects"), queryset=Campaign.objects.all(), required=False,
        empty_label=gettext_lazy("the one that fits fields and dates"),
    )  # fmt: skip

    def __init__(self, data=None, *, ledger):
        self.ledger, self.pages = ledger, [page for page in ledger.layout["sheets"] if page["columns"]]
        initial = {"sheet": ledger.sheet, "unit": ledger.unit, "campaign": ledger.campaign_id}
        super().__init__(data, initial=initial)
        everything = _("all sheets that are ledgers") if len(self.pages) > 1 else _("the only one")
        names = [(page["name"], page["name"]) for page in ledger.layout["sheets"]]
        self.fields["sheet"].choices = [("", everything), *names]
        self.fields["unit"].choices = [("", self._stated_unit()), *LedgerImport.Unit.choices]
        self.heads = {}
        for page in self.pages:
            for column in page["columns"]:
                self._ask(column)

    def _ask(self, column):
        head = column["head"]
        if head in self.heads:
            return
        name = f"head-{len(self.heads)}"
        self.heads[head] = (name, column)
        self.fields[name] = forms.ChoiceField(
            choices=meanings(), required=False, label=head, initial=self.ledger.heads.get(head, column["key"])
        )

    @property
    def lacks_unit(self):
        """Whether a sheet says nowhere in which unit its money is."""
        return any((page["refused"] or {}).get("code") == "UNIT_UNKNOWN" for page in self.pages)

    def _stated_unit(self):
        stated = sorted({unit for page in self.pages for unit in page["units"].values()})
        return _("as the ledger says: %s") % _(", ").join(stated) if stated else _("as the ledger says")

    @property
    def columns(self):
        """[(column as surveyed, its bound field)] to be shown."""
        return [(column, self[name]) for name, column in self.heads.values()]

    def clean(self):
        cleaned = super().clean()
        if self.lacks_unit and not cleaned.get("unit") and not cleaned.get("sheet"):
            self.add_error("unit", _("The ledger does not say in which unit its money is: choose it."))
        for page in self.pages:
            self._refuse_twice(page, cleaned)
        return cleaned

    def _refuse_twice(self, page, cleaned):
        """Two columns of one sheet cannot mean the same."""
        if cleaned.get("sheet") and page["name"] != cleaned["sheet"]:
            return
        taken = {}
        for column in page["columns"]:
            name, _column = self.heads[column["head"]]
            key = cleaned.get(name)
            if not key:
                continue
            if key in taken and not self.errors.get(name):
                words = _("“%(other)s” means this already. Leave one of the two out.") % {"other": taken[key]}
                self.add_error(name, ValidationError(words))
            taken.setdefault(key, column["head"])

    @property
    def said(self):
        """What the sender says of heads, where that is not what the program knew by itself."""
        cleaned, known = self.cleaned_data, self.ledger.heads
        return {
            head: cleaned[name]
            for head, (name, column) in self.heads.items()
            if head in known or cleaned[name] != column["key"]
        }
