"""The main public pages by Lighthouse, as `python3 dev.py lighthouse` looks at them: minutes, only when asked for."""

import subprocess
import sys

import pytest

from tests.house import ROOT

pytestmark = [pytest.mark.bench, pytest.mark.tools, pytest.mark.browser]


def test_every_page_scores_as_wanted():
    told = subprocess.run([sys.executable, "-m", "tests.lighthouse"], cwd=ROOT, capture_output=True, text=True)

    assert told.returncode == 0, told.stdout + told.stderr
