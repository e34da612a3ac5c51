"""From a figure to the rows behind it, from a quoted figure to its source, and the counting rules in words."""

from django import forms
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_list_or_404, render
from django.utils.translation import gettext_lazy as _

from counties.models import Division
from orgs.models import Kind, Organisation, Origin, RegisteredLevel
from projects.models import Campaign, Field, Funding, Project, Result, Statement
from projects.models.stages import Stage

from .asking import read_question
from .figures import DIMENSIONS, FIGURES, query_of, reading, report, rows_behind

PAGE = 50

# How the rows of each table are shown: the rows with what a line names, and the template of the table.
SHOWN = {
    Organisation: (Organisation.objects.order_by("pinyin", "id"), "reports/rows/organisations.html"),
    Project: (Project.objects.select_related("campaign").order_by("-year", "-id"), "reports/rows/projects.html"),
    Division: (Division.objects.select_related("parent").order_by("code"), "reports/rows/divisions.html"),
    Funding: (
        Funding.objects.select_related("project", "organisation", "enterprise").order_by("project_id", "id"),
        "reports/rows/funding.html",
    ),
    Result: (Result.objects.select_related("project").order_by("project_id", "id"), "reports/rows/results.html"),
}


class QuestionForm(forms.Form):
    """The filters of a figure. It only shows them: `read_question` reads them, for the interface too."""

    campaign = forms.ChoiceField(label=_("Campaign"), required=False)
    year = forms.CharField(label=_("Year"), required=False)
    county = forms.ChoiceField(label=_("County"), required=False)
    field = forms.ChoiceField(label=_("Field of help"), required=False)
    origin = forms.ChoiceField(label=_("Registered in"), required=False, choices=[("", "—"), *Origin.choices])
    kind = forms.ChoiceField(label=_("Kind of organisation"), required=False, choices=[("", "—"), *Kind.choices])
    level = forms.ChoiceField(
        label=_("Registered level"), required=False, choices=[("", "—"), *RegisteredLevel.choices]
    )
    stage = forms.ChoiceField(label=_("Stage"), required=False, choices=[("", "—"), *Stage.choices])
    as_of = forms.DateField(
        label=_("Data as of"), required=False, widget=forms.DateInput(attrs={"type": "date"}), localize=False
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, rows in (
            ("campaign", Campaign.objects.all()),
            ("field", Field.objects.active()),
            ("county", Division.objects.designated().order_by("code")),
        ):
            self.fields[name].choices = [("", "—"), *((row.code, str(row)) for row in rows)]


def figure_rows(request, code):
    """The rows behind a counted figure, as far as the visitor may know of them."""
    if code not in FIGURES:
        raise Http404
    definition = FIGURES[code]
    context = {"definition": definition, "form": QuestionForm(initial=request.GET.dict())}
    try:
        asked = read_question(request.GET)
        found = report(user=request.user, codes=[code], **asked)
    except ValidationError as error:
        return render(request, "reports/figure.html", context | {"errors": error.messages}, status=400)
    rows, table = SHOWN[definition.behind]
    with reading(request.user, asked["as_of"]):
        behind = rows_behind(definition, rows, user=request.user, campaign=asked["campaign"], filters=asked["filters"])
        page = Paginator(behind, PAGE).get_page(request.GET.get("page"))
        context |= {
            "figure": found.figures[0],
            "filters": found.filters,
            "page": page,
            "table": table,
            "query": query_of(**asked),
        }
        return render(request, "reports/figure.html", context)


def statement_page(request, code):
    """A quoted figure: the words of each source that states it."""
    statements = get_list_or_404(Statement.objects.select_related("campaign"), code=code)
    return render(request, "reports/statement.html", {"statements": statements, "title": statements[0]})


def rules_page(request):
    """The counting rules, as the figures carry them."""
    return render(request, "reports/rules.html", {"definitions": FIGURES.values(), "dimensions": DIMENSIONS.values()})
