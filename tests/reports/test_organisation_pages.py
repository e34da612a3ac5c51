"""The public list of organisations and the page of one."""

from datetime import date

import pytest

from projects.models import Commendation, Participation
from tests.counting import queries_of
from tests.factories import (
    make_agreement,
    make_authority,
    make_campaign,
    make_org_user,
    make_organisation,
    make_participation,
    make_project,
    make_user,
)
from tests.pages import body

pytestmark = pytest.mark.django_db


def published(**overrides):
    return make_project(**{"visibility": "published", "stage": "under_way"} | overrides)


def page_of(organisation):
    return f"/orgs/{organisation.pk}/"


def test_the_page_shows_every_part_that_an_organisation_takes(client):
    organisation = make_organisation()
    for role in ("lead", "funder"):
        make_participation(published(name=f"项目{role}"), organisation=organisation, role=role)
    text = body(client, page_of(organisation))
    for words in ("项目lead", "项目funder", str(Participation.Role.LEAD.label), str(Participation.Role.FUNDER.label)):
        assert words in text


def test_a_project_stands_under_the_name_of_the_day_of_its_signing(client):
    organisation = make_organisation(name="今名协会")
    organisation.former_names.create(name="旧名协会", until=date(2020, 1, 1))
    before, after = published(name="早项目", lead=organisation), published(name="晚项目", lead=organisation)
    make_agreement(project=before, signed_on=date(2019, 3, 1))
    make_agreement(project=after, signed_on=date(2020, 3, 1))
    text = body(client, page_of(organisation))
    rows = text[text.index('id="parts"') :]
    rows = rows[: rows.index("</tbody>")]
    assert rows.count("旧名协会") == 1
    assert rows.index("晚项目") < rows.index("早项目") < rows.index("旧名协会")


def test_a_code_that_no_source_states_is_not_stated(client):
    client.cookies["django_language"] = "en"
    text = body(client, page_of(make_organisation(code=None)))
    assert '<dt>Credit code</dt><dd><span class="muted">not stated</span></dd>' in text


def test_contact_is_for_those_who_work_with_it_and_masked_for_the_auditor(client):
    organisation = make_organisation(
        contact_name="甲某", contact_phone="13900005678", note="内部备注", address="内部地址"
    )
    text = body(client, page_of(organisation))
    assert [word for word in ("甲某", "13900005678", "内部备注", "内部地址") if word in text] == []
    client.force_login(make_org_user(make_organisation()))
    assert "13900005678" not in body(client, page_of(organisation))
    client.force_login(make_org_user(organisation))
    assert "13900005678" in body(client, page_of(organisation))
    client.force_login(make_user("auditor"))
    text = body(client, page_of(organisation))
    assert "139****5678" in text
    assert [word for word in ("甲某", "13900005678") if word in text] == []


def test_a_merged_organisation_leads_to_the_one_that_it_went_into(client):
    into = make_organisation(name="存续协会")
    merged = make_organisation(name="并入协会", status="merged", merged_into=into)
    make_participation(published(name="旧项目"), organisation=merged)
    assert f'href="{page_of(into)}"' in body(client, page_of(merged))
    text = body(client, page_of(into))
    assert "旧项目" in text
    assert f'href="{page_of(merged)}"' in text


def test_praise_is_shown_once_its_public_notice_has_begun(client):
    organisation = make_organisation()
    for title, status in (("先进集体", "notice"), ("待审表扬", "proposed")):
        Commendation.objects.create(
            campaign=make_campaign(),
            kind="praise",
            level="province",
            title=title,
            organisation=organisation,
            status=status,
        )
    text = body(client, page_of(organisation))
    assert "先进集体" in text
    assert "待审表扬" not in text


def test_an_application_is_seen_by_nobody_but_those_who_work_with_it(client):
    applied = make_organisation(name="申请协会", status="applied")
    body(client, page_of(applied), status=404)
    assert "申请协会" not in body(client, "/orgs/")
    client.force_login(make_org_user(applied))
    assert "申请协会" in body(client, "/orgs/")


@pytest.mark.parametrize(
    "query",
    ["kind=service", "level=county", "origin=tianjin", "is_charity=true", "search=冰心", "search=bxf", "search=旧称"],
)
def test_organisations_are_asked_by_kind_level_origin_charity_and_name(client, query):
    wanted = make_organisation(name="冰心服务中心", kind="service", level="county", origin="tianjin", is_charity=True)
    wanted.former_names.create(name="旧称中心")
    make_organisation(name="别的基金会")
    text = body(client, f"/orgs/?{query}")
    assert "冰心服务中心" in text
    assert "别的基金会" not in text


def test_organisations_are_asked_by_authority(client):
    authority = make_authority()
    make_organisation(name="归口协会", authority=authority)
    make_organisation(name="别的协会")
    text = body(client, f"/orgs/?authority={authority.pk}")
    assert "归口协会" in text
    assert "别的协会" not in text


@pytest.mark.parametrize(
    "query", ["contact_phone=139", "code=5", "kind=x", "authority=x", "ordering=status", "is_charity=1"]
)
def test_what_may_not_be_asked_is_refused(client, query):
    assert f"<code>{query.split('=')[0]}</code>" in body(client, f"/orgs/?{query}", status=400)


def test_names_are_ordered_by_pinyin_and_days_with_the_unknown_last(client):
    for name, day in (("张家口协会", date(2001, 1, 1)), ("阿里协会", None), ("保定协会", date(1999, 1, 1))):
        make_organisation(name=name, registered_on=day)

    def order(query):
        text = body(client, f"/orgs/?{query}")
        return sorted(("张家口协会", "阿里协会", "保定协会"), key=text.index)

    assert order("") == ["阿里协会", "保定协会", "张家口协会"]
    assert order("ordering=registered_on") == ["保定协会", "张家口协会", "阿里协会"]


@pytest.mark.parametrize("listed", [True, False])
def test_one_row_and_three_cost_the_same_number_of_questions(client, listed):
    organisation = make_organisation(authority=make_authority())
    url = "/orgs/" if listed else page_of(organisation)

    def make():
        make_organisation(authority=make_authority())
        make_participation(published(), organisation=organisation)

    make()
    one = queries_of(client, url)
    make()
    make()
    assert queries_of(client, url) == one
