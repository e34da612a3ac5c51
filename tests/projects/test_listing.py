"""The index of lists: the same answers as the register itself, whatever happens, for whoever is answered from it."""

import os
from urllib.parse import urlencode

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import DatabaseError, connection, transaction
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from counties.models import Division
from orgs.models import FormerName
from projects.filters import ProjectFilters, project_facets
from projects.listing.asking import Numbers, facets_of_landed, projects_listed, search_projects
from projects.listing.filling import listed_at_the_end
from projects.models import Campaign, Field, Listed, Participation, Project, ProjectField, Site
from projects.tables import in_json, ledger
from registry.core.paging import cut
from registry.core.public_session import public_session
from registry.core.session_roles import APP, role_of, role_taken
from registry.core.summaries import SUMMARIES, differences, rebuild
from registry.core.trail import acting
from registry.core.undo import undo_batch
from registry.reports.as_of import as_of
from tests.counting import queries_of
from tests.factories import (
    make_county_user,
    make_division,
    make_enterprise,
    make_field,
    make_funding,
    make_organisation,
    make_participation,
    make_project,
    make_user,
)
from tests.publishing import publish_what_is_marked
from tests.reports.chance import Register

from .test_filters import request_of

pytestmark = pytest.mark.django_db

SEQUENCES = int(os.environ.get("LISTING_SEQUENCES", "12"))
OURS = [summary for name, summary in SUMMARIES.items() if name.startswith("projects.listing")]
INTERFACE = "/api/v1/projects/"
ORDERS = ("-year", "amount", "-amount", "name", "-number")


def apart():
    """{summary: what differs}; nothing where the index is right."""
    return {one.name: found for one in OURS if (found := differences(one))}


def answers(projects, query, user=None):
    """All that a list says: rows in their order, the total, and the facets."""
    filters = ProjectFilters(QueryDict(query), projects, request=request_of(user))
    rows = in_json(ledger(filters.found()))
    return rows, Numbers(filters).total, Numbers(filters).facets


def questions():
    """Queries of every filter, with what the register holds."""
    county, field = (
        Division.objects.counties().values_list("code", flat=True),
        Field.objects.values_list("code", flat=True),
    )
    one, other, of = county[0], county[1 % len(county)], field[0]
    yield from ("", "year=2020", "stage=under_way", "year_min=2020", "year_max=2019&stage=signed", "landed=true")
    yield from ("landed=false", f"campaign={Campaign.objects.first().code}", "origin=hebei", "kind=association")
    yield from (f"county={one}", f"field={of}", f"county={one}&field={of}&year=2020")
    yield from ("min_amount=10", "max_amount=2500", f"year=2019&min_amount=10&county={other}")
    yield from (
        f"search={words}" for words in ("试验", "项目", "验项目", "syxm", "shiyan", "SHI", "试", "无此名", "00", "-0")
    )
    yield f"search=试验&field={of}&ordering=-amount"


def test_after_whatever_happens_by_chance_the_index_is_what_the_register_says():
    for seed in range(max(1, SEQUENCES // 12)):
        register = Register(seed)
        for _number in range(12):
            done = register.sequence()
            assert apart() == {}, (seed, done)
        staff = register.clerk
        for number, query in enumerate(questions()):
            asked = f"{query}&ordering={ORDERS[number % len(ORDERS)]}" if "ordering" not in query else query
            assert answers(Listed.objects.all(), asked, staff) == answers(Project.objects.all(), asked, staff), asked
        assert facets_of_landed(staff) == project_facets(Project.objects.landed())
        for words in ("试验", "验项目", "syxm", "试"):
            found = set(search_projects(Project.objects.order_by(), words, staff))
            assert found == set(Project.objects.search(words)), words


@pytest.fixture
def project():
    """A published project with a name of every sort."""
    lead = make_organisation(name="冀北光明基金会", name_en="Bright")
    found = make_project(
        lead=lead, county=make_division(), field=make_field(), name="太阳能路灯", visibility="published"
    )
    make_participation(found, organisation=None, enterprise=make_enterprise(name="远山果品公司"), role="mobilised")
    other = make_field(scheme="revitalisation")
    ProjectField(project=found, field=other, is_primary=True).save()
    FormerName(organisation=lead, name="旧时慈善会").save()
    make_funding(found, "720000.00", organisation=lead)
    publish_what_is_marked()
    return found


CHANGES = {
    "a name": "UPDATE projects_project SET name = '风能路灯', pinyin = 'fengnengludeng', initials = 'fnld'",
    "a number": "UPDATE projects_project SET number = 'N-1'",
    "a stage": "UPDATE projects_project SET stage = 'signed'",
    "a year": "UPDATE projects_project SET year = 2015",
    "money": "UPDATE projects_funding SET amount = 3.33",
    "a line voided": """UPDATE projects_funding SET
        voided_at = now(), voided_by_id = (SELECT min(id) FROM core_user), void_reason = '重复'""",
    "a party gone": "DELETE FROM projects_participation",
    "a party's role": "UPDATE projects_participation SET role = 'joint' WHERE role = 'lead'",
    "a site gone": "DELETE FROM projects_site",
    "a field gone": "DELETE FROM projects_projectfield",
    "an organisation's name": "UPDATE orgs_organisation SET name = '冀南新光基金会', pinyin = 'jinan', initials = 'jn'",
    "a company's name": "UPDATE orgs_enterprise SET name = '近山公司'",
    "a former name": "UPDATE orgs_formername SET name = '更旧的名字'",
    "a former name gone": "DELETE FROM orgs_formername",
    "a county's name": "UPDATE counties_division SET name = '新名县', name_en = 'New'",
    "a county that ended": "UPDATE counties_division SET valid_to = 2024",
    "a county counted elsewhere": "UPDATE counties_division SET home_id = NULL",
    "a field's name": "UPDATE projects_field SET name = '新领域', position = position + 1",
    "a campaign's scheme": "UPDATE projects_campaign SET scheme = 'revitalisation'",
}


@pytest.mark.parametrize("change", CHANGES)
def test_the_index_follows_raw_sql(project, change):
    make_user("bureau")
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
        before = _kept(cursor)
        cursor.execute(CHANGES[change])
        assert cursor.rowcount
        assert apart() == {}
        assert _kept(cursor) != before, "nothing was followed"


def _kept(cursor):
    found = []
    for schema in ("public", "published"):
        cursor.execute(f"SELECT * FROM {schema}.projects_listed")
        found.append(cursor.fetchall())
    return found


def test_the_index_follows_bulk_writing_of_more_projects_than_a_kept_plan_is_for():
    lead, county, field = make_organisation(), make_division(), make_field()
    for _number in range(25):
        make_project(lead=lead, county=county, field=field)
    Project.objects.update(year=2012)
    assert Listed.objects.filter(year=2012, keys__contains=["y2012"]).count() == 25
    assert apart() == {}


def test_projects_may_be_made_changed_and_removed_while_the_index_waits(project):
    with listed_at_the_end():
        make_project(lead=make_organisation(name="后来的协会"), county=make_division())
        Project.objects.filter(pk=project.pk).update(name="改过的名字", year=2013)
        assert Listed.objects.get().name == project.name
    assert Listed.objects.filter(name="改过的名字", year=2013, keys__contains=["y2013"]).count() == 1
    assert Listed.objects.count() == 2
    assert apart() == {}
    Project.objects.filter(pk=project.pk).update(name="又一次")
    assert Listed.objects.filter(name="又一次").exists(), "the index still waits"


def test_an_undo_leaves_the_index_as_it_was_before_the_import(project):
    with acting(by=None, action="test.import", batch="listed"):
        for _number in range(25):
            make_project(lead=make_organisation(), county=make_division())
        Project.objects.filter(pk=project.pk).update(name="改过的名字")
        Participation.objects.filter(project=project).delete()
    before = Listed.objects.get(pk=project.pk)
    undo_batch("listed", by=None, action="test.undo", reason="导错了文件")
    after = Listed.objects.get()
    assert (after.pk, after.name) == (project.pk, project.name) != (before.pk, before.name)
    assert after.words != before.words
    assert apart() == {}


def test_what_was_taken_up_together_stands_sorted_in_the_index():
    """Whoever searches would read through all that stands before it."""
    lead = make_organisation()
    with listed_at_the_end():
        for _number in range(25):
            make_project(lead=lead)
    with connection.cursor() as cursor:
        cursor.execute("SELECT gin_clean_pending_list('listed_grams') + gin_clean_pending_list('listed_keys')")
        assert cursor.fetchone()[0] == 0


def test_what_was_rolled_back_is_not_in_the_index(project):
    with connection.cursor() as cursor:
        cursor.execute("SAVEPOINT before; UPDATE projects_project SET name = '别的'; ROLLBACK TO before")
    assert Listed.objects.get().name == project.name


def test_a_wrong_row_and_a_wrong_count_are_found_and_made_anew(project):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE projects_listed SET amount = 1; DELETE FROM published.projects_listedcount")
    assert set(apart()) == {"projects.listing", "projects.listing.published.counts"}
    for summary in OURS:
        rebuild(summary)
    assert apart() == {}


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("太阳", 1), ("阳能路", 1), ("光明", 1), ("远山", 1), ("旧时慈", 1), ("tynld", 1), ("taiyang", 1), ("ty", 1),
        ("t", 1), ("阳能灯", 0), ("能路灯冀", 0), ("灯", 1), ("ynld", 0), ("%", 0), ("_", 0), ("太阳 能", 0),
        ("ＴＹＮＬＤ", 1), ("", 1),
    ],
)  # fmt: skip
def test_names_are_found_by_any_piece_and_by_how_pinyin_begins(project, words, found):
    assert Listed.objects.search(words).count() == Project.objects.search(words).count() == found


def test_strangers_find_what_was_published_and_not_what_was_written_since(project):
    Project.objects.update(name="内部新名称")
    make_project(name="未公开项目", lead=make_organisation())
    stranger = AnonymousUser()
    with public_session():
        assert projects_listed(stranger).model is Listed
        for query in ("", "search=内部", "search=未公", "search=太阳", "year=2020&ordering=-amount"):
            assert answers(projects_listed(stranger), query) == answers(Project.objects.all(), query), query
        assert answers(projects_listed(stranger), "search=内部")[1] == 0
        assert answers(projects_listed(stranger), "search=太阳")[1] == 1
        assert answers(projects_listed(stranger), "")[1:] == (1, project_facets(Project.objects.all()))


def test_a_withdrawn_project_leaves_the_index_of_strangers(project):
    Project.objects.update(visibility="internal")
    publish_what_is_marked()
    with public_session():
        assert answers(projects_listed(AnonymousUser()), "")[:2] == ([], 0)
    assert apart() == {}


def test_a_member_is_answered_from_the_register_and_cannot_read_the_index(project):
    member = make_county_user(make_division())
    assert projects_listed(member).model is Project
    assert answers(projects_listed(member), "")[1] == 1
    with role_taken(*role_of(member)):
        assert Listed.objects.count() == 0


def test_the_past_is_asked_of_the_register(project):
    staff = make_user("bureau")
    assert projects_listed(staff).model is Listed
    with as_of(project.updated_at):
        assert projects_listed(staff).model is Project


def test_nobody_who_asks_can_write_the_index(project):
    with role_taken(APP), pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        Listed.objects.update(name="假")


@pytest.mark.parametrize("ordering", ORDERS)
def test_a_cursor_walks_through_all_rows_in_their_order_and_back(client, ordering):
    lead = make_organisation()
    for amount in (5, 5, 7, None, None, 3):
        project = make_project(lead=lead)
        make_funding(project, amount, organisation=lead) if amount else None
    client.force_login(make_user("bureau"))
    whole = [row["id"] for row in client.get(f"/api/v1/projects/?ordering={ordering}").json()["results"]]
    url, walked = f"/api/v1/projects/?ordering={ordering}&page_size=2&cursor=", []
    while url:
        answer = client.get(url).json()
        walked += [row["id"] for row in answer["results"]]
        url, last = answer["next"], answer
    assert walked == whole == list(dict.fromkeys(whole))
    assert answer["count"] == 6
    back = client.get(last["previous"]).json()
    assert [row["id"] for row in back["results"]] == whole[2:4]


@pytest.mark.parametrize(
    "url", ["/api/v1/projects/?ordering=-amount&cursor=", "/projects/", "/api/v1/projects/facets/"]
)
def test_a_list_asks_as_often_whatever_it_holds(client, url):
    client.force_login(make_user("bureau"))
    county, field = make_division(), make_field()
    make_project(lead=make_organisation(), county=county, field=field)
    once = queries_of(client, url)
    for _number in range(2):
        make_project(lead=make_organisation(), county=county, field=field)
    assert queries_of(client, url) == once


@pytest.fixture
def many(project):
    """A few thousand rows of the index, of thirty counties, ten fields and five years; every fiftieth in 光伏."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO projects_listed (id, number, name, pinyin, year, stage, left_stage, campaign_id, amount,
                amount_falling, amount_rising, money, places, field_rows, organisation_rows, keys, words, latin, grams)
            SELECT 1000000 + n, 'X' || n, 'x', 'x', 2016 + n % 5, 'signed', '', campaign_id, n, n, n, money, places,
                field_rows, organisation_rows,
                ARRAY['c13' || lpad((n % 30)::text, 4, '0'), 'ff' || n / 7 % 10, 'y' || 2016 + n % 5, 'ssigned'],
                'X', '', CASE WHEN n % 50 = 0 THEN ARRAY['光伏', '伏电'] ELSE ARRAY['项目'] END
            FROM projects_listed, generate_series(1, 6000) n
            """
        )
        cursor.execute("ANALYZE projects_listed")


@pytest.mark.parametrize(
    ("found", "index"),
    [
        (lambda: Listed.objects.in_county("130007").in_field("f3").order_by("-amount_falling", "-id"), "listed_"),
        (lambda: Listed.objects.order_by("-amount_falling", "-id"), "listed_largest"),
        (lambda: Listed.objects.order_by("amount_rising", "id"), "listed_smallest"),
        (lambda: Listed.objects.order_by("-year", "-id"), "listed_year"),
        (lambda: Listed.objects.search("光伏").order_by("-amount_falling", "-id"), "listed_"),
        (lambda: Listed.objects.search("光伏电").order_by("-amount_falling", "-id"), "listed_"),
        (lambda: Listed.objects.search("项目").order_by("-amount_falling", "-id"), "listed_largest"),
        (lambda: Listed.objects.filter(amount_falling__gte=5990).in_year(2018), "listed_"),
    ],
)  # fmt: skip
def test_a_page_of_a_list_is_found_by_an_index(many, found, index):
    plan = found()[:50].explain()
    assert index in plan, plan
    assert "Seq Scan" not in plan, plan


def test_a_cursor_begins_in_the_index_where_the_page_before_it_ended(many):
    order = "-amount_falling", "-id"
    queryset = cut(Listed.objects.order_by(*order), order, ["3000.00", "1003000"], False)
    plan = queryset[:50].explain()
    assert "Index Cond: (ROW(amount_falling, id) <" in plan, plan


@pytest.mark.parametrize("asked", ["search=验项目", "search=验项目&year=2020", "min_amount=10", "landed=true"])
def test_pages_of_the_interface_give_all_rows_once_and_the_total_also_where_it_is_not_kept(client, asked):
    register = Register(3)
    for _number in range(4):
        register.sequence()
    staff = make_user("bureau")
    client.force_login(staff)
    asked = QueryDict(f"{asked}&ordering=-amount").urlencode()
    rows, total, _facets = answers(Listed.objects.all(), asked, staff)
    assert total
    for way in ("", "&cursor="):
        found, following = [], f"{INTERFACE}?{asked}&page_size=2{way}"
        while following:
            page = client.get(following).json()
            assert page["count"] == total
            found, following = found + page["results"], page["next"]
        assert [row["id"] for row in found] == [row["id"] for row in rows]
    assert client.get(f"{INTERFACE}?{asked}&page={total + 1}").status_code == 404
    assert client.get(f"{INTERFACE}?{asked}&max_amount=0").json()["count"] == 0


def kind_of(project):
    """What asks for the county, field and year of a project."""
    field = ProjectField.objects.filter(project=project).first().field
    return {"county": project.sites.get().division.code, "field": field.code, "year": project.year}


def asked_of(client, url, asked=None):
    """The answer, and the statements that it took, as one text."""
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(url, asked).json()
    return answer, "".join(one["sql"] for one in captured)


@pytest.mark.parametrize("ordering", ["-amount", "name"])
def test_a_county_a_field_and_a_year_share_a_key(client, project, ordering):
    kind = kind_of(project) | {"ordering": ordering}
    client.force_login(make_user("bureau"))
    key = "'k{county} {field} {year}'".format_map(kind)
    for changed, number in (({}, 1), ({"year": project.year + 1}, 0), ({"stage": "signed"}, 0)):
        answer, asked = asked_of(client, INTERFACE, kind | changed)
        assert answer["count"] == len(answer["results"]) == number, changed
        assert not number or (key in asked and ("@>" in asked) == (ordering == "name")), asked


def test_those_of_a_county_a_field_and_a_year_are_walked_in_the_order_of_their_ranks(client, project):
    county, field = project.sites.get().division, ProjectField.objects.filter(project=project).first().field
    lead = make_organisation()
    for amount in (5, 5, 7, None, 3):
        other = make_project(lead=lead, county=county, field=field, year=project.year)
        make_funding(other, amount, organisation=lead) if amount else None
        Site(project=other, division=make_division()).save()
    make_project(lead=lead, county=county, field=field, year=project.year + 1)
    staff = make_user("bureau")
    client.force_login(staff)
    query = urlencode(kind_of(project) | {"ordering": "-amount"})
    whole = [row["id"] for row in answers(Project.objects.all(), query, staff)[0]]
    assert len(whole) == 6
    for way in ("", "&cursor="):
        url, walked = f"{INTERFACE}?{query}&page_size=2{way}", []
        while url:
            answer, asked = asked_of(client, url)
            assert "projects_listedrank" in asked
            walked, url, last = walked + [row["id"] for row in answer["results"]], answer["next"], answer
        assert walked == whole
    assert [row["id"] for row in asked_of(client, last["previous"])[0]["results"]] == whole[2:4]
    assert client.get(f"{INTERFACE}?{query}&page_size=2&page=4").status_code == 404
