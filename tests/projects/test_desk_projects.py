"""A project at the desk: logged, found, edited by one person at a time, told in its history."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from orgs.models import FormerName
from projects.models import Funding, Participation, Project, Site
from registry.core.models import Change
from tests.desk import filled, page
from tests.factories import (
    make_agreement,
    make_authority,
    make_campaign,
    make_designation,
    make_difficulty,
    make_division,
    make_enterprise,
    make_field,
    make_funding,
    make_organisation,
    make_participation,
    make_posting,
    make_project,
    make_result,
    make_step,
    make_template,
    make_user,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def partner(client):
    user, division = make_user("partner"), make_division(code="110000", level="province")
    make_posting(user, division)
    user.organisation = make_organisation(authority=make_authority(division=division))
    client.force_login(user)
    return user


def listed(client, **query):
    return [row.name for row in client.get(page(Project, "changelist"), query).context["cl"].result_list]


# Logging


def new_project(**changes):
    return {"name": "村小学改造", "campaign": make_campaign().pk, "year": "2021"} | changes


def test_a_project_is_logged_with_its_parties_places_and_fields_and_given_its_number(client, bureau):
    lead, county, field = make_organisation(), make_division(), make_field()
    form = new_project(
        lead=lead.pk, areas=[field.pk], counties=[county.pk], officer=bureau.pk, planned_start="2021年11月1日"
    )
    answer = client.post(page(Project, "add"), form)
    project = Project.objects.get()
    assert (answer.status_code, answer.url) == (302, page(project))
    assert (project.number, project.stage, project.officer) == ("XM-2021-0001", "planned", bureau)
    assert project.planned_start.isoformat() == "2021-11-01"
    assert [(part.organisation, part.role) for part in project.participations.all()] == [(lead, "lead")]
    assert [site.division for site in project.sites.all()] == [county]
    assert [(one.field, one.is_primary) for one in project.project_fields.all()] == [(field, True)]
    change = Change.objects.get(table_name="projects_project")
    assert (change.actor_id, change.action) == (bureau.pk, "project.register")


def test_the_number_and_the_stage_are_not_taken_from_the_form(client, bureau):
    client.post(page(Project, "add"), new_project(number="XM-1999-0001", stage="closed", visibility="published"))
    project = Project.objects.get()
    assert (project.number, project.stage, project.visibility) == ("XM-2021-0001", "planned", "internal")


def test_wrong_input_comes_back_with_the_reason_and_what_was_typed(client, bureau):
    answer = client.post(page(Project, "add"), new_project(name="村小学\x00", planned_start="1.11.2021"))
    text = answer.content.decode()
    assert not Project.objects.exists()
    assert set(answer.context["adminform"].form.errors) == {"name", "planned_start"}
    assert "1.11.2021" in text


def test_a_likeness_in_the_same_county_is_named_with_the_way_to_it(client, bureau):
    county = make_division()
    alike, elsewhere = make_project(name="康保县村小学改造", county=county), make_project(name="康保县村小学改造")
    form = new_project(name="康保县村小学改造二期", counties=[county.pk])
    text = client.post(page(Project, "add"), form, follow=True).content.decode()
    assert page(alike) in text
    assert page(elsewhere) not in text


def test_a_partner_bureau_logs_projects_led_by_its_own_organisations_only(client, partner):
    foreign = make_organisation()
    for lead in ("", foreign.pk):
        answer = client.post(page(Project, "add"), new_project(lead=lead))
        assert set(answer.context["adminform"].form.errors) == {"lead"}
    assert client.post(page(Project, "add"), new_project(lead=partner.organisation.pk)).status_code == 302
    assert client.get(page(Project.objects.get())).status_code == 200


# Finding


def test_a_project_is_found_by_name_number_pinyin_and_its_parties_old_and_new_names(client, bureau):
    lead = make_organisation(name="新奥公益基金会")
    FormerName.objects.create(organisation=lead, name="旧名慈善基金会")
    project = make_project(name="康保大棚", lead=lead)
    make_participation(project, role="mobilised", enterprise=make_enterprise(name="某某乳业公司"))
    make_project(name="别的项目")
    for words in ("康保", "kbdp", "kangbao", project.number, "新奥", "旧名", "乳业"):
        assert listed(client, q=words) == ["康保大棚"]
    assert listed(client, q="没有") == []


def test_the_ledger_is_filtered_by_county_field_stage_and_late_steps(client, bureau):
    county, field = make_designation().division, make_field()
    first = make_project(name="one", county=county, field=field, stage="under_way", officer=bureau)
    make_project(name="two")
    make_step(first, due_on="2020-01-01")
    for query in (
        {"county": county.code}, {"field": field.code}, {"stage__exact": "under_way"}, {"checklist": "overdue"},
        {"checklist": "mine"}, {"officer__id__exact": bureau.pk},
    ):  # fmt: skip
        assert listed(client, **query) == ["one"]
    assert listed(client, checklist="none") == ["two"]


def test_the_ledger_shows_funds_involved_by_the_counting_rule(client, bureau):
    project = make_project(lead=make_organisation())
    make_funding(project, "800000.00", state="committed")
    make_funding(project, "640000.00", state="received")
    make_funding(project, "99.00", state="received", origin="mobilised", enterprise=make_enterprise())
    assert ">64.00<" in client.get(page(Project, "changelist")).content.decode()


# The page


def grown(project, number):
    """The project with `number` rows of everything that its page shows."""
    for _each in range(number):
        lead = make_organisation()
        make_participation(project, organisation=lead)
        Site.objects.create(project=project, division=make_division())
        make_funding(project, organisation=lead)
        make_result(project)
        make_step(project, responsible=make_user("bureau"))
        make_difficulty(project)
        make_agreement(project=project)


def test_the_page_takes_as_many_queries_however_much_hangs_on_the_project(client, bureau):
    project, counts = make_project(field=make_field()), []
    for number in (1, 2):
        grown(project, number)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(page(project)).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_a_voided_line_stays_on_the_page_struck_through_and_takes_no_edits(client, bureau):
    project = make_project()
    line = make_funding(project, "5000.00", voucher="凭证7", state="committed")
    assert client.post(page(line, "deed", "void"), {"reason": "录入重复"}).status_code == 302
    panel = next(panel for panel in client.get(page(project)).context["panels"] if panel.slug == "funding")
    assert [row["css"] for row in panel.rows] == ["voided"]
    assert client.post(page(line), {"amount": "1"}).status_code == 403
    line.refresh_from_db()
    assert line.amount == 5000


def test_a_checklist_is_opened_from_a_template_once(client, bureau):
    project, template = make_project(officer=bureau), make_template("签订协议", "资金到账")
    address = page(project, "deed", "open-checklist")
    assert address in client.get(page(project)).content.decode()
    assert client.post(address, {"template": template.pk, "start": "2021.11.1"}).status_code == 302
    assert [(step.title, step.responsible) for step in project.steps.all()] == [
        ("签订协议", bureau),
        ("资金到账", bureau),
    ]
    assert address not in client.get(page(project)).content.decode()
    assert client.post(address, {"template": template.pk}).status_code == 409


def test_a_line_of_money_is_entered_as_people_write_it_and_belongs_to_the_project_for_good(client, bureau):
    project, other, lead = make_project(), make_project(), make_organisation()
    form = {"project": project.pk, "state": "received", "kind": "cash", "origin": "own", "organisation": lead.pk}
    form |= {"amount": "72万", "qualifier": "exact", "value_basis": "none", "occurred_on": "20211101"}
    answer = client.post(page(Funding, "add"), form)
    assert answer.url == f"{page(project)}#funding"
    line = Funding.objects.get()
    assert (line.amount, line.party) == (720000, lead)
    client.post(page(line), filled(client.get(page(line)), project=other.pk, amount="80万"))
    line.refresh_from_db()
    assert (line.amount, line.project) == (800000, project)


@pytest.mark.parametrize(
    ("change", "field"),
    [({"amount": "约72万"}, "amount"), ({"organisation": ""}, "__all__"), ({"amount": "-5"}, "amount")],
)
def test_a_line_that_makes_no_sense_is_refused_where_it_was_typed(client, bureau, change, field):
    form = {"project": make_project().pk, "state": "received", "kind": "cash", "origin": "own", "qualifier": "exact"}
    form |= {"organisation": make_organisation().pk, "amount": "1", "value_basis": "none"} | change
    answer = client.post(page(Funding, "add"), form)
    assert answer.status_code == 200
    assert field in answer.context["adminform"].form.errors
    assert not Funding.objects.exists()


def test_rows_cannot_be_entered_on_a_foreign_project(client, partner):
    foreign = make_project(lead=make_organisation())
    form = {"project": foreign.pk, "state": "received", "kind": "cash", "origin": "own", "is_joint": "on"}
    answer = client.post(page(Funding, "add"), form | {"amount": "1", "qualifier": "exact", "value_basis": "none"})
    assert "project" in answer.context["adminform"].form.errors
    assert not Funding.objects.exists()


# Editing


def test_an_edit_is_in_the_trail_with_the_person_and_the_reason(client, bureau):
    project = make_project()
    form = filled(client.get(page(project)), summary="大棚四十座", change_reason="核对原件")
    assert client.post(page(project), form).status_code == 302
    change = Change.objects.filter(table_name="projects_project").latest("id")
    assert (change.actor_id, change.action, change.reason) == (bureau.pk, "desk.project.change", "核对原件")
    assert change.before == {"summary": ""}


def test_stage_and_visibility_are_read_only_in_the_form(client, bureau):
    project = make_project()
    form = filled(client.get(page(project)), stage="closed", visibility="published", number="XM-1999-0001")
    client.post(page(project), form)
    project.refresh_from_db()
    assert (project.stage, project.visibility, project.number[:7]) == ("planned", "internal", "XM-2020")


def test_the_second_of_two_editors_sees_both_values_and_overwrites_nothing(client, bureau):
    project = make_project(name="大棚")
    opened = client.get(page(project))
    Project.objects.filter(pk=project.pk).update(name="大棚一期", summary="甲写的")
    answer = client.post(page(project), filled(opened, name="大棚二期"))
    project.refresh_from_db()
    assert (answer.status_code, project.name, project.summary) == (409, "大棚一期", "甲写的")
    [(_record, rows)] = answer.context["conflicts"]
    assert ("Name", "大棚一期", "大棚二期") in rows
    assert ("Summary", "甲写的", "") in rows
    assert answer.context["title"] == "大棚一期"
    assert 'value="大棚二期"' in answer.content.decode()


def test_having_seen_both_values_the_second_editor_may_decide(client, bureau):
    project = make_project(name="大棚")
    opened = client.get(page(project))
    Project.objects.filter(pk=project.pk).update(name="大棚一期")
    refused = client.post(page(project), filled(opened, name="大棚二期"))
    assert client.post(page(project), filled(refused)).status_code == 302
    project.refresh_from_db()
    assert project.name == "大棚二期"


def test_a_form_without_the_version_it_saw_saves_nothing(client, bureau):
    project = make_project(name="大棚")
    form = filled(client.get(page(project)), name="别名")
    del form["seen_version"]
    assert client.post(page(project), form).status_code == 409
    project.refresh_from_db()
    assert project.name == "大棚"


def test_a_row_of_a_table_is_guarded_like_the_record(client, bureau):
    project = make_project(lead=make_organisation(), county=make_division())
    opened = client.get(page(project))
    project.sites.update(address="甲村")
    answer = client.post(page(project), filled(opened, **{"sites-0-address": "乙村"}))
    assert answer.status_code == 409
    assert project.sites.get().address == "甲村"
    [(_record, rows)] = answer.context["conflicts"]
    assert rows == [("Place", "甲村", "乙村")]


def test_rows_that_others_changed_do_not_stand_in_the_way_of_ones_own_edit(client, bureau):
    project = make_project(county=make_division())
    opened = client.get(page(project))
    project.sites.update(share=50)
    form = filled(opened, summary="改了别处", **{"sites-0-share": "50.00"})
    assert client.post(page(project), form).status_code == 302


def test_parties_and_places_are_added_changed_and_removed_on_the_page(client, bureau):
    first, second, county = make_organisation(), make_organisation(), make_division()
    project = make_project(lead=first)
    prefix = "participations"
    form = filled(client.get(page(project)))
    form |= {f"{prefix}-0-DELETE": "on", f"{prefix}-1-role": "lead", f"{prefix}-1-organisation": second.pk}
    form |= {"sites-0-division": county.pk, "sites-0-address": "乔家营村"}
    assert client.post(page(project), form).status_code == 302
    assert [part.organisation for part in project.participations.all()] == [second]
    assert [site.address for site in project.sites.all()] == ["乔家营村"]
    assert Change.objects.filter(table_name="projects_participation", operation="D", actor_id=bureau.pk).exists()


def test_a_party_that_is_neither_organisation_nor_company_is_refused_in_words(client, bureau):
    project = make_project()
    form = filled(client.get(page(project)), **{"participations-0-role": "funder", "participations-0-note": "谁"})
    answer = client.post(page(project), form)
    assert answer.status_code == 200
    assert not Participation.objects.exists()


def test_a_partner_bureau_keeps_foreign_parties_but_chooses_none(client, partner):
    foreign, other = make_organisation(), make_organisation()
    project = make_project(lead=partner.organisation)
    make_participation(project, organisation=foreign, role="joint")
    opened = client.get(page(project))
    assert client.post(page(project), filled(opened, summary="照旧")).status_code == 302
    form = filled(
        client.get(page(project)), **{"participations-2-role": "joint", "participations-2-organisation": other.pk}
    )
    answer = client.post(page(project), form)
    assert answer.status_code == 200
    assert not project.participations.filter(organisation=other).exists()


def test_what_only_the_database_refuses_comes_back_with_the_input(client, bureau, monkeypatch):
    project = make_project()
    form = filled(client.get(page(project)), summary="typed words")
    monkeypatch.setattr(Project, "full_clean", lambda self, **kwargs: None)
    answer = client.post(page(project), form | {"year": "1800"})
    assert answer.status_code == 400
    assert "from 1990 to 2099" in answer.content.decode()
    assert "typed words" in answer.content.decode()
    project.refresh_from_db()
    assert project.summary == ""


# History


def test_the_history_page_tells_moves_edits_rows_and_raw_sql(client, bureau):
    project = make_project(name="大棚", stage="under_way")
    client.post(page(project, "move", "suspended"), {"reason": "flood"})
    make_funding(project, "1000.00")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE projects_project SET name = 'raw' WHERE id = %s", [project.pk])
    answer = client.get(page(project, "history"))
    text = answer.content.decode()
    assert "changed directly in the database by" in text
    assert "Moved to “suspended”" in text
    assert "flood" in text
    assert "CNY 1,000.00" in text
    ids = [entry.change.pk for entry in answer.context["entries"]]
    assert ids == sorted(ids, reverse=True)


def test_a_long_history_is_paged(client, bureau):
    project = make_project()
    for number in range(60):
        Project.objects.filter(pk=project.pk).update(summary=str(number))
    assert len(client.get(page(project, "history")).context["entries"]) == 50
    assert len(client.get(page(project, "history"), {"page": 2}).context["entries"]) == 11
