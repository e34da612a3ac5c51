"""Reference data of places: divisions with their validity and successors, and the designations of counties.

The files and where they come from: counties/data/README.md.
"""

from pathlib import Path

from counties.models import Designation, Division, Succession
from registry.core.loading import add_missing, fill_in, read_csv

DATA = Path(__file__).parent / "data"


def load_divisions():
    """Add the missing divisions with their superiors, today's counties and successors; returns how many."""
    rows = read_csv(DATA / "divisions.csv")
    records = [_division(row) for row in rows]
    fill_in(Division, records, "name_en", "code", "valid_from")
    added = add_missing(Division, records, "code", "valid_from")
    if added:
        _join(rows, added)
    return len(added)


def _division(row):
    return Division(
        code=row["code"], name=row["name"], name_en=row["name_en"], level=row["level"],
        valid_from=int(row["valid_from"]), valid_to=int(row["valid_to"]) if row["valid_to"] else None, note=row["note"],
    )  # fmt: skip


def _join(rows, added):
    """Superiors, today's counties and successors of the divisions just `added`."""
    units = {}
    for unit in Division.objects.order_by("valid_from"):
        units.setdefault(unit.code, []).append(unit)
    told = {(row["code"], int(row["valid_from"])): row for row in rows}
    successions = []
    for unit in added:
        row = told[unit.code, unit.valid_from]
        unit.parent = units[row["parent"]][-1] if row["parent"] else None
        unit.home = units[row["home"]][-1] if row["home"] else None
        for code in filter(None, row["successors"].split(";")):
            heir = next(heir for heir in units[code] if _in_force(heir, unit.valid_to))
            successions.append(Succession(predecessor=unit, successor=heir))
    Division.objects.bulk_update(added, ("parent", "home"), batch_size=500)
    Succession.objects.bulk_create(successions)


def _in_force(unit, year):
    return unit.valid_from <= year and (unit.valid_to is None or year < unit.valid_to)


def load_designations():
    """Add the missing designations, each to the unit as it was in the list of 2012; returns how many."""
    units = {(unit.code, unit.valid_from): unit for unit in Division.objects.counties()}
    records = [
        Designation(
            division=units[row["unit"], int(row["unit_valid_from"])], kind=row["kind"], basis=row["basis"],
            listed_name=row["listed_name"], listed_code=row["listed_code"],
            assessment_year=row["assessment_year"] or None, approved_on=row["approved_on"] or None,
            counts=row["counts"] == "yes", source=row["source"], certainty=row["certainty"],
            delisting_certainty=row["delisting_certainty"], note=row["note"],
        )
        for row in read_csv(DATA / "designations.csv")
    ]  # fmt: skip
    return len(add_missing(Designation, records, "division_id", "kind"))
