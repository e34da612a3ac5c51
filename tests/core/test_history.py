"""The trail in words: who, what, before and after, why; masked where it must be, at the same cost for any page."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from projects.actions.funding import record_funding, void_funding
from projects.models import Project
from registry.core.actions import move
from registry.core.history import changes_of, changes_within_scope_of, describe, entry_of, last_change_in_words
from registry.core.models import Change
from registry.core.trail import acting
from tests.factories import (
    make_authority,
    make_division,
    make_enterprise,
    make_event,
    make_funding,
    make_need,
    make_org_user,
    make_organisation,
    make_posting,
    make_project,
    make_user,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english():
    with override("en"):
        yield


def told(record, viewer):
    return describe(changes_of(record).order_by("-id"), viewer)


def differences(entry):
    return {each.label: (each.before, each.after) for each in entry.differences}


def test_a_move_is_told_with_person_state_and_reason():
    user, project = make_user("bureau"), make_project(field=None, stage="under_way")
    move(project, to="suspended", by=user, reason="flood")
    entry = told(project, user)[0]
    assert (entry.who, entry.outside, entry.change.reason) == (user.name, "", "flood")
    assert entry.action == "Moved to “suspended”"
    assert differences(entry) == {"stage": ("under way", "suspended"), "stage left": ("", "under way")}


def test_a_change_by_raw_sql_is_told_as_coming_from_outside():
    project = make_project()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE projects_project SET name = 'other' WHERE id = %s", [project.pk])
    entry = told(project, make_user("bureau"))[0]
    assert entry.who == ""
    assert "changed directly in the database by" in entry.outside
    assert differences(entry)["name"] == (project.name, "other")


def test_what_the_system_does_by_itself_is_not_taken_for_an_outsider():
    project = make_project()
    with acting(by=None, action="need.met"):
        Project.objects.filter(pk=project.pk).update(summary="x")
    assert told(project, make_user("bureau"))[0].outside == "the system itself"


def test_a_row_of_the_project_is_told_under_the_project_with_names_money_and_dates():
    user, lead = make_user("bureau"), make_organisation(name="甲基金会")
    project = make_project(lead=lead)
    line = record_funding(
        project=project, by=user, state="received", organisation=lead, amount="720000", occurred_on="2020-09-01",
        kind="cash", origin="own",
    )  # fmt: skip
    void_funding(funding=line, by=user, reason="entered twice")
    voided, entered = told(project, user)[:2]
    assert entered.row == "funding line 甲基金会 · CNY 720,000.00 · received"
    assert differences(entered)["organisation"] == ("", "甲基金会")
    assert differences(entered)["date"] == ("", "1 September 2020")
    assert "project" not in differences(entered)
    assert differences(voided)["why voided"] == ("", "entered twice")
    assert differences(voided)["voided by"] == ("", user.name)


def test_the_page_of_a_funding_line_tells_its_own_changes_only():
    user, project = make_user("bureau"), make_project()
    line, other = make_funding(project), make_funding(project)
    void_funding(funding=other, by=user, reason="wrong")
    assert [entry.change.row_pk for entry in told(line, user)] == [str(line.pk)]


def test_a_record_s_history_holds_nothing_of_another_kind_with_the_same_number():
    project = make_project()
    make_enterprise(pk=project.pk)
    assert {change.root_table for change in changes_of(project)} == {"projects_project"}


def test_who_comes_too_late_is_told_who_changed_the_record_last():
    user, project, other = make_user("bureau", name="张丽"), make_project(), make_project()
    assert last_change_in_words(project) == ""
    with acting(by=user, action="desk.project.change"):
        Project.objects.filter(pk=project.pk).update(summary="x")
    Project.objects.filter(pk=other.pk).update(summary="x")
    assert last_change_in_words(project).startswith("Last changed by 张丽 on ")
    assert last_change_in_words(other).startswith("Last changed by the system itself on ")


def test_one_change_is_told_with_personal_data_masked():
    organisation = make_organisation(contact_name="甲某")
    entry = entry_of(changes_of(organisation).get())
    assert (entry.row, differences(entry)["contact"]) == (f"social organisation {organisation.name}", ("", "甲*"))


def test_a_row_of_a_table_that_is_no_more_is_told_by_its_number():
    entry = entry_of(Change(table_name="core_gone", row_pk="7", root_table="core_gone", root_pk="7", operation="D"))
    assert (entry.row, entry.record) == ("core_gone #7", "")


def test_an_action_of_the_rooms_above_has_a_name():
    user, project = make_user("bureau"), make_project()
    void_funding(funding=make_funding(project), by=user, reason="wrong")
    assert told(project, user)[0].action == "Funding line voided"


def test_personal_data_is_masked_for_the_auditor_and_open_to_the_bureau():
    organisation = make_organisation(contact_name="甲某", contact_phone="13900005678")
    seen = {role: differences(told(organisation, make_user(role))[-1]) for role in ("bureau", "auditor")}
    assert seen["bureau"]["contact"] == ("", "甲某")
    assert seen["auditor"]["contact"] == ("", "甲*")
    assert seen["auditor"]["contact's telephone"] == ("", "139****5678")


def test_a_role_given_is_told_by_its_name():
    user = make_user("county")
    assert "County civil affairs staff" in told(user, make_user("audit_admin"))[0].row


def test_a_row_of_which_nothing_is_left_is_still_told():
    user, project = make_user("bureau"), make_project(county=make_division(name="阜平县"))
    with acting(by=user, action="desk.project.change", reason="wrong place"):
        project.sites.get().delete()
    entry = told(project, user)[0]
    assert (entry.change.operation, entry.row, entry.action) == ("D", "site 阜平县", "Edited at the desk")
    assert differences(entry)["division"] == ("阜平县", "")


def test_a_page_of_many_changes_takes_as_many_queries_as_a_page_of_one():
    viewer, project, counts = make_user("bureau"), make_project(), []
    assert viewer.roles  # read once per request, whatever the page
    for _round in range(2):
        for _line in range(3):
            with acting(by=make_user("bureau"), action="funding.record"):
                make_funding(project, organisation=make_organisation())
        rows = Change.objects.filter(table_name="projects_funding")
        with CaptureQueriesContext(connection) as queries:
            assert describe(rows, viewer)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_permissions_are_called_by_what_they_are_of_without_a_query_for_each():
    viewer, group, counts = make_user("audit_admin"), Group.objects.create(name="examiners"), []
    assert viewer.roles  # read once per request, whatever the page
    for model in ("project", "need"):
        group.permissions.add(*Permission.objects.filter(content_type__model=model))
        rows = Change.objects.filter(table_name="auth_group_permissions", after__group_id=group.pk)
        with CaptureQueriesContext(connection) as queries:
            told_rows = describe(rows, viewer)
        counts.append(len(queries))
    assert len(told_rows) > 8
    assert counts[0] == counts[1]


def test_the_trail_is_cut_to_what_a_person_works_with():
    beijing, tianjin = make_division(code="110000", level="province"), make_division(code="120000", level="province")
    ours = make_organisation(authority=make_authority(division=beijing))
    theirs = make_organisation(authority=make_authority(division=tianjin))
    own, foreign = make_project(lead=ours), make_project(lead=theirs)
    partner = make_user("partner")
    make_posting(partner, beijing)
    roots = set(changes_within_scope_of(partner).values_list("root_table", "root_pk"))
    assert ("projects_project", str(own.pk)) in roots
    assert ("orgs_organisation", str(ours.pk)) in roots
    assert ("projects_project", str(foreign.pk)) not in roots
    assert ("orgs_organisation", str(theirs.pk)) not in roots
    assert not {table for table, _key in roots} & {"core_user", "counties_division", "projects_need"}


def test_the_audit_administrator_reads_accounts_and_no_business():
    make_project()
    county = make_user("county")
    make_posting(county, make_division())
    auditor = make_user("audit_admin")
    tables = set(changes_within_scope_of(auditor).values_list("table_name", flat=True))
    assert {"core_user", "core_userrole", "counties_posting"} <= tables
    assert not any(table.startswith("projects_") for table in tables)


@pytest.mark.parametrize("role", ["county", "organisation", "system_admin", "security_admin"])
def test_others_read_no_trail_at_all(role):
    user = make_user(role) if role != "organisation" else make_org_user(make_organisation())
    make_need()
    make_event()
    assert not changes_within_scope_of(user).exists()


def test_a_posting_is_called_by_officer_and_division():
    county = make_user("county", name="李四")
    posting = make_posting(county, make_division(name="康保县"))
    assert told(posting, make_user("audit_admin"))[0].record == "李四 · 康保县"
