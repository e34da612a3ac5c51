"""The versions of a project's public entry, each with what changed, and one of them read again."""

from dataclasses import dataclass
from functools import cache, cached_property

from django.urls import reverse

from projects.models import Publication
from registry.core.prepared import Asked
from registry.core.prepared_rows import PreparedRows

from .differences import differences, names_in


@dataclass(frozen=True)
class Version:
    """A publication and the one before it that the public could read; None for the first. `names`: `names_in`."""

    publication: Publication
    before: Publication | None
    is_current: bool
    names: dict

    @cached_property
    def differences(self):
        return differences(self.before.content, self.publication.content, self.names) if self.before else []

    @property
    def address(self):
        """Where it is read: the last one at the project's own address."""
        if self.is_current:
            return reverse("project", args=(self.publication.number,))
        return reverse("project-version", args=(self.publication.number, self.publication.serial))


@cache
def _readable():
    return PreparedRows(Publication.objects.readable().filter(project=Asked("project")).order_by("serial"))


def versions_of(project):
    """The versions that the public may read, the last one first. As many queries for two of them as for ten."""
    rows = _readable().ask(project=project.pk)
    names = names_in(*(row.content for row in rows)) if len(rows) > 1 else {}
    pairs = zip([None, *rows], rows, strict=False)
    return [Version(row, before, row is rows[-1], names) for before, row in pairs][::-1]


def withdrawal_of(number):
    """The withdrawal by which the project of this number is no longer public, or None."""
    last = Publication.objects.last_of_each().filter(number=number).first()
    return last if last and last.kind == Publication.Kind.WITHDRAWAL else None
