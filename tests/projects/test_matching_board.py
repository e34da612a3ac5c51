"""The board of needs and pledges: who acts next, with what is left of the gap; buttons and drags do the same."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from projects.actions.suggesting import suggest_need
from projects.matching.cards import PER_COLUMN
from projects.models import NeedItem, Pledge, PledgeItem, StandardReason
from registry.core.dates import today
from registry.core.models import Change, Notice
from tests.counting import queries_of
from tests.desk import page
from tests.factories import (
    make_campaign,
    make_county_user,
    make_designation,
    make_division,
    make_enterprise,
    make_field,
    make_need,
    make_org_user,
    make_organisation,
    make_pledge,
    make_posting,
    make_project,
    make_user,
)

pytestmark = pytest.mark.django_db
BOARD, MOVE, TELL = "/desk/matching/", "/desk/matching/move/", "/desk/matching/tell/"


@pytest.fixture
def bureau(client):
    user = make_user("bureau")
    client.force_login(user)
    client.cookies["django_language"] = "en"
    return user


def in_state(status, **overrides):
    fields = {"status": status} | overrides
    if status in ("confirmed", "signed", "carried"):
        fields |= {"confirmed_by": make_user(), "confirmed_at": timezone.now()}
    return make_pledge(**fields)


def board(client, query=""):
    """{column: [what its cards are about]}."""
    lanes = client.get(BOARD + query).context["lanes"]
    return {lane.slug: [card.record for card in lane.cards] for lane, _alone, _more in lanes}


def card_of(client, record, query=""):
    lanes = client.get(BOARD + query).context["lanes"]
    return next(card for lane, _alone, _more in lanes for card in lane.cards if card.record == record)


def choice(client, on_card, record, target):
    """What the card's form would send to move `record`."""
    stem = f"{record._meta.model_name}-{record.pk}-{target}-"
    return next(each.value for each in card_of(client, on_card).all_choices if each.value.startswith(stem))


def send(client, on_card, **data):
    return client.post(MOVE, {"card": f"{on_card._meta.model_name}-{on_card.pk}", "back": "", **data})


# Where a card stands


def test_a_need_stands_where_the_next_one_has_to_act(client, bureau):
    new = make_need(status="submitted")
    free = make_need()
    offered, accepted, agreed, settled = (make_need(amount="100") for _each in range(4))
    in_state("submitted", need=offered, amount="10")
    in_state("accepted", need=offered, amount="10")  # two at once: the bureau is asked first
    in_state("accepted", need=accepted, amount="10")
    in_state("confirmed", need=agreed, amount="10")
    in_state("carried", need=settled, amount="100", project=make_project())
    type(settled).objects.filter(pk=settled.pk).update(status="met")
    for gone in ("draft", "returned", "withdrawn", "expired"):
        make_need(status=gone)
    in_state("declined", need=free)
    in_state("withdrawn", need=free)
    found = board(client)
    assert {column: set(records) for column, records in found.items()} == {
        "moderate": {new, offered}, "open": {free}, "county": {accepted}, "agreed": {agreed}, "signed": {settled},
    }  # fmt: skip
    assert list(found) == ["moderate", "open", "county", "agreed", "signed"]


def test_a_free_pledge_is_a_card_of_its_own_and_a_draft_is_nobody_elses(client, bureau):
    county, field = make_division(), make_field()
    states = ("draft", "submitted", "accepted", "confirmed", "signed", "declined", "withdrawn")
    free = {status: in_state(status, county=county, field=field) for status in states}
    assert {column: records for column, records in board(client).items() if records} == {
        "moderate": [free["submitted"]], "county": [free["accepted"]], "agreed": [free["confirmed"]],
        "signed": [free["signed"]],
    }  # fmt: skip
    text = client.get(BOARD).content.decode()
    assert free["draft"].number not in text


def test_a_need_that_expired_stays_while_a_pledge_towards_it_waits(client, bureau):
    need = make_need(status="expired")
    in_state("accepted", need=need)
    assert board(client)["county"] == [need]


def test_the_most_pressing_comes_first(client, bureau):
    later, never = make_need(expires_on=today() + datetime.timedelta(9)), make_need()
    late = make_need(expires_on=today() - datetime.timedelta(1))
    assert board(client)["open"] == [late, later, never]
    assert [card_of(client, need).is_late for need in (late, later, never)] == [True, False, False]


def test_a_card_shows_the_gap_in_money_and_quantity_and_what_companies_give(client, bureau):
    need = make_need(amount="3000000", name="节水改造")
    beds = NeedItem.objects.create(need=need, kind="goods", what="护理床", quantity=50, unit="张")
    pledge = in_state("accepted", need=need, amount="1800000", answer_by=today())
    company = make_enterprise(name="试验乳业")
    given = {"what": "护理床", "quantity": 20, "unit": "张", "need_item": beds}
    PledgeItem.objects.create(pledge=pledge, kind="goods", origin="mobilised", enterprise=company, **given)
    card = card_of(client, need)
    assert [(line.share, line.promised) for line in card.gaps] == [("60.0%", 60), ("40.0%", 40)]
    assert card.offers[0].mobilised
    text = client.get(BOARD).content.decode()
    assert "mobilised: 试验乳业" in text
    assert str(today()) in text


# Counts, pages, questions


def test_a_column_counts_all_and_shows_its_first(client, bureau):
    needs = [make_need() for _each in range(PER_COLUMN + 2)]
    free = in_state("accepted", county=make_division(), field=make_field())
    lanes = {lane.slug: (lane, more) for lane, _alone, more in client.get(BOARD).context["lanes"]}
    lane, more = lanes["open"]
    assert (len(lane.cards), lane.total) == (PER_COLUMN, PER_COLUMN + 2)
    assert board(client, f"?{more}") == {"open": needs[1::-1]}
    assert board(client, "?column=county") == {"county": [free]}
    assert lanes["county"][1] == ""


def test_it_is_narrowed_by_place_field_campaign_and_words(client, bureau):
    city = make_division(code="130700", level="prefecture")
    county = make_division(code="130723", name="康保县", parent=city)
    make_designation(county)
    field, campaign = make_field(), make_campaign()
    need = make_need(county=county, field=field, campaign=campaign, name="大棚改造")
    free = in_state(
        "submitted", county=county, field=field, campaign=campaign, organisation=make_organisation(name="新奥")
    )
    other = make_need(name="敬老院取暖", campaign=make_campaign())
    in_state("submitted", need=other, amount="1", organisation=make_organisation(name="君乐宝"))
    for query in ("county=130723", "county=130700", f"field={field.code}", f"campaign={campaign.code}", "search=kbx"):
        found = {record for records in board(client, f"?{query}").values() for record in records}
        assert found == {need, free}, query
    assert board(client, "?search=jlb")["moderate"] == [other]
    assert board(client, "?search=xa")["moderate"] == [free]
    assert board(client, "?search=dpgz")["open"] == [need]


def test_rubbish_is_refused(client, bureau):
    for query in ("?colour=red", "?column=none", "?county=999999", "?page=0", "?page=x", "?search=%00", "?field=none"):
        assert client.get(BOARD + query).status_code == 400, query
    assert client.post(BOARD).status_code == 405
    assert client.get(MOVE).status_code == 405


@pytest.mark.parametrize(
    ("role", "status"),
    [
        ("bureau", 200),
        ("auditor", 200),
        ("partner", 200),
        ("county", 403),
        ("organisation", 403),
        ("system_admin", 403),
    ],
)
def test_for_whom_the_board_is(client, role, status):
    client.force_login(make_user(role))
    assert client.get(BOARD).status_code == status


def test_who_only_reads_is_offered_nothing_to_do(client):
    need = make_need()
    pledge = in_state("submitted", need=need)
    client.force_login(make_user("auditor"))
    card = card_of(client, need)
    assert (card.all_choices, card.suggestions) == ([], [])
    answer = send(client, need, choice=f"pledge-{pledge.pk}-accepted-{pledge.version}")
    assert answer.status_code == 403
    pledge.refresh_from_db()
    assert pledge.status == "submitted"


def test_a_partner_bureau_sees_only_pledges_of_its_own_organisations(client):
    user = make_user("partner")
    make_posting(user, make_division(code="110000", level="province"))
    need = make_need()
    pledge = in_state("accepted", need=need)
    hidden = in_state("accepted", county=make_division(), field=make_field())
    new = make_need(status="submitted", name="秘密")
    client.force_login(user)
    text = client.get(BOARD).content.decode()
    assert board(client) == {"moderate": [], "open": [need], "county": [], "agreed": [], "signed": []}
    for number in (pledge.number, hidden.number, new.number):
        assert number not in text
    assert send(client, hidden, column="agreed").status_code == 404
    assert send(client, new, column="open").status_code == 404


# Moving


def test_buttons_are_drawn_from_the_table_of_moves(client, bureau):
    need = make_need(status="submitted")
    assert [(each.label, each.column, each.needs_reason) for each in card_of(client, need).choices] == [
        ("Publish", "open", False), ("Return", "", True),
    ]  # fmt: skip
    offered = make_need()
    in_state("submitted", need=offered)
    in_state("confirmed", need=offered)
    labels = [[each.label for each in offer.choices] for offer in card_of(client, offered).offers]
    assert labels == [["Accept", "Decline"], ["Release"]]


def test_a_need_is_published_and_a_pledge_accepted_from_the_board(client, bureau):
    need, offered = make_need(status="submitted"), make_need()
    pledge = in_state("submitted", need=offered)
    answer = send(client, need, choice=choice(client, need, need, "published"), back="search=x")
    assert answer.url == f"{BOARD}?search=x#need-{need.pk}"
    send(client, offered, choice=choice(client, offered, pledge, "accepted"))
    for record, status in ((need, "published"), (pledge, "accepted")):
        record.refresh_from_db()
        assert record.status == status
    assert board(client)["county"] == [offered]
    assert Change.objects.of(pledge).filter(action="pledge.accepted", actor_id=bureau.pk).exists()


def test_declining_asks_why_and_offers_the_standard_reasons(client, bureau):
    StandardReason.objects.create(use="decline_pledge", text="与需求不符")
    need = make_need()
    pledge = in_state("submitted", need=need)
    declined = choice(client, need, pledge, "declined")
    assert "与需求不符" in client.get(BOARD).content.decode()
    answer = send(client, need, choice=declined, reason=" ")
    assert answer.status_code == 409
    assert "needs a reason" in card_of_answer(answer, need).told
    assert send(client, need, choice=declined, reason="与需求不符").status_code == 302
    pledge.refresh_from_db()
    assert (pledge.status, pledge.status_reason) == ("declined", "与需求不符")


def card_of_answer(answer, record):
    return next(card for lane, _alone, _more in answer.context["lanes"] for card in lane.cards if card.record == record)


def test_a_refusal_stands_in_words_on_the_place_of_the_card(client, bureau):
    need = make_need(amount="100")
    in_state("accepted", need=need, amount="80")
    pledge = in_state("submitted", need=need, amount="30")
    answer = send(client, need, choice=choice(client, need, pledge, "accepted"), reason="试")
    assert answer.status_code == 409
    card = card_of_answer(answer, need)
    assert "CNY 20" in card.told
    assert card.typed == "试"
    assert card.told in answer.content.decode().replace("&quot;", '"')
    pledge.refresh_from_db()
    assert pledge.status == "submitted"


def test_what_somebody_else_has_changed_meanwhile_is_not_moved(client, bureau):
    need = make_need()
    pledge = in_state("submitted", need=need)
    seen = choice(client, need, pledge, "accepted")
    pledge.text = "改动"
    pledge.save()
    answer = send(client, need, choice=seen)
    assert answer.status_code == 409
    assert "was changed after you opened it" in card_of_answer(answer, need).told


def test_dragging_does_the_one_move_that_leads_there(client, bureau):
    need, offered = make_need(status="submitted"), make_need()
    pledge = in_state("submitted", need=offered)
    assert send(client, need, column="open").status_code == 302
    assert send(client, offered, column="county").status_code == 302
    for record, status in ((need, "published"), (pledge, "accepted")):
        record.refresh_from_db()
        assert record.status == status


@pytest.mark.parametrize(
    ("status", "column", "words"),
    [
        ("accepted", "agreed", "Only the county confirms"),
        ("accepted", "signed", "Only what the county has confirmed"),
        ("submitted", "open", "cannot go to “Open”"),
        ("confirmed", "moderate", "cannot go to “To moderate”"),
        ("submitted", "", "Choose what is to be done"),
    ],
)
def test_a_drag_that_is_no_lawful_move_is_answered_in_words(client, bureau, status, column, words):
    need = make_need()
    pledge = in_state(status, need=need)
    answer = send(client, need, column=column)
    assert answer.status_code == 409
    assert words in card_of_answer(answer, need).told
    pledge.refresh_from_db()
    assert pledge.status == status


def test_of_several_pledges_a_drag_moves_none(client, bureau):
    need = make_need()
    pledges = [in_state("submitted", need=need, amount="1") for _each in range(2)]
    answer = send(client, need, column="county")
    assert "Several pledges" in card_of_answer(answer, need).told
    assert Pledge.objects.filter(pk__in=[one.pk for one in pledges], status="submitted").count() == 2


def test_what_is_agreed_is_dragged_to_the_signing_and_signed_nowhere_else(client, bureau):
    need = make_need()
    pledge = in_state("confirmed", need=need)
    assert send(client, need, column="signed").url == f"{reverse('admin:signing')}?need={need.pk}"
    answer = send(client, need, choice=f"pledge-{pledge.pk}-signed-{pledge.version}")
    assert answer.status_code == 409
    pledge.refresh_from_db()
    assert pledge.status == "confirmed"


def test_forged_forms_move_nothing(client, bureau):
    need, other = make_need(), make_need()
    pledge, draft = in_state("submitted", need=other), in_state("draft", need=need)
    value = f"pledge-{pledge.pk}-accepted-{pledge.version}"
    assert send(client, need, choice=value).status_code == 400  # it is on another card
    assert send(client, need, choice=f"pledge-{draft.pk}-submitted-1").status_code == 404
    assert send(client, need, choice="pledge-1").status_code == 400
    assert send(client, need, choice=f"user-{bureau.pk}-accepted-1").status_code == 400
    assert client.post(MOVE, {"card": "need-x"}).status_code == 400
    assert client.post(MOVE, {"card": f"need-{9**20}"}).status_code == 400
    assert client.post(MOVE, {"card": "need-999999999"}).status_code == 404
    assert send(client, need, column="county", back="next=//example.org").status_code == 400
    pledge.refresh_from_db()
    assert pledge.status == "submitted"


# Suggestions


def helpful(county, field):
    """An organisation that has helped the county in this field before, with a person who speaks for it."""
    organisation = make_organisation()
    make_project(lead=organisation, county=county, field=field, stage="closed", visibility="published")
    return organisation, make_org_user(organisation)


def test_who_could_help_is_said_with_reasons_and_told_only_by_a_person(client, bureau):
    county, field = make_division(name="康保县"), make_field()
    organisation, person = helpful(county, field)
    need = make_need(county=county, field=field)
    (match, told), *others = card_of(client, need).suggestions
    assert (match.organisation, told, others) == (organisation, None, [])
    assert "康保县" in " ".join(match.words)
    assert not Notice.objects.exists()
    answer = client.post(TELL, {"need": need.pk, "organisation": organisation.pk, "back": ""})
    assert answer.url == f"{BOARD}#need-{need.pk}"
    notice = Notice.objects.get()
    assert (notice.recipient, notice.kind, notice.sender) == (person, "matching", bureau)
    assert notice.url == reverse("need", args=(need.number,))
    assert Change.objects.filter(action="need.suggest", actor_id=bureau.pk).exists()
    assert card_of(client, need).suggestions[0][1] == notice.sent_at


def test_an_organisation_is_told_of_a_need_once_a_week(client, bureau):
    county, field = make_division(), make_field()
    organisation, _person = helpful(county, field)
    need, other = (make_need(county=county, field=field) for _each in range(2))
    asked = {"need": need.pk, "organisation": organisation.pk}
    assert client.get(TELL, asked).status_code == 200
    assert not Notice.objects.exists()
    assert client.post(TELL, asked).url == page(need)
    refused = client.post(TELL, asked)
    assert (refused.status_code, "once a week" in refused.content.decode()) == (409, True)
    assert client.post(TELL, asked | {"need": other.pk}).status_code == 302
    Notice.objects.update(sent_at=timezone.now() - datetime.timedelta(days=7, minutes=1))
    assert client.post(TELL, asked).status_code == 302
    assert Notice.objects.count() == 3


def test_nobody_is_told_of_what_is_closed_or_by_who_may_not(client, bureau):
    organisation, _person = helpful(make_division(), make_field())
    closed, silent = make_need(status="met"), make_organisation()
    assert client.post(TELL, {"need": closed.pk, "organisation": organisation.pk}).status_code == 409
    assert client.post(TELL, {"need": make_need().pk, "organisation": silent.pk}).status_code == 409
    assert client.post(TELL, {"need": make_need().pk, "organisation": 999999}).status_code == 404
    assert client.post(TELL, {"need": make_need().pk, "organisation": "x"}).status_code == 400
    for user in (make_user("auditor"), make_user("partner"), make_county_user(make_division())):
        client.force_login(user)
        assert client.post(TELL, {"need": make_need().pk, "organisation": organisation.pk}).status_code == 403
        with pytest.raises(PermissionDenied):
            suggest_need(need=make_need(), organisation=organisation, by=user)
    assert not Notice.objects.exists()


def test_suggestions_stand_on_the_pages_of_a_need_and_of_a_free_pledge(client, bureau):
    county, field = make_division(), make_field()
    organisation, _person = helpful(county, field)
    need = make_need(county=county, field=field)
    free = in_state("submitted", county=county, field=field, organisation=organisation)
    for record in (need, free):
        panel = next(one for one in client.get(page(record)).context["panels"] if one.slug == "fitting")
        assert len(panel.rows) == 1
        assert f"{TELL}?need={need.pk}&amp;organisation={organisation.pk}" in panel.rows[0]["cells"][2]["text"]
    client.force_login(make_user("auditor"))
    assert all(one.slug != "fitting" for one in client.get(page(need)).context["panels"])


# Lists of the desk, and questions asked of the database


def test_lists_are_narrowed_to_what_waits_for_the_bureau(client, bureau):
    new, _published = make_need(status="submitted"), make_need()
    late = in_state("accepted", need=make_need(), answer_by=today() - datetime.timedelta(1))
    asked, agreed = in_state("submitted", need=make_need()), in_state("confirmed", need=make_need())
    needs, pledges = "/desk/projects/need/?queue=", "/desk/projects/pledge/?queue="
    assert list(client.get(f"{needs}us").context["cl"].queryset) == [new]
    found = {
        word: set(client.get(pledges + word).context["cl"].queryset)
        for word in ("us", "decide", "county", "sign", "late")
    }
    assert found == {"us": {asked, agreed}, "decide": {asked}, "county": {late}, "sign": {agreed}, "late": {late}}
    queues = {queue.title: queue for queue in client.get("/desk/").context["queues"]}
    assert queues["Pledges to decide on or to sign"].url.endswith("?queue=us")
    assert queues["Pledges to decide on or to sign"].total == 2


def test_the_page_of_a_pledge_tells_companies_instalments_and_the_gap(client, bureau):
    need = make_need(amount="3000000")
    pledge = in_state("submitted", need=need, answer_by=today())
    company = make_enterprise(name="试验乳业")
    extra = {"origin": "mobilised", "enterprise": company, "need_item": need.items.get()}
    PledgeItem.objects.create(pledge=pledge, kind="money", amount=80000, **extra)
    pledge.instalments.create(due_on=today(), amount=800000)
    panels = {panel.slug: panel for panel in client.get(page(pledge)).context["panels"]}
    assert [row["cells"][-1]["text"] for row in panels["items"].rows] == [
        str(pledge.organisation),
        "mobilised: 试验乳业",
    ]
    assert [row["cells"][1]["text"] for row in panels["instalments"].rows] == ["CNY 800,000.00"]
    assert panels["gap"].rows[0]["cells"][3]["text"] == "CNY 3,000,000.00"


def cards(number):
    """`number` cards in every column, each with all that can hang on it."""
    for _each in range(number):
        county, field = make_division(), make_field()
        helpful(county, field)
        make_need(status="submitted")
        make_need(county=county, field=field, expires_on=today())
        for status in ("submitted", "accepted", "confirmed"):
            need = make_need(county=county, field=field)
            for _two in range(2):
                pledge = in_state(status, need=need, amount="5")
                company = make_enterprise()
                PledgeItem.objects.create(pledge=pledge, kind="money", amount=5, origin="mobilised", enterprise=company)
            in_state(status, county=county, field=field)


def test_three_cards_take_as_many_queries_as_one(client, bureau):
    cards(1)
    before = queries_of(client, BOARD)
    cards(2)
    assert queries_of(client, BOARD) == before <= 32
