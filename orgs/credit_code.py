"""Unified social credit codes (GB 32100-2015) of organisations that the civil affairs departments register.

A code has 18 characters: 1 registering department (5 civil affairs), 2 class, 3-8 division of the registering
authority (GB/T 2260), 9-17 organisation code with a check character of its own (GB 11714), 18 check character.
Codes are never repaired: a wrong character may stand for another organisation.
"""

import re
from functools import lru_cache
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from stdnum.cn import uscc

from registry.core.text import compact, excerpt

# Values of orgs.models.Kind. Class 59 (other bodies) has no kind of its own: it must be asked.
KIND_OF_CLASS = {"51": "association", "52": "service", "53": "foundation", "59": None}
CLASS_OF_KIND = {kind: code_class for code_class, kind in KIND_OF_CLASS.items() if kind}

MINISTRY = "100000"
"""The division by which the codes name the Ministry."""

_ORIGINS = {"11": "beijing", "12": "tianjin", "13": "hebei"}
_PROVINCE = re.compile("1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|81|82")
_INNER_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_ALLOWED = re.compile("[0-9A-HJ-NP-RTUWXY]")
_WELL_FORMED = re.compile("[0-9]{8}[0-9A-HJ-NP-RTUWXY]{10}")


_check_digit = lru_cache(maxsize=10_000)(uscc.calc_check_digit)
"""A ledger names the same organisations again and again."""


class Registration(NamedTuple):
    """Level and origin of an organisation as its code tells them.

    ``level`` is national, province, prefecture or county; ``origin`` is national, beijing, tianjin, hebei or other.
    """

    level: str
    origin: str


def normalise_code(text: str) -> str:
    """The code in capital ASCII letters without spaces. Letters that only look right are left as they are."""
    return compact(text).upper()


def validate_code(code: str, kind: str | None = None) -> None:
    """Refuse a code that cannot be right, and, where ``kind`` is given, one of another class of organisation.

    Expects a normalised code. With ``kind`` (a value of orgs.models.Kind) the code must be one of the civil affairs
    departments; without it any unified social credit code will do, such as a company's. Raises ValidationError.
    """
    if len(code) != 18:
        message = _("A unified social credit code has 18 characters; “%(code)s” has %(length)d. Copy it in full.")
        raise ValidationError(message, "length", {"code": excerpt(code), "length": len(code)})
    _check_characters(code)
    expected = _check_digit(code[:17])
    if code[17] != expected:
        message = _(
            "The check character of %(code)s is wrong: the first 17 characters call for %(expected)s, not %(found)s. "
            "Compare the whole code with the certificate."
        )
        raise ValidationError(message, "check_character", {"code": code, "expected": expected, "found": code[17]})
    if kind:
        _check_kind(code, kind)


def _check_characters(code: str) -> None:
    if _WELL_FORMED.fullmatch(code):
        return
    for position, character in enumerate(code, start=1):
        params = {"character": excerpt(character), "position": position}
        if not _ALLOWED.fullmatch(character):
            message = _(
                "Character %(position)d (%(character)s) is not used in credit codes: digits and capital letters "
                "without I, O, S, V and Z are. Compare the code with the certificate."
            )
            raise ValidationError(message, "character", params)
        if position <= 8 and not character.isdigit():
            message = _("Character %(position)d (%(character)s) must be a digit: compare the certificate.")
            raise ValidationError(message, "digit", params)


def _check_kind(code: str, kind: str) -> None:
    if code[:2] not in KIND_OF_CLASS:
        message = _(
            "A social organisation's code begins with 51, 52, 53 or 59, not %(found)s. "
            "Check the code; companies are entered as enterprises."
        )
        raise ValidationError(message, "not_civil_affairs", {"found": code[:2]})
    if class_of(code) not in (kind, None):
        message = _(
            "A code that begins with %(found)s is not for this kind of organisation: its codes begin with "
            "%(expected)s. Correct the kind or the code."
        )
        raise ValidationError(message, "other_kind", {"found": code[:2], "expected": CLASS_OF_KIND.get(kind, "59")})


def class_of(code: str) -> str | None:
    """The kind of organisation that the code stands for, a value of orgs.models.Kind; None where it does not tell."""
    return KIND_OF_CLASS.get(code[:2])


def level_and_origin(code: str) -> Registration:
    """What characters 3-8 tell: 100000 is the Ministry, 130000 Hebei province, 130700 a city, 130726 a county."""
    division = code[2:8]
    if division == MINISTRY:
        return Registration("national", "national")
    origin = _ORIGINS.get(division[:2], "other")
    if division.endswith("0000"):
        return Registration("province", origin)
    return Registration("prefecture" if division.endswith("00") else "county", origin)


def validate_social_code(code: str) -> None:
    """Refuse a normalised code that is not a social organisation's; its class may leave the kind open."""
    validate_code(code, kind=class_of(code) or next(iter(CLASS_OF_KIND)))


def told_by(code: str) -> dict[str, str | None]:
    """Kind, level and origin as a code tells them, by the fields of Organisation; empty for a wrong code."""
    code = normalise_code(code)
    try:
        validate_code(code)
    except ValidationError:
        return {}
    return {"kind": class_of(code), **level_and_origin(code)._asdict()}


def code_warnings(code: str) -> list[str]:
    """What is odd about a valid code but happens in real ones: an unknown region, a wrong inner check character."""
    warnings = []
    if code[2:8] != MINISTRY and not _PROVINCE.match(code[2:4]):
        warnings.append(
            gettext("Characters 3 to 8 (%(division)s) name no known division. Check the registering authority.")
            % {"division": code[2:8]}
        )
    if code[16] != inner_check_character(code[8:16]):
        warnings.append(
            gettext("Characters 9 to 17 (%(inner)s) have a wrong check character. Compare them with the certificate.")
            % {"inner": code[8:17]}
        )
    return warnings


@lru_cache(maxsize=10_000)
def inner_check_character(base: str) -> str:
    """The ninth character of an organisation code (GB 11714-1997) for its first eight, 0-9 and A-Z."""
    remainder = -sum(int(character, 36) * weight for character, weight in zip(base, _INNER_WEIGHTS, strict=True)) % 11
    return "X" if remainder == 10 else str(remainder)


def demo_code(serial: int, kind: str = "association") -> str:
    """A code for made-up organisations: its characters add up, but no division of GB/T 2260 begins with 99.

    No real organisation can hold it, and ``code_warnings`` names it. ``serial`` runs from 0 to 99,999,999.
    """
    base = f"{serial:08d}"
    body = f"{CLASS_OF_KIND[kind]}990000{base}{inner_check_character(base)}"
    return body + uscc.calc_check_digit(body)
