"""Open checklists of the made-up projects, with who did what and the files that prove it."""

import datetime

from projects.models import Document, ProjectStep
from projects.models.checklists import Side
from projects.models.stages import Stage
from registry.core.loading import write_all

from .files import make_blobs

Status = ProjectStep.Status
SETTLED = (Status.DONE, Status.VERIFIED)


def make_checklists(world, plans):
    """Copies the templates as opening a list does, and lets time run up to each project's next step."""
    made = {plan.serial: {} for plan in plans}
    longest = max((len(plan.steps) for plan in plans), default=0)
    for place in range(longest):  # all first steps, then all second ones: a step depends only on earlier ones
        wave = [plan for plan in plans if place < len(plan.steps)]
        steps = [_step(world, plan, place, made[plan.serial]) for plan in wave]
        for plan, step in zip(wave, write_all(ProjectStep, steps), strict=True):
            made[plan.serial][plan.steps[place].pk] = step
    _attach(world, [step for steps in made.values() for step in steps.values()])
    return {serial: list(steps.values()) for serial, steps in made.items()}


def _step(world, plan, place, made):
    told = plan.steps[place]
    due = plan.due_on(told)
    status = _status(world, plan, place)
    return ProjectStep(
        project=plan.project, template_step=told, position=told.position, stage=told.stage, title=told.title,
        title_en=told.title_en, guidance=told.guidance, side=told.side, evidence=list(told.evidence), due_on=due,
        responsible=_responsible(world, plan, told.side), depends_on=made.get(told.depends_on_id), status=status,
        note=world.words["steps"]["note"] if place == plan.next_step else "", is_demo=True,
        **_signed(world, plan, told, status, due),
    )  # fmt: skip


def _status(world, plan, place):
    """Settled before the next step, open after it; the next one itself may be waiting or have been sent back."""
    dice = world.dice(f"steps/{plan.serial}/{place}")
    if place < plan.next_step:
        return Status.WAIVED if dice.random() < 0.03 and place > 1 else Status.VERIFIED
    if plan.stage == Stage.TERMINATED:
        return Status.WAIVED
    if place > plan.next_step or plan.serial < 20:
        return Status.OPEN
    return dice.choices((Status.OPEN, Status.DONE, Status.RETURNED), (65, 25, 10))[0]


def _responsible(world, plan, side):
    """The officer, the county's or the organisation's account where there is one."""
    if side == Side.BUREAU:
        return plan.project.officer
    if side == Side.COUNTY:
        person = world.county_person(plan.counties[0] if plan.counties else None)
    else:
        person = world.org_person(plan.lead)
    return person if person.is_active else None


def _doer(world, plan, side):
    if side == Side.BUREAU:
        return world.people["bureau"]
    county = plan.counties[0] if plan.counties else None
    return world.county_person(county) if side == Side.COUNTY else world.org_person(plan.lead)


def _signed(world, plan, told, status, due):
    """Who did it, who signed it off, when, and why it was sent back or waived."""
    dice = world.dice(f"signed/{plan.serial}/{told.position}")
    day = world.past(due + datetime.timedelta(days=dice.randint(-9, 4)))
    if status == Status.WAIVED:
        words = world.words["steps"]
        reason = words["ended"] if plan.stage == Stage.TERMINATED else words["merged"]
        return {
            "waived_by": world.people["bureau"], "waived_at": world.instant(day), "status_at": world.instant(day),
            "status_reason": reason,
        }  # fmt: skip
    if status == Status.RETURNED:
        return {"status_reason": dice.choice(world.reasons["return_step"]), "status_at": world.instant(day)}
    signed = {"status_at": world.instant(world.past(plan.start))}
    if status in SETTLED:
        at = world.instant(day, dice.randint(8, 17))
        signed = {"done_by": _doer(world, plan, told.side), "done_at": at, "status_at": at}
    if status == Status.VERIFIED:
        at = world.instant(world.past(day + datetime.timedelta(days=dice.randint(0, 5))), 18)
        signed |= {"verified_by": world.people["verifier"], "verified_at": at, "status_at": at}
    return signed


def _attach(world, steps):
    """The evidence that settled steps need: one small file for each kind that the step asks for."""
    blobs, titles = make_blobs(world.people["bureau"]), world.words["documents"]
    documents = []
    for step in steps:
        for kind in step.evidence if step.status in SETTLED else ():
            blob, ending = blobs[kind]
            document = Document(
                step=step, kind=kind, title=titles[kind], blob=blob, dated=step.done_at.date(),
                original_name=f"{titles[kind]}.{ending}", uploaded_by=step.done_by, is_demo=True,
            )  # fmt: skip
            documents.append(document)
    write_all(Document, documents)
