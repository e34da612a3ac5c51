"""Personal data found in a text that is to go out: what must be mended, and what somebody must be asked about.

It finds what has a form. A name has none: who is named, and whether a child can be told, a person decides who is asked.
"""

import re
from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _

from .text import fold_width, mask_numbers, private_numbers


class Kind(models.TextChoices):
    NUMBER = "number", _("identity or bank card number")
    PHONE = "phone", _("telephone number")
    EMAIL = "email", _("e-mail address")
    ACCOUNT = "account", _("account of a messenger")


@dataclass(frozen=True)
class Found:
    """Something personal: what it is, and its beginning, by which it is found again without being shown."""

    kind: Kind
    shown: str


_PATTERNS = (
    (Kind.PHONE, re.compile(r"(?<![0-9A-Za-z])(?:\+?86[ -]?)?1[3-9][0-9][ -]?[0-9]{4}[ -]?[0-9]{4}(?![0-9])")),
    (Kind.PHONE, re.compile(r"(?<![0-9A-Za-z-])\(?0[0-9]{2,3}\)?[ -]?[0-9]{7,8}(?![0-9])")),
    (Kind.PHONE, re.compile("(?<![〇零一二三四五六七八九])[一幺][三四五六七八九][〇零一二三四五六七八九幺]{9}")),
    (Kind.EMAIL, re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")),
    (Kind.ACCOUNT, re.compile(r"(?:微信号?|QQ号?|WeChat)\s*(?:ID)?\s*[:是]?\s*[A-Za-z0-9_-]{5,}", re.IGNORECASE)),
)
_CHILDREN = re.compile(
    r"(?<![0-9])(?:1[0-7]|[1-9])岁|[一二三四五六七八九]岁|十[一二三四五六七]?岁|儿童|孩子|孤儿|小学|初中|高中|中学"
    r"|幼儿园|学生|少年|未成年|女孩|男孩|女童|男童|\bchild(?:ren)?\b|\bpupils?\b|\bminors?\b|\borphans?\b",
    re.IGNORECASE,
)
SHOWN = 3


def personal_data(text):
    """What is personal in the text by its form: a list of `Found`. Credit codes and hotlines are not."""
    plain = fold_width(text)
    found = [Found(Kind.NUMBER, _begun(number)) for number in private_numbers(plain)]
    return found + [Found(kind, _begun(one[0])) for kind, pattern in _PATTERNS for one in pattern.finditer(plain)]


def shielded(text):
    """The text with whatever is personal by its form hidden, but for its beginning: the last wall before the public."""
    text = mask_numbers(text)
    plain = fold_width(text)  # of the same length
    for _kind, pattern in _PATTERNS:
        for found in pattern.finditer(plain):
            start, end = found.span()
            text = f"{text[: start + SHOWN]}{'*' * (end - start - SHOWN)}{text[end:]}"
            plain = fold_width(text)
    return text


def words_of_children(text):
    """The words by which a text speaks of persons under 18, each once: then somebody is asked about their names."""
    return list(dict.fromkeys(found[0] for found in _CHILDREN.finditer(text)))


def _begun(text):
    return f"{text[:SHOWN]}…"
