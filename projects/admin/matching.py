"""The board of needs and pledges on the desk (需求对接板): what is wanted, who has offered what, and who acts next."""

from django import forms
from django.contrib import admin
from django.core.exceptions import SuspiciousOperation
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from projects.difficulties import places
from projects.matching.cards import lanes
from projects.matching.columns import Column
from projects.models import Campaign, Field, Need
from registry.core.addresses import desk_new
from registry.core.dates import today
from registry.core.desk_pages import desk_page_at
from registry.core.forms import PlainTextField

VIEW = "projects.view_pledge"
ASKED = ("county", "field", "campaign", "search")


class BoardForm(forms.Form):
    """Of which needs and pledges; `column` and `page` show one column by itself."""

    county = forms.ChoiceField(label=gettext_lazy("county or city"), required=False)
    field = forms.ChoiceField(label=gettext_lazy("field of help"), required=False)
    campaign = forms.ChoiceField(label=gettext_lazy("campaign"), required=False)
    search = PlainTextField(
        label=gettext_lazy("search"), max_length=100, required=False,
        widget=forms.TextInput(
            attrs={
                "type": "search", "autocomplete": "off", "data-search": True,
                "placeholder": gettext_lazy("Name, number, pinyin initials"),
            }
        ),
    )  # fmt: skip
    column = forms.ChoiceField(choices=[("", ""), *Column.choices], required=False, widget=forms.HiddenInput)
    page = forms.IntegerField(min_value=1, max_value=10_000, required=False, widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        every = [("", _("all"))]
        self.fields["county"].choices = every + places()
        self.fields["field"].choices = every + [(field.code, str(field)) for field in Field.objects.all()]
        campaigns = Campaign.objects.order_by("starts_on")
        self.fields["campaign"].choices = every + [(campaign.code, str(campaign)) for campaign in campaigns]

    @property
    def asked(self):
        return [self[name] for name in ASKED]


@desk_page_at("matching/", "matching", VIEW)
@require_safe
def board(request):
    return show_board(request, request.GET)


def show_board(request, query, told=None, status=200):
    """The board as `query` asks for it; `told` is (card's key, words, typed reason) of a move that was refused."""
    form, day = BoardForm(query), today()
    if set(query) - form.fields.keys():
        raise SuspiciousOperation("an unknown parameter of the board")
    if not form.is_valid():
        status, shown = 400, []
    else:
        shown = lanes(form.cleaned_data, request.user, day)
    on_cards = [card for lane in shown for card in lane.cards]
    for card in on_cards:
        if told and card.key == told[0]:
            card.told, card.typed = told[1:]
    context = {
        **admin.site.each_context(request),
        "title": _("Matching of needs and pledges"),
        "now": timezone.now(),
        "form": form,
        "lanes": [(lane, _address(query, column=lane.slug), _following(query, lane)) for lane in shown],
        "alone": bool(form.is_bound and form.data.get("column")),
        "everything": _address(query, column=None),
        "told": told[1] if told and told[0] not in {card.key for card in on_cards} else "",
        "back": query.urlencode(),
        "here": reverse("admin:matching"),
        "narrowed": any(form.data.get(name) for name in ASKED),
        "may_tell": request.user.has_perm("projects.publish_need"),
        "may_sign": request.user.has_perm("projects.sign_pledge"),
        "sheet": f"{reverse('admin:matching-sheet')}?{_address(query, column=None)}",
        "new_need": desk_new(Need) if request.user.has_perm("projects.add_need") else "",
        "reasons": sorted({words for card in on_cards for choice in card.all_choices for words in choice.reasons}),
    }
    return TemplateResponse(request, "projects/matching/board.html", context, status=status)


def _address(query, **changes):
    """The same question with `changes`, from its first page."""
    query = query.copy()
    for name, value in {"page": None, **changes}.items():
        query.pop(name, None)
        if value:
            query[name] = value
    return query.urlencode()


def _following(query, lane):
    number = int(query.get("page") or 1) + 1 if query.get("column") else 2
    return _address(query, column=lane.slug, page=str(number)) if lane.more else ""
