"""The accounts that can answer for a project, a step, a measure or what a meeting decides."""

from django.db.models import Q
from django.utils.translation import gettext as _

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


def working_people():
    """The active accounts that act on projects at all: of the bureaux, the counties, the organisations."""
    return User.objects.filter(is_active=True).holding(Role.BUREAU, Role.PARTNER, Role.COUNTY, Role.ORGANISATION)


def why_not_answering(person, project, user):
    """Why `person` cannot answer for something of `project`, or with None for what concerns no project, as `user` hands
    it out: a sentence with its remedy, else ""."""
    people = officers_for(user) if project is None else people_of(project, user)
    if people.filter(pk=person.pk).exists():
        return ""
    if project is None:
        words = _("%s cannot answer for it: choose an officer, or name the project or the difficulty that it is about.")
    else:
        words = _("%s cannot answer for this project: choose an officer, or somebody of its county or organisations.")
    return words % person


def missing_for_work(decision, by):
    """What must be said before `by` can turn a decision into work, and whether its person can answer for that at all:
    sentences, none where nothing is missing."""
    missing = decision.missing_for_work()
    if missing:
        return missing
    why = why_not_answering(decision.responsible, decision.about_project, by)
    return [why] if why else []
