"""Agreements: drafted from a confirmed pledge, and put on paper with sums in capitals, parties and signature blocks."""

import datetime
import io
import zipfile
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override
from docx import Document

from projects.actions.agreements import draft_agreement
from projects.actions.wordings import keep_wording, use_wording
from projects.models import Agreement, CampaignBureau, Instalment, NeedItem, PledgeItem
from projects.papers.agreement import agreement_paper
from projects.papers.terms import FIELDS, LINE, LISTS, sample, terms_of
from registry.core.dates import today
from registry.core.models import Change
from registry.core.quantity import capitals
from tests.counting import queries_of
from tests.desk import page
from tests.factories import (
    make_agreement,
    make_authority,
    make_campaign,
    make_county_user,
    make_division,
    make_enterprise,
    make_event,
    make_field,
    make_need,
    make_org_user,
    make_organisation,
    make_pledge,
    make_project,
    make_user,
)

pytestmark = pytest.mark.django_db


def confirmed(**overrides):
    """A pledge that the county has confirmed."""
    fields = {"status": "confirmed", "confirmed_by": make_user(), "confirmed_at": timezone.now()}
    return make_pledge(**fields | overrides)


def full_pledge(code=None):
    """Money of the organisation's own and of a member company, goods with a value, two instalments."""
    need = make_need(amount="3000000", name="食用菌大棚节水改造")
    beds = NeedItem.objects.create(need=need, kind="goods", what="护理床", quantity=50, unit="张")
    pledge = confirmed(need=need, amount="720000", organisation=make_organisation(code=code))
    company = make_enterprise(name="冀北试验乳业有限公司")
    extra = {"need_item": need.items.first(), "origin": "mobilised", "enterprise": company}
    PledgeItem.objects.create(pledge=pledge, kind="money", amount=Decimal("1080000.50"), **extra)
    PledgeItem.objects.create(
        pledge=pledge, kind="goods", what="护理床", quantity=20, unit="张", declared=Decimal(36000), need_item=beds
    )
    for day, amount in ((datetime.date(2021, 12, 31), "800000.50"), (datetime.date(2022, 3, 31), "1000000")):
        Instalment.objects.create(pledge=pledge, due_on=day, amount=Decimal(amount))
    return pledge


def read(paper):
    """All lines of a paper as another program reads it: paragraphs, and rows of tables joined by “|”."""
    file = io.BytesIO()
    paper.save(file)
    document = Document(io.BytesIO(file.getvalue()))
    lines = []
    for block in document.iter_inner_content():
        if hasattr(block, "rows"):
            lines += ["|".join(cell.text for cell in row.cells) for row in block.rows]
        elif block.text:
            lines.append(block.text)
    return lines


# Drafting


def test_a_draft_has_a_number_and_everybody_who_is_to_sign():
    pledge, clerk, event = full_pledge(), make_user("bureau"), make_event(kind="signing")
    bureau = make_authority(name="河北省民政厅")
    CampaignBureau.objects.create(campaign=pledge.campaign, authority=bureau, part="host")
    agreement = draft_agreement(pledge=pledge, by=clerk, event=event)
    assert agreement.number == f"XY-{today().year}-0001"
    assert (agreement.name, agreement.event, agreement.signed_on) == ("帮扶协议：食用菌大棚节水改造", event, None)
    assert [(one.part, str(one)) for one in agreement.signatories.order_by("pk")] == [
        ("giver", str(pledge.organisation)),
        ("receiver", str(pledge.need.county)),
        ("witness", "河北省民政厅"),
        ("giver", "冀北试验乳业有限公司"),
    ]
    assert Change.objects.of(agreement).filter(action="agreement.draft", actor_id=clerk.pk).exists()


def test_numbers_go_on_and_the_second_draft_of_a_pledge_is_refused():
    clerk, pledge = make_user("bureau"), confirmed(need=make_need())
    first = draft_agreement(pledge=pledge, by=clerk)
    second = draft_agreement(pledge=confirmed(need=make_need()), by=clerk)
    assert (first.number[-4:], second.number[-4:]) == ("0001", "0002")
    with pytest.raises(ValidationError, match=first.number):
        draft_agreement(pledge=pledge, by=clerk)


@pytest.mark.parametrize("status", ["submitted", "accepted", "declined", "withdrawn"])
def test_before_both_sides_have_agreed_nothing_is_drafted(status):
    with pytest.raises(ValidationError, match="受援县确认"):
        draft_agreement(pledge=make_pledge(need=make_need(), status=status), by=make_user("bureau"))


def test_the_witness_is_named_by_the_settings_where_the_register_knows_none(settings):
    settings.SITE_OWNER = "某省民政厅"
    agreement = draft_agreement(pledge=confirmed(need=make_need()), by=make_user("bureau"))
    assert agreement.signatories.get(part="witness").body == "某省民政厅"


def test_a_free_pledge_is_named_by_its_county_and_field():
    pledge = confirmed(county=make_division(name="阜平县"), field=make_field(name="产业"))
    with override("en"):
        agreement = draft_agreement(pledge=pledge, by=make_user("bureau"))
    assert agreement.name == "帮扶协议：阜平县 产业"
    assert agreement.signatories.get(part="receiver").division == pledge.county


def test_only_the_bureau_drafts_and_only_what_it_sees():
    pledge = confirmed(need=make_need())
    for user in (make_county_user(pledge.need.county), make_org_user(pledge.organisation), make_user("auditor")):
        with pytest.raises(PermissionDenied):
            draft_agreement(pledge=pledge, by=user)
    with pytest.raises(ObjectDoesNotExist):
        draft_agreement(pledge=make_pledge(need=make_need(), status="draft"), by=make_user("bureau"))


# The paper


def test_the_paper_says_who_gives_what_when_with_sums_in_capitals():
    pledge = full_pledge(code="53130000500000000D")
    agreement = draft_agreement(
        pledge=pledge, by=make_user("bureau"), event=make_event(name="春季签约仪式", place="石家庄")
    )
    with override("en"):  # whatever the clerk reads, the agreement is signed in Chinese
        lines = read(agreement_paper(terms_of(agreement)))
    text = "\n".join(lines)
    for words in (
        agreement.number, "53130000500000000D", str(pledge.organisation), pledge.need.county.name,
        "食用菌大棚节水改造", "1,800,000.50 元", "壹佰捌拾万元伍角", "1,080,000.50 元", "壹佰零捌万元伍角",
        "2|2022年3月31日|1,000,000.00 元|壹佰万元整", "护理床|20 张|36,000.00 元", "春季签约仪式",
    ):  # fmt: skip
        assert words in text, words
    assert "捌拾万元伍角" in text


def test_every_party_has_a_block_to_sign_with_role_and_date():
    agreement = draft_agreement(pledge=full_pledge(), by=make_user("bureau"))
    giver = agreement.signatories.order_by("pk").first()
    giver.person, giver.title, giver.signed_on = "王某", "理事长", datetime.date(2021, 11, 1)
    giver.save()
    lines = read(agreement_paper(terms_of(agreement)))
    blocks = [number for number, line in enumerate(lines) if line.endswith("（盖章）")]
    assert len(blocks) == 4
    roles = [lines[number].split("|")[0] for number in blocks]
    assert roles == ["援助方", "受援方", "见证方", "援助方"]
    first, last = (lines[number : number + 4] for number in (blocks[0], blocks[-1]))
    assert [line.split("|")[1] for line in first[1:]] == ["王某", "理事长", "2021年11月1日"]
    assert [line.split("|")[1] for line in last] == ["冀北试验乳业有限公司（盖章）", LINE, LINE, LINE]


def test_what_is_not_there_is_not_spoken_of():
    agreement = draft_agreement(pledge=confirmed(need=make_need(), amount=None), by=make_user("bureau"))
    PledgeItem.objects.create(pledge=agreement.pledge, kind="service", what="义诊", quantity=3, unit="次")
    text = "\n".join(read(agreement_paper(terms_of(agreement))))
    for absent in ("大写", "会员企业", "分期", "{{", "{%"):
        assert absent not in text, absent
    assert "义诊|3 次" in text


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        ("0.01", "壹分"), ("10", "壹拾元整"), ("100.05", "壹佰元零伍分"), ("10001", "壹万零壹元整"),
        ("100000000", "壹亿元整"), ("21880000.50", "贰仟壹佰捌拾捌万元伍角"),
    ],
)  # fmt: skip
def test_sums_are_written_out_as_on_cheques(amount, text):
    assert capitals(Decimal(amount)) == text


def test_terms_and_the_list_of_fields_name_the_same():
    terms = terms_of(draft_agreement(pledge=full_pledge(), by=make_user("bureau")))
    assert terms.keys() == sample().keys() == FIELDS.keys() | LISTS.keys()
    for name, (_label, columns) in LISTS.items():
        assert {frozenset(line) for line in terms[name]} == {frozenset(columns)}


# Downloads and the signing on the desk

SIGNING = "/desk/signing/"


def paper_of(agreement):
    return reverse("agreement-paper", args=(agreement.pk,))


def lines_of(content):
    return read(SimpleNamespace(save=lambda file: file.write(content)))


def test_the_paper_is_handed_to_those_who_work_with_it_and_to_nobody_else(client):
    agreement = draft_agreement(pledge=full_pledge(), by=make_user("bureau"))
    giver, county = agreement.pledge.organisation, agreement.pledge.need.county
    for user in (make_user("bureau"), make_org_user(giver), make_county_user(county)):
        client.force_login(user)
        answer = client.get(paper_of(agreement))
        assert agreement.number in "\n".join(lines_of(b"".join(answer.streaming_content)))
    for user in (make_org_user(make_organisation()), make_county_user(make_division()), None):
        client.logout()
        if user:
            client.force_login(user)
        assert client.get(paper_of(agreement)).status_code == 404


def test_an_agreement_that_was_not_drafted_here_has_no_paper(client, bureau):
    agreement = make_agreement(project=make_project())
    assert client.get(paper_of(agreement)).status_code == 404
    assert paper_of(agreement) not in client.get(page(agreement)).content.decode()
    drafted = draft_agreement(pledge=full_pledge(), by=bureau)
    assert paper_of(drafted) in client.get(page(drafted)).content.decode()


def test_the_wording_in_use_is_the_one_that_papers_are_made_in(client, bureau, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    document, file = Document(), io.BytesIO()
    document.add_paragraph("厅用：{{ number }} {{ money_in_capitals }}")
    document.save(file)
    wording = keep_wording(by=bureau, name="厅用", upload=SimpleUploadedFile("a.docx", file.getvalue()))
    use_wording(wording=wording, by=bureau)
    agreement = draft_agreement(pledge=full_pledge(), by=bureau)
    answer = client.get(paper_of(agreement))
    assert lines_of(b"".join(answer.streaming_content)) == [f"厅用：{agreement.number} 壹佰捌拾万元伍角"]


def test_the_page_of_a_ceremony_shows_what_waits_in_its_campaign(client, bureau):
    event = make_event(kind="signing")
    mine = confirmed(need=make_need(campaign=event.campaign), campaign=event.campaign)
    elsewhere = confirmed(need=make_need(), campaign=make_campaign())
    make_pledge(need=make_need(), status="accepted", campaign=event.campaign)
    assert [row["pledge"] for row in client.get(f"{SIGNING}?event={event.pk}").context["rows"]] == [mine]
    assert [row["pledge"] for row in client.get(SIGNING).context["rows"]] == [mine, elsewhere]
    only = client.get(f"{SIGNING}?pledge={elsewhere.pk}").context["rows"]
    assert [(row["pledge"], row["is_chosen"]) for row in only] == [(elsewhere, True)]
    assert f"{SIGNING}?event={event.pk}" in client.get(page(event)).content.decode()


def test_a_batch_is_drafted_downloaded_and_signed_at_a_ceremony(client, bureau):
    event = make_event(kind="signing", starts_on=datetime.date(2021, 11, 1))
    pledges = [confirmed(need=make_need(), campaign=event.campaign) for _each in range(2)]
    left = confirmed(need=make_need(), campaign=event.campaign)
    address, keys = f"{SIGNING}?event={event.pk}", [pledge.pk for pledge in pledges]
    for _again in range(2):
        assert client.post(address, {"deed": "draft", "pledge": keys}).url == address
    agreements = list(Agreement.objects.order_by("number"))
    assert [(one.pledge, one.event) for one in agreements] == [(pledge, event) for pledge in pledges]
    answer = client.post(address, {"deed": "papers", "pledge": keys})
    with zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as archive:
        names = archive.namelist()
        assert [name[:12] for name in names] == [one.number for one in agreements]
        assert agreements[0].number in "\n".join(lines_of(archive.read(names[0])))
    answer = client.post(address, {"deed": "sign", "pledge": keys, "signed_on": "2021年11月1日", "note": "签约仪式"})
    assert answer.url == page(event)
    for pledge in pledges:
        pledge.refresh_from_db()
        agreement = pledge.agreements.get()
        assert (pledge.status, agreement.project) == ("carried", pledge.project)
        assert (agreement.signed_on, agreement.event) == (datetime.date(2021, 11, 1), event)
    left.refresh_from_db()
    assert left.status == "confirmed"


@pytest.mark.parametrize(
    ("data", "status"),
    [
        ({"deed": "sign", "signed_on": "2021-11-01"}, 409),  # nothing chosen
        ({"deed": "draft"}, 409),
        ({"deed": "papers"}, 409),
        ({"deed": "papers", "pledge": True}, 409),  # nothing drafted
        ({"deed": "sign", "pledge": True, "signed_on": "上周"}, 400),
        ({"deed": "sign", "pledge": True, "signed_on": "2098-01-01"}, 409),
        ({"deed": "sign", "pledge": True, "signed_on": "2021-11-01", "officer": "999999"}, 400),
        ({"deed": "fly", "pledge": True}, 400),
        ({}, 400),
    ],
)
def test_what_cannot_be_signed_is_refused_and_nothing_is_changed(client, bureau, data, status):
    pledge = confirmed(need=make_need())
    if data.get("pledge"):
        data = data | {"pledge": [pledge.pk]}
    assert client.post(SIGNING, data).status_code == status
    pledge.refresh_from_db()
    assert (pledge.status, Agreement.objects.count()) == ("confirmed", 0)


def test_a_pledge_out_of_sight_is_not_signed_by_a_forged_form(client, bureau):
    event = make_event(kind="signing")
    elsewhere = confirmed(need=make_need(), campaign=make_campaign())
    waiting = make_pledge(need=make_need(), status="accepted", campaign=event.campaign)
    data = {"deed": "sign", "pledge": [elsewhere.pk, waiting.pk], "signed_on": "2021-11-01"}
    assert client.post(f"{SIGNING}?event={event.pk}", data).status_code == 409
    assert client.get(f"{SIGNING}?event=999999").status_code == 404
    assert client.get(f"{SIGNING}?pledge=x").status_code == 400
    assert not Agreement.objects.exists()


@pytest.mark.parametrize("role", ["auditor", "partner", "county", "organisation"])
def test_only_the_bureau_signs(client, role):
    client.force_login(make_user(role))
    assert client.get(SIGNING).status_code == 403
    assert client.post(SIGNING, {"deed": "sign"}).status_code == 403


def test_three_pledges_take_as_many_queries_as_one(client, bureau):
    def more(number):
        for _each in range(number):
            draft_agreement(pledge=full_pledge(), by=bureau)

    more(1)
    before = queries_of(client, SIGNING)
    more(2)
    assert queries_of(client, SIGNING) == before <= 20
