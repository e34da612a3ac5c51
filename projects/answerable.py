"""Who answers for a step: the person named, else those who work for the responsible side of its project; and who
speaks for a county, an organisation, the bureau."""

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
    return [person for person in _active(_of_side(step.project, side)) if _works_with(step, person)]


def staff_of(county):
    """The active accounts that serve a county, or the city or province that it lies in."""
    return _active(_posted_to([county.home.code if county.home_id else county.code]))


def speakers_of(organisation):
    """The active accounts that speak for an organisation."""
    return _active(_speaks_for([organisation.pk]))


def bureau_people():
    """The active accounts of the bureau."""
    return _active(Q(groups__name=Role.BUREAU))


def _active(which):
    return User.objects.filter(which, is_active=True).distinct().order_by("name", "pk")


def _posted_to(homes):
    codes = {code for home in homes if home for code in codes_above(home)}
    return Q(pk__in=Posting.objects.current().filter(division__code__in=codes).values("user"), groups__name=Role.COUNTY)


def _speaks_for(organisations):
    return Q(memberships__status="approved", memberships__organisation__in=organisations)


def _of_side(project, side):
    if side == Side.COUNTY:
        return _posted_to(project.sites.values_list("division__home__code", flat=True))
    if side == Side.ORGANISATION:
        return _speaks_for(project.participations.values("organisation"))
    return Q(pk=project.officer_id)


def _works_with(step, person):
    return ProjectStep.objects.within_scope_of(person).filter(pk=step.pk).exists()
