import pytest
from django.core.exceptions import ValidationError
from django.utils.translation import override
from hypothesis import given, settings, strategies

from registry.core.text import (
    _MOBILE,
    _PRIVATE_NUMBER,
    _SOME_DIGITS,
    ascii_digits_only,
    clean_text,
    compact,
    excerpt,
    fold_width,
    mask_name,
    mask_numbers,
    mask_personal,
    mask_phone,
    plain_text,
    removed_from,
)


@pytest.mark.parametrize(
    ("wide", "narrow"),
    [
        ("３０００", "3000"),
        ("ＡＢｃ", "ABc"),
        ("（一）", "(一)"),
        ("１，２００．５", "1,200.5"),
        ("甲\u3000乙", "甲 乙"),
        ("～", "~"),
    ],
)
def test_full_width_is_folded(wide, narrow):
    assert fold_width(wide) == narrow


@pytest.mark.parametrize("text", ["²", "①", "㎡", "ﬁ", "ｱ", "￥", "٣"])
def test_nothing_else_is_folded_as_nfkc_would(text):
    assert fold_width(text) == text


def test_codes_and_numbers_lose_every_kind_of_space():
    assert compact(" 5 3\u00a01３\u3000\u200b\ufeff0\t0\n") == "531300"


@pytest.mark.parametrize(
    "outside", [" ", "\u00a0", "\u3000", "\u200b", "\ufeff", "\t", "\n", "\r\n", "\u2003", "\u2028"]
)
def test_outer_spaces_of_every_kind_go(outside):
    assert clean_text(f"{outside}康保县{outside}") == "康保县"


def test_inner_spaces_and_width_stay_as_they_were_written():
    assert clean_text("南乔家营　新村（二期） Ａ") == "南乔家营　新村（二期） Ａ"


def test_text_is_composed():
    assert clean_text("Cafe\u0301") == "Café"


def test_a_line_has_no_line_breaks():
    assert clean_text("康保县\r\n南乔家营\t新村") == "康保县 南乔家营 新村"


def test_long_text_keeps_its_lines():
    assert clean_text("一\r\n二\u2028三\n\n", multiline=True) == "一\n二\n三"


@pytest.mark.parametrize(
    "hidden", ["\x01", "\x7f", "\x9f", "\xad", "\u200d", "\u200e", "\u2060", "\u3164", "\U000e0041"]
)
def test_invisible_characters_are_removed_and_told(hidden):
    text = f"阜平{hidden}县"
    assert clean_text(text) == "阜平县"
    assert removed_from(text) == [f"U+{ord(hidden):04X}"]


def test_cleaning_twice_changes_nothing_more():
    once = clean_text("\u200b　Cafe\u0301\u200b\n县 ")
    assert clean_text(once) == once


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("阜\x00平", "nul"),
        *[(f"阜{chr(half)}平", "surrogate") for half in (0xD800, 0xDFFF)],
        *[(f"阜{mark}平", "bidi") for mark in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"],
    ],
)
def test_what_must_not_be_stored_is_refused_with_its_place_and_a_remedy(text, code):
    for check in (clean_text, plain_text):
        with pytest.raises(ValidationError) as refusal:
            check(text)
        assert refusal.value.code == code
        with override("en"):
            message = refusal.value.messages[0]
        assert message.startswith("Character 2 is ")
        assert f"U+{ord(text[1]):04X}" in message
        assert "again" in message
        message.encode()


@pytest.mark.parametrize("value", [["a", {"b": "c\x00"}], {"k\u202e": 1}, {"a": {"b": ["\ud800"]}}, ("\x00",)])
def test_nested_json_is_checked_too(value):
    with pytest.raises(ValidationError):
        plain_text(value)


@pytest.mark.parametrize("value", ["", "好\n", 1, None, True, [1.5, {"a": None}], {}])
def test_lawful_json_passes(value):
    assert plain_text(value) is None


def test_an_excerpt_can_always_be_shown():
    assert excerpt("a\x00\ud800\u202e县") == "a[U+0000][U+D800][U+202E]县"
    assert excerpt("长" * 41) == "长" * 40 + "…"
    assert excerpt("长" * 40) == "长" * 40


@pytest.mark.parametrize(
    ("text", "is_so"), [("123", True), ("", False), ("１２", False), ("٣", False), ("²", False), ("1 ", False)]
)
def test_only_ascii_digits_are_digits(text, is_so):
    assert ascii_digits_only(text) is is_so


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("身份证130726199001011234。", "身份证130***************。"),
        ("13072619900101123X", "130***************"),
        ("13072619900101123x", "130***************"),
        ("旧证130726900101123号", "旧证130************号"),
        ("卡号6222021234567890123", "卡号622****************"),
        ("１３０７２６１９９００１０１１２３Ｘ", "１３０***************"),
        ("6222 0212 3456 7890 123", "622********************"),
        ("130726-19900101-1234", "130*****************"),
        ("证号A130726199001011234B", "证号A130***************B"),
        ("00130726199001011234567", "001********************"),
    ],
)
def test_identity_and_card_numbers_are_masked(text, masked):
    assert mask_numbers(text) == masked


@pytest.mark.parametrize(
    "text",
    ["13900005678", "12345678901234", "2188000000.00元", "2018 2019 2020 2021", "53130000500000000D", "2021-11-01", ""],
)
def test_other_numbers_and_credit_codes_stay(text):
    assert mask_numbers(text) == text


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("电话13912345678，", "电话139****5678，"),
        ("139-1234-5678", "139****5678"),
        ("１３９１２３４５６７８", "139****5678"),
        ("证13072619900101123X机13912345678", "证130***************机139****5678"),
        ("共13000000000元", "共13000000000元"),
        ("13912345678.50", "13912345678.50"),
        ("0311-87654321", "0311-87654321"),
        ("编号XM13912345678", "编号XM13912345678"),
    ],
)
def test_the_public_reads_no_mobile_number_either(text, masked):
    assert mask_personal(text) == masked


@pytest.mark.parametrize(("name", "masked"), [("张某", "张*"), ("欧阳某某", "欧*"), (" 李 ", "李*"), ("", "")])
def test_a_masked_name_shows_one_character_and_hides_its_length(name, masked):
    assert mask_name(name) == masked


@pytest.mark.parametrize(
    ("phone", "masked"),
    [
        ("13900005678", "139****5678"),
        ("139 1234 5678", "139****5678"),
        ("0312-1234567", "031****"),
        ("12", "12****"),
        ("无", ""),
    ],
)
def test_a_masked_phone_cannot_be_called(phone, masked):
    assert mask_phone(phone) == masked


@settings(max_examples=2000, deadline=None)
@given(strategies.text("0139５９Xx -.A县", max_size=30))
def test_a_text_that_is_passed_over_at_once_holds_no_number_to_be_hidden(text):
    for pattern in (_PRIVATE_NUMBER, _MOBILE):
        assert all(_SOME_DIGITS.search(found[0]) for found in pattern.finditer(text))
