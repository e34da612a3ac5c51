"""Public lists, the person's own list, and the rows behind a figure as files: exactly what they show."""

from datetime import date

import pytest
from django.utils import timezone

from projects.models import Circular
from tests.counting import queries_of
from tests.factories import (
    make_authority,
    make_campaign,
    make_commendation,
    make_designation,
    make_division,
    make_event,
    make_field,
    make_funding,
    make_org_user,
    make_organisation,
    make_project,
    make_step,
    make_user,
    serial,
)
from tests.publishing import publish_what_is_marked

from .files import published, rows, sheet

pytestmark = pytest.mark.django_db
PUBLIC = ("/projects/", "/orgs/", "/counties/", "/events/", "/circulars/", "/praise/", "/figures/projects/")


def issued():
    return Circular.objects.create(
        campaign=make_campaign(), kind="progress", title="进展通报", status="issued",
        number=f"冀民函〔2021〕{serial()}号",
        period_from=date(2021, 1, 1), period_until=date(2021, 10, 31), as_of=timezone.now(),
        checked_by=make_user(), checked_at=timezone.now(), issued_by=make_user(), issued_at=timezone.now(),
        digest="0" * 64,
    )  # fmt: skip


def test_the_public_list_of_projects_leaves_as_seen(client):
    project = published(name="大棚", lead=make_organisation(name="试验基金会"), county=make_division(name="康保县"))
    published(name="学校", year=2019)
    make_project(name="大棚内部")
    (row,) = rows(client, "/projects/?search=大棚&format=csv")
    assert row == {
        "编号": project.number, "项目": "大棚", "牵头组织": "试验基金会", "受援县": "康保县", "领域": "",
        "年度": "2020", "阶段": "实施", "涉及资金（万元）": "72.00",
    }  # fmt: skip
    found = sheet(client, "/projects/?format=xlsx")
    assert [found["H6"].value, found["A7"].value.split("　")[0]] == ["=SUBTOTAL(109,H4:H5)", "制表人：____________"]
    assert [row["项目"] for row in rows(client, "/projects/?ordering=year&page_size=1&format=csv")] == ["学校", "大棚"]


def test_the_other_public_lists_leave_as_seen(client):
    county, organisation = make_division(name="康保县"), make_organisation(name="试验基金会")
    make_designation(county)
    published(lead=organisation, county=county)
    circular = issued()
    assert [row["受援县"] for row in rows(client, "/counties/?format=csv")] == ["康保县"]
    assert rows(client, "/counties/?format=csv")[0]["落地项目"] == "1"
    assert {row["社会组织"]: row["项目"] for row in rows(client, "/orgs/?search=试验基金会&format=csv")}[
        "试验基金会"
    ] == "1"
    assert rows(client, "/circulars/?format=csv")[0]["发文字号"] == circular.number
    for address in ("/counties/", "/orgs/", "/circulars/", "/events/"):
        assert sheet(client, f"{address}?format=xlsx").page_setup.paperSize == 8


def test_public_events_leave_as_seen_and_no_others(client):
    host = make_authority(name="试验民政厅")
    shown = make_event(name="公开推介会", is_public=True, place="会展中心", division=make_division(name="康保县"))
    shown.hosts.add(host, make_authority(name="试验民政局"))
    make_event(name="内部碰头会")
    make_event(name="公开签约会", is_public=True, kind="signing")
    (row,) = rows(client, "/events/?kind=matching&format=csv")
    assert (row["会议活动"], row["地点"], row["开始日期"]) == ("公开推介会", "会展中心 康保县", "2020-09-01")
    assert set(row["主办单位"].split("、")) == {"试验民政厅", "试验民政局"}


@pytest.mark.parametrize("address", PUBLIC)
def test_every_public_list_offers_its_files_and_takes_no_other_form(client, address):
    published(lead=make_organisation(), county=make_division())
    make_event(is_public=True)
    make_commendation("granted")
    shown = client.get(address).content.decode()
    assert f'href="{address}?format=xlsx"' in shown
    assert f'href="{address}?format=csv"' in shown
    assert client.get(f"{address}?format=exe").status_code == 400


def test_lists_without_files_take_no_form(client):
    client.force_login(make_user("bureau"))
    assert client.get("/jobs/?format=csv").status_code == 400


def test_the_rows_behind_a_figure_leave_as_seen_also_of_the_past(client):
    project = published(name="大棚")
    publish_what_is_marked()
    before = timezone.now()
    project.name = "大棚改造"
    project.save()
    assert [row["项目"] for row in rows(client, "/figures/projects/?format=csv")] == ["大棚改造"]
    past = f"/figures/projects/?as_of={before.isoformat().replace('+', '%2B')}&format="
    assert [row["项目"] for row in rows(client, f"{past}csv")] == ["大棚"]
    assert sheet(client, f"{past}xlsx")["B4"].value == "大棚"
    assert client.get("/figures/projects/?as_of=2999-01-01&format=csv").status_code == 400
    (line,) = rows(client, "/figures/funds/?format=csv")
    assert line["金额（万元）"] == "72.00"


@pytest.mark.parametrize("address", PUBLIC)
def test_public_files_take_the_same_questions_for_one_row_and_three(client, address):
    def add():
        county = make_division()
        make_designation(county)
        published(lead=make_organisation(authority=make_authority()), county=county, field=make_field())
        issued()
        make_event(is_public=True, division=county).hosts.add(make_authority())
        make_commendation("granted")

    add()
    one = queries_of(client, f"{address}?format=csv")
    add()
    add()
    assert queries_of(client, f"{address}?format=csv") == one


def test_an_organisations_own_list_leaves_for_its_people_only(client):
    organisation = make_organisation(name="试验基金会")
    own = make_project(name="大棚", lead=organisation)
    make_project(name="别家")
    make_funding(own, "720000", state="committed", organisation=organisation)
    make_step(own, due_on=date(2020, 1, 1))
    person = make_org_user(organisation, name="王明")
    client.force_login(person)
    (row,) = rows(client, "/my/projects/?format=csv")
    assert (row["项目名称"], row["资金（万元）/签约"]) == ("大棚", "72.00")
    found = sheet(client, "/my/projects/?format=xlsx")
    assert found["A2"].value.startswith("单位：万元　数据截至 ")
    assert found["A7"].value.startswith("制表人：王明")
    client.force_login(make_org_user(make_organisation()))
    assert rows(client, "/my/projects/?format=csv") == []
    client.logout()
    assert client.get("/my/projects/?format=csv").status_code == 302
