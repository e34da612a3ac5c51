"""The handbook: a paper for everybody, made by a job, of what everybody may see."""

import io

import pytest
from django.urls import reverse
from django.utils import timezone
from docx import Document

from projects.models import Circular
from projects.papers.handbook import ask_for_handbook, write_handbook
from registry.core.jobs import Progress, run_next
from registry.core.models import Job
from tests.factories import make_campaign, make_division, make_need, make_user

from .test_matching_board import in_state

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("media")]
PAGE = "/desk/matching/handbook/"


def lines(document):
    found = []
    for block in document.iter_inner_content():
        if hasattr(block, "rows"):
            found += ["|".join(cell.text for cell in row.cells) for row in block.rows]
        elif block.text:
            found.append(block.text)
    return found


def written(campaign):
    file = io.BytesIO()
    write_handbook(campaign, Progress()).save(file)
    return lines(Document(io.BytesIO(file.getvalue())))


def issued(campaign, title, **overrides):
    first, second, now = make_user(), make_user(), timezone.now()
    fields = {"kind": "progress", "period_from": "2021-01-01", "period_until": "2021-10-31", "as_of": now}
    fields |= {"status": "issued", "number": f"冀民函〔2021〕{title}号", "text": f"{title}的正文"}
    signed = {"checked_by": first, "checked_at": now, "issued_by": second, "issued_at": now}
    return Circular.objects.create(campaign=campaign, title=title, **fields | signed | overrides)


def test_it_holds_policies_needs_by_county_with_gaps_the_way_and_the_contact(settings):
    settings.SITE_OWNER, settings.SITE_CONTACT, settings.SITE_HOTLINE = "某省民政厅", "某路1号", "12345"
    campaign = make_campaign(appeal="倡议社会组织帮扶")
    issued(campaign, "十五")
    county = make_division(name="阜平县")
    need = make_need(campaign=campaign, county=county, name="节水改造", amount="3000000", why="大棚老旧")
    in_state("accepted", need=need)
    make_need(campaign=campaign, county=make_division(name="康保县"), name="敬老院取暖")
    text = written(campaign)
    for words in ("倡议社会组织帮扶", "十五 冀民函〔2021〕十五号", "十五的正文", "阜平县 (1)", "康保县 (1)"):
        assert words in text, words
    whole = "\n".join(text)
    for words in ("节水改造", "2,280,000.00", "720,000.00", "大棚老旧", "某省民政厅", "某路1号", "12345"):
        assert words in whole, words


def test_it_holds_nothing_that_is_not_public():
    campaign = make_campaign()
    issued(
        campaign, "草稿", status="draft", number="", issued_by=None, issued_at=None, checked_by=None, checked_at=None
    )
    shown = make_need(campaign=campaign, name="公开", contact_name="赵一", contact_phone="13100000001")
    in_state("accepted", need=shown, contact_name="钱二", contact_phone="13100000002")
    for status in ("draft", "submitted", "returned", "withdrawn", "expired", "met"):
        make_need(campaign=campaign, status=status, name=f"不公开{status}")
    make_need(campaign=make_campaign(), name="别的行动")
    whole = "\n".join(written(campaign))
    assert "公开" in whole
    for words in ("草稿", "不公开", "别的行动", "赵一", "13100000001", "钱二", "13100000002"):
        assert words not in whole, words


def test_an_empty_one_says_so():
    whole = "\n".join(written(make_campaign()))
    assert "{" not in whole
    assert len(whole) > 200


def test_the_bureau_asks_for_it_once_and_takes_it_away_when_it_is_ready(client):
    clerk, campaign = make_user("bureau"), make_campaign()
    make_need(campaign=campaign, name="节水改造")
    client.force_login(clerk)
    assert client.get(PAGE).status_code == 200
    answer = client.post(PAGE, {"campaign": campaign.pk})
    work = Job.objects.get()
    assert answer.url == reverse("job", args=(work.key,))
    assert ask_for_handbook(campaign, clerk) == work
    run_next()
    work.refresh_from_db()
    assert (work.state, work.done, work.total) == ("done", 1, 1)
    download = client.get(work.result["url"])
    assert "节水改造" in "\n".join(lines(Document(io.BytesIO(b"".join(download.streaming_content)))))
    client.force_login(make_user("bureau"))
    assert client.get(work.result["url"]).status_code == 404


def test_rubbish_is_refused_and_others_do_not_make_it(client):
    client.force_login(make_user("bureau"))
    for rubbish in ("", "x", "999999"):
        assert client.post(PAGE, {"campaign": rubbish}).status_code == 400
    for role in ("auditor", "partner", "county"):
        client.force_login(make_user(role))
        assert client.get(PAGE).status_code == 403
        assert client.post(PAGE, {"campaign": make_campaign().pk}).status_code == 403
    assert not Job.objects.exists()
