"""The `figures` command: its options, its two forms, and what it refuses."""

import io
import json
import subprocess
import sys

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.utils import timezone

from tests.factories import make_campaign, make_field, make_funding, make_organisation, make_project

pytestmark = pytest.mark.django_db


def run(*arguments):
    out = io.StringIO()
    call_command("figures", *arguments, stdout=out)
    return out.getvalue()


def told(*arguments):
    return json.loads(run("--json", *arguments))


def values(*arguments):
    return {figure["code"]: figure["value"] for figure in told(*arguments)["figures"]}


def refused(*arguments):
    with pytest.raises(CommandError) as refusal:
        run(*arguments)
    return refusal.value


def test_every_figure_is_given_with_value_unit_precision_and_rule():
    make_funding(make_project(stage="under_way"), "21.88", qualifier="about")
    make_funding(make_project(stage="under_way"), None)
    found = next(figure for figure in told()["figures"] if figure["code"] == "funds")
    assert found.pop("rule")
    assert found.pop("label")
    assert found.pop("note")
    assert found == {
        "code": "funds", "value": "21.88", "unit": "元", "qualifier": "about", "text": "约 21.88 元",
        "lines": 2, "inexact": 1, "not_stated": 1, "additive": True,
    }  # fmt: skip


def test_the_whole_register_is_counted_published_or_not():
    make_project(stage="under_way", visibility="published")
    make_project(stage="under_way")
    assert values()["projects"] == "2"


def test_a_campaign_is_counted_by_itself():
    first = make_campaign(code="relief")
    make_project(stage="under_way", campaign=first)
    make_project(stage="under_way", campaign=make_campaign())
    assert values("--campaign", "relief")["projects"] == "1"
    assert told("--campaign", "relief")["campaign"] == "relief"


def test_figures_as_of_a_past_instant_are_those_of_then():
    make_project(stage="under_way")
    then = timezone.now()
    make_project(stage="under_way")
    assert values("--as-of", then.isoformat())["projects"] == "1"
    assert values("--as-of", timezone.localdate().isoformat())["projects"] == "2"
    assert values("--as-of", "2018-01-01")["projects"] == "0"


def test_a_division_gives_rows_that_say_whether_they_add_up():
    organisation = make_organisation()
    for year in (2019, 2020):
        campaign = make_project(stage="under_way", year=year, lead=organisation).campaign
    (part,) = told("--campaign", campaign.code, "--by", "year")["slices"]
    assert part["by"] == ["year"]
    assert (part["additive"]["organisations"], part["additive"]["projects"]) == (False, True)
    assert [row["year"]["value"] for row in part["rows"]] == ["2019", "2020"]
    assert [row["figures"]["organisations"]["value"] for row in part["rows"]] == ["1", "1"]


def test_two_dimensions_can_be_asked_for_at_once():
    make_project(stage="under_way", field=make_field())
    assert [part["by"] for part in told("--by", "year,field")["slices"]] == [["year"], ["field"], ["year", "field"]]


def test_for_people_it_prints_lines_with_labels_and_units():
    make_funding(make_project(stage="under_way", year=2019), "1234.50")
    printed = run("--by", "year")
    assert "1,234.50 元" in printed
    assert "2019" in printed
    assert "{" not in printed


@pytest.mark.parametrize(
    ("arguments", "code", "word"),
    [
        (["--campaign", "nothing"], 1, "nothing"),
        (["--as-of", "2099-01-01"], 1, "2099-01-01"),
        (["--as-of", "yesterday"], 2, "yesterday"),
        (["--by", "colour"], 2, "colour"),
        (["--by", "year,field,county"], 2, ""),
    ],
)
def test_what_it_cannot_answer_is_refused_by_name(arguments, code, word):
    refusal = refused(*arguments)
    assert refusal.returncode == code
    assert word in str(refusal)


def test_wrong_usage_leaves_with_two():
    done = subprocess.run(
        [sys.executable, "manage.py", "figures", "--colour"], cwd=settings.BASE_DIR, capture_output=True, check=False
    )
    assert done.returncode == 2
