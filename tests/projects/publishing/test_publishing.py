"""Publishing: the checks before, who may, and many at once."""

import threading
from decimal import Decimal

import pytest
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, ValidationError
from django.db import connections

from projects.actions.publishing import publish_changes, withdraw_project
from projects.models import Document, Funding, Project, Publication
from projects.publishing.checks import CHECKS
from projects.publishing.contents import changed_since, put_in, standing_of
from registry.core.models import Blob, Change
from tests.factories import make_county_user, make_division, make_project, make_result, make_user

from .published import ANSWERS, codes, publish

pytestmark = [pytest.mark.django_db, pytest.mark.plain]


# The checks


@pytest.mark.parametrize("column", ["name", "summary", "approach", "channel", "source", "quote", "caution"])
def test_personal_data_in_any_public_text_refuses_the_publication(project, bureau, column):
    Project.objects.filter(pk=project.pk).update(**{column: "联系人 13912345678"})
    with pytest.raises(ValidationError) as refusal:
        publish(project, bureau)
    assert "139…" in refusal.value.messages[0]
    assert str(Project._meta.get_field(column).verbose_name) in refusal.value.messages[0]
    assert not Publication.objects.exists()
    assert Project.objects.get(pk=project.pk).visibility == "internal"


def test_personal_data_in_the_rows_of_an_entry_refuses_it_too(project, bureau):
    project.sites.update(address="李四 13912345678")
    with pytest.raises(ValidationError, match="139…"):
        publish(project, bureau)


def test_personal_data_in_an_inner_note_does_not_hinder(project, bureau):
    project.funding.update(note="联系人 13912345678")
    assert publish(project, bureau).serial == 1


def test_each_doubt_has_its_check_and_goes_with_its_cause(project):
    assert codes(project) == {"notice"}
    blob = Blob.objects.create(sha256="0" * 64, size=1, media_type="application/pdf")
    Document.objects.create(kind="notice", blob=blob, original_name="公示.pdf", project=project)
    assert codes(project) == set()
    make_result(project, status="draft")
    assert codes(project) == {"results"}
    project.sites.all().delete()
    Funding.objects.filter(project=project).update(amount=None)
    assert codes(project) == {"results", "county", "sum"}
    assert {check.code for check in CHECKS} == {"personal", "notice", "results", "county", "sum"}


def test_a_doubt_without_words_refuses_and_words_are_kept(project, bureau):
    make_result(project, status="draft")
    for answers in ({}, {"notice": "已公示"}, {"notice": "已公示", "results": "  "}):
        with pytest.raises(ValidationError):
            publish(project, bureau, answers=answers)
    assert publish(project, bureau).acknowledged == [
        {"code": "notice", "words": ANSWERS["notice"]},
        {"code": "results", "words": ANSWERS["results"]},
    ]


# Who may, and what is written


def test_who_may_publish_and_withdraw(project, bureau, county):
    for role in ("partner", "organisation", "auditor", "security_admin"):
        with pytest.raises(PermissionDenied):
            publish(project, make_user(role))
        with pytest.raises(PermissionDenied):
            withdraw_project(project=project, by=make_user(role), reason="误")
        with pytest.raises(PermissionDenied):
            publish_changes(projects=Project.objects.all(), by=make_user(role), note="更正")
    with pytest.raises((PermissionDenied, ObjectDoesNotExist)):
        publish(make_project(), make_county_user(county))
    assert publish(project, bureau).published_by == bureau


def test_visibility_follows_the_publications(project, bureau):
    publish(project, bureau)
    assert Project.objects.get(pk=project.pk).visibility == "published"
    assert withdraw_project(project=project, by=bureau, reason="金额有误").visibility == "internal"
    assert publish(project, bureau, note="金额已核对").kind == "publication"
    assert [row.kind for row in Publication.objects.order_by("serial")] == [
        "publication", "withdrawal", "publication",
    ]  # fmt: skip
    actions = Change.objects.filter(table_name="projects_publication").order_by("id").values_list("action", flat=True)
    assert list(actions) == ["project.publish", "project.withdraw", "project.publish"]
    assert "content" not in Change.objects.filter(table_name="projects_publication").first().after


def test_a_second_version_needs_a_note_and_a_change(project, bureau):
    publish(project, bureau)
    with pytest.raises(ValidationError, match="没有变化"):
        publish(project, bureau, note="再发")
    project.funding.update(note="只有内部的备注变了", voucher="第7号")
    with pytest.raises(ValidationError, match="没有变化"):
        publish(project, bureau, note="再发")
    project.funding.update(amount=Decimal("730000.00"))
    with pytest.raises(ValidationError) as refusal:
        publish(project, bureau, note="  ")
    assert "note" in refusal.value.message_dict
    assert publish(project, bureau, note="补记一笔").serial == 2


def test_what_is_not_published_is_not_withdrawn_and_not_without_a_reason(project, bureau):
    with pytest.raises(ValidationError):
        withdraw_project(project=project, by=bureau, reason="误")
    publish(project, bureau)
    with pytest.raises(ValidationError):
        withdraw_project(project=project, by=bureau, reason=" ")
    assert standing_of(project).serial == 1


# Many at once


def test_changes_of_many_are_published_with_one_note_and_the_rest_is_named(project, bureau):
    spoilt, unchanged = make_project(name="另一项目"), make_project(name="没变的")
    for one in (project, spoilt, unchanged):
        publish(one, bureau)
    Project.objects.filter(pk=project.pk).update(summary="修订")
    Project.objects.filter(pk=spoilt.pk).update(summary="找 13912345678")
    assert set(changed_since(Project.objects.all())) == {project, spoilt}
    published, left = publish_changes(projects=changed_since(Project.objects.all()), by=bureau, note="季度更新")
    assert published == [project]
    assert [one for one, words in left] == [spoilt]
    assert "139…" in left[0][1][0]
    assert standing_of(project).note == "季度更新"
    with pytest.raises(ValidationError):
        publish_changes(projects=changed_since(Project.objects.all()), by=bureau, note="")


def test_a_doubt_that_is_new_is_left_out_of_many(project, bureau):
    publish(project, bureau)
    make_result(project, status="draft")
    Project.objects.filter(pk=project.pk).update(summary="修订")
    published, left = publish_changes(projects=changed_since(Project.objects.all()), by=bureau, note="季度更新")
    assert (published, [one for one, words in left]) == ([], [project])


def test_publishing_many_costs_one_statement(bureau, django_assert_num_queries):
    keys = [make_project(county=make_division()).pk for _number in range(3)]
    with django_assert_num_queries(1):
        assert put_in(keys, kind="publication") == 3
    with django_assert_num_queries(0):
        assert put_in([], kind="publication") == 0


@pytest.mark.django_db(transaction=True)
def test_of_two_who_publish_at_once_one_is_told_that_nothing_has_changed(project, bureau):
    publish(project, bureau)
    project.funding.update(amount=Decimal("730000.00"))
    ready, told = threading.Barrier(2), []

    def go():
        try:
            ready.wait(30)
            told.append(publish(project, bureau, note="更正").serial)
        except ValidationError as refusal:
            told.append(refusal.messages[0])
        finally:
            connections.close_all()

    threads = [threading.Thread(target=go) for _number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert 2 in told
    assert len(told) == 2
    assert Publication.objects.filter(project=project).count() == 2
