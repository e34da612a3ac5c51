"""The whole demo data in one transaction: all of it or none."""

from dataclasses import dataclass

from projects.models import Project
from projects.publishing.contents import publish_loaded
from registry.core.loading import tell_the_planner
from registry.core.models import User
from registry.core.trail import acting

from .accounts import FIRST_ACCOUNT, make_accounts, make_membership
from .cases import load_cases
from .checklists import make_checklists
from .matching import make_matching
from .meetings import make_meetings
from .money import make_funding, make_results
from .monthly import make_reports
from .parties import make_parties
from .plans import make_projects
from .praise import make_praise
from .transition import make_transitions
from .world import World


def is_loaded():
    """Whether the demo data has been loaded before."""
    return User.objects.demo().filter(username=FIRST_ACCOUNT).exists()


@dataclass(frozen=True)
class Loaded:
    cases: int
    projects: int
    organisations: int


def load_demo(*, projects, seed):
    """Load the nine cases and `projects` made-up ones into a register that holds none; returns what was loaded.

    The reference data and the groups must be there.
    """
    with acting(by=None, action="demo.load"):
        world = World(seed=seed, size=projects, people=make_accounts())
        load_cases(world.campaigns, world.people)
        cases = Project.objects.count()
        make_parties(world)
        make_membership(world)
        plans = make_projects(world)
        make_funding(world, plans)
        make_results(world, plans)
        steps = make_checklists(world, plans)
        needs = make_matching(world, plans)
        make_meetings(world, plans, needs, steps)
        make_reports(world, plans)
        make_praise(world, plans)
        make_transitions(world, plans)
        publish_loaded(Project.objects.all())
        tell_the_planner()
    return Loaded(cases, len(plans), len(world.organisations))
