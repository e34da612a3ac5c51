"""How the interface makes, changes and moves needs and pledges: the order of refusals, and the parts of bodies."""

from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_field
from rest_framework import serializers, status

from counties.models import Division
from projects.models import Campaign, Field
from projects.models.items import ItemKind
from registry.core.api import IF_MATCH, KEY, MAY_KEY, PlainText, ReadOnly, StrictSerializer, once, seen_version
from registry.core.text import clean_text

MOST = 50
"""Lines of one need or pledge, at most."""


class Writing(ReadOnly):
    """A list whose rows are made by `POST`, changed by `PATCH` and moved by addresses below them."""

    def made(self, request, permission, body_class, make):
        """The answer 201 to a request that makes a row by `make(**body)`: 403, 400 for the key and the body, 404 for
        what it names and the account does not see, 409."""
        _refuse_without([permission], request.user)

        def act():
            record = make(**_read(body_class, request))
            whole = self.whole(self.get_queryset()).get(pk=record.pk)
            return self.told(whole, code=status.HTTP_201_CREATED, headers={"Location": self._address(record)})

        return once(request, act, required=True)

    def changed(self, request, permissions, body_class, change, *, partial=False):
        """The answer to a request that changes a row by `change(record, version=, **body)`. In this order: 404 out of
        sight, 403, 428 and 412 by the version, 400 by the body, 409 by the record."""
        record = self.get_object()
        _refuse_without(permissions, request.user)

        def act():
            version = seen_version(request)
            change(record, version=version, **_read(body_class, request, partial=partial))
            return self.retrieve(request)

        return once(request, act)

    def _address(self, record):
        return reverse(f"{self.basename}-detail", args=(record.pk,))


def _refuse_without(permissions, user):
    if not any(user.has_perm(permission) for permission in permissions):
        raise PermissionDenied(_("Your role does not allow this."))


def _read(body_class, request, *, partial=False):
    body = body_class(data=request.data, partial=partial, context={"request": request})
    body.is_valid(raise_exception=True)
    return body.validated_data


# What the description says


def makes(body, answer, *examples):
    return extend_schema(
        request=body, responses={201: answer}, parameters=[KEY],
        examples=[OpenApiExample(name, value, request_only=True) for name, value in examples],
    )  # fmt: skip


def changes(body, answer, *examples):
    return extend_schema(
        request=body, responses=answer, parameters=[IF_MATCH, MAY_KEY],
        examples=[OpenApiExample(name, value, request_only=True) for name, value in examples],
    )  # fmt: skip


# Parts of bodies


class Exact(serializers.DecimalField):
    """A number more than nothing, as text or as a whole number: a binary fraction would not be exact."""

    def to_internal_value(self, data):
        if isinstance(data, bool | float):
            raise serializers.ValidationError(_('Give the number as text, such as "720000.00": it must be exact.'))
        number = super().to_internal_value(data)
        if number <= 0:
            raise serializers.ValidationError(_("Give more than nothing."))
        return number


def yuan(**kwargs):
    return Exact(max_digits=16, decimal_places=2, help_text='In yuan, exact to the fen: `"720000.00"`.', **kwargs)


class LongText(serializers.CharField):
    """Text of several lines by the rules of `clean_text`."""

    def to_internal_value(self, data):
        return clean_text(super().to_internal_value(data), multiline=True)


class Key(serializers.IntegerField):
    """The id of a row. Whether there is one, and the account sees it, is found out later: 404."""

    def __init__(self, **kwargs):
        super().__init__(min_value=1, max_value=2**63 - 1, **kwargs)


@extend_schema_field(OpenApiTypes.STR)
class Coded(PlainText):
    """A row of reference data by its code."""

    def rows(self):
        raise NotImplementedError

    def to_internal_value(self, data):
        code = super().to_internal_value(data)
        found = self.rows().filter(code=code).first()
        if found is None:
            raise serializers.ValidationError(_("There is no such code."))
        return found


class CountyCode(Coded):
    def rows(self):
        return Division.objects.today().counties()


class FieldCode(Coded):
    def rows(self):
        return Field.objects.active()


class CampaignCode(Coded):
    def rows(self):
        return Campaign.objects.all()


class MeasureBody(StrictSerializer):
    """Money has an `amount`; everything else says `what`, how much (`quantity`) and the `unit`."""

    kind = serializers.ChoiceField(choices=ItemKind.choices)
    what = PlainText(max_length=100, required=False, allow_blank=True)
    amount = yuan(required=False, allow_null=True)
    quantity = Exact(max_digits=18, decimal_places=4, required=False, allow_null=True)
    unit = PlainText(max_length=20, required=False, allow_blank=True)


class NothingBody(StrictSerializer):
    """No more is asked."""


class ReasonBody(StrictSerializer):
    reason = PlainText(max_length=300)
