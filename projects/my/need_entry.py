"""A need as its county fills it in: its facts, the lines of what is wanted and photos as one thing to read and keep."""

from django.forms import formset_factory
from django.utils.translation import gettext as _

from projects.models import Campaign, Need, NeedItem
from projects.models.items import ItemKind
from projects.needs import counties_of
from registry.core.forms import both_versions, plain_words, sees

from .entry import Entry, lines
from .need_forms import AT_ONCE, COLUMNS, LINES, ItemForm, NeedForm, NeedPhotosForm, line_of

PREFIX = "item"


def _lines(extra):
    return formset_factory(ItemForm, extra=extra, max_num=LINES, absolute_max=LINES)


class NeedEntry(Entry):
    """The form of a need; `need` is None where there is no draft. With `data` it is bound."""

    def __init__(self, user, need=None, data=None, files=None):
        self.need = need
        counties = counties_of(user)
        self.own = NeedForm(data, initial=self._facts(counties), counties=counties)
        standing = [line_of(item) for item in need.items.all()] if need else []
        self.lines = lines(_lines(1 if standing else AT_ONCE), data, standing, prefix=PREFIX)
        self.photos = NeedPhotosForm(data, files)

    @classmethod
    def with_more_lines(cls, user, need, data):
        """What was typed, unread, with some more empty lines: nothing is a fault yet."""
        entry = cls(user, need)
        typed = _lines(0)(data, prefix=PREFIX)
        number = min(typed.total_form_count(), LINES)
        shown = [{name: data.get(f"{PREFIX}-{place}-{name}", "") for name in ItemForm.base_fields}
                 for place in range(number)]  # fmt: skip
        entry.own.initial = {name: data.get(name, "") for name in entry.own.fields}
        entry.lines = _lines(min(AT_ONCE, LINES - number))(initial=shown, prefix=PREFIX)
        return entry

    def _facts(self, counties):
        if self.need is None:
            first = counties.first()
            return {"seen_version": 0, "county": first and first.pk, "campaign": Campaign.objects.current()}
        return {name: getattr(self.need, name) for name in COLUMNS} | {"seen_version": self.need.version}

    # What was typed

    @property
    def parts(self):
        return (self.own, self.lines, self.photos)

    @property
    def content(self):
        """What `save_need` takes, of a form that is valid."""
        facts = {name: self.own.cleaned_data[name] for name in COLUMNS}
        return facts | {"items": [form.item for form in self.lines.forms if form.item]}

    @property
    def version(self):
        """The version that was read, None for a new need."""
        return self.own.cleaned_data["seen_version"] if self.need else None

    @property
    def has_room(self):
        """Whether there may be more lines."""
        return self.lines.total_form_count() < LINES

    # Two versions

    def conflict(self, need):
        """[(label, what stands now, what was typed)], where they differ from `need`, the newest version; the form is
        about that one from now on."""
        typed, self.need = self.content, need
        rows = [
            (NeedForm.base_fields[name].label, _told(name, getattr(need, name)), _told(name, typed[name]))
            for name in COLUMNS
        ]
        now = sorted(map(in_words, need.items.all()))
        new = sorted(in_words(NeedItem(**item)) for item in typed["items"])
        sees(self.own, need.version)
        return both_versions([*rows, (_("What is wanted"), "\n".join(now), "\n".join(new))])


def in_words(item):
    """One thing that is wanted: what, and how much."""
    return f"{item.what or ItemKind(item.kind).label} {item.measure}"


def _told(name, value):
    return Need.Urgency(value).label if name == "urgency" else value


def answers_of(need):
    """What a need says, to be checked before it is submitted: [(label, answer, id of the field that changes it)]."""
    rows = [
        (NeedForm.base_fields[name].label, plain_words(_told(name, getattr(need, name))), f"id_{name}")
        for name in COLUMNS
    ]
    items = "\n".join(map(in_words, need.items.all()))
    return [*rows, (_("What is wanted"), items, f"id_{PREFIX}-0-measure")]
