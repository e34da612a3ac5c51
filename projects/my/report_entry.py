"""A monthly report as it is filled in: its fields, lines, results and photos as one thing to read, compare and keep."""

from django.forms import formset_factory
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from projects.models import MonthlyReport, ReportedMoney
from projects.months import last_values, told_before
from registry.core.forms import both_versions, sees
from registry.core.quantity import format_quantity

from .entry import Entry, lines
from .forms import LINES, TEXTS, MoneyLineForm, PhotosForm, ReportForm, ResultsForm, as_quantity

MoneyLines = formset_factory(MoneyLineForm, extra=1, max_num=LINES, absolute_max=LINES)


class ReportEntry(Entry):
    """The form of a month's report; `report` is None where there is no draft. With `data` it is bound."""

    def __init__(self, project, month, report, data=None, files=None):
        self.project, self.month, self.report = project, month, report
        parts = project.participations.select_related("organisation").filter(organisation__isnull=False)
        self.parties = {part.organisation_id: part.organisation for part in parts}
        self.results = list(project.results.all())
        self.own = ReportForm(data, initial=self._texts)
        self.money = lines(MoneyLines, data, self._lines, prefix="money", form_kwargs={"parties": self.parties})
        self.reached = ResultsForm(data, initial=self._reached, results=self.results)
        self.photos = PhotosForm(data, files, month=month)

    # What stands there

    @cached_property
    def before(self):
        """The report that was handed in before this one, or None."""
        return told_before(self.project, self.month)

    @cached_property
    def last(self):
        return last_values(self.project, self.before)

    @property
    def version(self):
        return self.report.version if self.report else 0

    @cached_property
    def _texts(self):
        if self.report:
            return {name: getattr(self.report, name) for name in TEXTS} | {"seen_version": self.version}
        last = self.last
        return {
            "progress": last.progress, "problems": last.problems, "next_steps": last.next_steps, "seen_version": 0,
        }  # fmt: skip

    @cached_property
    def _lines(self):
        lines = self.report.money.all() if self.report else ()
        return [
            {
                "state": line.state, "amount": line.sum,
                "organisation": line.organisation_id, "occurred_on": line.occurred_on, "voucher": line.voucher,
                "excess_reason": line.excess_reason,
            }
            for line in lines
        ]  # fmt: skip

    @cached_property
    def _reached(self):
        told = (
            {line.result: (line.reached, line.qualifier) for line in self.report.results.select_related("result")}
            if self.report
            else self.last.results
        )
        return {f"result-{result.pk}": as_quantity(result, *value) for result, value in told.items()}

    @property
    def tells_money(self):
        """Whether the lines of money are to be seen at once."""
        return self.money.is_bound or bool(self._lines)

    # What was typed

    @property
    def parts(self):
        return (self.own, self.money, self.reached, self.photos)

    def readable(self):
        """What could be read, for `save_report`: a field that could not keeps its stored value."""
        self.is_valid()
        content = {name: self.own.cleaned_data[name] for name in TEXTS if name in self.own.cleaned_data}
        content["results"] = self.reached.told()
        if self.money.is_valid():
            content["money"] = [form.line for form in self.money.forms if form.line]
        return content

    @property
    def seen(self):
        return self.own.cleaned_data.get("seen_version", 0)

    # Two versions

    def conflict(self):
        """[(label, what stands now, what was typed)], where they differ; the form is then about the newest version."""
        content, now = self.readable(), {}
        if self.report:
            now = {name: getattr(self.report, name) for name in TEXTS}
        fields = MonthlyReport._meta
        rows = [
            (str(fields.get_field(name).verbose_name), now.get(name), content[name])
            for name in TEXTS
            if name in content
        ]
        rows += self._results_compared(content["results"])
        if "money" in content:
            stored = list(self.report.money.select_related("organisation")) if self.report else []
            typed = [ReportedMoney(**line) for line in content["money"]]
            rows.append((_("money"), "\n".join(map(in_words, stored)), "\n".join(map(in_words, typed))))
        sees(self.own, self.version)
        return both_versions(rows)

    def _results_compared(self, typed):
        lines = self.report.results.select_related("result") if self.report else ()
        told = {line.result_id: line for line in lines}
        for result, (reached, qualifier) in typed.items():
            line = told.get(result.pk)
            stored = line and line.quantity
            yield result.indicator, stored, as_quantity(result, reached, qualifier) if reached is not None else None


def in_words(line):
    """A line of money in one sentence."""
    amount = format_quantity(line.sum, "exact")
    giver = str(line.organisation) if line.organisation else _("jointly, shares unknown")
    more = (line.occurred_on.isoformat() if line.occurred_on else "", line.voucher, line.excess_reason)
    return " · ".join(filter(None, (str(line.get_state_display()), amount, giver, *more)))
