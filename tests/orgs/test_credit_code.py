import pytest
from django.core.exceptions import ValidationError
from django.utils.translation import override
from stdnum.cn import uscc

from orgs.credit_code import (
    class_of,
    code_warnings,
    demo_code,
    inner_check_character,
    level_and_origin,
    normalise_code,
    validate_code,
)

VALID = "53130000500000000D"  # a made-up foundation whose check character is right


def signed(body):
    """The 17 characters with the check character that they call for."""
    return body + uscc.calc_check_digit(body)


def refusal_of(code, kind=None):
    with pytest.raises(ValidationError) as refusal:
        validate_code(code, kind)
    with override("en"):
        message = refusal.value.messages[0]
    assert "%(" not in message
    message.encode()
    return refusal.value.code, message


@pytest.mark.parametrize(
    "text",
    [
        "53130000500000000d",
        " 53130000 50000000 0D ",
        "５３１３００００５００００００００Ｄ",
        "\u200b53130000500000000D\u3000",
    ],
)
def test_case_width_and_spaces_are_normalised(text):
    assert normalise_code(text) == VALID


@pytest.mark.parametrize("text", ["53130000500000000О", "53130000500000000I"])
def test_letters_are_never_repaired(text):
    assert normalise_code(text) == text


def test_a_valid_code_passes_with_and_without_its_kind():
    assert validate_code(VALID) is None
    assert validate_code(VALID, "foundation") is None


@pytest.mark.parametrize("code", [VALID[:-1], VALID + "0", "", "5"])
def test_a_wrong_length_is_named(code):
    name, message = refusal_of(code)
    assert name == "length"
    assert f"has {len(code)}." in message


@pytest.mark.parametrize("letter", [*"IOZSV", "О", "Ａ", "d", "-", "²", "\ud800"])
def test_a_forbidden_character_is_named_with_its_place(letter):
    name, message = refusal_of(VALID[:11] + letter + VALID[12:])
    assert name == "character"
    assert message.startswith("Character 12 (")


def test_the_first_eight_characters_are_digits():
    name, message = refusal_of("5A" + VALID[2:])
    assert name == "digit"
    assert message.startswith("Character 2 (A)")


def test_a_wrong_check_character_is_named_with_the_right_one_and_not_repaired():
    name, message = refusal_of(VALID[:-1] + "E")
    assert name == "check_character"
    assert "call for D, not E" in message


@pytest.mark.parametrize("position", range(8, 17))
def test_every_single_wrong_digit_is_found(position):
    wrong = VALID[:position] + ("1" if VALID[position] == "0" else "0") + VALID[position + 1 :]
    assert refusal_of(wrong)[0] == "check_character"


def test_every_exchange_of_neighbours_is_found():
    code = demo_code(12345678)
    for position in range(8, 17):
        wrong = code[:position] + code[position + 1] + code[position] + code[position + 2 :]
        if wrong != code:
            assert refusal_of(wrong)[0] in ("check_character", "character")


@pytest.mark.parametrize(
    ("start", "kind"), [("51", "association"), ("52", "service"), ("53", "foundation"), ("59", None), ("91", None)]
)
def test_the_class_tells_the_kind(start, kind):
    assert class_of(signed(start + "130000500000000")) == kind


@pytest.mark.parametrize("start", ["51", "52", "53"])
@pytest.mark.parametrize("kind", ["association", "service", "foundation"])
def test_class_and_kind_must_agree(start, kind):
    code = signed(start + "130000500000000")
    if class_of(code) == kind:
        assert validate_code(code, kind) is None
    else:
        name, message = refusal_of(code, kind)
        assert name == "other_kind"
        assert message.startswith(f"A code that begins with {start} ")


def test_class_59_goes_with_every_kind():
    assert validate_code(signed("59130000500000000"), "service") is None


@pytest.mark.parametrize("start", ["91", "12", "54", "15"])
def test_a_company_or_office_is_no_social_organisation_but_has_a_code(start):
    code = signed(start + "130000500000000")
    assert validate_code(code) is None
    assert refusal_of(code, "association")[0] == "not_civil_affairs"


@pytest.mark.parametrize(
    ("division", "level", "origin"),
    [
        ("100000", "national", "national"),
        ("110000", "province", "beijing"),
        ("110105", "county", "beijing"),
        ("120000", "province", "tianjin"),
        ("130000", "province", "hebei"),
        ("130700", "prefecture", "hebei"),
        ("130726", "county", "hebei"),
        ("310000", "province", "other"),
        ("440300", "prefecture", "other"),
    ],
)
def test_the_division_tells_level_and_origin(division, level, origin):
    assert level_and_origin(signed(f"51{division}500000000")) == (level, origin)


@pytest.mark.parametrize(
    ("base", "character"), [("50000000", "7"), ("00000000", "0"), ("D2143569", "X"), ("10000000", "8")]
)
def test_the_inner_check_character_follows_gb_11714(base, character):
    assert inner_check_character(base) == character


def test_an_odd_region_or_inner_code_only_warns():
    with override("en"):
        assert code_warnings(signed("53130000500000007")) == []
        assert code_warnings(signed("53100000500000007")) == []
        assert code_warnings(signed("53990000500000007")) == [
            "Characters 3 to 8 (990000) name no known division. Check the registering authority."
        ]
        assert code_warnings(VALID) == [
            "Characters 9 to 17 (500000000) have a wrong check character. Compare them with the certificate."
        ]


@pytest.mark.parametrize("kind", ["association", "service", "foundation"])
def test_demo_codes_add_up_differ_and_name_a_division_that_cannot_be(kind):
    codes = [demo_code(serial, kind) for serial in range(200)]
    assert len(set(codes)) == 200
    for code in codes:
        validate_code(code, kind)
        assert code[2:8] == "990000"
        assert len(code_warnings(code)) == 1
