"""One way of writing text, for every door: pages, forms, API, ledgers.

Width folding covers U+FF01..U+FF5E and U+3000 and nothing else. NFKC is never used: it would turn
"²" into "2" and so change numbers.
"""

import re
import unicodedata
from functools import lru_cache
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

_NARROW = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}

_REFUSED = re.compile("[\x00\ud800-\udfff\u202a-\u202e\u2066-\u2069]")
_LINE_BREAK = re.compile("\r\n|[\n\r\v\f\x85\u2028\u2029]")
# Control and format characters without a shape of their own, and the "letters" that show nothing.
_INVISIBLE = re.compile(
    "[\x01-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f"
    "\u2060-\u2065\u206a-\u206f\u2800\u3164\ufeff\uffa0\ufff9-\ufffb\U0001d173-\U0001d17a\U000e0000-\U000e007f]"
)
_NOT_COMPACT = re.compile(rf"\s|{_INVISIBLE.pattern}")

_DIGIT = "[0-9０-９]"
_LAST = "[0-9０-９XxＸｘ]"
# A credit code with a letter near its end is public and begins with 15 to 17 digits: it stays as it is.
# Identity numbers are also written 6-8-4; bank cards, which never begin with 1 or 2, in groups of four.
_PRIVATE_NUMBER = re.compile(
    r"(?P<code>(?<![0-9A-Za-z])(?=[0-9]{15,17}[A-WY])[0-9A-HJ-NP-RTUWXY]{18}(?![0-9A-Za-z]))"
    rf"|(?<!{_DIGIT}){_DIGIT}{{6}}[ -]{_DIGIT}{{8}}[ -]{_DIGIT}{{3}}{_LAST}(?!{_DIGIT})"
    rf"|(?<!{_DIGIT})[3-9３-９]{_DIGIT}{{3}}(?:[ -]{_DIGIT}{{4}}){{3}}(?:[ -]{_DIGIT}{{1,3}})?(?!{_DIGIT})"
    rf"|{_DIGIT}{{14,}}{_LAST}"
)
_MOBILE = re.compile(  # eleven digits may be a sum as well, which says so
    rf"(?<![0-9０-９A-Za-z.])[1１][3-9３-９]{_DIGIT}(?:[ -]?{_DIGIT}{{4}}){{2}}(?!{_DIGIT}|[.．]{_DIGIT}|元)"
)
_SOME_DIGITS = re.compile(f"{_DIGIT}{{3}}")
"""What every such number has somewhere: three digits side by side. Most texts have none, and lists hold many."""
# The same in an answer that is sent: whole numbers only, since an answer is full of codes, digests and addresses. An
# all-digit credit code has eighteen digits and begins with 5; a bank card of eighteen digits does not.
_IN_ANSWER = re.compile(
    r"(?<![0-9A-Za-z_./%=&-])(?:"
    r"[1-9][0-9]{5}(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:[0-2][0-9]|3[01])[0-9]{3}[0-9Xx]"
    r"|[3-9][0-9]{15,16}|[346-9][0-9]{17}|[3-9][0-9]{18}|[3-9][0-9]{3}(?: [0-9]{4}){3}(?: [0-9]{1,3})?"
    r"|(?P<mobile>1[3-9][0-9](?:[ -]?[0-9]{4}){2}))(?![0-9A-Za-z_/%=-]|[.][0-9]|元)"
)


def fold_width(text: str) -> str:
    """Full-width letters, digits, signs and the ideographic space in their ASCII form."""
    return text if text.isascii() else text.translate(_NARROW)


def compact(text: str) -> str:
    """For codes, numbers and dates: width folded, all spaces and invisible characters out."""
    if text.isascii() and text.isalnum():
        return text
    return _compact(text) if len(text) <= _KEPT else _NOT_COMPACT.sub("", fold_width(text))


_KEPT = 64
"""Texts up to so many characters are kept: the reader of a ledger asks for each several times in a row."""


@lru_cache(maxsize=2000)
def _compact(text: str) -> str:
    return _NOT_COMPACT.sub("", fold_width(text))


def clean_text(text: str, *, multiline: bool = False) -> str:
    """The text as it is stored: NFC, no outer spaces, no invisible characters.

    Line breaks and tabs become one space each, or stay (as "\\n" and "\\t") with ``multiline``.
    Raises ValidationError for NUL, lone surrogates and bidirectional overrides.
    """
    if text.isascii() and text.isprintable():
        return text.strip()
    plain_text(text)
    text = _LINE_BREAK.sub("\n", text)
    if not multiline:
        text = text.replace("\n", " ").replace("\t", " ")
    return unicodedata.normalize("NFC", _INVISIBLE.sub("", text)).strip()


def plain_text(value: Any) -> None:
    """Validator for text and for JSON values: refuses what must not be stored, wherever it is nested."""
    if isinstance(value, str):
        if found := _REFUSED.search(value):
            raise _refusal(found)
    elif isinstance(value, dict):
        for key, item in value.items():
            plain_text(key)
            plain_text(item)
    elif isinstance(value, list | tuple):
        for item in value:
            plain_text(item)


def _refusal(found: re.Match[str]) -> ValidationError:
    params = {"position": found.start() + 1, "code": f"U+{ord(found[0]):04X}"}
    if found[0] == "\x00":
        message = _("Character %(position)d is a NUL character (%(code)s). Delete it or type the text again.")
        return ValidationError(message, code="nul", params=params)
    if "\ud800" <= found[0] <= "\udfff":
        message = _("Character %(position)d is only half a character (%(code)s). Type it again.")
        return ValidationError(message, code="surrogate", params=params)
    message = _(
        "Character %(position)d is a hidden mark that turns the writing direction (%(code)s). "
        "Delete it or type the text again."
    )
    return ValidationError(message, code="bidi", params=params)


def removed_from(text: str) -> list[str]:
    """The invisible characters that ``clean_text`` takes out, as ["U+200B", ...], to tell the reader of a ledger."""
    return [f"U+{ord(character):04X}" for character in _INVISIBLE.findall(text)]


def excerpt(text: str, limit: int = 40) -> str:
    """The beginning of a text for use in a message: characters that do not print appear by their code."""
    shown = "".join(c if c.isprintable() else f"[U+{ord(c):04X}]" for c in text[:limit])
    return shown + "…" if len(text) > limit else shown


def ascii_digits_only(text: str) -> bool:
    """Whether the text is one or more of 0-9; Arabic-Indic digits, superscripts and the like are not."""
    return text.isascii() and text.isdigit()


def private_numbers(text: str) -> list[str]:
    """The identity and bank card numbers in the text, as they stand there: what ``mask_numbers`` hides."""
    return [found[0] for found in _PRIVATE_NUMBER.finditer(text) if not found["code"]]


def mask_numbers(text: str) -> str:
    """The text with identity and bank card numbers hidden: of 15 and more digits (X at the end too) three stay."""

    def hidden(found: re.Match[str]) -> str:
        return found[0] if found["code"] else found[0][:3] + "*" * (len(found[0]) - 3)

    return _PRIVATE_NUMBER.sub(hidden, text)


def mask_personal(text: str) -> str:
    """What the public reads of a free text: mobile telephone numbers are hidden besides (139****5678).

    Telephones of offices (0311-…) are published on purpose and stay.
    """
    if not _SOME_DIGITS.search(text):
        return text
    return _MOBILE.sub(lambda found: mask_phone(found[0]), mask_numbers(text))


def mask_answer(text: str) -> str:
    """An answer to the public, HTML or JSON as it is sent, without the numbers that ``mask_personal`` hides."""
    return _IN_ANSWER.sub(lambda found: mask_phone(found[0]) if found["mobile"] else f"{found[0][:3]}***", text)


def mask_name(name: str) -> str:
    """张某某 as 张*: the length of the name is hidden too."""
    name = name.strip()
    return f"{name[0]}*" if name else ""


def mask_phone(phone: str) -> str:
    """13912345678 as 139****5678; of any other number only its first three digits stay."""
    digits = re.sub(r"[^0-9]", "", compact(phone))
    if not digits:
        return ""
    return f"{digits[:3]}****{digits[-4:]}" if re.fullmatch("1[0-9]{10}", digits) else f"{digits[:3]}****"
