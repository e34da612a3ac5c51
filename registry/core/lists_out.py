"""Every list as a file, exactly as seen: at once while it is short, by a job when it is long.

The list itself answers, under its own guard and scope: its view gives its `Page` to `hand_out`. A job asks the same
view in the name of whoever asked for it, so that nothing is decided twice.
"""

import datetime
import tempfile
from dataclasses import dataclass, replace
from decimal import Decimal
from uuid import UUID

from django.core.exceptions import BadRequest, SuspiciousOperation, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.template.response import TemplateResponse
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .dates import format_date, format_instant, today
from .exports import FORMATS, attached, csv_chunks, download, safe_name
from .jobs import enqueue, job
from .made_files import KEPT, made, path_of, sweep
from .models import Job
from .quantity import Quantity
from .text import mask_personal
from .workbooks import MONEY, csv_table, words_of, write_workbook

AT_ONCE = 2000
"""Rows of a file that is made while the person waits; longer ones are a job."""

NUMBERS = (bool, int, Decimal, datetime.date, Quantity)
"""Cells that are no text; whatever else stands in one is written as text."""

PARAMETER = "format"
KIND = "list-file"


class PageAnswer(HttpResponse):
    """What a list answers to a job: its page, whose rows are not read yet."""

    def __init__(self, page):
        super().__init__()
        self.page = page


@dataclass(frozen=True)
class Way:
    """One way to take a list away. `is_job`: by asking for it, not by a link."""

    form: str
    address: str
    is_job: bool

    @property
    def label(self):
        return self.form.upper()


def asked_form(query):
    """The form of file that a query asks for, None where it asks for a page. Raises ValidationError."""
    form = query.get(PARAMETER)
    if form is not None and form not in FORMATS:
        raise ValidationError(_("Formats are: %s.") % ", ".join(FORMATS))
    return form


def ways_out(user, path, query, total):
    """The files that the list of `total` rows at `path` offers to `user`; `query` is its question without pages."""
    is_job = total > AT_ONCE and user.is_authenticated
    address = f"{path}?{f'{query}&' if query else ''}{PARAMETER}="
    return [Way(form, f"{address}{form}", is_job) for form in ("xlsx", "csv")]


def usual_facts(columns):
    """What stands under the title of every list: the unit of its money, if it has any, and the instant."""
    unit = [_("Unit: 10,000 yuan")] if any(column.kind == MONEY for column in columns) else []
    return [*unit, _("Data as of %s") % format_instant(timezone.now())]


def gives_files(view):
    """Mark a view as a list that answers by `hand_out`: no other can be asked for by a job."""
    view.gives_files = True
    return view


def hand_out(request, page):
    """The answer to a list that was asked for as a file. `page.total` decides whether it comes at once."""
    if isinstance(request, JobRequest):
        return PageAnswer(page)
    form = request.GET[PARAMETER]
    if not request.user.is_authenticated:
        page.columns = [_for_public(column) for column in page.columns]
    if page.total > AT_ONCE and request.user.is_authenticated:
        context = {"page": page, "form": form, "address": request.get_full_path()}
        return TemplateResponse(request, "core/long_list.html", context)
    name = file_name(page)
    if form == "csv" or page.total > AT_ONCE:  # a stranger has no jobs: what is long is streamed as a plain table
        return download(form, name, *csv_table(page))
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the answer closes it
    write_workbook(page, file)
    file.seek(0)
    return attached(file, f"{name}.{form}", FORMATS[form][1])


def _for_public(column):
    """The column with mobile numbers hidden as well."""

    def value(row):
        cell = column.value(row)
        return cell if cell is None or isinstance(cell, NUMBERS) else mask_personal(words_of(cell))

    return replace(column, value=value)


def file_name(page):
    """What the file is called, without its ending."""
    return safe_name(f"{page.title} {format_date(today(), 'table')}")


# By a job


class JobRequest(HttpRequest):
    """A list asked for by a job, in the name of a person."""

    def __init__(self, user, address):
        super().__init__()
        path, _sign, query = address.partition("?")
        self.method, self.user, self.GET = "GET", user, QueryDict(query)
        self.path = self.path_info = path
        self.META = {"SCRIPT_NAME": ""}
        self.resolver_match = resolve(path)


def page_for(user, address):
    """The page of the list at `address` as `user` may see it.

    Raises PermissionDenied, or ValidationError where there is no such list.
    """
    try:
        request = JobRequest(user, address)
        match = request.resolver_match
        is_list = asked_form(request.GET) and getattr(match.func, "gives_files", False)
        answer = match.func(request, *match.args, **match.kwargs) if is_list else None
    except (Resolver404, Http404, BadRequest, SuspiciousOperation):
        answer = None
    if not isinstance(answer, PageAnswer):
        raise ValidationError(_("This list cannot be asked for like this. Open the list and ask from there."))
    return answer.page


def ask_for_list(address, by):
    """Queue the making of a list; the same job again while one of the person's is not over yet.

    Raises what `page_for` raises.
    """
    page = page_for(by, address)
    waiting = Job.objects.within_scope_of(by).unfinished().filter(kind=KIND, parameters__address=address)
    return waiting.first() or enqueue(make_list, by=by, total=page.total, address=address)


@job(KIND, gettext_lazy("List as a file"))
def make_list(progress, *, by, address):
    """Write the list at `address` ("…?…&format=xlsx") row by row, each a step of progress."""
    page, form = page_for(by, address), QueryDict(address.partition("?")[2])[PARAMETER]
    sweep()
    progress.of(page.total)
    with made(f"{progress.batch}.{form}") as path:
        if form == "xlsx":
            write_workbook(page, path, progress.step)
        else:
            with open(path, "wb") as file:
                file.writelines(csv_chunks(*csv_table(page, progress.step)))
    words = _("“%(list)s” is ready: %(number)d rows.") % {"list": page.title, "number": progress.done}
    return {
        "url": reverse("made-list", args=(UUID(progress.batch),)), "words": words, "name": f"{file_name(page)}.{form}",
        "until": (timezone.localdate() + KEPT).isoformat(),
    }  # fmt: skip


def list_of(key, user):
    """(path, name, media type) of the finished list that `user` asked for by the job `key` and may still see.

    Raises Job.DoesNotExist for everybody else, PermissionDenied or ValidationError.
    """
    found = Job.objects.within_scope_of(user).get(key=key, kind=KIND, state=Job.State.DONE)
    page_for(user, found.parameters["address"])
    form = found.result["name"].rpartition(".")[2]
    path = path_of(found, f"{found.batch}.{form}")
    if path is None:
        raise ValidationError(_("Files are kept for seven days. This one is gone: export it again."))
    return path, found.result["name"], FORMATS[form][1]
