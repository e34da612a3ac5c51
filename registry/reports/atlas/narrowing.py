"""What the figures of places are narrowed to and shown as: read from an address, kept from page to page."""

import django_filters
from django.forms import HiddenInput
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from counties.filters import CountyFilters
from counties.models import Division
from orgs.models import Origin
from projects.field_filter import FieldFilter
from projects.models import Campaign
from registry.core.dates import FIRST_YEAR, LAST_YEAR
from registry.core.filters import BadQuery, Filters, WholeNumber

from .measures import MEASURES

VIEWS = {"tiles": gettext_lazy("Tiles"), "map": gettext_lazy("Map"), "table": gettext_lazy("Table")}
KEPT = ("measure", "year", "field", "campaign", "origin", "view")
"""What leads from page to page."""
NOT_OF_NEEDS = ("year", "origin")


class Narrowing(Filters):
    """Of these questions none leaves out a county: they narrow what is counted in it."""

    measure = django_filters.ChoiceFilter(
        label=gettext_lazy("Measure"), method="beside", widget=HiddenInput,
        choices=[(code, one.label) for code, one in MEASURES.items()],
    )  # fmt: skip
    year = WholeNumber(label=gettext_lazy("Year"), method="beside", min_value=FIRST_YEAR, max_value=LAST_YEAR)
    field = FieldFilter(method="beside")
    campaign = django_filters.ModelChoiceFilter(
        label=gettext_lazy("Campaign"), method="beside", to_field_name="code",
        queryset=Campaign.objects.order_by("-starts_on"),
    )  # fmt: skip
    origin = django_filters.ChoiceFilter(
        label=gettext_lazy("Organisations of"), choices=Origin.choices, method="beside"
    )
    view = django_filters.ChoiceFilter(choices=tuple(VIEWS.items()), method="beside", widget=HiddenInput)

    class Meta:
        model = Division
        fields = ()

    def beside(self, counties, name, value):
        return counties

    def check(self, also=(), several=()):
        super().check(also, several)
        if not self.measure_asked.is_of_needs:
            return
        chosen = [name for name in NOT_OF_NEEDS if self.asked(name)]
        if chosen:
            words = _("Needs have no year and no organisation yet: leave this out, or choose another measure.")
            raise BadQuery({name: [words] for name in chosen}, self.filters)

    def asked(self, name):
        return self.form.cleaned_data.get(name) or None

    @cached_property
    def chosen(self):
        """What is shown and as what is chosen on the page itself: it is no filter to be taken away."""
        return [one for one in super().chosen if one[0] not in ("measure", "view")]

    @property
    def measure_asked(self):
        return MEASURES[self.asked("measure") or "projects"]

    @property
    def view_asked(self):
        return self.asked("view") or "tiles"

    @property
    def of_figures(self):
        """The dimensions of `figures.report` and their values, the campaign aside."""
        asked = {"year": self.asked("year"), "origin": self.asked("origin")}
        asked["field"] = self.asked("field") and self.asked("field").code
        return {name: str(value) for name, value in asked.items() if value}

    @property
    def of_needs(self):
        """The same for needs, as lookups; None where they cannot be narrowed so."""
        if any(self.asked(name) for name in NOT_OF_NEEDS):
            return None
        asked = {name: self.asked(name) for name in ("campaign", "field")}
        return {name: value for name, value in asked.items() if value}

    def query(self, **changes):
        """What is kept from page to page as the query of an address, with `changes`; None drops a parameter."""
        kept = {name: self.data.get(name) for name in KEPT if self.data.get(name)} | changes
        query = self.data.copy()
        query.clear()
        query.update({name: value for name, value in kept.items() if value is not None})
        return f"?{query.urlencode()}" if query else ""


class AtlasFilters(Narrowing, CountyFilters):
    """The list of the counties: which of them, and what is counted there."""
