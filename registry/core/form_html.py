"""The HTML of labels, selects and plain inputs, letter for letter as Django's own templates give it, without them.

Django renders one template for each option and each row of attributes: a page with three selects of places and fields
spent more on these than on its fifty rows. All other widgets go the usual way. The settings' `FORM_RENDERER`.
"""

from functools import lru_cache

from django import forms
from django.forms.renderers import DjangoTemplates
from django.utils.formats import localize
from django.utils.translation import get_language

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
    groups = widget["optgroups"]
    if any(option["template_name"] != OPTION for _group, options, _index in groups for option in options):
        return None
    written = "".join(
        _written_group(group, [(one["value"], one["label"], _attributes(one["attrs"])) for one in options])
        for group, options, _index in groups
    )
    return f'<select name="{_text(widget["name"])}"{_attributes(widget["attrs"])}>{written}\n</select>'


def _written_group(group, options):
    """Options of (value, label, attributes as they are written), under the group's name where it has one."""
    written = "".join(
        f'\n  <option value="{_text(value)}"{attributes}>{_shown(label)}</option>\n'
        for value, label, attributes in options
    )
    return f'\n  <optgroup label="{_shown(group)}">{written}\n  </optgroup>' if group else written


class LongSelect(forms.Select):
    """A select of many options, which are written once for as long as they are the same. For this renderer only."""

    template_name = "registry/long_select"

    def get_context(self, name, value, attrs):
        choices = tuple((key, tuple(label) if isinstance(label, list) else label) for key, label in self.choices)
        written = _written_options(choices, get_language())
        for chosen in self.format_value(value):
            option = f'<option value="{_text(chosen)}"'
            written = written.replace(f"{option}>", f"{option} selected>", 1)
        return {"name": name, "attrs": self.build_attrs(self.attrs, attrs), "written": written}


def _long_select(context):
    return f'<select name="{_text(context["name"])}"{_attributes(context["attrs"])}>{context["written"]}\n</select>'


@lru_cache(maxsize=64)
def _written_options(choices, _language):
    return "".join(
        _written_group(key, [(value, text, "") for value, text in label])
        if isinstance(label, tuple)
        else _written_group("", [("" if key is None else key, label, "")])
        for key, label in choices
    )


MADE = {
    "django/forms/label.html": _label,
    "django/forms/widgets/select.html": _select,
    LongSelect.template_name: _long_select,
    **{f"django/forms/widgets/{name}.html": _input for name in ("text", "number", "hidden", "date", "email")},
}
