"""Marks in the wording of a circular: what is one, what is refused, and which numbers were typed by hand."""

from types import SimpleNamespace

import pytest
from django.core.exceptions import ValidationError

from registry.reports.circulars.marks import Piece, codes_in, filled, mark, pieces, refuse_broken, typed_numbers


def test_a_text_falls_into_words_and_marks():
    assert pieces("截至当日{{figure:funds}}，另{{quoted:funds_involved}}。") == [
        Piece("截至当日"), Piece("{{figure:funds}}", "funds"), Piece("，另"),
        Piece("{{quoted:funds_involved}}", "quoted-funds_involved"), Piece("。"),
    ]  # fmt: skip
    assert pieces("没有数字") == [Piece("没有数字")]
    assert pieces("") == [Piece("")]


@pytest.mark.parametrize("code", ["funds", "received-county-130624", "quoted-funds_involved"])
def test_the_mark_of_a_figure_is_read_as_that_figure(code):
    assert codes_in(f"{mark(code)}和{mark(code)}") == [code]


@pytest.mark.parametrize(
    "broken",
    [
        "{{figure:funds}", "{figure:funds}}", "{{figures:funds}}", "{{figure: funds}}", "{{figure:}}", "{{funds}}",
        "{{", "}}", "{{figure:" + "x" * 51 + "}}", "{{figure:资金}}", "{{{{figure:funds}}}}", "{{figure:a\nb}}",
    ],
)  # fmt: skip
def test_what_looks_like_a_mark_and_is_none_is_refused(broken):
    with pytest.raises(ValidationError) as refusal:
        refuse_broken(f"{{{{figure:projects}}}}之外{broken}")
    assert all("figure:projects" not in words for words in refusal.value.messages)


def test_each_broken_mark_is_named_once():
    with pytest.raises(ValidationError) as refusal:
        refuse_broken("{{fund}}、{{fund}}、{{figure:资金}}")
    assert len(refusal.value.messages) == 2


def test_single_braces_are_words():
    refuse_broken("{figure:funds} 与 } 与 {")


def test_figures_take_the_place_of_their_marks():
    figures = {"funds": SimpleNamespace(shown="约21.88亿元"), "quoted-a": SimpleNamespace(shown="62个")}
    assert filled("涉及{{figure:funds}}，{{quoted:a}}县", figures) == "涉及约21.88亿元，62个县"
    with pytest.raises(KeyError, match="projects"):
        filled("{{figure:projects}}", figures)


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("落地项目5367个，资金21.88亿元", ["5367个", "21.88亿元"]), ("兑现84%、8000多万元", ["84%", "8000多万元"]),
        ("截至2021年10月31日，3年来", []), ("{{figure:funds}}", []), ("据《3年6300多家社会组织助力》", []),
        ("５３６７个", ["５３６７个"]),
    ],
)  # fmt: skip
def test_numbers_that_somebody_typed_are_found(text, numbers):
    assert typed_numbers(text) == numbers
