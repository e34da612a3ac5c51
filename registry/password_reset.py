"""A new password by e-mail: asked for in the same words and the same time whether there is such an account or not."""

import datetime

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from registry.core.attempts import address_of, may_try
from registry.core.guesses import count, known_as
from registry.core.jobs import enqueue
from registry.core.models import Guess, SignIn
from registry.core.public_session import asks_no_records, tells_own_words
from registry.core.read_only import own_affairs
from registry.core.resets import accounts_at, owner_of_link, reset_password
from registry.core.sign_ins import note
from registry.jobs import send_links
from registry.password_forms import NewPasswordForm

LINK = "password_link"
"""Where the session keeps the link, so that it stands in no address that is passed on."""

ASKED = {"most": 20, "within": datetime.timedelta(hours=1)}
"""So often may be asked from one address, which an office shares."""


class EmailForm(forms.Form):
    email = forms.EmailField(
        label=gettext_lazy("e-mail address of your account"),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )


def stranger_page(view):
    """Make `f(request, ...)` a page for those who cannot come in, which no browser keeps."""
    page = require_http_methods(["GET", "HEAD", "POST"])(sensitive_post_parameters()(view))
    return asks_no_records(own_affairs(tells_own_words(never_cache(page))))


@stranger_page
def ask(request):
    """The address; what follows is the same for all."""
    form = EmailForm(request.POST if request.method == "POST" else None, label_suffix="")
    if form.is_valid():
        if not may_try("reset", address_of(request), **ASKED):
            form.add_error(None, _("Too much was asked for from your address lately. Try again in an hour."))
            answer = render(request, "registration/reset.html", {"form": form}, status=429)
            answer.headers["Retry-After"] = str(int(ASKED["within"].total_seconds()))
            return answer
        email = form.cleaned_data["email"]
        may = count(Guess.What.RESET, known_as(email.casefold()), most=settings.LOCKS["account"]).may
        users = accounts_at(email)
        note(SignIn.What.RESET, user=users[0] if users else None, request=request)
        enqueue(send_links, by=None, users=[user.pk for user in users] if may else [])
        return HttpResponseRedirect(reverse("password-reset-sent"))
    return render(request, "registration/reset.html", {"form": form}, status=400 if form.errors else 200)


@require_safe
def sent(request):
    return render(request, "registration/reset_sent.html")


@stranger_page
def link(request, key, token):
    """The link of the mail: kept in the session, and out of the address."""
    request.session[LINK] = [key, token]
    return HttpResponseRedirect(reverse("password-new"))


@stranger_page
def new(request):
    """The new password. The link is looked at again when it is used: it holds once."""
    key, token = request.session.get(LINK, ("", ""))
    user = owner_of_link(key, token)
    if user is None:
        request.session.pop(LINK, None)
        return render(request, "registration/reset_void.html", status=410)
    form = NewPasswordForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            reset_password(token=token, password=form.cleaned_data["password"], by=user, request=request)
        except ValidationError as refusal:
            form.add_error("password", refusal)
        else:
            request.session.pop(LINK, None)
            messages.success(request, _("Your new password holds. Sign in with it."))
            return HttpResponseRedirect(reverse("login"))
    return render(request, "registration/new_password.html", {"form": form}, status=400 if form.errors else 200)
