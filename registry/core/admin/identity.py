"""Who came in and who did not, read by the audit administrator; locks, and accounts that nobody uses any more, seen to
by the system administrator."""

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from registry.core.accounts import close_unused, lift_lock
from registry.core.dates import format_instant
from registry.core.desk_pages import desk_page_at
from registry.core.forms import PlainTextField
from registry.core.models import Guess, SignIn, User

from .records import RecordAdmin


@admin.register(SignIn)
class SignInAdmin(RecordAdmin):
    """Read-only, and without pages of single rows: the list says all there is."""

    list_display = ("when", "what", "account", "address", "browser", "done_by", "number", "request_id")
    list_display_links = None
    list_filter = ("what", "at")
    list_select_related = ("user", "by")
    search_fields = ("user__username", "user__name")
    search_help_text = gettext_lazy("An account, an address, or the number of a request.")
    fields = ("at", "what", "account", "address", "browser", "done_by", "number", "request_id")
    readonly_fields = fields
    ordering = ("-id",)
    sortable_by = ()

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def change_view(self, request, object_id, form_url="", extra_context=None):
        if not self.has_view_permission(request):
            raise PermissionDenied
        raise Http404(_("A sign-in has no page of its own."))

    def masks(self, request):
        return False

    def get_search_results(self, request, queryset, search_term):
        word = search_term.replace("\x00", "").strip()
        if not word:
            return queryset, False
        try:
            address = forms.GenericIPAddressField().clean(word)
        except ValidationError:
            found = queryset.filter(request_id=word)
            return found | queryset.filter(user__in=User.objects.filter(username=word)) | queryset.filter(
                user__in=User.objects.filter(name=word)
            ), False
        return queryset.filter(address=address), False

    @admin.display(description=gettext_lazy("when"), ordering="id")
    def when(self, row):
        return format_instant(row.at, "table")

    @admin.display(description=gettext_lazy("account"))
    def account(self, row):
        return f"{row.user} ({row.user.username})" if row.user else _("no account of that name")

    @admin.display(description=gettext_lazy("by"))
    def done_by(self, row):
        return "" if row.by is None or row.by_id == row.user_id else str(row.by)


@desk_page_at("locks/", "locks", "core.change_user")
@require_http_methods(["GET", "HEAD", "POST"])
def locks(request):
    """Who must wait after wrong guesses; a lock can be lifted before it is over."""
    rows = Guess.objects.within_scope_of(request.user).locked().select_related("user").order_by("-until", "pk")
    if request.method == "POST":
        key = request.POST.get("guess", "")
        guess = get_object_or_404(rows, pk=int(key) if key.isascii() and key.isdigit() and len(key) < 19 else 0)
        try:
            lift_lock(guess=guess, by=request.user)
        except ValidationError as refusal:
            messages.error(request, refusal.messages[0])
        else:
            messages.success(request, _("The lock is lifted."))
        return HttpResponseRedirect(reverse("admin:locks"))
    context = {**admin.site.each_context(request), "title": _("Locks"), "rows": rows}
    return TemplateResponse(request, "admin/core/locks.html", context)


class UnusedForm(forms.Form):
    users = forms.ModelMultipleChoiceField(
        User.objects.none(), label=gettext_lazy("accounts"), error_messages={"required": gettext_lazy("Tick accounts.")}
    )
    reason = PlainTextField(label=gettext_lazy("reason"), max_length=300)

    def __init__(self, *args, rows, **kwargs):
        super().__init__(*args, label_suffix="", **kwargs)
        self.fields["users"].queryset = rows


@desk_page_at("unused-accounts/", "unused-accounts", "core.change_user")
@require_http_methods(["GET", "HEAD", "POST"])
def unused_accounts(request):
    """Open accounts that nobody has used for 90 days; those that are ticked are closed together."""
    rows = User.objects.unused().exclude(pk=request.user.pk).prefetch_related("groups").order_by("username")
    form = UnusedForm(request.POST if request.method == "POST" else None, rows=rows)
    if form.is_valid():
        try:
            number = close_unused(
                users=list(form.cleaned_data["users"]), by=request.user, reason=form.cleaned_data["reason"]
            )
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            messages.success(request, ngettext("%d account is closed.", "%d accounts are closed.", number) % number)
            return HttpResponseRedirect(reverse("admin:unused-accounts"))
    context = {
        **admin.site.each_context(request), "title": _("Unused accounts"), "form": form, "rows": rows,
        "ticked": set(form.data.getlist("users")) if form.is_bound else set(),
    }  # fmt: skip
    return TemplateResponse(request, "admin/core/unused.html", context, status=400 if form.errors else 200)
