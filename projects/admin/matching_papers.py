"""Papers of the matching on the desk: the sheet of a meeting to print or as a .docx, and the handbook."""

from django import forms
from django.contrib import admin
from django.core.exceptions import BadRequest, SuspiciousOperation
from django.http import Http404, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from projects.models import Campaign, Event
from projects.papers.handbook import MAKE, ask_for_handbook, handbook_file
from projects.papers.sheet import MOST, entries_of, heads, needs_of_board, needs_of_event, sheet_paper
from registry.core.dates import format_date
from registry.core.desk_pages import desk_page_at
from registry.core.exports import DOCX, attached, docx_attached, made_file_or_404
from registry.core.text import ascii_digits_only

from .matching import VIEW, BoardForm


@desk_page_at("matching/sheet/", "matching-sheet", VIEW)
@require_safe
def sheet(request):
    """The sheet of the meeting that `event` names, else of the board as it is asked for; `format=docx` as a file."""
    asked = request.GET.copy()
    form_of_file = asked.pop("format", [""])[-1]
    if form_of_file not in ("", "docx"):
        raise BadRequest("no format of the sheet")
    title, facts, needs, back = _about(request, asked)
    entries = entries_of(needs, request.user)
    if form_of_file:
        return docx_attached(sheet_paper(title, facts, entries).content(), title)
    context = {
        **admin.site.each_context(request),
        "title": title, "facts": facts, "entries": entries, "heads": heads(), "back": back, "now": timezone.now(),
        "docx": f"?{_with_format(request.GET)}", "most": MOST, "is_cut": len(entries) == MOST,
    }  # fmt: skip
    return TemplateResponse(request, "projects/matching/sheet.html", context)


def _with_format(query):
    query = query.copy()
    query["format"] = "docx"
    return query.urlencode()


def _about(request, asked):
    """(title, facts, needs, way back) of the sheet."""
    if "event" in asked:
        event = event_of(request.user, asked["event"])
        days = [format_date(day) for day in (event.starts_on, event.ends_on) if day]
        facts = [
            (_("Meeting"), event.name), (_("Date"), " – ".join(days) or event.date_note or "—"),
            (_("Place"), event.place or "—"),
        ]  # fmt: skip
        back = reverse("admin:projects_event_change", args=(event.pk,))
        return _("Matching sheet: %s") % event.name, facts, needs_of_event(event, request.user), back
    form = BoardForm(asked)
    if set(asked) - form.fields.keys():
        raise SuspiciousOperation("an unknown parameter of the sheet")
    if not form.is_valid():
        raise BadRequest("the sheet cannot be made as asked")
    facts = [(field.label, dict(field.field.choices)[field.value()]) for field in form.asked[:3] if field.value()]
    back = f"{reverse('admin:matching')}?{asked.urlencode()}"
    return _("Matching sheet"), facts, needs_of_board(form.cleaned_data, request.user), back


def event_of(user, key):
    """The meeting that an address names, of the person's scope; raises Http404 for any other."""
    found = ascii_digits_only(key) and len(key) <= 18 and Event.objects.within_scope_of(user).filter(pk=key).first()
    if not found:
        raise Http404(_("There is no such record, or it is not yours to see."))
    return found


class HandbookForm(forms.Form):
    campaign = forms.ModelChoiceField(
        label=gettext_lazy("campaign"), queryset=Campaign.objects.order_by("-starts_on"), empty_label=None
    )


@desk_page_at("matching/handbook/", "handbook", MAKE)
@require_http_methods(["GET", "HEAD", "POST"])
def handbook(request):
    """Which campaign the handbook is for; POST asks for it and leads to the job."""
    form = HandbookForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        work = ask_for_handbook(form.cleaned_data["campaign"], request.user)
        return HttpResponseRedirect(reverse("job", args=(work.key,)))
    context = {**admin.site.each_context(request), "title": _("Handbook of needs"), "form": form}
    status = 400 if request.method == "POST" else 200
    return TemplateResponse(request, "projects/matching/handbook.html", context, status=status)


@desk_page_at("matching/handbook/<uuid:key>/", "handbook-file", MAKE)
@require_safe
def handbook_download(request, key):
    path, name = made_file_or_404(handbook_file, key, request.user)
    return attached(open(path, "rb"), name, DOCX)
