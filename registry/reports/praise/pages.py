"""Public pages of praise and awards: the notices, objections with a receipt, the dossier for those who decide."""

import io

import django_filters
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from projects.actions.recognition import file_objection
from projects.models import Commendation, Objection, Project
from registry.core.attempts import address_of
from registry.core.dates import today
from registry.core.exports import attached, safe_name
from registry.core.filters import Filters, Ordering
from registry.core.forms import OpenForm, PlainTextField
from registry.core.lists_out import gives_files, hand_out
from registry.core.paging import Listing
from registry.core.text import compact
from registry.core.workbooks import DAY, Column
from registry.reports.guard import page_for
from registry.reports.printed import page_of

from .dossier import Dossier
from .paper import dossier_paper

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
COLUMNS = (
    Column(gettext_lazy("Title"), lambda one: one.title, width=36),
    Column(gettext_lazy("Nominee"), lambda one: str(one.nominee), width=36),
    Column(gettext_lazy("Kind"), lambda one: one.get_kind_display()),
    Column(gettext_lazy("Level"), lambda one: one.get_level_display()),
    Column(gettext_lazy("Public notice from"), lambda one: one.notice_from, DAY),
    Column(gettext_lazy("Public notice until"), lambda one: one.notice_until, DAY),
    Column(gettext_lazy("Status"), lambda one: one.get_status_display()),
)


class CommendationFilters(Filters):
    notice = django_filters.ChoiceFilter(
        label=gettext_lazy("Public notice"), method="by_notice",
        choices=(("running", gettext_lazy("running, objections are taken")), ("over", gettext_lazy("over"))),
    )  # fmt: skip
    kind = django_filters.ChoiceFilter(label=gettext_lazy("Kind"), choices=Commendation.Kind.choices)
    level = django_filters.ChoiceFilter(label=gettext_lazy("Level"), choices=Commendation.Level.choices)
    status = django_filters.ChoiceFilter(label=gettext_lazy("Status"), choices=Commendation.Status.choices)
    ordering = Ordering({"newest": ("-pk",)}, default="newest", labels={"newest": gettext_lazy("newest")})

    def by_notice(self, rows, _name, value):
        return rows.running(on=today()) if value == "running" else rows.over(on=today())


@require_safe
@gives_files
def praise(request):
    """The public notices and what was granted; those who work with a commendation find it in every state."""
    rows = Commendation.objects.visible_to(request.user)
    listing = Listing(
        CommendationFilters(request.GET, rows, request=request),
        lambda found: found.select_related("organisation", "project"), as_file=True,
    )  # fmt: skip
    if listing.is_file:
        total = listing.page.paginator.count
        page = page_of(_("Praise and awards"), COLUMNS, listing.rows.iterator(), total, request.user)
        return hand_out(request, page)
    on = today()
    context = {
        "listing": listing, "ways": listing.ways_out(request),
        "rows": [(one, one.days_left(on), one.begins_after(on)) for one in listing.page],
    }  # fmt: skip
    return render(request, "reports/praise.html", context, status=listing.status)


class ObjectionForm(OpenForm):
    text = PlainTextField(
        label=gettext_lazy("What you object to"), multiline=True, max_length=3000,
        help_text=gettext_lazy("Say what is wrong and how you know it. Only the bureau reads it."),
    )  # fmt: skip
    name = PlainTextField(label=gettext_lazy("Your name"), max_length=60, required=False)
    contact = PlainTextField(
        label=gettext_lazy("Telephone or e-mail"), max_length=100, required=False,
        help_text=gettext_lazy("Only if you want to be asked. The answer is found by the receipt number."),
    )  # fmt: skip

    @property
    def objection(self):
        """What is handed in: what people see of the form."""
        return {field.name: self.cleaned_data[field.name] for field in self.asked}


def sender_mark(request):
    """A mark by which a sender's objections of one day are known: the address cannot be had back from it."""
    return salted_hmac("objection", f"{address_of(request)} {today()}", algorithm="sha256").hexdigest()


def _ask_again(form):
    """Refuses what looks like a program's, with the typed text kept: a person whose browser filled in the hidden field
    only has to send once more. An objection is a right, and none is thrown away in silence."""
    form.data = {**form.data.dict(), "website": ""}
    form.add_error(None, _("A field that people do not see was filled in, as programs do. Please send it once more."))


@require_http_methods(["GET", "HEAD", "POST"])
def commendation(request, pk):
    """One public notice: who, for what, how many days are left, what came of objections, and the form for one."""
    rows = Commendation.objects.visible_to(request.user).select_related("organisation", "project", "campaign")
    found = get_object_or_404(rows, pk=pk)
    days = found.days_left(today())
    form = ObjectionForm(request.POST or None) if days or request.method == "POST" else None
    if request.method == "POST" and form.is_of_a_program:
        _ask_again(form)
    elif request.method == "POST" and form.is_valid():
        try:
            filed = file_objection(commendation=found, sender=sender_mark(request), by=None, **form.objection)
        except ValidationError as refusal:
            for words in refusal.messages:
                form.add_error(None, words)
        else:
            return HttpResponseRedirect(f"{reverse('objection')}?{urlencode({'receipt': filed.receipt})}")
    answered = found.objections.exclude(status=Objection.Status.RECEIVED).order_by("answered_at")
    knows = found.project_id and Project.objects.visible_to(request.user).filter(pk=found.project_id).exists()
    context = {
        "commendation": found, "days": days, "form": form, "answered": answered,
        "is_ahead": found.begins_after(today()),
        "open": found.objections.open().count(),
        "project_url": found.project.get_absolute_url() if knows else "",
        "hotline": settings.SITE_HOTLINE, "issuer": settings.SITE_OWNER,
        "may_read_dossier": request.user.has_perm("projects.view_commendation"),
    }  # fmt: skip
    return render(request, "reports/commendation.html", context, status=400 if form and form.is_bound else 200)


@require_safe
def objection(request):
    """What came of an objection, for who has its receipt number: never what it said. Also when its notice is public no
    more, since the nomination was refused: who was right is told so."""
    receipt = compact(request.GET.get("receipt", "")).upper()[:20]
    known = receipt and receipt.isascii() and "\x00" not in receipt
    found = Objection.objects.filter(receipt=receipt).first() if known else None
    notice = found and Commendation.objects.public().filter(pk=found.commendation_id).first()
    context = {"receipt": receipt, "objection": found, "notice": notice}
    return render(request, "reports/objection.html", context, status=404 if receipt and not found else 200)


@page_for("projects.view_commendation")
@require_safe
def dossier(request, pk):
    """What the nominee did, drawn from the register; with `format=docx` as a paper."""
    rows = Commendation.objects.within_scope_of(request.user)
    named = rows.select_related("organisation", "project", "campaign", "proposed_by", "reviewed_by", "granted_by")
    found = Dossier(get_object_or_404(named, pk=pk), request.user)
    if request.GET.get("format") == "docx":
        file = io.BytesIO()
        dossier_paper(found).save(file)
        file.seek(0)
        return attached(file, f"{safe_name(_('Dossier: %s') % found.commendation.title)}.docx", WORD)
    return render(request, "reports/dossier.html", {"dossier": found, "sections": found.sections()})
