"""Templates whose constant words are put together once: a page of a list has sixty of them, which are the same for
everybody who reads its language. To look each up anew took longer than the rows of the list."""

from django.template.base import Node, TextNode
from django.template.defaulttags import IfNode
from django.template.loaders import base, cached
from django.templatetags.i18n import TranslateNode
from django.utils.translation import get_language


class _PutTogether(base.Loader):
    def get_template(self, template_name, skip=None):
        template = super().get_template(template_name, skip)
        put_together(template.nodelist)
        return template


class Loader(cached.Loader, _PutTogether):
    """Django's own, which keeps what is put together here; the settings' `loaders`."""


class Constant(Node):
    """Nodes whose text is the same in all pages of a language."""

    def __init__(self, nodes):
        self.nodes, self.kept = nodes, {}

    def render(self, context):
        language = get_language()
        if language not in self.kept:
            self.kept[language] = "".join(node.render_annotated(context) for node in self.nodes)
        return self.kept[language]


def put_together(nodelist):
    """Replace, in place, each run of text and of translated words in quotes by one `Constant`."""
    found, run = [], []
    for node in nodelist:
        if _is_constant(node):
            run.append(node)
            continue
        found += [*_as_one(run), node]
        run = []
        for inner in _inner(node):
            put_together(inner)
    nodelist[:] = [*found, *_as_one(run)]


def _as_one(run):
    return [Constant(run)] if any(type(node) is TranslateNode for node in run) else run


def _inner(node):
    if isinstance(node, IfNode):
        return [nodelist for _condition, nodelist in node.conditions_nodelists]
    return [inner for name in node.child_nodelists if (inner := getattr(node, name, None))]


def _is_constant(node):
    if type(node) is not TranslateNode:
        return type(node) is TextNode
    words = node.filter_expression
    return not (node.asvar or node.message_context or words.filters) and words.var.lookups is None
