"""The HTML of labels, selects and plain inputs, letter for letter as Django's own templates give it, without them.

Django renders one template for each option and each row of attributes: a page with three selects of places and fields
spent more on these than on its fifty rows. All other widgets go the usual way. The settings' `FORM_RENDERER`.
"""

from django.forms.renderers import DjangoTemplates
from django.utils.formats import localize

from .markup import escaped

OPTION = "django/forms/widgets/select_option.html"


class Renderer(DjangoTemplates):
    def render(self, template_name, context, request=None):
        made = MADE.get(template_name)
        html = made(context) if made else None
        return super().render(template_name, context, request) if html is None else html


def _shown(value):
    """As a template shows a value."""
    return escaped(localize(value))


def _text(value):
    """As a template shows the text of a value, whatever it is."""
    return escaped(value if isinstance(value, str) else f"{value}")


def _attributes(attrs):
    return "".join(
        f" {_text(name)}" if value is True else f' {_text(name)}="{_text(value)}"'
        for name, value in attrs.items()
        if value is not False
    )


def _label(context):
    if not context["use_tag"]:
        return _shown(context["label"]).strip()
    tag = context["tag"]
    return f"<{tag}{_attributes(context['attrs'] or {})}>{_shown(context['label'])}</{tag}>"


def _input(context):
    widget = context["widget"]
    value = "" if widget["value"] is None else f' value="{_text(widget["value"])}"'
    return f'<input type="{_text(widget["type"])}" name="{_text(widget["name"])}"{value}{_attributes(widget["attrs"])}>'


def _select(context):
    """None where the options are to look otherwise than Django's."""
    widget = context["widget"]
    parts = [f'<select name="{_text(widget["name"])}"{_attributes(widget["attrs"])}>']
    for group, options, _index in widget["optgroups"]:
        if any(option["template_name"] != OPTION for option in options):
            return None
        if group:
            parts.append(f'\n  <optgroup label="{_shown(group)}">')
        parts += [
            f'\n  <option value="{_text(option["value"])}"{_attributes(option["attrs"])}>'
            f"{_shown(option['label'])}</option>\n"
            for option in options
        ]
        if group:
            parts.append("\n  </optgroup>")
    return "".join([*parts, "\n</select>"])


MADE = {
    "django/forms/label.html": _label,
    "django/forms/widgets/select.html": _select,
    **{f"django/forms/widgets/{name}.html": _input for name in ("text", "number", "hidden", "date", "email")},
}
