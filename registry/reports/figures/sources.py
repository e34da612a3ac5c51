"""The tables that figures are counted from, and how a row of each leads to project, place and party."""

from dataclasses import dataclass

from django.db import models

from projects.models import Funding, Participation, Project, Result, Site


@dataclass(frozen=True)
class Source:
    """A table whose rows are counted or summed. Paths end in `__`, so that a field's name can follow.

    `project` leads to the project, empty for projects themselves. `place` leads to the divisions of a row:
    a project stands under each of its counties, and so do its parties. Empty: the row cannot be divided and
    stands under its project's one county, or under “several counties”.
    `party` leads to the organisations whose origin, kind and level a row is sliced by, the first that is
    known; empty: the project's leading organisation. `day` is the row's own day, which says its quarter: of money
    and results when they came, of all else when the project began.
    """

    model: type[models.Model]
    project: str = "project__"
    place: str = ""
    party: tuple[str, ...] = ()
    day: str = "project__actual_start"

    def rows(self, projects):
        """The rows of `projects`, a queryset."""
        if self.model is Project:
            return projects
        return self.model.objects.filter(project__in=projects.values("pk"))


PROJECTS = Source(Project, project="", place="sites__division__", day="actual_start")
PARTIES = Source(
    Participation, place="project__sites__division__", party=("organisation__merged_into__", "organisation__")
)
UNDIVIDED_PARTIES = Source(Participation)
"""For what is summed of parties: a project in several counties does not give it to each."""
SITES = Source(Site, place="division__")
FUNDING = Source(
    Funding, party=("organisation__merged_into__", "organisation__", "enterprise__member_of__"), day="occurred_on"
)
RESULTS = Source(Result, day="occurred_on")
