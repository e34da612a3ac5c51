"""Names spelt by another process: the same keys, or the same by this one where that process fails."""

import pytest

from registry.core import pinyin, spelling

NAMES = ["阜平县食用菌协会", "ＡＢＣ公司·３号（试点）", "\ud800", "", "庄" * 201, "阜平县食用菌协会"]


@pytest.fixture(autouse=True)
def nothing_known(monkeypatch):
    monkeypatch.setattr(pinyin, "spelt", {})


def test_keys_come_from_the_process_that_was_begun():
    spelling.begin()
    spelling.tell(NAMES)
    spelling.take()
    taken = dict(pinyin.spelt)
    pinyin.spelt.clear()
    assert taken == {name: pinyin.search_keys(name) for name in NAMES}


def test_where_no_process_was_begun_nothing_is_told_or_taken():
    spelling.tell(NAMES)
    spelling.take()
    assert pinyin.spelt == {}


def test_a_process_that_dies_is_told_to_the_log_and_names_are_spelt_here(monkeypatch, caplog):
    monkeypatch.setattr(spelling, "_START", "raise SystemExit(3)")
    spelling.begin()
    spelling.tell(NAMES * 10_000)
    spelling.take()
    assert "without an answer" in caplog.text
    assert pinyin.search_keys("康保县") == ("kangbaoxian", "kbx")
