"""Rows of long tables: what all have in common is rendered once, what each holds is escaped."""

import pytest
from django.template import Context, Template
from django.urls import reverse
from django.utils.functional import lazy
from django.utils.html import conditional_escape
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy, override

from projects.models.stages import Stage
from registry.core.addresses import addresses
from registry.core.markup import escaped

TABLE = Template(
    '{% load i18n filled %}{% filled rows %}<td title="{% translate "Year" %}">{name}</td>{{ beside }}{% endfilled %}'
)


def test_the_block_is_rendered_once_in_the_readers_language_and_filled_for_each_row():
    asked = []
    rows = [{"name": "一"}, {"name": 2}, {"name": None}]
    context = {"rows": iter(rows), "beside": lambda: asked.append(1) or "·"}
    with override("en"):
        assert TABLE.render(Context(context)) == "".join(
            f'<td title="Year">{name}</td>·' for name in ("一", "2", "None")
        )
    with override("zh-hans"):
        assert 'title="年度"' in TABLE.render(Context({"rows": rows}))
    assert asked == [1]
    assert TABLE.render(Context({"rows": []})) == ""


def test_what_a_row_holds_is_escaped_unless_it_is_safe_and_never_read_as_a_name_in_braces():
    rows = [{"name": '<b>"{name}'}, {"name": mark_safe("<i>{beside}</i>")}]
    text = TABLE.render(Context({"rows": rows}))
    assert "&lt;b&gt;&quot;{name}</td>" in text
    assert "<i>{beside}</i></td>" in text


def test_a_name_that_no_row_has_is_an_error():
    with pytest.raises(KeyError):
        TABLE.render(Context({"rows": [{"other": 1}]}))


@pytest.mark.parametrize("key", ["SJ-2019-000100", "0", "民/2020/1", "甲 乙", "a%b?c#d", "x;y:z@&='\"", "0100"])
def test_an_address_of_a_list_is_that_of_reverse(key):
    assert addresses("project")(key) == reverse("project", args=(key,))
    assert addresses("county")("130722") == reverse("county", args=("130722",))


@pytest.mark.parametrize("value", ["<a & 'b' \"c\">", mark_safe("<i>"), None, 3, gettext_lazy("Field"), Stage.SIGNED])
def test_what_is_escaped_is_escaped_as_django_does(value):
    assert escaped(value) == conditional_escape(value)
    lazy_markup = lazy(lambda: mark_safe("<b>"), str)()
    assert escaped(lazy_markup) == conditional_escape(lazy_markup) == "<b>"
