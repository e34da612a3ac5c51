"""The index of lists: the same answers as the register itself, whatever happens, for whoever is answered from it."""

import os

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import DatabaseError, connection, transaction

from counties.models import Division
from orgs.models import FormerName
from projects.filters import project_facets
from projects.listing.asking import facets_of_landed, projects_listed, search_projects
from projects.listing.filling import listed_at_the_end
from projects.models import Campaign, Field, Listed, Participation, Project, ProjectField
from registry.core.public_session import public_session
from registry.core.session_roles import APP, role_of, role_taken
from registry.core.summaries import SUMMARIES, differences, rebuild
from registry.core.trail import acting
from registry.core.undo import undo_batch
from registry.reports.as_of import as_of
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

from .listed import ORDERS, answers, facets

pytestmark = pytest.mark.django_db

SEQUENCES = int(os.environ.get("LISTING_SEQUENCES", "12"))
OURS = [summary for name, summary in SUMMARIES.items() if name.startswith("projects.listing")]


def apart():
    """{summary: what differs}; nothing where the index is right."""
    return {one.name: found for one in OURS if (found := differences(one))}


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
        for query in ("", "year=2020", "search=试验"):
            assert facets(query, staff, most=1) == {
                name: entries[:1] if name in ("county", "field") else entries
                for name, entries in facets(query, staff, most=None).items()
            }
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
