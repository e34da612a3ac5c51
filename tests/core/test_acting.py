"""Who acts, by which action and why: it travels into each record, and ends with the action."""

import uuid

import pytest
from django.db import IntegrityError, transaction

from orgs.models import Enterprise
from registry.core.trail import ACTIONS, acting, action, is_acting, request_id
from tests.factories import make_enterprise, make_user

from .test_trail import last, sql, trail

pytestmark = pytest.mark.django_db


def test_actor_action_reason_batch_and_request_travel_into_the_record():
    user, token = make_user(), request_id.set("request-0001")
    try:
        with acting(by=user, action="enterprise.enter", reason="核对后登记", batch=(batch := uuid.uuid4())):
            make_enterprise()
    finally:
        request_id.reset(token)
    record = trail()[-1]
    assert record.actor_id == user.pk
    assert (record.action, record.reason) == ("enterprise.enter", "核对后登记")
    assert (record.batch_id, record.request_id) == (str(batch), "request-0001")
    assert record.transaction == sql("SELECT txid_current()")[0][0]


def test_outside_of_acting_nobody_is_named_but_the_database_account():
    make_enterprise()
    record = trail()[-1]
    assert (record.actor_id, record.action, record.reason) == (None, "", "")
    assert record.db_user == sql("SELECT session_user")[0][0]


def test_an_inner_action_speaks_for_its_own_length_and_inherits_reason_and_batch():
    first, second = make_user(), make_user()
    with acting(by=first, action="outer", reason="因此", batch="b1"):
        make_enterprise()
        with acting(by=second, action="inner"):
            make_enterprise()
        make_enterprise()
    told = [(record.actor_id, record.action, record.reason, record.batch_id) for record in trail()[-3:]]
    assert told == [
        (first.pk, "outer", "因此", "b1"),
        (second.pk, "inner", "因此", "b1"),
        (first.pk, "outer", "因此", "b1"),
    ]


def test_after_a_failed_inner_action_the_outer_one_speaks_again():
    user = make_user()
    with acting(by=user, action="outer"):
        with pytest.raises(IntegrityError), acting(by=None, action="inner"):
            Enterprise.objects.bulk_create(
                [Enterprise(name="撤回公司", code="1"), Enterprise(name="同码公司", code="1")]
            )
        make_enterprise(name="留下公司")
    assert [(record.action, record.after["name"]) for record in trail()] == [("outer", "留下公司")]


def test_after_acting_nobody_is_named_any_more():
    with transaction.atomic():
        assert not is_acting()
        with acting(by=make_user(), action="done", reason="是"):
            make_enterprise()
        assert not is_acting()
        make_enterprise()
    assert [(record.action, record.reason) for record in trail()[-2:]] == [("done", "是"), ("", "")]


def test_the_reason_of_an_action_that_is_over_is_no_reason_of_the_next():
    with acting(by=None, action="first", reason="因此", batch="b1"):
        make_enterprise()
    with acting(by=None, action="second"):
        make_enterprise()
    assert [(record.action, record.reason, record.batch_id) for record in trail()[-1:]] == [("second", "", "")]


def test_rows_may_be_locked_for_an_action_also_without_reason_and_batch():
    with acting(by=None, action="first"):
        assert is_acting()


def test_an_action_is_one_transaction_and_carries_its_name_and_reason():
    @action("test.fail")
    def fail(*, by, reason=""):
        make_enterprise()
        raise RuntimeError

    @action("test.enter")
    def enter(*, by, reason=""):
        return make_enterprise()

    assert ACTIONS["test.enter"] == [enter]
    user, since = make_user(), last()
    with pytest.raises(RuntimeError):
        fail(by=user)
    enter(by=user, reason="补录")
    assert [(record.action, record.actor_id, record.reason) for record in trail(since=since)] == [
        ("test.enter", user.pk, "补录")
    ]
    assert enter.action_name == "test.enter"


def test_an_action_that_does_not_say_by_whom_cannot_even_be_defined():
    with pytest.raises(TypeError, match="must take keyword-only by="):
        action("test.wrong")(lambda record, by: record)
