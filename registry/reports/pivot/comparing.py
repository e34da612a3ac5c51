"""What happened between two instants: the projects that changed, who changed what and why, and which move the table."""

from dataclasses import dataclass
from functools import cached_property

from django.db.models import Count, F, Max, Window
from django.db.models.functions import RowNumber
from django.utils import timezone

from projects.models import Project
from registry.core.history import changes_within_scope_of, describe
from registry.core.quantity import Total, format_quantity
from registry.reports.as_of import READ_BY_FIGURES
from registry.reports.figures import reading, scope_of
from registry.reports.figures.tallying import prints

from .table import among

OF_EACH, BESIDE = 10, 50
"""Changes told of one project, and of all that is no project; the histories have them all."""

_NONE = ("", None)


@dataclass(frozen=True)
class Changed:
    """A project with its last changes in words. `more`: how many earlier ones there are. `moves`: it gives something
    else to the table than before."""

    project: Project
    entries: list
    more: int
    moves: bool
    before: Total | None
    now: Total | None

    @property
    def before_text(self):
        return self.before and format_quantity(self.before, "exact")

    @property
    def now_text(self):
        return self.now and format_quantity(self.now, "exact")


class Comparison:
    """The changes between the instants of a question, as far as `user` may read them."""

    def __init__(self, question, user):
        self.question, self.user = question, user
        self.since, self.until = question.against, question.as_of or timezone.now()

    @cached_property
    def moved(self):
        """{id of a project: (total before, total now)} of those that give the table something else than before."""
        then, now = (self._prints(instant) for instant in (self.question.against, self.question.as_of))
        differing = [key for key in then.keys() | now.keys() if then.get(key, _NONE)[0] != now.get(key, _NONE)[0]]
        return {key: (then.get(key, _NONE)[1], now.get(key, _NONE)[1]) for key in differing}

    def _prints(self, instant):
        question, projects = self.question, among(self.user)
        with reading(self.user, instant, projects):
            scope = scope_of(self.user, question.campaign, question.filters, projects)
            return prints(question.measure, scope.rows(question.measure), question.dimensions)

    @cached_property
    def changes(self):
        """All changes between the instants of what figures read. Checklists, reports and papers move none."""
        tables = [model._meta.db_table for model in READ_BY_FIGURES]
        return changes_within_scope_of(self.user).filter(at__gt=self.since, at__lte=self.until, table_name__in=tables)

    @cached_property
    def latest(self):
        """{id of a project: (its last change, how many)} of those that were changed themselves."""
        found = self._of_projects().values_list("root_pk").annotate(last=Max("pk"), number=Count("pk"))
        return {int(key): (last, number) for key, last, number in found.order_by()}

    def _of_projects(self):
        return self.changes.filter(root_table=Project._meta.db_table)

    def projects(self, moving=False):
        """The ids of the projects that changed or move the table, those that move it first, then the last changed."""
        ids = self.moved.keys() | (set() if moving else self.latest.keys())
        seen = Project.objects.within_scope_of(self.user).filter(pk__in=ids).values_list("pk", flat=True)
        return sorted(seen, key=lambda key: (key not in self.moved, -self._latest(key)[0], key))

    def _latest(self, key):
        return self.latest.get(key, (0, 0))

    def told(self, ids):
        """These projects as `Changed`, in their order."""
        projects = Project.objects.within_scope_of(self.user).in_bulk(ids)
        place = Window(RowNumber(), partition_by="root_pk", order_by=F("pk").desc())
        of_these = self._of_projects().filter(root_pk__in=[str(key) for key in ids]).annotate(place=place)
        entries = {}
        for entry in describe(of_these.filter(place__lte=OF_EACH).order_by("-pk"), self.user):
            entries.setdefault(int(entry.root[1]), []).append(entry)
        return [
            Changed(
                projects[key], entries.get(key, []), self._latest(key)[1] - len(entries.get(key, [])),
                key in self.moved, *self.moved.get(key, (None, None)),
            )
            for key in ids
        ]  # fmt: skip

    def beside(self):
        """The changes of organisations, counties, fields and campaigns: they can move a table as well."""
        others = self.changes.exclude(root_table=Project._meta.db_table)
        return describe(others.order_by("-pk")[:BESIDE], self.user)
