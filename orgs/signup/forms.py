"""What an applicant fills in, one form a step."""

import re

from django import forms
from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import password_validators_help_text_html, validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orgs.credit_code import class_of, normalise_code, validate_social_code
from orgs.joining import FACTS, registered
from orgs.models import Kind, Organisation
from registry.core.accounts import check_username
from registry.core.forms import OpenForm, PlainTextField
from registry.core.models import User

_PHONE = re.compile("[0-9+() -]{7,30}")


class PhoneField(PlainTextField):
    def __init__(self, **kwargs):
        super().__init__(max_length=30, widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}), **kwargs)

    def validate(self, value):
        super().validate(value)
        if value and not _PHONE.fullmatch(value):
            raise ValidationError(_("Enter a telephone number: digits, with area code where there is one."))


class CodeForm(OpenForm):
    code = PlainTextField(
        label=gettext_lazy("unified social credit code"), max_length=40,
        help_text=gettext_lazy("18 characters, from the certificate of registration."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )  # fmt: skip

    def clean_code(self):
        code = normalise_code(self.cleaned_data["code"])
        validate_social_code(code)
        try:
            registered(code)
        except ValidationError as refusal:
            raise ValidationError(refusal.message_dict["code"]) from refusal
        return code


class OrganisationForm(forms.ModelForm, OpenForm):
    """What the code does not tell. Kind only where the code leaves it open."""

    class Meta:
        model = Organisation
        fields = FACTS

    def __init__(self, *args, code, **kwargs):
        super().__init__(*args, **kwargs)
        kind = class_of(code)
        if kind:
            del self.fields["kind"]
        if kind not in (None, Kind.ASSOCIATION):
            del self.fields["is_chamber"]
        self.fields["contact_phone"] = PhoneField(
            label=self.fields["contact_phone"].label, required=False,
            help_text=_("Leave both empty where you are the contact yourself."),
        )  # fmt: skip

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("is_chamber") and cleaned.get("kind", Kind.ASSOCIATION) != Kind.ASSOCIATION:
            self.add_error("is_chamber", _("Only an association is one."))
        return cleaned

    def _post_clean(self):
        """No record is made here: the application makes it."""

    @property
    def facts(self):
        return {name: self.cleaned_data[name] for name in FACTS if name in self.cleaned_data}


class AccountForm(OpenForm):
    username = forms.CharField(
        label=gettext_lazy("user name"), max_length=150, validators=User._meta.get_field("username").validators,
        help_text=gettext_lazy("Letters, digits and @ . + - _ : you sign in with it."),
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}),
    )  # fmt: skip
    name = PlainTextField(
        label=gettext_lazy("your name"), max_length=60, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    phone = PhoneField(
        label=gettext_lazy("your telephone"), help_text=gettext_lazy("For the bureau, to ask back. Never public.")
    )
    password = forms.CharField(
        label=gettext_lazy("password"), strip=False, max_length=128, help_text=password_validators_help_text_html,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )  # fmt: skip
    again = forms.CharField(
        label=gettext_lazy("password once more"), strip=False, max_length=128,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )  # fmt: skip

    def clean_username(self):
        username = User.normalize_username(self.cleaned_data["username"])
        try:
            check_username(username)
        except ValidationError as refusal:
            raise ValidationError(refusal.message_dict["username"]) from refusal
        return username

    def clean(self):
        cleaned = super().clean()
        password = cleaned.get("password")
        if password and "again" in cleaned and password != cleaned["again"]:
            self.add_error("again", _("The two passwords differ."))
        if password:
            person = User(**{name: cleaned.get(name, "") for name in ("username", "name", "phone")})
            try:
                validate_password(password, person)
            except ValidationError as refusal:
                self.add_error("password", refusal)
        return cleaned

    @property
    def account(self):
        """What is kept until the end: the password only as its hash."""
        kept = {name: self.cleaned_data[name] for name in ("username", "name", "phone")}
        return kept | {"password": make_password(self.cleaned_data["password"])}


class LastForm(OpenForm):
    agreed = forms.BooleanField(
        label=gettext_lazy("I have read the notice, and what I have entered is true."),
        error_messages={"required": gettext_lazy("Read the notice and tick the box.")},
    )
