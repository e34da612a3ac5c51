"""The outbox: what went out, waits, or was kept for want of a gateway. Read-only; a text can be sent once more."""

from django.contrib import admin
from django.utils.translation import gettext_lazy

from registry.core.channels import TO_SEND_AGAIN, send_again
from registry.core.dates import format_instant
from registry.core.history import masks_personal
from registry.core.models import Outgoing
from registry.core.roles import ADMINISTRATORS

from .deeds import Deed
from .records import RecordAdmin


@admin.register(Outgoing)
class OutgoingAdmin(RecordAdmin):
    list_display = ("channel", "state", "to_whom", "beginning", "sent_at", "attempts", "fault")
    list_display_links = ("channel", "beginning")
    list_filter = ("channel", "state", "notice__kind", "is_demo")
    list_select_related = ("notice__recipient",)
    fields = ("channel", "to_whom", "told", "state", "attempts", "tried_at", "error", "sent_at")
    readonly_fields = ("to_whom", "told", "sent_at")
    deeds = (
        Deed(
            "again", gettext_lazy("Send again"), "core.change_outgoing",
            lambda obj, by, reason: send_again(outgoing=obj, by=by, reason=reason),
            offered=lambda obj, user: obj.state in TO_SEND_AGAIN,
            explains=gettext_lazy(
                "The worker tries within seconds, up to three times. Where no gateway is set up, the text is kept."
            ),
        ),
    )  # fmt: skip

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        """What was said is not rewritten; sending again is a deed."""
        return False

    def masks(self, request):
        """Addresses are for the bureau and for the administrator who keeps the accounts."""
        return masks_personal(request.user, self.model)

    def get_list_display(self, request):
        return self._for(request.user, super().get_list_display(request))

    def get_list_display_links(self, request, list_display):
        return [name for name in super().get_list_display_links(request, list_display) if name in list_display]

    def get_fields(self, request, obj=None):
        return self._for(request.user, self.fields)

    def _for(self, user, names):
        """Administrators look after the gateway: they see that there is a text, not what it says."""
        hidden = ("told", "beginning") if user.holds(*ADMINISTRATORS) else ()
        return [name for name in names if name not in hidden]

    @admin.display(description=gettext_lazy("recipient"))
    def to_whom(self, outgoing):
        return f"{outgoing.notice.recipient} · {outgoing.address}"

    @admin.display(description=gettext_lazy("text"))
    def told(self, outgoing):
        return outgoing.text

    @admin.display(description=gettext_lazy("text"))
    def beginning(self, outgoing):
        return outgoing.text.splitlines()[0]

    @admin.display(description=gettext_lazy("written at"), ordering="notice__sent_at")
    def sent_at(self, outgoing):
        return format_instant(outgoing.notice.sent_at, "table")

    @admin.display(description=gettext_lazy("what went wrong"), ordering="error")
    def fault(self, outgoing):
        return outgoing.error or None
