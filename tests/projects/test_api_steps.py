"""Steps in the interface: found within scope, moved by the same actions, never over a version that was not seen."""

import datetime
import re

import pytest
from django.test import Client

from projects.actions import checklists
from projects.models import Project, ProjectStep
from registry.core.dates import today
from registry.core.models import Change, Notice
from tests.counting import queries_of
from tests.factories import (
    make_campaign,
    make_county_user,
    make_division,
    make_field,
    make_org_user,
    make_organisation,
    make_project,
    make_step,
    make_user,
)
from tests.projects.test_checklists import attach

pytestmark = pytest.mark.django_db
STEPS = "/api/v1/steps/"


@pytest.fixture
def bureau(client):
    user = make_user("bureau", name="张经办")
    client.force_login(user)
    client.cookies["django_language"] = "en"
    return user


def found(client, **question):
    answer = client.get(STEPS, question)
    assert answer.status_code == 200, answer.content.decode()
    return [row["title"] for row in answer.json()["results"]]


def post(client, step, verb, body=None, version=None, **headers):
    """Move a step, as somebody who saw it as it is now unless another `version` is given."""
    seen = version or ProjectStep.objects.get(pk=step.pk).version
    return client.post(
        f"{STEPS}{step.pk}/{verb}/", body or {}, content_type="application/json",
        headers={"If-Match": f'"{seen}"'} | headers,
    )  # fmt: skip


def done(step, by=None):
    return checklists.complete_step(step=step, by=by or make_user("bureau"))


def in_days(days):
    return today() + datetime.timedelta(days=days)


# Reading


def test_a_list_answers_with_the_keys_of_a_row(client, bureau):
    project = make_project(name="敬老院改造")
    step = make_step(project, title="竣工验收", due_on=in_days(-2), responsible=bureau)
    [row] = client.get(STEPS).json()["results"]
    assert row == {
        "id": step.pk, "version": 1, "project": project.pk, "project_number": project.number,
        "project_name": "敬老院改造", "position": step.position, "title": "竣工验收", "title_en": "",
        "stage": "under_way", "stage_name": "under way", "side": "bureau", "side_name": "bureau",
        "responsible": {"id": bureau.pk, "name": "张经办"}, "due_on": in_days(-2).isoformat(), "days_left": -2,
        "lamp": "overdue", "status": "open", "status_name": "open", "status_at": row["status_at"],
        "status_reason": "",
    }  # fmt: skip


def test_a_single_step_tells_what_is_missing_what_it_waits_for_and_what_may_be_done(client, bureau):
    project = make_project()
    first = make_step(project)
    step = make_step(project, evidence=["acceptance", "photo"], depends_on=first, guidance="三方到场")
    document = attach("photo", step=step)
    answer = client.get(f"{STEPS}{step.pk}/")
    whole = answer.json()
    assert re.fullmatch(f'"{whole["version"]}-[0-9a-f]{{16}}"', answer.headers["ETag"])
    assert (whole["evidence"], whole["missing"]) == (["acceptance", "photo"], ["acceptance"])
    assert (whole["depends_on"], whole["waits_for"]) == (first.pk, first.pk)
    assert whole["moves"] == ["complete", "waive"]
    assert [(one["kind"], one["url"]) for one in whole["documents"]] == [("photo", f"/documents/{document.pk}/")]
    assert (whole["guidance"], whole["record"]) == ("三方到场", [])


def test_the_sign_off_record_is_told_round_by_round(client, bureau):
    step = done(make_step(make_project()), by=make_user("bureau", name="李申请"))
    post(client, step, "return", {"reason": "缺页"})
    [one] = client.get(f"{STEPS}{step.pk}/").json()["record"]
    assert (one["applied"]["status"], one["applied"]["by"]["name"]) == ("done", "李申请")
    assert (one["decided"]["status"], one["decided"]["by"]["id"], one["decided"]["words"]) == (
        "returned", bureau.pk, "缺页",
    )  # fmt: skip
    assert one["reopened"] is None


def test_every_question_narrows_the_list(client, bureau):
    county, field, campaign = make_division(), make_field(), make_campaign()
    project = make_project(county=county, field=field, campaign=campaign, name="大棚")
    make_step(project, title="found", side="county", responsible=bureau, due_on=in_days(-3))
    make_step(make_project(campaign=make_campaign()), title="other", due_on=in_days(90), status="waived",
              status_reason="不涉及", waived_by=bureau, waived_at="2026-01-01T00:00Z")  # fmt: skip
    questions = (
        {"project": project.pk}, {"status": "open"}, {"lamp": "overdue"}, {"side": "county"}, {"responsible": "me"},
        {"due_from": in_days(-4).isoformat(), "due_until": in_days(-3).isoformat()}, {"search": "found"},
        {"search": "dp"}, {"county": county.code}, {"field": field.code}, {"campaign": campaign.code},
    )  # fmt: skip
    for question in questions:
        assert found(client, **question) == ["found"], question
    assert found(client, ordering="-due") == ["other", "found"]
    assert found(client) == ["found", "other"]


def test_each_lamp_is_found_by_its_own_rule(client, bureau):
    project = make_project()
    for title, offset in (("late", -1), ("soon", 3), ("later", 60)):
        make_step(project, title=title, due_on=in_days(offset))
    make_step(project, title="undated")
    done(make_step(project, title="applied"))
    checklists.verify_step(step=done(make_step(project, title="settled")), by=bureau)
    checklists.waive_step(step=make_step(project, title="waived"), by=bureau, reason="不涉及")
    lamps = {row["title"]: row["lamp"] for row in client.get(STEPS).json()["results"]}
    assert set(lamps.values()) == {"overdue", "due", "on_time", "undated", "waiting", "signed_off", "waived"}
    for title, lamp in lamps.items():
        assert found(client, lamp=lamp) == [title]


@pytest.mark.parametrize(
    "query",
    [
        "secret=1", "status=flying", "lamp=blue", "side=moon", "responsible=7", "due_from=yesterday", "project=0",
        "project=x", "page=0", "status=open&status=done",
    ],
)  # fmt: skip
def test_a_question_that_cannot_be_read_is_answered_400(client, bureau, query):
    answer = client.get(f"{STEPS}?{query}")
    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == [query.split("=")[0]]


def test_a_cursor_walks_over_steps_without_a_due_date_too(client, bureau):
    project = make_project()
    for offset in (5, None, 1, None, 3):
        make_step(project, title=str(offset), due_on=offset and in_days(offset))
    walked, address = [], f"{STEPS}?ordering=due&page_size=2&cursor="
    while address:
        answer = client.get(address).json()
        walked += [row["title"] for row in answer["results"]]
        address = answer["next"]
    assert walked == ["1", "3", "5", "None", "None"]


def test_a_stranger_finds_no_step_neither_in_the_list_nor_alone_nor_by_a_filter(client):
    organisation, county = make_organisation(), make_division()
    project = make_project(lead=organisation, county=county, visibility="published", stage="under_way")
    step = done(make_step(project, title="机密事项", side="organisation"))
    strangers = (None, make_org_user(make_organisation()), make_county_user(make_division()), make_user("system_admin"))
    for stranger in strangers:
        client.logout()
        if stranger:
            client.force_login(stranger)
        assert found(client) == []
        assert found(client, search="机密") == []
        assert client.get(STEPS, {"project": project.pk}).status_code == 400
        assert client.get(f"{STEPS}{step.pk}/").status_code == 404
        for verb in ("complete", "verify", "return", "waive", "reopen"):
            assert post(client, step, verb, {"reason": "x"}).status_code == (404 if stranger else 401)
    for insider in (make_org_user(organisation), make_county_user(county), make_user("auditor"), make_user("bureau")):
        client.force_login(insider)
        assert found(client) == ["机密事项"]
        assert client.get(f"{STEPS}{step.pk}/").status_code == 200


def test_one_row_and_three_cost_the_same_number_of_questions(client, bureau):
    def add():
        step = make_step(make_project(), responsible=make_user("bureau"), evidence=["photo"])
        attach("photo", step=step)
        return step

    step = add()
    one = queries_of(client, STEPS), queries_of(client, f"{STEPS}{step.pk}/")
    add(), add()
    assert (queries_of(client, STEPS), queries_of(client, f"{STEPS}{step.pk}/")) == one
    assert max(one) <= 12


# Moving


def test_a_step_goes_its_whole_way_and_every_answer_holds_the_step_as_it_is_now(client, bureau):
    checker = Client()
    checker.force_login(make_user("bureau", name="李核验"))
    step = make_step(make_project())
    way = (
        (client, "complete", {"note": "已完成"}, "done"), (checker, "return", {"reason": "照片不清"}, "returned"),
        (client, "complete", {}, "done"), (checker, "verify", {"note": ""}, "verified"),
        (checker, "reopen", {"reason": "反弹"}, "open"), (client, "waive", {"reason": "不再实施"}, "waived"),
        (client, "reopen", {"reason": "恢复"}, "open"),
    )  # fmt: skip
    for who, verb, body, status in way:
        answer = post(who, step, verb, body)
        assert (answer.status_code, answer.json()["status"]) == (200, status), verb
        stands = ProjectStep.objects.get(pk=step.pk)
        assert (stands.status, stands.version) == (status, answer.json()["version"])
        assert answer.headers["ETag"] == f'"{stands.version}"'
    actions = Change.objects.filter(table_name=ProjectStep._meta.db_table, action__startswith="projectstep.")
    assert [change.action.split(".")[1] for change in actions.order_by("id")] == [status for *_rest, status in way]
    told = Notice.objects.filter(kind="returned").order_by("pk")
    assert [(notice.facts["what"], notice.recipient) for notice in told] == [
        ("step", bureau),
        ("step_reopened", bureau),
    ]


def test_without_the_version_nothing_is_moved_and_with_an_old_one_neither(client, bureau):
    step = make_step(make_project())
    assert client.post(f"{STEPS}{step.pk}/complete/", {}, content_type="application/json").status_code == 428
    ProjectStep.objects.filter(pk=step.pk).update(note="同事补充")
    for seen in ('"1"', "2", 'W/"2"', "*", '"x"', '"99999999999"', ""):
        answer = post(client, step, "complete", **{"If-Match": seen})
        assert answer.status_code == 412, seen
        assert "was changed after you opened it" in answer.json()["detail"]
    assert ProjectStep.objects.get(pk=step.pk).status == "open"
    assert post(client, step, "complete", version=2).status_code == 200


def test_missing_evidence_is_named_and_the_move_refused(client, bureau):
    step = make_step(make_project(), evidence=["acceptance", "photo"])
    attach("photo", step=step)
    answer = post(client, step, "complete")
    assert answer.status_code == 409
    assert "Missing: acceptance sheet" in answer.json()["detail"]
    assert "photo" not in answer.json()["detail"]


def test_what_the_table_does_not_know_is_a_conflict_in_words(client, bureau):
    step = make_step(make_project(), title="竣工验收")
    for verb, body in (("verify", {}), ("return", {"reason": "x"}), ("reopen", {"reason": "x"})):
        answer = post(client, step, verb, body)
        assert answer.status_code == 409
        assert "“竣工验收” is “open” and cannot become" in answer.json()["detail"]


def test_the_doer_is_refused_the_second_person_s_part(client, bureau):
    step = done(make_step(make_project()), by=bureau)
    for verb, body in (("verify", {}), ("return", {"reason": "x"})):
        answer = post(client, step, verb, body)
        assert (answer.status_code, "second person" in answer.json()["detail"]) == (409, True)
    assert client.get(f"{STEPS}{step.pk}/").json()["moves"] == []
    assert ProjectStep.objects.get(pk=step.pk).status == "done"


@pytest.mark.parametrize(
    ("role", "verbs"),
    [
        ("county", ("verify", "return", "waive", "reopen")),
        ("organisation", ("verify", "return", "waive", "reopen")),
        ("auditor", ("complete", "verify", "return", "waive", "reopen")),
    ],
)
def test_who_lacks_the_permission_is_refused_in_whatever_state_the_step_is(client, role, verbs):
    organisation, county = make_organisation(), make_division()
    people = {
        "county": lambda: make_county_user(county), "organisation": lambda: make_org_user(organisation),
        "auditor": lambda: make_user("auditor"),
    }  # fmt: skip
    client.force_login(people[role]())
    project = make_project(lead=organisation, county=county)
    for step in (make_step(project, side="county"), done(make_step(project))):
        for verb in verbs:
            assert post(client, step, verb, {"reason": "x"}).status_code == 403


def test_a_side_applies_for_its_own_steps_only(client):
    county = make_division()
    client.force_login(make_county_user(county))
    project = make_project(county=county)
    assert post(client, make_step(project, side="county"), "complete").status_code == 200
    assert post(client, make_step(project, side="organisation"), "complete").status_code == 403


@pytest.mark.parametrize(
    ("verb", "body", "wanting"),
    [
        ("return", {}, "reason"),
        ("return", {"reason": "  "}, "reason"),
        ("return", {"reason": "\u200b"}, "reason"),
        ("return", {"reason": "长" * 301}, "reason"),
        ("return", {"reason": "a\x00b"}, "reason"),
        ("return", {"reason": "\ud800"}, "reason"),
        ("return", {"reason": ["x"]}, "reason"),
        ("return", {"reason": "x", "note": "y"}, "note"),
        ("return", {"reason": "x", "status": "verified"}, "status"),
        ("verify", {"reason": "x"}, "reason"),
        ("verify", {"done_by": 1}, "done_by"),
    ],
)
def test_a_body_that_is_wanting_or_holds_what_is_not_known_is_answered_400(client, bureau, verb, body, wanting):
    step = done(make_step(make_project()))
    answer = post(client, step, verb, body)
    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == [wanting]
    assert wanting in answer.json()["detail"]
    assert ProjectStep.objects.get(pk=step.pk).status == "done"


@pytest.mark.parametrize("body", ["[]", "7", '"x"', "null", "{", "\x00"])
def test_a_body_that_is_no_object_is_answered_400(client, bureau, body):
    step = done(make_step(make_project()))
    assert post(client, step, "return", body).status_code == 400


def test_only_json_is_taken_only_by_post_and_only_with_the_token_of_the_site(client, bureau):
    step = make_step(make_project())
    assert client.post(f"{STEPS}{step.pk}/complete/", {}, headers={"If-Match": '"1"'}).status_code == 415
    assert client.get(f"{STEPS}{step.pk}/complete/").status_code == 405
    for method in ("put", "patch", "delete"):
        assert getattr(client, method)(f"{STEPS}{step.pk}/").status_code == 405
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(bureau)
    assert post(strict, step, "complete").status_code == 403
    assert ProjectStep.objects.get(pk=step.pk).status == "open"


def test_what_the_database_refuses_is_a_conflict_and_no_fault(client, bureau):
    step = make_step(make_project())
    Project.objects.filter(pk=step.project_id).update(
        phase="locked", phase_by=bureau, phase_at="2026-01-01T00:00Z"
    )  # fmt: skip
    answer = post(client, step, "complete")
    assert answer.status_code == 409
    assert "its earlier phase is locked" in answer.json()["detail"]
