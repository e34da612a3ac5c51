"""Made-up commendations, stories and drafts of circulars."""

import datetime
import io

from PIL import Image, ImageDraw

from projects.models import Circular, Commendation, Objection, Story, StoryPhoto
from projects.models.objections import new_receipt
from projects.models.stages import Stage
from registry.core.loading import take_ids, write_all
from registry.core.models import Blob
from registry.core.pictures import store_redrawn

GRADES = (
    Commendation.Status.PROPOSED, Commendation.Status.REVIEWED, Commendation.Status.NOTICE,
    Commendation.Status.GRANTED, Commendation.Status.REFUSED, Commendation.Status.GRANTED,
)  # fmt: skip
TOLD = (
    Story.Status.PUBLISHED, Story.Status.CHECKED, Story.Status.DRAFT, Story.Status.PUBLISHED, Story.Status.WITHDRAWN,
)  # fmt: skip


PALETTE = (((120, 176, 226), (106, 160, 92)), ((214, 196, 160), (150, 124, 88)), ((168, 200, 222), (84, 128, 140)))
"""Colours of sky and ground in the pictures that stand for photographs."""


def make_praise(world, plans):
    over = [plan for plan in plans if plan.stage in (Stage.CLOSED, Stage.AFTERCARE, Stage.ACCEPTED)]
    made = write_all(Commendation, [_commendation(world, plan, place) for place, plan in enumerate(over[:12])])
    notices = [one for one in made if one.status == Commendation.Status.NOTICE]
    write_all(Objection, list(_objections(world, notices)))
    published = [plan for plan in over if plan.project.visibility == "published"]
    make_stories(world, published[:10])
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


def make_stories(world, plans):
    """Stories of made-up projects, each with a drawing in the place of a photograph.

    The photographs are written first: once a story is checked, the database takes no more of them.
    """
    keys = take_ids(Story, len(plans))
    told = [_story(world, plan, place) for place, plan in enumerate(plans)]
    pictures = [store_redrawn(drawing(*colours), by=None) for colours in PALETTE]
    words = world.words["story"]
    photos = []
    for place, (key, one) in enumerate(zip(keys, told, strict=True)):
        one.pk = key
        (full, drawn), (card, _small) = pictures[place % len(pictures)]
        photos.append(
            StoryPhoto(
                story_id=key, full=full, card=card, width=drawn.width, height=drawn.height, is_demo=True,
                alt=words["alt"], caption=words["caption"], consent=StoryPhoto.Consent.NOBODY,
            )
        )  # fmt: skip
    write_all(StoryPhoto, photos)
    write_all(Story, told)
    Blob.objects.filter(pk__in=[blob.pk for pair in pictures for blob, _drawn in pair]).update(is_demo=True)


def drawing(sky, ground):
    """A PNG of plain shapes, 1200 by 800: hills under a sky and a house. It is nobody's photograph."""
    picture = Image.new("RGB", (1200, 800), sky)
    pen = ImageDraw.Draw(picture)
    pen.ellipse((-300, 420, 760, 1100), fill=tuple(part - 24 for part in ground))
    pen.ellipse((420, 500, 1560, 1200), fill=ground)
    pen.rectangle((740, 430, 980, 600), fill=(244, 238, 226))
    pen.polygon(((710, 440), (860, 330), (1010, 440)), fill=(150, 62, 52))
    pen.rectangle((830, 510, 890, 600), fill=(110, 84, 62))
    pen.ellipse((150, 90, 270, 210), fill=(250, 226, 150))
    buffer = io.BytesIO()
    picture.save(buffer, "PNG")
    return buffer.getvalue()


def _story(world, plan, place):
    words, status = world.words["story"], TOLD[place % len(TOLD)]
    signed = {}
    if status != Story.Status.DRAFT:
        signed = {"checked_by": world.people["bureau"], "checked_at": world.instant(world.day(-30))}
    if status in (Story.Status.PUBLISHED, Story.Status.WITHDRAWN):
        first = world.instant(world.day(-25))
        signed |= {"published_by": world.people["verifier"], "published_at": first, "first_published_at": first}
    return Story(
        project=plan.project, name=f"{plan.project.name}{words['title']}", text=words["text"], quote=words["quote"],
        said_by=words["said_by"],
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
