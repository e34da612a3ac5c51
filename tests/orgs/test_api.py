"""Organisations through the interface."""

import pytest

from orgs.api import PUBLIC_FIELDS
from tests.factories import make_authority, make_org_user, make_organisation, make_user

pytestmark = pytest.mark.django_db
URL = "/api/v1/organisations/"


def test_a_row_gives_the_public_fields_and_no_others(client):
    authority = make_authority(name="试验民政厅")
    organisation = make_organisation(name="冰心基金会", authority=authority, contact_phone="13900005678", note="内部")
    (row,) = client.get(URL).json()["results"]
    assert tuple(row) == PUBLIC_FIELDS
    assert (row["id"], row["name"], row["code"], row["kind"]) == (organisation.pk, "冰心基金会", None, "foundation")
    assert (row["authority"], row["authority_name"]) == (authority.pk, "试验民政厅")


def test_the_whole_gives_the_contact_to_those_who_work_with_it_only(client):
    organisation = make_organisation(contact_name="甲某", contact_phone="13900005678")
    organisation.former_names.create(name="旧名")
    url = f"{URL}{organisation.pk}/"
    whole = client.get(url).json()
    assert whole["contact"] is None
    assert [former["name"] for former in whole["former_names"]] == ["旧名"]
    client.force_login(make_org_user(organisation))
    assert client.get(url).json()["contact"]["contact_phone"] == "13900005678"
    client.force_login(make_user("auditor"))
    assert client.get(url).json()["contact"]["contact_phone"] == "139****5678"


def test_lists_are_searched_filtered_and_ordered(client):
    for name, origin in (("张家口协会", "hebei"), ("北京协会", "beijing"), ("天津协会", "tianjin")):
        make_organisation(name=name, origin=origin)
    assert [row["name"] for row in client.get(f"{URL}?ordering=-name").json()["results"]] == [
        "张家口协会",
        "天津协会",
        "北京协会",
    ]
    assert [row["name"] for row in client.get(f"{URL}?origin=beijing&search=bj").json()["results"]] == ["北京协会"]
