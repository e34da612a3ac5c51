"""The workbench: to each what waits for them, first what is late, and nothing that is not theirs to know."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from registry.core.dates import today
from registry.core.trail import acting
from registry.workbench import SHOWN
from tests.factories import (
    make_authority,
    make_difficulty,
    make_division,
    make_need,
    make_organisation,
    make_pledge,
    make_posting,
    make_project,
    make_result,
    make_step,
    make_user,
)

pytestmark = pytest.mark.django_db


def queues(client):
    """{title: (total, [titles])} of the workbench."""
    shown = client.get("/desk/").context["queues"]
    return {queue.title: (queue.total, [line.title for line in queue.lines]) for queue in shown}


def in_days(days):
    return today() + datetime.timedelta(days=days)


def test_my_steps_are_mine_open_and_late_ones_first(client, bureau):
    project = make_project()
    other = make_user("bureau")
    make_step(project, title="undated", responsible=bureau)
    make_step(project, title="soon", responsible=bureau, due_on=in_days(3))
    make_step(project, title="late", responsible=bureau, due_on=in_days(-3))
    make_step(project, title="hers", responsible=other, due_on=in_days(-9))
    done = {"status": "done", "done_by": bureau, "done_at": timezone.now()}
    make_step(project, title="applied for", responsible=bureau, due_on=in_days(-9), **done)
    assert queues(client)["My steps"] == (3, ["late", "soon", "undated"])


def test_steps_wait_for_the_second_person_and_not_for_the_one_who_did_them(client, bureau):
    project = make_project()
    for person, title in ((bureau, "mine"), (make_user("bureau"), "hers")):
        make_step(project, title=title, status="done", done_by=person, done_at=timezone.now())
    assert queues(client)["Waiting for my sign-off"] == (1, ["hers"])


def test_needs_pledges_results_and_difficulties_wait_for_the_bureau(client, bureau):
    project = make_project()
    someone, now = make_user("county"), timezone.now()
    make_need(name="heating", status="submitted", submitted_by=someone, submitted_at=now)
    make_need(name="draft", status="draft")
    pledge = make_pledge()
    make_pledge(status="draft")
    make_result(project, indicator="students", status="submitted", submitted_by=someone, submitted_at=now)
    make_result(project, indicator="own", status="submitted", submitted_by=bureau, submitted_at=now)
    make_difficulty(project, title="frost")
    found = queues(client)
    assert found["Needs to decide on"] == (1, ["heating"])
    assert found["Pledges to decide on or to sign"] == (1, [pledge.number])
    assert found["Results to approve"][0] == 1
    assert found["Difficulties not closed"] == (1, ["frost"])


def test_a_long_queue_shows_its_first_and_counts_all(client, bureau):
    project = make_project()
    for number in range(SHOWN + 3):
        make_difficulty(project, title=f"no. {number}", wanted_by=in_days(number))
    total, titles = queues(client)["Difficulties not closed"]
    assert total == SHOWN + 3
    assert titles == [f"no. {number}" for number in range(SHOWN)]


def test_a_partner_bureau_is_shown_its_own_work_only(client):
    division = make_division(code="110000", level="province")
    partner = make_user("partner")
    make_posting(partner, division)
    client.force_login(partner)
    client.cookies["django_language"] = "en"
    own = make_project(name="ours", lead=make_organisation(authority=make_authority(division=division)))
    foreign = make_project(name="theirs", lead=make_organisation())
    for project in (own, foreign):
        make_difficulty(project, title=f"of {project.name}")
        make_step(project, title=f"of {project.name}", status="done", done_by=make_user(), done_at=timezone.now())
    found = queues(client)
    assert found["Difficulties not closed"] == (1, ["of ours"])
    assert found["Waiting for my sign-off"] == (1, ["of ours"])
    assert "Needs to decide on" not in found
    text = client.get("/desk/").content.decode()
    assert "ours" in text
    assert "theirs" not in text


def test_what_changed_lately_is_told_newest_first(client, bureau):
    with acting(by=bureau, action="project.register"):
        make_project(name="older")
        make_project(name="newer")
    lately = client.get("/desk/").context["lately"]
    assert [entry.record for entry in lately if entry.change.table_name == "projects_project"] == ["newer", "older"]
    assert lately[0].who == bureau.name


@pytest.mark.parametrize(
    ("role", "groups"),
    [
        (
            "system_admin",
            {
                "core_user",
                "counties_posting",
                "orgs_membership",
                "orgs_organisation",
                "counties_division",
                "core_outgoing",
                "core_subscription",
                "core_delivery",
            },
        ),
        ("security_admin", {"core_user", "core_token"}),
        ("audit_admin", {"core_user", "core_token", "core_change", "core_signin"}),
    ],
)
def test_administrators_find_their_accounts_and_no_business(client, role, groups):
    client.force_login(make_user(role))
    make_project(name="大棚项目")
    answer = client.get("/desk/")
    assert answer.context["queues"] == []
    links = {url for group in answer.context["groups"] for url, _name in group["links"]}
    rights = {"permissions", "permissions-fields"} if role != "system_admin" else {"running"}
    rights |= {"seals"} if role == "audit_admin" else set()
    assert links == {reverse(f"admin:{name}") for name in rights | {f"{name}_changelist" for name in groups}}
    assert "大棚项目" not in answer.content.decode()


def test_the_headline_figures_stand_on_top_for_those_who_work_with_projects(client, bureau):
    make_project(stage="under_way", lead=make_organisation())
    shown = {figure.code: figure.quantity.value for figure in client.get("/desk/").context["figures"]}
    assert (shown["organisations"], shown["projects"]) == (1, 1)
    client.force_login(make_user("system_admin"))
    assert client.get("/desk/").context["figures"] == []


def test_the_auditor_has_nothing_to_do_and_everything_to_read(client):
    client.force_login(make_user("auditor"))
    make_project(name="大棚项目")
    answer = client.get("/desk/")
    assert answer.context["queues"] == []
    assert answer.context["new_project"] == ""
    assert "大棚项目" in answer.content.decode()


def test_an_empty_workbench_says_what_to_do_next(client, bureau):
    text = client.get("/desk/").content.decode()
    assert "Nothing is yours to do" in text
    assert "Log a project" in text


def test_the_workbench_takes_as_many_queries_however_much_waits(client, bureau):
    """All projects have one name: whether names made of numbers are alike, and so whether the check of likeness has
    rows to count, hangs on how many were made before. And the first question of a session asks for its roles."""
    client.get("/desk/")
    counts = []
    for _round in range(2):
        for _each in range(2):
            project = make_project(name="大棚项目", lead=make_organisation(name="甲基金会"), officer=bureau)
            make_step(project, responsible=bureau, due_on=in_days(-1))
            make_step(project, status="done", done_by=make_user("bureau"), done_at=timezone.now())
            make_difficulty(project)
            make_need(status="submitted", submitted_by=make_user("county"), submitted_at=timezone.now())
            make_pledge(organisation=make_organisation())
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/desk/").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_the_workbench_speaks_chinese_unless_english_was_chosen(client, bureau):
    client.cookies.clear()
    client.force_login(bureau)
    assert "工作台" in client.get("/desk/").content.decode()
