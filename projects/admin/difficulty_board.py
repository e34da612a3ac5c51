"""The board of difficulties: what is open, by state, the worst first; every card says where it may go from there."""

from django import forms
from django.contrib import admin
from django.core.exceptions import SuspiciousOperation
from django.db.models import Count, Window
from django.db.models.functions import RowNumber
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from projects.difficulties import NARROWINGS, PENDING, WORST_FIRST, Lamps, with_measures
from projects.models import Difficulty
from registry.core.addresses import desk_list
from registry.core.dates import today
from registry.core.desk_pages import desk_page_at

from .difficulties import deeds_for
from .measures import measures_of

LANES = (*Difficulty.UNANSWERED, Difficulty.Status.ANSWERED)
PER_LANE = 40
"""So many cards of a lane are drawn; the list shows all."""


class BoardForm(forms.Form):
    """Of which difficulties, and how urgent."""

    pending = forms.ChoiceField(label=gettext_lazy("urgency"), required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        every = [("", _("all"))]
        urgent = [(word, label) for word, (label, _rows) in PENDING.items() if word in ("overdue", "mine")]
        self.fields["pending"].choices = every + urgent
        for narrowing in NARROWINGS:
            self.fields[narrowing.name] = forms.ChoiceField(
                label=narrowing.label, required=False, choices=every + list(narrowing.choices())
            )

    def narrow(self, rows, user, on):
        for narrowing in NARROWINGS:
            if value := self.cleaned_data[narrowing.name]:
                rows = narrowing.narrow(rows, value)
        pending = self.cleaned_data["pending"]
        return PENDING[pending][1](rows, user, on) if pending else rows


@desk_page_at("difficulties/board/", "difficulty-board", "projects.view_difficulty")
@require_safe
def board(request):
    day, form = today(), BoardForm(request.GET)
    if set(request.GET) - form.fields.keys():
        raise SuspiciousOperation("an unknown parameter of the board")
    rows = Difficulty.objects.within_scope_of(request.user).open()
    rows = form.narrow(rows, request.user, day) if form.is_valid() else rows.none()
    context = {
        **admin.site.each_context(request),
        "title": _("Board of difficulties"),
        "form": form,
        "lanes": lanes(rows, request.user, day),
        "day": day,
        "list_url": desk_list(Difficulty, "?pending=open"),
        "clear": reverse("admin:difficulty-board"),
        "narrowed": any(form.data.values()),
    }
    return TemplateResponse(request, "projects/difficulty_board.html", context, status=200 if form.is_valid() else 400)


def lanes(rows, user, day):
    """The lanes in the order of the states, each with its first cards and how many there are in all. Two queries."""
    lamps, found = Lamps(day), {lane: [] for lane in LANES}
    numbered = with_measures(rows).annotate(
        place=Window(RowNumber(), partition_by="status", order_by=WORST_FIRST),
        of=Window(Count("pk"), partition_by="status"),
    )
    for difficulty in (
        numbered.filter(place__lte=PER_LANE).select_related("project__officer", "event").order_by("place")
    ):
        found[difficulty.status].append(card(difficulty, user, lamps))
    return [
        {
            "slug": lane, "title": Difficulty.Status(lane).label, "cards": cards,
            "total": cards[0]["difficulty"].of if cards else 0,
            "all": desk_list(Difficulty, f"?status__exact={lane}"),
        }
        for lane, cards in found.items()
    ]  # fmt: skip


def card(difficulty, user, lamps):
    return {
        "difficulty": difficulty,
        "lamp": lamps.difficulty(difficulty),
        "is_late": lamps.is_late(difficulty),
        "measures": measures_of(difficulty),
        "deeds": [(label, back, f"{url}?board=1") for label, back, url in deeds_for(difficulty, user)],
    }
