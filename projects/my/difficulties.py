"""Difficulties of a county or an organisation: raised, followed, and agreed to be settled."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from projects.actions.difficulties import agree_settled, complete_measure, raise_difficulty
from projects.models import Difficulty, Project, Side
from registry.core.actions import move
from registry.core.dates import today
from registry.core.forms import PlainTextField, refused
from registry.core.text import ascii_digits_only

from .forms import DifficultyForm
from .guard import my_page, row_or_404, sides_of

OPEN_FIRST = ("wanted_by", "pk")
SHOWN = 200


@my_page
@require_safe
def difficulties(request):
    rows = Difficulty.objects.within_scope_of(request.user).select_related("project")
    day = today()
    context = {
        "open": [
            (one, bool(one.wanted_by and one.wanted_by < day)) for one in rows.open().order_by(*OPEN_FIRST)[:SHOWN]
        ],
        "closed": rows.filter(status=Difficulty.Status.CLOSED).order_by("-status_at")[:20],
        "may_raise": request.user.has_perm("projects.add_difficulty"),
    }
    return render(request, "my/difficulties.html", context)


@my_page
@require_http_methods(["GET", "HEAD", "POST"])
def new_difficulty(request):
    """Raise one; `?project=<number>` chooses the project."""
    projects = Project.objects.within_scope_of(request.user).order_by("-year", "number")
    names = dict(Side.choices)
    sides = [(side, names[side]) for side in sides_of(request.user)]
    chosen = projects.filter(number=request.GET.get("project", "").replace("\x00", "")).first()
    form = DifficultyForm(
        request.POST or None, projects=projects, sides=sides, sources=Side.choices,
        initial={"project": chosen, "wanted_from": Side.BUREAU},
    )  # fmt: skip
    if request.method != "POST":
        return render(request, "my/difficulty_form.html", {"form": form})
    status = 400
    if form.is_valid():
        try:
            made = raise_difficulty(by=request.user, **form.cleaned_data)
        except ValidationError as refusal:
            refused(form, refusal)
            status = 409
        else:
            messages.success(request, _("Raised: %s") % made)
            return redirect("my-difficulty", made.pk)
    return render(request, "my/difficulty_form.html", {"form": form}, status=status)


@my_page
@require_http_methods(["GET", "HEAD", "POST"])
def difficulty(request, pk):
    """One difficulty with its answer and measures (`act`: agree, open with a reason, or done with a `measure`)."""
    rows = Difficulty.objects.within_scope_of(request.user).select_related(
        "raised_by", "event", "raiser_agreed_by", "bureau_agreed_by"
    )
    found = row_or_404(rows, pk)
    ours = found.raised_side in sides_of(request.user)
    answered = ours and found.status == Difficulty.Status.ANSWERED
    may_doubt = answered or (ours and not found.is_open)
    measures = found.measures.select_related("responsible", "done_by")
    context = {
        "difficulty": found, "day": today(),
        "measures": [(one, one.done_at is None and one.may_be_done_by(request.user)) for one in measures],
        "may_agree": answered and found.raiser_agreed_at is None, "may_doubt": may_doubt,
        "files": found.documents.all(),
    }  # fmt: skip
    if request.method != "POST":
        return render(request, "my/difficulty.html", context)
    try:
        words = _done(request, found, may_doubt)
    except ValidationError as refusal:
        return render(request, "my/difficulty.html", context | {"refusal": refusal.messages}, status=409)
    messages.success(request, words)
    return redirect("my-difficulty", found.pk)


def _done(request, found, may_doubt):
    """Do what was asked; the words to tell it by."""
    act = request.POST.get("act")
    if act == "agree":
        agree_settled(difficulty=found, by=request.user)
        return _("You have agreed that it is settled.")
    note = PlainTextField(max_length=300, required=False).clean(request.POST.get("reason", ""))
    if act == "done":
        measure = _measure(found, request.POST.get("measure", ""))
        complete_measure(measure=measure, by=request.user, reason=note)
        return _("Reported as carried out: %s") % measure
    if not may_doubt:
        raise PermissionDenied(_("Only the side that raised it and the bureau settle a difficulty."))
    move(found, to=Difficulty.Status.IN_HAND, by=request.user, reason=note)
    return _("The bureau has been told that it is not settled.")


def _measure(found, word):
    """The measure of this difficulty that `word` names; raises Http404 for any other."""
    measure = found.measures.filter(pk=word).first() if ascii_digits_only(word) and len(word) < 19 else None
    if measure is None:
        raise Http404
    return measure
