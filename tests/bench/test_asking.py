"""Five thousand questions to the interface, made from its description, in four roles: `pytest -m bench tests/bench`."""

import json
import os
from collections import Counter

import pytest

from tests.registry import asking

schemathesis = pytest.importorskip("schemathesis")
pytestmark = [pytest.mark.bench, pytest.mark.django_db]


@pytest.mark.filterwarnings("default")
def test_five_thousand_questions_in_four_roles(demo, capsys):
    tokens, run = asking.prepare(), asking.Asking(schemathesis)
    for role in asking.ROLES:
        run.ask(tokens[role], cases=int(os.environ.get("CASES", "5000")) // len(asking.ROLES))
    with capsys.disabled():
        print(f"\n{run.number} questions, answers {dict(sorted(run.answers.items()))}")  # noqa: T201
        for (where, what), number in Counter((where, what) for where, what, _request in run.wrong).most_common(40):
            print(number, where, what)  # noqa: T201
        for wrong in run.wrong[:5]:
            print(json.dumps(wrong, ensure_ascii=False))  # noqa: T201
    assert run.wrong == []
    assert max(run.answers) < 500
