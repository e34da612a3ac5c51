"""Who could help, said with reasons and told by a person; and what the lists and pages beside the board show."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from projects.actions.suggesting import suggest_need
from projects.models import PledgeItem
from registry.core.dates import today
from registry.core.models import Change, Notice
from tests.counting import queries_of
from tests.desk import page
from tests.factories import (
    make_county_user,
    make_division,
    make_enterprise,
    make_field,
    make_need,
    make_org_user,
    make_organisation,
    make_project,
    make_user,
)

from .matching_cards import BOARD, TELL, card_of, in_state

pytestmark = pytest.mark.django_db


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
