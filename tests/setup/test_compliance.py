"""The compliance table keeps its word: every line has a verdict, and every test that it names is there."""

import re

import pytest

from tests.house import ROOT

VERDICTS = {"met": "符合", "not applicable": "不适用", "open": "未完成"}
LINE = re.compile(r"^\| ([A-Z0-9][A-Z0-9., ]*) \| (.+?) \| (.+?) \| (.*) \|$", re.MULTILINE)
TEST = re.compile(r"`(tests/[a-z_/0-9]+\.py)(?:::(\w+))?`")

QUOTED = re.compile(r"`[^`]+`")
HAN = re.compile("[\u4e00-\u9fff]")
SENTENCE = re.compile("[A-Za-z]{2,} [a-z]{2,}")  # two English words in a row


def reason(words):
    """What a line says beside the tests and names that it quotes."""
    return QUOTED.sub("", words).strip(" ,·")


def lines(name):
    """{line: (verdict, words)} of one file; raises for a line that stands there twice."""
    found = LINE.findall((ROOT / "docs" / name).read_text("utf-8"))
    told = {line: (verdict, words) for line, _asks, verdict, words in found}
    assert len(told) == len(found)
    return told


def test_every_line_is_met_by_a_test_or_says_why_not():
    for line, (verdict, words) in lines("compliance.md").items():
        assert verdict in VERDICTS, line
        assert words.strip(), line
        assert verdict != "met" or TEST.search(words) or "`docs/" in words, line


@pytest.mark.parametrize("name", ["compliance.md", "compliance.zh-CN.md"])
def test_every_test_that_is_named_exists(name):
    named = {test for _verdict, words in lines(name).values() for test in TEST.findall(words)}
    assert len(named) > 40
    for path, function in named:
        text = (ROOT / path).read_text("utf-8")
        assert not function or re.search(rf"def {function}\(", text), f"{path}::{function}"


def test_both_languages_give_the_same_verdict_for_the_same_tests():
    english, chinese = (
        {line: (verdict, QUOTED.findall(words), bool(reason(words))) for line, (verdict, words) in lines(name).items()}
        for name in ("compliance.md", "compliance.zh-CN.md")
    )
    assert {line: (VERDICTS[verdict], *rest) for line, (verdict, *rest) in english.items()} == chinese


def test_each_gives_its_reasons_in_its_own_language():
    for line, (_verdict, words) in lines("compliance.md").items():
        assert not HAN.search(reason(words)), line
    for line, (_verdict, words) in lines("compliance.zh-CN.md").items():
        assert not reason(words) or HAN.search(reason(words)), line
        assert not SENTENCE.search(reason(words)), line


def test_no_threat_and_no_fault_is_missing():
    wanted = {f"T{number}" for number in range(1, 19)} | {f"F{number}" for number in range(1, 15)}
    assert wanted <= lines("compliance.md").keys()
