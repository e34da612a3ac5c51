"""Labels, selects and plain inputs look letter for letter as Django's own templates give them."""

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates, get_default_renderer
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy, override

from registry.core.form_html import MADE, LongSelect, Renderer

CHOICES = (
    ("", "---------"),
    ("\"<&'>", "<b>\"&'</b>"),
    (3, 1234),
    (gettext_lazy("Field"), ((True, mark_safe("<i>safe</i>")), (None, gettext_lazy("Year")))),
    ("<group>", (("x", "x"),)),
)


class Marked(forms.Select):
    """Options of a template of their own are left to it."""

    option_template_name = "django/forms/widgets/checkbox_option.html"


class Wanted(forms.Form):
    text = forms.CharField(label=mark_safe("<b>safe</b>"), max_length=7)
    escaped = forms.CharField(label='<b>"&', widget=forms.TextInput(attrs={"title": '"<&', "hidden": True, "x": False}))
    number = forms.IntegerField(label=gettext_lazy("Year"), min_value=1, max_value=1_000_000, required=False)
    hidden = forms.CharField(widget=forms.HiddenInput)
    day = forms.DateField(widget=forms.DateInput(attrs={"type": "date"}))
    mail = forms.EmailField()
    one = forms.ChoiceField(choices=CHOICES, required=False)
    several = forms.MultipleChoiceField(choices=CHOICES, help_text="<em>help</em>")
    marked = forms.ChoiceField(choices=CHOICES, widget=Marked)
    radio = forms.ChoiceField(choices=CHOICES, widget=forms.RadioSelect)
    files = forms.FileField(label="")


DATA = {"text": '"><script>', "escaped": "&amp;", "number": "0", "hidden": "'", "day": "2021-13-40", "one": '"<&\'>',
        "several": ["3", "True", "x"], "marked": "x"}  # fmt: skip


def written(renderer, **given):
    form = Wanted(renderer=renderer, **given)
    return [str(part) for field in form for part in (field, field.label_tag(), field.legend_tag())]


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize(
    "given", [{}, {"data": DATA}, {"initial": {"number": 1234567, "one": 3, "text": None}}, {"auto_id": False}]
)
def test_every_widget_looks_as_djangos_own(language, given):
    with override(language):
        assert written(Renderer(), **given) == written(DjangoTemplates(), **given)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("value", [None, "", "3", 3, True, "\"<&'>", "x", "nothing of the kind"])
def test_a_long_select_looks_as_djangos_own(language, value):
    twice = (*CHOICES, ("x", "once more"), (None, "nothing"))
    with override(language):
        for attrs in ({}, {"id": "id_one", "required": True}):
            theirs = forms.Select({"class": "<wide>"}, twice).render("one", value, attrs, DjangoTemplates())
            assert LongSelect({"class": "<wide>"}, twice).render("one", value, attrs) == theirs


def test_a_long_select_is_written_anew_when_its_choices_are_others():
    select = LongSelect(choices=[("1", "平山县")])
    assert ">平山县<" in select.render("county", "1")
    select.choices = [("1", "平山市")]
    assert ">平山市<" in select.render("county", "1")


def test_forms_of_the_site_are_made_so(monkeypatch):
    assert isinstance(get_default_renderer(), Renderer)
    asked = []
    monkeypatch.setattr(DjangoTemplates, "get_template", lambda self, name: asked.append(name))
    form = Wanted(data=DATA)
    assert "<option" in str(form["one"])
    assert "<label" in form["text"].label_tag()
    assert "<input" in str(form["number"])
    assert asked == []
    assert "django/forms/widgets/select.html" in MADE
