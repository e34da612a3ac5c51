"""How programs ask the interface: the rules, and programs that run as they stand."""

from dataclasses import dataclass

from django.conf import settings
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from registry.description import RULES

FOLDER = "registry/examples"


@dataclass(frozen=True)
class Example:
    """A program in static/registry/examples/."""

    name: str
    about: Promise

    @property
    def path(self):
        return f"{FOLDER}/{self.name}"

    @property
    def text(self):
        return (settings.BASE_DIR / "static" / self.path).read_text("utf-8")


EXAMPLES = (
    Example("read.sh", gettext_lazy("Read with curl: a list, a file, and only what has changed")),
    Example("read_list.py", gettext_lazy("Read a whole list by cursor")),
    Example("pledge.py", gettext_lazy("Pledge, and hand it in: once, and never over what was not seen")),
    Example("check_signature.py", gettext_lazy("Receive a webhook, and know whom it is from")),
)


@require_safe
def examples(request):
    """`/api/examples/`: each rule in its parts, every second of which is a word of the interface."""
    rules = [(heading, str(text).split("`")) for heading, text in RULES]
    return render(request, "interface.html", {"rules": rules, "examples": EXAMPLES})
