"""Personal data in text that is to be public: telephones, e-mail addresses, identity and bank card numbers.

What is found is told masked. A unified credit code is none of these.
"""

import datetime
import re
from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _

from .text import fold_width, mask_numbers, mask_phone

_GAP = "[ -]?"
_LONG = re.compile(rf"(?<![0-9A-Za-z])(?:[0-9]{_GAP}){{12,18}}[0-9Xx](?![0-9A-Za-z])")
_MOBILE = re.compile(rf"(?<![0-9A-Za-z])(?:\+?86{_GAP})?1[3-9][0-9]{_GAP}[0-9]{{4}}{_GAP}[0-9]{{4}}(?![0-9A-Za-z])")
_LANDLINE = re.compile(r"(?<![0-9-])(?:\(0[0-9]{2,3}\) ?|0[0-9]{2,3}[ -])[1-9][0-9]{6,7}(?![0-9])")
_MAIL = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


class Kind(models.TextChoices):
    PHONE = "phone", _("telephone number")
    IDENTITY = "identity", _("identity number")
    CARD = "card", _("bank card number")
    MAIL = "mail", _("e-mail address")


@dataclass(frozen=True)
class Found:
    """What was found, and how it may be shown: never whole."""

    kind: Kind
    shown: str


def personal_data(text):
    """What of `text` is personal data: [Found], in the order of kinds; none for an ordinary text."""
    plain = fold_width(text)
    found = []
    for match in _LONG.finditer(plain):
        digits = re.sub("[ -]", "", match[0]).upper()
        kind = Kind.IDENTITY if _is_identity(digits) else Kind.CARD if _is_card(digits) else None
        if kind:
            found.append(Found(kind, mask_numbers(digits)))
    found += [Found(Kind.PHONE, mask_phone(match[0].strip())) for match in _MOBILE.finditer(plain)]
    found += [Found(Kind.PHONE, mask_phone(match[0])) for match in _LANDLINE.finditer(plain)]
    found += [Found(Kind.MAIL, f"{match[0][0]}***@…") for match in _MAIL.finditer(plain)]
    return found


def _is_identity(digits):
    """Of 18 signs with a lawful birthday and check sign (GB 11643), or of 15 in the old form with a lawful birthday."""
    if len(digits) == 18:
        total = sum(int(digit) * weight for digit, weight in zip(digits[:17], _WEIGHTS, strict=True))
        return digits[17] == "10X98765432"[total % 11] and _is_day(digits[6:14])
    return len(digits) == 15 and digits.isdigit() and digits[0] in "123456" and _is_day(f"19{digits[6:12]}")


def _is_day(digits):
    try:
        day = datetime.date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return False
    return 1900 <= day.year <= 2100


def _is_card(digits):
    """Of 13 to 19 digits, no number of money or of an organisation: of a card's first digits and by Luhn's check."""
    if not digits.isdigit() or digits[0] not in "3456" or (len(digits) == 18 and digits[:2] != "62"):
        return False
    doubled = [int(digit) * (2 if place % 2 else 1) for place, digit in enumerate(reversed(digits))]
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0
