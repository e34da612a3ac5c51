"""Who answers for a step: the person named, else those who work for the responsible side of its project; and who
speaks for a county, an organisation, the bureau."""

from collections import defaultdict

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from counties.models.divisions import codes_above
from counties.models.postings import Posting
from orgs.models import Membership
from projects.models import Participation, ProjectStep, Site
from projects.models.checklists import Side
from registry.core.models import User
from registry.core.roles import Role
from registry.core.session_roles import whole_register

NAMED = 3
"""So many of those who are reached are named."""


def people_answering_for(step):
    """The active accounts that a step waits for, each of which works with it; perhaps none.

    A step whose sign-off was applied for waits for the officer of the project, whoever did it.
    """
    return people_answering_for_each([step])[step.pk]


def people_answering_for_each(steps):
    """{key of the step: the same}. A few queries for all of them and two for each account, asked by the house: whom a
    message reaches does not depend on what its sender may read."""
    steps = list(steps)
    with transaction.atomic(), whole_register():
        works = _Works(steps)
        found = {step.pk: [named] for step in steps if (named := named_for(step)) and works.on(step, named)}
        sides = _people_of_sides([step for step in steps if step.pk not in found])
        return {step.pk: found.get(step.pk) or [one for one in sides[step.pk] if works.on(step, one)] for step in steps}


def named_for(step):
    """The account that is named for what a step waits for; None for none."""
    return step.project.officer if step.status == ProjectStep.Status.DONE else step.responsible


def side_of(step):
    """The side that a step waits for."""
    return Side.BUREAU if step.status == ProjectStep.Status.DONE else step.side


def why_nobody(step, people, by):
    """Why a chase by `by` reaches nobody, where `people` answer for the step: a sentence with its remedy, else ""."""
    if any(person.pk != by.pk for person in people):
        return ""
    if people:
        return _("Nobody answers for it but yourself: name another responsible person first.")
    named, side = named_for(step), Side(side_of(step))
    if named is not None:
        words = _(
            "%(who)s, who is named for it, has no active account that works with the project, and nobody of the "
            "responsible side (%(side)s) can be reached either: name another responsible person first."
        )
        return words % {"who": named, "side": side.label}
    if side == Side.BUREAU:
        return _("No responsible person is named for it, nor for its project: name one first.")
    words = _(
        "No responsible person is named for it, and nobody of the responsible side (%s) has an active account that "
        "works with the project: name a responsible person first."
    )
    return words % side.label


def reached_in_words(people, by):
    """To whom a chase by `by` goes: the first names, and how many more."""
    names = [str(person) for person in people if person.pk != by.pk]
    told = str(_(", ")).join(names[:NAMED])
    more = len(names) - NAMED
    return told if more <= 0 else ngettext("%(names)s and %(number)d more", "%(names)s and %(number)d more", more) % {
        "names": told, "number": more
    }  # fmt: skip


class _Works:
    """Who works with which of some steps; each account is asked once."""

    def __init__(self, steps):
        self.keys, self.of = [step.pk for step in steps], {}

    def on(self, step, person):
        if not person.is_active:
            return False
        if person.pk not in self.of:
            rows = ProjectStep.objects.within_scope_of(person).filter(pk__in=self.keys)
            self.of[person.pk] = set(rows.values_list("pk", flat=True))
        return step.pk in self.of[person.pk]


def _people_of_sides(steps):
    """{key of the step: the active accounts of the side that it waits for}."""
    of = {side: {step.project_id for step in steps if side_of(step) == side} for side in Side}
    sites = Site.objects.filter(project__in=of[Side.COUNTY]).exclude(division__home=None)
    homes, parties = defaultdict(set), defaultdict(set)
    for project, home in sites.values_list("project", "division__home__code"):
        homes[project].update(codes_above(home))
    parts = Participation.objects.filter(project__in=of[Side.ORGANISATION]).exclude(organisation=None)
    for project, organisation in parts.values_list("project", "organisation"):
        parties[project].add(organisation)
    serve, speak = _serving(homes), _speaking(parties)

    def people(step):
        if side_of(step) == Side.COUNTY:
            return [one for one, codes in serve if codes & homes[step.project_id]]
        if side_of(step) == Side.ORGANISATION:
            return [one for one, own in speak if own & parties[step.project_id]]
        return [step.project.officer] if step.project.officer else []

    return {step.pk: people(step) for step in steps}


def _serving(homes):
    """[(account of a county, the codes that it serves)] of those that serve one of `homes`, {project: codes}."""
    codes = set().union(*homes.values())
    if not codes:
        return []
    people, served = list(_active(_serve(codes))), defaultdict(set)
    for person, code in Posting.objects.current().filter(user__in=people).values_list("user", "division__code"):
        served[person].add(code)
    return [(person, served[person.pk]) for person in people]


def _speaking(parties):
    """[(account, the organisations that it speaks for)] of those that speak for one of `parties`."""
    organisations = set().union(*parties.values())
    if not organisations:
        return []
    people, spoken = list(_active(_speaks_for(organisations))), defaultdict(set)
    approved = Membership.objects.approved().filter(user__in=people)
    for person, organisation in approved.values_list("user", "organisation"):
        spoken[person].add(organisation)
    return [(person, spoken[person.pk]) for person in people]


def counties_with_staff(codes):
    """Of the `codes` of counties those that an active account serves, or the city or province that they lie in."""
    above = {code: set(codes_above(code)) for code in codes}
    served = set().union(*(own for _person, own in _serving(above)))
    return {code for code in above if above[code] & served}


def staff_of(county):
    """The active accounts that serve a county, or the city or province that it lies in."""
    return _active(_serve(codes_above(county.home.code if county.home_id else county.code)))


def speakers_of(organisation):
    """The active accounts that speak for an organisation."""
    return _active(_speaks_for([organisation.pk]))


def bureau_people():
    """The active accounts of the bureau."""
    return _active(Q(groups__name=Role.BUREAU))


def _active(which):
    return User.objects.filter(which, is_active=True).distinct().order_by("name", "pk")


def _serve(codes):
    return Q(pk__in=Posting.objects.current().filter(division__code__in=codes).values("user"), groups__name=Role.COUNTY)


def _speaks_for(organisations):
    return Q(memberships__status="approved", memberships__organisation__in=organisations)
