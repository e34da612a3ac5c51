"""Checks of free texts: numbers of persons, and names of those who are helped, where a count would do."""

from django.db.models import Q
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.models import Difficulty, MonthlyReport, Need, Project, ProjectStep, Result
from registry.core.personal import personal_data

from .rule import Rule, Told

NUMBER = r"(^|[^0-9A-Za-z])([1-9][0-9]{5}(19|20)[0-9]{9}[0-9Xx]|1[3-9][0-9][ -]?[0-9]{4}[ -]?[0-9]{4})([^0-9.元]|$)"
"""Identity numbers and mobile telephones, as PostgreSQL reads it; what exactly it is, `core/personal.py` says."""

_NAME = "[\u4e00-\u9fff]{2,4}"
_HELPED = "受助|受益|贫困户|困难户|低保|名单|姓名|孤儿|学生"
LIST_OF_NAMES = rf"({_HELPED})[^。；;，,]{{0,8}}[:：]\s*{_NAME}([、,，;； \n]+{_NAME}){{2,}}"
"""Three names or more behind a word for those who are helped. A name has no form: this asks, and somebody looks."""

TEXTS = {
    Project: ("summary", "approach", "quote"),
    Need: ("why", "place"),
    Result: ("note",),
    ProjectStep: ("note",),
    Difficulty: ("detail", "answer"),
    MonthlyReport: ("done", "problems", "next_steps"),
}


def _finder(names):
    found = Q(pk__in=())
    for name in names:
        found |= Q(**{f"{name}__regex": NUMBER}) | Q(**{f"{name}__regex": LIST_OF_NAMES})
    return lambda rows, asked: rows.filter(found).order_by("-pk")


def _teller(names):
    def tell(row, asked):
        kinds = {str(one.kind.label) for name in names for one in personal_data(getattr(row, name))}
        return Told(str(row), words=", ".join(sorted(kinds)) or _("names of those who are helped, as it seems"))

    return tell


RULES = tuple(
    Rule(
        f"personal-{model._meta.model_name}",
        format_lazy("{} · {}", gettext_lazy("Personal data in texts"), model._meta.verbose_name_plural),
        gettext_lazy("Identity or telephone numbers, or a list of names, in the free texts of the row."),
        gettext_lazy("Those who are helped are counted, not named. Take the names and numbers out of the text."),
        model,
        _finder(names),
        _teller(names),
    )
    for model, names in TEXTS.items()
)
