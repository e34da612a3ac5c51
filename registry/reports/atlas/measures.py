"""What is told of places: figures of the counting rules, and what the counties' open needs still lack."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from registry.core.quantity import YUAN, Total
from registry.reports.figures import FIGURES

COUNTED = ("projects", "organisations", "funds", "beneficiaries")


@dataclass(frozen=True)
class Measure:
    """`parts_note`: why the places may not add up to what stands above them; "" where they do."""

    code: str
    label: Promise
    unit: str
    rule: Promise
    parts_note: Promise | str = ""

    @property
    def is_money(self):
        return self.unit == YUAN

    @property
    def is_of_needs(self):
        return self.code not in COUNTED

    @property
    def nothing(self):
        return Total(0, self.unit)


_DISTINCT = _(
    "Each place is counted by itself: a project or an organisation in several of them counts in each, and once in "
    "what stands above."
)
_UNDIVIDED = _("What stands under several counties without known shares is in the total and in none of them.")

MEASURES = {
    one.code: one
    for one in (
        *(
            Measure(
                code,
                FIGURES[code].label,
                FIGURES[code].unit,
                FIGURES[code].rule,
                _DISTINCT if FIGURES[code].each else _UNDIVIDED,
            )
            for code in COUNTED
        ),
        Measure("needs", _("Open needs"), "个", _("Published needs that are not met yet, each under its county.")),
        Measure(
            "gap",
            _("Money still lacking"),
            YUAN,
            _(
                "What the open needs want in money, less what accepted pledges promise towards it. Goods and services "
                "that are wanted are not valued and not in it."
            ),
        ),
    )
}
