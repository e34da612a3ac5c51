"""A register in which lawful things happen by chance, the same ones for the same seed."""

import datetime
import random
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction

from orgs.actions import merge
from orgs.models import Organisation
from projects.actions.corrections import change_fields, change_sites, correct_funding, record_result
from projects.actions.funding import record_funding, void_funding
from projects.actions.projects import register_project
from projects.actions.publishing import publish_project, withdraw_project
from projects.models import Funding, Project, Result
from registry.core.actions import locked, move
from registry.core.lifecycle import UnlawfulMove
from registry.core.quantity import Money, Quantity
from tests.factories import (
    make_campaign,
    make_county_user,
    make_designation,
    make_enterprise,
    make_field,
    make_organisation,
    make_participation,
    make_user,
)

DAY = datetime.date(2019, 1, 1)


class Register:
    """Three counties, two fields, organisations of several places, and a few projects to begin with."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.clerk, self.verifier = make_user("bureau"), make_user("bureau")
        self.campaign = make_campaign()
        self.counties = [make_designation().division for _number in range(3)]
        self.county_user = make_county_user(self.counties[0])
        self.fields = [make_field() for _number in range(2)]
        self.organisations = [make_organisation(origin=origin) for origin in ("beijing", "tianjin", "hebei")]
        self.company = make_enterprise()
        for _number in range(3):
            self.register()

    def pick(self, rows):
        return self.random.choice(list(rows))

    def row(self, rows):
        """A row of a queryset by chance, None of an empty one."""
        keys = list(rows.order_by("pk").values_list("pk", flat=True))
        return rows.get(pk=self.pick(keys)) if keys else None

    def day(self):
        return DAY + datetime.timedelta(days=self.random.randrange(900))

    def sequence(self):
        """Up to five actions, one after the other; gives their names."""
        return [self.act() for _number in range(self.random.randint(1, 5))]

    def act(self):
        """One action; what the register refuses has not happened."""
        doing = self.pick(ACTIONS)
        try:
            doing(self)
        except (ValidationError, UnlawfulMove):
            return f"{doing.__name__} refused"
        return doing.__name__

    def register(self):
        register_project(
            by=self.clerk, name="试验项目", campaign=self.campaign, year=self.random.choice((2019, 2020)),
            lead=self.pick(self.organisations[:3]), fields=[self.pick(self.fields)],
            counties=[self.pick(self.counties)], actual_start=self.day(),
            stage=self.random.choice(("signed", "under_way")),
        )  # fmt: skip

    def move_on(self):
        project = self.row(Project.objects.all())
        moves = project.moves_open_to(self.clerk)
        if moves:
            move(project, to=self.pick(moves).target, by=self.clerk, reason="按程序")

    def publish(self):
        doubts = dict.fromkeys(("notice", "results", "county", "sum"), "已核实")
        project = self.row(Project.objects.all())
        if self.pick((True, False)):
            publish_project(project=project, by=self.clerk, note="按程序", acknowledged=doubts)
        else:
            withdraw_project(project=project, by=self.clerk, reason="按程序")

    def give(self):
        amount = self.random.choice((None, "10.00", "0.37", "2500.00"))
        giver = self.pick(({"is_joint": True}, {"organisation": self.pick(self.organisations[:3])}))
        if self.random.random() < 0.2:
            giver = {"enterprise": self.company, "origin": "mobilised"}
        line = {
            "state": self.pick(("pledged", "committed", "received")), "amount": amount and Decimal(amount),
            "qualifier": self.pick(("exact", "about", "over")), "kind": "cash", "occurred_on": self.day(),
            "excess_reason": "追加",
        }  # fmt: skip
        record_funding(project=self.row(Project.objects.all()), by=self.clerk, **line | giver)

    def correct(self):
        if line := self.row(Funding.objects.standing()):
            correct_funding(
                funding=line, by=self.clerk, money=Money(Decimal(self.pick(("88.80", "1200"))), qualifier="about")
            )

    def void(self):
        if line := self.row(Funding.objects.standing()):
            void_funding(funding=line, by=self.clerk, reason="重复", excess_reason="追加")

    def bring(self):
        reached = Quantity(Decimal(self.random.randrange(100)), self.pick(("人次", "人", "户")), "exact")
        result = record_result(
            project=self.row(Project.objects.all()), by=self.clerk, reached=reached, indicator="受益群众",
            level="beneficiary",
        )  # fmt: skip
        move(result, to="submitted", by=self.clerk)

    def judge(self):
        if result := self.row(Result.objects.filter(status="submitted")):
            move(result, to=self.pick(("approved", "returned")), by=self.verifier, reason="核对")

    def withdraw(self):
        if result := self.row(Result.objects.approved()):
            move(result, to="returned", by=self.verifier, reason="数字有误")

    def join(self):
        project = self.row(Project.objects.all())
        organisation = make_organisation(origin="national", kind="association")
        make_participation(project, organisation=organisation, role="joint")

    def leave(self):
        party = self.row(Project.objects.filter(participations__role="joint").distinct())
        with transaction.atomic():
            if joint := party and locked(party).participations.filter(role="joint").first():
                joint.delete()

    def relocate(self):
        chosen = self.random.sample(self.counties, self.random.choice((1, 2)))
        change_sites(project=self.row(Project.objects.all()), by=self.clerk, divisions=chosen)

    def turn(self):
        change_fields(project=self.row(Project.objects.all()), by=self.clerk, fields=[self.pick(self.fields)])

    def merge(self):
        alive = Organisation.objects.filter(origin="national").exclude(status="merged")
        if organisation := self.row(alive):
            merge(organisation=organisation, into=self.organisations[0], by=self.clerk, reason="同一组织")

    def rename(self):
        county = self.pick(self.counties)
        county.name = f"试验{self.random.randrange(100)}区"
        county.save()


ACTIONS = (
    Register.register, Register.move_on, Register.publish, Register.give, Register.give, Register.correct,
    Register.void, Register.bring, Register.judge, Register.withdraw, Register.join, Register.leave,
    Register.relocate, Register.turn, Register.merge, Register.rename,
)  # fmt: skip
