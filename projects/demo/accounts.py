"""One account per role, and two that nobody can sign in with: they stand for the other counties and organisations."""

import datetime

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group

from counties.models import Division, Posting
from orgs.models import Membership
from projects.reference import DATA
from registry.core.loading import read_json
from registry.core.models import User, UserRole

PASSWORD = "bangfu-demo"  # noqa: S105 - known to all: of demo accounts only
FIRST_ACCOUNT = "bureau"


def account_names():
    words = read_json(DATA / "demo.json")
    return {told["username"] for told in (*words["accounts"], *words["silent_accounts"])}


def make_accounts():
    """The demo accounts with their roles and postings, by user name. The groups must be there."""
    words = read_json(DATA / "demo.json")
    groups = {group.name: group for group in Group.objects.all()}
    known, unusable = make_password(PASSWORD), make_password(None)
    people = {}
    for told in (*words["accounts"], *words["silent_accounts"]):
        silent = told in words["silent_accounts"]
        user = User.objects.create(
            username=told["username"], name=told["name"], password=unusable if silent else known,
            is_active=not silent, is_demo=True,
        )  # fmt: skip
        UserRole.objects.create(user=user, group=groups[told["role"]], is_demo=True)
        if "division" in told:
            Posting.objects.create(
                user=user, division=Division.objects.today().get(code=told["division"]), duty=told["duty"],
                starts_on=datetime.date(2018, 3, 1), is_demo=True,
            )  # fmt: skip
        people[user.username] = user
    return people


def make_membership(world):
    """The account `org` speaks for the first made-up organisation."""
    Membership.objects.create(
        user=world.people["org"], organisation=world.organisations[0], status=Membership.Status.APPROVED,
        approved_by=world.people["bureau"], approved_at=world.instant(world.day(-400)), is_demo=True,
    )  # fmt: skip
