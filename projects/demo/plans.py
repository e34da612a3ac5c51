"""Made-up projects: where each of them stands, and from when to when. All other parts follow these plans.

Two of five projects run now, at every stage in turn; their dates are counted back from the step that is next, so
that some of these are overdue and some are due this week. The others belong to earlier years and are over.
"""

import datetime
import itertools
from dataclasses import dataclass, field
from decimal import Decimal

from orgs.models import Enterprise, Organisation
from projects.models import Participation, Project, ProjectField, ProjectMark, Scheme, Site, TemplateStep
from projects.models.stages import Stage
from registry.core.loading import write_all
from registry.core.quantity import Qualifier

from .parties import make_companies
from .world import rank, round_sum

RUNNING = (
    Stage.UNDER_WAY, Stage.PLANNED, Stage.SIGNED, Stage.FINISHED, Stage.MATCHED, Stage.ACCEPTED, Stage.AFTERCARE,
    Stage.UNDER_WAY, Stage.SUSPENDED, Stage.UNDER_WAY, Stage.SIGNED, Stage.FINISHED, Stage.UNDER_WAY,
)  # fmt: skip
OVER = (Stage.CLOSED, Stage.CLOSED, Stage.TERMINATED, Stage.CLOSED, Stage.CLOSED, Stage.CLOSED, Stage.CLOSED)
LEFT = (Stage.UNDER_WAY, Stage.SIGNED, Stage.UNDER_WAY, Stage.MATCHED)
"""The stages that suspended and terminated projects left, in turn."""

DUE = (-17, 3, 0, 25, 60, 6, 90)
"""Days until the next step of the first running projects is due; of the others chance decides."""

SUMS = {"service": (2e4, 6e5), "goods": (5e4, 2e6), "cash": (5e4, 4e6), "construction": (2e5, 9e6)}
Role = Participation.Role


@dataclass
class Plan:
    """One made-up project with what the other parts need to know of it. `reached` is the stage in the course."""

    serial: int
    theme: dict
    stage: Stage
    reached: Stage
    steps: list[TemplateStep]
    next_step: int
    start: datetime.date
    amount: Decimal
    counties: list
    lead: Organisation
    others: list[Organisation] = field(default_factory=list)
    company: Enterprise | None = None
    project: Project | None = None

    @property
    def kind(self):
        return self.theme["kind"]

    @property
    def year(self):
        return self.start.year

    @property
    def is_over(self):
        return self.stage in (Stage.CLOSED, Stage.TERMINATED)

    def has_come_to(self, stage):
        return rank(self.reached) >= rank(stage)

    def due_on(self, step):
        return self.start + datetime.timedelta(days=step.due_after)

    def last_due(self, *stages):
        """When the last step of these stages is due."""
        return max(self.due_on(step) for step in self.steps if step.stage in stages)


def earlier_years(year):
    """The years before, the newest first, since the campaign began: the last two and its three twice each."""
    recent, first = (year - 1, year - 1, year - 2, year - 2), (2020, 2020, 2019, 2019, 2018, 2018)
    return (*recent, *range(year - 3, 2020, -1), *first)


class Planner:
    def __init__(self, world):
        self.world, self.dice = world, world.dice("projects")
        self.companies = make_companies(world)
        self.places = itertools.count(1)
        self.active = [one for one in world.organisations if one.status == Organisation.Status.ACTIVE]

    def plan(self, serial):
        running = serial % 5 in (0, 2)
        turn = serial // 5 * 2 + (serial % 5 == 2) if running else serial
        stage = RUNNING[turn % len(RUNNING)] if running else OVER[serial % len(OVER)]
        round_ = turn // len(RUNNING) if running else serial // len(OVER)
        reached = LEFT[round_ % len(LEFT)] if stage in (Stage.SUSPENDED, Stage.TERMINATED) else stage
        theme = self.dice.choice(self.world.words["themes"])
        steps = self.world.templates[theme["kind"]]
        next_step = len(steps) if stage == Stage.CLOSED else self.next_step(steps, reached)
        start = self.running_start(steps, next_step, turn) if running else self.earlier_start()
        plan = Plan(
            serial=serial, theme=theme, stage=stage, reached=reached, steps=steps, next_step=next_step, start=start,
            amount=round_sum(self.dice, *SUMS[theme["kind"]]), counties=self.counties(serial), lead=self.lead(serial),
        )  # fmt: skip
        self.choose_others(plan)
        return plan

    def next_step(self, steps, reached):
        """The place of the first step that is not settled: one of those of the stage, all earlier ones are."""
        places = [place for place, step in enumerate(steps) if step.stage == reached]
        return self.dice.choice(places)

    def running_start(self, steps, next_step, turn):
        weights = ((-45, -1, 15), (0, 7, 20), (8, 100, 65))
        low, high, _weight = self.dice.choices(weights, [weight for _low, _high, weight in weights])[0]
        days = self.dice.randint(low, high)
        days = DUE[turn] if turn < len(DUE) else days
        start = self.world.day(days - steps[next_step].due_after)
        return min(start, datetime.date(self.world.today.year, 12, 31))

    def earlier_start(self):
        year = self.dice.choice(earlier_years(self.world.today.year))
        return datetime.date(year, 3, 1) + datetime.timedelta(days=self.dice.randrange(150))

    def counties(self, serial):
        """Every twentieth project is in the demo county; one in 33 states no county, one in 12 two of them."""
        every = self.world.counties
        if serial % 20 == 0:
            return every[:1]
        if serial % 33 == 7:
            return []
        first = next(self.places) * 7 % len(every)
        return [every[first], every[(first + 11) % len(every)]] if serial % 12 == 5 else [every[first]]

    def lead(self, serial):
        if serial % 13 == 0:
            return self.world.organisations[0]
        return self.world.organisations[1] if serial % 40 == 20 else self.dice.choice(self.active[1:])

    def choose_others(self, plan):
        if self.dice.random() < 0.35:
            plan.others = [one for one in self.dice.sample(self.active, self.dice.randint(1, 3)) if one != plan.lead]
        if plan.serial % 37 == 3:
            plan.others.insert(0, self.world.organisations[-1])  # that was merged into another
        if plan.lead.pk in self.companies and self.dice.random() < 0.7:
            plan.company = self.dice.choice(self.companies[plan.lead.pk])


def make_projects(world):
    """Plans with their saved projects, sites, fields, parties and marks; numbers are given in order of the years."""
    planner = Planner(world)
    plans = [planner.plan(serial) for serial in range(world.size)]
    numbers, projects = {}, []
    for plan in plans:
        numbers[plan.year] = numbers.get(plan.year, 0) + 1
        plan.project = _project(world, plan, f"XM-{plan.year}-{numbers[plan.year]:04d}")
        projects.append(plan.project)
    write_all(Project, projects)
    write_all(Site, [site for plan in plans for site in _sites(world, plan)])
    write_all(ProjectField, [one for plan in plans for one in _fields(world, plan)])
    write_all(Participation, [party for plan in plans for party in _parties(world, plan)])
    models = [plan for plan in plans if plan.stage == Stage.CLOSED and plan.serial % 11 == 3]
    write_all(ProjectMark, [_mark(world, plan) for plan in models])
    return plans


def _project(world, plan, number):
    words, place = (
        world.words["project"],
        "".join(world.unit_of(county, plan.year).name for county in plan.counties[:1]),
    )
    part = words["parts"].get(str(plan.serial % 5), "")
    landed = plan.has_come_to(Stage.UNDER_WAY)
    actual_start = world.past(plan.last_due(Stage.SIGNED)) if landed else None
    ended = plan.has_come_to(Stage.FINISHED)
    since = plan.due_on(plan.steps[plan.next_step - 1]) if plan.next_step else plan.start
    return Project(
        number=number, name=f"{place}{plan.theme['name']}{part}", campaign=world.campaign_of(plan.year),
        year=plan.year, summary=words["summary"],
        approach=words["approach"] if plan.serial % 3 == 0 else "",
        channel=words["channel"] if plan.serial % 6 == 0 else "", stage=plan.stage,
        left_stage="" if plan.reached == plan.stage else plan.reached, status_reason=words.get(plan.stage, ""),
        status_at=world.instant(world.past(since)), planned_start=plan.start, planned_end=plan.due_on(plan.steps[-1]),
        actual_start=actual_start,
        actual_end=world.past(max(plan.last_due(Stage.UNDER_WAY), actual_start)) if ended else None,
        visibility=Project.Visibility.PUBLISHED if landed and plan.serial % 17 != 5 else Project.Visibility.INTERNAL,
        officer=world.people["verifier" if plan.serial % 10 in (5, 7) else "bureau"], is_demo=True,
    )  # fmt: skip


def _sites(world, plan):
    village = world.words["project"]["village"] if plan.serial % 2 else ""
    share = Decimal(50) if len(plan.counties) == 2 and plan.serial % 24 == 5 else None
    for county in plan.counties:
        yield Site(
            project=plan.project, division=world.unit_of(county, plan.year), address=village, share=share, is_demo=True
        )


def _fields(world, plan):
    """The field of relief; in the campaign of revitalisation also its field there, which is the primary one."""
    codes = [plan.theme["field"]]
    if plan.project.campaign.scheme == Scheme.REVITALISATION:
        codes.append(plan.theme["revival"])
    for one in (world.fields[code] for code in codes):
        yield ProjectField(project=plan.project, field=one, scheme=one.scheme, is_primary=True, is_demo=True)


def _parties(world, plan):
    roles = (Role.JOINT, Role.FUNDER, Role.IMPLEMENTER)
    yield Participation(project=plan.project, organisation=plan.lead, role=Role.LEAD, is_demo=True)
    for organisation, role in zip(plan.others, roles, strict=False):
        yield Participation(project=plan.project, organisation=organisation, role=role, is_demo=True)
    if plan.company:
        yield Participation(project=plan.project, enterprise=plan.company, role=Role.MOBILISED, is_demo=True)
    if plan.serial % 29 == 11:
        yield Participation(
            project=plan.project, unnamed=Participation.Unnamed.ORGANISATIONS, unnamed_count=plan.serial % 7 + 2,
            unnamed_qualifier=Qualifier.OVER, role=Role.FUNDER, note=world.words["project"]["unnamed"], is_demo=True,
        )  # fmt: skip


def _mark(world, plan):
    words = world.words["project"]
    return ProjectMark(
        project=plan.project, kind=ProjectMark.Kind.MODEL, title=words["mark_title"], named_by=words["mark_by"],
        named_on=world.past(plan.due_on(plan.steps[-1])), is_demo=True,
    )  # fmt: skip
