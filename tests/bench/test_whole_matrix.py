"""The route matrix to its last cell: every address × every method × every account × every row. `MATRIX=my` asks one
part only; the parts stand in `tests/registry/test_matrix.py`."""

import os

import pytest

from tests.registry.test_matrix import PARTS, asking, run, told  # noqa: F401 - a fixture

pytestmark = [pytest.mark.bench, pytest.mark.django_db, pytest.mark.plain]
CHOSEN = os.environ.get("MATRIX", "")


@pytest.mark.parametrize("part", [part for part in PARTS if part.startswith(CHOSEN)])
def test_no_cell_differs(asking, part):  # noqa: F811 - the fixture
    number = run(asking, PARTS[part], whole=True)
    print(f"\n{part}: {number} cells, {len(asking.wrong)} differences")  # noqa: T201 - the number to show
    assert told(asking.wrong) == []
