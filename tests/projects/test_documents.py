"""Documents: each hangs on exactly one record, and is seen by those who work with that record."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, connection, transaction

from projects.models import Document
from projects.models.documents import OWNERS
from registry.core.models import Blob
from tests.factories import (
    make_agreement,
    make_commendation,
    make_county_user,
    make_difficulty,
    make_division,
    make_event,
    make_funding,
    make_need,
    make_pledge,
    make_project,
    make_report,
    make_result,
    make_step,
    make_user,
)
from tests.projects.test_checklists import attach

pytestmark = pytest.mark.django_db
MAKE = {
    "project": make_project,
    "step": lambda: make_step(make_project()),
    "funding": lambda: make_funding(make_project()),
    "result": lambda: make_result(make_project()),
    "need": make_need,
    "pledge": make_pledge,
    "agreement": lambda: make_agreement(project=make_project()),
    "difficulty": lambda: make_difficulty(make_project()),
    "event": make_event,
    "report": lambda: make_report(make_project()),
    "commendation": make_commendation,
}


def test_every_kind_of_owner_is_known():
    assert tuple(MAKE) == OWNERS


@pytest.mark.parametrize("owner", OWNERS)
def test_a_file_belongs_to_its_record_and_only_those_who_work_with_it_see_it(owner):
    record = MAKE[owner]()
    document = attach("photo", **{owner: record})
    assert document.owner == record
    assert list(Document.objects.within_scope_of(make_user("bureau"))) == [document]
    for stranger in (AnonymousUser(), make_user("organisation"), make_county_user(make_division())):
        assert not Document.objects.visible_to(stranger).exists()


@pytest.mark.parametrize("extra", OWNERS[1:])
def test_a_file_of_two_records_is_refused_by_the_database(extra):
    document = attach("photo", project=make_project())
    with pytest.raises(IntegrityError, match="document_one_owner"), transaction.atomic():
        Document.objects.filter(pk=document.pk).update(**{extra: MAKE[extra]()})


@pytest.mark.parametrize(
    ("columns", "constraint"), [("project_id = NULL", "document_one_owner"), ("kind = 'selfie'", "kind_check")]
)
def test_the_database_refuses_what_makes_no_sense(columns, constraint):
    attach("photo", project=make_project())
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE projects_document SET {columns}")


def test_a_file_of_a_published_project_is_not_public():
    attach("photo", project=make_project(visibility="published"))
    assert not Document.objects.visible_to(AnonymousUser()).exists()


def test_the_minutes_of_a_public_meeting_are_not_public():
    attach("minutes", event=make_event(is_public=True))
    assert not Document.objects.visible_to(make_user("organisation")).exists()


def test_no_file_is_empty_and_none_is_stored_twice():
    blob = Blob.objects.create(sha256="0" * 64, size=1, media_type="image/jpeg")
    for columns, constraint in ({"size": 0}, "blob_not_empty"), ({"sha256": blob.sha256}, "sha256"):
        fields = {"sha256": "1" * 64, "size": 1, "media_type": "image/jpeg"} | columns
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            Blob.objects.create(**fields)
