"""Every list as a file: exactly what it shows, for whoever may see it; long ones by a job."""

import csv
import io
import re
import uuid
from datetime import date, timedelta

import openpyxl
import pytest
from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from projects.models import Circular, Event, Funding, Need, Project, ProjectStep
from registry.core import lists_out
from registry.core.admin import RecordAdmin
from registry.core.jobs import Progress, run_next
from registry.core.lists_out import KIND, ask_for_list, make_list, page_for
from registry.core.models import Job
from tests.counting import queries_of
from tests.desk import page
from tests.factories import (
    make_authority,
    make_campaign,
    make_commendation,
    make_county_user,
    make_decision,
    make_designation,
    make_difficulty,
    make_division,
    make_event,
    make_field,
    make_funding,
    make_measure,
    make_need,
    make_org_user,
    make_organisation,
    make_participation,
    make_pledge,
    make_posting,
    make_project,
    make_report,
    make_result,
    make_step,
    make_template,
    make_user,
    serial,
)
from tests.publishing import publish_what_is_marked

pytestmark = pytest.mark.django_db
PUBLIC = ("/projects/", "/orgs/", "/counties/", "/events/", "/circulars/", "/praise/", "/figures/projects/")


@pytest.fixture
def bureau(client):
    user = make_user("bureau", name="张丽")
    client.force_login(user)
    return user


@pytest.fixture
def few(monkeypatch):
    """Lists of more than two rows count as long."""
    monkeypatch.setattr(lists_out, "AT_ONCE", 2)


def desk(model, query="", form="csv"):
    return f"{page(model, 'export')}?{query}{'&' if query else ''}format={form}"


def rows(client, address):
    """The rows of a CSV file as dicts by their heads."""
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer)
    head, *found = csv.reader(io.StringIO(answer.getvalue().decode("utf-8-sig")))
    return [dict(zip(head, row, strict=True)) for row in found]


def sheet(client, address):
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer)
    return openpyxl.load_workbook(io.BytesIO(answer.getvalue())).active


# Lists of the desk


def test_a_desk_list_leaves_with_the_columns_that_it_shows(client, bureau):
    project = make_project(name="甲", lead=make_organisation(name="试验基金会"), county=make_division(name="康保县"))
    make_funding(project, "720000", organisation=make_organisation())
    make_step(project, due_on=date(2020, 1, 1))
    (row,) = rows(client, desk(Project))
    assert row == {
        "编号": project.number, "名称": "甲", "参与方": "试验基金会", "实施地点": "康保县", "阶段": "谋划储备",
        "涉及资金（万元）": "72.00", "超期事项": "1", "责任人": "", "年度": "2020", "公开范围": "内部",
    }  # fmt: skip


def test_it_has_the_filters_search_and_order_of_the_list_and_all_its_pages(client, bureau, monkeypatch):
    monkeypatch.setattr(admin.site.get_model_admin(Project), "list_per_page", 2)
    for number in range(5):
        make_project(name=f"大棚{number}", number=f"A-{number}", year=2019 + number % 2)
    make_project(name="学校", number="B-1")
    for query, expected in (
        ("q=大棚&o=-1", ["A-4", "A-3", "A-2", "A-1", "A-0"]), ("q=大棚&year=2020&o=1", ["A-1", "A-3"]),
        ("q=大棚&o=1&p=2", ["A-0", "A-1", "A-2", "A-3", "A-4"]), ("q=无此项目", []),
    ):  # fmt: skip
        assert [row["编号"] for row in rows(client, desk(Project, query))] == expected, query


def test_money_leaves_as_numbers_with_their_marks_and_adds_up(client, bureau):
    project = make_project()
    make_funding(project, "560000", qualifier="over", wording="余")
    make_funding(project, "10000")
    make_funding(project, None)
    found = sheet(client, desk(Funding, "o=6", "xlsx"))
    place = [cell.value for cell in found[3]].index("金额（万元）") + 1
    cells = [found.cell(row, place) for row in range(4, 8)]
    assert sorted((cell.value for cell in cells[:3]), key=str) == [1, 56, None]
    assert {cell.number_format for cell in cells if cell.value == 56} == {'#,##0.00"余"'}
    letter = cells[3].column_letter
    assert (cells[3].value, cells[3].number_format) == (f"=SUBTOTAL(109,{letter}4:{letter}6)", '#,##0.00"以上"')
    assert found["A2"].value.startswith("单位：万元　数据截至 ")


def test_what_is_markup_on_the_screen_is_plain_text_in_the_file(client, bureau):
    make_step(make_project(name="<b>甲</b>"), title="竣工验收", due_on=date(2020, 1, 1))
    (row,) = rows(client, desk(ProjectStep))
    assert "<" not in "".join(value for name, value in row.items() if name != "项目")
    assert row["项目"] == "<b>甲</b>"
    assert re.fullmatch(r"逾期 \d+ 天|超期 \d+ 天", row["状态灯"])


def test_yes_and_no_are_words_and_days_are_days(client, bureau):
    make_event(starts_on=date(2020, 9, 1), is_public=True)
    make_event(starts_on=date(2020, 8, 1), is_public=False)
    found = rows(client, desk(Event))
    assert {row["向公众公开"] for row in found} == {"是", "否"}
    named = sheet(client, desk(Event, "", "xlsx"))
    place = [cell.value for cell in named[3]].index("日期") + 1
    assert named.cell(4, place).number_format == "yyyy-mm-dd"


@pytest.mark.parametrize("name", ["=1+1", "+86", "-5", "@sum", "＝1", "＋1"])
def test_text_that_looks_like_a_formula_runs_in_neither_file(client, bureau, name):
    make_project(name=name)
    (row,) = rows(client, desk(Project))
    assert row["名称"] == f"'{name}"
    found = sheet(client, desk(Project, "", "xlsx"))
    assert (found["B4"].value, found["B4"].data_type) == (name, "s")


def test_no_desk_file_holds_numbers_of_identity_papers(client, bureau):
    make_project(name="联系 130102199001011234")
    assert rows(client, desk(Project))[0]["名称"] == "联系 130***************"


def test_who_may_not_open_a_list_gets_no_file_of_it(client):
    make_project()
    for user, status in ((None, 302), (make_user("system_admin"), 403), (make_county_user(make_division()), 403)):
        if user:
            client.force_login(user)
        assert client.get(desk(Project)).status_code == status
    assert client.post(desk(Project)).status_code in (403, 405)


def test_only_rows_of_the_persons_scope_leave(client):
    make_project(county=make_division())
    authority = make_authority(division=make_division())
    own = make_project(lead=make_organisation(authority=authority))
    partner = make_user("partner")
    make_posting(partner, authority.division)
    client.force_login(partner)
    assert [row["编号"] for row in rows(client, desk(Project))] == [own.number]


def test_an_auditor_reads_the_file_as_the_list(client):
    auditor = make_user("auditor")
    client.force_login(auditor)
    need = make_need(name="取暖", contact_name="王小明", contact_phone="13900001111")
    (row,) = rows(client, desk(Need))
    assert row["编号"] == need.number
    assert not {"王小明", "13900001111"} & set(row.values())


@pytest.mark.parametrize(
    ("query", "status"),
    [("stage__exact=nonsense", 200), ("year=abc", 302), ("campaign__code=x", 400), ("name__startswith=a", 400)],
)
def test_a_forged_question_is_answered_as_on_the_list(client, bureau, query, status):
    make_project()
    assert client.get(desk(Project, query)).status_code == status
    assert client.get(f"{page(Project, 'changelist')}?{query}").status_code == status


@pytest.mark.parametrize("query", ["", "?format=exe", "?format="])
def test_there_are_two_forms_and_no_other(client, bureau, query):
    assert client.get(page(Project, "export") + query).status_code == 400


def test_the_list_offers_both_files_of_what_it_shows(client, bureau):
    make_project(name="大棚")
    shown = client.get(f"{page(Project, 'changelist')}?q=大棚&year=2020&o=-1&p=1").content.decode()
    for form in ("xlsx", "csv"):
        address = f"{page(Project, 'export')}?q=%E5%A4%A7%E6%A3%9A&amp;year=2020&amp;o=-1&amp;format={form}"
        assert f'href="{address}"' in shown
    assert "导出 XLSX" in shown


def test_in_english_the_heads_are_english(client, bureau):
    make_project()
    client.cookies["django_language"] = "en"
    (row,) = rows(client, desk(Project))
    assert list(row)[:5] == ["Number", "Name", "Parties", "Places", "Stage"]
    assert row["Stage"] == "planned"


def one_of_all():
    """A row in every list that hangs on projects."""
    organisation, county, field = make_organisation(authority=make_authority()), make_division(), make_field()
    project = make_project(lead=organisation, county=county, field=field, officer=make_user("bureau"))
    make_participation(project, organisation=make_organisation(), role="joint")
    make_funding(project, organisation=organisation)
    make_result(project)
    make_report(project, status="submitted")
    step = make_step(project, due_on=date(2020, 1, 1), responsible=make_user("bureau"))
    make_step(project, depends_on=step)
    difficulty = make_difficulty(project)
    make_measure(difficulty, responsible=make_user("bureau"))
    make_decision(make_event(division=county), project=project)
    make_pledge(need=make_need(county=county, field=field), organisation=organisation)
    make_template("签订协议", field=field)


def test_a_row_and_three_rows_take_the_same_questions_in_every_list(client, bureau):
    one_of_all()
    lists = [model for model, of in admin.site._registry.items() if isinstance(of, RecordAdmin)]
    open_ = [model for model in lists if client.get(desk(model)).status_code == 200]
    assert len(open_) > 20
    one = {model: queries_of(client, desk(model)) for model in open_}
    for _round in range(2):
        one_of_all()
    assert {model: queries_of(client, desk(model)) for model in open_} == one


@pytest.mark.parametrize("role", ["bureau", "partner", "auditor", "system_admin", "security_admin", "audit_admin"])
def test_every_list_that_opens_for_a_role_leaves_as_a_file_and_no_other(client, role):
    one_of_all()
    client.force_login(make_user(role))
    for model, of in admin.site._registry.items():
        if isinstance(of, RecordAdmin):
            shown = client.get(page(model, "changelist")).status_code
            for form in ("csv", "xlsx"):
                answer = client.get(desk(model, "", form))
                answer.getvalue() if answer.streaming else answer.content
                assert answer.status_code == shown, (model, form)


# Public lists, the person's own list, and the rows behind a figure


def issued():
    return Circular.objects.create(
        campaign=make_campaign(), kind="progress", title="进展通报", status="issued",
        number=f"冀民函〔2021〕{serial()}号",
        period_from=date(2021, 1, 1), period_until=date(2021, 10, 31), as_of=timezone.now(),
        checked_by=make_user(), checked_at=timezone.now(), issued_by=make_user(), issued_at=timezone.now(),
        digest="0" * 64,
    )  # fmt: skip


def published(**overrides):
    fields = {"visibility": "published", "stage": "under_way", "actual_start": date(2020, 3, 1)} | overrides
    project = make_project(**fields)
    make_funding(project, "720000", organisation=make_organisation())
    return project


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


def test_lists_without_files_take_no_form(client, bureau):
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


# Long lists


class Told(Progress):
    def __init__(self):
        super().__init__(batch=uuid.uuid4().hex)


def long_list(user, form="xlsx", language="zh-hans"):
    """The finished job of the list of projects, done on the spot."""
    address = desk(Project, "", form)
    found, told = ask_for_list(address, user), Told()
    with override(language):
        result = make_list(told, by=user, address=address)
    now = timezone.now()
    Job.objects.filter(pk=found.pk).update(
        key=told.batch, state="done", result=result, done=told.done, total=told.total, started_at=now, ended_at=now
    )
    found.refresh_from_db()
    return found


def test_a_short_list_comes_at_once_and_a_long_one_is_asked_for(client, bureau, few):
    for _number in range(2):
        make_project()
    assert len(rows(client, desk(Project))) == 2
    make_project()
    answer = client.get(desk(Project))
    assert "清单共 3 行" in answer.content.decode()
    assert not Job.objects.exists()
    shown = client.get(page(Project, "changelist")).content.decode()
    assert f'action="{reverse("ask-list")}"' in shown
    asked = client.post(reverse("ask-list"), {"address": desk(Project, "", "xlsx")})
    job = Job.objects.get()
    assert (asked.status_code, asked.url) == (302, reverse("job", args=(job.key,)))
    assert (job.kind, job.by, job.total, job.parameters) == (KIND, bureau, 3, {"address": desk(Project, "", "xlsx")})
    client.post(reverse("ask-list"), {"address": desk(Project, "", "xlsx")})
    assert Job.objects.count() == 1
    assert client.get(reverse("ask-list")).status_code == 405


@pytest.mark.parametrize(
    "address", ["/desk/board/?", "/projects/?", "/my/projects/?", "/orgs/?", "/figures/projects/?"]
)
def test_one_kind_of_job_makes_every_list(address, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    user = make_user("bureau")
    if address.startswith("/my/"):
        user = make_org_user(make_organisation())
    for form in ("xlsx", "csv"):
        told = Told()
        made = make_list(told, by=user, address=f"{address}format={form}")
        assert made["name"].endswith(f".{form}")
        assert told.done == told.total


def test_the_job_tells_its_progress_by_rows_and_until_when_the_file_is_kept(bureau, settings, tmp_path, few):
    settings.MEDIA_ROOT = tmp_path
    for _number in range(3):
        make_project()
    job = long_list(bureau)
    assert (job.done, job.total) == (3, 3)
    assert job.result["words"] == "“项目”已生成：3 行。"
    assert job.result["until"] == (timezone.localdate() + timedelta(days=7)).isoformat()
    assert re.fullmatch(r"项目 \d{4}-\d\d-\d\d\.xlsx", job.result["name"])


def test_the_file_of_a_job_is_that_of_the_list(client, bureau, settings, tmp_path, monkeypatch):
    settings.MEDIA_ROOT = tmp_path
    for number in range(3):
        make_project(name=f"项目{number}")
    at_once = [[cell.value for cell in row] for row in sheet(client, desk(Project, "", "xlsx")).iter_rows(min_row=3)]
    job = long_list(bureau)
    by_job = sheet(client, job.result["url"])
    assert [[cell.value for cell in row] for row in by_job.iter_rows(min_row=3)] == at_once
    answer = client.get(job.result["url"])
    assert answer["Cache-Control"] == "no-store, private"
    answer.getvalue()
    assert rows(client, long_list(bureau, "csv").result["url"])[0]["名称"] in {"项目0", "项目1", "项目2"}


def test_the_file_speaks_the_language_of_whoever_asked(client, bureau, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    make_project()
    assert "Number" in rows(client, long_list(bureau, "csv", "en").result["url"])[0]


def test_only_whoever_asked_gets_it_as_long_as_it_is_kept_and_theirs_to_see(client, bureau, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    make_project()
    job = long_list(bureau)
    for other in (make_user("bureau"), make_user("auditor")):
        client.force_login(other)
        assert client.get(job.result["url"]).status_code == 404
    client.logout()
    assert client.get(job.result["url"]).status_code == 302
    client.force_login(bureau)
    assert len(list(sheet(client, job.result["url"]).rows)) == 5
    assert client.get(reverse("made-list", args=(uuid.uuid4(),))).status_code == 404
    bureau.groups.clear()
    assert client.get(job.result["url"]).status_code == 403
    bureau.groups.set(make_user("bureau").groups.all())
    Job.objects.update(ended_at=timezone.now() - timedelta(days=7))
    assert client.get(job.result["url"]).status_code == 404


@pytest.mark.parametrize(
    "address",
    ["", "/", "https://example.org/", "//example.org/", "/desk/board/", "/none/?format=csv", "/healthz?format=csv",
     "/desk/board/?format=exe", "/desk/projects/project/export/?format=csv&year=abc", "/desk/logout/?format=csv"],
)  # fmt: skip
def test_only_lists_can_be_asked_for(client, bureau, address):
    assert client.post(reverse("ask-list"), {"address": address}).status_code == 404
    assert not Job.objects.exists()


@pytest.mark.parametrize(
    "address",
    ["/desk/board/?lamp=x", "/projects/?year=x", "/orgs/?kind=x", "/counties/?city=x", "/circulars/?x=1",
     "/events/?x=1", "/figures/projects/?year=x", "/figures/projects/?x=1", "/figures/none/?", "/counties/?page=x"],
)  # fmt: skip
def test_a_question_that_a_list_does_not_take_is_refused_by_its_job_too(bureau, address):
    with pytest.raises(ValidationError):
        page_for(bureau, f"{address}&format=csv")


def test_a_job_keeps_to_the_guard_of_its_list(client, few):
    county = make_county_user(make_division())
    for address in (desk(Project), "/desk/board/?format=csv"):
        with pytest.raises(PermissionDenied):
            page_for(county, address)
    with pytest.raises(ValidationError):
        page_for(make_user("bureau"), "/my/projects/?format=csv")
    client.force_login(county)
    assert client.post(reverse("ask-list"), {"address": desk(Project)}).status_code == 403
    client.logout()
    assert client.post(reverse("ask-list"), {"address": "/projects/?format=csv"}).status_code == 302
    assert not Job.objects.exists()


def test_a_stranger_gets_a_long_list_streamed_as_a_plain_table(client, few):
    for _number in range(3):
        published()
    for form in ("xlsx", "csv"):
        answer = client.get(f"/projects/?format={form}")
        assert answer.streaming
        assert "Content-Length" not in answer
        answer.getvalue()
    assert len(rows(client, "/projects/?format=csv")) == 3
    assert len(list(sheet(client, "/projects/?format=xlsx").rows)) == 4


@pytest.mark.django_db(transaction=True)
def test_the_worker_makes_it_and_it_ends_as_a_to_do(client, few, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    bureau = make_user("bureau")
    client.force_login(bureau)
    for _number in range(3):
        make_step(make_project(), due_on=date(2020, 1, 1))
    client.post(reverse("ask-list"), {"address": "/desk/board/?format=xlsx"})
    run_next()
    job = Job.objects.get()
    assert (job.state, job.error, job.done, job.total) == ("done", "", 3, 3)
    notice = bureau.notices.get()
    assert (notice.kind, notice.facts["until"]) == ("job", job.result["until"])
    assert job.result["url"] in client.get(reverse("job", args=(job.key,))).content.decode()
    assert sheet(client, job.result["url"])["B5"].value
