"""Deeds: what a button on a record does, always by way of a page that says what will happen and asks why.

The buttons of a record with a life cycle are drawn from its table of lawful moves. A deed calls an action and
nothing else; the page only shows what is missing and what the action answered.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from django import forms
from django.contrib import messages
from django.contrib.admin.utils import quote
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, ValidationError
from django.db import IntegrityError
from django.http import Http404, HttpResponseNotAllowed, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from registry.core.actions import move
from registry.core.forms import PlainTextField, refused, sees
from registry.core.history import last_change_in_words
from registry.core.lifecycle import Staged
from registry.core.models import Job
from registry.core.refusals import refusal_in_words

from .versions import SeenVersion


@dataclass(frozen=True)
class Way:
    """A button that leads to a page of its own or to a file; it does nothing by itself."""

    label: str
    danger: bool = False


class ReasonForm(forms.Form):
    """What every deed may ask: why. `suggestions` are standard wordings offered beside the field.

    It carries the version of the record that the person saw: a deed is not done to what somebody else has changed.
    """

    seen_version = SeenVersion(required=False)
    reason = PlainTextField(label=gettext_lazy("reason"), required=False, max_length=300)

    def __init__(self, *args, deed, **kwargs):
        super().__init__(*args, **kwargs)
        self.suggestions = suggestions = deed.suggestions
        if not deed.asks_reason:
            del self.fields["reason"]
            return
        self.fields["reason"].required = deed.needs_reason
        if not deed.needs_reason:
            self.fields["reason"].label = _("note")
        self.fields["reason"].widget.attrs |= {"autocomplete": "off", **({"list": "reasons"} if suggestions else {})}
        self.order_fields([name for name in self.fields if name != "reason"])


@dataclass(frozen=True)
class Deed:
    """One button.

    `run(obj, by=, reason=, **data of the form)` is the action: where it gives back a record of the kind, or a `Job`,
    the person lands on that one's page; `offered(obj, user)` says whether the button is drawn;
    `explains` what will happen; `form(request, obj)` gives a form class with more questions; `missing` what must be
    done first, which `lacks(obj, user)` finds out; `named(obj)` gives a label that says more than `label`; `returning`
    lists the fields that it would change (`restore.Returning`).
    """

    name: str
    label: str
    permission: str
    run: Callable
    needs_reason: bool = False
    asks_reason: bool = True
    danger: bool = False
    offered: Callable = lambda obj, user: True
    explains: str = ""
    form: Callable | None = None
    named: Callable | None = None
    missing: tuple[str, ...] = ()
    lacks: Callable = lambda obj, user: ()
    suggestions: tuple[str, ...] = ()
    unlawful: str = ""
    returning: tuple = ()


class DeedPages:
    """Buttons and their confirmation pages for a ModelAdmin."""

    deeds: tuple[Deed, ...] = ()
    move = staticmethod(move)
    """The action that moves a record of this kind along its life cycle."""

    def standard_reasons(self, obj, target):
        """Wordings to offer for a move."""
        return ()

    def form_of_move(self, lawful):
        """What `Deed.form` is, for a move that asks more than why; its answers go to `move` as well."""
        return

    def buttons(self, request, obj):
        """The deeds that the person may do to the record now: [(deed, address)]."""
        user = request.user
        moves = obj.moves_open_to(user) if isinstance(obj, Staged) else ()
        offered = [self._of_move(obj, lawful) for lawful in moves]
        offered += [
            _labelled(deed, obj) for deed in self.deeds if user.has_perm(deed.permission) and deed.offered(obj, user)
        ]
        return [(deed, self.address(obj, deed.name)) for deed in offered]

    def address(self, obj, name):
        kind, _slash, target = name.partition("/")
        view, rest = ("move", (target,)) if target else ("deed", (kind,))
        return reverse(f"admin:{self.view_name(view)}", args=(quote(obj.pk), *rest))

    def page_of(self, obj):
        return reverse(f"admin:{self.view_name('change')}", args=(quote(obj.pk),))

    def page_after(self, obj):
        """Where the person lands after a deed."""
        return self.page_of(obj)

    def view_name(self, view):
        return f"{self.opts.app_label}_{self.opts.model_name}_{view}"

    def get_urls(self):
        guarded = self.admin_site.admin_view
        return [
            path("<path:object_id>/move/<slug:target>/", guarded(self.move_view), name=self.view_name("move")),
            path("<path:object_id>/do/<slug:name>/", guarded(self.deed_view), name=self.view_name("deed")),
            *super().get_urls(),
        ]

    def deed_view(self, request, object_id, name):
        obj = self.found(request, object_id)
        deed = next((deed for deed in self.deeds if deed.name == name), None)
        if deed is None:
            raise Http404
        if not request.user.has_perm(deed.permission):
            raise PermissionDenied(_("Your role does not allow this step: %s.") % deed.label)
        deed = _labelled(deed, obj)
        return self._confirmed(request, obj, replace(deed, missing=tuple(deed.lacks(obj, request.user))))

    def move_view(self, request, object_id, target):
        obj = self.found(request, object_id)
        if not isinstance(obj, Staged) or target not in dict(obj._meta.get_field(obj.status_field).flatchoices):
            raise Http404
        lawful = obj.lifecycle.find(obj.state, target)
        if lawful is None or lawful.automatic:
            if not any(request.user.has_perm(each.permission) for each in obj.lifecycle.moves):
                raise PermissionDenied
            return self._confirmed(request, obj, self._unlawful(obj, target))
        if not (request.user.has_perm(lawful.permission) and obj.allows(lawful, request.user)):
            raise PermissionDenied(_("Your role does not allow this step: %s.") % lawful.label)
        deed = self._of_move(obj, lawful)
        missing = obj.missing_facts(lawful) if deed.form is None else []
        if lawful.second_person and getattr(obj, f"{lawful.second_person}_by_id") == request.user.pk:
            missing = [_("This needs a second person: you made the step before it."), *missing]
        suggestions = self.standard_reasons(obj, target) if lawful.reason else ()
        return self._confirmed(request, obj, replace(deed, missing=tuple(missing), suggestions=tuple(suggestions)))

    def _of_move(self, obj, lawful):
        return Deed(
            name=f"move/{lawful.target}",
            label=lawful.label,
            permission=lawful.permission,
            run=partial(self._run_move, to=lawful.target),
            needs_reason=lawful.reason,
            danger=lawful.danger,
            form=self.form_of_move(lawful),
            explains=_("From “%(now)s” to “%(target)s”.")
            % {"now": obj.get_state_display(), "target": obj.state_label(lawful.target)},
        )

    def _run_move(self, obj, *, to, by, reason, **answers):
        return self.move(obj, to=to, by=by, reason=reason, **answers)

    def _unlawful(self, obj, target):
        words = _("“%(record)s” is “%(now)s” and cannot become “%(target)s” from there.")
        named = {"record": obj, "now": obj.get_state_display(), "target": obj.state_label(target)}
        told = f"{words % named} {last_change_in_words(obj)}".strip()
        return Deed(f"move/{target}", obj.state_label(target), "", self._run_move, unlawful=told)

    def _confirmed(self, request, obj, deed):
        """GET shows what will happen; POST does it. 400 where the input is wanting, 409 where the register refuses."""
        if request.method not in ("GET", "HEAD", "POST"):
            return HttpResponseNotAllowed(("GET", "POST"))
        form_class = deed.form(request, obj) if deed.form else ReasonForm
        if deed.unlawful or request.method != "POST":
            form = form_class(deed=deed, initial={"seen_version": obj.version})
            return self._asked(request, obj, deed, form, 409 if deed.unlawful else 200)
        form = form_class(request.POST, request.FILES, deed=deed)
        if not form.is_valid():
            return self._asked(request, obj, deed, form, 400)
        if form.cleaned_data.pop("seen_version") not in (None, obj.version):
            return self._asked(request, obj, deed, _stale(form, obj), 409)
        try:
            made = deed.run(obj, by=request.user, **form.cleaned_data)
        except ValidationError as refusal:
            refused(form, refusal)
            return self._asked(request, obj, deed, form, 400 if set(form.errors) - {"__all__"} else 409)
        except IntegrityError as refusal:
            form.add_error(None, refusal_in_words(refusal))
            return self._asked(request, obj, deed, form, 409)
        except ObjectDoesNotExist:
            raise Http404 from None
        if isinstance(made, Job):
            return HttpResponseRedirect(reverse("job", args=(made.key,)))
        messages.success(request, _("Done: %(deed)s. %(record)s") % {"deed": deed.label, "record": obj})
        return HttpResponseRedirect(self.page_after(made if isinstance(made, self.model) else obj))

    def _asked(self, request, obj, deed, form, status):
        context = {
            **self.admin_site.each_context(request),
            "title": deed.label,
            "opts": self.opts,
            "object": obj,
            "deed": deed,
            "form": form,
            "media": self.media + form.media,
            "has_view_permission": True,
            "back": self.page_of(obj),
        }
        return TemplateResponse(request, "admin/move_confirmation.html", context, status=status)


def _stale(form, obj):
    """The form again, as it was filled in, with the version that stands now."""
    sees(form, obj.version)
    words = _("Somebody changed this record after you had opened this page. Look at it again before you confirm.")
    form.add_error(None, words)
    return form


def _labelled(deed, obj):
    return replace(deed, label=deed.named(obj)) if deed.named else deed
