"""Many at once: the database lets as many through as the rule says, whichever process they come by."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.contrib.auth.models import Group
from django.db import IntegrityError, connection

from registry.core.guesses import count, known_as
from registry.core.models import Guess, User, UserRole
from registry.core.second_factor import accepts, new_secret, set_up, spend_recovery_code
from tests.factories import make_user
from tests.signing_in import code_of

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(run, times):
    """What `run(number)` gives, of so many on connections of their own."""

    def one(number):
        try:
            return run(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(one, range(times)))


def given(user, role):
    try:
        UserRole.objects.create(user=user, group=Group.objects.get(name=role))
    except IntegrityError:
        return False
    return True


def test_of_many_at_once_only_so_many_come_through():
    looked_at = at_once(lambda _number: count(Guess.What.PASSWORD, known_as("somebody"), most=5).may, 20)
    assert (looked_at.count(True), looked_at.count(False)) == (5, 15)
    assert Guess.objects.get().number == 20

    user, secret = make_user("bureau"), new_secret()
    recovery = set_up(secret=secret, code=code_of(secret), by=user)[0]
    later_code = code_of(secret, 1)
    assert at_once(lambda _number: accepts(user, later_code), 10).count(True) == 1
    assert at_once(lambda _number: spend_recovery_code(code=recovery, by=user), 10).count(True) == 1

    roles = ("audit_admin", "bureau", "system_admin", "county")
    for _round in range(5):
        other = make_user()
        at_once(lambda number, other=other: given(other, roles[number]), 4)
        held = set(User.objects.get(pk=other.pk).roles)
        assert len(held) == 1 or held == {"bureau", "county"}, held
