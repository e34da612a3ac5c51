"""What today's counties are called where the name must lead to one of them alone."""

from collections import defaultdict

from django.db.models import F
from django.db.models.functions import Coalesce

from .models import Division, Level


def unambiguous_names():
    """{code: name} of today's counties, by code; with the city before the name where another unit is or was called so.

    One query.
    """
    units = Division.objects.counties().annotate(today_=Coalesce("home_id", F("pk"))).order_by("code")
    columns = ("code", "name", "today_", "valid_to", "parent__name", "parent__level")
    rows, called = list(units.values_list(*columns)), defaultdict(set)
    for _code, name, home, *_rest in rows:
        called[name].add(home)
    return {
        code: f"{city}{name}" if len(called[name]) > 1 and level == Level.PREFECTURE else name
        for code, name, _home, valid_to, city, level in rows
        if valid_to is None
    }
