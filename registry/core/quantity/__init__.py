"""Quantities and money: a number, its unit and how exact it is, read and written in one place."""

from .format import Style, format_quantity, unit_word
from .numerals import capitals
from .parse import MONEY_LIMIT, MONEY_UNITS, QUANTITY_LIMIT, money_of_number, parse_money, parse_quantity
from .units import CASE, HOUSEHOLD, ITEM, PERSON_TIME, measured_numbers, stored_unit
from .values import Money, Quantity, Total, sum_qualifier, total
from .words import MANY, YUAN, Qualifier

__all__ = [
    "CASE",
    "HOUSEHOLD",
    "ITEM",
    "MANY",
    "MONEY_LIMIT",
    "MONEY_UNITS",
    "PERSON_TIME",
    "QUANTITY_LIMIT",
    "YUAN",
    "Money",
    "Qualifier",
    "Quantity",
    "Style",
    "Total",
    "capitals",
    "format_quantity",
    "measured_numbers",
    "money_of_number",
    "parse_money",
    "parse_quantity",
    "stored_unit",
    "sum_qualifier",
    "total",
    "unit_word",
]
