"""Renaming and merging: nothing is lost, everything stays findable."""

import datetime

import pytest
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, ValidationError

from orgs.actions import merge, rename
from orgs.models import Organisation
from registry.core.lifecycle import UnlawfulMove
from registry.core.models import Change
from tests.factories import (
    make_authority,
    make_division,
    make_org_user,
    make_organisation,
    make_posting,
    make_project,
    make_user,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def bureau():
    return make_user("bureau")


def test_a_new_name_keeps_the_old_one_findable_and_dated(bureau):
    organisation = make_organisation(name="甲会")
    renamed = rename(organisation=organisation, name="乙会", by=bureau, on=datetime.date(2020, 1, 1), reason="批复")
    assert [renamed.name_on(datetime.date(2019, 12, 31)), renamed.name_on(datetime.date(2020, 1, 1))] == [
        "甲会",
        "乙会",
    ]
    assert list(Organisation.objects.search("甲会")) == list(Organisation.objects.search("yh")) == [organisation]
    changes = Change.objects.of(organisation).filter(action="organisation.rename")
    assert {(change.table_name, change.reason) for change in changes} == {
        ("orgs_organisation", "批复"),
        ("orgs_formername", "批复"),
    }


def test_an_old_name_can_be_taken_again(bureau):
    organisation = make_organisation(name="甲会")
    for year, name in ((2018, "乙会"), (2019, "甲会"), (2020, "乙会")):
        organisation = rename(organisation=organisation, name=name, by=bureau, on=datetime.date(year, 1, 1))
    assert [organisation.name_on(datetime.date(year, 6, 1)) for year in (2017, 2018, 2019, 2020)] == [
        "甲会", "乙会", "甲会", "乙会",
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["甲会", "", "乙\x00会", "会" * 201])
def test_a_name_that_makes_no_sense_is_refused_and_nothing_is_left(bureau, name):
    organisation = make_organisation(name="甲会")
    with pytest.raises(ValidationError):
        rename(organisation=organisation, name=name, by=bureau)
    assert Organisation.objects.get().name == "甲会"
    assert not organisation.former_names.exists()


def test_the_same_name_lost_twice_on_one_day_is_refused_with_words(bureau):
    organisation, day = make_organisation(name="甲会"), datetime.date(2020, 1, 1)
    for name in ("乙会", "甲会"):
        organisation = rename(organisation=organisation, name=name, by=bureau, on=day)
    with pytest.raises(ValidationError):
        rename(organisation=organisation, name="丙会", by=bureau, on=day)


def test_a_partner_bureau_renames_its_own_and_no_others():
    beijing = make_division(code="110000", name="北京市", level="province")
    user = make_user("partner")
    make_posting(user, beijing)
    own = make_organisation(name="甲会", authority=make_authority(division=beijing))
    assert rename(organisation=own, name="乙会", by=user).name == "乙会"
    with pytest.raises(ObjectDoesNotExist):
        rename(organisation=make_organisation(), name="丙会", by=user)


def test_a_member_neither_renames_nor_merges():
    organisation = make_organisation()
    user = make_org_user(organisation)
    with pytest.raises(PermissionDenied):
        rename(organisation=organisation, name="乙会", by=user)
    with pytest.raises(PermissionDenied):
        merge(organisation=organisation, into=make_organisation(), by=user, reason="同一组织")


def test_a_merged_one_keeps_its_rows_and_its_history(bureau):
    duplicate, into = make_organisation(name="新奥基金会"), make_organisation(name="新奥公益基金会")
    project = make_project(lead=duplicate)
    before = Change.objects.of(duplicate).count()
    merged = merge(organisation=duplicate, into=into, by=bureau, reason="同一组织")
    assert (merged.status, merged.merged_into, merged.status_reason) == ("merged", into, "同一组织")
    assert project.participations.get().organisation == duplicate
    assert Change.objects.of(duplicate).count() == before + 1
    assert Change.objects.of(duplicate).latest_first()[0].action == "organisation.merge"


def test_what_was_merged_into_it_before_follows(bureau):
    first, second, third = (make_organisation() for _ in range(3))
    merge(organisation=first, into=second, by=bureau, reason="重复")
    merge(organisation=second, into=third, by=bureau, reason="重复")
    first.refresh_from_db()
    assert first.merged_into == third


def test_a_merge_that_makes_no_sense_is_refused(bureau):
    one, other = make_organisation(), make_organisation()
    with pytest.raises(ValidationError, match="理由"):
        merge(organisation=one, into=other, by=bureau, reason=" ")
    with pytest.raises(ValidationError, match="自身"):
        merge(organisation=one, into=one, by=bureau, reason="重复")
    merge(organisation=one, into=other, by=bureau, reason="重复")
    with pytest.raises(ValidationError, match="已并入"):
        merge(organisation=other, into=one, by=bureau, reason="重复")
    with pytest.raises(UnlawfulMove):
        merge(organisation=one, into=make_organisation(), by=bureau, reason="再次")
    with pytest.raises(UnlawfulMove):
        merge(organisation=make_organisation(status="applied"), into=other, by=bureau, reason="重复")
