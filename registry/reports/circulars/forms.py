"""The form of the composing page: one row of fields for each paragraph."""

from django import forms
from django.utils.translation import gettext_lazy as _

from projects.models import CircularPart
from registry.core.admin.versions import SeenVersion
from registry.core.forms import PlainTextField, both_versions

SAID = ("is_included", "position", "heading", "text")
"""What a paragraph keeps of its form."""

LEAST, MOST, ACROSS = 4, 24, 50
"""Lines of the field of a wording, and characters of one."""


class PartForm(forms.Form):
    """What is said of one paragraph. Unbound fields show what stands."""

    is_included = forms.BooleanField(label=_("included"), required=False)
    position = forms.IntegerField(label=_("order"), min_value=1, max_value=999)
    heading = PlainTextField(label=_("heading"), required=False, max_length=60)
    text = PlainTextField(
        label=_("wording"), required=False, multiline=True, max_length=20_000,
        widget=forms.Textarea(attrs={"spellcheck": "false"}),
    )  # fmt: skip
    anew = forms.BooleanField(label=_("draw up anew from the register"), required=False)

    def __init__(self, *args, part, **kwargs):
        self.part = part
        super().__init__(*args, prefix=part.kind, initial={name: getattr(part, name) for name in SAID}, **kwargs)
        lines = sum(1 + len(line) // ACROSS for line in part.text.splitlines())
        self.fields["text"].widget.attrs["rows"] = min(max(lines, LEAST), MOST)

    @property
    def title(self):
        return self.part.get_kind_display()

    def both(self):
        """(label, what stands now, what was typed) of each field."""
        for name in SAID:
            yield f"{self.title}: {self.fields[name].label}", getattr(self.part, name), self.cleaned_data[name]


class ComposingForm(forms.Form):
    """The version that the person saw, and the paragraphs."""

    seen_version = SeenVersion(required=False)

    def __init__(self, data=None, *, circular):
        super().__init__(data, initial={"seen_version": circular.version})
        there = {part.kind: part for part in circular.parts.all()}
        last = max((part.position for part in there.values()), default=0)
        for place, kind in enumerate(CircularPart.Kind.values, 1):
            missing = CircularPart(kind=kind, is_included=False, position=min(last + place * 10, 999))
            there.setdefault(kind, missing)
        ordered = sorted(there.values(), key=lambda part: part.position)
        self.rows = [PartForm(data, part=part) for part in ordered]

    def is_valid(self):
        return all([super().is_valid(), *(row.is_valid() for row in self.rows)])

    def said(self):
        """{kind: what is said of the paragraph}, for `word_circular`."""
        return {row.part.kind: row.cleaned_data for row in self.rows}

    def both(self):
        """[(label, what stands now, what was typed)] of all paragraphs, where somebody was faster."""
        return both_versions(each for row in self.rows for each in row.both())
