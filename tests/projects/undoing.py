"""Batches that tests write, take back, and may not take back."""

from itertools import pairwise

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone

from projects.ledger import importing
from projects.models import Circular
from registry.core.models import Change
from registry.core.trail import acting
from registry.core.undo import undo_batch, why_not_undone
from tests.factories import make_campaign

from .ledger_books import FULL, book, full
from .test_ledger_writing import TABLES


def bring_in(*numbers, batch="b1", by=None):
    """Import full ledger rows, each with the next one's organisation as partner, and a checklist whose steps depend on
    each other."""
    partners = dict(pairwise(numbers))
    rows = [full(number, joint=full(partners[number])["code"] if number in partners else "") for number in numbers]
    outcome = importing.commit(book(rows, head=FULL), by=by, digest=batch, batch=batch)
    assert outcome.verdicts.summary["accepted"] == len(numbers)


def take_back(batch="b1", *, by=None, **more):
    return undo_batch(batch, by=by, action="ledger.undo", reason="导错了文件", **more)


def writes(batch="b1", by=None):
    return acting(by=by, action="test.write", batch=batch)


def rows_of(*models):
    return {model: list(model.objects.order_by("pk").values()) for model in models}


def without_version(rows):
    return [{key: value for key, value in row.items() if key not in ("version", "updated_at")} for row in rows]


def sql(statement, *parameters):
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)


def make_circular():
    return Circular.objects.create(
        title="试验通报", kind="progress", campaign=make_campaign(), as_of=timezone.now(), period_from="2020-01-01",
        period_until="2020-12-31", number="试验〔2021〕1号",
    )  # fmt: skip


def refuses(batch="b1"):
    """Why the batch is not undone; the deed says the same and leaves everything as it is."""
    why, before, trail = why_not_undone(batch), rows_of(*TABLES), Change.objects.count()
    with pytest.raises(ValidationError) as refusal:
        take_back(batch)
    assert refusal.value.messages == [why]
    assert (rows_of(*TABLES), Change.objects.count()) == (before, trail)
    return why
