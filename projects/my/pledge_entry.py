"""The first two steps of a pledge as they are filled in: what is offered; when it comes and whom to ring."""

from django.forms import formset_factory
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from orgs.models import Kind
from projects.models import Pledge
from projects.models.items import ItemKind
from registry.core.quantity import format_quantity

from .entry import Entry, lines
from .pledge_forms import (
    LINES,
    InstalmentForm,
    InstalmentsBase,
    LineForm,
    StartForm,
    TargetForm,
    TermsForm,
    WantedForm,
)

Lines = formset_factory(LineForm, extra=1, max_num=LINES, absolute_max=LINES)
Instalments = formset_factory(InstalmentForm, formset=InstalmentsBase, extra=1, max_num=LINES, absolute_max=LINES)


class Offer(Entry):
    """Step 1. `need` is None for a free pledge, `pledge` where there is no draft yet; with `data` it is bound."""

    def __init__(self, givers, need, pledge=None, data=None, once=None):
        self.need, self.pledge = need, pledge
        self.givers = {giver.pk: giver for giver in givers}
        start = {"once": once}
        if pledge:
            start |= {"organisation": pledge.organisation_id, "seen_version": pledge.version}
        self.start = StartForm(data, initial=start, givers=givers)
        self.target = None if need else TargetForm(data, initial=self._target)
        self.wanted = [
            WantedForm(data, gap=gap, initial=self._own.get(gap.item.pk))
            for gap in self._gaps
            if gap.unmet.value > 0 or gap.item.pk in self._own
        ]
        self.mobilises = any(giver.kind == Kind.ASSOCIATION for giver in givers)
        known = {gap.item.pk: gap.item for gap in self._gaps}
        self.lines = lines(
            Lines, data, self._others, prefix="line", form_kwargs={"wanted": known, "mobilises": self.mobilises}
        )

    @property
    def parts(self):
        return [self.start, *([self.target] if self.target else []), *self.wanted, self.lines]

    @cached_property
    def _gaps(self):
        return self.need.gaps() if self.need else []

    @cached_property
    def _items(self):
        return list(self.pledge.items.select_related("enterprise")) if self.pledge else []

    @cached_property
    def _own(self):
        """{item of the need: what the organisation itself offers towards it}."""
        return {
            item.need_item_id: {"much": _number(item), "declared": item.declared}
            for item in self._items
            if item.need_item_id and not item.enterprise_id
        }

    @property
    def _others(self):
        return [
            {
                "company": item.enterprise.name if item.enterprise else "", "towards": item.need_item_id or item.kind,
                "what": item.what, "much": item.amount or format_quantity(item.measure, "prose", "zh-hans"),
                "declared": item.declared,
            }
            for item in self._items
            if item.enterprise_id or not item.need_item_id
        ]  # fmt: skip

    @property
    def _target(self):
        if not self.pledge:
            return {}
        return {"county": self.pledge.county and self.pledge.county.name, "field": self.pledge.field_id}

    @property
    def tells_lines(self):
        """Whether the further lines are to be seen at once."""
        return self.need is None or bool(self._others) or (self.lines.is_bound and not self.lines.is_valid())

    def is_valid(self):
        if not super().is_valid():
            return False
        if not self.items:
            self.start.add_error(None, _("Say what you offer: a sum, goods, service or know-how."))
        return self.start.is_valid()

    @property
    def items(self):
        """What is offered, as `save_pledge` takes it."""
        return [item for form in (*self.wanted, *self.lines.forms) for item in form.items()]

    @property
    def organisation(self):
        return self.givers[self.start.cleaned_data["organisation"]]

    @property
    def towards(self):
        """The need, or the county and field of a free pledge, as `save_pledge` takes them."""
        return {"need": self.need} if self.need else self.target.cleaned_data


def _number(item):
    return item.amount if item.kind == ItemKind.MONEY else item.measure


class Terms(Entry):
    """Step 2 of a draft; instalments are asked for only where money is offered."""

    def __init__(self, pledge, user, data=None):
        self.pledge = pledge
        self.whole = pledge.money
        self.own = TermsForm(data, initial=_terms(pledge, user))
        self.instalments = None
        if self.whole.value:
            parts = [{"due_on": part.due_on, "amount": part.amount} for part in pledge.instalments.all()]
            self.instalments = lines(Instalments, data, parts, prefix="part")

    @property
    def parts(self):
        return [self.own, *([self.instalments] if self.instalments else [])]

    @property
    def content(self):
        """What was typed, as `save_pledge` takes it."""
        typed = dict(self.own.cleaned_data)
        del typed["seen_version"]
        parts = self.instalments.parts(self.whole.value) if self.instalments else []
        return typed | {"instalments": parts}


def _terms(pledge, user):
    """The draft's own; whom to ring as in the last pledge of the organisation, else the person who writes."""
    last = Pledge.objects.spoken_for_by(user).filter(organisation=pledge.organisation).exclude(contact_name="").first()
    source = pledge if pledge.contact_name else last
    return {
        "seen_version": pledge.version, "deliver_by": pledge.deliver_by, "text": pledge.text,
        "contact_name": source.contact_name if source else user.name,
        "contact_phone": source.contact_phone if source else user.phone,
    }  # fmt: skip
