"""What was typed into a form while the session ran out: kept for its owner, who sends it after signing in again."""

from django.conf import settings
from django.urls import reverse

ENDED = "session_ended"
"""Where the new session keeps that the one before ran out, and what was sent after that."""

LONGEST = 100_000
"""Signs of a form that are kept; a longer one is not kept at all."""

SECRETS = ("csrfmiddlewaretoken", "password", "password1", "password2", "again", "present", "code", "secret")


class KeepTyped:
    """Notes on the way out that a session had run out, when its owner is sent to sign in."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        owner = getattr(request.session, "ended_of", None)
        if owner and _leads_to_sign_in(response):
            fields = _typed(request) if request.method == "POST" else []
            request.session[ENDED] = {"user": owner, "path": request.get_full_path(), "fields": fields}
        return response


def _leads_to_sign_in(response):
    target = response.headers.get("Location", "").partition("?")[0]
    return response.status_code == 302 and target in (settings.LOGIN_URL, reverse("admin:login"))


def _typed(request):
    """[(name, value)] of a form, without its secrets and files; nothing of one that is too long."""
    fields = [(name, value) for name, values in request.POST.lists() if name not in SECRETS for value in values]
    return fields if sum(len(name) + len(value) for name, value in fields) <= LONGEST else []


def kept_for(request, user):
    """What `user` typed before the session ran out: {"path", "fields"}; None without any. Others' is forgotten."""
    kept = request.session.get(ENDED)
    if kept and (kept["user"] != user.pk or not kept["fields"]):
        del request.session[ENDED]
        return None
    return kept


def after_signing_in(request, user, target):
    """Where to go on: to what was typed, if anything was, else to `target`."""
    return reverse("typed") if kept_for(request, user) else target
