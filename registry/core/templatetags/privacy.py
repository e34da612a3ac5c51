"""What keeps personal data off public pages."""

from django import template

from registry.core.text import mask_personal

register = template.Library()


@register.filter
def masked(text):
    """The text with identity and bank card numbers hidden."""
    return mask_personal(str(text)) if text else ""
