"""One's own account: password, second factor, where one is signed in, and what came of the latest tries to come in.

What opens the account to somebody else asks for the password again.
"""

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from registry.accounts import CodeForm, offer, recovery_codes_page
from registry.core.guesses import count, known_as, was_right
from registry.core.models import Factor, Guess, RecoveryCode, Session, SignIn
from registry.core.passwords import change_own_password
from registry.core.read_only import own_affairs
from registry.core.second_factor import is_required, new_secret, opened, renew_codes, sealed, set_up, take_off
from registry.core.sessions import end_sessions, row_key
from registry.core.sign_ins import note
from registry.core.typed import ENDED, kept_for
from registry.password_forms import OwnPasswordForm, password_field

LATEST = 20
OFFER = "factor_offer"
"""Where the session keeps the secret that is offered, sealed."""


def own_page(view):
    """Make `f(request)` a page of one's own account, which no browser keeps; those who only read may use it too."""
    page = require_http_methods(["GET", "HEAD", "POST"])(sensitive_post_parameters()(view))
    return own_affairs(never_cache(login_required(page)))


class PresentForm(forms.Form):
    """The present password, asked for again."""

    present = password_field(gettext_lazy("present password"), autocomplete="current-password")


class OwnCodeForm(CodeForm, PresentForm):
    field_order = ("code", "present")


def is_owner(request, form):
    """Whether the present password of a valid form is right; says why not on the form, and counts the guess."""
    user, whom = request.user, known_as(request.user.username)
    tries = count(Guess.What.PASSWORD, whom, most=settings.LOCKS["account"], user=user)
    if tries.may and user.check_password(form.cleaned_data["present"]):
        was_right(Guess.What.PASSWORD, whom)
        return True
    note(SignIn.What.WRONG if tries.may else SignIn.What.LOCKED, user=user, request=request)
    form.add_error("present", _("This is not your present password."))
    if tries.is_last:
        form.add_error(None, _("Too many wrong tries.") + f" {tries.in_words}")
    return False


@own_affairs
@never_cache
@login_required
@require_safe
def account(request):
    """The overview."""
    user = request.user
    context = {
        "person": user,
        "factor": Factor.objects.within_scope_of(user).first(),
        "required": is_required(user),
        "codes": RecoveryCode.objects.within_scope_of(user).filter(used_at=None).count(),
        "sessions": Session.objects.within_scope_of(user).live().count(),
        "days": settings.PASSWORDS["days"],
        "sign_ins": SignIn.objects.filter(user=user).order_by("-id")[:LATEST],
    }
    return render(request, "core/account.html", context)


@own_page
def password(request):
    """A new password of one's own; all other sessions end."""
    form = OwnPasswordForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and is_owner(request, form):
        try:
            user = change_own_password(
                password=form.cleaned_data["password"], by=request.user, keep=request.session.session_key,
                request=request,
            )  # fmt: skip
        except ValidationError as refusal:
            form.add_error("password", refusal)
        else:
            update_session_auth_hash(request, user)
            messages.success(request, _("Your password is changed. You are signed out everywhere else."))
            return HttpResponseRedirect(reverse("account"))
    return render(request, "core/password.html", {"form": form}, status=400 if form.errors else 200)


@own_page
def factor(request):
    """Set up, replace, take off the second factor; renew its recovery codes."""
    has_one = Factor.objects.within_scope_of(request.user).exists()
    do = request.POST.get("do", "")
    code_form = OwnCodeForm(request.POST if do == "set-up" else None, label_suffix="", auto_id="new_%s")
    form = PresentForm(request.POST if do in ("codes", "off") else None, label_suffix="")
    secret = _offered(request)
    try:
        if code_form.is_valid() and is_owner(request, code_form):
            codes = set_up(secret=secret, code=code_form.cleaned_data["code"], by=request.user, request=request)
            del request.session[OFFER]
            end_sessions(request.user, by=request.user, keep=request.session.session_key, request=request)
            return recovery_codes_page(request, codes, reverse("own-factor"))
        if form.is_valid() and is_owner(request, form):
            if do == "codes":
                return recovery_codes_page(request, renew_codes(by=request.user), reverse("own-factor"))
            take_off(by=request.user, request=request)
            messages.success(request, _("You sign in without a second factor again."))
            return HttpResponseRedirect(reverse("own-factor"))
    except ValidationError as refusal:
        if do == "set-up":
            code_form.add_error("code", refusal.message_dict["code"])
        else:
            form.add_error(None, refusal)
    context = offer(secret, request.user, code_form) | {
        "present_form": form, "has_one": has_one, "required": is_required(request.user),
        "left": RecoveryCode.objects.within_scope_of(request.user).filter(used_at=None).count(),
    }  # fmt: skip
    return render(request, "core/factor.html", context, status=400 if code_form.errors or form.errors else 200)


def _offered(request):
    if OFFER not in request.session:
        request.session[OFFER] = sealed(new_secret())
    return opened(request.session[OFFER])


@own_page
def sessions(request):
    """Where one is signed in; one of them, or all others, can be ended."""
    key = request.session.session_key
    rows = Session.objects.within_scope_of(request.user).live().order_by("-used_at")
    if request.method == "POST":
        only = None if request.POST.get("session") == "others" else [request.POST.get("session", "")]
        number = end_sessions(request.user, by=request.user, request=request, keep=key, only=only)
        words = ngettext("%d session is ended.", "%d sessions are ended.", number) % number
        messages.success(request, words if number else _("No other session was open."))
        return HttpResponseRedirect(reverse("own-sessions"))
    context = {"rows": rows, "own": row_key(key), "idle": request.session.get("idle", settings.SESSIONS["staff"])}
    return render(request, "core/sessions.html", context | {"hours": settings.SESSIONS["hours"]})


@own_page
def typed(request):
    """What was typed before the session ran out: looked at once more, then sent to where it was to go, or dropped."""
    kept = kept_for(request, request.user)
    if kept is None:
        return HttpResponseRedirect(reverse("home"))
    if request.method == "POST":
        del request.session[ENDED]
        messages.info(request, _("What you had typed is dropped."))
        return HttpResponseRedirect(reverse("account"))
    return render(request, "core/typed.html", {"kept": kept})
