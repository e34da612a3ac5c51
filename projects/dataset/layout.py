"""The six files of a data set, their columns, and what a cell of each may hold, as conditions in SQL."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from registry.core.dates import FIRST_YEAR, LAST_YEAR

from . import words

# What shows nothing or turns the writing direction; a cell of one line holds no line breaks or tabs either.
_HIDDEN = r"\u007f-\u009f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff"
_IN_A_LINE, _IN_A_TEXT = rf"[\u0001-\u001f{_HIDDEN}]", rf"[\u0001-\u0008\u000b\u000c\u000e-\u001f{_HIDDEN}]"
_OUTER_SPACE = r"^[\s\u3000]|[\s\u3000]$"


@dataclass(frozen=True)
class Check:
    """`holds` gives the condition under which a cell is right; `fault` says what is wrong and what to do."""

    holds: Callable[[str], str]
    fault: Promise


@dataclass(frozen=True)
class Column:
    """`refers` names the file whose `id` the cell must be."""

    name: str
    check: Check
    required: bool = False
    unique: bool = False
    refers: str = ""


@dataclass(frozen=True)
class File:
    """`keys_of` is the table whose ids are drawn while the file is read, so that other files can refer to its rows."""

    name: str
    columns: tuple[Column, ...]
    keys_of: str = ""

    @property
    def path(self):
        return f"{self.name}.csv"

    @property
    def table(self):
        return f"dataset_{self.name}"


def _text(longest, hidden=_IN_A_LINE):
    return Check(
        lambda name: f"length({name}) <= {longest} AND {name} !~ '{hidden}' AND {name} !~ '{_OUTER_SPACE}'",
        format_lazy(
            _(
                "longer than {limit} characters, begins or ends with a space, or holds a character that does not "
                "print. Shorten or clean it."
            ),
            limit=longest,
        ),
    )


def _one_of(table):
    return Check(
        lambda name: f"{words.as_sql(table, name)} IS NOT NULL",
        format_lazy(_("not a word that is known here. Use one of: {words}."), words=", ".join(table)),
    )


def _day(name):
    year, month, day = (f"substr({name}, {start}, {length})::int" for start, length in ((1, 4), (6, 2), (9, 2)))
    last = f"extract(day FROM make_date({year}, {month}, 1) + interval '1 month - 1 day')"
    return (
        f"CASE WHEN {name} !~ '^[0-9]{{4}}-(0[1-9]|1[0-2])-[0-9]{{2}}$' THEN false"
        f" WHEN {year} NOT BETWEEN {FIRST_YEAR} AND {LAST_YEAR} THEN false ELSE {day} BETWEEN 1 AND {last} END"
    )


def _matching(pattern, fault):
    return Check(lambda name: f"{name} ~ '{pattern}'", fault)


DAY = Check(
    _day,
    format_lazy(_("not a day from {first} to {last}. Write it as 2021-11-01."), first=FIRST_YEAR, last=LAST_YEAR),
)
YEAR = Check(
    lambda name: f"CASE WHEN {name} ~ '^[0-9]{{4}}$' THEN {name}::int BETWEEN {FIRST_YEAR} AND {LAST_YEAR} END",
    format_lazy(_("not a year from {first} to {last}."), first=FIRST_YEAR, last=LAST_YEAR),
)
AMOUNT = _matching(
    r"^[0-9]{1,14}(\.[0-9]{1,2})?$",
    _("not an amount in yuan. Write digits with at most two decimals and no sign or comma, such as 1200.50."),
)
COUNT = _matching("^[0-9]{1,9}$", _("not a whole number. Write digits only."))
POSITION = Check(
    lambda name: f"CASE WHEN {name} ~ '^[0-9]{{1,5}}$' THEN {name}::int <= 32767 END",
    _("not a position. Write a whole number up to 32767."),
)
IDENTITY = _matching(r"^[^\s\u0001-\u001f]{1,64}$", _("not an id: 1 to 64 characters without spaces."))
NUMBER = _matching(
    r"^[^\s/?#\u0001-\u001f]{1,40}$", _("not a project number: 1 to 40 characters without spaces, / ? and #.")
)
DIVISION_CODE = _matching("^([0-9]{6}|[0-9]{9}|[0-9]{12})$", _("not a code of GB/T 2260. Write 6, 9 or 12 digits."))
CREDIT_CODE = _matching(
    "^[0-9A-HJ-NPQRTUWXY]{18}$",
    _("not a unified social credit code: 18 digits and capital letters without I, O, S, V and Z. Copy it in full."),
)

ORGANISATIONS = File(
    "organisations",
    (
        Column("id", IDENTITY, required=True, unique=True),
        Column("uscc", CREDIT_CODE, unique=True),
        Column("name", _text(200), required=True),
        Column("org_type", _one_of(words.ORG_TYPES), required=True),
        Column("level", _one_of(words.LEVELS), required=True),
        Column("province", _one_of(words.PROVINCES)),
        Column("registration_code", _text(60)),
        Column("legal_representative", _text(60)),
        Column("registered_on", DAY),
    ),
    keys_of="orgs_organisation",
)
PROJECTS = File(
    "projects",
    (
        Column("id", IDENTITY, required=True, unique=True),
        Column("code", NUMBER, required=True, unique=True),
        Column("name", _text(200), required=True),
        Column("county_code", DIVISION_CODE),
        Column("field", _text(100)),
        Column("year", YEAR, required=True),
        Column("status", _one_of(words.STAGES), required=True),
        Column("amount", AMOUNT),
        Column("lead_organisation_id", IDENTITY, refers="organisations"),
        Column("started_on", DAY),
        Column("finished_on", DAY),
        Column("summary", _text(20000, _IN_A_TEXT)),
    ),
    keys_of="projects_project",
)
PARTIES = File(
    "project_organisations",
    (
        Column("id", IDENTITY, required=True, unique=True),
        Column("project_id", IDENTITY, required=True, refers="projects"),
        Column("organisation_id", IDENTITY, required=True, refers="organisations"),
        Column("role", _one_of(words.ROLES), required=True),
    ),
)
FUNDING = File(
    "funding_lines",
    (
        Column("id", IDENTITY, required=True, unique=True),
        Column("project_id", IDENTITY, required=True, refers="projects"),
        Column("organisation_id", IDENTITY, refers="organisations"),
        Column("kind", _one_of(words.FUNDING_STATES), required=True),
        Column("form", _one_of(words.FORMS), required=True),
        Column("amount", AMOUNT),
        Column("occurred_on", DAY),
        Column("voucher_no", _text(60)),
    ),
)
OUTCOMES = File(
    "outcomes",
    (
        Column("id", IDENTITY, required=True, unique=True),
        Column("project_id", IDENTITY, required=True, refers="projects"),
        Column("category", _text(100)),
        Column("person_times", COUNT),
        Column("households", COUNT),
    ),
)
STEPS = File(
    "checklist_items",
    (
        Column("id", IDENTITY, required=True, unique=True),
        Column("project_id", IDENTITY, required=True, refers="projects"),
        Column("seq", POSITION, required=True),
        Column("title", _text(60), required=True),
        Column("state", _one_of(words.STEP_STATES), required=True),
        Column("due_on", DAY),
        Column("done_on", DAY),
    ),
)
FILES = (ORGANISATIONS, PROJECTS, PARTIES, FUNDING, OUTCOMES, STEPS)
