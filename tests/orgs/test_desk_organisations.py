"""Organisations at the desk: read from their code, renamed and merged without losing anything."""

import pytest

from orgs.credit_code import demo_code
from orgs.models import Enterprise, FormerName, Organisation
from registry.core.models import Change
from tests.desk import filled, page
from tests.factories import make_enterprise, make_membership, make_organisation, make_project, make_user

pytestmark = pytest.mark.django_db

CODE = "53130000500000000D"
"""A foundation of Hebei province, made up: its characters add up."""


def new(**changes):
    empty = {"former_names-TOTAL_FORMS": 0, "former_names-INITIAL_FORMS": 0, "certainty": "verified"}
    return empty | {"name": "新奥公益基金会"} | changes


def test_a_credit_code_fills_kind_level_and_place(client, bureau):
    assert client.post(page(Organisation, "add"), new(code=CODE.lower())).status_code == 302
    made = Organisation.objects.get()
    assert (made.code, made.kind, made.level, made.origin) == (CODE, "foundation", "province", "hebei")
    assert (made.status, made.pinyin[:6]) == ("applied", "xinaog")


def test_without_a_code_they_are_asked(client, bureau):
    answer = client.post(page(Organisation, "add"), new())
    assert {"kind", "level", "origin"} <= set(answer.context["adminform"].form.errors)
    form = new(kind="association", level="county", origin="beijing")
    assert client.post(page(Organisation, "add"), form).status_code == 302
    assert Organisation.objects.get().code is None


@pytest.mark.parametrize("code", [CODE[:17] + "0", CODE[:10], "X" * 18, "53130000500000000d9"])
def test_a_wrong_code_names_the_fault_and_saves_nothing(client, bureau, code):
    answer = client.post(page(Organisation, "add"), new(code=code, kind="foundation", level="province", origin="hebei"))
    assert "code" in answer.context["adminform"].form.errors
    assert not Organisation.objects.exists()


def test_a_code_of_another_kind_is_refused(client, bureau):
    form = new(code=CODE, kind="association", level="province", origin="hebei")
    assert "code" in client.post(page(Organisation, "add"), form).context["adminform"].form.errors


def test_what_is_odd_about_a_valid_code_is_said_after_saving(client, bureau):
    form = new(code=demo_code(7), kind="association", level="province", origin="hebei")
    text = client.post(page(Organisation, "add"), form, follow=True).content.decode()
    assert "name no known division" in text


def test_two_organisations_never_share_a_code(client, bureau):
    make_organisation(code=CODE)
    answer = client.post(page(Organisation, "add"), new(code=CODE))
    assert "code" in answer.context["adminform"].form.errors


def test_an_organisation_is_renamed_and_found_by_both_names(client, bureau):
    organisation = make_organisation(name="旧名基金会")
    form = {"name": "新名基金会", "on": "2021-11-01", "reason": "登记变更"}
    assert client.post(page(organisation, "deed", "rename"), form).status_code == 302
    assert FormerName.objects.get().name == "旧名基金会"
    for words in ("旧名", "新名", "xmjjh"):
        found = client.get(page(Organisation, "changelist"), {"q": words}).context["cl"].result_list
        assert [row.name for row in found] == ["新名基金会"]
    assert Change.objects.filter(action="organisation.rename", reason="登记变更").exists()


def test_the_name_that_it_has_is_no_new_name(client, bureau):
    organisation = make_organisation(name="旧名基金会")
    assert client.post(page(organisation, "deed", "rename"), {"name": "旧名基金会"}).status_code == 409


def test_a_duplicate_is_merged_with_a_reason_and_keeps_its_rows(client, bureau):
    kept, double = make_organisation(), make_organisation()
    project = make_project(lead=double)
    address = page(double, "deed", "merge")
    assert client.post(address, {"into": kept.pk, "reason": ""}).status_code == 400
    assert client.post(address, {"into": double.pk, "reason": "重复"}).status_code == 400
    assert client.post(address, {"into": kept.pk, "reason": "重复"}).status_code == 302
    double.refresh_from_db()
    assert (double.status, double.merged_into) == ("merged", kept)
    assert project.participations.get().organisation == double
    assert address not in client.get(page(double)).content.decode()
    assert client.post(address, {"into": kept.pk, "reason": "重复"}).status_code == 409


def test_the_status_is_moved_by_buttons_only(client, bureau):
    organisation = make_organisation(status="applied")
    form = filled(client.get(page(organisation)), status="active", merged_into=make_organisation().pk)
    assert client.post(page(organisation), form).status_code == 302
    organisation.refresh_from_db()
    assert (organisation.status, organisation.merged_into) == ("applied", None)


def test_a_membership_is_approved_and_not_rewritten(client, bureau):
    first, second = make_organisation(), make_organisation()
    member = make_membership(make_user(), first, status="applied", approved_by=None, approved_at=None)
    assert client.post(page(member), {"organisation": second.pk}).status_code == 403
    assert client.post(page(member, "move", "approved")).status_code == 302
    member.refresh_from_db()
    assert (member.organisation, member.status, member.approved_by) == (first, "approved", bureau)


def test_a_company_is_entered_as_an_enterprise_with_its_own_code(client, bureau):
    assert client.post(page(Enterprise, "add"), {"name": "某公司", "code": "91130000MA0A000012"}).status_code == 200
    assert client.post(page(Enterprise, "add"), {"name": "某公司", "code": ""}).status_code == 302
    assert Enterprise.objects.get().code is None
    make_enterprise()
