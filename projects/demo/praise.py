"""Made-up commendations, stories and drafts of circulars."""

import datetime

from projects.models import Circular, Commendation, Objection, Story
from projects.models.objections import new_receipt
from projects.models.stages import Stage
from registry.core.loading import write_all

GRADES = (
    Commendation.Status.PROPOSED, Commendation.Status.REVIEWED, Commendation.Status.NOTICE,
    Commendation.Status.GRANTED, Commendation.Status.REFUSED, Commendation.Status.GRANTED,
)  # fmt: skip
TOLD = (
    Story.Status.PUBLISHED, Story.Status.CHECKED, Story.Status.DRAFT, Story.Status.PUBLISHED, Story.Status.WITHDRAWN,
)  # fmt: skip


def make_praise(world, plans):
    over = [plan for plan in plans if plan.stage in (Stage.CLOSED, Stage.AFTERCARE, Stage.ACCEPTED)]
    made = write_all(Commendation, [_commendation(world, plan, place) for place, plan in enumerate(over[:12])])
    notices = [one for one in made if one.status == Commendation.Status.NOTICE]
    write_all(Objection, list(_objections(world, notices)))
    published = [plan for plan in over if plan.project.visibility == "published"]
    write_all(Story, [_story(world, plan, place) for place, plan in enumerate(published[:10])])
    write_all(Circular, [_circular(world, told) for told in world.words["circulars"]])


def _commendation(world, plan, place):
    """Half of them for projects, half for organisations; the public notice lasts ten days."""
    words, status = world.words["commendation"], GRADES[place % len(GRADES)]
    states, day = Commendation.Status, world.day(-40 - place)
    signed = {"proposed_by": world.people["bureau"], "proposed_at": world.instant(day)}
    if status in (states.REVIEWED, states.NOTICE, states.GRANTED):
        signed |= {"reviewed_by": world.people["verifier"], "reviewed_at": world.instant(day, 15)}
    if status in (states.NOTICE, states.GRANTED):
        first = world.day(-4) if status == states.NOTICE else day
        signed |= {"notice_from": first, "notice_until": first + datetime.timedelta(days=10)}
    if status == states.GRANTED:
        signed |= {"granted_by": world.people["bureau"], "granted_at": world.instant(world.day(-20))}
    nominee = {"project": plan.project} if place % 2 else {"organisation": plan.lead}
    return Commendation(
        campaign=plan.project.campaign, kind=Commendation.Kind.values[place % 2], title=f"{plan.year}{words['title']}",
        level=Commendation.Level.PROVINCE, status=status, is_demo=True,
        status_reason=words["refused"] if status == states.REFUSED else "", status_at=world.instant(day, 16),
        **nominee, **signed,
    )  # fmt: skip


def _objections(world, notices):
    """To the first notice one that waits and one that was dismissed, to the second one that was right."""
    dice, told = world.dice("objections"), zip((0, 0, 1), world.words["commendation"]["objections"], strict=True)
    for place, words in told:
        if place < len(notices):
            answered = {} if words["status"] == Objection.Status.RECEIVED else {
                "answered_by": world.people["verifier"], "answered_at": world.instant(world.day(-1)),
                "status_reason": words["answer"], "status_at": world.instant(world.day(-1)),
            }  # fmt: skip
            yield Objection(
                commendation=notices[place], text=words["text"], receipt=new_receipt(dice), status=words["status"],
                received_at=world.instant(world.day(-2)), is_demo=True, **answered,
            )  # fmt: skip


def _story(world, plan, place):
    words, status = world.words["story"], TOLD[place % len(TOLD)]
    signed = {}
    if status != Story.Status.DRAFT:
        signed = {"checked_by": world.people["bureau"], "checked_at": world.instant(world.day(-30))}
    if status in (Story.Status.PUBLISHED, Story.Status.WITHDRAWN):
        signed |= {"published_by": world.people["verifier"], "published_at": world.instant(world.day(-25))}
    return Story(
        project=plan.project, name=f"{plan.project.name}{words['title']}", text=words["text"], quote=words["quote"],
        status=status, status_reason=words["withdrawn"] if status == Story.Status.WITHDRAWN else "",
        status_at=world.instant(world.day(-25)), is_demo=True, **signed,
    )  # fmt: skip


def _circular(world, told):
    """A draft without figures: those are computed by a person, on a day and under a rule."""
    return Circular(
        campaign=world.campaigns[1], kind=told["kind"], title=told["title"], text=world.words["circular"]["text"],
        period_from=world.day(-30 * told["months"]), period_until=world.today, as_of=world.instant(world.today),
        is_demo=True,
    )  # fmt: skip
