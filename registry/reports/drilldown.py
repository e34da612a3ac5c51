"""From a figure to the rows behind it, from a quoted figure to its source, and the counting rules in words."""

from functools import cache

from django import forms
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Value, Window
from django.db.models.functions import RowNumber
from django.http import Http404
from django.shortcuts import get_list_or_404, render
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from counties.models import Division
from orgs.models import Kind, Organisation, Origin, RegisteredLevel
from projects.models import Campaign, Field, Funding, Project, Result, Statement
from projects.models.stages import Stage
from registry.core.filters import only_known
from registry.core.lists_out import PARAMETER as FORMAT
from registry.core.lists_out import asked_form, gives_files, hand_out, ways_out
from registry.core.models import in_both, reads_everything
from registry.core.prepared import Prepared

from .asking import PARAMETERS, read_question
from .figures import DIMENSIONS, FIGURES, query_of, reading, report, rows_behind
from .printed import AT_A_TIME, BEHIND, page_of

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
    quarter = forms.CharField(label=_("Quarter"), required=False)
    city = forms.ChoiceField(label=_("City"), required=False)
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
        offered, language = {name: [("", "—")] for name in ("campaign", "field", "county", "city")}, get_language()
        for name, _place, code, *names in sorted(_offered().ask()):
            offered[name].append((code, in_both(*names, language)))
        for name, choices in offered.items():
            self.fields[name].choices = choices


@cache
def _offered():
    """What filters of a figure offer, the same to everybody: (filter, place, code, name, English name)."""
    first, *others = (
        rows.order_by().values_list(Value(name), Window(RowNumber(), order_by=order), "code", "name", "name_en")
        for name, rows, order in (
            ("campaign", Campaign.objects.all(), Campaign._meta.ordering),
            ("field", Field.objects.active(), Field._meta.ordering),
            ("county", Division.objects.designated(), "code"),
            ("city", DIMENSIONS["city"].expected(), "code"),
        )
    )
    return Prepared(first.union(*others, all=True))


@require_safe
@gives_files
def figure_rows(request, code):
    """The rows behind a counted figure, as far as the visitor may know of them; as a file with `format`."""
    if code not in FIGURES:
        raise Http404
    definition, user = FIGURES[code], request.user
    context = {"definition": definition, "form": QuestionForm(initial=request.GET.dict())}
    try:
        only_known(request.GET, (*PARAMETERS, "page", FORMAT))
        form, asked = asked_form(request.GET), read_question(request.GET)
        found = report(user=user, codes=[code], **asked)
    except ValidationError as error:
        return render(request, "reports/figure.html", context | {"errors": error.messages}, status=400)
    with reading(user, asked["as_of"]):
        behind = _behind(definition, user, asked)
        if not form:
            pages = Paginator(behind, PAGE)
            figure, knows_all = found.figures[0], reads_everything(user)
            if figure.is_sum or (knows_all and not found.is_past):  # else what counts may have a row that is not seen
                pages.count = figure.quantity.lines
            page = pages.get_page(request.GET.get("page"))
            query = query_of(**asked)
            context |= {
                "figure": found.figures[0],
                "filters": found.filters,
                "page": page,
                "ways": ways_out(user, request.path, query, page.paginator.count),
                "table": SHOWN[definition.behind][1],
                "query": query,
                "traced": knows_all,
            }
            return render(request, "reports/figure.html", context)
        number = behind.count()
    columns = BEHIND[definition.behind]
    return hand_out(request, page_of(definition.label, columns, _all_behind(definition, user, asked), number, user))


def _behind(definition, user, asked):
    rows, _table = SHOWN[definition.behind]
    return rows_behind(definition, rows, user=user, campaign=asked["campaign"], filters=asked["filters"])


def _all_behind(definition, user, asked):
    """All rows one by one; the past stays open as long as they are read."""
    with reading(user, asked["as_of"]):
        yield from _behind(definition, user, asked).iterator(chunk_size=AT_A_TIME)


@require_safe
def statement_page(request, code):
    """A quoted figure: the words of each source that states it."""
    statements = get_list_or_404(Statement.objects.select_related("campaign"), code=code)
    return render(request, "reports/statement.html", {"statements": statements, "title": statements[0]})


@require_safe
def rules_page(request):
    """The counting rules, as the figures carry them."""
    return render(request, "reports/rules.html", {"definitions": FIGURES.values(), "dimensions": DIMENSIONS.values()})
