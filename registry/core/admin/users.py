"""Accounts: opened and closed by the system administrator, given roles by the security administrator."""

from django import forms
from django.contrib import admin
from django.contrib.auth.forms import BaseUserCreationForm, UsernameField
from django.contrib.auth.models import Group
from django.contrib.auth.password_validation import password_validators_help_text_html, validate_password
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from registry.core.accounts import assign_roles, close_account, end_sessions_of, open_account, set_password
from registry.core.dates import format_instant
from registry.core.history import masks_personal
from registry.core.models import Factor, Guess, Session, User
from registry.core.roles import Role
from registry.core.second_factor import reset_factor

from .deeds import Deed, ReasonForm
from .panels import Panel
from .records import RecordAdmin

admin.site.unregister(Group)  # what a role may do stands in code; groups are only its copy


class NewAccountForm(BaseUserCreationForm):
    """An account with its first password; roles are given by another administrator."""

    class Meta:
        model = User
        fields = ("username", "name", "phone", "email")
        field_classes = {"username": UsernameField}


def roles_form(request, account):
    """The roles as boxes to tick, those held ticked."""

    class RolesForm(ReasonForm):
        roles = forms.MultipleChoiceField(
            label=gettext_lazy("roles"),
            choices=Role.choices,
            initial=sorted(account.roles),
            required=False,
            widget=forms.CheckboxSelectMultiple,
            help_text=gettext_lazy("An administrator's role is held alone. Without any role nothing can be done."),
        )

    return RolesForm


def password_form(request, account):
    class PasswordForm(ReasonForm):
        password = forms.CharField(
            label=gettext_lazy("new password"),
            strip=False,
            widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
            help_text=password_validators_help_text_html(),
        )

        def clean_password(self):
            validate_password(self.cleaned_data["password"], account)
            return self.cleaned_data["password"]

    return PasswordForm


def sessions_form(request, account):
    """The open sessions as boxes to tick, all of them ticked."""
    rows = [(row.pk, _session_in_words(row)) for row in _sessions_of(account)]

    class SessionsForm(ReasonForm):
        sessions = forms.MultipleChoiceField(
            label=gettext_lazy("sessions"), choices=rows, initial=[key for key, _words in rows],
            widget=forms.CheckboxSelectMultiple,
        )  # fmt: skip

    return SessionsForm


def _sessions_of(account):
    return Session.objects.filter(user=account).live().order_by("-used_at")


def _session_in_words(row):
    return f"{row.browser or '—'} · {row.address or '—'} · {format_instant(row.used_at, 'table')}"


class RoleFilter(admin.SimpleListFilter):
    title = gettext_lazy("role")
    parameter_name = "role"

    def lookups(self, request, model_admin):
        return Role.choices

    def queryset(self, request, queryset):
        return queryset.filter(groups__name=self.value()) if self.value() else queryset


class StandingFilter(admin.SimpleListFilter):
    title = gettext_lazy("standing")
    parameter_name = "standing"

    def lookups(self, request, model_admin):
        return [
            ("unused", _("unused for 90 days")),
            ("locked", _("locked")),
            ("factor", _("with a second factor")),
            ("without", _("without a second factor")),
        ]

    def queryset(self, request, queryset):
        locked = Guess.objects.locked().exclude(user=None).values("user")
        rows = {
            "unused": lambda: queryset.unused(),
            "locked": lambda: queryset.filter(pk__in=locked),
            "factor": lambda: queryset.filter(pk__in=Factor.objects.values("user")),
            "without": lambda: queryset.exclude(pk__in=Factor.objects.values("user")),
        }.get(self.value())
        return rows() if rows else queryset


def _on_account(act):
    """An action on an account as a deed: there the record is called `user`."""
    return lambda obj, **data: act(user=obj, **data)


@admin.register(User)
class UserAdmin(RecordAdmin):
    list_display = ("username", "name", "roles_held", "is_active", "last_login", "is_demo")
    list_filter = (RoleFilter, StandingFilter, "is_active", "is_demo")
    search_fields = ("username", "name")
    ordering = ("username",)
    new_fieldsets = ((None, {"fields": ("username", "name", "phone", "email", "password1", "password2")}),)
    fields = (
        "username", "name", "phone", "email", "active", "last_login", "password_at", "must_change", "has_factor",
        "date_joined", "roles_held", "is_demo",
    )  # fmt: skip
    readonly_fields = (
        "active", "last_login", "password_at", "must_change", "has_factor", "date_joined", "roles_held", "is_demo",
    )  # fmt: skip
    deeds = (
        Deed(
            "roles", gettext_lazy("Give and take roles"), "core.assign_role", _on_account(assign_roles),
            offered=lambda account, user: account.pk != user.pk, form=roles_form,
            explains=gettext_lazy("The account holds exactly the roles ticked here from now on."),
        ),
        Deed(
            "password", gettext_lazy("Set a new password"), "core.change_user", _on_account(set_password),
            offered=lambda account, user: account.pk != user.pk, form=password_form,
            explains=gettext_lazy(
                "The old password is void at once and all open sessions of the account end. Whoever signs in with the "
                "new one is asked to choose another."
            ),
        ),
        Deed(
            "factor", gettext_lazy("Take the second factor off"), "core.change_user", _on_account(reset_factor),
            needs_reason=True, danger=True,
            offered=lambda account, user: account.pk != user.pk and Factor.objects.filter(user=account).exists(),
            explains=gettext_lazy(
                "For somebody who has lost the authenticator and the recovery codes: make sure that it is the person. "
                "All open sessions end, the person is told, and sets up a new one when signing in next."
            ),
        ),
        Deed(
            "sessions", gettext_lazy("End sessions"), "core.change_user", _on_account(end_sessions_of),
            offered=lambda account, user: account.pk != user.pk and _sessions_of(account).exists(), form=sessions_form,
            explains=gettext_lazy("Whoever uses them has to sign in again."),
        ),
        Deed(
            "close", gettext_lazy("Close the account"), "core.change_user", _on_account(close_account),
            needs_reason=True, danger=True, offered=lambda account, user: account.is_active and account.pk != user.pk,
            explains=gettext_lazy("Nobody can log in with it any more and its open sessions end. Nothing is deleted."),
        ),
        Deed(
            "open", gettext_lazy("Open the account again"), "core.change_user", _on_account(open_account),
            offered=lambda account, user: not account.is_active,
            explains=gettext_lazy("The account can log in again, with the roles that it still holds."),
        ),
    )  # fmt: skip

    def masks(self, request):
        """Telephone and mail are for the administrator who keeps the accounts."""
        return masks_personal(request.user, self.model)

    def listed(self, rows):
        return rows.prefetch_related("groups")

    def get_form(self, request, obj=None, change=False, **kwargs):
        if obj is None:
            kwargs["form"] = NewAccountForm
        return super().get_form(request, obj, change=change, **kwargs)

    def save_model(self, request, obj, form, change):
        """Whoever gets an account from an administrator chooses another password at the first sign-in."""
        obj.must_change = obj.must_change or not change
        super().save_model(request, obj, form, change)

    def panels(self, request, obj):
        """Where the account is signed in, for the administrator who may end it."""
        if not request.user.has_perm("core.change_user"):
            return ()
        heads = [(label, "") for label in (_("Browser"), _("Address"), _("Begun"), _("Last used"))]
        panel = Panel(_("Open sessions"), heads, _("Not signed in anywhere."), "sessions")
        for row in _sessions_of(obj):
            begun, used = (format_instant(at, "table") for at in (row.begun_at, row.used_at))
            panel.add("", row.browser, row.address, begun, used)
        return (panel,)

    @admin.display(description=User._meta.get_field("is_active").verbose_name, boolean=True)
    def active(self, account):
        """Read here, and changed by the deeds above alone: Django's help for the field tells to untick it."""
        return account.is_active

    @admin.display(description=gettext_lazy("second factor"), boolean=True)
    def has_factor(self, account):
        return Factor.objects.filter(user=account).exists()

    @admin.display(description=gettext_lazy("roles"))
    def roles_held(self, account):
        return account.roles_in_words or _("none")
