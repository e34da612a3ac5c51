from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from projects.filters import NeedFilters
from projects.models import Need
from projects.needs import gaps_of, with_gaps
from registry.core.api import ReadOnly
from registry.core.roles import Role
from registry.core.text import mask_name, mask_phone

from .fields import QuantityField, Text


class GapSerializer(serializers.Serializer):
    """What is wanted, what binding pledges promise, what is still unmet: computed."""

    kind = serializers.CharField(source="item.kind")
    what = Text(source="item.what")
    wanted = QuantityField()
    accepted = QuantityField()
    unmet = QuantityField()


class NeedSerializer(serializers.ModelSerializer):
    name = Text()
    county = serializers.CharField(source="county.code")
    county_name = serializers.CharField(source="county.name")
    field = serializers.CharField(source="field.code")
    field_name = serializers.CharField(source="field.__str__")
    status_name = serializers.CharField(source="get_status_display")
    urgency_name = serializers.CharField(source="get_urgency_display")
    items = serializers.SerializerMethodField()

    class Meta:
        model = Need
        fields = (
            "id", "number", "name", "county", "county_name", "field", "field_name", "status", "status_name", "urgency",
            "urgency_name", "expires_on", "items",
        )  # fmt: skip

    @extend_schema_field(GapSerializer(many=True))
    def get_items(self, need):
        return GapSerializer(gaps_of(need), many=True).data


class NeedContactSerializer(serializers.Serializer):
    contact_name = serializers.CharField()
    contact_phone = serializers.CharField()


class NeedDetailSerializer(NeedSerializer):
    place = Text()
    why = Text()
    contact = serializers.SerializerMethodField(help_text="Only for those who work with the need; else null.")

    class Meta(NeedSerializer.Meta):
        fields = (*NeedSerializer.Meta.fields, "place", "why", "contact")

    @extend_schema_field(NeedContactSerializer(allow_null=True))
    def get_contact(self, need):
        user = self.context["request"].user
        return contact_of(need, user) if Need.objects.within_scope_of(user).filter(pk=need.pk).exists() else None


def contact_of(record, user):
    """Contact and telephone, masked for auditors."""
    masked = user.holds(Role.AUDITOR) and not user.is_bureau
    name, phone = (mask_name, mask_phone) if masked else (str, str)
    return {"contact_name": name(record.contact_name), "contact_phone": phone(record.contact_phone)}


class NeedViewSet(ReadOnly):
    """Published needs, and those that the account works with."""

    queryset = Need.objects.all()
    serializer_class = NeedSerializer
    detail_serializer_class = NeedDetailSerializer
    filterset_class = NeedFilters

    def rows(self, found):
        return with_gaps(found.select_related("county", "field"))
