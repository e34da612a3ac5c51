"""Who answers for a step: the person named, else those who work for the responsible side of its project."""

from django.db.models import Q

from counties.models.divisions import codes_above
from counties.models.postings import Posting
from projects.models import ProjectStep
from projects.models.checklists import Side
from registry.core.models import User
from registry.core.roles import Role


def people_answering_for(step):
    """The active accounts that a step waits for, each of which works with it; perhaps none.

    A step whose sign-off was applied for waits for the officer of the project, whoever did it.
    """
    waits_for_bureau = step.status == ProjectStep.Status.DONE
    named = step.project.officer if waits_for_bureau else step.responsible
    if named is not None and named.is_active and _works_with(step, named):
        return [named]
    side = Side.BUREAU if waits_for_bureau else step.side
    people = User.objects.filter(_of_side(step.project, side), is_active=True).distinct().order_by("name", "pk")
    return [person for person in people if _works_with(step, person)]


def _of_side(project, side):
    if side == Side.COUNTY:
        homes = project.sites.values_list("division__home__code", flat=True)
        codes = {code for home in homes if home for code in codes_above(home)}
        postings = Posting.objects.current().filter(division__code__in=codes)
        return Q(pk__in=postings.values("user"), groups__name=Role.COUNTY)
    if side == Side.ORGANISATION:
        organisations = project.participations.values("organisation")
        return Q(memberships__status="approved", memberships__organisation__in=organisations)
    return Q(pk=project.officer_id)


def _works_with(step, person):
    return ProjectStep.objects.within_scope_of(person).filter(pk=step.pk).exists()
