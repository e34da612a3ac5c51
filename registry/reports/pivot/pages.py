"""`/reports/`: the pivot, a cell's rows, and what changed between two instants."""

from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from registry.core.lists_out import asked_form, gives_files, hand_out, ways_out
from registry.reports.drilldown import SHOWN
from registry.reports.guard import KEEPERS, report_page
from registry.reports.past_pages import in_time

from . import charts
from .cell import cell_of, file_of, read_at
from .comparing import Comparison
from .export import page_of
from .forms import PivotForm
from .question import ORDERS, VIEWS, read
from .table import ask
from .views_kept import views_of

PAGE = 50
CHANGED = 20


@require_safe
@report_page
@in_time
@gives_files
def pivot(request):
    """A figure by rows and columns, as a page or with `format` as a file. 400 in words for what cannot be asked."""
    try:
        form, question = asked_form(request.GET), read(request.GET, also=("format",))
        table = ask(question, request.user)
    except ValidationError as error:
        return _refused(request, error, "reports/pivot/pivot.html")
    if form:
        return hand_out(request, page_of(table, request.user))
    context = {
        **_about(request, question),
        "table": table,
        "form": PivotForm(initial=question.asked),
        "ways": ways_out(request.user, request.path, question.query(), 0),
        "tabs": [
            {"label": VIEWS[name], "url": f"?{question.query(view='' if name == 'table' else name)}",
             "current": name == question.view}
            for name in question.views
        ],
        "orders": [
            {"label": label, "url": f"?{question.query(order=name)}", "current": name == question.order}
            for name, label in ORDERS.items()
        ],
        "emptied": question.query(empty="" if question.empty else "shown"),
        **_picture(table),
    }  # fmt: skip
    if question.against:
        comparison = Comparison(question, request.user)
        context |= {"changes": comparison.changes.count(), "changed": len(comparison.latest)}
    return render(request, "reports/pivot/pivot.html", context)


def _picture(table):
    """What the chosen view draws; a table draws nothing."""
    view = table.question.view
    if view == "bars":
        return {"bars": charts.bars(table), "described": charts.described(table)}
    if view == "lines":
        return {"lines": charts.lines(table), "described": charts.described(table)}
    if view == "tiles":
        groups, legend = charts.tiles(table)
        return {"groups": groups, "legend": legend, "described": charts.described(table)}
    return {}


@require_safe
@report_page
@in_time
@gives_files
def cell(request):
    """The rows behind one cell or total, their sum held against the table; with `format` as a file."""
    try:
        form, question = asked_form(request.GET), read(request.GET, also=("format", "page", "row", "column"))
        with read_at(question, request.user):
            return _cell(request, question, form)
    except ValidationError as error:
        return _refused(request, error, "reports/pivot/cell.html")


def _cell(request, question, form):
    found = cell_of(question, request.user, request.GET.get("row"), request.GET.get("column"))
    if form:
        return hand_out(request, file_of(found))
    counted, pages = found.counted, Paginator(found.rows(), PAGE)
    pages.count = counted.number
    page = pages.get_page(request.GET.get("page"))
    context = {
        **_about(request, question),
        "cell": found,
        "summed": counted.summed,
        "projects": counted.projects,
        "page": page,
        "ways": ways_out(request.user, request.path, found.query, page.paginator.count),
        "rows": SHOWN[question.measure.behind][1],
    }
    return render(request, "reports/pivot/cell.html", context)


@require_safe
@report_page
@in_time
def changes(request):
    """What changed between the two instants of a pivot, by project: who, when, what, why, and which move the table."""
    try:
        question = read(request.GET, also=("page", "moved"))
        if question.against is None:
            return render(request, "reports/pivot/changes.html", _about(request, question))
        comparison = Comparison(question, request.user)
        moving = bool(request.GET.get("moved"))
        page = Paginator(comparison.projects(moving), CHANGED).get_page(request.GET.get("page"))
    except ValidationError as error:
        return _refused(request, error, "reports/pivot/changes.html")
    context = {
        **_about(request, question),
        "comparison": comparison,
        "page": page,
        "told": comparison.told(list(page.object_list)),
        "beside": comparison.beside(),
        "moving": moving,
        "query": question.query(moved="1" if moving else ""),
        "query_of_table": question.query(),
        "moving_query": question.query(moved="1"),
        "number": comparison.changes.count(),
    }
    return render(request, "reports/pivot/changes.html", context)


def _about(request, question):
    """What all three pages say of the question; `query` leads to each of the others."""
    keeps = request.user.holds(*KEEPERS)
    return {
        "question": question,
        "query": question.query(),
        "keeps": keeps,
        "views": views_of(request.user) if keeps else [],
        "here": reverse("reports"),
    }


def _refused(request, error, template):
    context = {"errors": error.messages, "form": PivotForm(initial=request.GET.dict()), "here": reverse("reports")}
    return render(request, template, context, status=400)
