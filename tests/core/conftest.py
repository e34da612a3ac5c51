"""Fixtures that several modules of this folder share."""

import pytest

from orgs.models import Enterprise
from registry.core import jobs, webhooks
from registry.core.jobs import job
from registry.core.models import Change, Seal
from registry.core.sealing import chain
from registry.core.sealing.anchors import anchor
from registry.core.sealing.chain import seal
from tests.factories import make_enterprise, make_user


@pytest.fixture
def kind(monkeypatch):
    """Makes a function a kind of job for the length of a test."""
    monkeypatch.setattr(jobs, "KINDS", dict(jobs.KINDS))
    return lambda function: job(f"trial-{function.__name__}", function.__name__)(function)


@pytest.fixture
def person():
    return make_user("bureau")


@pytest.fixture
def keeper():
    return make_user("system_admin")


@pytest.fixture
def posted(monkeypatch):
    """What was sent, instead of sending it; the next answers are taken from `answers`, 204 when there are none."""

    class Posted(list):
        answers = []

    sent = Posted()

    def post(address, body, headers):
        sent.append((address, body, headers))
        answer = sent.answers.pop(0) if sent.answers else 204
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr(webhooks, "post", post)
    return sent


@pytest.fixture
def sealed(monkeypatch):
    """Twelve records in seals of three, the last of which is told outside; gives back the records' numbers."""
    seal()
    before = Seal.objects.first().upto_id
    monkeypatch.setattr(chain, "BLOCK", 3)
    company = make_enterprise(name="甲公司")
    for turn in range(11):
        Enterprise.objects.filter(pk=company.pk).update(note=f"第{turn}次")
    seal()
    anchor(at_once=True)
    return list(Change.objects.filter(id__gt=before).order_by("id").values_list("id", flat=True))
