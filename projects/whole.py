"""One project, whole, as a person may see it: what the page and the interface print.

Everything public is named here one by one; what only those may see who work with the project is under
`in_scope` and nowhere else.
"""

from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from django.db.models import Prefetch, Q, prefetch_related_objects
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from counties.models import Division
from orgs.models import Organisation
from projects.ladder import ladder
from projects.models import (
    Agreement,
    Difficulty,
    Document,
    Event,
    Funding,
    LampRule,
    Participation,
    Project,
    ProjectField,
    ProjectMark,
    ProjectStep,
    Result,
    Site,
)
from projects.models.stages import COURSE, Stage
from registry.core.dates import today
from registry.core.models import reads_everything
from registry.core.prepared import Asked
from registry.core.prepared_rows import PreparedRows, know
from registry.core.quantity import Quantity
from registry.core.roles import Role
from registry.core.text import mask_name, mask_personal


def _parts():
    """What a public page needs of a project beside its own row: {name: rows}."""
    return {
        "participations": Participation.objects.select_related("organisation", "enterprise"),
        "sites": Site.objects.select_related("division__home__parent", "division__parent").order_by("id"),
        "project_fields": ProjectField.objects.select_related("field"),
        "funding": Funding.objects.select_related("organisation", "enterprise"),
        "marks": ProjectMark.objects.all(),
        "results": Result.objects.all(),
        "agreements": Agreement.objects.select_related("event"),
    }


FORMER_NAMES = "participations__organisation__former_names"


def _rows(projects):
    return projects.select_related("campaign", "officer", "parent", "continues", "continued_by")


def whole_projects(user):
    """The projects that `user` may know of, with what a public page needs of each."""
    parts = (Prefetch(name, rows) for name, rows in _parts().items())
    return _rows(Project.objects.visible_to(user)).prefetch_related(*parts, FORMER_NAMES)


@cache
def _steps():
    rows = ProjectStep.objects.select_related("responsible", "depends_on")
    return PreparedRows(rows.filter(project=Asked("project")))


@cache
def _difficulties():
    return PreparedRows(Difficulty.objects.filter(project=Asked("project")))


@cache
def _documents():
    """The files of a project, for those who read everything: `DocumentQuerySet.within_scope_of` hides none of these."""
    return PreparedRows(_files(Document.objects.all(), Asked("project")))


def _files(documents, project):
    """Those of `documents` that hang on the project, on what belongs to it, or on a report that was approved."""
    mine = Q(project=project) | Q(step__project=project) | Q(funding__project=project)
    mine |= Q(result__project=project) | Q(agreement__project=project)
    mine |= Q(report__project=project, report__status="approved")
    return documents.filter(mine).select_related("blob")


@cache
def _any():
    """The project of a number, for those who may know of all."""
    return PreparedRows(_rows(Project.objects.filter(number=Asked("number"))))


@cache
def _prepared():
    return {name: PreparedRows(rows.filter(project=Asked("project"))) for name, rows in _parts().items()}


def whole_project(user, number):
    """The project of this number as `whole_projects` gives it, or None where the person may not know of it."""
    if reads_everything(user):
        found = next(iter(_any().ask(number=number)), None)
    else:
        found = _rows(Project.objects.visible_to(user)).filter(number=number).first()
    if found is not None:
        for name, rows in _prepared().items():
            know(found, name, rows.ask(project=found.pk))
        prefetch_related_objects([found], FORMER_NAMES)
    return found


@dataclass(frozen=True)
class Party:
    """A party by the name of the day of signing; `organisation` only where there is a public page to open."""

    name: str
    role: str
    role_name: str
    organisation: Organisation | None = None
    enterprise: bool = False
    unnamed: Quantity | None = None


@dataclass(frozen=True)
class Place:
    """Where it is done: today's county (None where it cannot be told), the unit as entered, the place as stated."""

    county: Division | None
    division: Division
    address: str


@dataclass(frozen=True)
class StepLine:
    """A step of the checklist with its lamp of today and the whole days left, negative when late."""

    step: ProjectStep
    lamp: str
    days_left: int | None


class Whole:
    """Public unless said otherwise. `project` comes from `whole_projects`."""

    def __init__(self, project, user):
        self.project, self.user = project, user
        self._reads_everything = reads_everything(user)

    @cached_property
    def in_scope(self):
        """Whether the person works with the project."""
        if self._reads_everything:
            return True
        return Project.objects.within_scope_of(self.user).filter(pk=self.project.pk).exists()

    @property
    def course(self):
        """The straight course as (label, "past", "now" or "ahead"); a side exit stands where it was left."""
        place = COURSE.index(self.project.left_stage or self.project.stage)
        steps = ["past"] * place + ["now"] + ["ahead"] * (len(COURSE) - place - 1)
        return [(Stage(stage).label, step) for stage, step in zip(COURSE, steps, strict=True)]

    @cached_property
    def signed_on(self):
        """The day by which parties are named: of the first signature, else of the start."""
        days = [agreement.signed_on for agreement in self.project.agreements.all() if agreement.signed_on]
        return min(days, default=self.project.actual_start or self.project.planned_start)

    @property
    def parties(self):
        return [self._party(part) for part in self.project.participations.all()]

    def _party(self, part):
        role = {"role": part.role, "role_name": part.get_role_display()}
        if part.unnamed:
            count = Quantity(Decimal(part.unnamed_count), "", part.unnamed_qualifier)
            return Party(unnamed_in_words(part.unnamed, count), **role, unnamed=count)
        if part.enterprise:
            return Party(part.enterprise.name, **role, enterprise=True)
        name = part.organisation.name_on(self.signed_on) if self.signed_on else part.organisation.name
        is_public = part.organisation.status in Organisation.PUBLIC
        return Party(name, **role, organisation=part.organisation if is_public else None)

    @property
    def places(self):
        return [
            Place(site.division.home, site.division, mask_personal(site.address)) for site in self.project.sites.all()
        ]

    @cached_property
    def lines(self):
        """The standing funding lines."""
        return [line for line in self.project.funding.all() if not line.is_voided]

    @property
    def own_ladder(self):
        """The organisations' own and raised money."""
        return ladder([line for line in self.lines if line.origin != Funding.Origin.MOBILISED])

    @property
    def mobilised_ladder(self):
        """Companies' money: a separate figure, never added to the other."""
        return ladder([line for line in self.lines if line.origin == Funding.Origin.MOBILISED])

    @property
    def results(self):
        """The approved results; all of them for those in scope, each with its status."""
        return [
            result for result in self.project.results.all() if self.in_scope or result.status == Result.Status.APPROVED
        ]

    @property
    def events(self):
        """Where agreements on the project were signed: those that the person may know of."""
        if not any(agreement.event_id for agreement in self.project.agreements.all()):
            return []
        return Event.objects.visible_to(self.user).filter(agreements__project=self.project).distinct()

    # Only for those in scope; empty for everybody else.

    @property
    def steps(self):
        """The checklist with the lamp of each step."""
        if not self.in_scope:
            return []
        day, rule = today(), LampRule.objects.current()
        steps = _steps().ask(project=self.project.pk)
        return [StepLine(step, step.lamp(day, rule), step.days_left(day)) for step in steps]

    @property
    def documents(self):
        if self._reads_everything:
            return _documents().ask(project=self.project.pk)
        return list(_files(Document.objects.visible_to(self.user), self.project)) if self.in_scope else []

    @property
    def agreements(self):
        return list(self.project.agreements.all()) if self.in_scope else []

    @property
    def difficulties(self):
        return _difficulties().ask(project=self.project.pk) if self.in_scope else []

    @property
    def officer(self):
        """The responsible person's name, masked for auditors; "" for the public."""
        if not self.in_scope or self.project.officer is None:
            return ""
        name = str(self.project.officer)
        return mask_name(name) if self.user.holds(Role.AUDITOR) and not self.user.is_bureau else name


def unnamed_in_words(sort, count):
    if sort == Participation.Unnamed.ENTERPRISES:
        return _("%s companies that the source does not name") % count
    return _("%s organisations that the source does not name") % count
