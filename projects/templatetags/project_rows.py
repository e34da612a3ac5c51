"""The cells of the project ledger's rows, made at once for all rows of a page."""

from django import template
from django.utils.html import format_html
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from projects.tables import stage_names
from registry.core.addresses import addresses
from registry.core.templatetags.values import wan

register = template.Library()


@register.filter
def cells(rows):
    """What stands in each cell, of `projects.tables.Row`s, for `filled`."""
    address, comma, others = addresses("project"), _(", "), _("%(name)s and others")
    unknown = format_html('<span class="muted">{}</span>', _("not stated"))
    stages = stage_names(get_language())
    for row in rows:
        giver, stage = row.giver, row.values["stage"]
        yield {
            "number": row.number,
            "url": address(row.number),
            "name": row.name,
            "giver": (giver if row.lead else others % {"name": giver}) if giver else unknown,
            "counties": comma.join(row.county_names) or unknown,
            "fields": comma.join(row.field_names),
            "year": row.year,
            "stage": stage,
            "stage_name": stages[stage],
            "amount": wan(row.amount),
        }
