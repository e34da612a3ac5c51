"""The steps of signing up. What was entered is kept in the visitor's session until the last word, the password only
as its hash; the register holds nothing before that."""

import datetime
import logging
from functools import wraps

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from orgs.credit_code import code_warnings, told_by
from orgs.joining import apply, registered
from orgs.models import Authority, Kind, Membership, Organisation, Origin, RegisteredLevel
from registry.core.attempts import address_of, may_try
from registry.core.public_session import tells_own_words
from registry.core.roles import Role

from .forms import AccountForm, CodeForm, LastForm, OrganisationForm

logger = logging.getLogger(__name__)

KEPT = "signup"
"""Where the session keeps what was entered."""

HOUR = datetime.timedelta(hours=1)
STEPS = {"most": 60, "within": HOUR}
APPLICATIONS = {"most": 10, "within": datetime.timedelta(days=1)}
"""So many steps, and applications, come from one address: an office has one for all its people."""


def signup_page(step):
    """For strangers, one step after the other: before `step` the ones before it must be filled in."""

    def decorate(view):
        @wraps(view)
        def guarded(request):
            if request.user.is_authenticated:
                return redirect("waiting")
            entered = request.session.get(KEPT, {})
            for name, url in BEFORE[step]:
                if name not in entered:
                    return redirect(url)
            return view(request, entered)

        page = never_cache(require_http_methods(["GET", "HEAD", "POST"])(sensitive_post_parameters()(guarded)))
        return tells_own_words(page)

    return decorate


BEFORE = {
    "code": (),
    "organisation": (("code", "signup"),),
    "account": (("code", "signup"), ("facts", "signup-organisation")),
    "check": (("code", "signup"), ("facts", "signup-organisation"), ("account", "signup-account")),
}


def _answer(request, number, form, then, context=None):
    """The page of a step, or what follows it: `then(form)` once the form is right."""
    status = 200
    if request.method == "POST":
        if form.is_of_a_program:
            logger.info("a program tried to sign up from %s", address_of(request))
            return redirect("signup-done")
        if not may_try("signup-step", address_of(request), **STEPS):
            return _too_many(request, HOUR)
        if form.is_valid() and (answer := then(form)) is not None:
            return answer
        status = 400
    context = {"form": form, "number": number, **(context or {})}
    return render(request, f"orgs/signup/{PAGES[number - 1]}.html", context, status=status)


PAGES = ("code", "organisation", "account", "check")


def _too_many(request, after):
    response = render(request, "orgs/signup/too_many.html", status=429)
    response.headers["Retry-After"] = str(int(after.total_seconds()))
    return response


def _posted(request):
    return request.POST if request.method == "POST" else None


def _keep(request, **entered):
    request.session[KEPT] = {**request.session.get(KEPT, {}), **entered}


@signup_page("code")
def code(request, entered):
    """Which organisation: its code tells the rest of what the certificate says."""

    def then(form):
        found = form.cleaned_data["code"]
        if found != entered.get("code"):
            request.session[KEPT] = {name: entered[name] for name in ("account",) if name in entered}
        _keep(request, code=found)
        return redirect("signup-organisation")

    return _answer(request, 1, CodeForm(_posted(request), initial={"code": entered.get("code", "")}), then)


@signup_page("organisation")
def organisation(request, entered):
    """What the code tells, and what it does not; of a registered organisation nothing is asked."""
    known = _registered(entered["code"])

    def then(form):
        _keep(request, facts={} if known else form.facts)
        return redirect("signup-check" if "account" in entered else "signup-account")

    form = OrganisationForm(_posted(request), code=entered["code"], initial=entered.get("facts"))
    if known:
        for name in [name for name in form.fields if name != "website"]:
            del form.fields[name]
    return _answer(request, 2, form, then, {"known": known, "code": entered["code"], "told": told(entered["code"])})


@signup_page("account")
def account(request, entered):
    """The person and the account."""

    def then(form):
        _keep(request, account=form.account)
        return redirect("signup-check")

    kept = entered.get("account", {})
    initial = {name: kept.get(name, "") for name in ("username", "name", "phone")}
    return _answer(request, 3, AccountForm(_posted(request), initial=initial), then)


@signup_page("check")
def check(request, entered):
    """Everything once more, the notice, and the last word."""
    form = LastForm(_posted(request))

    def then(form):
        address = address_of(request)
        if not may_try("signup", address, **APPLICATIONS):
            return _too_many(request, APPLICATIONS["within"])
        try:
            apply(code=entered["code"], account=entered["account"], facts=with_contact(entered))
        except ValidationError as refusal:
            for words in refusal.messages:
                form.add_error(None, words)
            return None
        request.session.pop(KEPT)
        return redirect("signup-done")

    known = _registered(entered["code"])
    context = {
        "known": known, "code": entered["code"], "told": told(entered["code"]),
        "facts": [] if known else list(_facts_in_words(with_contact(entered))), "account": entered["account"],
        "warnings": code_warnings(entered["code"]),
    }  # fmt: skip
    return _answer(request, 4, form, then, context)


@require_safe
def done(request):
    """The same for everybody who got here, whatever became of it."""
    return render(request, "orgs/signup/done.html")


@never_cache
@login_required
@require_safe
def waiting(request):
    """Where those who do not speak for anybody yet see how their application stands."""
    if request.user.holds(Role.COUNTY, Role.ORGANISATION) or request.user.is_staff:
        return redirect("admin:index" if request.user.is_staff else "my")
    rows = Membership.objects.within_scope_of(request.user).filter(user=request.user)
    return render(request, "orgs/signup/waiting.html", {"memberships": rows.select_related("organisation")})


def _registered(code):
    """The registered organisation of a code that was let through; one closed since then is told at the last step."""
    try:
        return registered(code)
    except ValidationError:
        return None


def told(code):
    """(label, value) of what a code tells, in words: the applicant compares it with the certificate."""
    known = told_by(code)
    names = {"kind": Kind, "level": RegisteredLevel, "origin": Origin}
    for name, choices in names.items():
        if known.get(name):
            yield Organisation._meta.get_field(name).verbose_name, choices(known[name]).label
    authority = Authority.objects.registering(code).first()
    words = str(authority) if authority else _("not in the register's list; the bureau adds it")
    yield Organisation._meta.get_field("authority").verbose_name, words


def with_contact(entered):
    """The facts; where no contact was named it is the applicant."""
    facts, person = entered["facts"], entered["account"]
    if facts.get("contact_name") or facts.get("contact_phone") or not facts:
        return facts
    return facts | {"contact_name": person["name"], "contact_phone": person["phone"]}


def _facts_in_words(facts):
    for name, value in facts.items():
        field = Organisation._meta.get_field(name)
        if field.choices:
            value = dict(field.choices).get(value, "")
        elif isinstance(value, bool):
            value = _("yes") if value else _("no")
        yield field.verbose_name, value
