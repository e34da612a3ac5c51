"""Memberships: an account speaks for an organisation once the bureau has said so."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from orgs.models import Membership
from tests.factories import make_membership, make_org_user, make_organisation, make_user
from tests.lifecycles import LifecycleRules

pytestmark = pytest.mark.django_db


def make_in(state):
    stamps = {} if state == "approved" else {"approved_by": None, "approved_at": None}
    return make_membership(make_user("organisation"), make_organisation(), status=state, **stamps)


class TestTheTableOfMemberships(LifecycleRules):
    model = Membership

    def make_in(self, state, towards=""):
        return make_in(state)


def test_only_an_approved_membership_opens_the_organisation():
    membership = make_in("applied")
    user = membership.user
    assert not user.memberships.approved().exists()
    membership.move_to("approved", by=make_user("bureau"))
    assert user.memberships.approved().get() == membership
    membership.move_to("ended", by=make_user("bureau"), reason="离职")
    assert not user.memberships.approved().exists()


def test_an_account_is_a_member_of_an_organisation_once():
    organisation = make_organisation()
    user = make_org_user(organisation)
    with pytest.raises(IntegrityError, match="membership_once"), transaction.atomic():
        make_membership(user, organisation)


@pytest.mark.parametrize(
    ("columns", "constraint"),
    [
        ("status = 'flying'", "status_check"),
        ("approved_at = NULL", "membership_approved"),
        ("approved_at = NULL, approved_by_id = NULL", "membership_approved_by_someone"),
    ],
)
def test_the_database_refuses_what_makes_no_sense(columns, constraint):
    make_in("approved")
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE orgs_membership SET {columns}")


def test_an_approval_has_its_day():
    before = timezone.now()
    membership = make_in("applied")
    membership.move_to("approved", by=make_user("bureau"))
    assert before < membership.approved_at < timezone.now()
