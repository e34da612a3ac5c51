"""Choosing a password: the same two fields, with the rules in words, wherever one is chosen."""

from django import forms
from django.contrib.auth.password_validation import password_validators_help_text_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


def password_field(label, **attrs):
    widget = forms.PasswordInput(attrs={"autocomplete": "new-password", **attrs})
    return forms.CharField(label=label, strip=False, max_length=128, widget=widget)


class NewPasswordForm(forms.Form):
    """A new password, typed twice. Whether it keeps the rules the action says: former ones take time to compare."""

    password = password_field(gettext_lazy("new password"))
    again = password_field(gettext_lazy("password once more"))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, label_suffix="", **kwargs)
        self.fields["password"].help_text = password_validators_help_text_html()

    def clean(self):
        cleaned = super().clean()
        password = cleaned.get("password")
        if password and "again" in cleaned and password != cleaned["again"]:
            self.add_error("again", _("The two passwords differ."))
        return cleaned


class OwnPasswordForm(NewPasswordForm):
    """A new password of one's own: the present one is asked for again."""

    present = password_field(gettext_lazy("present password"), autocomplete="current-password")
    field_order = ("present", "password", "again")
