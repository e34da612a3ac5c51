"""Signing in, step by step: the password, the second factor, a new password where one is due.

Until the last step the session knows only who is on the way, and that for ten minutes: a session without a second
factor that is asked for never comes out of here. Afterwards one stands at the address that was asked for, at the desk
if one works there, counties and organisations at their own pages, applicants where they wait, else at the home.
"""

import time
from functools import wraps

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.hashers import make_password
from django.contrib.auth.views import LoginView, LogoutView
from django.core.exceptions import ValidationError
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from registry.core.attempts import address_of
from registry.core.guesses import count, known_as, take_back, was_right
from registry.core.models import Factor, Guess, SignIn, User
from registry.core.passwords import change_own_password, must_choose
from registry.core.public_session import asks_no_records, tells_own_words
from registry.core.read_only import own_affairs
from registry.core.roles import Role
from registry.core.second_factor import (
    accepts,
    address_for,
    needs_factor,
    new_secret,
    opened,
    picture,
    sealed,
    set_up,
    spend_recovery_code,
)
from registry.core.sign_ins import note
from registry.core.typed import ENDED, after_signing_in
from registry.password_forms import NewPasswordForm

WAY = "on_the_way"
"""Where the session keeps who has shown a password and has not come in yet."""

LONGEST_WAY = 10 * 60
BACKEND = "django.contrib.auth.backends.ModelBackend"


class SignInForm(AuthenticationForm):
    """Name and password. Wrong guesses are counted by name and by address; a name that is none is answered, and takes
    as long, like one that is."""

    error_messages = AuthenticationForm.error_messages | {
        "locked": gettext_lazy("Too many wrong tries for this user name, or from your address.")
    }

    def clean(self):
        name, password = self.cleaned_data.get("username"), self.cleaned_data.get("password")
        if not name or not password:
            return self.cleaned_data
        whom, address = known_as(name), address_of(self.request)
        account = User.objects.filter(username=name).first()
        tries = (
            count(Guess.What.PASSWORD, whom, most=settings.LOCKS["account"], user=account),
            count(Guess.What.ADDRESS, address, most=settings.LOCKS["address"]),
        )
        if not all(each.may for each in tries):
            make_password(password)  # as long as looking at it would take
            note(SignIn.What.LOCKED, user=account, request=self.request)
            raise self._locked(tries)
        try:
            super().clean()
        except ValidationError:
            note(SignIn.What.WRONG, user=account, request=self.request)
            if any(each.is_last for each in tries):
                raise self._locked(tries) from None
            raise
        was_right(Guess.What.PASSWORD, whom)
        take_back(Guess.What.ADDRESS, address)
        return self.cleaned_data

    def _locked(self, tries):
        longest = max((each for each in tries if each.is_last), key=lambda each: each.until)
        return ValidationError(f"{self.error_messages['locked']} {longest.in_words}", code="locked")


class SignInPage(LoginView):
    """The first step."""

    http_method_names = ("get", "head", "post", "options")  # Django takes a PUT for a POST
    form_class = SignInForm

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | {"ended": self.request.session.get(ENDED)}

    def form_valid(self, form):
        user = form.get_user()
        if self.request.user.is_authenticated:
            self.request.session.flush()
        self.request.session.cycle_key()
        self.request.session[WAY] = {
            "user": user.pk, "proof": user.get_session_auth_hash(), "at": time.time(), "factor": False,
            "next": self.get_redirect_url(),
        }  # fmt: skip
        return go_on(self.request, user)


sign_in = asks_no_records(own_affairs(SignInPage.as_view()))


@method_decorator(never_cache, name="dispatch")
class SignOut(LogoutView):
    """Ends the session on the server."""

    def post(self, request, *args, **kwargs):
        if request.user.is_authenticated:
            note(SignIn.What.OUT, user=request.user, request=request)
        return super().post(request, *args, **kwargs)


sign_out = own_affairs(SignOut.as_view())


def go_on(request, user):
    """The next step, or in."""
    way = request.session[WAY]
    if not way["factor"] and needs_factor(user):
        has_one = Factor.objects.filter(user=user).exists()
        return HttpResponseRedirect(reverse("sign-in-code" if has_one else "sign-in-factor"))
    if must_choose(user):
        return HttpResponseRedirect(reverse("sign-in-password"))
    come_in(request, user)
    return HttpResponseRedirect(after_signing_in(request, user, way["next"] or home_of(user)))


def come_in(request, user):
    """Let in who has made all steps: a session of its own key, whose length counts from now."""
    request.session.pop(WAY, None)
    login(request, user, backend=BACKEND)
    request.session.begin(request, user)
    note(SignIn.What.IN, user=user, request=request)


def home_of(user):
    if user.is_staff:
        return reverse("admin:index")
    if user.holds(Role.COUNTY, Role.ORGANISATION):
        return reverse("my")
    return reverse("waiting" if user.memberships.exists() else "home")


def _on_the_way(request):
    """The account that has shown its password lately, and has not changed since; else None."""
    way = request.session.get(WAY)
    if not way or not 0 <= time.time() - way["at"] <= LONGEST_WAY:
        return None
    user = User.objects.filter(pk=way["user"], is_active=True).first()
    return user if user and constant_time_compare(way["proof"], user.get_session_auth_hash()) else None


def later_step(view):
    """Make `f(request, user)` a step after the password; who is not on the way begins anew."""

    @wraps(view)
    def guarded(request):
        user = _on_the_way(request)
        if user is None:
            request.session.pop(WAY, None)
            messages.info(request, _("Signing in took too long, or was begun elsewhere. Begin again."))
            return HttpResponseRedirect(reverse("login"))
        return view(request, user)

    page = never_cache(require_http_methods(["GET", "HEAD", "POST"])(sensitive_post_parameters()(guarded)))
    return asks_no_records(own_affairs(tells_own_words(page)))


class CodeForm(forms.Form):
    code = forms.CharField(
        label=gettext_lazy("code of the second factor"), max_length=20,
        help_text=gettext_lazy("The six digits that your authenticator shows now, or one of your recovery codes."),
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "autocapitalize": "none", "spellcheck": "false", "autofocus": True}
        ),
    )  # fmt: skip


def checked_code(request, user, form):
    """Whether the code of a valid form lets `user` go on; says why not on the form, and counts the guess."""
    tries = count(Guess.What.FACTOR, str(user.pk), most=settings.LOCKS["account"], user=user)
    if tries.may:
        code = form.cleaned_data["code"]
        if accepts(user, code):
            note(SignIn.What.CODE, user=user, request=request)
        elif spend_recovery_code(code=code, by=user):
            note(SignIn.What.RECOVERY, user=user, request=request)
        else:
            note(SignIn.What.WRONG_CODE, user=user, request=request)
            form.add_error("code", _("This code is wrong, or was used already. Wait for the next one."))
        if form.is_valid():
            was_right(Guess.What.FACTOR, str(user.pk))
            return True
    else:
        note(SignIn.What.LOCKED, user=user, request=request)
    if tries.is_last:
        form.add_error(None, _("Too many wrong codes.") + f" {tries.in_words}")
    return False


@later_step
def code(request, user):
    """The second step: the code of the authenticator, or a recovery code."""
    form = CodeForm(request.POST if request.method == "POST" else None, label_suffix="")
    if form.is_valid() and checked_code(request, user, form):
        _passed(request)
        return go_on(request, user)
    return render(request, "registration/code.html", {"form": form}, status=400 if form.errors else 200)


def _passed(request, **more):
    request.session[WAY] = request.session[WAY] | {"factor": True} | more


@later_step
def factor(request, user):
    """The second step of those who have no second factor yet, and need one: it is set up here."""
    if request.session[WAY]["factor"] or Factor.objects.filter(user=user).exists():
        return go_on(request, user)
    secret = _offered(request, WAY)
    form = CodeForm(request.POST if request.method == "POST" else None, label_suffix="")
    if form.is_valid():
        try:
            codes = set_up(secret=secret, code=form.cleaned_data["code"], by=user, request=request)
        except ValidationError as refusal:
            form.add_error("code", refusal.message_dict["code"])
        else:
            _passed(request)
            return recovery_codes_page(request, codes, go_on(request, user).url)
    return render(request, "registration/factor.html", offer(secret, user, form), status=400 if form.errors else 200)


def _offered(request, place):
    """The secret that this session offers to be set up, the same until it is; kept sealed."""
    kept = request.session[place]
    if "offered" not in kept:
        request.session[place] = kept = kept | {"offered": sealed(new_secret())}
    return opened(kept["offered"])


def offer(secret, user, form):
    """What the page of setting up shows: the picture, and the key for those who cannot photograph it."""
    spaced = " ".join(secret[place : place + 4] for place in range(0, len(secret), 4))
    return {"form": form, "picture": picture(address_for(secret, user)), "key": spaced, "person": user}


def recovery_codes_page(request, codes, then):
    """The recovery codes, shown this once; no browser keeps the page."""
    return render(request, "registration/recovery_codes.html", {"codes": codes, "then": then})


@later_step
def new_password(request, user):
    """The last step where a password was set by somebody else or has grown too old."""
    way, why = request.session[WAY], must_choose(user)
    if not why or (not way["factor"] and needs_factor(user)):
        return go_on(request, user)
    form = NewPasswordForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            user = change_own_password(password=form.cleaned_data["password"], by=user, request=request)
        except ValidationError as refusal:
            form.add_error("password", refusal)
        else:
            request.session[WAY] = way | {"proof": user.get_session_auth_hash()}
            return go_on(request, user)
    context = {"form": form, "why": why}
    return render(request, "registration/new_password.html", context, status=400 if form.errors else 200)
