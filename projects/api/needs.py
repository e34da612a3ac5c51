"""Needs in the interface: published ones for everybody; written and moved by the same actions as everywhere else."""

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action

from projects.actions.matching import move_need
from projects.actions.needs import renew_need, save_need
from projects.contacts import contact_of
from projects.filters import NeedFilters
from projects.models import Campaign, Need
from projects.needs import gaps_of, with_gaps
from registry.core.api import PlainText, StrictSerializer
from registry.core.models import Scope

from .fields import QuantityField, Text
from .writing import (
    MOST,
    CampaignCode,
    CountyCode,
    FieldCode,
    LongText,
    MeasureBody,
    NothingBody,
    ReasonBody,
    Writing,
    changes,
    makes,
)

VERBS = {
    Need.Status.SUBMITTED: "submit", Need.Status.PUBLISHED: "publish", Need.Status.RETURNED: "return",
    Need.Status.WITHDRAWN: "withdraw", Need.Status.EXPIRED: "expire",
}  # fmt: skip
"""The address below a need that moves it into a state."""

NEED_VERBS = [*VERBS.values(), "renew"]


class GapSerializer(serializers.Serializer):
    """What is wanted, what binding pledges promise, what is still unmet: computed."""

    id = serializers.IntegerField(source="item.pk", help_text="What a pledge calls `need_item`.")
    kind = serializers.CharField(source="item.kind")
    what = Text(source="item.what")
    unit = serializers.CharField(source="item.unit")
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
            "id", "version", "number", "name", "county", "county_name", "field", "field_name", "status", "status_name",
            "urgency", "urgency_name", "expires_on", "items",
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
    contact = serializers.SerializerMethodField(
        help_text="Only for those who work with the need, and after both sides agreed; else null."
    )

    moves = serializers.SerializerMethodField(help_text="What this account may do with the need as it is now.")

    class Meta(NeedSerializer.Meta):
        fields = (*NeedSerializer.Meta.fields, "place", "why", "contact", "moves")

    @extend_schema_field(serializers.ListField(child=serializers.ChoiceField(choices=NEED_VERBS)))
    def get_moves(self, need):
        user = self.context["request"].user
        if not (user.is_authenticated and Need.objects.within_scope_of(user).filter(pk=need.pk).exists()):
            return []
        renewed = need.status == Need.Status.EXPIRED
        verbs = VERBS | ({Need.Status.SUBMITTED: "renew"} if renewed else {})
        return [verbs[move.target] for move in need.moves_open_to(user) if move.target in verbs]

    @extend_schema_field(NeedContactSerializer(allow_null=True))
    def get_contact(self, need):
        known = contact_of(need, self.context["request"].user)
        return {"contact_name": known.name, "contact_phone": known.phone} if known else None


class NeedBody(StrictSerializer):
    """A need as its county writes it. `items` is all that is wanted, and replaces what stands there."""

    county = CountyCode(help_text="Code of a county of today, one of the account's own.")
    name = PlainText(max_length=200)
    campaign = CampaignCode(required=False, help_text="Left out: the current one.")
    field = FieldCode()
    items = MeasureBody(many=True, max_length=MOST)
    place = PlainText(max_length=200, required=False, allow_blank=True)
    why = LongText(required=False, allow_blank=True, max_length=5000)
    urgency = serializers.ChoiceField(choices=Need.Urgency.choices, required=False)
    expires_on = serializers.DateField(required=False, allow_null=True)
    contact_name = PlainText(max_length=60, required=False, allow_blank=True)
    contact_phone = PlainText(max_length=30, required=False, allow_blank=True)


class NewNeedBody(NeedBody):
    submit = serializers.BooleanField(required=False, help_text="Also hand it in to the bureau; else it is a draft.")


class RenewBody(StrictSerializer):
    expires_on = serializers.DateField(allow_null=True, help_text="The new last day; null: without one.")


NEED = {
    "county": "130624", "name": "Rebuild 20 greenhouses", "field": "industry", "urgency": "pressing",
    "expires_on": "2027-06-30",
    "items": [
        {"kind": "money", "amount": "3000000.00"},
        {"kind": "goods", "what": "drip irrigation kits", "quantity": "20", "unit": "sets"},
    ],
}  # fmt: skip
SUBMIT, PUBLISH = "projects.submit_need", "projects.publish_need"


class NeedViewSet(Writing):
    """Published needs, and those that the account works with."""

    queryset = Need.objects.all()
    serializer_class = NeedSerializer
    detail_serializer_class = NeedDetailSerializer
    filterset_class = NeedFilters
    write_scope = Scope.NEEDS

    def rows(self, found):
        return with_gaps(found.select_related("county", "field"))

    @makes(NewNeedBody, NeedDetailSerializer, ("Money and goods, handed in", NEED | {"submit": True}))
    def create(self, request):
        """Write a need: a draft, or handed in at once."""
        return self.made(request, "projects.add_need", NewNeedBody, self._make)

    @changes(NeedBody, NeedDetailSerializer, ("Another last day", {"expires_on": "2027-09-30"}))
    def partial_update(self, request, pk):
        """Change a draft, or one that was returned. What is left out stays."""
        return self.changed(request, ["projects.change_need"], NeedBody, self._change, partial=True)

    @changes(NothingBody, NeedDetailSerializer)
    @action(detail=True, methods=["post"])
    def submit(self, request, pk):
        """Hand it in to the bureau."""
        return self._moved(request, SUBMIT, Need.Status.SUBMITTED)

    @changes(NothingBody, NeedDetailSerializer)
    @action(detail=True, methods=["post"])
    def publish(self, request, pk):
        """Publish it, as a person other than the one who handed it in."""
        return self._moved(request, PUBLISH, Need.Status.PUBLISHED)

    @changes(ReasonBody, NeedDetailSerializer, ("Why", {"reason": "Say how many households it reaches"}))
    @action(detail=True, methods=["post"], url_path="return")
    def send_back(self, request, pk):
        """Return it to the county."""
        return self._moved(request, PUBLISH, Need.Status.RETURNED, ReasonBody)

    @changes(ReasonBody, NeedDetailSerializer, ("Why", {"reason": "The county budget has paid for it"}))
    @action(detail=True, methods=["post"])
    def withdraw(self, request, pk):
        """Take it back. 409 while accepted pledges stand."""
        return self._moved(request, SUBMIT, Need.Status.WITHDRAWN, ReasonBody)

    @changes(RenewBody, NeedDetailSerializer, ("Until", {"expires_on": "2027-12-31"}))
    @action(detail=True, methods=["post"])
    def renew(self, request, pk):
        """Hand an expired one in once more, with a new last day."""

        def change(need, *, version, expires_on):
            renew_need(need=need, expires_on=expires_on, by=request.user, version=version)

        return self.changed(request, [SUBMIT], RenewBody, change)

    @changes(ReasonBody, NeedDetailSerializer, ("Why", {"reason": "The date has passed"}))
    @action(detail=True, methods=["post"])
    def expire(self, request, pk):
        """Let an open one expire."""
        return self._moved(request, SUBMIT, Need.Status.EXPIRED, ReasonBody)

    def _moved(self, request, permission, target, body_class=NothingBody):
        def change(need, *, version, reason=""):
            move_need(need=need, to=target, by=request.user, reason=reason, version=version)

        return self.changed(request, [permission], body_class, change)

    def _make(self, *, submit=False, **values):
        values.setdefault("campaign", Campaign.objects.current())
        need = save_need(by=self.request.user, **values)
        return move_need(need=need, to=Need.Status.SUBMITTED, by=self.request.user) if submit else need

    def _change(self, need, *, version, **values):
        kept = {name: getattr(need, name) for name in ("county", "name", "campaign", "field")}
        kept["items"] = list(need.items.values("kind", "what", "amount", "quantity", "unit"))
        save_need(need=need, by=self.request.user, version=version, **(kept | values))
