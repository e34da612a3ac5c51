"""The project's file (项目档案): one archive with its paper, its evidence and an index; for who asked, for a week."""

import datetime
import hashlib
import io
import os
import tracemalloc
import uuid
import zipfile
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone, translation
from docx import Document as Paper

from projects.actions.documents import attach_document
from projects.dossier import KIND
from projects.dossier.archive import make_file
from projects.models import Signatory
from registry.core.jobs import enqueue, run_next
from registry.core.made_files import made, path_of, sweep
from registry.core.models import Job
from tests.desk import page
from tests.factories import (
    make_agreement,
    make_authority,
    make_difficulty,
    make_division,
    make_field,
    make_funding,
    make_organisation,
    make_posting,
    make_project,
    make_report,
    make_result,
    make_step,
    make_user,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]


@pytest.fixture
def bureau():
    return make_user("bureau", name="张丽华")


@pytest.fixture
def project(bureau):
    """A project with one row of everything that its file tells, and three files."""
    project = make_project(
        name="八十亩地村小学", officer=bureau, lead=make_organisation(name="新奥公益基金会"), county=make_division(),
        field=make_field(), summary="联系 130102199001011234",
    )  # fmt: skip
    make_funding(project, "8000000", state="committed")
    make_funding(project, "6400000", voucher="凭证一")
    make_result(project, 120, planned=100)
    step = make_step(project, title="竣工验收", evidence=["photo", "acceptance"])
    make_difficulty(project, title="冬季施工受限")
    agreement = make_agreement(project=project, name="帮扶协议")
    Signatory.objects.create(agreement=agreement, part="giver", body="某会", person="王小明")
    make_report(project, done="打井两眼")
    for owner, kind, name, content in (
        (step, "photo", "现场.txt", b"one"),
        (project, "plan", "../../逃.txt", b"two"),
        (project, "plan", "逃.txt", b"3"),
    ):
        attach_document(owner=owner, upload=SimpleUploadedFile(name, content), by=bureau, kind=kind)
    return project


class Watched:
    """What a job is told by and tells to, outside of a worker."""

    def __init__(self):
        self.batch, self.total, self.done = uuid.uuid4().hex, 0, 0

    def of(self, total):
        self.total = total

    def step(self, number=1):
        self.done += number


def file_for(user, project, language="en"):
    """The archive that the job makes for `user`, and what it gives back."""
    job = Job.objects.create(kind=KIND, by=user, parameters={"project": project.pk})
    watched = Watched()
    watched.batch = job.batch
    with translation.override(language):
        result = make_file(watched, by=user, project=project.pk)
    Job.objects.filter(pk=job.pk).update(state=Job.State.DONE, ended_at=timezone.now(), result=result)
    job.refresh_from_db()
    assert watched.done == watched.total
    return job, zipfile.ZipFile(io.BytesIO(path_of(job, f"{job.batch}.zip").read_bytes()))


def paper_of(archive):
    name = next(name for name in archive.namelist() if name.endswith(".docx"))
    return Paper(io.BytesIO(archive.read(name)))


def words_of(paper):
    cells = [cell.text for table in paper.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in paper.paragraphs), *cells])


# What is in it


def test_the_archive_holds_the_paper_the_evidence_by_kind_and_an_index(bureau, project):
    _job, archive = file_for(bureau, project)
    names = archive.namelist()
    assert names[0] == f"{project.number}.docx"
    assert names[-1] == "index.xlsx"
    assert {name.split("/")[0] for name in names[1:-1]} == {"photo", "work plan"}
    assert sorted(archive.read(name) for name in names[1:-1]) == [b"3", b"one", b"two"]
    assert archive.testzip() is None
    sheet = zipfile.ZipFile(io.BytesIO(archive.read("index.xlsx"))).read("xl/worksheets/sheet1.xml").decode()
    for name in names[1:-1]:
        assert name in sheet
        assert hashlib.sha256(archive.read(name)).hexdigest() in sheet


def test_the_paper_tells_everything_that_the_register_holds(bureau, project):
    paper = paper_of(file_for(bureau, project)[1])
    words = words_of(paper)
    for told in (
        project.number, "八十亩地村小学", "新奥公益基金会", "800.00", "640.00", "80.0%", "凭证一", "120 person-times",
        "120.0%", "竣工验收", "acceptance sheet", "冬季施工受限", "帮扶协议", "王小明", "打井两眼", "张丽华",
    ):  # fmt: skip
        assert told in words, told
    heads = [paragraph.text for paragraph in paper.paragraphs if paragraph.style.name == "Heading 1"]
    assert "Results" in heads
    assert "History" in heads


def test_the_file_speaks_the_language_of_its_reader(bureau, project):
    job, archive = file_for(bureau, project, "zh-hans")
    assert {name.split("/")[0] for name in archive.namelist()[1:-1]} == {"照片", "实施方案"}
    assert paper_of(archive).core_properties.language == "zh-CN"
    assert job.result["name"] == f"{project.number} 八十亩地村小学.zip"


def test_an_auditor_gets_the_file_with_personal_data_masked(project):
    words = words_of(paper_of(file_for(make_user("auditor"), project)[1]))
    for hidden in ("张丽华", "王小明", "130102199001011234"):
        assert hidden not in words
    assert "王*" in words


def test_a_file_whose_bytes_are_lost_or_altered_is_named_in_the_index(bureau, project, settings):
    photo, plan = project.steps.get().documents.get(), project.documents.first()
    Path(settings.MEDIA_ROOT, photo.blob.path).unlink()
    Path(settings.MEDIA_ROOT, plan.blob.path).write_bytes(b"altered")
    _job, archive = file_for(bureau, project)
    sheet = zipfile.ZipFile(io.BytesIO(archive.read("index.xlsx"))).read("xl/worksheets/sheet1.xml").decode()
    assert "The content is lost." in sheet
    assert "The content is not what was uploaded." in sheet
    assert not any(name.startswith("photo/") for name in archive.namelist())


def test_large_evidence_does_not_fill_the_memory(bureau, settings):
    project = make_project()
    content = b"%PDF-" + b"\0" * (12 * 2**20)
    attach_document(owner=project, upload=SimpleUploadedFile("大.pdf", content), by=bureau, kind="plan")
    del content
    tracemalloc.start()
    make_file(Watched(), by=bureau, project=project.pk)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 8 * 2**20


# Who gets it, and for how long


def test_the_page_asks_for_the_file_and_leads_to_the_job_which_is_asked_for_once(client, bureau, project):
    client.force_login(bureau)
    answer = client.post(page(project, "file"))
    job = Job.objects.get()
    assert (job.kind, job.by, job.parameters) == (KIND, bureau, {"project": project.pk})
    assert (answer.status_code, answer.url) == (302, reverse("job", args=(job.key,)))
    client.post(page(project, "file"))
    assert Job.objects.count() == 1
    assert client.get(page(project, "file")).status_code == 405


@pytest.mark.django_db(transaction=True)
def test_the_worker_makes_it_and_tells_who_asked(client, project, bureau):
    job = enqueue(make_file, by=bureau, project=project.pk)
    assert run_next() == job
    job.refresh_from_db()
    assert (job.state, job.error) == ("done", "")
    assert bureau.notices.get().kind == "job"
    client.force_login(bureau)
    assert job.result["url"] in client.get(reverse("job", args=(job.key,))).content.decode()
    answer = client.get(job.result["url"])
    assert zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))).testzip() is None
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["Cache-Control"] == "no-store, private"


def test_nobody_else_gets_it(client, bureau, project):
    job, _archive = file_for(bureau, project)
    address = reverse("project-file", args=(job.key,))
    assert client.get(address).status_code == 404
    for other in (make_user("bureau"), make_user("auditor"), make_user("county")):
        client.force_login(other)
        assert client.get(address).status_code == 404
    client.force_login(bureau)
    assert fetched(client, address) == 200
    assert fetched(client, reverse("project-file", args=(uuid.uuid4(),))) == 404


def fetched(client, address):
    answer = client.get(address)
    answer.getvalue() if answer.streaming else answer.content
    return answer.status_code


def test_who_no_longer_works_with_the_project_no_longer_gets_its_file(client, project):
    partner, division = make_user("partner"), make_division(code="110000", level="province")
    posting = make_posting(partner, division)
    lead = project.participations.get().organisation
    lead.authority = make_authority(division=division)
    lead.save()
    job, _archive = file_for(partner, project)
    client.force_login(partner)
    address = reverse("project-file", args=(job.key,))
    assert fetched(client, address) == 200
    posting.ends_on = datetime.date(2019, 1, 1)
    posting.save()
    assert client.get(address).status_code == 404


def test_a_stranger_s_job_is_refused_and_writes_nothing(project, settings):
    partner = make_user("partner")
    with pytest.raises(Exception, match="not yours"), translation.override("en"):
        make_file(Watched(), by=partner, project=project.pk)
    assert not list(Path(settings.MEDIA_ROOT).glob("made/*"))


def test_after_a_week_it_is_gone_in_words_and_swept(client, bureau, project, settings):
    job, _archive = file_for(bureau, project)
    Job.objects.filter(pk=job.pk).update(ended_at=timezone.now() - datetime.timedelta(days=7, minutes=1))
    client.force_login(bureau)
    assert client.get(reverse("project-file", args=(job.key,))).status_code == 404
    assert sweep() == 0
    file = next(Path(settings.MEDIA_ROOT).glob("made/*.zip"))
    old = timezone.now().timestamp() - 8 * 86400
    os.utime(file, (old, old))
    assert sweep() == 1
    assert not file.exists()


def test_a_file_that_was_not_finished_leaves_nothing_behind(settings):
    def break_off():
        with made("half.zip") as path:
            path.write_bytes(b"half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        break_off()
    assert not list(Path(settings.MEDIA_ROOT).glob("made/*"))
