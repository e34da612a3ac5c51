"""Circulars for everybody: issued ones with their text, files, figures and corrections, and the rows of each figure."""

import io

from django.apps import apps
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from projects.filters import CircularFilters
from projects.models import Circular, Statement
from registry.core.blobs import TYPES, opened
from registry.core.exports import attached, safe_name
from registry.core.lists_out import gives_files, hand_out
from registry.core.models import reads_everything
from registry.core.paging import Listing

from .circulars.checking import included
from .circulars.papers import annex_of, lines_of, paper_of, text_of
from .circulars.screen import Preview
from .drilldown import SHOWN
from .figures import reading
from .past_pages import in_time
from .printed import CIRCULARS, page_of

PAGE = 50


@require_safe
@gives_files
def circulars(request):
    rows = Circular.objects.visible_to(request.user)
    listing = Listing(
        CircularFilters(request.GET, rows, request=request),
        lambda found: found.select_related("campaign", "corrects").prefetch_related("corrections"), as_file=True,
    )  # fmt: skip
    if listing.is_file:
        total = listing.page.paginator.count
        return hand_out(request, page_of(_("Circulars"), CIRCULARS, listing.rows.iterator(500), total, request.user))
    context = {"listing": listing, "ways": listing.ways_out(request)}
    return render(request, "reports/circulars.html", context, status=listing.status)


@require_safe
def circular(request, pk):
    visible = Circular.objects.visible_to(request.user)
    found = get_object_or_404(visible.select_related("campaign").prefetch_related("figures"), pk=pk)
    context = {
        "circular": found,
        "preview": Preview.of(found),
        "corrects": visible.filter(corrections=found).first(),
        "corrections": visible.filter(corrects=found),
    }
    return render(request, "reports/circular.html", context)


@require_safe
def circular_numbered(request, number):
    """The address by the document number leads to the circular's own."""
    return redirect("circular", get_object_or_404(Circular.objects.visible_to(request.user), number=number).pk)


@require_safe
def circular_file(request, pk, form):
    """The document or its annex: as it was issued, byte by byte; of a draft as it would be now."""
    visible = Circular.objects.visible_to(request.user)
    found = get_object_or_404(visible.select_related("campaign", "docx", "xlsx"), pk=pk)
    ending = f".{form}"
    if ending not in (".docx", ".xlsx"):
        raise Http404
    name = safe_name(f"{found.number or _('draft')} {found.title}{ending}")
    blob = getattr(found, form)
    if blob is not None:
        try:
            return attached(opened(blob), name, TYPES[ending])
        except FileNotFoundError:
            raise Http404(_("The file is missing from the store. Tell whoever keeps the server.")) from None
    if found.status == Circular.Status.ISSUED:
        raise Http404(_("This circular was issued without files."))
    try:
        return attached(io.BytesIO(_drafted(found, form)), name, TYPES[ending])
    except ValidationError as fault:
        return render(request, "reports/circular_fault.html", {"circular": found, "faults": fault.messages}, status=409)


def _drafted(circular, form):
    figures = list(circular.figures.all())
    if form == "xlsx":
        return annex_of(circular, figures)
    try:
        text = text_of(lines_of(included(circular)), {figure.code: figure for figure in figures})
    except KeyError as mark:
        raise ValidationError(_("“%s” was not counted yet.") % mark.args[0]) from mark
    return paper_of(circular, text, is_draft=True)


@require_safe
@in_time
def circular_figure(request, pk, code):
    """The rows behind a figure of a circular, as they were at its instant, as far as the visitor may know of them."""
    visible = Circular.objects.visible_to(request.user)
    figure = get_object_or_404(visible, pk=pk).figures.filter(code=code).select_related("circular").first()
    if figure is None:
        raise Http404
    model = _model(figure.row_table)
    if model is Statement:
        statement = Statement.objects.filter(pk__in=figure.row_ids).first()
        return redirect("statement", statement.code) if statement else _no_rows(request, figure)
    if model is None:
        return _no_rows(request, figure)
    with reading(request.user, figure.circular.as_of):
        page = Paginator(_behind(model, figure, request.user), PAGE).get_page(request.GET.get("page"))
        table = SHOWN[model][1] if model in SHOWN else "reports/rows/plain.html"
        context = {
            "figure": figure, "circular": figure.circular, "page": page, "table": table,
            "traced": reads_everything(request.user),
        }  # fmt: skip
        return render(request, "reports/circular_figure.html", context)


def _model(table):
    return next((model for model in apps.get_models() if model._meta.db_table == table), None) if table else None


def _behind(model, figure, user):
    rows = SHOWN[model][0] if model in SHOWN else model._default_manager.order_by("pk")
    if model not in SHOWN and any(field.name == "project" for field in model._meta.fields):
        rows = rows.select_related("project")
    return (rows.visible_to(user) if hasattr(rows, "visible_to") else rows).filter(pk__in=figure.row_ids)


def _no_rows(request, figure):
    return render(request, "reports/circular_figure.html", {"figure": figure, "circular": figure.circular})
