"""Views of the board that a person keeps: a name for the query of its address."""

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from registry.core.desk_pages import desk_page_at
from registry.core.forms import PlainTextField
from registry.core.history import name_actions
from registry.core.models import SavedView
from registry.core.trail import acting

PAGE, VIEW = "board", "projects.view_projectstep"

name_actions({"view.save": gettext_lazy("View saved"), "view.delete": gettext_lazy("View deleted")})


class ViewForm(forms.Form):
    name = PlainTextField(label=gettext_lazy("name"), max_length=40)
    query = PlainTextField(
        label=gettext_lazy("query"), max_length=1000, required=False,
        error_messages={"max_length": gettext_lazy("The view asks for too much to be kept. Take some columns away.")},
    )  # fmt: skip


def views_of(user):
    return list(SavedView.objects.within_scope_of(user).filter(page=PAGE))


def back_to_board(query):
    """Back to the board as it was asked for; only its own address, whatever was sent."""
    query = QueryDict(query).urlencode()
    return HttpResponseRedirect(f"{reverse('admin:board')}{'?' if query else ''}{query}")


@desk_page_at("board/views/", "board-view-save", VIEW)
@require_POST
def save_view(request):
    """Keep a view; one of the same name is replaced."""
    form = ViewForm(request.POST)
    if not form.is_valid():
        for name, words in form.errors.items():
            messages.error(request, f"{form.fields[name].label}: {' '.join(words)}")
        return back_to_board(request.POST.get("query", ""))
    name, query = form.cleaned_data["name"], QueryDict(form.cleaned_data["query"]).urlencode()
    with acting(by=request.user, action="view.save"):
        SavedView.objects.update_or_create(user=request.user, page=PAGE, name=name, defaults={"query": query})
    messages.success(request, _("The view “%s” is kept. You find it under “Saved views”.") % name)
    return back_to_board(query)


@desk_page_at("board/views/<int:key>/delete/", "board-view-delete", VIEW)
@require_POST
def delete_view(request, key):
    with acting(by=request.user, action="view.delete"):
        found = SavedView.objects.within_scope_of(request.user).filter(page=PAGE, pk=key).first()
        if found is None:
            raise Http404
        found.delete()
    messages.success(request, _("The view “%s” was deleted.") % found.name)
    return back_to_board(request.POST.get("back", ""))
