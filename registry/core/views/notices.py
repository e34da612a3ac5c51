"""A person's messages: the list, one of them (opening it is reading it), and the channels on which more is told."""

import django_filters
from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count, F, Q
from django.db.models.lookups import IsNull
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from registry.core.filters import Filters, YesNo
from registry.core.models import Channels, Notice
from registry.core.notices import choose_channels, in_words, read
from registry.core.paging import Listing
from registry.core.read_only import own_affairs


class NoticeFilters(Filters):
    kind = django_filters.ChoiceFilter(choices=Notice.Kind.choices, label=gettext_lazy("kind"))
    unread = YesNo(field_name="read_at", lookup_expr="isnull", label=gettext_lazy("unread"))


def _own(request):
    """The reader's messages, unread ones first, then the latest."""
    rows = Notice.objects.within_scope_of(request.user).select_related("sender")
    return rows.order_by(IsNull(F("read_at"), False), "-sent_at", "-id")


@login_required
@require_safe
def notices(request):
    listing = Listing(NoticeFilters(request.GET, _own(request)))
    numbers = Notice.objects.within_scope_of(request.user).order_by().values_list("kind")
    numbers = list(numbers.annotate(total=Count("pk"), new=Count("pk", filter=Q(read_at__isnull=True))))
    context = {
        "listing": listing,
        "rows": [(row, *in_words(row)) for row in listing.page],
        "chips": _chips(listing, numbers),
        "new": sum(new for _kind, _total, new in numbers),
    }
    return render(request, "core/notices.html", context, status=listing.status)


def _chips(listing, numbers):
    """The kinds that there are, each narrowing the list to itself; all, and the unread ones."""
    kind, unread = (listing.filters.data.get(name) for name in ("kind", "unread"))
    total, new = (sum(row[place] for row in numbers) for place in (1, 2))
    whole = [
        (_("All"), total, {"kind": None, "unread": None}, not kind and not unread),
        (_("Unread"), new, {"kind": None, "unread": "true"}, unread == "true"),
    ]
    kinds = {key: total for key, total, _new in numbers}
    each = [
        (label, kinds[key], {"kind": key, "unread": None}, kind == key)
        for key, label in Notice.Kind.choices
        if key in kinds
    ]
    return [
        {"label": label, "count": count, "url": f"?{listing.address(**question)}", "current": current}
        for label, count, question, current in whole + each
    ]


@own_affairs
@login_required
@require_safe
def notice(request, pk):
    """One message. Whoever opens it has read it; a browser that only asks for the head has not."""
    found = get_object_or_404(_own(request), pk=pk)
    if found.read_at is None and request.method == "GET":
        read(Notice.objects.filter(pk=found.pk), by=request.user)
        found.refresh_from_db(fields=["read_at"])
    title, lines = in_words(found)
    return render(request, "core/notice.html", {"notice": found, "title": title, "lines": lines})


@own_affairs
@login_required
@require_POST
def read_all(request):
    number = read(Notice.objects.all(), by=request.user)
    words = ngettext("%d message is marked as read.", "%d messages are marked as read.", number)
    messages.success(request, words % number)
    return HttpResponseRedirect(reverse("notices"))


class ChannelsForm(forms.Form):
    digest = forms.BooleanField(
        label=gettext_lazy("A digest every working day"), required=False,
        help_text=gettext_lazy(
            "At 08:30: what is due, late, returned or waits for you. One message, and none on days off."
        ),
    )  # fmt: skip
    email = forms.BooleanField(
        label=gettext_lazy("Also by e-mail"), required=False,
        help_text=gettext_lazy("Every message goes to the e-mail address of your account too."),
    )  # fmt: skip
    sms = forms.BooleanField(
        label=gettext_lazy("Also by SMS"), required=False,
        help_text=gettext_lazy("The first words of every message go to the telephone of your account too."),
    )  # fmt: skip


@own_affairs
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def channels(request):
    chosen = Channels.objects.within_scope_of(request.user).first() or Channels()
    form = ChannelsForm(
        request.POST if request.method == "POST" else None,
        initial={name: getattr(chosen, name) for name in ("digest", "email", "sms")},
        label_suffix="",
    )
    if form.is_valid():
        choose_channels(by=request.user, **form.cleaned_data)
        messages.success(request, _("Your channels are saved."))
        return HttpResponseRedirect(reverse("channels"))
    return render(request, "core/channels.html", {"form": form, "person": request.user})
