"""How long a circular takes to be drawn up, checked and issued at the size of the campaign; run by hand with `-s`."""

import time

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from projects.models import Campaign, Circular
from projects.reference import FIRST_CAMPAIGN
from registry.reports.circulars.checking import check_figures
from registry.reports.figures import report
from tests.reports.circulars import drawn_up, issued

pytestmark = [pytest.mark.bench, pytest.mark.django_db]


def timed(deed, words):
    began = time.perf_counter()
    done = deed()
    spent = time.perf_counter() - began
    print(f"5367 projects  {words:<16} {spent:6.1f} s")  # noqa: T201 - what a benchmark is for
    assert spent < 20
    return done


def test_a_circular_over_5367_projects_takes_seconds(settings, tmp_path, capsys):
    settings.MEDIA_ROOT = tmp_path
    call_command("load_reference", verbosity=0)
    call_command("load_roles", verbosity=0)
    call_command("load_demo", projects=5367, verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    campaign = Campaign.objects.get(code=FIRST_CAMPAIGN)
    with capsys.disabled():
        circular = timed(lambda: drawn_up(campaign=campaign), "drawn up")
        found = timed(lambda: check_figures(circular), "check")
        timed(lambda: issued(circular), "checked, issued")
        asked = {"by": ["county", "field"], "codes": ["funds"]}
        timed(lambda: report(user=None, as_of=timezone.now(), **asked), "figures then")
        print(f"{found.total} figures")  # noqa: T201
    assert Circular.objects.get(pk=circular.pk).status == "issued"
    assert found.agrees
