"""One search over all that is public: what was found by kind, with exact numbers, only rows that the reader may see."""

from collections.abc import Callable
from dataclasses import dataclass

from django import forms
from django.core.paginator import Paginator
from django.db.models import CharField, Count, F, Value
from django.db.models.functions import Cast
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from counties.models import Division
from orgs.models import Organisation
from projects.filters import ProjectFilters
from projects.listing.asking import projects_listed
from projects.listing.found import Found
from projects.listing.pages import KeptPages, pages_of
from projects.models import Circular, Event, Need, Statement, Story
from projects.models.stages import Stage
from registry.core.dates import format_date
from registry.core.filters import only_known
from registry.core.forms import PlainTextField
from registry.core.paging import InOrder, page_or_404
from registry.core.personal import shielded
from registry.core.text import excerpt

FEW, SIZE = 5, 20
"""Rows shown of each kind where all are asked for, and of one kind on a page."""

LONGEST = 100
AROUND = 80


@dataclass(frozen=True)
class Hit:
    title: str
    url: str
    about: str


@dataclass(frozen=True)
class Kind:
    """One kind of thing that is searched. `found(request, words)` is what the reader may see of it, in the order of the
    list and with what `hit` needs, as `registry.core.paging` cuts pages from it."""

    code: str
    label: Promise
    found: Callable[..., InOrder | KeptPages]
    hit: Callable[..., Hit]
    help: Promise


def _searched(rows):
    """What is found by the `search` of the QuerySet that `rows` makes for whoever reads."""
    return lambda request, words: InOrder(rows(request.user).search(words))


def _projects(request, words):
    """As the list of projects finds them, the newest first."""
    rows = projects_listed(request.user)
    filters = ProjectFilters({"search": words}, rows, request=request, named_only=True)
    return pages_of(filters)


def _project(one):
    about = f"{one['number']} · {one['year']} · {Stage(one['stage']).label}"
    return Hit(one["name"], reverse("project", args=(one["number"],)), about)


def _organisation(one):
    names = [former.name for former in one.former_names.all()]
    about = " · ".join(filter(None, [one.get_kind_display(), one.code, _(", ").join(names)]))
    return Hit(str(one), reverse("org", args=(one.pk,)), about)


def _county(one):
    former = [unit.name for unit in one.folded.all() if unit.name != one.name and unit.level == one.level]
    about = " · ".join(filter(None, [one.code, str(one.parent or ""), _(", ").join(dict.fromkeys(former))]))
    return Hit(str(one), reverse("county", args=(one.code,)), about)


def _need(one):
    return Hit(
        one.name, reverse("need", args=(one.number,)), f"{one.number} · {one.county} · {one.get_status_display()}"
    )


def _story(one):
    return Hit(one.name, reverse("story", args=(one.pk,)), f"{one.project.number} · {excerpt(one.text, AROUND)}")


def _event(one):
    day = format_date(one.starts_on, "table") if one.starts_on else one.date_note
    about = " · ".join(filter(None, [day, one.get_kind_display(), one.place]))
    return Hit(one.name, f"{reverse('campaign', args=(one.campaign.code,))}#event-{one.pk}", about)


def _circular(one):
    return Hit(one.title, reverse("circular", args=(one.pk,)), f"{one.number} · {one.get_kind_display()}")


def _statement(one):
    return Hit(one.title, reverse("statement", args=(one.code,)), f"{excerpt(one.quote, AROUND)} · {one.source}")


@_searched
def _organisations(user):
    return Organisation.objects.visible_to(user).prefetch_related("former_names").order_by("pinyin", "id")


@_searched
def _counties(user):
    return Division.objects.today().counties().select_related("parent").prefetch_related("folded").order_by("code")


@_searched
def _needs(user):
    return Need.objects.visible_to(user).select_related("county").order_by("-id")


@_searched
def _stories(user):
    return Story.objects.visible_to(user).select_related("project").order_by("-id")


@_searched
def _events(user):
    newest = F("starts_on").desc(nulls_last=True)
    return Event.objects.visible_to(user).select_related("campaign").order_by(newest, "-id")


@_searched
def _circulars(user):
    return Circular.objects.visible_to(user).order_by("-as_of", "-id")


@_searched
def _statements(user):
    return Statement.objects.order_by("position", "id")


KINDS = {
    kind.code: kind
    for kind in (
        Kind("counties", gettext_lazy("Counties"), _counties, _county, gettext_lazy("name, former name, code")),
        Kind(
            "organisations", gettext_lazy("Organisations"), _organisations, _organisation,
            gettext_lazy("name, former or short name, credit code"),
        ),
        Kind("projects", gettext_lazy("Projects"), _projects, _project, gettext_lazy("name, number, organisation")),
        Kind("needs", gettext_lazy("Needs"), _needs, _need, gettext_lazy("title, number, county")),
        Kind("stories", gettext_lazy("Stories"), _stories, _story, gettext_lazy("title, words of the text, project")),
        Kind("events", gettext_lazy("Events"), _events, _event, gettext_lazy("name, place")),
        Kind("circulars", gettext_lazy("Circulars"), _circulars, _circular, gettext_lazy("title, document number")),
        Kind(
            "statements", gettext_lazy("Sourced statements"), _statements, _statement,
            gettext_lazy("figure, words of the source"),
        ),
    )
}  # fmt: skip


class SearchForm(forms.Form):
    q = PlainTextField(label=gettext_lazy("Search"), max_length=LONGEST, required=False)
    kind = forms.ChoiceField(choices=[(kind.code, kind.label) for kind in KINDS.values()], required=False)
    page = forms.IntegerField(min_value=1, max_value=1_000_000, required=False)

    def clean(self):
        only_known(self.data, self.fields)
        if any(len(values) > 1 for _name, values in self.data.lists()):
            raise forms.ValidationError(_("Given more than once. Give it once."))
        return super().clean()


def found_by(request, words):
    """{kind: `Found` by `words`}, with exact numbers: of what has to be counted, by one query over all kinds."""
    found = {code: kind.found(request, words) for code, kind in KINDS.items()}
    parts = [
        pages.queryset.order_by().values(kind_=Cast(Value(code), CharField()))
        .annotate(number_=Count("pk", distinct=True)).values_list("kind_", "number_")
        for code, pages in found.items() if isinstance(pages, InOrder)
    ]  # fmt: skip
    counted = dict(parts[0].union(*parts[1:], all=True))
    return {
        code: Found(pages, counted.get(code, 0) if isinstance(pages, InOrder) else pages.total)
        for code, pages in found.items()
    }


@require_safe
def search(request):
    form = SearchForm(request.GET)
    if not form.is_valid():
        faults = [word for words in form.errors.values() for word in words]
        return render(request, "reports/search.html", {"faults": faults, "kinds": KINDS.values()}, status=400)
    words, chosen = form.cleaned_data["q"], form.cleaned_data["kind"]
    context = {"words": words, "kinds": KINDS.values()}
    if words:
        found = found_by(request, words)
        total = sum(map(len, found.values()))
        context |= {"total": total, "chips": _chips(words, chosen, found, total)}
        if chosen:
            context |= _one_kind(words, KINDS[chosen], form.cleaned_data["page"] or 1, found[chosen])
        else:
            context["groups"] = _groups(words, found)
    return render(request, "reports/search.html", context)


def _chips(words, chosen, found, total):
    """All kinds together, then each with its number; none that is empty."""
    whole = {"label": _("All"), "count": total, "url": _address(words), "current": not chosen}
    return [whole] + [
        {"label": kind.label, "count": len(found[code]), "url": _address(words, kind), "current": chosen == code}
        for code, kind in KINDS.items()
        if found[code] or chosen == code
    ]


def _groups(words, found):
    """The first rows of each kind; a kind without any costs no query and has no heading."""
    return [
        {
            "kind": kind, "number": len(found[code]), "hits": _hits(kind, found[code][:FEW]),
            "more": _address(words, kind) if len(found[code]) > FEW else "",
        }
        for code, kind in KINDS.items()
        if found[code]
    ]  # fmt: skip


def _one_kind(words, kind, page, found):
    shown = page_or_404(Paginator(found, SIZE), page)
    return {"kind": kind, "page": shown, "hits": _hits(kind, shown), "query": _address(words, kind).lstrip("?")}


def _hits(kind, rows):
    found = [kind.hit(row) for row in rows]
    return [Hit(shielded(hit.title), hit.url, shielded(hit.about)) for hit in found]


def _address(words, kind=None):
    asked = {"q": words} | ({"kind": kind.code} if kind else {})
    return f"?{urlencode(asked)}"
