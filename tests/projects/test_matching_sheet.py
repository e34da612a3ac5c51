"""The sheet of a matching meeting: need, offers, intent, contact, next step, on the screen and as a file of Word."""

import io

import pytest
from docx import Document

from projects.papers.sheet import entries_of, needs_of_board, needs_of_event
from registry.core.dates import today
from tests.counting import queries_of
from tests.desk import page
from tests.factories import (
    make_designation,
    make_division,
    make_enterprise,
    make_event,
    make_field,
    make_need,
    make_organisation,
    make_posting,
    make_user,
)

from .test_matching_board import in_state

pytestmark = pytest.mark.django_db
SHEET = "/desk/matching/sheet/"


def person(name, phone):
    return {"contact_name": name, "contact_phone": phone}


def meeting(*needs, **overrides):
    event = make_event(name="秋季对接会", place="石家庄", **overrides)
    event.put_on_agenda(*needs)
    return event


def docx_of(answer):
    document = Document(io.BytesIO(b"".join(answer.streaming_content)))
    return document, [[cell.text for cell in row.cells] for row in document.tables[-1].rows]


def test_a_meetings_sheet_follows_its_agenda(client, bureau):
    first, second, other = (make_need(name=name) for name in ("节水改造", "敬老院取暖", "不在会上"))
    event = meeting(second, first)
    assert list(needs_of_event(event, bureau)) == [second, first]
    text = client.get(f"{SHEET}?event={event.pk}").content.decode()
    assert "石家庄" in text
    assert text.index("敬老院取暖") < text.index("节水改造")
    assert other.name not in text
    assert f"{SHEET}?event={event.pk}" in client.get(page(event)).content.decode()
    assert SHEET not in client.get(page(make_event(kind="training"))).content.decode()


def test_a_row_says_what_is_wanted_who_offers_what_and_what_comes_next(client, bureau):
    need = make_need(amount="3000000", name="节水改造", county=make_division(name="阜平县"))
    pledge = in_state("accepted", need=need, organisation=make_organisation(name="新奥公益基金会"), answer_by=today())
    extra = {"origin": "mobilised", "enterprise": make_enterprise(name="试验乳业")}
    pledge.items.create(kind="service", what="义诊", quantity=3, unit="次", **extra)
    (entry,) = entries_of(needs_of_board({}, bureau), bureau)
    assert [part in entry.wanted[0] for part in ("3,000,000.00", "2,280,000.00")] == [True, True]
    document, rows = docx_of(client.get(f"{SHEET}?format=docx"))
    assert rows[0] == ["Need", "Offer", "Intent", "Contact", "Next step"]
    need_cell, offer, intent, contact, following = rows[1]
    for words, cell in (
        ("节水改造", need_cell), ("阜平县", need_cell), ("新奥公益基金会", offer), ("CNY 720,000.00", offer),
        ("mobilised: 试验乳业", offer), ("accepted by the bureau", intent), ("The county confirms, by", following),
    ):  # fmt: skip
        assert words in cell
    assert contact == ""
    section = document.sections[0]
    assert section.page_height > section.page_width  # upright


def test_contacts_stand_on_it_only_where_both_sides_have_agreed(client, bureau):
    waiting = make_need(**person("赵一", "13100000001"))
    agreed = make_need(**person("钱二", "13100000002"))
    in_state("accepted", need=waiting, **person("孙三", "13100000003"))
    in_state("confirmed", need=agreed, amount="1", **person("李四", "13100000004"))
    in_state("submitted", need=agreed, amount="1", **person("周五", "13100000005"))
    text = client.get(SHEET).content.decode()
    assert [name in text for name in ("赵一", "孙三", "周五", "13100000005")] == [False] * 4
    assert [name in text for name in ("钱二", "13100000002", "李四", "13100000004")] == [True] * 4


def test_an_auditor_reads_it_masked(client):
    need = make_need(**person("钱二小", "13100000002"))
    in_state("confirmed", need=need, **person("李四小", "13100000004"))
    client.force_login(make_user("auditor"))
    text = client.get(SHEET).content.decode()
    assert "钱二小" not in text
    assert "13100000004" not in text


def test_the_board_s_filters_hold_for_its_sheet_and_what_is_not_public_stays_off(client, bureau):
    county = make_division(code="130723")
    make_designation(county)
    inside, _outside = make_need(county=county), make_need()
    make_need(county=county, status="submitted")
    settled = make_need(county=county, amount="5")
    in_state("signed", need=settled, amount="5")
    type(settled).objects.filter(pk=settled.pk).update(status="met")
    assert [entry.need for entry in client.get(f"{SHEET}?county=130723").context["entries"]] == [inside]


def test_rubbish_and_foreign_meetings_are_refused(client, bureau):
    for query in ("?colour=red", "?county=999999", "?format=pdf", "?event="):
        assert client.get(SHEET + query).status_code in (400, 404), query
    for key in ("999999", "x", "9" * 30):
        assert client.get(f"{SHEET}?event={key}").status_code == 404
    assert client.post(SHEET).status_code == 405


def test_another_bureau_finds_no_foreign_pledge_on_it(client):
    user = make_user("partner")
    make_posting(user, make_division(code="110000", level="province"))
    need = make_need()
    pledge = in_state("confirmed", need=need, organisation=make_organisation(name="外地基金会"))
    event = meeting(need, make_need(status="submitted", name="未公开"))
    client.force_login(user)
    text = client.get(f"{SHEET}?event={event.pk}").content.decode()
    assert need.number in text
    assert [words in text for words in (str(pledge.organisation), "未公开")] == [False, False]


def test_three_needs_take_as_many_queries_as_one(client, bureau):
    def more(number):
        for _each in range(number):
            need = make_need(field=make_field())
            for status in ("submitted", "accepted", "confirmed"):
                in_state(status, need=need, amount="1")

    more(1)
    before = queries_of(client, SHEET)
    more(2)
    assert queries_of(client, SHEET) == before <= 20
