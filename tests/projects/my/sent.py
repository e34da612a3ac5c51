"""What a browser sends to the pages under `/my/`: any form as it was shown, monthly reports, files."""

import datetime

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from projects.actions.monthly import save_report, submit_report
from projects.months import ended_months
from registry.core.blobs import store
from registry.core.dates import today
from tests.factories import make_project

LAST, BEFORE = ended_months(today(), 2)
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 32


def fields_of(*forms):
    """{name: value} of what the forms hold."""
    data = {}
    for bound in (bound for form in forms for bound in form):
        value = bound.field.widget.format_value(bound.field.prepare_value(bound.value()))
        data[bound.html_name] = (value[0] if isinstance(value, list) and value else value) or ""
    return data


def make_running(**overrides):
    start = BEFORE - datetime.timedelta(days=200)
    return make_project(**{"stage": "under_way", "actual_start": start} | overrides)


def address(project, month=LAST):
    return reverse("my-report", args=(project.number, month))


def form_of(answer, **changes):
    """What the report's form holds, as a browser would send it back, with `changes` typed into it."""
    entry = answer.context["entry"]
    data = fields_of(entry.own, entry.money.management_form, *entry.money.forms, entry.reached, entry.photos)
    data.pop("photos")
    return data | {"act": "save"} | changes


def make_blob(user):
    return store(PNG, "a.png", by=user)


def told(project, by, month=BEFORE, **content):
    report = save_report(project=project, month=month, by=by, **{"progress": 40, "next_steps": "打井"} | content)
    return submit_report(report=report, by=by)


def picture(name="现场.png"):
    return SimpleUploadedFile(name, PNG, "image/png")
