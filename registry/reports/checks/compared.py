"""Names that are alike: found while somebody waits, or of so many each night, and kept with the instant.

To compare the names of half a million projects takes a minute and more of a processor. What was found is no figure: it
is looked into by people, who need to know of which day it is.
"""

import time

from django.db import connection, transaction
from django.utils.translation import gettext as _

from orgs.models import Organisation
from projects.models import Project
from registry.core.dates import format_instant
from registry.reports.models import PastAnswer

from .rule import Standing

MANY = 50_000
"""Rows of a table whose names are compared at night; of fewer it takes a few seconds at the most."""

GOOD_FOR = 600
"""Seconds for which a process knows how many rows a table has."""

MODELS = {"same-organisation": Organisation, "same-project": Project}
"""Whose names each rule compares."""

_sizes = {}


def at_night(code, user):
    """Whether the rule's names are compared at night for `user`: who works with a part of the register has few."""
    return user.reads_everything and is_large(code)


def is_large(code):
    """Whether the rule compares more names than a page may wait for, as PostgreSQL counted them last."""
    table = MODELS[code]._meta.db_table
    known, until = _sizes.get(table, (0, 0))
    if time.monotonic() >= until:
        with connection.cursor() as cursor:
            cursor.execute("SELECT reltuples FROM pg_class WHERE oid = %s::regclass", [f"public.{table}"])
            known = cursor.fetchone()[0]
        _sizes[table] = known, time.monotonic() + GOOD_FOR
    return known > MANY


def keep(code, pairs):
    """Keep what a night has found, {key of the later row: key of the earlier one}, in the place of the night before."""
    with transaction.atomic():
        PastAnswer.objects.filter(key=_key(code)).delete()
        PastAnswer.objects.create(key=_key(code), columns=["later", "earlier"], rows=list(pairs.items()))


def kept(code):
    """(the pairs that were kept, the `Standing` of the rule)."""
    found = PastAnswer.objects.filter(key=_key(code)).values_list("rows", "made_at").first()
    if found is None:
        words = _("So many names are compared every night. That has not been done yet.")
        return {}, Standing(False, words)
    words = _("So many names are compared every night: what is listed was found at %s.")
    return dict(found[0]), Standing(True, words % format_instant(found[1]))


def _key(code):
    return f"twins:{code}"
