"""What keeps personal data off public pages."""

from django import template

from registry.core.personal import shielded
from registry.core.text import mask_personal

register = template.Library()


@register.filter
def masked(text):
    """The text with identity, bank card and mobile telephone numbers hidden."""
    return mask_personal(str(text)) if text else ""


@register.filter
def shield(text):
    """The text with telephone numbers, addresses and accounts hidden too: for what people tell in their own words."""
    return shielded(str(text)) if text else ""
