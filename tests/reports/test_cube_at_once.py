"""Two who write at the same time and do not see each other, with a fold in between: no change is left out of what is
kept. Interleaved by hand; by chance in tests/bench/test_summaries.py."""

from functools import partial

import pytest
from django.db import connection, transaction

from projects.listing.building import LATER
from projects.models import Project, Site
from registry.core.summaries import differences, fold_all
from registry.reports.summaries import CELLS, SHARES
from tests.factories import (
    make_campaign,
    make_designation,
    make_field,
    make_organisation,
    make_participation,
    make_project,
)

from .kept import told

pytestmark = pytest.mark.django_db(transaction=True)


def register():
    """A landed project, and what it may come to name."""

    class It:
        project = make_project(stage="under_way")
        county, campaign = make_designation().division, make_campaign(scheme="revitalisation")
        organisation, other = make_organisation(), make_organisation()

    It.project.project_fields.create(field=make_field(scheme="revitalisation"), is_primary=True)
    return It


NAMING = {
    "a county": lambda it: Site.objects.create(project=it.project, division=it.county),
    "an organisation": lambda it: make_participation(it.project, organisation=it.organisation, role="joint"),
    "a campaign": lambda it: Project.objects.filter(pk=it.project.pk).update(campaign=it.campaign),
}

EDITS = {
    "its home": ("a county", "UPDATE counties_division SET home_id = NULL WHERE id = {county.pk}"),
    "its designation": ("a county", "UPDATE counties_designation SET counts = false WHERE division_id = {county.pk}"),
    "its designation gone": ("a county", "DELETE FROM counties_designation WHERE division_id = {county.pk}"),
    "its merger": (
        "an organisation",
        "UPDATE orgs_organisation SET merged_into_id = {other.pk}, status = 'merged' WHERE id = {organisation.pk}",
    ),
    "its scheme": ("a campaign", "UPDATE projects_campaign SET scheme = 'relief' WHERE id = {campaign.pk}"),
}
"""{what is edited: (what the project comes to name meanwhile, the edit)}."""

SIDES = ((), ("county", "field"), ("city", "year"))


def test_what_comes_to_name_a_row_while_that_is_edited_is_counted_anew_also_after_a_fold():
    for edited, (named, edit) in EDITS.items():
        it = register()
        fold_all()
        name_while_it_is_edited(partial(NAMING[named], it), edit.format(**vars(it)))
        for _before_and_after_folding in range(2):
            assert differences(SHARES) is None, edited
            for by in SIDES:
                assert told({"by": by}) == told({"by": by}, among=Project.objects.all()), edited
            fold_all()
        assert differences(CELLS) is None, edited


def name_while_it_is_edited(name, edit):
    """`name()` is committed and folded while the edit, SQL, is under way in another session."""
    other = connection.copy()
    try:
        other.set_autocommit(False)
        with other.cursor() as cursor:
            cursor.execute(edit)
            assert cursor.rowcount == 1
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL {LATER} = 'later'")  # the index of lists, by which some would wait
            name()
        assert fold_all(), "the project itself is noted, and folded as it is without the edit"
        other.commit()
    finally:
        other.close()
