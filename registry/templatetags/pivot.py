"""The cells of a pivot's line, made at once."""

from django import template
from django.utils.html import format_html

from registry.core.templatetags.values import quantity

register = template.Library()


@register.filter
def figure_cells(line, address):
    """What stands in each cell of a line, its whole last, for `filled`: a figure that opens its rows at `address`, and
    what was added since."""
    for figure in (*line.figures, line.whole):
        moved, number = figure.has_moved, quantity(figure.total, "table")
        whole = " pivot-total" if figure is line.whole else ""
        yield {
            "classes": f"num{whole} moved" if moved else f"num{whole}",
            "number": format_html('<a href="{}?{}">{}</a>', address, figure.query, number)
            if figure.total.lines or moved
            else format_html('<span class="muted">{}</span>', number),
            "added": format_html("<small>{}</small>", figure.difference_text) if moved else "",
        }
