"""The JSON of projects, as it is described. Every serializer lists what is given away; inner facts are under `inner`
and `checklist`. What makes a single project is `document`, and a test holds the two together."""

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from projects.models import Agreement, Difficulty, Document, Funding, ProjectMark, Result

from .fields import MaybeQuantityField, QuantityField, Text


class NamedCodeSerializer(serializers.Serializer):
    code = serializers.CharField()
    name = serializers.CharField()


class ProjectRowSerializer(serializers.Serializer):
    """A row of the list. Codes are those that the filters take; names stand beside them.

    `amount`: funds involved in yuan, received if anything was received, else committed; null: not stated.
    """

    id = serializers.IntegerField()
    number = serializers.CharField()
    name = serializers.CharField()
    county = serializers.CharField(allow_null=True)
    county_name = serializers.CharField(allow_null=True)
    counties = NamedCodeSerializer(many=True)
    field = serializers.CharField(allow_null=True)
    field_name = serializers.CharField(allow_null=True)
    fields = NamedCodeSerializer(many=True)
    year = serializers.IntegerField()
    stage = serializers.CharField()
    stage_name = serializers.CharField()
    amount = serializers.DecimalField(16, 2, allow_null=True)
    amount_qualifier = serializers.CharField()
    lead_organisation = serializers.CharField(allow_null=True)
    lead_organisation_id = serializers.IntegerField(allow_null=True)


class FacetSerializer(serializers.Serializer):
    value = serializers.CharField()
    label = serializers.CharField()
    count = serializers.IntegerField()


class YearFacetSerializer(FacetSerializer):
    value = serializers.IntegerField()


class FacetsSerializer(serializers.Serializer):
    county = FacetSerializer(many=True)
    field = FacetSerializer(many=True)
    stage = FacetSerializer(many=True)
    year = YearFacetSerializer(many=True)


class PartySerializer(serializers.Serializer):
    organisation = serializers.IntegerField(source="organisation.pk", default=None, allow_null=True)
    name = Text(help_text="As it was called on the day of signing.")
    role = serializers.CharField()
    role_name = serializers.CharField()
    is_enterprise = serializers.BooleanField(source="enterprise")
    unnamed = MaybeQuantityField(help_text="How many parties the source counts without naming them; else null.")


class FieldSerializer(serializers.Serializer):
    code = serializers.CharField(source="field.code")
    name = serializers.CharField(source="field")
    scheme = serializers.CharField()
    is_primary = serializers.BooleanField()


class FundingSerializer(serializers.ModelSerializer):
    state_name = serializers.CharField(source="get_state_display", read_only=True)
    kind_name = serializers.CharField(source="get_kind_display", read_only=True)
    origin_name = serializers.CharField(source="get_origin_display", read_only=True)
    party = serializers.CharField(source="party.name", default=None, allow_null=True)
    money = QuantityField()
    goods = Text()
    measure = MaybeQuantityField()

    class Meta:
        model = Funding
        fields = (
            "id", "state", "state_name", "kind", "kind_name", "origin", "origin_name", "party", "is_joint", "money",
            "goods", "measure", "value_basis", "occurred_on",
        )  # fmt: skip


class ResultSerializer(serializers.ModelSerializer):
    indicator = Text()
    reached = QuantityField()
    status_name = serializers.CharField(source="get_status_display", read_only=True)

    class Meta:
        model = Result
        fields = ("id", "indicator", "level", "reached", "occurred_on", "status", "status_name")


class MarkSerializer(serializers.ModelSerializer):
    class Meta:
        model = ProjectMark
        fields = ("kind", "title", "named_by", "named_on")


class StepSerializer(serializers.Serializer):
    id = serializers.IntegerField(source="step.pk")
    position = serializers.IntegerField(source="step.position")
    stage = serializers.CharField(source="step.stage")
    title = Text(source="step.title")
    side = serializers.CharField(source="step.side")
    due_on = serializers.DateField(source="step.due_on", allow_null=True)
    status = serializers.CharField(source="step.status")
    status_name = serializers.CharField(source="step.get_status_display")
    lamp = serializers.CharField(help_text="overdue, due, on_time, signed_off, waiting, waived or undated.")
    days_left = serializers.IntegerField(allow_null=True)


class DocumentSerializer(serializers.ModelSerializer):
    class Meta:
        model = Document
        fields = ("id", "kind", "title", "original_name", "dated", "uploaded_at")


class AgreementSerializer(serializers.ModelSerializer):
    class Meta:
        model = Agreement
        fields = ("id", "number", "name", "signed_on")


class DifficultySerializer(serializers.ModelSerializer):
    class Meta:
        model = Difficulty
        fields = ("id", "title", "level", "raised_side", "status", "wanted_by")


class InnerSerializer(serializers.Serializer):
    """Only for those who work with the project."""

    visibility = serializers.CharField(source="project.visibility")
    officer = serializers.CharField()
    stage_reason = serializers.CharField(source="project.status_reason")
    agreements = AgreementSerializer(many=True)
    documents = DocumentSerializer(many=True)
    difficulties = DifficultySerializer(many=True)


class SiteSerializer(serializers.Serializer):
    county = serializers.CharField(source="county.code", default=None, allow_null=True, help_text="Today's county.")
    county_name = serializers.CharField(source="county.name", default=None, allow_null=True)
    division = serializers.CharField(source="division.code", help_text="The unit as it was entered.")
    division_name = serializers.CharField(source="division.name")
    place = serializers.CharField(source="address")


class DifferenceSerializer(serializers.Serializer):
    label = serializers.CharField()
    before = Text()
    after = Text()


class VersionSerializer(serializers.Serializer):
    """One version of the public entry, and what it changed of the one before."""

    serial = serializers.IntegerField(source="publication.serial")
    published_at = serializers.DateTimeField(source="publication.published_at")
    note = Text(source="publication.note")
    is_current = serializers.BooleanField()
    changes = DifferenceSerializer(source="differences", many=True)


class ProjectSerializer(ProjectRowSerializer):
    """The keys of a row, and the whole of the project. `checklist` and `inner` are null for the public."""

    version = serializers.IntegerField(source="project.version", help_text="What `If-Match` asks for.")
    campaign = serializers.CharField(source="project.campaign.code")
    summary = Text(source="project.summary")
    approach = Text(source="project.approach")
    channel = Text(source="project.channel")
    planned_start = serializers.DateField(source="project.planned_start", allow_null=True)
    planned_end = serializers.DateField(source="project.planned_end", allow_null=True)
    actual_start = serializers.DateField(source="project.actual_start", allow_null=True)
    actual_end = serializers.DateField(source="project.actual_end", allow_null=True)
    source = Text(source="project.source")
    quote = Text(source="project.quote")
    caution = Text(source="project.caution")
    organisations = PartySerializer(source="whole.parties", many=True)
    sites = SiteSerializer(source="whole.places", many=True)
    fields = FieldSerializer(source="project.project_fields.all", many=True)
    marks = MarkSerializer(source="project.marks.all", many=True)
    funding = FundingSerializer(source="whole.lines", many=True)
    results = ResultSerializer(source="whole.results", many=True)
    published_at = serializers.DateTimeField(allow_null=True, help_text="Of the version that holds; null: unpublished.")
    versions = VersionSerializer(many=True, help_text="Of the public entry, the last one first.")
    checklist = serializers.SerializerMethodField()
    inner = serializers.SerializerMethodField()

    @extend_schema_field(StepSerializer(many=True, allow_null=True))
    def get_checklist(self, given):
        return StepSerializer(given["whole"].steps, many=True).data if given["whole"].in_scope else None

    @extend_schema_field(InnerSerializer(allow_null=True))
    def get_inner(self, given):
        return InnerSerializer(given["whole"]).data if given["whole"].in_scope else None
