"""The need hall: what is published, for everybody; facets that add up, files that equal the list, no contacts."""

import csv
import datetime
import io

import openpyxl
import pytest
from django.urls import reverse
from django.utils import timezone

from projects.models import Document, NeedItem
from registry.core.blobs import store
from registry.core.dates import today
from tests.counting import queries_of
from tests.factories import (
    make_county_user,
    make_designation,
    make_division,
    make_field,
    make_need,
    make_org_user,
    make_organisation,
    make_pledge,
    make_project,
    make_user,
)

pytestmark = pytest.mark.django_db

HALL = "/needs/"
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 32
CONTACT = {"contact_name": "王小明", "contact_phone": "0313-7654321"}


@pytest.fixture
def city():
    return make_division(code="130700", name="张家口市", level="prefecture")


@pytest.fixture
def county(city):
    county = make_division(code="130723", name="康保县", parent=city)
    make_designation(county)
    return county


@pytest.fixture
def need(county):
    return make_need(name="教室取暖", county=county, amount="300", **CONTACT)


def page_of(need):
    return reverse("need", args=(need.number,))


def names(answer):
    return [need.name for need, *_rest in answer.context["cards"]]


def facets(answer):
    return {facet["label"]: [(chip["label"], chip["count"]) for chip in facet["chips"]]
            for facet in answer.context["facets"]}  # fmt: skip


def confirmed(need, organisation):
    return make_pledge(
        need=need, amount="1", organisation=organisation, status="confirmed", confirmed_by=make_user(),
        confirmed_at=timezone.now(),
    )  # fmt: skip


# Who sees what


@pytest.mark.parametrize("status", ["draft", "submitted", "returned", "expired", "withdrawn"])
def test_what_is_not_published_stands_in_nobody_s_hall(client, county, status):
    need = make_need(county=county, status=status, name="未公开的")
    people = [None, make_county_user(county), make_org_user(make_organisation()), make_user("bureau")]
    for person in people:
        client.force_login(person) if person else client.logout()
        assert names(client.get(HALL)) == []
        assert client.get(page_of(need)).status_code == 404
        assert "未公开的" not in client.get(f"{HALL}?format=csv").getvalue().decode()


@pytest.mark.parametrize("status", ["published", "partly_met", "met"])
def test_what_is_published_is_seen_by_strangers(client, county, status):
    need = make_need(county=county, status=status)
    assert names(client.get(HALL)) == [need.name]
    assert client.get(page_of(need)).status_code == 200


@pytest.mark.parametrize("url", ["/needs/%00/", "/needs/XQ-1/", "/needs/?page=9", "/needs/a/b/"])
def test_rubbish_in_addresses_is_answered_as_unknown(client, url):
    assert client.get(url).status_code == 404


def test_an_unknown_question_is_told(client):
    for query in ("colour=red", "ordering=mood", "county=999999", "kind=wishes", "search=%00", "format=pdf"):
        assert client.get(f"{HALL}?{query}").status_code == 400, query


def test_the_contact_is_told_to_nobody_before_both_sides_have_agreed(client, need, county):
    giver = make_organisation()
    member, other = make_org_user(giver), make_org_user(make_organisation())
    make_pledge(need=need, amount="1", organisation=giver, status="accepted")

    def told(person):
        client.force_login(person) if person else client.logout()
        page = client.get(page_of(need)).content.decode()
        answer = client.get(f"/api/v1/needs/{need.pk}/").json()["contact"]
        assert ("0313-7654321" in page) == (answer is not None and answer["contact_phone"] == "0313-7654321")
        assert "0313-7654321" not in client.get(HALL).content.decode()
        assert "7654321" not in client.get(f"{HALL}?format=csv").getvalue().decode()
        return "王小明" in page

    assert [told(person) for person in (None, member, other, make_county_user(make_division()))] == [False] * 4
    confirmed(need, giver)
    assert [told(person) for person in (None, member, other)] == [False, True, False]
    assert [told(person) for person in (make_county_user(county), make_user("bureau"))] == [True, True]
    assert not told(make_user("auditor"))
    assert "王*" in client.get(page_of(need)).content.decode()


def test_photos_are_for_those_who_work_with_the_need(client, need, county, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    owner = make_county_user(county)
    photo = Document.objects.create(
        need=need, kind="photo", original_name="炉子.png", blob=store(PNG, "炉子.png", by=owner)
    )
    for person, seen in ((None, False), (make_org_user(make_organisation()), False), (owner, True)):
        client.force_login(person) if person else client.logout()
        assert ("炉子.png" in client.get(page_of(need)).content.decode()) == seen
        answer = client.get(reverse("document", args=(photo.pk,)))
        assert answer.status_code == (200 if seen else 404)
        assert not seen or answer.getvalue() == PNG


def test_identity_numbers_in_texts_are_hidden(client, county):
    need = make_need(county=county, name="救助130723199001011234", why="户主130723199001011234")
    for url in (HALL, page_of(need)):
        assert "19900101" not in client.get(url).content.decode()


# What stands there


def test_a_need_shows_its_gap_in_money_and_quantity_and_by_how_many(client, need):
    beds = NeedItem.objects.create(need=need, kind="goods", what="床", quantity=50, unit="张")
    givers = [make_organisation(name="甲基金会"), make_organisation(name="乙基金会")]
    for giver, amount in zip((*givers, givers[0]), ("60", "60", "60"), strict=True):
        make_pledge(need=need, amount=amount, status="accepted", organisation=giver)
    make_pledge(need=need, amount="5", status="submitted")
    answer = client.get(page_of(need))
    assert [(str(gap.unmet), str(gap.share)) for gap in answer.context["gaps"]] == [
        ("120 元", "60.0"),
        ("50 张", "0.0"),
    ]
    assert (answer.context["givers"], beds.need) == (2, need)
    page = answer.content.decode()
    assert "甲基金会" not in page
    for words in ("60.0%", "120", "<rect"):
        assert words in page


def test_a_share_is_never_rounded_up_to_all_of_it(client, county):
    need = make_need(county=county, amount="3000000")
    make_pledge(need=need, amount="2999999", status="accepted")
    assert str(need.gaps()[0].share) == "99.9"


def test_a_need_past_its_day_says_so_in_words(client, need):
    need.expires_on = today() - datetime.timedelta(days=2)
    need.save()
    for url in (HALL, page_of(need)):
        assert "已逾期 2 天" in client.get(url).content.decode()
    need.expires_on = today() + datetime.timedelta(days=2)
    need.save()
    assert "剩 2 天" in client.get(HALL).content.decode()


def test_strangers_are_led_to_the_sign_in_and_back(client, need):
    assert f"/accounts/login/?next={page_of(need)}" in client.get(page_of(need)).content.decode()
    client.force_login(make_county_user(need.county))
    assert "/accounts/login/" not in client.get(page_of(need)).content.decode()


def test_the_hall_is_found_from_every_page(client):
    page = client.get("/").content.decode()
    assert page.count('href="/needs/"') == 3, "in the sections, in the site map, and where organisations are addressed"


def test_a_county_s_page_leads_to_its_needs(client, need):
    assert page_of(need) in client.get(reverse("county", args=(need.county.code,))).content.decode()


# Questions


def test_needs_are_found_by_name_number_county_pinyin_and_initials(client, need):
    make_need(name="别的", county=make_division(name="阜平县"))
    for words in ("取暖", need.number, "康保", "jsqn", "jiaoshi", "kbx"):
        assert names(client.get(HALL, {"search": words})) == ["教室取暖"], words
    assert names(client.get(HALL, {"search": "fpx"})) == ["别的"]


def test_facets_count_what_was_found_and_lead_to_just_that(client, county, city):
    field, other = make_field(name="教育"), make_division(code="130724", name="沽源县", parent=city)
    first = make_need(county=county, field=field, urgency="urgent")
    NeedItem.objects.create(need=first, kind="goods", what="床", quantity=5, unit="张")
    make_need(county=other, field=field, status="met")
    make_need(county=other, field=field, status="draft")
    answer = client.get(HALL)
    assert facets(answer) == {
        "市": [("张家口市", 2)], "受援县": [("康保县", 1), ("沽源县", 1)], "领域": [("教育", 2)],
        "需求方式": [("资金", 2), ("物资", 1)], "紧急程度": [("一般", 1), ("紧急", 1)],
        "状态": [("已发布", 1), ("已满足", 1)],
    }  # fmt: skip
    for facet in answer.context["facets"]:
        for chip in facet["chips"]:
            assert len(names(client.get(f"{HALL}{chip['url']}"))) == chip["count"], chip


def test_the_hall_is_ordered_by_what_is_new_ends_soon_or_lacks_most(client, county):
    day = today()
    ends = {"早": day, "晚": day + datetime.timedelta(days=9), "无": None}
    for (name, last), amount in zip(ends.items(), ("100", "300", "200"), strict=True):
        make_need(county=county, name=name, expires_on=last, amount=amount)
    goods = make_need(county=county, name="物", amount=None)
    NeedItem.objects.create(need=goods, kind="goods", what="床", quantity=999, unit="张")
    make_pledge(need=goods.__class__.objects.get(name="晚"), amount="250", status="accepted")
    make_need(county=county, name="足", status="met", amount="1")
    assert names(client.get(HALL)) == ["物", "无", "晚", "早", "足"]
    assert names(client.get(f"{HALL}?ordering=-id"))[0] == "足"
    assert names(client.get(f"{HALL}?ordering=ends"))[:2] == ["早", "晚"]
    assert names(client.get(f"{HALL}?ordering=-gap")) == ["无", "早", "晚", "足", "物"]
    found = client.get("/api/v1/needs/?ordering=-gap&cursor=&page_size=2").json()
    again = client.get(found["next"]).json()
    assert [one["name"] for one in found["results"] + again["results"]] == ["无", "早", "晚", "足"]


def test_the_gap_in_money_counts_two_items_and_two_pledges_once_each(client, county):
    both = make_need(county=county, name="两项", amount="100")
    more = NeedItem.objects.create(need=both, kind="money", what="二期", amount=100)
    for item in (both.items.first(), more):
        pledge = make_pledge(need=both, amount=None, status="accepted")
        pledge.items.create(kind="money", amount=30, need_item=item)
    make_need(county=county, name="略少", amount="139")
    make_need(county=county, name="略多", amount="141")
    assert names(client.get(f"{HALL}?ordering=-gap")) == ["略多", "两项", "略少"]


def test_the_list_leaves_as_it_is_seen(client, need, county):
    need.items.update(amount="3000000")
    NeedItem.objects.create(need=need, kind="goods", what="床", quantity=50, unit="张")
    make_pledge(need=need, amount="1800000", status="accepted")
    make_need(county=make_division(name="阜平县"), name="=1+1")
    rows = list(csv.reader(io.StringIO(client.get(f"{HALL}?format=csv").getvalue().decode("utf-8-sig"))))
    assert [row[1] for row in rows[1:]] == ["'=1+1", "教室取暖"]
    assert rows[2][7:11] == ["300.00", "180.00", "120.00", "床50 张，缺50 张"]
    rows = list(csv.reader(io.StringIO(client.get(f"{HALL}?format=csv&county=130723").getvalue().decode("utf-8-sig"))))
    assert len(rows) == 2
    book = openpyxl.load_workbook(io.BytesIO(b"".join(client.get(f"{HALL}?format=xlsx").streaming_content)))
    assert "教室取暖" in [cell.value for row in book.active for cell in row]


# Why it fits


def test_an_organisation_is_told_why_a_need_fits_it_and_nobody_else_is(client, need, county):
    giver = make_organisation()
    make_project(lead=giver, county=county, stage="under_way")
    words = "曾帮扶康保县：1 个项目"
    for person, told in ((None, False), (make_org_user(make_organisation()), False), (make_user("bureau"), False),
                         (make_org_user(giver), True)):  # fmt: skip
        client.force_login(person) if person else client.logout()
        for url in (HALL, page_of(need)):
            assert (words in client.get(url).content.decode()) == told, (person, url)
    assert len(client.get(HALL).context["best"]) == 1
    assert client.get(f"{HALL}?county=130723").context["best"] == []


def test_a_page_takes_as_many_queries_with_one_need_as_with_three(client, county):
    giver = make_organisation()
    member, counts = make_org_user(giver), []
    for number in (1, 2):
        for _each in range(number):
            need = make_need(county=county)
            NeedItem.objects.create(need=need, kind="goods", what="床", quantity=50, unit="张")
            make_pledge(need=need, amount="1", status="accepted")
            make_project(lead=giver, county=county, stage="under_way")
        client.logout()
        of_strangers = [queries_of(client, url) for url in (HALL, page_of(need), f"{HALL}?format=csv")]
        client.force_login(member)
        counts.append([*of_strangers, queries_of(client, HALL), queries_of(client, page_of(need))])
    assert counts[0] == counts[1]
    assert max(counts[0]) <= 25
