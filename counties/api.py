"""Counties in the interface: open reference data."""

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from counties.filters import CountyFilters, listed_counties
from counties.models import Designation, Division
from registry.core.api import ReadOnly


class DesignationSerializer(serializers.ModelSerializer):
    kind_name = serializers.CharField(source="get_kind_display", read_only=True)

    class Meta:
        model = Designation
        fields = (
            "kind", "kind_name", "basis", "listed_name", "listed_code", "starts_on", "ends_on", "assessment_year",
            "approved_on", "counts", "source", "certainty", "delisting_certainty",
        )  # fmt: skip


class UnitSerializer(serializers.ModelSerializer):
    class Meta:
        model = Division
        fields = ("code", "name", "valid_from", "valid_to")


class CountySerializer(serializers.ModelSerializer):
    city = serializers.CharField(source="parent.code", default=None, allow_null=True)
    city_name = serializers.CharField(source="parent.name", default=None, allow_null=True)
    designations = serializers.SerializerMethodField()
    former = serializers.SerializerMethodField(help_text="Units of the past that lead here, by old code or old name.")

    class Meta:
        model = Division
        fields = (
            "id",
            "code",
            "name",
            "pinyin",
            "initials",
            "city",
            "city_name",
            "valid_from",
            "designations",
            "former",
        )

    @extend_schema_field(DesignationSerializer(many=True))
    def get_designations(self, county):
        held = [designation for unit in county.folded.all() for designation in unit.designations.all()]
        return DesignationSerializer(held, many=True).data

    @extend_schema_field(UnitSerializer(many=True))
    def get_former(self, county):
        return UnitSerializer([unit for unit in county.folded.all() if unit.valid_to], many=True).data


class CountyViewSet(ReadOnly):
    """The counties that carry a designation, as they are today."""

    queryset = Division.objects.none()
    serializer_class = CountySerializer
    filterset_class = CountyFilters
    lookup_field = "code"
    lookup_value_regex = "[0-9]{6}"

    def get_queryset(self):
        return listed_counties()

    def rows(self, found):
        return found.select_related("parent").prefetch_related("folded__designations")
