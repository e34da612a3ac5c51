"""Open data for everybody: the page with its field list, a release and its files, the same for programs."""

from dataclasses import dataclass

from django.conf import settings
from django.http import FileResponse, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.http import content_disposition_header, quote_etag
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from registry.core.blobs import opened
from registry.reports.models import DataFile, DataRelease

from . import activities, grants
from .files import ACTIVITIES, GRANTS, MEDIA_TYPES, NAMES, PACKAGE
from .package import licence, publisher, schema_of
from .sets import SETS

STANDARDS = (
    (GRANTS, "360Giving 1.4", grants.LEFT_OUT), (ACTIVITIES, "IATI 2.03", activities.LEFT_OUT),
    (PACKAGE, "Frictionless Data Package", {}),
)  # fmt: skip
LATEST = "latest"
LONG = 24 * 60 * 60
"""Seconds for which a numbered file need not be asked for again: it never changes, but it can be withdrawn."""


@dataclass(frozen=True)
class Shown:
    """A set as a release has it: its numbers, and its files by their ending."""

    one: object
    told: dict
    files: list

    @property
    def fields(self):
        """(column, an example out of the release) of each column."""
        return [(column, self.told.get("example", {}).get(column.name)) for column in self.one.columns]


@require_safe
def data(request):
    """The newest release, the field list, the terms and the history."""
    latest = DataRelease.objects.visible_to(request.user).standing().first()
    interfaces = [
        (_("Projects"), reverse("project-list")), (_("Organisations"), reverse("organisation-list")),
        (_("Counties"), reverse("county-list")), (_("Needs"), reverse("need-list")),
        (_("Circulars"), reverse("circular-list")), (_("Counted figures"), reverse("api-figures")),
    ]  # fmt: skip
    context = _context(latest) | {"interfaces": interfaces, "releases": _history(request.user), "latest_word": LATEST}
    return render(request, "reports/data.html", context)


@require_safe
def release(request, number):
    """One release: its files with their digests, and what changed. `latest` leads to the newest."""
    if number == LATEST and (newest := DataRelease.objects.visible_to(request.user).standing().first()):
        return redirect(newest)
    found = DataRelease.objects.visible_to(request.user).filter(number=number).first()
    if found is None:
        return _unknown(request, number)
    if not found.is_standing:
        return _gone(request, found)
    return render(request, "reports/data_release.html", _context(found))


@require_safe
def file(request, number, name):
    """A file of a release, of the newest one as `latest`: the bytes that were released, by their digest."""
    releases = DataRelease.objects.visible_to(request.user)
    found = releases.standing().first() if number == LATEST else releases.filter(number=number).first()
    if found is None:
        return _unknown(request, number)
    if not found.is_standing:
        return _gone(request, found)
    file = found.files.filter(name=name).select_related("blob").first() if name in NAMES else None
    if file is None:
        return _refused(request, 404, _("The release has no such file. It has these: %s.") % _names(found))
    return _sent(request, found, file, is_latest=number == LATEST)


@require_safe
def index(request):
    """The releases for programs: files, digests, numbers of rows, the fields of each set."""
    releases = DataRelease.objects.visible_to(request.user).prefetch_related("files__blob")
    latest = next((one for one in releases if one.is_standing), None)
    return JsonResponse(
        {
            "publisher": publisher(),
            "licence": licence(),
            "latest": latest and latest.number,
            "releases": [_told(one) for one in releases],
            "sets": {code: schema_of(one, _example(latest, code)) for code, one in SETS.items()},
        },
        json_dumps_params={"ensure_ascii": False, "indent": 1},
    )


def _history(user):
    """Every release, the newest first, with what changed in each set."""
    releases = list(DataRelease.objects.visible_to(user))
    for one in releases:
        told = [(each.label, one.sets.get(code, {})) for code, each in SETS.items()]
        one.moved = [(label, numbers) for label, numbers in told if _moved(numbers)]
    return releases


def _moved(told):
    return any(told.get(name) for name in ("added", "removed", "changed"))


def _told(release):
    told = {
        "number": release.number, "as_of": release.as_of, "status": release.status,
        "url": f"{settings.SITE_URL}{release.get_absolute_url()}", "licence": release.licence,
    }  # fmt: skip
    if not release.is_standing:
        return told | {"withdrawn_at": release.withdrawn_at, "reason": release.status_reason}
    sets = {code: {name: told[name] for name in told if name != "example"} for code, told in release.sets.items()}
    return told | {
        "note": release.note, "sets": sets, "standards": release.standards,
        "files": [
            {
                "name": file.name, "bytes": file.size, "sha256": file.sha256,
                "url": f"{settings.SITE_URL}{reverse('data-file', args=(release.number, file.name))}",
            }
            for file in release.files.all()
        ],
    }  # fmt: skip


def _example(release, code):
    return release.sets.get(code, {}).get("example") if release else None


def _context(release):
    """What both pages show of a release, or of none."""
    files = {file.name: file for file in release.files.select_related("blob")} if release else {}
    sets = [
        Shown(one, release.sets.get(code, {}) if release else {}, [
            file for name, file in files.items() if name.rpartition(".")[0] == code
        ])
        for code, one in SETS.items()
    ]  # fmt: skip
    standards = [_standard(name, label, words, release, files) for name, label, words in STANDARDS] if release else []
    return {
        "release": release, "sets": sets, "standards": standards, "files": list(files.values()), "licence": licence(),
        "publisher": publisher(), "prefixes": (settings.GIVING_PREFIX, settings.IATI_REPORTER),
    }  # fmt: skip


def _standard(name, label, words, release, files):
    told = release.standards.get(name, {})
    left_out = [(words.get(why, why), number) for why, number in told.get("left_out", {}).items()]
    return {"label": label, "file": files.get(name), "entries": told.get("entries"), "left_out": left_out}


def _names(release):
    return ", ".join(sorted(release.files.values_list("name", flat=True), key=NAMES.index))


def _sent(request, release, file: DataFile, *, is_latest):
    etag = quote_etag(file.sha256)
    response = get_conditional_response(request, etag=etag) or _streamed(file, release)
    response["ETag"] = etag
    patch_cache_control(response, public=True, **({"no_cache": True} if is_latest else {"max_age": LONG}))
    if isinstance(response, FileResponse):
        response["Content-Disposition"] = content_disposition_header(True, f"{release.number}-{file.name}")
        response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


def _streamed(file, release):
    try:
        content = opened(file.blob)
    except FileNotFoundError:
        return HttpResponse(
            _("The file is missing from the store. Tell whoever keeps the server."), status=404,
            content_type="text/plain; charset=utf-8",
        )  # fmt: skip
    return FileResponse(content, content_type=MEDIA_TYPES[file.ending])


def _unknown(request, number):
    words = _("Nothing has been released yet.") if number == LATEST else _("There is no release “%s”.") % number[:20]
    return _refused(request, 404, words)


def _gone(request, release):
    words = _("The release %(number)s was withdrawn: %(reason)s")
    return _refused(request, 410, words % {"number": release.number, "reason": release.status_reason})


def _refused(request, status, words):
    return render(request, "reports/data_gone.html", {"code": status, "words": words}, status=status)
