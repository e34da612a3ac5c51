"""Organisations in the interface: what is public of them, and the contact for those who work with them."""

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from orgs.filters import OrganisationFilters
from orgs.models import FormerName, Organisation
from orgs.privacy import contact_for
from registry.core.api import ReadOnly

PUBLIC_FIELDS = (
    "id", "name", "code", "kind", "kind_name", "is_chamber", "is_charity", "level", "origin", "authority",
    "authority_name", "status", "status_name", "registered_on",
)  # fmt: skip


class OrganisationSerializer(serializers.ModelSerializer):
    kind_name = serializers.CharField(source="get_kind_display", read_only=True)
    status_name = serializers.CharField(source="get_status_display", read_only=True)
    authority = serializers.IntegerField(source="authority_id", allow_null=True)
    authority_name = serializers.CharField(source="authority.name", default=None, allow_null=True)

    class Meta:
        model = Organisation
        fields = PUBLIC_FIELDS


class FormerNameSerializer(serializers.ModelSerializer):
    class Meta:
        model = FormerName
        fields = ("name", "sort", "until", "source")


class ContactSerializer(serializers.Serializer):
    legal_representative = serializers.CharField()
    address = serializers.CharField()
    contact_name = serializers.CharField()
    contact_phone = serializers.CharField()


class OrganisationDetailSerializer(OrganisationSerializer):
    former_names = FormerNameSerializer(many=True)
    merged_into = serializers.IntegerField(source="merged_into_id", allow_null=True)
    contact = serializers.SerializerMethodField(help_text="Only for those who work with the organisation; else null.")

    class Meta(OrganisationSerializer.Meta):
        fields = (
            *PUBLIC_FIELDS, "name_basis", "kind_basis", "registered_basis", "certainty", "supervising_unit",
            "former_names", "merged_into", "contact",
        )  # fmt: skip

    @extend_schema_field(ContactSerializer(allow_null=True))
    def get_contact(self, organisation):
        return contact_for(self.context["request"].user, organisation)


class OrganisationViewSet(ReadOnly):
    queryset = Organisation.objects.all()
    serializer_class = OrganisationSerializer
    detail_serializer_class = OrganisationDetailSerializer
    filterset_class = OrganisationFilters

    def rows(self, found):
        return found.select_related("authority")

    def whole(self, queryset):
        return self.rows(queryset).prefetch_related("former_names")
