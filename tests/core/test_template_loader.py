"""What is the same in all pages of a language is put together once, and nothing else is."""

import pytest
from django.template import Context, Engine
from django.template.loaders.cached import Loader as Cached
from django.utils.translation import override

from registry.core.template_loader import Constant, Loader

SOURCE = """{% load i18n %}<h1>{% translate "Projects" %}</h1>
{% if more %}<p>{% translate "Counties" %} {% translate name %} {% translate "Field"|lower %}</p>
{% elif less %}{% translate "Year" %}{% else %}{% translate "Stage" %}{% endif %}
{% for one in rows %}{% translate "Name" %}: {{ one }}{% empty %}{% translate "None" %}{% endfor %}
{% translate "Number" as number %}[{{ number }}] {% translate "May" context "month" %} 100%
{% blocktranslate with name=name %}{{ name }} and others{% endblocktranslate %}
{% block inside %}{% translate "County" %}{% endblock %}"""


def engine(loader, **sources):
    inner = ("django.template.loaders.locmem.Loader", {"page.html": SOURCE, **sources})
    return Engine(libraries={"i18n": "django.templatetags.i18n"}, loaders=[(f"{loader.__module__}.Loader", [inner])])


@pytest.mark.parametrize("given", [{}, {"more": True, "name": "Project"}, {"less": True, "rows": ["<a>", "b"]}])
def test_a_page_reads_as_djangos_own_in_every_language_however_often(given):
    ours, theirs = engine(Loader), engine(Cached)
    for language in ("zh-hans", "en", "zh-hans", "en"):
        with override(language):
            shown = [each.get_template("page.html").render(Context(given)) for each in (ours, theirs)]
        assert shown[0] == shown[1]


def test_a_run_of_words_becomes_one_and_a_block_can_still_be_replaced():
    templates = engine(Loader, **{"child.html": '{% extends "page.html" %}{% block inside %}other{% endblock %}'})
    first = templates.get_template("page.html").nodelist[1]
    assert type(first) is Constant
    assert first is templates.get_template("page.html").nodelist[1]
    with override("en"):
        shown = templates.get_template("child.html").render(Context())
    assert shown.endswith("other")
    assert "County" not in shown


def test_the_site_reads_its_templates_so():
    (loader,) = Engine.get_default().template_loaders
    assert type(loader) is Loader
    nodes = Engine.get_default().get_template("partials/footer.html").nodelist
    assert nodes.get_nodes_by_type(Constant)


def test_a_word_that_depends_on_the_page_is_never_kept():
    templates = engine(
        Loader, **{"own.html": "{% load i18n %}{% translate word %}{% translate 'Year' as year %}{{ year }}"}
    )
    template = templates.get_template("own.html")
    assert not template.nodelist.get_nodes_by_type(Constant)
    with override("en"):
        assert [template.render(Context({"word": word})) for word in ("County", "Field")] == ["CountyYear", "FieldYear"]
