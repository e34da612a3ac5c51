from rest_framework import serializers

from projects.filters import PledgeFilters
from projects.models import Pledge, PledgeItem
from registry.core.api import ReadOnly

from .fields import QuantityField, Text


class PledgeItemSerializer(serializers.ModelSerializer):
    what = Text()
    measure = QuantityField()

    class Meta:
        model = PledgeItem
        fields = ("kind", "what", "measure")


class PledgeSerializer(serializers.ModelSerializer):
    organisation = serializers.IntegerField(source="organisation_id")
    organisation_name = serializers.CharField(source="organisation.name")
    need = serializers.IntegerField(source="need_id", allow_null=True)
    need_name = Text(source="need.name", default=None)
    county = serializers.SerializerMethodField(help_text="Of the need, or of a free pledge.")
    county_name = serializers.SerializerMethodField()
    project = serializers.IntegerField(source="project_id", allow_null=True)
    status_name = serializers.CharField(source="get_status_display")
    text = Text()
    items = PledgeItemSerializer(many=True)

    class Meta:
        model = Pledge
        fields = (
            "id", "number", "organisation", "organisation_name", "need", "need_name", "county", "county_name", "text",
            "deliver_by", "status", "status_name", "status_at", "project", "items",
        )  # fmt: skip

    def get_county(self, pledge) -> str | None:
        county = county_of(pledge)
        return county and county.code

    def get_county_name(self, pledge) -> str | None:
        county = county_of(pledge)
        return county and county.name


def county_of(pledge):
    return pledge.need.county if pledge.need else pledge.county


class PledgeViewSet(ReadOnly):
    """Pledges are nobody else's: an account sees its organisations' own, and those that it decides on."""

    queryset = Pledge.objects.all()
    serializer_class = PledgeSerializer
    filterset_class = PledgeFilters

    def rows(self, found):
        return found.select_related("organisation", "need__county", "county").prefetch_related("items")
