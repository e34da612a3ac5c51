"""Publishing: the checks before, what the public reads after, corrections with a note, and withdrawal."""

import datetime
import re
import threading
from decimal import Decimal

import pytest
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, ValidationError
from django.db import connections
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from projects.actions.publishing import publish_changes, publish_project, withdraw_project
from projects.models import Document, Funding, Project, Publication
from projects.publishing.checks import CHECKS, check_entry
from projects.publishing.contents import changed_since, content_of, put_in, standing_of
from projects.publishing.differences import differences
from projects.publishing.versions import versions_of
from registry.core.models import Blob, Change
from tests.counting import queries_of
from tests.factories import (
    make_county_user,
    make_division,
    make_field,
    make_funding,
    make_organisation,
    make_project,
    make_result,
    make_user,
)

pytestmark = [pytest.mark.django_db, pytest.mark.plain]
ANSWERS = {"notice": "公示在村委会张贴", "results": "待审核", "county": "跨县", "sum": "实物"}


@pytest.fixture
def bureau():
    return make_user("bureau")


@pytest.fixture
def county():
    return make_division(code="130881", name="试验市")


@pytest.fixture
def project(county):
    project = make_project(
        name="蔬菜大棚", lead=make_organisation(name="试验基金会"), county=county, field=make_field(code="industry"),
        stage="under_way",
    )  # fmt: skip
    make_funding(project, "720000.00")
    make_result(project, 94)
    return project


def publish(project, by, note="", answers=ANSWERS):
    return publish_project(project=project, by=by, note=note, acknowledged=answers)


def codes(project):
    return {one.check.code for one in check_entry(project, content_of(project)) if one.findings}


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


# What the public reads


DOORS = (
    "/projects/?search={name}", "/projects/?search={name}&format=csv", "/projects/{number}/", "/counties/130881/",
    "/api/v1/projects/?search={name}", "/api/v1/projects/facets/", "/api/v1/projects/export/?format=csv",
    "/api/v1/projects/{pk}/", "/api/v1/figures/", "/",
)  # fmt: skip


def told(client, address, project):
    answer = client.get(address.format(name="蔬菜大棚", number=project.number, pk=project.pk))
    body = answer.getvalue() if answer.streaming else answer.content
    return answer.status_code, body.decode("utf-8-sig")


@pytest.mark.parametrize("address", DOORS)
def test_a_change_is_nobody_s_before_it_is_published(project, bureau, client, address):
    publish(project, bureau)
    before = _steady(told(client, address, project))
    project.funding.update(amount=Decimal("9990000.00"))
    Project.objects.filter(pk=project.pk).update(name="改名的项目", year=2019, stage="closed", summary="新写的话")
    project.sites.update(address="新地点")
    make_result(project, 12345)
    make_funding(project, "5550000.00")
    assert _steady(told(client, address, project)) == before
    publish(project, bureau, note="按核实结果更正")
    assert _steady(told(client, address, project)) != before


def _steady(answer):
    """Without what differs from one visit to the next."""
    status, body = answer
    body = re.sub(r'"as_of":"[^"]*"', "", body)
    return status, "\n".join(line for line in body.splitlines() if "csrf" not in line)


def test_the_public_asks_for_the_past_of_publications(project, bureau, client):
    def funds(instant):
        answer = client.get("/api/v1/figures/", {"as_of": instant.isoformat()}).json()
        return next(one for one in answer["figures"] if one["code"] == "funds")["value"]

    before = timezone.now()
    publish(project, bureau)
    first = timezone.now()
    project.funding.update(amount=Decimal("9990000.00"))
    changed = timezone.now()
    publish(project, bureau, note="更正")
    assert [Decimal(str(funds(at) or 0)) for at in (before, first, changed, timezone.now())] == [
        0, 720_000, 720_000, 9_990_000,
    ]  # fmt: skip


def test_the_note_stands_beside_the_entry_with_what_changed(project, bureau, client):
    publish(project, bureau)
    project.funding.update(amount=Decimal("730000.00"))
    publish(project, bureau, note="补记一笔到账款")
    page = client.get(project.get_absolute_url()).content.decode()
    assert "补记一笔到账款" in page
    assert "720,000.00 元" in page
    assert "730,000.00 元" in page
    assert reverse("project-version", args=(project.number, 1)) in page


def test_an_earlier_version_is_read_as_it_stood_and_says_so(project, bureau, client):
    publish(project, bureau)
    Project.objects.filter(pk=project.pk).update(summary="后来写的话")
    publish(project, bureau, note="补充")
    for user in (None, bureau):
        if user:
            client.force_login(user)
        answer = client.get(reverse("project-version", args=(project.number, 1)))
        page = answer.content.decode()
        assert answer.status_code == 200
        assert "蔬菜大棚" in page
        assert "试验基金会" in page
        assert "后来写的话" not in page
    assert client.get(reverse("project-version", args=(project.number, 3))).status_code == 404
    assert client.get(reverse("project-version", args=("XM-1", 1))).status_code == 404


def test_what_was_withdrawn_is_gone_and_says_when_and_why(project, bureau, client):
    publish(project, bureau)
    withdraw_project(project=project, by=bureau, reason="受益人信息有误")
    for address in (project.get_absolute_url(), reverse("project-version", args=(project.number, 1))):
        answer = client.get(address)
        assert answer.status_code == 410
        page = answer.content.decode()
        assert "受益人信息有误" in page
        assert "蔬菜大棚" not in page
    assert client.get(f"/api/v1/projects/{project.pk}/").status_code == 404
    assert "蔬菜大棚" not in client.get("/projects/").content.decode()
    assert client.get("/projects/XM-1/").status_code == 404


def test_versions_before_a_withdrawal_stay_closed_after_a_new_publication(project, bureau, client):
    Project.objects.filter(pk=project.pk).update(summary="不该公开的话")
    publish(project, bureau)
    withdraw_project(project=project, by=bureau, reason="有误")
    Project.objects.filter(pk=project.pk).update(summary="")
    publish(project, bureau, note="已更正")
    assert client.get(reverse("project-version", args=(project.number, 1))).status_code == 404
    page = client.get(project.get_absolute_url()).content.decode()
    assert "不该公开的话" not in page
    assert [version.publication.serial for version in versions_of(project)] == [3]


def test_the_interface_tells_the_day_and_the_notes(project, bureau, client):
    publish(project, bureau)
    project.funding.update(amount=Decimal("730000.00"))
    publish(project, bureau, note="补记")
    told = client.get(f"/api/v1/projects/{project.pk}/").json()
    assert [(one["serial"], one["note"], one["is_current"]) for one in told["versions"]] == [
        (2, "补记", True), (1, "", False),
    ]  # fmt: skip
    assert told["published_at"] == told["versions"][0]["published_at"]
    (change,) = told["versions"][0]["changes"]
    assert (change["before"], change["after"]) == ("720,000.00 元", "730,000.00 元")


def test_differences_tell_fields_rows_and_names(project):
    before = content_of(project)
    Project.objects.filter(pk=project.pk).update(planned_start=datetime.date(2020, 3, 1), stage="closed")
    project.results.all().delete()
    make_funding(project, "5.00")
    with override("en"):
        found = {one.label: (one.before, one.after) for one in differences(before, content_of(project))}
    assert found["project · planned start"] == ("", "2020-03-01")
    assert found["project · stage"] == ("under way", "closed")
    assert found["result"][1] == ""
    assert "CNY 5.00" in found["funding line"][1]
    assert differences(before, before) == []


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


# The desk


def test_the_page_shows_checks_entry_and_versions_and_publishes(project, bureau, client):
    client.force_login(bureau)
    address = reverse("admin:projects_project_publication", args=(project.pk,))
    page = client.get(address).content.decode()
    assert "publish-notice" in page
    assert "蔬菜大棚" in page
    assert client.post(address, {"do": "publish"}).status_code == 400
    assert client.post(address, {"do": "publish", "publish-notice": "已张贴"}).status_code == 302
    assert standing_of(project).acknowledged == [{"code": "notice", "words": "已张贴"}]
    project.funding.update(amount=Decimal("730000.00"))
    page = client.get(address).content.decode()
    assert "730,000.00 元" in page
    answers = {"do": "publish", "publish-notice": "已张贴"}
    assert client.post(address, answers).status_code == 400
    assert client.post(address, answers | {"publish-note": "补记"}).status_code == 302
    assert client.post(address, {"do": "withdraw"}).status_code == 400
    assert client.post(address, {"do": "withdraw", "withdraw-reason": "有误"}).status_code == 302
    assert standing_of(project) is None


def test_the_page_offers_no_button_where_personal_data_is_found(project, bureau, client):
    Project.objects.filter(pk=project.pk).update(summary="联系人 13912345678")
    client.force_login(bureau)
    address = reverse("admin:projects_project_publication", args=(project.pk,))
    page = client.get(address).content.decode()
    assert "139…" in page
    assert 'value="publish"' not in page
    assert client.post(address, {"do": "publish", "publish-notice": "已张贴"}).status_code == 400
    assert standing_of(project) is None


def test_readers_see_the_page_and_may_do_nothing(project, client):
    client.force_login(make_user("auditor"))
    address = reverse("admin:projects_project_publication", args=(project.pk,))
    page = client.get(address).content.decode()
    assert 'value="publish"' not in page
    assert client.post(address, {"do": "publish", "publish-notice": "已张贴"}).status_code == 403


def test_what_has_changed_is_listed_filtered_and_published_on_one_page(project, bureau, client):
    other = make_project(name="没变的")
    for one in (project, other):
        publish(one, bureau)
    Project.objects.filter(pk=project.pk).update(summary="修订")
    client.force_login(bureau)
    listed = client.get("/desk/projects/project/?publication=changed").content.decode()
    assert project.number in listed
    assert other.number not in listed
    address = reverse("admin:projects_project_publish_changes")
    page = client.get(address).content.decode()
    assert project.number in page
    assert other.number not in page
    assert client.post(address, {"projects": [project.pk], "note": ""}).status_code == 400
    assert client.post(address, {"projects": [other.pk], "note": "季度更新"}).status_code == 400
    assert client.post(address, {"projects": [project.pk], "note": "季度更新"}).status_code == 302
    assert standing_of(project).note == "季度更新"
    client.force_login(make_user("partner"))
    assert client.get(address).status_code == 403


def test_one_version_and_three_cost_the_same_number_of_questions_but_for_their_names(project, bureau, client):
    publish(project, bureau)
    Project.objects.filter(pk=project.pk).update(summary="第二版")
    publish(project, bureau, note="更正")
    two = queries_of(client, project.get_absolute_url())
    for number in range(3, 6):
        Project.objects.filter(pk=project.pk).update(summary=f"第{number}版")
        publish(project, bureau, note="更正")
    assert queries_of(client, project.get_absolute_url()) == two
