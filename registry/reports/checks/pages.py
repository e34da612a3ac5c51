"""The pages of the data checks: all rules with their numbers, the rows of one, and a note on a row."""

from itertools import islice

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from projects.actions.doubts import note_doubt
from projects.models import DataCheckNote
from registry.core.dates import today
from registry.core.filters import only_known
from registry.core.forms import PlainTextField
from registry.core.lists_out import PARAMETER, asked_form, gives_files, hand_out, usual_facts, ways_out
from registry.core.quantity import format_quantity
from registry.core.workbooks import DAY, INSTANT, TEXT, Column, Page
from registry.reports.guard import page_for

from . import CHECKS, checks_open_to, counted

PAGE, AT_A_TIME, WAIT = 50, 200, 10
READS = "projects.view_datachecknote"


def _amount(doubt):
    amount = doubt.told.amount
    return format_quantity(amount, "exact") if amount is not None and amount.is_stated else ""


def _of_note(wanted):
    return lambda doubt: wanted(doubt.note) if doubt.note else None


COLUMNS = (
    Column(gettext_lazy("Data check"), lambda doubt: doubt.rule.title, width=24),
    Column(gettext_lazy("Row"), lambda doubt: doubt.told.name, width=36),
    Column(gettext_lazy("Of what"), lambda doubt: doubt.told.about, width=36),
    Column(gettext_lazy("Figure"), _amount, TEXT, width=20),
    Column(gettext_lazy("Since"), lambda doubt: doubt.told.since, DAY),
    Column(gettext_lazy("What is wrong"), lambda doubt: doubt.told.words, width=40),
    Column(gettext_lazy("Looked into"), _of_note(lambda note: note.words), width=40),
    Column(gettext_lazy("By"), _of_note(lambda note: str(note.noted_by))),
    Column(gettext_lazy("Looked into at"), _of_note(lambda note: note.noted_at), INSTANT),
)


def _all_of(rule, asked):
    """All doubts of a rule, few at a time."""
    rows = rule.rows(asked).iterator(chunk_size=AT_A_TIME)
    while chunk := list(islice(rows, AT_A_TIME)):
        yield from rule.tell_all(chunk, asked)


def _page(title, asked, total, user):
    """The rows of `asked`, pairs of a rule and its question; what is not of now is told below them."""
    rows = (doubt for rule, one in asked for doubt in _all_of(rule, one))
    told = [(rule.title, rule.stands(one).words) for rule, one in asked]
    notes = [_("%(word)s: %(said)s") % {"word": title, "said": words} for title, words in told if words]
    return Page(str(title), list(COLUMNS), rows, total, usual_facts(COLUMNS), named=2, by=str(user), notes=notes)


@page_for(READS)
@require_safe
@gives_files
def checks(request):
    """All rules with the number of rows that each finds; as a file all of these rows: the doubts (疑点)."""
    user, on = request.user, today()
    try:
        only_known(request.GET, (PARAMETER,))
        form, fault = asked_form(request.GET), ""
    except ValidationError as error:
        form, fault = None, " ".join(error.messages)
    found = counted(user, on, within=WAIT)
    total = sum(number or 0 for _rule, number in found)
    if form:
        asked = [(rule, rule.asked(user, on)) for rule, number in found if number != 0]
        return hand_out(request, _page(_("Doubts"), asked, total, user))
    context = {
        "found": found, "total": total, "fault": fault,
        "ways": ways_out(user, request.path, "", total) if total else [],
    }  # fmt: skip
    return render(request, "reports/checks.html", context, status=400 if fault else 200)


def _rule_or_404(user, code):
    """The rule with this code; one whose rows the role may not see is refused."""
    if code not in CHECKS:
        raise Http404(_("There is no such check."))
    if CHECKS[code] not in checks_open_to(user):
        raise PermissionDenied(_("Your role does not open this page."))
    return CHECKS[code]


def _read(rule, request):
    """(form of file, the rule's question) of an address. Raises ValidationError for a parameter that it has not."""
    only_known(request.GET, ("page", PARAMETER, *([rule.limit.name] if rule.limit else [])))
    return asked_form(request.GET), rule.asked(request.user, today(), request.GET)


@page_for(READS)
@require_safe
@gives_files
def check(request, code):
    """One rule in words and the rows that it finds; as a file with `format`."""
    rule, user = _rule_or_404(request.user, code), request.user
    try:
        form, asked = _read(rule, request)
    except ValidationError as error:
        return render(request, "reports/check.html", {"rule": rule, "faults": error.messages}, status=400)
    paginator = Paginator(rule.rows(asked), PAGE)
    if form:
        return hand_out(request, _page(rule.title, [(rule, asked)], paginator.count, user))
    page = paginator.get_page(request.GET.get("page"))
    query = f"{rule.limit.name}={asked.limit}" if rule.limit else ""
    context = {
        "rule": rule, "asked": asked, "standing": rule.stands(asked), "page": page,
        "doubts": rule.tell_all(page.object_list, asked), "query": query,
        "ways": ways_out(user, request.path, query, paginator.count) if paginator.count else [],
        "may_note": user.has_perm("projects.add_datachecknote"),
    }  # fmt: skip
    return render(request, "reports/check.html", context)


class NoteForm(forms.Form):
    words = PlainTextField(
        label=gettext_lazy("What was found out"), multiline=True, max_length=1000,
        help_text=gettext_lazy("The row stays on the list and is marked. Notes are never changed."),
    )  # fmt: skip


@page_for(READS)
@require_http_methods(["GET", "HEAD", "POST"])
def note(request, code, row):
    """What was found out about a row: all notes, and a form for another one.

    Of a row that the rule has found once its notes are shown; a new one takes a row that it finds now.
    """
    rule, user = _rule_or_404(request.user, code), request.user
    asked = rule.asked(user, today())
    found = rule.model._default_manager.within_scope_of(user).filter(pk=row).first() if row < 2**63 else None
    if found is None:
        raise Http404
    may_note = user.has_perm("projects.add_datachecknote")
    form = NoteForm(request.POST or None)
    if request.method == "POST":
        if not may_note:
            raise PermissionDenied(_("Your role does not note what was found out."))
        if form.is_valid():
            note_doubt(rule=rule.code, row=found.pk, words=form.cleaned_data["words"], by=user)
            messages.success(request, _("The note is kept."))
            return HttpResponseRedirect(reverse("check", args=(rule.code,)))
    doubt = next(iter(rule.tell_all(rule.rows(asked).filter(pk=row), asked)), None)
    context = {
        "rule": rule, "doubt": doubt, "row": found, "form": form if may_note else None,
        "notes": DataCheckNote.objects.of(rule.code).filter(row=row).select_related("noted_by"),
    }  # fmt: skip
    return render(request, "reports/check_note.html", context, status=400 if form.is_bound else 200)
