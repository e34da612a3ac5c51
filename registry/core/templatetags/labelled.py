"""Cells of the desk's lists that carry the name of their column, so that a row can stand as a card on a phone."""

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst

register = template.Library()

_WITHOUT_NAME = ("<th", '<td class="action-checkbox"')
"""The row's own link, which is the title of its card, and its tick."""


@register.filter
def labelled(cells: list[SafeString], heads: list[dict]) -> SafeString:
    """The cells of one row as Django's list has made them, each with its column's name in `data-label`."""
    names = [head["text"] for head in heads] + [""] * (len(cells) - len(heads))
    return mark_safe("".join(map(_labelled, cells, names)))  # noqa: S308 - all is escaped  # nosec B308 B703


def _labelled(cell, name):
    return cell if cell.startswith(_WITHOUT_NAME) else f'<td data-label="{escape(capfirst(name))}"{cell[3:]}'
