"""The checklist board on the desk: the page itself."""

from django import forms
from django.contrib import admin
from django.http import QueryDict
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_safe

from projects.board.columns import chosen_columns, offered_columns
from projects.board.filters import DENSITIES, OVER, BoardFilters
from projects.board.listing import BoardListing
from projects.board.rows import BoardRows
from projects.board.standard import standard_ledger
from projects.board.summary import Summary
from projects.models import LampRule, Participation, Project
from registry.core.addresses import desk_new
from registry.core.admin.records import TypingSelect
from registry.core.dates import today
from registry.core.desk_pages import desk_page_at
from registry.core.lists_out import gives_files, hand_out

from .board_bulk import deeds_of
from .board_views import views_of

ASKED = ("county", "field", "officer", "search")
MORE = ("campaign", "year", "stage", "organisation", "origin", "kind", "min_amount", "max_amount", "work")

EVERYTHING = {
    "county": gettext_lazy("All counties"), "field": gettext_lazy("All fields"),
    "officer": gettext_lazy("All persons"),
}  # fmt: skip
"""What the first option of a question says."""

HEADS = (
    ("name", gettext_lazy("Project and organisations"), "", "rising"),
    ("lamp", pgettext_lazy("column", "Due"), "", "rising"),
    ("committed", gettext_lazy("Committed"), "num", "falling"),
    ("received", gettext_lazy("Received"), "num", "falling"),
)


def board_filters(request, data, offered):
    """The questions of the board, asked of what the person works with."""
    filters = BoardFilters(
        data, Project.objects.within_scope_of(request.user), request=request, on=today(),
        rule=LampRule.objects.current(), offered=offered,
    )  # fmt: skip
    fields = filters.form.fields
    fields["organisation"].widget = TypingSelect(Participation._meta.get_field("organisation"), admin.site)
    fields["organisation"].widget.choices = fields["organisation"].choices
    fields["search"].widget = forms.TextInput(
        attrs={
            "type": "search",
            "autocomplete": "off",
            "data-search": True,
            "placeholder": _("Name, number, pinyin initials"),
        }
    )
    for name, words in EVERYTHING.items():
        fields[name].empty_label = words
        fields[name].widget.choices = fields[name].choices
    return filters


@desk_page_at("board/", "board", "projects.view_projectstep")
@require_safe
@gives_files
def board(request):
    offered = offered_columns()
    filters = board_filters(request, request.GET, offered)
    listing = BoardListing(filters)
    if listing.is_file:
        columns = chosen_columns(offered, request.GET.getlist("columns"))
        page = standard_ledger(listing, request.user, on=filters.on, rule=filters.rule, items=columns)
        return hand_out(request, page)
    density = request.GET.get("density")
    context = {
        **admin.site.each_context(request),
        "title": _("Checklist board"),
        "now": timezone.now(),
        "here": reverse("admin:board"),
        "listing": listing,
        "palette": filters.rule.palette,
        "density": density if density in DENSITIES else "standard",
        "new_project": desk_new(Project) if request.user.has_perm("projects.add_project") else "",
        **({} if listing.fault else _found(request, listing, offered)),
    }
    return TemplateResponse(request, "projects/board/board.html", context, status=listing.status)


def _found(request, listing, offered):
    """What the page shows of an answer."""
    filters, form = listing.filters, listing.form
    columns = chosen_columns(offered, request.GET.getlist("columns"))
    rows = BoardRows(columns, user=request.user, on=filters.on, rule=filters.rule)
    asked = form.cleaned_data
    return {
        "rows": rows.of(list(listing.page)),
        "columns": columns,
        "offered": offered.values(),
        "heads": {head[0]: shown for head, shown in zip(HEADS, listing.heads(HEADS), strict=True)},
        "summary": Summary.of(filters),
        "asked": [form[name] for name in ASKED],
        "more": [form[name] for name in MORE],
        "lamp_chosen": asked["lamp"],
        "kept_by_filters": _pairs(listing.address(**dict.fromkeys((*ASKED, *MORE)))),
        "bulk": deeds_of(request.user),
        "ways": listing.ways_out(request),
        "view_tools": _view_tools(request, listing, columns, offered),
    }


def _view_tools(request, listing, columns, offered):
    """How the board is shown, each choice with the address that makes it."""
    asked = listing.form.cleaned_data
    density = request.GET.get("density") or "standard"
    everything = bool(asked["work"])
    return {
        "here": reverse("admin:board"),
        "query": listing.address(),
        "views": views_of(request.user),
        "offered": offered.values(),
        "columns": columns,
        "usual_columns": f"?{listing.address(columns=None)}",
        "kept_by_columns": _pairs(listing.address(columns=None)),
        "extent": _extent_in_words(asked),
        "other_extent": None
        if asked["stage"]
        else {
            "label": _("Open work only") if everything else _("Show these too"),
            "url": f"?{listing.address(work=None if everything else 'all')}",
        },
        "densities": [
            {"label": label, "url": f"?{listing.address(density=key)}", "current": key == density}
            for key, label in DENSITIES.items()
        ],
    }


def _extent_in_words(asked):
    if asked["work"]:
        return _("All work is shown, what is closed, terminated or carried on included.")
    if asked["stage"] in OVER:
        return _("Shown is what stands at this stage.")
    return _("Open work is shown: what is closed, terminated or carried into the next campaign is left out.")


def _pairs(query):
    """The parameters of a query as pairs, for hidden inputs."""
    return [(name, value) for name, values in QueryDict(query).lists() for value in values]
