"""Funding lines and results of the made-up projects: in all states, kinds, origins and degrees of exactness."""

import datetime
from decimal import Decimal

from projects.models import Funding, Result
from projects.models.stages import Stage
from registry.core.loading import write_all

State, Kind, Origin, Basis = Funding.State, Funding.Kind, Funding.Origin, Funding.Basis
ORIGINS = (Origin.OWN, Origin.RAISED, Origin.OWN, Origin.RAISED, Origin.OWN)
BASES = (Basis.INVOICE, Basis.MARKET, Basis.DECLARED)
CENT = Decimal("0.01")


def make_funding(world, plans):
    write_all(Funding, [line for plan in plans for line in Lines(world, plan).all()])


class Lines:
    """The lines of one project: promised, committed, received in parts, spent; what companies gave stands apart."""

    def __init__(self, world, plan):
        self.world, self.plan, self.dice = world, plan, world.dice(f"funding/{plan.serial}")
        self.words = world.words["funding"]
        words = self.words["inexact"]
        self.inexact = words[plan.serial // 14 % len(words)] if plan.serial % 14 == 4 else None
        self.is_unstated = plan.serial % 25 == 9 and plan.kind in ("goods", "service")

    def all(self):
        plan = self.plan
        if plan.has_come_to(Stage.MATCHED):
            yield self.line(State.PLEDGED, plan.amount, plan.start)
        if plan.has_come_to(Stage.SIGNED):
            yield self.line(State.COMMITTED, plan.amount, plan.last_due(Stage.MATCHED))
            yield from self.voided()
        came = []
        if plan.has_come_to(Stage.UNDER_WAY) or (plan.has_come_to(Stage.SIGNED) and plan.serial % 2):
            yield from (came := list(self.received()))
        if plan.has_come_to(Stage.UNDER_WAY) and not self.is_unstated:
            share = 1 if plan.has_come_to(Stage.FINISHED) else Decimal(self.dice.randint(10, 60)) / 100
            there = sum(line.amount for line in came)
            yield self.line(State.SPENT, (there * share).quantize(CENT), plan.last_due(Stage.UNDER_WAY))
        yield from self.mobilised()

    def line(self, state, amount, day, **more):
        """One line in the kind of the project; goods and services say what and how much of it."""
        plan, shared = self.plan, bool(self.plan.others) and self.plan.serial % 4 == 1
        kind = {"goods": Kind.GOODS, "service": Kind.SERVICE}.get(plan.kind, Kind.CASH)
        row = {
            "project": plan.project, "state": state, "kind": kind, "amount": amount, "is_joint": shared,
            "organisation": None if shared else plan.lead, "origin": ORIGINS[plan.serial % len(ORIGINS)],
            "occurred_on": self.world.past(day), "is_demo": True,
        }  # fmt: skip
        if kind != Kind.CASH:
            row |= self.goods(plan.amount if amount is None else amount)
            row["value_basis"] = BASES[plan.serial % len(BASES)] if amount is not None else Basis.NONE
        return Funding(**row | more)

    def goods(self, amount):
        if self.plan.kind == "service":
            days = max(1, int(amount // 800))
            return {"goods": self.words["services"]["what"], "quantity": days, "unit": self.words["services"]["unit"]}
        what, unit, _low, _high, price = self.plan.theme["goods"]
        return {"goods": what, "quantity": max(1, int(amount // price)), "unit": unit}

    def received(self):
        """In one to three parts, all of it when the project is finished; confirmed by the county for the most part."""
        plan, day = self.plan, self.plan.last_due(Stage.MATCHED)
        whole = plan.amount if plan.has_come_to(Stage.FINISHED) else plan.amount * self.dice.randint(30, 95) / 100
        if self.is_unstated:
            yield self.line(State.RECEIVED, None, day, note=self.words["not_stated"], **self.confirmation(day))
            return
        if self.inexact:
            qualifier, wording = self.inexact
            rough = max(whole // 10000 * 10000, Decimal(10000))
            yield self.line(State.RECEIVED, rough, day, qualifier=qualifier, wording=wording, **self.confirmation(day))
            return
        parts = self.dice.randint(1, 3)
        each = (whole / parts).quantize(CENT)
        for part in range(parts):
            amount = each if part else (whole - each * (parts - 1)).quantize(CENT)
            when = self.world.past(day + datetime.timedelta(days=30 * part))
            voucher = f"{self.words['invoice']}-{plan.serial:04d}-{part + 1}"
            yield self.line(State.RECEIVED, amount, when, voucher=voucher, **self.confirmation(when))

    def confirmation(self, day):
        if self.dice.random() < 0.25:
            return {}
        county = self.plan.counties[0] if self.plan.counties else None
        at = self.world.instant(self.world.past(day), 15)
        return {"confirmed_by": self.world.county_person(county), "confirmed_at": at}

    def voided(self):
        """A line entered by mistake: struck through, never deleted."""
        if self.plan.serial % 24 == 2:
            day = self.world.past(self.plan.last_due(Stage.MATCHED))
            yield self.line(
                State.RECEIVED, self.plan.amount, day, voided_by=self.world.people["bureau"],
                voided_at=self.world.instant(day, 16), void_reason=self.dice.choice(self.words["voids"]),
            )  # fmt: skip

    def mobilised(self):
        """Money of the member company, several times what the association gives."""
        if self.plan.company and self.plan.has_come_to(Stage.SIGNED):
            amount = self.plan.amount * self.dice.randint(2, 9)
            yield Funding(
                project=self.plan.project, state=State.RECEIVED if self.plan.is_over else State.COMMITTED,
                kind=Kind.CASH, origin=Origin.MOBILISED, enterprise=self.plan.company, amount=amount,
                occurred_on=self.world.past(self.plan.last_due(Stage.MATCHED)), is_demo=True,
            )  # fmt: skip


def make_results(world, plans):
    write_all(Result, [result for plan in plans for result in _results(world, plan)])


def _results(world, plan):
    """The results that the theme asks for; what is reached, and who has approved it, follows from the stage."""
    dice, status = world.dice(f"results/{plan.serial}"), Result.Status
    early = [status.DRAFT]
    running = [status.DRAFT, status.SUBMITTED, status.APPROVED, status.RETURNED]
    late = [status.SUBMITTED, status.APPROVED, status.APPROVED, status.APPROVED]
    for indicator, level, unit, low, high in plan.theme["results"]:
        planned = dice.randint(low, high)
        landed, ended = plan.has_come_to(Stage.UNDER_WAY), plan.has_come_to(Stage.FINISHED)
        chosen = dice.choice(late if ended else running if landed else early)
        chosen = status.APPROVED if plan.has_come_to(Stage.ACCEPTED) else chosen
        share = dice.uniform(0.85, 1.2) if ended else dice.uniform(0.1, 0.7)
        day = world.past(plan.last_due(Stage.UNDER_WAY))
        yield Result(
            project=plan.project, indicator=indicator, level=level, unit=unit, planned=planned,
            actual=max(1, round(planned * share)) if landed else None, occurred_on=day if landed else None,
            status=chosen, status_at=world.instant(day),
            status_reason=dice.choice(world.reasons["return_result"]) if chosen == status.RETURNED else "",
            **_signed(world, plan, chosen, day), is_demo=True,
        )  # fmt: skip


def _signed(world, plan, chosen, day):
    signed = {}
    if chosen != Result.Status.DRAFT:
        signed |= {"submitted_by": world.org_person(plan.lead), "submitted_at": world.instant(day, 11)}
    if chosen == Result.Status.APPROVED:
        approver = world.people["verifier" if plan.serial % 2 else "bureau"]
        signed |= {"approved_by": approver, "approved_at": world.instant(day, 16)}
    return signed
