"""The archive: the project's paper, its evidence in folders by kind, and an index with the digest of every file.

Files go from disk to disk in small pieces, so that memory stays flat however much evidence there is.
"""

import hashlib
import logging
import zipfile
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.models import Document, Project
from projects.models.documents import OWNERS
from projects.overview import Overview
from registry.core.addresses import desk_page
from registry.core.dates import format_instant, today
from registry.core.exports import safe_name, xlsx_chunks
from registry.core.jobs import enqueue, job
from registry.core.made_files import KEPT, made, path_of, sweep
from registry.core.models import Job

from .paper import write_paper

logger = logging.getLogger(__name__)
KIND = "project.file"
PIECE = 256 * 1024
_PACKED = (".jpg", ".jpeg", ".png", ".pdf", ".docx", ".xlsx", ".pptx")


def ask_for_file(project, by):
    """Queue the making of a project's file; the same job again while one of the person's is not over yet."""
    waiting = Job.objects.within_scope_of(by).unfinished().filter(kind=KIND, parameters__project=project.pk)
    return waiting.first() or enqueue(make_file, by=by, project=project.pk)


def file_of(key, user):
    """(path, name) of the finished file that `user` asked for by the job `key`, whose project it still works with.

    Raises Job.DoesNotExist or Project.DoesNotExist for everybody else, ValidationError when its time is over.
    """
    found = Job.objects.within_scope_of(user).get(key=key, kind=KIND, state=Job.State.DONE)
    Project.objects.within_scope_of(user).get(pk=found.parameters["project"])
    path = path_of(found, f"{found.batch}.zip")
    if path is None:
        raise ValidationError(_("Files are kept for seven days. This one is gone: export it again."), "gone")
    return path, found.result["name"]


@job(KIND, gettext_lazy("project's file"), lambda job: desk_page(Project(pk=job.parameters["project"])))
def make_file(progress, *, by, project):
    """Write the archive of one project. One step of progress for the paper and one for each file."""
    found = Project.objects.within_scope_of(by).select_related(
        "campaign__successor", "officer", "continues", "continued_by", "phase_by"
    )
    found = found.filter(pk=project).first()
    if found is None or not by.has_perm("projects.view_project"):
        raise PermissionDenied(_("The project is not yours to see."))
    sweep()
    overview = Overview(found, by, today())
    progress.of(len(overview.documents) + 1)
    with made(f"{progress.batch}.zip") as path, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        with archive.open(f"{safe_name(found.number)}.docx", "w") as paper:
            write_paper(overview, timezone.now()).save(paper)
        progress.step()
        rows = []
        for number, document in enumerate(overview.documents, 1):
            rows.append(_put(archive, number, document, overview))
            progress.step()
        _put_index(archive, rows)
    name = f"{safe_name(f'{found.number} {found.name}')}.zip"
    words = _("The file of “%s” is ready.") % found
    until = (timezone.localdate() + KEPT).isoformat()
    return {"url": reverse("project-file", args=(UUID(progress.batch),)), "words": words, "name": name, "until": until}


def _put(archive, number, document, overview):
    """Copy one file in; its row of the index, which says where the bytes are not what they were."""
    place = f"{safe_name(document.get_kind_display())}/{number:03d} {safe_name(document.original_name)}"
    source = Path(settings.MEDIA_ROOT) / document.blob.path
    info = zipfile.ZipInfo(place, timezone.localtime(document.uploaded_at).timetuple()[:6])
    info.compress_type = zipfile.ZIP_STORED if place.lower().endswith(_PACKED) else zipfile.ZIP_DEFLATED
    try:
        with open(source, "rb") as bytes_, archive.open(info, "w", force_zip64=True) as kept:
            digest = hashlib.sha256()
            while piece := bytes_.read(PIECE):
                digest.update(piece)
                kept.write(piece)
        remark = "" if digest.hexdigest() == document.blob.sha256 else _("The content is not what was uploaded.")
    except FileNotFoundError:
        logger.exception("the bytes of document %s are lost", document.pk)
        place, remark = "", _("The content is lost.")
    return (
        place, document.get_kind_display(), overview.text(str(document)), _owner_of(document),
        str(document.dated or ""), format_instant(document.uploaded_at, "table"), overview.person(document.uploaded_by),
        document.blob.size, document.blob.sha256, remark,
    )  # fmt: skip


def _owner_of(document):
    """What sort of record the file belongs to, without fetching it."""
    name = next(name for name in OWNERS if getattr(document, f"{name}_id"))
    return str(Document._meta.get_field(name).verbose_name)


def _put_index(archive, rows):
    heads = (
        _("file"), _("kind"), _("title"), _("belongs to"), _("dated"), _("uploaded at"), _("uploaded by"),
        _("size in bytes"), "SHA-256", _("remark"),
    )  # fmt: skip
    with archive.open(f"{safe_name(_('index'))}.xlsx", "w") as sheet:
        for chunk in xlsx_chunks(heads, rows):
            sheet.write(chunk)
