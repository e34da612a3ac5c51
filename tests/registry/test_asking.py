"""Whatever is asked of the interface, it answers as its description says, and never fails."""

import pytest

from tests.registry import asking

schemathesis = pytest.importorskip("schemathesis")
pytestmark = pytest.mark.django_db


@pytest.mark.filterwarnings("default")
def test_every_role_is_answered_as_the_description_says(demo):
    tokens, run = asking.prepare(), asking.Asking(schemathesis)
    for role in asking.ROLES:
        run.ask(tokens[role], cases=1)
    assert run.wrong == []
    assert run.number >= 200
    assert {200, 400, 404} <= set(run.answers)
