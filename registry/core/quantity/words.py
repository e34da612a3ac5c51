"""The words by which Chinese sources say how exact a figure is, and where each of them stands."""

from decimal import Decimal

from django.db import models
from django.utils.translation import gettext_lazy as _

YUAN = "元"


class Qualifier(models.TextChoices):
    """How a figure relates to the truth. Whoever adds an inexact figure gets an inexact sum."""

    EXACT = "exact", _("exact figure")
    ABOUT = "about", _("about (approximate)")
    OVER = "over", _("more than (lower bound)")
    AT_LEAST = "at_least", _("at least (lower bound)")


BEFORE = {
    "约": Qualifier.ABOUT,
    "大约": Qualifier.ABOUT,
    "近": Qualifier.ABOUT,
    "将近": Qualifier.ABOUT,
    "超过": Qualifier.OVER,
    "超": Qualifier.OVER,
    "逾": Qualifier.OVER,
    "至少": Qualifier.AT_LEAST,
    "不少于": Qualifier.AT_LEAST,
    "不低于": Qualifier.AT_LEAST,
}
MANY = "多"
"""What one says of a number of things that is over a round one."""

WITHIN = {MANY: Qualifier.OVER, "余": Qualifier.OVER}
AFTER = {"左右": Qualifier.ABOUT, "上下": Qualifier.ABOUT, "以上": Qualifier.AT_LEAST}
SIGNS = {"≈": "约", ">": "超过", "≥": "至少"}

# What is printed where no source has chosen a word, and where there is room only before the number.
USUAL_WORD = {Qualifier.EXACT: "", Qualifier.ABOUT: "约", Qualifier.OVER: "超过", Qualifier.AT_LEAST: "以上"}
WORD_BEFORE = USUAL_WORD | {Qualifier.AT_LEAST: "至少"}

SCALES = {"亿": Decimal(10**8), "万": Decimal(10**4)}
