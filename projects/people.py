"""The accounts that can answer for a project, a step or a measure."""

from django.db.models import Q

from counties.models.postings import within_posting
from registry.core.models import User
from registry.core.roles import Role


def officers_for(user):
    """The accounts that can answer for a project: bureau staff, for a partner bureau its own; None: all."""
    staff = User.objects.filter(is_active=True).holding(Role.BUREAU, Role.PARTNER).order_by("name", "pk")
    if user is None or user.reads_everything:
        return staff
    return staff.filter(within_posting(user, "postings__division__code"))


def people_of(project, user):
    """Those who may answer for a step or a measure: officers, the counties' staff, the organisations' members."""
    stems = set(project.sites.values_list("division__home__code", flat=True)) - {None}
    posted = Q(pk__in=[])
    for code in stems:
        posted |= Q(postings__division__code__startswith=code, groups__name=Role.COUNTY)
    members = Q(memberships__status="approved", memberships__organisation__participations__project=project)
    others = User.objects.filter(is_active=True).filter(posted | members).values("pk")
    everybody = Q(pk__in=officers_for(user).order_by().values("pk")) | Q(pk__in=others)
    return User.objects.filter(everybody).order_by("name", "pk")
