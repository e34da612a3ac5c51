"""The trail in words: who did what to which row, what stood there before and after, and why.

Everything on a page is described at once: people, records and the things that foreign keys point at are each
fetched in one query per kind, however many changes there are.
"""

import datetime
from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache

from django.apps import apps
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q, TextField
from django.db.models.functions import Cast
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .data_classes import masks
from .dates import format_date, format_instant
from .fields import QualifierField, YuanField
from .jobs import KINDS
from .lifecycle import Staged
from .models import Change, Record
from .quantity import Money, format_quantity
from .quantity.format import digits
from .roles import READS_EVERYTHING, Role
from .text import excerpt, mask_name, mask_numbers, mask_phone

FOR_MACHINES = frozenset({"id", "version", "updated_at", "pinyin", "initials"})
SAID_ANYWAY = frozenset({"status_at", "status_reason"})
"""Columns that repeat the instant and the reason of the line; shown where a change came from outside."""

ACCOUNT_TABLES = (
    "core_user", "core_userrole", "counties_posting", "orgs_membership", "core_token", "core_factor",
    "core_recoverycode",
)  # fmt: skip
"""What the audit administrator reads: accounts, roles and postings, no business data."""

_TITLES = ("name", "title", "indicator", "goods", "what", "person", "text", "original_name", "number")
_LONG = 300

ACTION_NAMES = {
    "account.roles": gettext_lazy("Roles given or taken"),
    "account.password": gettext_lazy("Password set"),
    "account.close": gettext_lazy("Account closed"),
    "token.make": gettext_lazy("Token of a system made"),
    "token.revoke": gettext_lazy("Token of a system revoked"),
    "webhook.deliver": gettext_lazy("Webhook sent"),
    "webhook.again": gettext_lazy("Webhook sent again"),
    "webhook.test": gettext_lazy("Webhook tried"),
    "webhook.secret": gettext_lazy("New secret of a webhook"),
    "account.open": gettext_lazy("Account opened again"),
    "account.own_password": gettext_lazy("Own password changed"),
    "account.reset_asked": gettext_lazy("New password asked for by e-mail"),
    "account.reset": gettext_lazy("New password chosen by e-mail"),
    "account.sessions": gettext_lazy("Sessions ended"),
    "account.unlock": gettext_lazy("Lock lifted"),
    "account.close_unused": gettext_lazy("Unused account closed"),
    "factor.set_up": gettext_lazy("Second factor set up"),
    "factor.codes": gettext_lazy("New recovery codes"),
    "factor.recover": gettext_lazy("Recovery code used"),
    "factor.off": gettext_lazy("Second factor taken off"),
    "factor.reset": gettext_lazy("Second factor taken off by an administrator"),
    "job.told": gettext_lazy("End of a job told"),
    "notice.read": gettext_lazy("Message read"),
    "notice.channels": gettext_lazy("Channels chosen"),
    "outgoing.deliver": gettext_lazy("Outgoing text sent"),
    "outgoing.again": gettext_lazy("Outgoing text sent again"),
    "trail.alarm": gettext_lazy("Alarm about the trail"),
    "doubt.note": gettext_lazy("Doubt looked into"),
    "objection.file": gettext_lazy("Objection handed in"),
}
"""What an action is called. The rooms above add their own when the desk is set up (`name_actions`)."""


def name_actions(names):
    ACTION_NAMES.update(names)


def masks_personal(user, model=None):
    """Whether `user` reads the personal data of others masked: all but those who work with it, by the table."""
    return masks(user, model)


def masked(value, kind):
    """A value of personal data as those see it who only need to know that it is there."""
    return {"name": mask_name, "phone": mask_phone}.get(kind, mask_numbers)(value) if isinstance(value, str) else value


def changes_of(record):
    """The changes of a record and of the rows that are read under it."""
    own = Q(table_name=record._meta.db_table, row_pk=str(record.pk))
    return Change.objects.filter(own | Q(root_table=record._meta.db_table, root_pk=str(record.pk)))


def last_change_in_words(record):
    """Who changed the record's own row last and when, for somebody who came too late; empty if it never was changed."""
    own = Change.objects.filter(table_name=record._meta.db_table, row_pk=str(record.pk)).exclude(operation="I")
    change = own.order_by("-id").first()
    if change is None:
        return ""
    who = get_user_model().objects.filter(pk=change.actor_id).first() or _("the system itself")
    return _("Last changed by %(who)s on %(when)s.") % {"who": who, "when": format_instant(change.at)}


def changes_within_scope_of(user):
    """The changes that `user` may read: all, those of accounts (audit administrator), or those of its records."""
    if not (user.is_active and user.has_perm("core.view_change")):
        return Change.objects.none()
    if user.holds(*READS_EVERYTHING):
        return Change.objects.all()
    if user.holds(Role.AUDIT_ADMIN):
        return Change.objects.filter(table_name__in=ACCOUNT_TABLES)
    scope = Q(pk__in=[])
    for model in apps.get_models():
        if issubclass(model, Record) and not model.trail_root and hasattr(model._default_manager, "within_scope_of"):
            keys = model._default_manager.within_scope_of(user).order_by().annotate(key=Cast("pk", TextField()))
            scope |= Q(root_table=model._meta.db_table, root_pk__in=keys.values("key"))
    return Change.objects.filter(scope)


@dataclass(slots=True)
class Difference:
    """One column of a change, in words."""

    label: str
    before: str
    after: str


@dataclass(slots=True)
class Entry:
    """One change in words. `who` is empty where it came from outside the application: see `outside`. `restore` is
    where the state after it can be put back, for whom a page offers that."""

    change: Change
    who: str
    outside: str
    action: str
    row: str
    record: str
    root: tuple[str, str]
    differences: list[Difference] = field(default_factory=list)
    restore: str = ""


def describe(changes, viewer):
    """The changes as entries for `viewer`; personal data is masked where it is not the viewer's to see."""
    changes = list(changes)
    return _Telling(changes, masks_personal(viewer)).entries() if changes else []


def entry_of(change):
    """One change as an entry for whoever comes across it; personal data is masked."""
    return _Telling([change], mask=True).entries()[0]


def action_in_words(change):
    """What was done, without asking the database."""
    return _Telling([change], mask=True).action(change)


class _Telling:
    """The names needed to tell a page of changes, fetched together."""

    def __init__(self, changes, mask):
        self.changes, self.mask = changes, mask
        self.models = {model._meta.db_table: model for model in apps.get_models()}

    def entries(self):
        return [self._entry(change) for change in self.changes]

    @cached_property
    def names(self):
        """{model: {primary key: what it is called}} of everything that the changes point at."""
        wanted = defaultdict(set)
        for change in self.changes:
            wanted[get_user_model()].add(change.actor_id)
            if change.root_table in self.models and change.root_pk.isdigit():
                wanted[self.models[change.root_table]].add(int(change.root_pk))
            for values in (change.before, change.after):
                for column, value in (values or {}).items():
                    column = self._column(change, column)
                    if isinstance(column, models.ForeignKey):
                        wanted[column.related_model].add(value)
        return {
            model: {row.pk: _called(row) for row in _with_names(model).filter(pk__in=keys - {None})}
            for model, keys in wanted.items()
        }

    def _column(self, change, name):
        model = self.models.get(change.table_name)
        return _columns(model).get(name) if model else None

    def _name(self, model, key):
        return self.names.get(model, {}).get(key) or f"#{key}"

    def _entry(self, change):
        root = self.models.get(change.root_table)
        return Entry(
            change=change,
            who=self._who(change),
            outside=self._outside(change),
            action=self.action(change),
            row=self._row(change),
            record=self._name(root, int(change.root_pk)) if root and change.root_pk.isdigit() else "",
            root=(change.root_table, change.root_pk),
            differences=list(self._differences(change)),
        )

    def _who(self, change):
        """The account, and the system by whose token it was used."""
        who = self._name(get_user_model(), change.actor_id) if change.actor_id else ""
        return _("%(who)s, through %(system)s") % {"who": who, "system": change.through} if change.through else who

    def _outside(self, change):
        if change.actor_id:
            return ""
        if change.action:
            return _("the system itself")
        return _("changed directly in the database by %s") % change.db_user

    def action(self, change):
        """`funding.void` as “Voided”, `project.under_way` as “Moved to “under way””, the rest by its operation."""
        if change.action in ACTION_NAMES:
            return str(ACTION_NAMES[change.action])
        family, _dot, target = change.action.partition(".")
        if family == "job" and target in KINDS:
            return str(KINDS[target].label)
        if family == "desk":
            return _("Earlier state put back") if target.endswith(".restore") else _("Edited at the desk")
        model = next((m for m in self.models.values() if m._meta.model_name == family and issubclass(m, Staged)), None)
        states = dict(model._meta.get_field(model.status_field).flatchoices) if model else {}
        if target in states:
            return _("Moved to “%s”") % states[target]
        return change.action or change.get_operation_display()

    def _row(self, change):
        """Which row: its kind and what it is called, from the values that the trail itself holds."""
        model = self.models.get(change.table_name)
        if model is None:
            return f"{change.table_name} #{change.row_pk}"
        values = {**(change.before or {}), **(change.after or {})}
        title = next((self._word(change, name, values[name]) for name in _TITLES if values.get(name)), "")
        return f"{model._meta.verbose_name} {excerpt(title or self._parts(change, model, values))}".strip()

    def _parts(self, change, model, values):
        """For rows without a title: what they join, their sum, their state."""
        joined, sums, states = [], [], []
        for column in model._meta.concrete_fields:
            value = values.get(column.column)
            if value in (None, "") or column.name == model_root(model) or isinstance(column, QualifierField):
                continue
            if column.is_relation and column.related_model is not get_user_model():
                joined.append(self._word(change, column.column, value))
            elif isinstance(column, YuanField):
                sums.append(self._word(change, column.column, value))
            elif column.choices:
                states.append(self._word(change, column.column, value))
        return " · ".join([*joined[:2], *sums, *states[:1]])

    def _differences(self, change):
        added, root = change.operation == Change.Operation.INSERT, self._root_column(change)
        for name, before, after in change.differences:
            column = self._column(change, name)
            repeated = name in SAID_ANYWAY and bool(change.action)
            if name in FOR_MACHINES or name == root or repeated or (added and after in (None, "", [], False)):
                continue
            label = str(column.verbose_name) if column else name
            yield Difference(label, self._word(change, name, before), self._word(change, name, after))

    def _root_column(self, change):
        model = self.models.get(change.table_name)
        root = model_root(model) if model else ""
        return model._meta.get_field(root).column if root else ""

    def _word(self, change, name, value):
        if value is None or value == "" or value == []:
            return ""
        column = self._column(change, name)
        if column is None:
            return excerpt(str(value), _LONG)
        if isinstance(column, models.ForeignKey):
            return self._name(column.related_model, value)
        kind = getattr(column.model, "personal", {}).get(column.name)
        if kind and self.mask:
            return masked(str(value), kind)
        return value_in_words(column, value)


@cache
def _columns(model):
    """{column: field} of a model."""
    return {field.column: field for field in model._meta.concrete_fields}


def model_root(model):
    return getattr(model, "trail_root", "")


def _called(row):
    """A group is called by the role that it stands for."""
    return str(Role(row.name).label) if isinstance(row, Group) and row.name in Role.values else str(row)


def _with_names(model):
    """Rows with what their own names are made of: a posting by officer and division, a permission by what it is of."""
    rows = model._base_manager.all()
    is_called_by_others = model is Permission or model_root(model) or not hasattr(model, "name")
    return rows.select_related() if is_called_by_others else rows


def value_in_words(column, value):
    """A value of a model's field (as Python or as JSON holds it) as people read it; foreign keys by their object."""
    if value is None or value == "":
        return ""
    if isinstance(column, ArrayField):
        return _(", ").join(value_in_words(column.base_field, item) for item in value)
    if column.choices:
        return str(dict(column.flatchoices).get(value, value))
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(column, models.DateTimeField):
        return format_instant(value if isinstance(value, datetime.datetime) else parse_datetime(value))
    if isinstance(column, models.DateField):
        return format_date(value if isinstance(value, datetime.date) else parse_date(value))
    if isinstance(column, YuanField):
        return format_quantity(Money(Decimal(str(value))), "exact")
    if isinstance(column, models.DecimalField):
        return digits(Decimal(str(value)))
    if isinstance(value, dict):
        value = "; ".join(f"{key}: {said}" for key, said in value.items() if said not in (None, "", [], {}))
    return excerpt(str(value), _LONG)
