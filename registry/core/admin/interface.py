"""Other systems at the desk: their tokens, where they are told of what happens, and the log of it."""

from django import forms
from django.contrib import admin
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from registry.core.forms import ChineseDateField
from registry.core.history import masks_personal
from registry.core.models import Delivery, HookEvent, Scope, Subscription, Token, User
from registry.core.posting import check_address
from registry.core.roles import ADMINISTRATORS
from registry.core.tokens import in_a_year, make_token, revoke_token
from registry.core.webhooks import new_secret, send_again, send_test

from .deeds import Deed
from .records import RecordAdmin
from .versions import RecordForm


class Boxes(forms.MultipleChoiceField):
    """A list of words, each a box to tick."""

    widget = forms.CheckboxSelectMultiple


class SecretPages(RecordAdmin):
    """A record with a secret that is shown once, right after it was made, and never again."""

    def secret_page(self, request, obj, secret):
        context = {
            **self.admin_site.each_context(request), "title": _("The secret of %s") % obj, "opts": self.opts,
            "object": obj, "secret": secret, "back": self.page_of(obj),
        }  # fmt: skip
        answer = TemplateResponse(request, "admin/core/secret.html", context)
        answer.headers["Cache-Control"] = "no-store"
        return answer

    def response_add(self, request, obj, post_url_continue=None):
        return self.secret_page(request, obj, obj.shown_secret)


class TokenForm(RecordForm):
    """A new token. Its last day is a year away at most."""

    scopes = Boxes(label=gettext_lazy("good for"), choices=Scope.choices)
    expires_on = ChineseDateField(label=gettext_lazy("last day"), initial=in_a_year)

    class Meta:
        model = Token
        fields = ("system", "owner", "scopes", "expires_on")


@admin.register(Token)
class TokenAdmin(SecretPages):
    list_display = ("system", "begins_with", "owner_name", "good_for", "expires_on", "standing", "last_used_on")
    list_filter = ("is_demo",)
    list_select_related = ("owner",)
    search_fields = ("system", "prefix")
    autocomplete_fields = ("owner",)
    new_fieldsets = ((None, {"fields": ("system", "owner", "scopes", "expires_on")}),)
    fields = (
        "system", "begins_with", "owner_name", "good_for", "made_on", "made_by_name", "expires_on", "last_used_on",
        "standing", "revoked_at", "revoked_for",
    )  # fmt: skip
    readonly_fields = fields
    deeds = (
        Deed(
            "revoke", gettext_lazy("Revoke the token"), "core.assign_token",
            lambda obj, by, reason: revoke_token(token=obj, by=by, reason=reason),
            needs_reason=True, danger=True, offered=lambda obj, user: not obj.is_revoked,
            explains=gettext_lazy("The system is shut out at once and for good. Its owner is told."),
        ),
    )  # fmt: skip

    def masks(self, request):
        return masks_personal(request.user, self.model)

    def has_add_permission(self, request):
        return request.user.has_perm("core.assign_token")

    def has_change_permission(self, request, obj=None):
        """What a token is good for is not changed: another one is made."""
        return False

    def get_form(self, request, obj=None, change=False, **kwargs):
        if obj is None:
            kwargs["form"] = TokenForm
        return super().get_form(request, obj, change=change, **kwargs)

    def people(self, request):
        """Accounts that a token may act as."""
        others = User.objects.filter(is_active=True).exclude(pk=request.user.pk)
        return others.exclude(groups__name__in=ADMINISTRATORS).exclude(groups=None).order_by("username").distinct()

    def save_model(self, request, obj, form, change):
        asked = {name: form.cleaned_data[name] for name in ("system", "owner", "scopes", "expires_on")}
        token, obj.shown_secret = make_token(by=request.user, **asked)
        obj.pk, obj.prefix = token.pk, token.prefix

    @admin.display(description=gettext_lazy("begins with"))
    def begins_with(self, token):
        return f"bangfu_{token.prefix}_…"

    @admin.display(description=gettext_lazy("acts as"))
    def owner_name(self, token):
        return f"{token.owner} ({token.owner.username})"

    @admin.display(description=gettext_lazy("made by"))
    def made_by_name(self, token):
        return str(token.made_by or _("the system itself"))

    @admin.display(description=gettext_lazy("good for"))
    def good_for(self, token):
        return "、".join(token.scopes)

    @admin.display(description=gettext_lazy("status"))
    def standing(self, token):
        if token.is_revoked:
            return _("revoked")
        return _("expired") if token.is_expired else _("in force")


class SubscriptionForm(RecordForm):
    events = Boxes(
        label=gettext_lazy("told of"),
        choices=[choice for choice in HookEvent.choices if choice[0] != HookEvent.TEST],
    )

    class Meta:
        model = Subscription
        fields = ("system", "address", "events", "is_active")

    def clean_address(self):
        check_address(self.cleaned_data["address"])
        return self.cleaned_data["address"]


@admin.register(Subscription)
class SubscriptionAdmin(SecretPages):
    form = SubscriptionForm
    list_display = ("system", "address", "told_of", "is_active", "made_at", "log")
    list_filter = ("is_active", "is_demo")
    search_fields = ("system", "address")
    fields = ("system", "address", "events", "is_active")
    deeds = (
        Deed(
            "test", gettext_lazy("Send a test"), "core.change_subscription",
            lambda obj, by, reason: send_test(subscription=obj, by=by, reason=reason),
            offered=lambda obj, user: obj.is_active,
            explains=gettext_lazy("A delivery that means nothing is sent within seconds."),
        ),
        Deed(
            "secret", gettext_lazy("Give a new secret"), "core.change_subscription",
            lambda obj, by, reason: new_secret(subscription=obj, by=by, reason=reason),
            danger=True,
            explains=gettext_lazy(
                "The old secret is void at once: the other system must know the new one before the next delivery."
            ),
        ),
    )  # fmt: skip

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        obj.shown_secret = obj.secret

    def _confirmed(self, request, obj, deed):
        """A new secret is shown at once, instead of the page of the record."""
        answer = super()._confirmed(request, obj, deed)
        if deed.name == "secret" and answer.status_code == 302:
            return self.secret_page(request, obj, Subscription.objects.get(pk=obj.pk).secret)
        return answer

    @admin.display(description=gettext_lazy("told of"))
    def told_of(self, subscription):
        return "、".join(str(HookEvent(event).label) for event in subscription.events)

    @admin.display(description=gettext_lazy("deliveries"))
    def log(self, subscription):
        address = reverse("admin:core_delivery_changelist") + f"?subscription__id__exact={subscription.pk}"
        return format_html('<a href="{}">{}</a>', address, _("Deliveries"))


@admin.register(Delivery)
class DeliveryAdmin(RecordAdmin):
    list_display = ("subscription", "event", "state", "made_at", "attempts", "code", "error", "next_at")
    list_display_links = ("subscription", "event")
    list_filter = ("state", "event", ("subscription", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("subscription",)
    fields = (
        "subscription", "event", "key", "state", "made_at", "attempts", "tried_at", "code", "error", "next_at", "body",
    )  # fmt: skip
    deeds = (
        Deed(
            "again", gettext_lazy("Send again"), "core.change_subscription",
            lambda obj, by, reason: send_again(delivery=obj, by=by, reason=reason),
            offered=lambda obj, user: obj.state != Delivery.State.WAITING,
            explains=gettext_lazy(
                "The worker tries within seconds, then with growing pauses for a day. The delivery keeps its id: the "
                "other system knows one that it has had."
            ),
        ),
    )  # fmt: skip

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        """What was said is not rewritten; sending again is a deed."""
        return False
