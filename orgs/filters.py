"""Questions about organisations."""

import datetime

import django_filters
from django.db.models import Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from orgs.models import Authority, Kind, Organisation, Origin, RegisteredLevel
from registry.core.filters import Filters, Ordering, Search, YesNo

NEVER = Value(datetime.date.max)


class OrganisationFilters(Filters):
    """Start it from `Organisation.objects.visible_to(user)`."""

    search = Search()
    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=Kind.choices)
    level = django_filters.ChoiceFilter(label=_("Registered level"), choices=RegisteredLevel.choices)
    origin = django_filters.ChoiceFilter(label=_("Registered in"), choices=Origin.choices)
    authority = django_filters.ModelChoiceFilter(
        label=_("Registering authority"), queryset=Authority.objects.order_by("division__code", "name")
    )
    is_charity = YesNo(label=_("Charitable organisation"))
    ordering = Ordering(
        {"name": ("pinyin",), "registered_on": ("registered_or_never",)},
        default="name",
        labels={"name": _("name"), "registered_on": _("registered on")},
        annotations={"registered_or_never": Coalesce("registered_on", NEVER)},
    )

    class Meta:
        model = Organisation
        fields = ()
