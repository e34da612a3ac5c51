"""Rows of a long table: what is the same in each is rendered once."""

from django import template

from registry.core.markup import escaped

register = template.Library()


@register.tag
def filled(parser, token):
    """`{% filled rows %}<td>{name}</td>{% endfilled %}`: the block once for each row, a dict, whose values, escaped,
    take the places of the names in braces. The block is rendered once, whatever the number of rows; its words must
    hold no other braces."""
    _name, rows = token.split_contents()
    block = parser.parse(("endfilled",))
    parser.delete_first_token()
    return Filled(parser.compile_filter(rows), block)


class Filled(template.Node):
    child_nodelists = ("block",)

    def __init__(self, rows, block):
        self.rows, self.block = rows, block

    def render(self, context):
        fill = self.block.render(context).format_map
        return "".join(
            fill({name: escaped(value) for name, value in row.items()}) for row in self.rows.resolve(context)
        )
