"""Figures that are kept: the same as those that are counted, whoever wrote whatever in whatever way."""

import io
import random
from collections import Counter
from unittest import mock

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.management import CommandError, call_command
from django.db import ProgrammingError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from counties.models import Designation
from projects.models import Campaign, Field, Funding, Project, ProjectField, Result, Site
from registry.core.session_roles import APP, MEMBER, READER, role_taken
from registry.core.summaries import fold_all
from registry.reports.figures import DIMENSIONS, FIGURES, figures, report
from registry.reports.figures.cube import noting, reading
from registry.reports.figures.cube.asking import cells_sql, shares_sql
from registry.reports.figures.cube.held import BY, GROUPINGS, HELD, grouped_by, number_of
from tests.factories import make_county_user, make_designation, make_funding, make_project, make_user
from tests.house import ROOT  # noqa: F401

from .kept import WAYS, Written, apart, told, wrong

pytestmark = pytest.mark.django_db


def landed(**overrides):
    return make_project(**{"stage": "under_way"} | overrides)


def number(code="projects", user=None, **asked):
    return figures(user=user, codes=[code], **asked)[0].quantity.value


def asked_for(**asked):
    with CaptureQueriesContext(connection) as seen:
        report(user=None, **asked)
    return [query["sql"] for query in seen]


@pytest.mark.parametrize("seed", range(2))
def test_after_chance_actions_what_is_kept_is_what_is_counted(seed):
    register, chance, done = Written(seed), random.Random(seed), Counter()
    for turn in range(8):
        done.update(register.sequence())
        assert apart(register, 2, chance) == [], f"register {seed}, turn {turn}, noted: {done}"
        if turn % 2:
            assert fold_all()
            assert (wrong(), apart(register, 1, chance)) == ({}, [])
    assert len(done) > 8
