"""Every change leaves its record, by whatever door it came, and no record is ever altered."""

import io
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction

from orgs.models import Enterprise, Organisation
from projects.models import Event, Project, Site
from registry.core.models import Change, User
from tests.factories import (
    make_authority,
    make_division,
    make_enterprise,
    make_event,
    make_funding,
    make_project,
    make_user,
)

pytestmark = pytest.mark.django_db
TABLE = Enterprise._meta.db_table


def sql(statement, *parameters):
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchall() if cursor.description else None


def trail(table=TABLE, since=0):
    return list(Change.objects.filter(table_name=table, pk__gt=since).order_by("pk"))


def last():
    return Change.objects.order_by("pk").values_list("pk", flat=True).last() or 0


def told(change):
    return change.operation, change.before, (change.after or {}).get("name")


@pytest.fixture
def company():
    return make_enterprise(name="甲公司")


def save(company):
    company.name = "乙公司"
    company.save()


def bulk_update(company):
    company.name = "乙公司"
    Enterprise.objects.bulk_update([company], ["name"])


def queryset_update(company):
    Enterprise.objects.filter(pk=company.pk).update(name="乙公司")


def raw_update(company):
    sql(f"UPDATE {TABLE} SET name = '乙公司' WHERE id = %s", company.pk)


@pytest.mark.parametrize("change", [bulk_update, queryset_update, raw_update])
def test_an_update_leaves_what_was_and_what_is(company, change):
    since = last()
    change(company)
    assert [told(record) for record in trail(since=since)] == [("U", {"name": "甲公司"}, "乙公司")]


def test_an_update_by_save_leaves_the_search_keys_too(company):
    since = last()
    save(company)
    before = {"name": "甲公司", "pinyin": "jiagongsi", "initials": "jgs"}
    assert [told(record) for record in trail(since=since)] == [("U", before, "乙公司")]


def insert_by_create():
    Enterprise.objects.create(name="甲公司")


def insert_by_bulk():
    Enterprise.objects.bulk_create([Enterprise(name="甲公司")])


def insert_by_sql():
    sql(f"INSERT INTO {TABLE} (name, pinyin, initials, note) VALUES ('甲公司', '', '', '')")


def insert_by_copy():
    with connection.cursor() as cursor:
        cursor.copy_expert(
            f"COPY {TABLE} (name, pinyin, initials, note) FROM STDIN CSV", io.StringIO('甲公司,"","",""\n')
        )


@pytest.mark.parametrize("insert", [insert_by_create, insert_by_bulk, insert_by_sql, insert_by_copy])
def test_an_insert_leaves_the_whole_row(insert):
    since = last()
    insert()
    row = Enterprise.objects.get(name="甲公司")
    assert [told(record) for record in trail(since=since)] == [("I", None, "甲公司")]
    record = trail(since=since)[0]
    assert (record.row_pk, record.root_table, record.root_pk) == (str(row.pk), TABLE, str(row.pk))
    assert record.after.keys() == {field.column for field in Enterprise._meta.concrete_fields}


@pytest.mark.parametrize(
    "delete",
    [
        lambda row: row.delete(),
        lambda row: Enterprise.objects.filter(pk=row.pk).delete(),
        lambda row: sql(f"DELETE FROM {TABLE} WHERE id = %s", row.pk),
    ],
)
def test_a_deletion_leaves_the_whole_row_as_it_was(company, delete):
    since, pk = last(), company.pk
    delete(company)
    [record] = trail(since=since)
    assert (record.operation, record.row_pk, record.before["name"], record.after) == ("D", str(pk), "甲公司", None)


def test_an_update_that_changes_nothing_leaves_nothing(company):
    since = last()
    company.save()
    sql(f"UPDATE {TABLE} SET name = name")
    assert trail(since=since) == []
    company.refresh_from_db()
    assert company.version == 1


def test_a_change_counts_the_version_up_and_stamps_the_row(company):
    before = company.updated_at or Enterprise.objects.get(pk=company.pk).updated_at
    raw_update(company)
    company.refresh_from_db()
    assert company.version == 2
    assert company.updated_at > before


def test_a_change_that_is_rolled_back_leaves_no_record(company):
    since = last()
    point = transaction.savepoint()
    save(company)
    transaction.savepoint_rollback(point)
    assert trail(since=since) == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE core_change SET reason = 'x'",
        "UPDATE core_change SET after = NULL WHERE false OR id > 0",
        "DELETE FROM core_change",
        "TRUNCATE core_change",
    ],
)
def test_the_trail_is_append_only(company, statement):
    with pytest.raises(IntegrityError, match="the trail is append-only"), transaction.atomic():
        sql(statement)


@pytest.mark.parametrize("statement", ["UPDATE core_change SET reason = 'x'", "DELETE FROM core_change"])
def test_replica_mode_neither_silences_the_trail_nor_opens_it(company, statement):
    sql("SET LOCAL session_replication_role = replica")
    since = last()
    raw_update(company)
    assert [told(record) for record in trail(since=since)] == [("U", {"name": "甲公司"}, "乙公司")]
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        sql(statement)


def test_secrets_never_enter_the_trail():
    user = make_user(password="right-horse-8")
    user.set_password("right-horse-9")
    user.save()
    sql("UPDATE core_user SET last_login = now() WHERE id = %s", user.pk)
    records = trail("core_user")
    assert {"password", "last_login"} & {
        key for record in records for key in {**record.after, **(record.before or {})}
    } == set()
    assert [record.operation for record in records] == ["I", "U"]
    assert set(records[-1].before) == {"password_at"}, "that it was changed is told, not into what"


def test_what_hangs_on_a_record_is_read_under_it():
    project = make_project(county=make_division())
    funding = make_funding(project)
    other = make_funding(make_project())
    told = {(record.table_name, record.row_pk) for record in Change.objects.of(project)}
    assert told == {
        ("projects_project", str(project.pk)),
        ("projects_site", str(project.sites.get().pk)),
        ("projects_funding", str(funding.pk)),
    }
    assert ("projects_funding", str(other.pk)) not in told


def test_the_differences_of_a_change_can_be_read_column_by_column(company):
    raw_update(company)
    sql(f"DELETE FROM {TABLE}")
    added, changed, removed = trail()
    assert changed.differences == [("name", "甲公司", "乙公司")]
    assert ("name", None, "甲公司") in added.differences
    assert ("name", "乙公司", None) in removed.differences
    assert len(added.differences) == len(removed.differences) == len(Enterprise._meta.concrete_fields)


def test_who_hosted_an_event_is_in_its_trail():
    event, host = make_event(), make_authority()
    event.hosts.add(host)
    event.hosts.clear()
    records = Change.objects.of(event).filter(table_name=Event.hosts.through._meta.db_table)
    assert [record.operation for record in records.order_by("pk")] == ["I", "D"]


def test_the_rows_of_one_statement_leave_their_records_in_their_order():
    since = last()
    sql(
        f"INSERT INTO {TABLE} (name, pinyin, initials, note)"
        " SELECT '公司' || place, '', '', '' FROM generate_series(3, 1, -1) place"
    )
    keys = [str(key) for key in Enterprise.objects.order_by("pk").values_list("pk", flat=True)]
    records = trail(since=since)
    assert [told(record) for record in records] == [("I", None, f"公司{place}") for place in (3, 2, 1)]
    assert [record.row_pk for record in records] == keys
    assert len({record.at for record in records}) == 3
    since = last()
    sql(f"DELETE FROM {TABLE}")
    gone = trail(since=since)
    assert sorted(record.row_pk for record in gone) == sorted(keys)
    assert {record.before["name"]: record.after for record in gone} == {f"公司{place}": None for place in (1, 2, 3)}


def test_what_an_upsert_adds_and_what_it_changes_is_told_apart(company):
    since = last()
    sql(
        f"INSERT INTO {TABLE} (id, name, pinyin, initials, note)"
        " VALUES (%s, '乙公司', '', '', ''), (-1, '丙公司', '', '', '')"
        " ON CONFLICT (id) DO UPDATE SET name = EXCLUDED.name",
        company.pk,
    )
    told_of = sorted((record.row_pk, *told(record)) for record in trail(since=since))
    assert told_of == [("-1", "I", None, "丙公司"), (str(company.pk), "U", {"name": "甲公司"}, "乙公司")]


def test_a_role_given_and_taken_is_in_the_account_s_trail():
    user = make_user("auditor")
    user.groups.clear()
    records = Change.objects.of(user).filter(table_name="core_userrole").order_by("pk")
    assert [record.operation for record in records] == ["I", "D"]


def test_a_model_as_migrations_know_it_has_the_same_trail():
    """It has fields but no attributes: were they not asked of the living model, secrets would enter the trail."""
    for model in (User, Site):
        [trigger] = [trigger for trigger in model._meta.triggers if trigger.name == "trail_insert"]
        assert trigger.arguments(SimpleNamespace(_meta=model._meta)) == trigger.arguments(model)
    assert trigger.arguments(Site) == ("projects_project", "project_id", "id", "")


def test_every_table_of_ours_is_watched_and_cannot_be_silenced():
    """All tables of the database, less the trail itself, what passes through (jobs, rows of a file that was sent,
    answers kept for a repeated request, sessions, attempts and requests that are counted), what is a trail itself,
    what is counted from the register, and what Django keeps for itself."""
    own = ("core", "counties", "orgs", "projects", "reports", "auth")
    models = apps.get_models(include_auto_created=True)
    tables = {model._meta.db_table for model in models if model._meta.app_label in own and model._meta.managed}
    watched = dict(
        sql(
            "SELECT c.relname, array_agg(split_part(t.tgname, '_', 3) || t.tgenabled::text ORDER BY t.tgname) "
            "FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
            "WHERE t.tgname ~ '^pgtrigger_trail_(insert|update|delete)_' GROUP BY c.relname"
        )
    )
    passing = {
        "core_change",
        "core_seal",
        "core_veil",
        "core_job",
        "core_once",
        "core_attempt",
        "core_usage",
        "core_session",
        "core_guess",
        "core_signin",
        "reports_pastanswer",
        "core_formerpassword",
        "projects_ledgerrow",
        "projects_listed",
        "projects_listedcount",
        "projects_listedgram",
        "projects_listedrank",
        "auth_permission",
    }
    assert watched == {table: ["deleteA", "insertA", "updateA"] for table in tables - passing}


@pytest.mark.parametrize("model", [Organisation, Project])
def test_what_is_registered_is_never_deleted(model):
    record = model.objects.create(
        **{"name": "甲", "number": "XM-1", "year": 2020, "campaign": make_project().campaign}
        if model is Project
        else {"name": "甲", "kind": "foundation", "level": "province", "origin": "hebei"}
    )
    with pytest.raises(IntegrityError, match="is never deleted"), transaction.atomic():
        sql(f"DELETE FROM {model._meta.db_table} WHERE id = %s", record.pk)


def test_taking_a_site_off_a_project_is_recorded_under_the_project():
    project = make_project(county=make_division())
    Site.objects.filter(project=project).delete()
    assert Change.objects.of(project).latest_first()[0].operation == "D"
