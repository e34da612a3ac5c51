"""Made-up organisations and companies. Their names begin with the mark, their codes with a division that is none."""

import datetime
import itertools

from orgs.credit_code import demo_code
from orgs.models import Authority, Enterprise, FormerName, Kind, Organisation, Origin, RegisteredLevel
from registry.core.loading import write_all

PLACES = (Origin.HEBEI, Origin.HEBEI, Origin.BEIJING, Origin.HEBEI, Origin.TIANJIN, Origin.HEBEI, Origin.NATIONAL)
KINDS = ("foundation", "service", "association", "chamber", "service", "foundation", "association", "service")
CAPITALS = {Origin.BEIJING: "110000", Origin.TIANJIN: "120000", Origin.HEBEI: "130000"}
LOCAL = (RegisteredLevel.PREFECTURE, RegisteredLevel.COUNTY)
Status = Organisation.Status


class Parties:
    def __init__(self, world):
        self.world, self.words = world, world.words["organisations"]
        self.dice = world.dice("organisations")
        bureaux = list(Authority.objects.select_related("division").order_by("id"))
        self.ministry = next(bureau for bureau in bureaux if bureau.level == RegisteredLevel.NATIONAL)
        self.bureaux = {bureau.division.code: bureau for bureau in bureaux if bureau.division}
        self.local = [bureau for bureau in bureaux if bureau.level in LOCAL]

    def make(self):
        """About half as many organisations as projects, in all kinds, levels, places and states."""
        names = self.names()
        number = max(12, self.world.size // 2)
        made = write_all(Organisation, [self.organisation(serial, next(names)) for serial in range(number)])
        merged = {"status": Status.MERGED, "status_reason": self.words["merged"]}
        made += write_all(
            Organisation,
            [self.organisation(number + place, next(names), **merged, merged_into=made[place]) for place in (2, 3)],
        )
        former = [
            FormerName(
                organisation=one, name=f"{one.name}{self.words['former']}", until=self.world.day(-900), is_demo=True
            )
            for one in made[2::9]
        ]
        write_all(FormerName, former)
        return made

    def names(self):
        """Names without end, none of them twice; the first two are those of the demo account and of a stranger."""
        yield self.words["own"]
        yield self.words["stranger"]
        mark = self.world.words["mark"]
        for turn in itertools.count():
            for serial, head in enumerate(self.words["heads"]):
                yield f"{mark}·{{place}}{head}{{kind}}{self.turn(turn, serial)}"

    @staticmethod
    def turn(turn, serial):
        return f"{turn * 100 + serial:03d}" if turn else ""

    def organisation(self, serial, name, **more):
        origin, kind = PLACES[serial % len(PLACES)], KINDS[serial % len(KINDS)]
        if serial < 2:
            origin, kind = Origin.HEBEI, ("service", "foundation")[serial]
        name = name.format(place=self.words["places"][origin], kind=self.dice.choice(self.words["kinds"][kind]))
        authority = self.authority(origin, serial)
        known_kind = Kind.ASSOCIATION if kind == "chamber" else Kind(kind)
        state = Status.ACTIVE
        if serial > 5:
            state = {7: Status.SUSPENDED, 18: Status.DEREGISTERED, 29: Status.APPLIED}.get(serial % 40, Status.ACTIVE)
        contact = self.world.words["contact"]
        return Organisation(
            name=name, code=None if serial % 8 == 5 else demo_code(serial + 1, known_kind), kind=known_kind,
            is_chamber=kind == "chamber", is_charity=kind == "foundation", authority=authority,
            level=authority.level, origin=origin, supervising_unit=self.words["supervising_unit"],
            registered_on=datetime.date(2000, 1, 1) + datetime.timedelta(days=self.dice.randrange(6500)),
            address=self.words["address"], contact_name=contact["name"], contact_phone=contact["phone"],
            legal_representative=contact["name"], is_demo=True, **{"status": state} | more,
        )  # fmt: skip

    def authority(self, origin, serial):
        """National ones are the Ministry's; every third of Hebei is registered with a city or a county."""
        if origin == Origin.NATIONAL:
            return self.ministry
        if origin == Origin.HEBEI and serial % 3 == 0 and serial > 1:
            return self.dice.choice(self.local)
        return self.bureaux[CAPITALS[origin]]


def make_parties(world):
    """Fills `world.organisations`, the first being that of the account `org`, the second a stranger to it."""
    world.organisations = Parties(world).make()


def make_companies(world):
    """Made-up member companies of the chambers that take part: {organisation id: its companies}."""
    words, found = world.words["enterprises"], {}
    chambers = [one for one in world.organisations if one.is_chamber and one.status == Status.ACTIVE]
    mark, kinds = world.words["mark"], words["kinds"]
    companies = [
        Enterprise(
            name=f"{mark}·{head}{kinds[serial % len(kinds)]}{serial // len(chambers) + 1}",
            member_of=chambers[serial % len(chambers)], note=words["note"], is_demo=True,
        )
        for serial, head in zip(range(max(4, world.size // 20)), itertools.cycle(words["heads"]), strict=False)
    ]  # fmt: skip
    for company in write_all(Enterprise, companies):
        found.setdefault(company.member_of_id, []).append(company)
    return found
