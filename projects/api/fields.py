"""Serializer fields for the register's own values."""

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from registry.core.quantity import Qualifier
from registry.core.text import mask_personal

QUANTITY = {
    "type": "object",
    "required": ["value", "unit", "qualifier", "text"],
    "properties": {
        "value": {"type": "string", "nullable": True, "description": "Decimal; null: not stated."},
        "unit": {"type": "string"},
        "qualifier": {"type": "string", "enum": Qualifier.values},
        "text": {"type": "string", "description": "As a page prints it."},
    },
}


class Text(serializers.CharField):
    """Free text with identity, bank card and mobile telephone numbers masked: they leave by no door."""

    def to_representation(self, value):
        return mask_personal(super().to_representation(value))


@extend_schema_field(QUANTITY)
class QuantityField(serializers.Field):
    """A quantity with its unit and precision; money in yuan with two decimals."""

    def __init__(self, **kwargs):
        super().__init__(read_only=True, **kwargs)

    def to_representation(self, quantity):
        return {
            "value": quantity.plain,
            "unit": quantity.unit,
            "qualifier": quantity.qualifier.value,
            "text": str(quantity),
        }


@extend_schema_field(QUANTITY | {"nullable": True})
class MaybeQuantityField(QuantityField):
    """A quantity that a row may do without: null."""
