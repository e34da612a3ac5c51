"""The steps of checklists in the interface: read, and moved by the same actions as everywhere else."""

from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action

from projects.actions import checklists
from projects.models import Document, LampRule, ProjectStep
from projects.models.checklists import Lamp
from projects.models.documents import DocumentKind
from projects.rounds import rounds_of
from projects.step_filters import StepFilters
from registry.core.api import IF_MATCH, PlainText, ReadOnly, StrictSerializer, seen_version
from registry.core.dates import today
from registry.core.models import Scope, User

from .fields import Text

Status = ProjectStep.Status
VERBS = {
    Status.DONE: "complete", Status.VERIFIED: "verify", Status.RETURNED: "return", Status.WAIVED: "waive",
    Status.OPEN: "reopen",
}  # fmt: skip
"""The address below a step that moves it into a state."""


class PersonSerializer(serializers.ModelSerializer):
    class Meta:
        model = User
        fields = ("id", "name")


class StepRowSerializer(serializers.ModelSerializer):
    """A step as lists have it. `version` is what `If-Match` asks for."""

    project = serializers.IntegerField(source="project_id")
    project_number = serializers.CharField(source="project.number")
    project_name = Text(source="project.name")
    title = Text()
    stage_name = serializers.CharField(source="get_stage_display")
    side_name = serializers.CharField(source="get_side_display")
    status_name = serializers.CharField(source="get_status_display")
    status_reason = Text()
    responsible = PersonSerializer(allow_null=True)
    lamp = serializers.SerializerMethodField()
    days_left = serializers.SerializerMethodField(help_text="Until the due date; negative: days late.")

    class Meta:
        model = ProjectStep
        fields = (
            "id", "version", "project", "project_number", "project_name", "position", "title", "title_en", "stage",
            "stage_name", "side", "side_name", "responsible", "due_on", "days_left", "lamp", "status", "status_name",
            "status_at", "status_reason",
        )  # fmt: skip

    @extend_schema_field(serializers.ChoiceField(choices=Lamp.choices))
    def get_lamp(self, step):
        return step.lamp(today(), self.context["rule"]).value

    def get_days_left(self, step) -> int | None:
        return step.days_left(today())


class StepFileSerializer(serializers.ModelSerializer):
    kind_name = serializers.CharField(source="get_kind_display")
    name = Text(source="original_name")
    url = serializers.SerializerMethodField(help_text="Where those who work with the step fetch the file.")

    class Meta:
        model = Document
        fields = ("id", "kind", "kind_name", "name", "uploaded_at", "url")

    def get_url(self, document) -> str:
        return reverse("document", args=(document.pk,))


class ActSerializer(serializers.Serializer):
    """One move of the step: by whom (null: not by way of the application), when, in which words."""

    status = serializers.ChoiceField(choices=Status.choices)
    by = PersonSerializer(allow_null=True)
    at = serializers.DateTimeField()
    words = Text()


class RoundSerializer(serializers.Serializer):
    applied = ActSerializer(allow_null=True)
    decided = ActSerializer(allow_null=True)
    reopened = ActSerializer(allow_null=True)


class StepDetailSerializer(StepRowSerializer):
    guidance = Text()
    note = Text()
    missing = serializers.SerializerMethodField(help_text="Required kinds of evidence that are not attached yet.")
    waits_for = serializers.IntegerField(
        source="waits_for.pk",
        default=None,
        allow_null=True,
        help_text="The unsettled step that comes before it.",
    )
    documents = StepFileSerializer(many=True)
    record = serializers.SerializerMethodField(help_text="Every round of applying and deciding.")
    moves = serializers.SerializerMethodField(help_text="What this account may do with the step as it is now.")

    class Meta(StepRowSerializer.Meta):
        fields = (
            *StepRowSerializer.Meta.fields, "guidance", "evidence", "missing", "depends_on", "waits_for", "note",
            "documents", "record", "moves",
        )  # fmt: skip

    @extend_schema_field(serializers.ListField(child=serializers.ChoiceField(choices=DocumentKind.choices)))
    def get_missing(self, step):
        return step.missing_kinds()

    @extend_schema_field(RoundSerializer(many=True))
    def get_record(self, step):
        return RoundSerializer(rounds_of(step), many=True).data

    @extend_schema_field(serializers.ListField(child=serializers.ChoiceField(choices=list(VERBS.values()))))
    def get_moves(self, step):
        return [VERBS[move.target] for move in step.moves_open_to(self.context["request"].user)]


class NoteSerializer(StrictSerializer):
    note = PlainText(required=False, allow_blank=True, max_length=300, help_text="Kept in the sign-off record.")


class ReasonSerializer(StrictSerializer):
    reason = PlainText(max_length=300)


def moves_by(serializer):
    """What the description says of an endpoint that moves a step."""
    return extend_schema(request=serializer, responses=StepDetailSerializer, parameters=[IF_MATCH])


class StepViewSet(ReadOnly):
    """The steps of the checklists that the account works with; they are never public."""

    queryset = ProjectStep.objects.all()
    serializer_class = StepRowSerializer
    detail_serializer_class = StepDetailSerializer
    filterset_class = StepFilters
    write_scope = Scope.STEPS

    def rows(self, found):
        return found.select_related("project", "responsible", "depends_on")

    def get_serializer_context(self):
        """With the rule of the lamps in force, read once an answer."""
        return {**super().get_serializer_context(), "rule": LampRule.objects.current()}

    def whole(self, queryset):
        return self.rows(queryset).prefetch_related("documents")

    @moves_by(NoteSerializer)
    @action(detail=True, methods=["post"])
    def complete(self, request, pk):
        """Apply for the sign-off. 409 names the evidence that is missing."""
        return self._moved(request, Status.DONE, checklists.complete_step, NoteSerializer)

    @moves_by(NoteSerializer)
    @action(detail=True, methods=["post"])
    def verify(self, request, pk):
        """Sign off, as a person other than the one who applied."""
        return self._moved(request, Status.VERIFIED, checklists.verify_step, NoteSerializer)

    @moves_by(ReasonSerializer)
    @action(detail=True, methods=["post"], url_path="return")
    def send_back(self, request, pk):
        """Return to the one who applied."""
        return self._moved(request, Status.RETURNED, checklists.return_step, ReasonSerializer)

    @moves_by(ReasonSerializer)
    @action(detail=True, methods=["post"])
    def waive(self, request, pk):
        """Say that the step does not apply."""
        return self._moved(request, Status.WAIVED, checklists.waive_step, ReasonSerializer)

    @moves_by(ReasonSerializer)
    @action(detail=True, methods=["post"])
    def reopen(self, request, pk):
        """Open a settled step again; its record stays."""
        return self._moved(request, Status.OPEN, checklists.reopen_step, ReasonSerializer)

    def _moved(self, request, target, act, serializer_class):
        """In this order: 404 out of scope, 403, 428 and 412 by the version, 400 by the body, 409 by the table."""
        step = self.get_object()
        lawful = [move for move in step.lifecycle.moves if move.target == target]
        if not any(request.user.has_perm(move.permission) for move in lawful):
            raise PermissionDenied(_("Your role does not allow this step: %s.") % lawful[0].label)
        version = seen_version(request)
        body = serializer_class(data=request.data)
        body.is_valid(raise_exception=True)
        act(step=step, by=request.user, version=version, **body.validated_data)
        return self.retrieve(request)
