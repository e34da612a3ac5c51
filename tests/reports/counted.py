"""Figures as tests ask for them, and what they count."""

from django.utils import timezone

from registry.reports.figures import figures, report
from tests.factories import make_project, make_user


def total(code, **asked):
    (figure,) = figures(user=asked.pop("user", None), codes=[code], **asked)
    return figure.quantity


def value(code, **asked):
    return total(code, **asked).value


def landed(**overrides):
    return make_project(**{"stage": "under_way"} | overrides)


def sliced(code, *by, **asked):
    """{values of the cells: value} of the last slice, rows without lines left out."""
    part = report(user=None, by=by, codes=[code], **asked).slices[-1]
    return {
        tuple(cell.value for cell in row.cells): row.totals[code].value for row in part.rows if row.totals[code].lines
    }


def voided(**line):
    return {"voided_by": make_user(), "voided_at": timezone.now(), "void_reason": "重复"} | line
