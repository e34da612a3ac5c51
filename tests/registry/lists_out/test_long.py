"""Long lists as files: made by a job for whoever asked, streamed to a stranger."""

import re
import uuid
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from projects.models import Project
from registry.core import lists_out
from registry.core.jobs import Progress, run_next
from registry.core.lists_out import KIND, ask_for_list, make_list, page_for
from registry.core.models import Job
from tests.desk import page
from tests.factories import (
    make_county_user,
    make_division,
    make_org_user,
    make_organisation,
    make_project,
    make_step,
    make_user,
)

from .files import desk, published, rows, sheet

pytestmark = pytest.mark.django_db


@pytest.fixture
def few(monkeypatch):
    """Lists of more than two rows count as long."""
    monkeypatch.setattr(lists_out, "AT_ONCE", 2)


class Told(Progress):
    def __init__(self):
        super().__init__(batch=uuid.uuid4().hex)


def long_list(user, form="xlsx", language="zh-hans"):
    """The finished job of the list of projects, done on the spot."""
    address = desk(Project, "", form)
    found, told = ask_for_list(address, user), Told()
    with override(language):
        result = make_list(told, by=user, address=address)
    now = timezone.now()
    Job.objects.filter(pk=found.pk).update(
        key=told.batch, state="done", result=result, done=told.done, total=told.total, started_at=now, ended_at=now
    )
    found.refresh_from_db()
    return found


def test_a_short_list_comes_at_once_and_a_long_one_is_asked_for(client, bureau, few):
    for _number in range(2):
        make_project()
    assert len(rows(client, desk(Project))) == 2
    make_project()
    answer = client.get(desk(Project))
    assert "清单共 3 行" in answer.content.decode()
    assert not Job.objects.exists()
    shown = client.get(page(Project, "changelist")).content.decode()
    assert f'action="{reverse("ask-list")}"' in shown
    asked = client.post(reverse("ask-list"), {"address": desk(Project, "", "xlsx")})
    job = Job.objects.get()
    assert (asked.status_code, asked.url) == (302, reverse("job", args=(job.key,)))
    assert (job.kind, job.by, job.total, job.parameters) == (KIND, bureau, 3, {"address": desk(Project, "", "xlsx")})
    client.post(reverse("ask-list"), {"address": desk(Project, "", "xlsx")})
    assert Job.objects.count() == 1
    assert client.get(reverse("ask-list")).status_code == 405


@pytest.mark.parametrize(
    "address", ["/desk/board/?", "/projects/?", "/my/projects/?", "/orgs/?", "/figures/projects/?"]
)
def test_one_kind_of_job_makes_every_list(address, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    user = make_user("bureau")
    if address.startswith("/my/"):
        user = make_org_user(make_organisation())
    for form in ("xlsx", "csv"):
        told = Told()
        made = make_list(told, by=user, address=f"{address}format={form}")
        assert made["name"].endswith(f".{form}")
        assert told.done == told.total


def test_the_job_tells_its_progress_by_rows_and_until_when_the_file_is_kept(bureau, settings, tmp_path, few):
    settings.MEDIA_ROOT = tmp_path
    for _number in range(3):
        make_project()
    job = long_list(bureau)
    assert (job.done, job.total) == (3, 3)
    assert job.result["words"] == "“项目”已生成：3 行。"
    assert job.result["until"] == (timezone.localdate() + timedelta(days=7)).isoformat()
    assert re.fullmatch(r"项目 \d{4}-\d\d-\d\d\.xlsx", job.result["name"])


def test_the_file_of_a_job_is_that_of_the_list(client, bureau, settings, tmp_path, monkeypatch):
    settings.MEDIA_ROOT = tmp_path
    for number in range(3):
        make_project(name=f"项目{number}")
    at_once = [[cell.value for cell in row] for row in sheet(client, desk(Project, "", "xlsx")).iter_rows(min_row=3)]
    job = long_list(bureau)
    by_job = sheet(client, job.result["url"])
    assert [[cell.value for cell in row] for row in by_job.iter_rows(min_row=3)] == at_once
    answer = client.get(job.result["url"])
    assert answer["Cache-Control"] == "no-store, private"
    answer.getvalue()
    assert rows(client, long_list(bureau, "csv").result["url"])[0]["名称"] in {"项目0", "项目1", "项目2"}


def test_the_file_speaks_the_language_of_whoever_asked(client, bureau, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    make_project()
    assert "Number" in rows(client, long_list(bureau, "csv", "en").result["url"])[0]


def test_only_whoever_asked_gets_it_as_long_as_it_is_kept_and_theirs_to_see(client, bureau, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    make_project()
    job = long_list(bureau)
    for other in (make_user("bureau"), make_user("auditor")):
        client.force_login(other)
        assert client.get(job.result["url"]).status_code == 404
    client.logout()
    assert client.get(job.result["url"]).status_code == 302
    client.force_login(bureau)
    assert len(list(sheet(client, job.result["url"]).rows)) == 5
    assert client.get(reverse("made-list", args=(uuid.uuid4(),))).status_code == 404
    bureau.groups.clear()
    assert client.get(job.result["url"]).status_code == 403
    bureau.groups.set(make_user("bureau").groups.all())
    Job.objects.update(ended_at=timezone.now() - timedelta(days=7))
    assert client.get(job.result["url"]).status_code == 404


@pytest.mark.parametrize(
    "address",
    ["", "/", "https://example.org/", "//example.org/", "/desk/board/", "/none/?format=csv", "/healthz?format=csv",
     "/desk/board/?format=exe", "/desk/projects/project/export/?format=csv&year=abc", "/desk/logout/?format=csv"],
)  # fmt: skip
def test_only_lists_can_be_asked_for(client, bureau, address):
    assert client.post(reverse("ask-list"), {"address": address}).status_code == 404
    assert not Job.objects.exists()


@pytest.mark.parametrize(
    "address",
    ["/desk/board/?lamp=x", "/projects/?year=x", "/orgs/?kind=x", "/counties/?city=x", "/circulars/?x=1",
     "/events/?x=1", "/figures/projects/?year=x", "/figures/projects/?x=1", "/figures/none/?", "/counties/?page=x"],
)  # fmt: skip
def test_a_question_that_a_list_does_not_take_is_refused_by_its_job_too(bureau, address):
    with pytest.raises(ValidationError):
        page_for(bureau, f"{address}&format=csv")


def test_a_job_keeps_to_the_guard_of_its_list(client, few):
    county = make_county_user(make_division())
    for address in (desk(Project), "/desk/board/?format=csv"):
        with pytest.raises(PermissionDenied):
            page_for(county, address)
    with pytest.raises(ValidationError):
        page_for(make_user("bureau"), "/my/projects/?format=csv")
    client.force_login(county)
    assert client.post(reverse("ask-list"), {"address": desk(Project)}).status_code == 403
    client.logout()
    assert client.post(reverse("ask-list"), {"address": "/projects/?format=csv"}).status_code == 302
    assert not Job.objects.exists()


def test_a_stranger_gets_a_long_list_streamed_as_a_plain_table(client, few):
    for _number in range(3):
        published()
    for form in ("xlsx", "csv"):
        answer = client.get(f"/projects/?format={form}")
        assert answer.streaming
        assert "Content-Length" not in answer
        answer.getvalue()
    assert len(rows(client, "/projects/?format=csv")) == 3
    assert len(list(sheet(client, "/projects/?format=xlsx").rows)) == 4


@pytest.mark.django_db(transaction=True)
def test_the_worker_makes_it_and_it_ends_as_a_to_do(client, few, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    bureau = make_user("bureau")
    client.force_login(bureau)
    for _number in range(3):
        make_step(make_project(), due_on=date(2020, 1, 1))
    client.post(reverse("ask-list"), {"address": "/desk/board/?format=xlsx"})
    run_next()
    job = Job.objects.get()
    assert (job.state, job.error, job.done, job.total) == ("done", "", 3, 3)
    notice = bureau.notices.get()
    assert (notice.kind, notice.facts["until"]) == ("job", job.result["until"])
    assert job.result["url"] in client.get(reverse("job", args=(job.key,))).content.decode()
    assert sheet(client, job.result["url"])["B5"].value
