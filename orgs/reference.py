"""Reference data of organisations: the registering authorities (see orgs/data/README.md)."""

from pathlib import Path

from counties.models import Division
from orgs.models import Authority
from registry.core.loading import add_missing, fill_in, read_csv

DATA = Path(__file__).parent / "data"


def load_authorities():
    """Add the missing registering authorities; returns how many. The divisions must be there."""
    units = {unit.code: unit for unit in Division.objects.today()}
    records = [
        Authority(
            name=row["name"], name_en=row["name_en"], level=row["level"],
            division=units[row["division"]] if row["division"] else None,
        )
        for row in read_csv(DATA / "authorities.csv")
    ]  # fmt: skip
    fill_in(Authority, records, "name_en", "name")
    return len(add_missing(Authority, records, "name"))
