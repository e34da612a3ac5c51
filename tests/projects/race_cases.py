"""The races that the register must not lose: what runs at once, and what must be true afterwards."""

import time
from contextlib import contextmanager
from decimal import Decimal
from unittest import mock

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client

from projects.actions.checklists import verify_step
from projects.actions.funding import record_funding
from projects.actions.imports import confirm_import, name_columns, receive_ledger
from projects.actions.matching import move_pledge
from projects.actions.pledging import save_pledge
from projects.models import Funding, NeedItem, Pledge, PledgeItem, Project
from registry.core import once
from registry.core.accounts import new_account
from registry.core.actions import next_number
from registry.core.admin.versions import VersionedForm
from registry.core.jobs import enqueue, job, run_next
from registry.core.models import User
from tests.desk import filled, page
from tests.factories import (
    make_campaign,
    make_enterprise,
    make_funding,
    make_need,
    make_org_user,
    make_organisation,
    make_pledge,
    make_project,
    make_step,
    make_user,
    serial,
)
from tests.projects.importing import upload_of, work_off
from tests.projects.ledger_books import book, project
from tests.races import PAUSE, Race, no_advisory_locks, no_row_locks, unlocked, without_triggers


def signed_in(user):
    client = Client()
    client.force_login(user)
    client.cookies["django_language"] = "en"
    return client


def won(outcomes, kind):
    """How many gave a thing of this kind; all others must be refusals, never faults."""
    lost = [outcome for outcome in outcomes if not isinstance(outcome, kind)]
    assert all(isinstance(one, ValidationError | IntegrityError) for one in lost), lost
    return len(outcomes) - len(lost)


# Money and gaps


def acceptances():
    need = make_need(amount="1000000")
    pledges, officers = [make_pledge(need=need) for _each in range(2)], [make_user("bureau") for _each in range(2)]
    functions = [
        lambda pledge=pledge, by=by: move_pledge(pledge=pledge, to="accepted", by=by)
        for pledge, by in zip(pledges, officers, strict=True)
    ]

    def judge(outcomes):
        assert won(outcomes, Pledge) == 1
        assert Pledge.objects.filter(need=need).binding().count() == 1

    return functions, judge


def _entries(limit_state, state):
    fund = make_project()
    make_funding(fund, "100", state=limit_state)
    people = [make_user("bureau") for _each in range(2)]
    functions = [
        lambda by=by: record_funding(project=fund, by=by, state=state, amount=Decimal(60), is_joint=True)
        for by in people
    ]

    def judge(outcomes):
        assert won(outcomes, Funding) == 1
        assert sum(line.amount for line in fund.funding.filter(state=state)) == 60

    return functions, judge


def receipts():
    return _entries("committed", "received")


def payments():
    return _entries("received", "spent")


def moved_line():
    here, there, by = make_project(), make_project(), make_user("bureau")
    line = make_funding(here, "100", state="committed")
    make_funding(here, "1", state="committed")

    def move_away():
        with transaction.atomic():
            Funding.objects.filter(pk=line.pk).update(project=there)
            time.sleep(6 * PAUSE)  # so that the other one reads before this is committed

    def receive():
        return record_funding(project=here, by=by, state="received", amount=Decimal(60), is_joint=True)

    def judge(outcomes):
        committed = sum(line.amount for line in here.funding.filter(state="committed"))
        assert sum(line.amount for line in here.funding.filter(state="received")) <= committed
        assert sum(outcome is None or isinstance(outcome, Funding) for outcome in outcomes) == 1

    return [move_away, receive], judge


# One row, two persons


def editors_at_the_desk():
    company = make_enterprise(name="旧名")
    people = [signed_in(make_user("bureau")) for _each in range(2)]
    forms = [filled(one.get(page(company)), name=f"新名{number}") for number, one in enumerate(people)]
    functions = [
        lambda one=one, form=form: one.post(page(company), form) for one, form in zip(people, forms, strict=True)
    ]

    def judge(answers):
        assert sorted(answer.status_code for answer in answers) == [302, 409]
        lost = next(number for number, answer in enumerate(answers) if answer.status_code == 409)
        company.refresh_from_db()
        assert company.name == f"新名{1 - lost}"
        shown = answers[lost].content.decode()
        assert f"新名{lost}" in shown
        assert f"新名{1 - lost}" in shown

    return functions, judge


def editors_by_the_interface():
    organisation = make_organisation()
    people = [make_org_user(organisation) for _each in range(2)]
    draft = save_pledge(
        by=people[0],
        organisation=organisation,
        campaign=make_campaign(),
        text="旧",
        items=[{"kind": "money", "amount": 5}],
    )
    clients = [signed_in(person) for person in people]
    functions = [
        lambda one=one, number=number: one.patch(
            f"/api/v1/pledges/{draft.pk}/", {"text": f"新{number}"}, "application/json",
            headers={"If-Match": f'"{draft.version}"'},
        )
        for number, one in enumerate(clients)
    ]  # fmt: skip

    def judge(answers):
        assert sorted(getattr(answer, "status_code", 0) for answer in answers) == [200, 412]
        kept = next(number for number, answer in enumerate(answers) if answer.status_code == 200)
        draft.refresh_from_db()
        assert draft.text == f"新{kept}"

    return functions, judge


def sign_offs():
    doer, signers = make_user("bureau"), [make_user("bureau") for _each in range(2)]
    step = make_step(make_project(), status="done", done_by=doer, done_at="2020-01-01T00:00Z")
    functions = [lambda by=by: verify_step(step=step, by=by) for by in signers]

    def judge(outcomes):
        assert won(outcomes, type(step)) == 1

    return functions, judge


# Once, and one at a time


def double_clicks():
    organisation = make_organisation()
    client, campaign, key = signed_in(make_org_user(organisation)), make_campaign(), f"key-{serial():08d}"
    body = {"organisation": organisation.pk, "campaign": campaign.code, "items": [{"kind": "money", "amount": "5"}]}
    one = lambda: client.post("/api/v1/pledges/", body, "application/json", headers={"Idempotency-Key": key})  # noqa: E731

    def judge(answers):
        assert [answer.status_code for answer in answers] == [201, 201, 201], [answer.content for answer in answers]
        assert len({answer.json()["id"] for answer in answers}) == 1
        assert Pledge.objects.filter(organisation=organisation).count() == 1

    return [one] * 3, judge


def ledgers():
    entries = [project(1000 + serial()) for _each in range(3)]
    names, rows = [entry["project"] for entry in entries], book(entries)
    people = [make_user("bureau") for _each in range(2)]
    content = upload_of(rows).read()
    for person in people:
        found = work_off(receive_ledger(upload=SimpleUploadedFile("台账.xlsx", content), by=person))
        found = work_off(name_columns(ledger=found, by=person, heads={}))
        confirm_import(ledger=found, by=person)

    def judge(outcomes):
        first, second = sorted(outcomes, key=lambda job: job.state)
        assert (first.state, second.state) == ("done", "failed")
        assert str(first.by) in second.error, second.error
        assert Project.objects.filter(name__in=names).count() == len(names)

    return [run_next, run_next], judge


def numbers():
    campaign, year = make_campaign(), 3000 + serial() % 6000

    def register():
        with transaction.atomic():
            number = next_number(Project, "XM", year)
            time.sleep(PAUSE)
            Project.objects.create(number=number, name="试验", year=2020, campaign=campaign)
        return number

    def judge(outcomes):
        assert sorted(map(str, outcomes)) == [f"XM-{year}-000{number}" for number in (1, 2, 3)]

    return [register] * 3, judge


RUNS = []


@job("trial-race", "trial")
def counted(progress, *, by):
    RUNS.append(1)


def workers():
    RUNS.clear()
    enqueue(counted, by=make_user())

    def judge(outcomes):
        assert len(RUNS) == 1
        assert sum(outcome is not None for outcome in outcomes) == 1

    return [run_next] * 4, judge


def user_names():
    name = f"name{serial()}"
    functions = [lambda written=written: _account(written) for written in (name, name.upper())]

    def judge(outcomes):
        assert won(outcomes, User) == 1
        assert User.objects.filter(username__iexact=name).count() == 1

    return functions, judge


def _account(name):
    with transaction.atomic():
        user = new_account(username=name, password="!", name="试验")
        time.sleep(PAUSE)
    return user


@contextmanager
def no_key_is_taken():
    with mock.patch.object(once, "_is_first", return_value=True):
        yield


@contextmanager
def no_version_is_compared():
    with mock.patch.object(VersionedForm, "_own_changes", return_value=[]):
        yield


CEILINGS = ("within_ceiling", "within_ceiling_still")
no_ceiling = without_triggers(Funding, names=CEILINGS)
no_gap = without_triggers(Pledge, PledgeItem, NeedItem, names=("within_need",))
FUNDING, MATCHING = unlocked("projects.actions.funding"), unlocked("projects.actions.matching")

RACES = [
    Race("two acceptances beyond a need", acceptances, (MATCHING, no_gap)),
    Race("two receipts beyond a commitment", receipts, (FUNDING, no_ceiling)),
    Race("two payments beyond what was received", payments, (FUNDING, no_ceiling)),
    Race("a line moved to another project while money comes in", moved_line, (FUNDING, no_ceiling)),
    Race("two editors at the desk", editors_at_the_desk, (no_version_is_compared,)),
    Race("two editors by the interface", editors_by_the_interface, (unlocked("projects.actions.pledging"),)),
    Race("two sign-offs of one step", sign_offs, (unlocked("projects.actions.checklists"),)),
    Race("a click made three times", double_clicks, (no_key_is_taken,)),
    Race("numbers of a series", numbers, (no_advisory_locks("registry.core.actions"),)),
    Race("four workers and one job", workers, (no_row_locks,)),
]
"""Every race with what guards it."""

SLOW_RACES = [
    Race("one ledger imported by two", ledgers, (lambda: mock.patch("projects.ledger.importing.lock"),)),
]
"""Those that read whole workbooks."""

HELD_BY_THE_DATABASE = [
    Race("two acceptances, without the lock", acceptances, (MATCHING,)),
    Race("two receipts, without the lock", receipts, (FUNDING,)),
    Race("two payments, without the lock", payments, (FUNDING,)),
    Race("one user name chosen twice", user_names),
]
"""Races that the database's own guard decides alone: constraint triggers with the lock away, a unique index."""
