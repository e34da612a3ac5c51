"""Suggestions of who fits whom: each with its reasons in words, only of what the reader may see, never automatic."""

import datetime
from decimal import Decimal

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.translation import override

from projects.matches import matches_for_need, matches_for_needs, matches_for_organisation, matches_for_pledge
from projects.models import NeedItem, Pledge, PledgeItem
from tests.factories import (
    make_authority,
    make_county_user,
    make_division,
    make_field,
    make_funding,
    make_need,
    make_org_user,
    make_organisation,
    make_pledge,
    make_project,
    make_user,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def county():
    return make_division(name="康保县")


@pytest.fixture
def field():
    return make_field(name="教育")


@pytest.fixture
def need(county, field):
    return make_need(name="教室取暖", county=county, field=field, amount="450000.00")


@pytest.fixture
def bureau():
    return make_user("bureau")


def make_landed(**overrides):
    return make_project(**{"stage": "under_way", "visibility": "published"} | overrides)


def of_need(need, user, limit=10):
    with override("en"):
        return [(one.organisation, one.words) for one in matches_for_need(need, limit, user=user)]


def of_organisation(organisation, user, limit=10):
    with override("en"):
        return [(one.need, one.words) for one in matches_for_organisation(organisation, limit, user=user)]


def of_pledge(pledge, user, limit=10):
    with override("en"):
        return [(one.need, one.words) for one in matches_for_pledge(pledge, limit, user=user)]


def free_pledge(county, field, **overrides):
    return make_pledge(**{"need": None, "county": county, "field": field} | overrides)


def test_where_nothing_speaks_for_anybody_nothing_is_suggested(need, bureau):
    make_organisation()
    rich = make_organisation()
    make_funding(make_landed(lead=rich), "450000", kind="cash", organisation=rich)
    assert of_need(need, bureau) == []
    assert of_organisation(rich, bureau) == []


def test_each_reason_is_told_in_words(need, bureau, county, field):
    giver = make_organisation(
        authority=make_authority(level="county", division=county, name="康保县民政局"), level="county"
    )
    for _each in range(2):
        make_funding(make_landed(lead=giver, county=county, field=field), "400000", kind="cash", organisation=giver)
    told = [
        "Has helped 康保县 before: 2 projects",
        "2 projects in the field “教育”", "Registered in the same place: 康保县",
        "Has given before what is wanted: money", "Of a size that it is used to: CNY 400,000 a project on average",
    ]  # fmt: skip
    assert of_need(need, bureau) == [(giver, told)]
    assert of_organisation(giver, bureau) == [(need, told)]


def test_one_project_in_two_places_and_fields_is_counted_once(need, bureau, county, field):
    giver = make_organisation()
    project = make_landed(lead=giver, county=county, field=field)
    project.sites.create(division=county, address="东街")
    project.sites.create(division=make_division())
    assert of_need(need, bureau) == [
        (giver, ["Has helped 康保县 before: 1 project", "1 project in the field “教育”"])
    ]  # fmt: skip


def test_an_abolished_county_counts_as_the_one_that_it_became(need, bureau, county):
    old, giver = make_division(name="旧县", valid_to=2000, home=county), make_organisation()
    make_landed(lead=giver, county=old)
    assert [organisation for organisation, _words in of_need(need, bureau)] == [giver]


@pytest.mark.parametrize("project", [{"stage": "planned"}, {"stage": "terminated", "left_stage": "planned"}])
def test_what_never_landed_is_no_past_help(need, bureau, county, project):
    make_landed(lead=make_organisation(), county=county, **project)
    assert of_need(need, bureau) == []


def test_goods_and_services_are_looked_for_as_the_ledger_keeps_them(need, bureau, county):
    need.items.all().delete()
    for kind in ("goods", "service", "know_how"):
        NeedItem.objects.create(need=need, kind=kind, what=kind, quantity=3, unit="件")
    giver = make_organisation()
    project = make_landed(lead=giver, county=county)
    assert of_need(need, bureau)[0][1][1:] == []
    make_funding(project, None, kind="service", goods="培训", quantity=Decimal(1), unit="次", organisation=giver)
    assert of_need(need, bureau)[0][1][1:] == ["Has given before what is wanted: service, know-how"]


@pytest.mark.parametrize(
    ("given", "fits"), [("149999", False), ("150000", True), ("1350000", True), ("1350001", False)]
)
def test_a_size_is_comparable_up_to_three_times_either_way(need, bureau, county, given, fits):
    giver = make_organisation()
    make_funding(make_landed(lead=giver, county=county), given, kind="cash", organisation=giver)
    assert any("size" in words for words in of_need(need, bureau)[0][1]) == fits


def test_a_province_in_common_is_no_place_in_common(need, bureau, county):
    make_organisation(authority=make_authority())
    city = make_division(code=f"{county.code[:4]}00", name="张家口市", level="prefecture")
    near = make_organisation(authority=make_authority(level="prefecture", division=city), level="prefecture")
    assert of_need(need, bureau) == [(near, ["Registered in the same place: 张家口市"])]


def test_the_best_come_first_and_no_more_than_asked_for(need, bureau, county, field):
    by_field, by_both = make_organisation(), make_organisation()
    make_landed(lead=by_field, field=field)
    make_landed(lead=by_both, field=field, county=county)
    assert [organisation for organisation, _words in of_need(need, bureau)] == [by_both, by_field]
    assert [organisation for organisation, _words in of_need(need, bureau, limit=1)] == [by_both]


def test_who_is_left_out_of_the_comparison_could_not_have_been_among_the_best(need, bureau, county, field):
    """Few are compared in full: the rest is behind by more than kind and size could make up for."""
    for _each in range(3):
        make_landed(lead=make_organisation(), county=county)
        make_landed(lead=make_organisation(), field=field)
    steady = make_organisation()
    for _each in range(9):
        project = make_landed(lead=steady, field=field)
        make_funding(project, "450000", kind="cash", organisation=steady)
    assert [organisation for organisation, _words in of_need(need, bureau, limit=1)] == [steady]
    everybody = of_need(need, bureau, limit=None)
    assert len(everybody) == 7
    for limit in range(1, 8):
        assert of_need(need, bureau, limit=limit) == everybody[:limit]


def test_those_who_do_not_take_part_any_more_are_not_suggested(need, bureau, county):
    gone = make_organisation(status="deregistered")
    make_landed(lead=gone, county=county)
    assert of_need(need, bureau) == []
    assert of_organisation(gone, bureau) == []


def test_unpublished_projects_speak_only_to_those_who_see_them(need, bureau, county):
    giver = make_organisation()
    make_landed(lead=giver, county=county, visibility="internal")
    member, other = make_org_user(giver), make_org_user(make_organisation())
    assert len(of_need(need, bureau)) == 1
    assert len(of_organisation(giver, member)) == 1
    for stranger in (other, AnonymousUser(), make_county_user(make_division())):
        assert of_need(need, stranger) == []
        assert of_organisation(giver, stranger) == []
    assert matches_for_need(need, 5, user=AnonymousUser()) == []


def test_a_need_that_the_reader_may_not_know_has_no_suggestions(bureau, county):
    draft, giver = make_need(county=county, status="draft"), make_organisation()
    make_landed(lead=giver, county=county)
    assert len(of_need(draft, bureau)) == 1
    assert of_need(draft, AnonymousUser()) == []
    assert of_organisation(giver, bureau) == []


def test_needs_that_are_over_are_not_suggested(bureau, county):
    giver, yesterday = make_organisation(), timezone.localdate() - datetime.timedelta(days=1)
    make_landed(lead=giver, county=county)
    make_need(county=county, expires_on=yesterday)
    make_need(county=county, status="met")
    open_one = make_need(county=county, expires_on=timezone.localdate())
    assert [need for need, _words in of_organisation(giver, bureau)] == [open_one]


@pytest.mark.parametrize(("status", "suggested"), [("submitted", 0), ("withdrawn", 1), ("declined", 1)])
def test_who_has_a_pledge_towards_the_need_is_not_suggested_again(need, bureau, county, status, suggested):
    giver = make_organisation()
    make_landed(lead=giver, county=county)
    make_pledge(need=need, organisation=giver, status=status)
    assert len(of_need(need, bureau)) == len(of_organisation(giver, bureau)) == suggested


def test_a_draft_tells_nobody_of_itself_by_an_absence(need, bureau, county):
    giver = make_organisation()
    make_landed(lead=giver, county=county)
    make_pledge(need=need, organisation=giver, status="draft")
    assert len(of_need(need, bureau)) == 1
    assert of_organisation(giver, make_org_user(giver)) == []


def test_each_need_is_offered_the_pledge_that_is_towards_it(bureau, county, field):
    giver, other = make_organisation(), make_division()
    needs = [make_need(county=county), make_need(county=other)]
    pledges = [free_pledge(place, make_field(), organisation=giver) for place in (county, other)]
    found = matches_for_needs(needs, 5, user=bureau)
    assert [[one.pledge for one in found[need.pk]] for need in needs] == [[pledge] for pledge in pledges]


def test_what_somebody_offers_who_takes_no_part_any_more_is_not_suggested(need, bureau, county, field):
    pledge = free_pledge(county, field, organisation=make_organisation(status="suspended"))
    assert of_need(need, bureau) == of_pledge(pledge, bureau) == []


def test_a_free_pledge_speaks_for_its_organisation(need, bureau, county, field):
    need.expires_on = datetime.date(2099, 3, 1)
    need.save()
    pledge = free_pledge(county, field, amount="90000", deliver_by=datetime.date(2099, 2, 1))
    told = [
        f"Offers something for this county: {pledge.number}", f"Offers something in this field: {pledge.number}",
        "Offers what is wanted: money", "Offers CNY 90,000 of the CNY 450,000 that are unmet",
        "Would come in time: by 1 February 2099",
    ]  # fmt: skip
    assert of_need(need, bureau) == [(pledge.organisation, told)]
    assert matches_for_need(need, 1, user=bureau)[0].pledge == pledge
    assert of_pledge(pledge, bureau) == [(need, told)]
    pledge.deliver_by = datetime.date(2099, 3, 2)
    pledge.save()
    assert "Would come" not in " ".join(of_pledge(pledge, bureau)[0][1])


def test_a_free_pledge_is_led_to_its_own_county_or_field_only(bureau, county, field):
    giver = make_organisation()
    make_landed(lead=giver, county=county, field=field)
    elsewhere = free_pledge(make_division(), make_field(), organisation=giver)
    need = make_need(county=county, field=field)
    assert of_pledge(elsewhere, bureau) == []
    assert matches_for_need(need, 1, user=bureau)[0].pledge is None
    same_field = free_pledge(make_division(), field)
    assert [one for one, _words in of_pledge(same_field, bureau)] == [need]


def test_another_s_free_pledge_is_suggested_to_nobody(need, bureau, county, field):
    pledge = free_pledge(county, field)
    draft = free_pledge(county, field, status="draft")
    for stranger in (make_org_user(make_organisation()), make_county_user(county), AnonymousUser()):
        assert of_need(need, stranger) == []
        assert of_pledge(pledge, stranger) == []
    assert of_pledge(draft, bureau) == []
    assert [one.pledge for one in matches_for_need(need, 5, user=bureau)] == [pledge]


def test_a_pledge_towards_a_need_is_led_nowhere_else(need, bureau, county):
    make_need(county=county, field=need.field)
    assert of_pledge(make_pledge(need=need), bureau) == []


def test_looking_for_suggestions_changes_nothing(need, bureau, county, field):
    pledge = free_pledge(county, field)
    matches_for_need(need, 5, user=bureau), matches_for_pledge(pledge, 5, user=bureau)
    assert (Pledge.objects.get().need, Pledge.objects.get().status) == (None, "submitted")


def test_the_number_of_questions_does_not_grow_with_the_rows(bureau, county, field):
    counts, needs = [], []
    assert bureau.roles  # read once
    for number in (1, 2):
        for _each in range(number):
            giver = make_organisation(authority=make_authority(level="county", division=county), level="county")
            make_funding(make_landed(lead=giver, county=county, field=field), organisation=giver)
            needs.append(make_need(county=county, field=field))
            pledge = free_pledge(county, field)
            PledgeItem.objects.create(pledge=pledge, kind="goods", what="煤", quantity=1, unit="吨")
        asks = (
            lambda: matches_for_needs(needs, 9, user=bureau),
            lambda pledge=pledge: matches_for_pledge(Pledge.objects.get(pk=pledge.pk), 9, user=bureau),
            lambda giver=giver: matches_for_organisation(giver, 9, user=bureau),
        )
        counts.append([])
        for ask in asks:
            with CaptureQueriesContext(connection) as captured:
                assert ask()
            counts[-1].append(len(captured))
    assert counts[0] == counts[1]
    assert max(counts[0]) <= 16
