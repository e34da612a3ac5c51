"""No more received than committed, no more spent than received, unless somebody says why: at every door."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import override

from projects.actions.funding import record_funding, void_funding
from projects.models import Funding
from registry.core.refusals import refusal_in_words
from tests.core.test_actions import at_once
from tests.desk import filled, page
from tests.factories import make_enterprise, make_funding, make_project, make_user

pytestmark = pytest.mark.django_db


def record(project, by, amount, state="received", **more):
    return record_funding(project=project, by=by, state=state, amount=amount, **{"is_joint": True} | more)


def committed(amount="800000", **more):
    project = make_project()
    make_funding(project, amount, state="committed", **more)
    return project


def check_now():
    """What the database checks at the commit, at once."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")


# Entering


def test_what_is_received_may_come_to_what_was_committed_and_not_beyond(bureau):
    project = committed()
    record(project, bureau, "500000")
    record(project, bureau, "300000")
    with pytest.raises(ValidationError) as refusal:
        record(project, bureau, "0.01")
    assert set(refusal.value.message_dict) == {"excess_reason"}
    assert project.funding.count() == 3


def test_a_typed_reason_lets_more_be_received(bureau):
    project = committed()
    record(project, bureau, "800000")
    line = record(project, bureau, "100000", excess_reason="追加捐赠，协议另签")
    check_now()
    assert list(Funding.objects.beyond()) == list(project.funding.filter(state="received"))
    assert line.excess_reason == "追加捐赠，协议另签"


def test_every_further_line_beyond_needs_a_reason_of_its_own(bureau):
    project = committed()
    record(project, bureau, "900000", excess_reason="追加")
    with pytest.raises(ValidationError) as refusal:
        record(project, bureau, "1")
    assert set(refusal.value.message_dict) == {"excess_reason"}


def test_where_nothing_is_committed_there_is_no_limit(bureau):
    record(make_project(), bureau, "900000")
    check_now()


@pytest.mark.parametrize(
    "limit", [{"amount": None}, {"qualifier": "about", "wording": "约"}, {"qualifier": "over", "wording": "余"}]
)
def test_a_commitment_that_is_not_stated_exactly_sets_no_limit(bureau, limit):
    project = make_project()
    make_funding(project, **{"amount": "10", "state": "committed"} | limit)
    record(project, bureau, "900000")
    check_now()
    assert not Funding.objects.beyond().exists()


def test_a_voided_commitment_and_a_voided_receipt_do_not_count(bureau):
    project = committed()
    void = {"voided_by": bureau, "voided_at": timezone.now(), "void_reason": "重复"}
    make_funding(project, "5", state="committed", **void)
    make_funding(project, "700000", **void)
    record(project, bureau, "800000")
    with pytest.raises(ValidationError):
        record(project, bureau, "1")


def test_a_receipt_of_no_stated_amount_adds_nothing(bureau):
    project = committed("100")
    record(project, bureau, None)
    record(project, bureau, "100")
    with pytest.raises(ValidationError):
        record(project, bureau, "0.01")


def test_one_commitment_that_is_not_stated_takes_the_limit_of_the_others_away(bureau):
    project = committed("10")
    make_funding(project, None, state="committed")
    record(project, bureau, "900000")
    check_now()
    assert not Funding.objects.beyond().exists()


def test_a_voided_line_is_under_no_limit(bureau):
    project = committed("100")
    make_funding(project, "100")
    voided = make_funding(project, "50", voided_by=bureau, voided_at=timezone.now(), void_reason="重复")
    voided.clean()


def test_each_project_has_limits_of_its_own(bureau):
    committed("1")
    record(make_project(), bureau, "900000")
    within, beyond = committed("100"), committed("100")
    make_funding(within, "100")
    more = make_funding(beyond, "101", excess_reason="追加")
    make_funding(beyond, "70", origin="mobilised", enterprise=make_enterprise())
    assert list(Funding.objects.beyond()) == [more]


def test_companies_money_is_an_account_of_its_own(bureau):
    project, company = committed(), make_enterprise()
    record(project, bureau, "9000000", origin="mobilised", enterprise=company, is_joint=False)
    record(project, bureau, "800000")
    record(project, bureau, "8000000", state="spent", origin="mobilised", enterprise=company, is_joint=False)
    with pytest.raises(ValidationError):
        record(project, bureau, "1000001", state="spent", origin="mobilised", enterprise=company, is_joint=False)
    check_now()


def test_no_more_is_spent_than_was_received(bureau):
    project = make_project()
    record(project, bureau, "100")
    record(project, bureau, "100", state="spent")
    with pytest.raises(ValidationError) as refusal:
        record(project, bureau, "1", state="spent")
    assert set(refusal.value.message_dict) == {"excess_reason"}
    record(project, bureau, "1", state="spent", excess_reason="垫付")
    check_now()


def test_a_commitment_entered_late_and_too_low_says_why(bureau):
    project = make_project()
    record(project, bureau, "100")
    with pytest.raises(ValidationError):
        record(project, bureau, "80", state="committed")
    record(project, bureau, "80", state="committed", excess_reason="协议只含首期")
    check_now()


# Voiding


def test_voiding_a_commitment_below_what_was_received_asks_why_what_is_left_stands(bureau):
    project = committed()
    extra = make_funding(project, "200000", state="committed")
    first, last = make_funding(project, "600000"), make_funding(project, "400000")
    with pytest.raises(ValidationError) as refusal:
        void_funding(funding=extra, by=bureau, reason="重复登记")
    assert set(refusal.value.message_dict) == {"excess_reason"}
    void_funding(funding=extra, by=bureau, reason="重复登记", excess_reason="对方实际多付")
    check_now()
    for line in (first, last):
        line.refresh_from_db()
    assert (first.excess_reason, last.excess_reason) == ("", "对方实际多付")


def test_the_void_page_asks_for_the_second_reason_only_where_it_is_needed(client, bureau):
    project = committed()
    extra, harmless = make_funding(project, "200000", state="committed"), make_funding(project, "100000")
    make_funding(project, "850000")
    needed, free = (client.get(page(line, "deed", "void")).context["form"].fields for line in (extra, harmless))
    assert ("excess_reason" in needed, "excess_reason" in free) == (True, False)
    answer = client.post(page(extra, "deed", "void"), {"reason": "重复"})
    assert answer.status_code == 400
    answer = client.post(page(extra, "deed", "void"), {"reason": "重复", "excess_reason": "多付"})
    assert answer.status_code == 302


def test_voiding_the_only_commitment_takes_the_limit_away(bureau):
    project = committed()
    record(project, bureau, "800000")
    void_funding(funding=project.funding.get(state="committed"), by=bureau, reason="协议作废")
    check_now()


def test_voiding_a_receipt_below_what_was_spent_asks_why(bureau):
    project = make_project()
    first, second = make_funding(project, "100"), make_funding(project, "50")
    spent = make_funding(project, "120", state="spent")
    with pytest.raises(ValidationError):
        void_funding(funding=second, by=bureau, reason="误登")
    void_funding(funding=second, by=bureau, reason="误登", excess_reason="垫付")
    check_now()
    spent.refresh_from_db()
    assert (spent.excess_reason, first.is_voided) == ("垫付", False)


# Editing at the desk


def new_line(project, **changes):
    form = {"project": project.pk, "state": "received", "kind": "cash", "origin": "own", "is_joint": "on"}
    return form | {"amount": "90万", "qualifier": "exact", "value_basis": "none"} | changes


def test_the_desk_asks_for_the_reason_beside_its_field(client, bureau):
    project = committed()
    answer = client.post(page(Funding, "add"), new_line(project))
    assert set(answer.context["adminform"].form.errors) == {"excess_reason"}
    assert "CNY 900,000" in str(answer.context["adminform"].form.errors)
    answer = client.post(page(Funding, "add"), new_line(project, excess_reason="追加"))
    assert answer.status_code == 302


def test_an_edit_obeys_the_same_rule(client, bureau):
    project = committed()
    line = make_funding(project, "500000")
    answer = client.post(page(line), filled(client.get(page(line)), amount="90万"))
    assert set(answer.context["adminform"].form.errors) == {"excess_reason"}
    line.refresh_from_db()
    assert line.amount == 500000
    answer = client.post(page(line), filled(client.get(page(line)), amount="90万", excess_reason="追加"))
    assert answer.status_code == 302
    check_now()


def test_an_edit_that_makes_nothing_worse_asks_for_nothing(client, bureau):
    project = committed()
    make_funding(project, "500000", excess_reason="追加")
    line = make_funding(project, "500000")
    form = filled(client.get(page(line)), voucher="凭证9", amount="400000")
    assert client.post(page(line), form).status_code == 302


def test_a_commitment_raised_towards_what_was_received_asks_for_nothing():
    project = committed("80")
    make_funding(project, "100", excess_reason="追加")
    line = project.funding.get(state="committed")
    line.amount = Decimal(90)
    line.clean()
    line.amount = Decimal(79)
    with pytest.raises(ValidationError):
        line.clean()


def test_a_line_that_stays_as_it_is_asks_for_nothing():
    project = committed("100")
    make_funding(project, "100").clean()
    make_funding(project, "50", excess_reason="追加")
    project.funding.get(state="received", amount=100).clean()


def test_a_receipt_is_not_lowered_below_what_was_spent_without_words_on_the_spending(client, bureau):
    project = make_project()
    line, spent = make_funding(project, "100"), make_funding(project, "100", state="spent")
    answer = client.post(page(line), filled(client.get(page(line)), amount="50"))
    assert set(answer.context["adminform"].form.errors) == {"amount"}
    client.post(page(spent), filled(client.get(page(spent)), excess_reason="垫付"))
    assert client.post(page(line), filled(client.get(page(line)), amount="50")).status_code == 302
    check_now()


# The database


def run(sql):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def breaks(sql):
    with pytest.raises(IntegrityError, match="without a reason") as refused:
        run(sql)
    with override("en"):
        assert refusal_in_words(refused.value).endswith("Say why on the line, or correct the amount.")


def test_raw_sql_does_not_pass_either(bureau):
    project = committed()
    line = make_funding(project, "800000")
    limit = project.funding.get(state="committed")
    check_now()
    breaks(f"UPDATE projects_funding SET amount = 800001 WHERE id = {line.pk}")
    breaks(f"UPDATE projects_funding SET amount = 799999 WHERE id = {limit.pk}")
    other = make_project()
    spare = make_funding(project, "1", state="committed")
    check_now()
    Funding.objects.filter(pk=line.pk).update(amount=Decimal(800001))
    check_now()
    breaks(f"DELETE FROM projects_funding WHERE id = {spare.pk}")
    breaks(f"UPDATE projects_funding SET project_id = {other.pk} WHERE id = {spare.pk}")


def test_the_database_checks_at_the_end_so_that_lines_may_come_in_any_order():
    project = make_project()
    with transaction.atomic():
        make_funding(project, "10", state="committed")
        make_funding(project, "100", state="received")
        make_funding(project, "90", state="committed")
        check_now()


@pytest.mark.django_db(transaction=True)
def test_of_two_who_enter_the_rest_at_once_only_one_succeeds():
    project = committed("100")
    people = [make_user("bureau", username=name) for name in ("first", "second")]
    outcomes = at_once(*(lambda by=by: record(project, by, "60") for by in people))
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Funding", "ValidationError"]
