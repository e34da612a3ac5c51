"""Pledges in the interface: an account's own, and those that it decides on; by the same actions as everywhere else."""

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action

from orgs.models import Organisation
from projects.actions.matching import move_pledge
from projects.actions.pledging import save_pledge, submit_pledge, withdraw_pledge
from projects.contacts import contact_of
from projects.filters import PledgeFilters
from projects.models import Instalment, Need, Pledge, PledgeItem
from projects.models.items import ItemKind
from registry.core.api import PlainText, StrictSerializer
from registry.core.models import Scope

from .fields import QuantityField, Text
from .needs import NeedContactSerializer
from .writing import (
    MOST,
    CampaignCode,
    CountyCode,
    FieldCode,
    Key,
    LongText,
    MeasureBody,
    NothingBody,
    ReasonBody,
    Writing,
    changes,
    makes,
    yuan,
)

VERBS = {
    Pledge.Status.SUBMITTED: "submit", Pledge.Status.WITHDRAWN: "withdraw", Pledge.Status.ACCEPTED: "accept",
    Pledge.Status.DECLINED: "decline", Pledge.Status.CONFIRMED: "confirm",
}  # fmt: skip
"""The address below a pledge that moves it into a state."""

SUBMIT, ACCEPT, CONFIRM = "projects.submit_pledge", "projects.accept_pledge", "projects.confirm_pledge"


class PledgeItemSerializer(serializers.ModelSerializer):
    what = Text()
    measure = QuantityField()
    need_item = serializers.IntegerField(source="need_item_id", allow_null=True)
    company = serializers.CharField(
        source="enterprise.name",
        default=None,
        allow_null=True,
        help_text="The member company that gives it: `origin` is `mobilised`.",
    )

    class Meta:
        model = PledgeItem
        fields = ("kind", "what", "measure", "need_item", "declared", "origin", "company")


class PledgeSerializer(serializers.ModelSerializer):
    organisation = serializers.IntegerField(source="organisation_id")
    organisation_name = serializers.CharField(source="organisation.name")
    need = serializers.IntegerField(source="need_id", allow_null=True)
    need_name = Text(source="need.name", default=None, allow_null=True)
    county = serializers.CharField(
        source="receiver.code", default=None, allow_null=True, help_text="Of the need, or of a free pledge."
    )
    county_name = serializers.CharField(source="receiver.name", default=None, allow_null=True)
    field = serializers.CharField(source="help_field.code", default=None, allow_null=True)
    project = serializers.IntegerField(source="project_id", allow_null=True)
    status_name = serializers.CharField(source="get_status_display")
    status_reason = Text()
    text = Text()
    items = PledgeItemSerializer(many=True)

    class Meta:
        model = Pledge
        fields = (
            "id", "version", "number", "organisation", "organisation_name", "need", "need_name", "county",
            "county_name", "field", "text", "deliver_by", "status", "status_name", "status_at", "status_reason",
            "answer_by", "project", "items",
        )  # fmt: skip


class InstalmentSerializer(serializers.ModelSerializer):
    class Meta:
        model = Instalment
        fields = ("due_on", "amount")


class PledgeDetailSerializer(PledgeSerializer):
    instalments = InstalmentSerializer(many=True)
    contact = serializers.SerializerMethodField(help_text="For the county only after both sides agreed; else null.")
    moves = serializers.SerializerMethodField(help_text="What this account may do with the pledge as it is now.")

    class Meta(PledgeSerializer.Meta):
        fields = (
            *PledgeSerializer.Meta.fields, "instalments", "submitted_at", "accepted_at", "confirmed_at", "signed_at",
            "contact", "moves",
        )  # fmt: skip

    @extend_schema_field(NeedContactSerializer(allow_null=True))
    def get_contact(self, pledge):
        known = contact_of(pledge, self.context["request"].user)
        return {"contact_name": known.name, "contact_phone": known.phone} if known else None

    @extend_schema_field(serializers.ListField(child=serializers.ChoiceField(choices=list(VERBS.values()))))
    def get_moves(self, pledge):
        moves = pledge.moves_open_to(self.context["request"].user)
        return [VERBS[move.target] for move in moves if move.target in VERBS and move.permission in MOVERS]


MOVERS = (SUBMIT, ACCEPT, CONFIRM)
"""What the verbs ask for; signing and releasing are done where the agreement is."""


class PledgeItemBody(MeasureBody):
    """Towards an item of the need its kind, what and unit are that item's, and may be left out."""

    kind = serializers.ChoiceField(choices=ItemKind.choices, required=False)
    need_item = Key(required=False, allow_null=True, help_text="The `id` of an item of the need.")
    declared = yuan(required=False, allow_null=True)
    company = PlainText(
        max_length=200, required=False, allow_blank=True,
        help_text="The member company that gives it, where an association mobilised it.",
    )  # fmt: skip


class InstalmentBody(StrictSerializer):
    due_on = serializers.DateField()
    amount = yuan()


class PledgeBody(StrictSerializer):
    """A draft as its organisation writes it: towards a `need`, or freely towards a `county` and a `field`. `items` and
    `instalments` replace what stands there."""

    organisation = Key(help_text="One that the account speaks for.")
    need = Key(required=False, allow_null=True)
    campaign = CampaignCode(required=False, help_text="Of a free pledge. Left out: the current one.")
    county = CountyCode(required=False, help_text="Of a free pledge.")
    field = FieldCode(required=False, help_text="Of a free pledge.")
    items = PledgeItemBody(many=True, max_length=MOST)
    instalments = InstalmentBody(many=True, max_length=MOST, required=False)
    text = LongText(required=False, allow_blank=True, max_length=5000)
    deliver_by = serializers.DateField(required=False, allow_null=True)
    contact_name = PlainText(max_length=60, required=False, allow_blank=True)
    contact_phone = PlainText(max_length=30, required=False, allow_blank=True)


class NewPledgeBody(PledgeBody):
    submit = serializers.BooleanField(required=False, help_text="Also hand it in to the bureau; else it is a draft.")


TOWARDS_A_NEED = {
    "organisation": 12, "need": 7, "items": [{"need_item": 31, "amount": "720000.00"}],
    "instalments": [
        {"due_on": "2027-03-31", "amount": "360000.00"}, {"due_on": "2027-09-30", "amount": "360000.00"},
    ],
    "submit": True,
}  # fmt: skip
FREE = {
    "organisation": 12, "county": "130624", "field": "education", "deliver_by": "2027-05-31",
    "items": [
        {"kind": "goods", "what": "school desks", "quantity": "200", "unit": "sets", "declared": "60000.00"},
        {"kind": "money", "amount": "50000.00", "company": "A Company Ltd"},
    ],
}  # fmt: skip


class PledgeViewSet(Writing):
    """Pledges are nobody else's: an account sees its organisations' own, and those that it decides on."""

    queryset = Pledge.objects.all()
    serializer_class = PledgeSerializer
    detail_serializer_class = PledgeDetailSerializer
    filterset_class = PledgeFilters
    write_scope = Scope.PLEDGES

    def rows(self, found):
        along = found.select_related("organisation", "need__county", "need__field", "county", "field")
        return along.prefetch_related("items__enterprise")

    def whole(self, queryset):
        return self.rows(queryset).prefetch_related("instalments")

    @makes(
        NewPledgeBody, PledgeDetailSerializer, ("Towards a need, in two instalments", TOWARDS_A_NEED),
        ("Freely towards a county, a company's part too", FREE),
    )  # fmt: skip
    def create(self, request):
        """Pledge: a draft, or handed in at once. 409 names the gap where more is offered."""
        return self.made(request, "projects.add_pledge", NewPledgeBody, self._make)

    @changes(PledgeBody, PledgeDetailSerializer, ("Another day", {"deliver_by": "2027-06-30"}))
    def partial_update(self, request, pk):
        """Change a draft. What is left out stays."""
        return self.changed(request, ["projects.change_pledge"], PledgeBody, self._change, partial=True)

    @changes(NothingBody, PledgeDetailSerializer)
    @action(detail=True, methods=["post"])
    def submit(self, request, pk):
        """Hand it in to the bureau. 409 names the gap where more is offered."""

        def change(pledge, *, version):
            submit_pledge(pledge=pledge, by=request.user, version=version)

        return self.changed(request, [SUBMIT], NothingBody, change)

    @changes(ReasonBody, PledgeDetailSerializer, ("Why", {"reason": "Our budget has changed"}))
    @action(detail=True, methods=["post"])
    def withdraw(self, request, pk):
        """Take it back, until the county has confirmed it."""

        def change(pledge, *, version, reason):
            withdraw_pledge(pledge=pledge, by=request.user, reason=reason, version=version)

        return self.changed(request, [SUBMIT], ReasonBody, change)

    @changes(NothingBody, PledgeDetailSerializer)
    @action(detail=True, methods=["post"])
    def accept(self, request, pk):
        """Accept it for the bureau. 409 names the gap where more is offered."""
        return self._moved(request, [ACCEPT], Pledge.Status.ACCEPTED, NothingBody)

    @changes(ReasonBody, PledgeDetailSerializer, ("Why", {"reason": "It does not fit the plan"}))
    @action(detail=True, methods=["post"])
    def decline(self, request, pk):
        """Decline it: the bureau what was handed in, the county what the bureau accepted."""
        return self._moved(request, [ACCEPT, CONFIRM], Pledge.Status.DECLINED, ReasonBody)

    @changes(NothingBody, PledgeDetailSerializer)
    @action(detail=True, methods=["post"])
    def confirm(self, request, pk):
        """Confirm it for the county, as a person other than the one who accepted it."""
        return self._moved(request, [CONFIRM], Pledge.Status.CONFIRMED, NothingBody)

    def _moved(self, request, permissions, target, body_class):
        def change(pledge, *, version, reason=""):
            move_pledge(pledge=pledge, to=target, by=request.user, reason=reason, version=version)

        return self.changed(request, permissions, body_class, change)

    def _make(self, *, submit=False, **values):
        user = self.request.user
        pledge = save_pledge(by=user, **self._named(values, None))
        return submit_pledge(pledge=pledge, by=user) if submit else pledge

    def _change(self, pledge, *, version, **values):
        kept = {"organisation": pledge.organisation}
        kept |= {name: getattr(pledge, name) for name in ("need", "county", "field", "campaign")}
        if {"county", "field"} & values.keys():
            kept["need"] = None
        values = kept | self._named(values, pledge.need)
        save_pledge(pledge=pledge, by=self.request.user, version=version, **values)

    def _named(self, values, need):
        """The body with the rows that it names; raises DoesNotExist for what the account does not see."""
        values, user = dict(values), self.request.user
        if "organisation" in values:
            values["organisation"] = Organisation.objects.visible_to(user).get(pk=values["organisation"])
        if "need" in values:
            need = values["need"] and Need.objects.visible_to(user).get(pk=values["need"])
            values["need"] = need
        if "items" in values:
            values["items"] = [_item(line, need) for line in values["items"]]
        return values


def _item(line, need):
    """The fields of an item; what it is, where it is towards one of the need's."""
    line = dict(line)
    key = line.pop("need_item", None)
    if key is None:
        if "kind" not in line:
            raise serializers.ValidationError({"items": [_("Say of what kind it is, or towards which item.")]})
        return line
    wanted = need and need.items.filter(pk=key).first()
    if wanted is None:
        raise serializers.ValidationError({"items": [_("The need has no such item.")]})
    return {"kind": wanted.kind, "what": wanted.what, "unit": wanted.unit, "need_item": wanted} | line
