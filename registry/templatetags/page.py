"""What the shared parts of a page need from Python."""

import html
import re

from django import template
from django.template.loader_tags import BLOCK_CONTEXT_KEY
from django.utils.html import format_html, format_html_join, strip_tags
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from registry.core.trail import request_id

register = template.Library()

_NUMBER = re.compile(r"(\d[\d,.]*)")


@register.simple_tag(name="request_id")
def current_request_id():
    """The id that the logs and the trail know this request by; "" outside of one. Needs no context: error pages."""
    return request_id.get() or ""


LONGEST_DESCRIPTION = 150


@register.simple_tag(takes_context=True)
def description(context):
    """What a search engine shows of a page: its heading and its lead, or of one without a lead, what the site is."""
    blocks = context.render_context[BLOCK_CONTEXT_KEY]
    heading, lead = (
        " ".join(strip_tags(block.render(context)).split()) if (block := blocks.get_block(name)) else ""
        for name in ("heading", "lead")
    )
    about = _("The register of help from social organisations to the counties: who helps where with what.")
    words = _(": ").join(filter(None, [heading, lead or about]))
    return Truncator(html.unescape(words)).chars(LONGEST_DESCRIPTION)  # escaped anew where it stands


@register.simple_tag(takes_context=True)
def may(context, permission):
    """Whether the reader may do something ("app.codename"): for parts that are handed little."""
    return context.request.user.has_perm(permission)


@register.simple_tag
def page_numbers(page_obj):
    """The pages to offer around `page_obj`: numbers, and None where some are left out."""
    pages = page_obj.paginator.get_elided_page_range(page_obj.number, on_each_side=2, on_ends=1)
    return [page if isinstance(page, int) else None for page in pages]


CURRENT = format_html(' aria-current="{}"', "true")
ARROWS = {
    state: format_html(' <span aria-hidden="true">{}</span>', arrow)
    for state, arrow in (("ascending", "↑"), ("descending", "↓"))
}
SHAPE = format_html('<span class="lamp-shape" aria-hidden="{}"></span>', "true")


@register.filter
def chip_cells(chips):
    """What stands in each chip (a dict with label and url; count, current and lamp where it has them), for `filled`."""
    for chip in chips:
        lamp, count = chip.get("lamp"), chip.get("count")
        yield {
            "url": chip["url"],
            "label": chip["label"],
            "lamp": f" lamp lamp--{lamp}" if lamp else "",
            "shape": SHAPE if lamp else "",
            "current": CURRENT if chip.get("current") else "",
            "count": "" if count is None else format_html(' <span class="chip-count">{}</span>', count),
        }


@register.filter
def link_cells(links):
    """What stands in each link of a navigation (`registry.context.Link`), for `filled`."""
    for link in links:
        current = format_html(' aria-current="{}"', "page") if link.is_current else ""
        yield {"url": link.url, "label": link.label, "current": current}


@register.filter
def head_cells(heads):
    """What stands in each column's head (a dict with label and classes; url and state where it can be ordered by), for
    `filled`."""
    for head in heads:
        url, state = head.get("url"), head.get("state")
        classes = " ".join(filter(None, (head["classes"], "" if url else "is-plain")))
        yield {
            "classes": format_html(' class="{}"', classes) if classes else "",
            "sort": format_html(' aria-sort="{}"', state) if state else "",
            "words": format_html('<a href="{}">{}{}</a>', url, head["label"], ARROWS.get(state, ""))
            if url
            else head["label"],
        }


@register.filter
def big_number(text):
    """A figure's text with its number apart from words and unit: 约 <strong>21.88</strong> 亿元."""
    parts = [part.strip() for part in _NUMBER.split(str(text)) if part.strip()]
    marked = [
        (format_html("<strong>{}</strong>" if _NUMBER.match(part) else "<span>{}</span>", part),) for part in parts
    ]
    return format_html_join(" ", "{}", marked)


@register.filter
def share(part, whole=100):
    """`part` of `whole` in whole percent from 0 to 100, for bars; 0 where either is missing."""
    if not part or not whole:
        return 0
    return max(0, min(100, round(part * 100 / whole)))
