"""Made-up meetings, what was presented, decided and signed there, and the difficulties they dealt with."""

from counties.models import Division
from orgs.models import Authority
from projects.models import (
    AgendaItem,
    Agreement,
    Attendance,
    Decision,
    Difficulty,
    Event,
    Measure,
    ProjectStep,
    Signatory,
)
from projects.models.checklists import Side
from projects.models.needs import Need
from projects.models.stages import Stage
from registry.core.loading import write_all

STATES = (
    Difficulty.Status.RAISED, Difficulty.Status.IN_HAND, Difficulty.Status.ANSWERED, Difficulty.Status.ESCALATED,
    Difficulty.Status.CLOSED, Difficulty.Status.IN_HAND,
)  # fmt: skip
ANSWERED = (Difficulty.Status.ANSWERED, Difficulty.Status.CLOSED)


def make_meetings(world, plans, needs, steps):
    """Events, agreements and difficulties; `steps` are the checklists by the serial of the plan."""
    events = _events(world)
    public = [need for need in needs if need.status in Need.PUBLIC]
    write_all(
        AgendaItem,
        [
            AgendaItem(event=events[place % 2], position=place + 1, need=need, is_demo=True)
            for place, need in enumerate(public[:12])
        ],
    )
    _agreements(world, plans, events[2])
    measures = _difficulties(world, plans, events)
    late = _late(world, plans, steps)
    _agendas(events, measures, late)
    _decisions(world, measures, late, events)


def _events(world):
    units = {unit.code: unit for unit in Division.objects.today()}
    words = world.words["event"]
    events = write_all(
        Event,
        [_event(world, told, units[told["county"]], place) for place, told in enumerate(world.words["events"])],
    )
    host = Authority.objects.get(level="province", division__code="130000")
    for event in events:
        event.hosts.add(host)
    rows = [
        Attendance(event=event, person=person, title=title, organisation=world.organisations[place], is_demo=True)
        for event in events if event.status == Event.Status.HELD
        for place, (person, title) in enumerate(words["attendees"])
    ]  # fmt: skip
    write_all(Attendance, rows)
    return events


def _event(world, told, division, place):
    """Held where its day is over, planned where it is not, cancelled where the words give a reason."""
    words, day = world.words["event"], world.day(told["days"])
    status = Event.Status.HELD if told["days"] < 0 else Event.Status.PLANNED
    return Event(
        name=told["name"], campaign=world.campaigns[1], kind=told["kind"], starts_on=day, ends_on=day,
        place=words["place"], division=division, summary=words["summary"], attendees=30 + place * 7,
        is_public=place % 3 != 2, status=Event.Status.CANCELLED if "cancelled" in told else status,
        status_reason=told.get("cancelled", ""), status_at=world.instant(world.past(day)), is_demo=True,
    )  # fmt: skip


def _agreements(world, plans, ceremony):
    """One agreement for each project that was signed; those signed last were signed at the ceremony."""
    words, numbers, agreements = world.words["agreement"], {}, []
    signed = [plan for plan in plans if plan.has_come_to(Stage.SIGNED)]
    for plan in signed:
        event = ceremony if plan.stage == Stage.SIGNED else None
        day = event.starts_on if event else world.past(plan.last_due(Stage.MATCHED))
        numbers[day.year] = numbers.get(day.year, 0) + 1
        agreement = Agreement(
            number=f"XY-{day.year}-{numbers[day.year]:04d}", name=f"{plan.project.name}{words['name']}",
            project=plan.project, event=event, text=words["text"], signed_on=day, is_demo=True,
        )  # fmt: skip
        agreements.append(agreement)
    write_all(Agreement, agreements)
    parts = []
    for plan, agreement in zip(signed, agreements, strict=True):
        signing = {"agreement": agreement, "signed_on": agreement.signed_on, "is_demo": True}
        parts.append(Signatory(part=Signatory.Part.GIVER, organisation=plan.lead, **signing))
        parts += [Signatory(part=Signatory.Part.RECEIVER, division=county, **signing) for county in plan.counties]
    write_all(Signatory, parts)


def _difficulties(world, plans, events):
    """One for every third project that is signed or under way, in each state in turn; returns the measures."""
    troubled = [plan for plan in plans if plan.stage in (Stage.SIGNED, Stage.UNDER_WAY, Stage.SUSPENDED)][::3]
    told = world.words["difficulties"]
    made = [
        _difficulty(world, plan, told[place % len(told)], STATES[place % len(STATES)], events[8], place)
        for place, plan in enumerate(troubled)
    ]
    write_all(Difficulty, made)
    for place, difficulty in enumerate(made):
        difficulty.raised_at = world.instant(world.day(-(10 + place % 7 * 8)))
    Difficulty.objects.bulk_update(made, ["raised_at"], batch_size=500)
    measures = [
        _measure(world, difficulty, plan, told[place % len(told)]["measure"], place)
        for place, (difficulty, plan) in enumerate(zip(made, troubled, strict=True))
        if difficulty.status != Difficulty.Status.RAISED
    ]
    return write_all(Measure, measures)


def _difficulty(world, plan, told, status, meeting, place):
    side = Side.COUNTY if plan.counties and place % 3 else Side.ORGANISATION
    person = world.county_person(plan.counties[0]) if side == Side.COUNTY else world.org_person(plan.lead)
    closed, agreed = status == Difficulty.Status.CLOSED, {}
    if status in ANSWERED:
        agreed = {"bureau_agreed_by": world.people["bureau"], "bureau_agreed_at": world.instant(world.day(-3))}
    if closed:
        agreed |= {"raiser_agreed_by": person, "raiser_agreed_at": world.instant(world.day(-2))}
    reason = told["answer"] if status in ANSWERED and not closed else ""
    if status == Difficulty.Status.ESCALATED:
        reason = world.words["difficulty"]["escalated"]
    return Difficulty(
        project=plan.project, title=told["title"], detail=told["detail"], raised_side=side, raised_by=person,
        level=Difficulty.Level.values[place % 3], wanted_from=Side.BUREAU, wanted_by=world.day(place % 9 * 6 - 12),
        answer=told["answer"] if status in ANSWERED else "", status=status, status_reason=reason,
        event=meeting if status == Difficulty.Status.ESCALATED else None, status_at=world.instant(world.day(-4)),
        is_demo=True, **agreed,
    )  # fmt: skip


def _measure(world, difficulty, plan, text, place):
    done = {}
    if difficulty.status in ANSWERED:
        done = {"done_by": world.people["bureau"], "done_at": world.instant(world.day(-5))}
    return Measure(
        difficulty=difficulty, text=text, side=Side.BUREAU, responsible=plan.project.officer,
        due_on=world.day(place % 7 * 5 - 8), is_demo=True, **done,
    )  # fmt: skip


def _late(world, plans, steps):
    """The steps of all checklists that are overdue."""
    return [
        step for plan in plans for step in steps[plan.serial]
        if step.status == ProjectStep.Status.OPEN and step.due_on < world.today
    ]  # fmt: skip


def _agendas(events, measures, late):
    """The progress meetings dealt, or are to deal, with difficulties and overdue steps."""
    escalated = events[8].difficulties.order_by("pk")
    rows = [
        AgendaItem(event=events[8], position=place, difficulty=difficulty, is_demo=True)
        for place, difficulty in enumerate(escalated, 1)
    ]
    dealt_with = dict.fromkeys(measure.difficulty for measure in measures[:4])
    rows += [
        AgendaItem(event=events[3], position=place, difficulty=difficulty, is_demo=True)
        for place, difficulty in enumerate(dealt_with, 1)
    ]
    rows += [
        AgendaItem(event=events[3], position=10 + place, step=step, is_demo=True)
        for place, step in enumerate(late[:4], 1)
    ]
    write_all(AgendaItem, rows)


def _decisions(world, measures, late, events):
    """What the progress meeting decided: it became measures and hurried steps, or waits to be carried out."""
    text, officer = world.words["event"]["decision"], world.people["bureau"]
    given = {"event": events[3], "text": text, "responsible": officer, "due_on": world.day(-20), "is_demo": True}
    rows = [Decision(measure=measure, difficulty=measure.difficulty, **given) for measure in measures[:4]]
    rows += [Decision(step=step, project=step.project, **given) for step in late[:4]]
    rows += [Decision(difficulty=measure.difficulty, **given | {"due_on": world.day(9)}) for measure in measures[4:6]]
    write_all(Decision, rows)
