"""The history (变更记录) over all: who changed what, when and why; one batch; and the list as a file.

Pages go by the number of a change, so that the oldest costs what the newest costs; nothing is counted but by a file.
"""

import datetime
from itertools import islice

import django_filters
from django import forms
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db.models import Count, Max, Min, Q
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from projects.batches import batch_of_steps
from projects.board.work import place_of_batch
from projects.models import LedgerImport
from projects.places import import_page
from registry.core.dates import SHANGHAI
from registry.core.filters import BadQuery, Day, Filters
from registry.core.forms import PlainTextField
from registry.core.history import ACCOUNT_TABLES, changes_within_scope_of, describe
from registry.core.lists_out import AT_ONCE, PARAMETER, asked_form, gives_files, hand_out, usual_facts, ways_out
from registry.core.models import Change, Record, User
from registry.core.paging import Question
from registry.core.roles import READS_EVERYTHING, Role
from registry.core.undo import why_not_undone
from registry.core.workbooks import INSTANT, PLAIN, Column, Page
from registry.reports.guard import page_for

PAGE, AT_A_TIME = 50, 500

REACH = 1_000_000
"""Changes among which a page looks for what has no index, a second or two; whoever wants more goes on from there."""

SOUGHT = ("field", "action", "operation", "reason")
"""Questions that have no index."""

FOUND_BY = ("record", "batch", "request_id", "since")
"""Questions by whose index few changes are found, in which the others may be looked for all at once."""

READS = "core.view_change"
OUTSIDE, MYSELF = "outside", "me"


def tables_open_to(user):
    """[(table, its name)] of the records whose changes the person may read."""
    everything = user.holds(*READS_EVERYTHING, Role.PARTNER)
    records = [model._meta for model in apps.get_models() if issubclass(model, Record)]
    found = [(meta.db_table, str(meta.verbose_name)) for meta in records]
    return sorted((pair for pair in found if everything or pair[0] in ACCOUNT_TABLES), key=lambda pair: pair[1])


def people_of_the_trail(asked=""):
    """[(number of the account or a word, its name)]: those who work here, and whoever is asked for."""
    people = User.objects.holding(*Role.values).exclude(groups__name=Role.ORGANISATION).order_by("name")
    named = {str(person.pk): str(person) for person in people[:200]}
    if asked.isascii() and asked.isdigit() and len(asked) < 19 and asked not in named:
        named |= {str(person.pk): str(person) for person in User.objects.filter(pk=asked)}
    return [(OUTSIDE, _("outside the application")), (MYSELF, _("myself")), *named.items()]


class Word(django_filters.CharFilter):
    """A word that must be the same."""

    field_class = PlainTextField

    def __init__(self, **kwargs):
        super().__init__(max_length=100, **kwargs)


class ChangeFilters(Filters):
    made_anew = frozenset({"table", "who"})

    who = django_filters.ChoiceFilter(method="of_person", label=gettext_lazy("who"))
    since = Day(method="from_day", label=gettext_lazy("from day"))
    until = Day(method="to_day", label=gettext_lazy("until day"))
    table = django_filters.ChoiceFilter(field_name="table_name", label=gettext_lazy("kind of record"))
    record = Word(method="of_record", label=gettext_lazy("record"), widget=forms.HiddenInput)
    field = Word(method="of_field", label=gettext_lazy("field"))
    action = Word(method="by_action", label=gettext_lazy("action"))
    operation = django_filters.ChoiceFilter(choices=Change.Operation.choices, label=gettext_lazy("operation"))
    reason = Word(field_name="reason", lookup_expr="icontains", label=gettext_lazy("reason"))
    batch = Word(field_name="batch_id", label=gettext_lazy("batch"))
    request_id = Word(field_name="request_id", label=gettext_lazy("request"))

    def __init__(self, data=None, queryset=None, *, request):
        super().__init__(data, queryset, request=request)
        self.filters["table"].extra["choices"] = tables_open_to(request.user)
        self.filters["who"].extra["choices"] = people_of_the_trail(data.get("who", ""))

    def of_person(self, rows, name, value):
        if value == OUTSIDE:
            return rows.filter(actor_id__isnull=True)
        return rows.filter(actor_id=self.request.user.pk if value == MYSELF else value)

    def from_day(self, rows, name, value):
        return rows.filter(at__gte=_midnight(value))

    def to_day(self, rows, name, value):
        return rows.filter(at__lt=_midnight(value + datetime.timedelta(days=1)))

    def of_record(self, rows, name, value):
        """`projects_project:12`: of the record's own row and of what is read under it."""
        table, _colon, key = value.partition(":")
        own = Q(table_name=table, row_pk=key) | Q(root_table=table, root_pk=key)
        return rows.filter(own)

    def of_field(self, rows, name, value):
        """Changes of a column, by its name in the database or by what people call it; added rows that have it."""
        columns = columns_called(value, self.form.cleaned_data.get("table"))
        changed = Q(before__has_any_keys=columns) & ~Q(operation=Change.Operation.INSERT)
        return rows.filter(changed | Q(operation=Change.Operation.INSERT, after__has_any_keys=columns))

    def by_action(self, rows, name, value):
        """One action (`funding.void`), or all of a family (`funding`)."""
        return rows.filter(Q(action=value) | Q(action__startswith=f"{value}."))


def _midnight(day):
    return datetime.datetime.combine(day, datetime.time(), SHANGHAI)


def columns_called(word, table=None):
    """The names of columns that are called `word`, in the database or in the current language."""
    models = [model for model in apps.get_models() if issubclass(model, Record)]
    fields = [
        field for model in models if table in (None, "", model._meta.db_table) for field in model._meta.concrete_fields
    ]
    return sorted({field.column for field in fields if str(field.verbose_name) == word} | {word})


class Trail(Question):
    """A page of changes, newest first, that goes on from the number of a change: `before`, or backwards `after`."""

    def __init__(self, filters):
        self.filters, self.fault, self.rows, self.is_file = filters, "", [], False
        self._older = self._newer = self.stopped_at = None
        try:
            found = filters.found(also=("before", "after", PARAMETER))
            self.is_file, before, after = _wants_file(filters.data), *(_key(filters.data, one) for one in PLACES)
        except BadQuery as bad:
            self.fault, self.faults, self.found = bad.words, bad.faults, Change.objects.none()
            return
        self.found = found.order_by("-id")
        if not self.is_file:
            (self._upwards if after else self._downwards)(found, after or before)

    def _downwards(self, found, before):
        """The newest before the number `before`, or of all."""
        floor = self._floor(before)
        rows = found.filter(id__lt=before) if before else found
        rows = list((rows.filter(id__gte=floor) if floor else rows).order_by("-id")[: PAGE + 1])
        self.rows = rows[:PAGE]
        if before:
            self._newer = rows[0].pk if rows else before - 1
        if len(rows) > PAGE:
            self._older = rows[PAGE - 1].pk
        elif floor and (next_one := Change.objects.filter(id__lt=floor).aggregate(found=Max("id"))["found"]):
            self._older, self.stopped_at = next_one + 1, floor  # numbers that nothing has are passed over

    def _upwards(self, found, after):
        """The next behind the number `after`."""
        top = after + REACH if self._is_search else None
        rows = found.filter(id__gt=after)
        rows = list((rows.filter(id__lte=top) if top else rows).order_by("id")[: PAGE + 1])
        self.rows = rows[:PAGE][::-1]
        self._older = rows[0].pk if rows else after + 1
        if len(rows) > PAGE:
            self._newer = rows[PAGE - 1].pk
        elif top and (next_one := Change.objects.filter(id__gt=top).aggregate(found=Min("id"))["found"]):
            self._newer, self.stopped_at = next_one - 1, top

    @cached_property
    def _is_search(self):
        """Whether changes have to be looked at one by one for what is asked."""
        asked = self.filters.form.cleaned_data
        return any(asked[name] for name in SOUGHT) and not any(asked[name] for name in FOUND_BY)

    def _floor(self, before):
        """The oldest number that is looked at from the number `before` on, or from the newest that the last day leaves;
        None for all."""
        if not self._is_search:
            return None
        until, changes = self.filters.form.cleaned_data["until"], Change.objects.all()
        if until and not before:
            changes = self.filters.to_day(changes, "until", until)
        return (before or (changes.aggregate(newest=Max("id"))["newest"] or 0) + 1) - REACH

    @cached_property
    def searched_to(self):
        """The instant at which the search for this page has stopped; None where it has looked at all there is."""
        if not self.stopped_at:
            return None
        return Change.objects.filter(id__gte=self.stopped_at).order_by("id").values_list("at", flat=True).first()

    def address(self, **changes):
        return super().address(**{"before": None, "after": None} | changes)

    @property
    def older(self):
        return f"?{self.address(before=str(self._older))}" if self._older else ""

    @property
    def newer(self):
        return f"?{self.address(after=str(self._newer))}" if self._newer else ""

    def ways_out(self, request):
        """Counted no further than to know whether the file takes a job, as it does where not all was looked at."""
        if self.fault:
            return []
        if self._is_search and self.stopped_at:
            return ways_out(request.user, request.path, self.address(), AT_ONCE + 1)
        number = self.found.order_by()[: AT_ONCE + 1].count()
        return ways_out(request.user, request.path, self.address(), number) if number else []


PLACES = ("before", "after")


def _wants_file(data):
    try:
        return asked_form(data) is not None
    except ValidationError as error:
        raise BadQuery({PARAMETER: error.messages}, [PARAMETER]) from error


def _key(data, name):
    """The number of a change in the address, None where there is none. Raises BadQuery."""
    word = data.get(name, "")
    if word and not (word.isascii() and word.isdigit() and len(word) < 19):
        raise BadQuery({name: [_("This is not the number of a change.")]}, [name])
    return int(word) if word else None


def _differences(entry):
    return "\n".join(f"{each.label}: {each.before or DASH} → {each.after or DASH}" for each in entry.differences)


DASH = "—"
COLUMNS = (
    Column(gettext_lazy("Number"), lambda entry: entry.change.pk, PLAIN, width=10),
    Column(gettext_lazy("When"), lambda entry: entry.change.at, INSTANT),
    Column(gettext_lazy("Who"), lambda entry: entry.who or entry.outside),
    Column(gettext_lazy("What was done"), lambda entry: entry.action, width=24),
    Column(gettext_lazy("Row"), lambda entry: entry.row, width=30),
    Column(gettext_lazy("Record"), lambda entry: entry.record, width=30),
    Column(gettext_lazy("Operation"), lambda entry: entry.change.get_operation_display(), width=8),
    Column(gettext_lazy("Before → after"), _differences, width=60),
    Column(gettext_lazy("Reason"), lambda entry: entry.change.reason, width=30),
    Column(gettext_lazy("Batch"), lambda entry: entry.change.batch_id, width=12),
    Column(gettext_lazy("Request"), lambda entry: entry.change.request_id, width=12),
)


def _all_told(changes, user):
    rows = changes.iterator(chunk_size=AT_A_TIME)
    while chunk := list(islice(rows, AT_A_TIME)):
        yield from describe(chunk, user)


@page_for(READS)
@require_safe
@gives_files
def history(request):
    """Every change that the person may read, newest first, in words; as a file with `format`."""
    user = request.user
    trail = Trail(ChangeFilters(request.GET, changes_within_scope_of(user), request=request))
    if trail.is_file:
        rows, total = _all_told(trail.found, user), trail.found.order_by().count()
        title = str(_("History of changes"))
        return hand_out(request, Page(title, list(COLUMNS), rows, total, usual_facts(COLUMNS), by=str(user)))
    context = {"listing": trail, "entries": describe(trail.rows, user), "ways": trail.ways_out(request)}
    return render(request, "reports/history.html", context, status=trail.status)


@page_for(READS)
@require_safe
def batch(request, batch):
    """What one batch wrote: by whom, when, how many rows of what; where it can be undone, the way to it."""
    user = request.user
    changes = Change.objects.none() if "\0" in batch else changes_within_scope_of(user).filter(batch_id=batch)
    about = changes.order_by().aggregate(first=Min("at"), last=Max("at"), number=Count("pk"))
    if not about["number"]:
        raise Http404(_("There is no such batch, or it is not yours to see."))
    names = dict(tables_open_to(user))
    written = changes.order_by().values_list("table_name", "operation").annotate(number=Count("pk")).order_by("-number")
    operations = dict(Change.Operation.choices)
    ledger = LedgerImport.objects.within_scope_of(user).filter(batch=batch).first()
    at_desk = user.is_staff and user.has_perm("projects.view_projectstep")
    context = {
        "batch": batch, "about": about, "first": describe(changes.order_by("id")[:1], user)[0],
        "written": [
            (names.get(table, table), operations[operation], number, f"table={table}&operation={operation}")
            for table, operation, number in written
        ],
        "ledger": ledger, "ledger_url": import_page(ledger, user) if ledger else "",
        "steps_url": place_of_batch(batch) if at_desk and batch_of_steps(batch) else "",
        "why_not": why_not_undone(batch) if user.reads_everything else "",
        "list": reverse("history") + "?" + urlencode({"batch": batch}),
    }  # fmt: skip
    return render(request, "reports/batch.html", context)
