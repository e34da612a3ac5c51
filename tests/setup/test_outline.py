"""The outlines of the counties: drawn where their packages can be had, left out in words where not."""

import json
import subprocess

import pytest

import dev
from counties.reference import DATA
from registry.core.loading import read_csv
from requirements import outline


@pytest.fixture
def drawn():
    if not outline.OUTLINE.exists():
        pytest.skip("the packages of requirements/map.txt could not be had here")
    return json.loads(outline.OUTLINE.read_text("utf-8"))


def test_every_county_of_the_province_has_an_outline_by_its_code(drawn):
    counties = {
        row["code"] for row in read_csv(DATA / "divisions.csv") if row["level"] == "county" and not row["valid_to"]
    }
    assert len(drawn["counties"]) == 167
    assert drawn["counties"].keys() == {code for code in counties if code.startswith("13")}


def test_all_62_counties_of_the_action_are_among_them(drawn):
    units = {(row["code"], row["valid_from"]): row for row in read_csv(DATA / "divisions.csv")}
    counting = [row for row in read_csv(DATA / "designations.csv") if row["counts"] == "yes"]
    homes = {units[row["unit"], row["unit_valid_from"]]["home"] or row["unit"] for row in counting}
    assert len(homes) == 62
    assert homes <= drawn["counties"].keys()


def test_an_outline_is_a_closed_path_of_whole_numbers_within_the_picture(drawn):
    for path in [*drawn["counties"].values(), *drawn["cities"].values()]:
        assert set(path) <= set("Mlz0123456789- ")
        assert path.endswith("z")
        for ring in path.split("z")[:-1]:
            across, up = map(int, ring[1 : ring.index("l")].split())
            assert 0 <= across <= drawn["width"]
            assert 0 <= up <= drawn["height"]


def test_names_are_not_in_it_for_two_counties_can_have_one(drawn):
    assert drawn.keys() == {"width", "height", "counties", "cities"}


def test_where_the_packages_cannot_be_had_the_set_up_says_so_and_goes_on(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(outline, "OUTLINE", tmp_path / "outline.json")
    monkeypatch.setattr(outline.subprocess, "run", lambda *told, **more: subprocess.CompletedProcess(told, 1))
    monkeypatch.setattr(dev, "keep_stamp", lambda *told: pytest.fail("nothing was drawn"))
    assert outline.main() == 0
    assert "going on without the map" in capsys.readouterr().out
    assert list(tmp_path.iterdir()) == []
