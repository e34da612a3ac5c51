"""Views of a page that a person keeps: a name for the query of its address."""

from django import forms
from django.contrib import messages
from django.http import Http404, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .forms import PlainTextField
from .history import name_actions
from .models import SavedView
from .trail import acting

name_actions({"view.save": gettext_lazy("View saved"), "view.delete": gettext_lazy("View deleted")})


class ViewForm(forms.Form):
    name = PlainTextField(label=gettext_lazy("name"), max_length=40)
    query = PlainTextField(
        label=gettext_lazy("query"), max_length=1000, required=False,
        error_messages={"max_length": gettext_lazy("The view asks for too much to be kept. Take some columns away.")},
    )  # fmt: skip


def views_of(user, page):
    return list(SavedView.objects.within_scope_of(user).filter(page=page))


def keep_view(request, page):
    """Keep the view that was sent, or say what is wrong with it; one of the same name is replaced. Gives its query."""
    form = ViewForm(request.POST)
    if not form.is_valid():
        for name, words in form.errors.items():
            messages.error(request, f"{form.fields[name].label}: {' '.join(words)}")
        return request.POST.get("query", "")
    name, query = form.cleaned_data["name"], QueryDict(form.cleaned_data["query"]).urlencode()
    with acting(by=request.user, action="view.save"):
        SavedView.objects.update_or_create(user=request.user, page=page, name=name, defaults={"query": query})
    messages.success(request, _("The view “%s” is kept. You find it under “Saved views”.") % name)
    return query


def delete_view(request, page, key):
    """Delete one of the person's own views. Raises Http404."""
    with acting(by=request.user, action="view.delete"):
        found = SavedView.objects.within_scope_of(request.user).filter(page=page, pk=key).first()
        if found is None:
            raise Http404
        found.delete()
    messages.success(request, _("The view “%s” was deleted.") % found.name)
