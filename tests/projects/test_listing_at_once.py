"""The index of lists with two who write at the same time: the order of the locks, and no row that is missed."""

import threading
import time
from contextlib import contextmanager
from functools import partial

import pytest
from django.db import connection, transaction

from counties.models import Division
from orgs.models import FormerName, Organisation
from projects.listing.filling import listed_at_the_end
from projects.models import Campaign, Field, Funding, Listed, Project, Site
from registry.core.trail import acting
from registry.core.undo import undo_batch
from tests.factories import (
    make_division,
    make_field,
    make_funding,
    make_organisation,
    make_participation,
    make_project,
    make_user,
)
from tests.publishing import publish_what_is_marked
from tests.races import sessions_that_wait

from .test_listing import apart

pytestmark = pytest.mark.django_db(transaction=True)

PATIENCE = 60
"""Seconds after which somebody ought to be waiting, or to have come to his end."""


@contextmanager
def waits(act):
    """Inside, `act` waits for a lock in a thread and a session of its own; afterwards it has come to its end."""
    raised = []

    def run():
        try:
            act()
        except Exception as problem:  # raised where it is looked at
            raised.append(problem)
        finally:
            connection.close()

    thread, until = threading.Thread(target=run), time.monotonic() + PATIENCE
    thread.start()
    while not sessions_that_wait():
        assert thread.is_alive(), f"nobody waited: {raised}"
        assert time.monotonic() < until
        time.sleep(0.01)
    yield
    transaction.commit()
    thread.join(PATIENCE)
    assert raised == []
    assert not thread.is_alive()


@pytest.fixture
def under_way():
    """A transaction of the test's own, which `waits` commits."""
    transaction.set_autocommit(False)
    try:
        yield
    finally:
        transaction.rollback()
        transaction.set_autocommit(True)


@pytest.fixture
def project():
    return make_project(county=make_division(), field=make_field(), lead=make_organisation())


def is_free(rows):
    """Whether all the rows can be locked at once. Raises OperationalError where somebody holds one."""
    return bool(list(rows.select_for_update(nowait=True, of=("self",))))


EDITS = {Division: {"name": "新名县"}, Field: {"name": "新领域"}, Campaign: {"scheme": "revitalisation"}}


def test_who_edits_a_reference_waits_for_makers_of_rows_before_anything_is_locked(project, under_way):
    for model, changed in EDITS.items():
        Project.objects.update(name=f"新写的{model.__name__}")
        with waits(lambda: model.objects.update(**changed)):  # noqa: B023 - it is over within the turn
            assert is_free(model.objects.all())
        assert model.objects.filter(**changed).exists()
        assert apart() == {}


def test_a_row_that_is_just_being_made_gets_the_name_that_is_just_being_given(project, under_way):
    county = make_division()
    transaction.commit()
    Site.objects.create(project=project, division=county)
    with waits(lambda: Division.objects.filter(pk=county.pk).update(name="新名县")):
        pass
    assert "新名县" in str(Listed.objects.get().places)
    assert apart() == {}


def test_who_makes_a_row_waits_for_the_name_that_is_just_being_given(project, under_way):
    county = make_division()
    transaction.commit()
    Division.objects.filter(pk=county.pk).update(name="新名县")
    with waits(lambda: Site.objects.create(project=project, division=county)):
        pass
    assert "新名县" in str(Listed.objects.get().places)
    assert apart() == {}


def join(project, lead, joint):
    make_participation(project, organisation=joint, role="joint")


def load(project, lead, joint):
    """As `load_dataset` and imports bring projects in."""
    with listed_at_the_end():
        make_project(lead=lead)


def publish(project, lead, joint):
    Project.objects.filter(pk=project.pk).update(visibility="published")
    publish_what_is_marked()


def test_who_makes_a_row_waits_for_the_name_of_a_party_that_is_just_being_given(project, under_way):
    parties = [project.participations.get().organisation, make_organisation()]
    for make in (join, load, publish):
        transaction.commit()
        for number, party in enumerate(parties):
            Organisation.objects.filter(pk=party.pk).update(name=f"{make.__name__}改名会{number}")
        with waits(partial(make, project, *parties)):
            pass
        assert apart() == {}, make


def test_who_gives_a_former_name_waits_for_a_new_party_and_is_found_by_it(project, under_way):
    organisation = make_organisation()
    transaction.commit()
    make_participation(project, organisation=organisation, role="joint")
    with waits(lambda: FormerName.objects.create(organisation=organisation, name="旧时慈善会")):
        pass
    assert Listed.objects.search("旧时慈").exists()
    assert apart() == {}


def test_whoever_works_on_a_project_and_then_on_its_parties_is_no_deadlock_for_who_renames_one(project, under_way):
    party = project.participations.get()
    Project.objects.update(name="新写的")
    with waits(lambda: Organisation.objects.filter(pk=party.organisation_id).update(name="改名会")):
        project.participations.update(role="joint")
    assert "改名会" in Listed.objects.get().words
    assert apart() == {}


LINES = {
    "money": lambda project: make_funding(project),
    "a party": lambda project: make_participation(project, organisation=make_organisation(), role="joint"),
    "a site": lambda project: Site.objects.create(project=project, division=make_division()),
    "a site gone": lambda project: Site.objects.all().delete(),
}


def test_a_project_is_held_before_anything_of_the_index(project, under_way):
    for name, line in LINES.items():
        Project.objects.select_for_update().get()
        with waits(partial(line, project)):
            assert is_free(Listed.objects.all()), name
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_try_advisory_xact_lock(hashtext('bangfu listing'))")
                assert cursor.fetchone()[0], "who edits a reference would wait for who waits for the project"
        assert apart() == {}, name


def test_an_undo_holds_the_project_before_its_lines(project, under_way):
    clerk = make_user("bureau")
    with acting(by=clerk, action="ledger.commit", batch="b1"):
        make_funding(project)
    transaction.commit()
    Project.objects.select_for_update().get()
    with waits(lambda: undo_batch("b1", by=clerk, action="ledger.undo")):
        assert is_free(Funding.objects.all())
    assert not Funding.objects.exists()
    assert apart() == {}
