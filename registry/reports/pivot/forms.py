"""The questions of a pivot as a form. It only shows them: `question.read` reads them."""

from django import forms
from django.utils.translation import gettext_lazy as _

from registry.reports.drilldown import QuestionForm
from registry.reports.figures import DIMENSIONS, FIGURES, USUAL

from .question import NOTHING

NO_COLUMNS = (NOTHING, _("no columns"))


class PivotForm(QuestionForm):
    rows = forms.ChoiceField(label=_("Rows"), required=False)
    columns = forms.ChoiceField(label=_("Columns"), required=False)
    measure = forms.ChoiceField(label=_("Figure"), required=False)
    as_of = forms.CharField(label=_("Data as of"), required=False)
    against = forms.CharField(label=_("Compared with"), required=False)
    order = forms.CharField(widget=forms.HiddenInput, required=False)
    view = forms.CharField(widget=forms.HiddenInput, required=False)
    empty = forms.CharField(widget=forms.HiddenInput, required=False)

    field_order = ("rows", "columns", "measure", "as_of", "against", "campaign", "year", "quarter", "county", "city")

    def __init__(self, *args, initial, **kwargs):
        usual = {"rows": "county", "columns": NOTHING if "rows" in initial else "field", "measure": "funds"}
        super().__init__(*args, initial=usual | initial, **kwargs)
        sides = [(code, one.label) for code, one in DIMENSIONS.items()]
        self.fields["rows"].choices = sides
        self.fields["columns"].choices = [NO_COLUMNS, *sides]
        self.fields["measure"].choices = [
            (title, [(code, FIGURES[code].label) for code in FIGURES if (code in USUAL) is is_usual])
            for title, is_usual in ((_("Counting rules"), True), (_("Money in detail"), False))
        ]
        for name in ("as_of", "against"):
            self._let_choose_a_day(name)

    def _let_choose_a_day(self, name):
        """A calendar where a day is asked for; an instant keeps its hours as text."""
        if len(str(self.initial.get(name, ""))) <= len("2021-10-31"):
            self.fields[name].widget = forms.DateInput(attrs={"type": "date"})
