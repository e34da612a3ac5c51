"""Needs and pledges in every state. What was accepted never goes beyond what was wanted."""

from dataclasses import dataclass
from decimal import Decimal

from orgs.models import Enterprise, Organisation
from projects.actions.matching import ANSWER_DAYS
from projects.models import Funding, Instalment, Need, NeedItem, Pledge, PledgeItem
from projects.models.items import ItemKind
from projects.models.stages import Stage
from registry.core.loading import write_all
from registry.core.workdays import Calendar

from .world import round_sum

NEEDS = (
    Need.Status.PUBLISHED, Need.Status.PARTLY_MET, Need.Status.SUBMITTED, Need.Status.MET, Need.Status.DRAFT,
    Need.Status.PUBLISHED, Need.Status.RETURNED, Need.Status.EXPIRED, Need.Status.PARTLY_MET, Need.Status.WITHDRAWN,
)  # fmt: skip
HELD = (Pledge.Status.CONFIRMED, Pledge.Status.ACCEPTED, Pledge.Status.SIGNED)
LOOSE = (Pledge.Status.SUBMITTED, Pledge.Status.DRAFT, Pledge.Status.DECLINED, Pledge.Status.WITHDRAWN)
FREE = (Pledge.Status.SUBMITTED, Pledge.Status.ACCEPTED, Pledge.Status.DRAFT, Pledge.Status.CONFIRMED)
AFTER_ACCEPTANCE = Pledge.BINDING
AFTER_CONFIRMATION = Pledge.BINDING[1:]
AFTER_SIGNING = Pledge.BINDING[2:]


@dataclass
class Offer:
    """A pledge to be made: by whom, in which state, towards which need, and how much of what it wants."""

    organisation: Organisation
    status: str
    need: Need | None = None
    share: Decimal = Decimal(1)
    project: object = None
    county: object = None


class Matching:
    def __init__(self, world, plans):
        self.world, self.plans = world, plans
        self.words, self.dice = world.words["needs"], world.dice("matching")
        companies = Enterprise.objects.filter(is_demo=True, member_of__is_chamber=True).order_by("pk")
        self.companies = {company.member_of_id: company for company in companies}
        self.calendar = Calendar()
        self.givers = [one for one in world.organisations if one.status == Organisation.Status.ACTIVE]

    def make(self):
        wanted = [self.need(serial) for serial in range(max(20, self.world.size // 5))]
        carried = [self.need_of(plan, len(wanted) + place) for place, plan in enumerate(self.carried_plans())]
        needs = write_all(Need, [*wanted, *(need for need, _plan in carried)])
        items = {}
        for item in write_all(NeedItem, [item for need in needs for item in self.items(need)]):
            items.setdefault(item.need_id, []).append(item)
        offers = [offer for serial, need in enumerate(wanted) for offer in self.offers(serial, need)]
        offers += [Offer(plan.lead, Pledge.Status.CARRIED, need, project=plan.project) for need, plan in carried]
        offers += [self.free(serial) for serial in range(max(4, self.world.size // 20))]
        pledges = write_all(Pledge, [self.pledge(serial, offer) for serial, offer in enumerate(offers, start=1)])
        pairs = zip(pledges, offers, strict=True)
        parts = write_all(PledgeItem, [part for pledge, offer in pairs for part in self.parts(pledge, offer, items)])
        write_all(Instalment, [one for part in parts for one in self.instalments(part)])
        return needs

    def need(self, serial):
        """Every seventh need is the demo county's: in time one in every state."""
        world, dice = self.world, self.dice
        county = world.counties[0 if serial % 7 == 0 or serial == 2 else (serial * 5 + 1) % len(world.counties)]
        theme, status = dice.choice(world.words["themes"]), NEEDS[serial % len(NEEDS)]
        day = world.day(-dice.randint(20, 160))
        over = status in (Need.Status.EXPIRED, Need.Status.WITHDRAWN)
        expires = world.day(-dice.randint(1, 15) if over or serial == 10 else dice.randint(2, 200))
        return self.draft(serial, county, theme, status, day, expires)

    def draft(self, serial, county, theme, status, day, expires):
        world, field = self.world, self.world.fields[theme["revival"]]
        signed = {}
        if status != Need.Status.DRAFT:
            signed = {"submitted_by": world.county_person(county), "submitted_at": world.instant(day, 9)}
        if status in (*Need.PUBLIC, Need.Status.EXPIRED):
            signed |= {"published_by": world.people["bureau"], "published_at": world.instant(day, 16)}
        reason = {
            Need.Status.RETURNED: world.reasons["return_need"][serial % 5],
            Need.Status.EXPIRED: self.words["expired"], Need.Status.WITHDRAWN: self.words["withdrawn"],
        }.get(status, "")  # fmt: skip
        contact = world.words["contact"]
        need = Need(
            number=f"XQ-{world.today.year}-{serial + 1:04d}", name=f"{county.name}{theme['name']}", field=field,
            campaign=world.campaigns[1], county=county, place=world.words["project"]["village"] if serial % 2 else "",
            why=self.words["why"], urgency=Need.Urgency.values[serial % 3], expires_on=expires,
            contact_name=contact["name"], contact_phone=contact["phone"], status=status, status_reason=reason,
            status_at=world.instant(day, 17), is_demo=True, **signed,
        )  # fmt: skip
        need.theme = theme
        return need

    def carried_plans(self):
        """Running projects of one county that began with a need and a pledge."""
        running = [
            plan for plan in self.plans
            if plan.stage in (Stage.SIGNED, Stage.UNDER_WAY, Stage.FINISHED) and len(plan.counties) == 1
        ]  # fmt: skip
        return running[: max(2, self.world.size // 20)]

    def need_of(self, plan, serial):
        need = self.draft(
            serial, plan.counties[0], plan.theme, Need.Status.MET, self.world.past(plan.start), self.world.day(180)
        )
        need.amount = plan.amount
        return need, plan

    def items(self, need):
        """A sum of money, and where the theme asks for goods a quantity of them too."""
        amount = getattr(need, "amount", None) or round_sum(self.dice, 5e4, 3e6)
        yield NeedItem(need=need, kind=ItemKind.MONEY, what=self.words["money"], amount=amount, is_demo=True)
        if "goods" in need.theme and not hasattr(need, "amount"):
            what, unit, low, high, _price = need.theme["goods"]
            quantity = self.dice.randint(low, high)
            yield NeedItem(need=need, kind=ItemKind.GOODS, what=what, quantity=quantity, unit=unit, is_demo=True)

    def giver(self, serial):
        """Every third pledge comes from the organisation of the demo account."""
        return self.world.organisations[0] if serial % 3 == 0 else self.dice.choice(self.givers[1:])

    def offers(self, serial, need):
        if need.status == Need.Status.MET:
            yield Offer(self.giver(serial), HELD[serial // 10 % 3], need)
        if need.status == Need.Status.PARTLY_MET:
            yield Offer(self.giver(serial + 1), HELD[serial % 3], need, Decimal(self.dice.randint(2, 6)) / 10)
        if need.status in Need.OPEN:
            share = Decimal(self.dice.randint(1, 3)) / 10
            yield Offer(self.giver(serial), LOOSE[serial // 2 % 4], need, share)
            yield Offer(self.world.organisations[1], LOOSE[(serial + 1) % 2], need, share)

    def free(self, serial):
        return Offer(self.giver(serial), FREE[serial % 4], county=self.world.counties[serial % 3])

    def pledge(self, serial, offer):
        world, status = self.world, offer.status
        county = offer.need.county if offer.need else offer.county
        first = offer.need.published_at.date() if offer.need else world.day(-60)
        days = [world.past(first + (world.today - first) * part / 6) for part in range(1, 5)]
        signed = {}
        for name, states, person, day in (
            ("submitted", (Pledge.Status.SUBMITTED, Pledge.Status.DECLINED, *AFTER_ACCEPTANCE), "orgs", days[0]),
            ("accepted", AFTER_ACCEPTANCE, "bureau", days[1]),
            ("confirmed", AFTER_CONFIRMATION, "county", days[2]),
            ("signed", AFTER_SIGNING, "bureau", days[3]),
        ):
            if status in states:
                who = {"orgs": world.org_person(offer.organisation), "county": world.county_person(county)}.get(person)
                signed |= {f"{name}_by": who or world.people[person], f"{name}_at": world.instant(day, 14)}
        reason = {
            Pledge.Status.DECLINED: world.reasons["decline_pledge"][serial % 5],
            Pledge.Status.WITHDRAWN: self.words["pledge_withdrawn"],
        }.get(status, "")  # fmt: skip
        contact = world.words["contact"]
        return Pledge(
            number=f"CN-{world.today.year}-{serial:04d}", organisation=offer.organisation, campaign=world.campaigns[1],
            need=offer.need, county=offer.county, field=world.fields["industry-revival"] if offer.county else None,
            text=self.words["pledge"], deliver_by=world.day(90), contact_name=contact["name"],
            contact_phone=contact["phone"], answer_by=self.answer_by(status, signed), status=status,
            status_reason=reason, project=offer.project,
            status_at=max([signed[key] for key in signed if key.endswith("_at")], default=world.instant(days[0], 14)),
            is_demo=True, **signed,
        )  # fmt: skip

    def parts(self, pledge, offer, items):
        """What the pledge offers of each item that the need wants; a free one offers a sum."""
        if offer.need is None:
            amount = round_sum(self.dice, 5e4, 5e5)
            yield PledgeItem(pledge=pledge, kind=ItemKind.MONEY, what=self.words["money"], amount=amount, is_demo=True)
            return
        for item in items[offer.need.pk]:
            amount = item.amount and (item.amount * offer.share).quantize(Decimal("0.01"))
            quantity = item.quantity and max(1, int(item.quantity * offer.share))
            towards = {"pledge": pledge, "need_item": item, "kind": item.kind, "what": item.what, "unit": item.unit}
            company = amount and self.companies.get(offer.organisation.pk)
            if company:
                part = (amount / 4).quantize(Decimal("0.01"))
                yield PledgeItem(
                    amount=part, origin=Funding.Origin.MOBILISED, enterprise=company, is_demo=True, **towards
                )  # fmt: skip
                amount -= part
            yield PledgeItem(amount=amount, quantity=quantity, is_demo=True, **towards)

    def answer_by(self, status, signed):
        """The day by which the side that the pledge waits for is to answer, as the actions set it."""
        since = signed.get(f"{status}_at") if status in Pledge.ANSWERED_BY_DAY else None
        return since and self.calendar.add(since.date(), ANSWER_DAYS)

    def instalments(self, item):
        """Every second pledge of money without a company's part arrives in two instalments."""
        if item.kind != ItemKind.MONEY or item.pledge_id % 2 or item.pledge.organisation_id in self.companies:
            return
        first = (item.amount * 2 / 5).quantize(Decimal("0.01"))
        for day, amount in ((30, first), (85, item.amount - first)):
            yield Instalment(pledge=item.pledge, due_on=self.world.day(day), amount=amount, is_demo=True)


def make_matching(world, plans):
    """Needs with their pledges; returns the needs."""
    return Matching(world, plans).make()
