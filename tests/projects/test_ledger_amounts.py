"""What an exported ledger changes of money, people and parties: never what a second person has vouched for."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from projects.ledger import importing
from projects.ledger.importing import Order
from projects.models import (
    Funding,
    Participation,
)
from registry.core.sheets.grid import NUMBER, Cell
from tests.factories import (
    make_enterprise,
    make_funding,
    make_organisation,
    make_project,
    make_result,
)

from .exported_ledgers import HEAD, UPPER, exported, stamp, wan
from .ledger_books import FULL, book, full
from .ledger_changes import check, commit, differences, nothing_written, refusal, update

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference", "english")]


# Money


def test_a_single_unconfirmed_line_is_corrected_in_place(found, officer):
    line = found.funding.get(state="received")
    commit(exported(found, received=wan("350000", "余")), "received", by=officer)
    line.refresh_from_db()
    assert (line.amount, line.qualifier, line.wording) == (Decimal(350000), "over", "余")
    commit(exported(found, received=20), "received", by=officer)
    line.refresh_from_db()
    assert (line.amount, line.qualifier, line.wording) == (Decimal(200000), "exact", "")


def test_a_line_that_the_county_has_confirmed_is_refused(found, officer):
    found.funding.filter(state="received").update(confirmed_by=officer, confirmed_at=timezone.now())
    for amount in (20, 40):
        assert "has confirmed" in refusal(check(exported(found, received=amount), by=officer), "received")


def test_a_higher_sum_of_several_lines_adds_the_difference(found, officer):
    second = make_organisation()
    make_funding(found, "100000.00", state="received", organisation=second, origin="raised")
    commit(exported(found, received=45), "received", by=officer)
    added = found.funding.latest("pk")
    assert (added.amount, added.state, added.kind, added.origin, added.note, added.confirmed_at) == (
        Decimal(50000), "received", "cash", "own", "台账导入 台账.xlsx", None
    )  # fmt: skip
    assert added.organisation == found.participations.get().organisation
    assert found.funding.count() == 4


def test_a_lower_sum_of_several_lines_is_refused(found, officer):
    make_funding(found, "100000.00", state="received")
    assert "2 lines" in refusal(check(exported(found, received=35), by=officer), "received")


def test_an_exact_sum_cannot_be_made_of_inexact_lines(found, officer):
    make_funding(found, "100000.00", state="received", qualifier="over", wording="余")
    assert "inexact" in refusal(check(exported(found, received=wan("500000")), by=officer), "received")
    commit(exported(found, received=wan("500000", "以上")), "received", by=officer)
    assert (found.funding.latest("pk").amount, found.funding.latest("pk").qualifier) == (Decimal(100000), "at_least")


def test_money_that_was_not_there_is_added_in_the_name_of_the_lead(found, officer):
    commit(exported(found, pledged=5), "pledged", by=officer)
    line = found.funding.get(state="pledged")
    assert (line.amount, line.organisation) == (Decimal(50000), found.participations.get().organisation)
    Participation.objects.all().delete()
    Funding.objects.filter(state="pledged").delete()
    assert "no leading organisation" in refusal(check(exported(found, pledged=5), by=officer), "pledged")


def test_an_amount_that_was_not_stated_is_filled_in(found, officer):
    row = exported(found, received=5)
    found.funding.filter(state="received").update(amount=None)
    commit(row, "received", by=officer)
    assert found.funding.get(state="received").amount == Decimal(50000)


def test_companies_money_is_no_part_of_the_sum(found, officer):
    company = make_funding(found, "990000.00", state="received", enterprise=make_enterprise(), origin="mobilised")
    assert check(exported(found), by=officer).verdicts.rows[0].outcome == "unchanged"
    commit(exported(found, received=40), "received", by=officer)
    company.refresh_from_db()
    assert company.amount == Decimal(990000)


def test_goods_have_a_line_of_their_own_where_they_have_a_column(found, officer):
    make_funding(found, "50000.00", state="committed", kind="goods", value_basis="declared")
    head = HEAD | {"kind": "物资折价"}
    row = exported(found, committed=85, kind=6)
    assert set(differences(check(row, by=officer, head=head, upper=UPPER))) == {"committed", "kind"}
    commit(row, "kind", by=officer, head=head)
    assert set(found.funding.filter(state="committed").values_list("kind", "amount")) == {
        ("cash", Decimal(800000)), ("goods", Decimal(60000))
    }  # fmt: skip


def test_more_than_was_committed_is_refused_unless_more_is_committed_too(found, officer):
    assert "Say why" in refusal(check(exported(found, received=81), by=officer), "received")
    both = check(exported(found, received=85, committed=90), by=officer)
    assert (refusal(both, "received"), refusal(both, "committed")) == ("", "")
    with pytest.raises(ValidationError, match="Say why"), nothing_written():
        commit(exported(found, received=85, committed=90), "received", by=officer)
    commit(exported(found, received=85, committed=90), "received", "committed", by=officer)
    assert found.funding.get(state="received").amount == Decimal(850000)


def test_what_is_committed_comes_down_after_what_was_received(found, officer):
    found.funding.filter(state="received").update(amount=Decimal(800000))
    commit(exported(found, received=50, committed=60), "received", "committed", by=officer)
    assert set(found.funding.values_list("amount", flat=True)) == {Decimal(500000), Decimal(600000)}


# People


def test_people_that_were_not_told_are_entered_as_the_import_enters_them(found, officer):
    commit(exported(found, households=Cell(NUMBER, Decimal(35), '0"多"')), "households", by=officer)
    result = found.results.get(unit="户")
    assert (result.actual, result.qualifier, result.wording) == (35, "over", "多")
    assert (result.status, result.approved_by, result.indicator) == ("approved", officer, "受益群众")


@pytest.mark.parametrize("status", ["draft", "returned"])
def test_a_figure_that_nobody_judges_yet_is_corrected(found, officer, status):
    draft = make_result(found, 7, unit="户", status=status)
    row = exported(found, households=9)
    assert (differences(check(row, by=officer))["households"].there) == "7"
    commit(row, "households", by=officer)
    draft.refresh_from_db()
    assert (draft.actual, draft.status) == (9, status)


@pytest.mark.parametrize(("status", "words"), [("submitted", "waits"), ("approved", "Withdraw the approval")])
def test_a_figure_that_is_judged_or_counts_is_refused(found, officer, status, words):
    make_result(found, 7, unit="户", status=status)
    assert words in refusal(check(exported(found, households=9), by=officer), "households")


def test_a_figure_of_several_results_is_refused(found, officer):
    make_result(found, 7, status="draft", indicator="学生")
    assert "2 results" in refusal(check(exported(found, people=200), by=officer), "people")


# Parties and numbers


def test_another_party_is_refused_in_words(officer):
    lead = make_organisation(name=full(2)["org"], code=full(2)["code"], kind="foundation")
    make_organisation(name=full(1)["org"], code=full(1)["code"], kind="service")
    make_project(number=full(1)["number"], name=full(1)["project"], lead=lead)
    made = book([full(1)], head=FULL, line=f"登记簿时点：{stamp()}")
    assert "party" in refusal(importing.check(made, by=officer), "code")
    order = Order(picks=update("code", place="台账!3"))
    with pytest.raises(ValidationError, match="party"), nothing_written():
        importing.commit(made, order, by=officer, digest="x")
