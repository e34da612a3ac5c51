from django.urls import reverse
from rest_framework import serializers

from projects.filters import CircularFilters
from projects.models import Circular, CircularFigure
from registry.core.api import ReadOnly

from .fields import QuantityField, Text


class CircularFigureSerializer(serializers.ModelSerializer):
    quantity = QuantityField()
    rows = serializers.SerializerMethodField(help_text="How many rows stand behind the figure.")

    class Meta:
        model = CircularFigure
        fields = ("code", "label", "quantity", "shown", "is_quoted", "rule", "rows")

    def get_rows(self, figure) -> int:
        return len(figure.row_ids)


class CircularSerializer(serializers.ModelSerializer):
    kind_name = serializers.CharField(source="get_kind_display")
    campaign = serializers.CharField(source="campaign.code")

    class Meta:
        model = Circular
        fields = (
            "id", "number", "title", "kind", "kind_name", "campaign", "period_from", "period_until", "as_of",
            "issued_at", "corrects",
        )  # fmt: skip


class CircularDetailSerializer(CircularSerializer):
    text = Text()
    explanation = Text()
    figures = CircularFigureSerializer(many=True)
    files = serializers.SerializerMethodField(help_text="{form: address} of the document and its annex as issued.")

    class Meta(CircularSerializer.Meta):
        fields = (*CircularSerializer.Meta.fields, "rule", "text", "explanation", "digest", "files", "figures")

    def get_files(self, circular) -> dict[str, str]:
        kept = {"docx": circular.docx_id, "xlsx": circular.xlsx_id}
        return {form: reverse("circular-file", args=(circular.pk, form)) for form, blob in kept.items() if blob}


class CircularViewSet(ReadOnly):
    """Issued circulars; drafts too for those who read everything."""

    queryset = Circular.objects.all()
    serializer_class = CircularSerializer
    detail_serializer_class = CircularDetailSerializer
    filterset_class = CircularFilters

    def rows(self, found):
        return found.select_related("campaign")

    def whole(self, queryset):
        return self.rows(queryset).prefetch_related("figures")
