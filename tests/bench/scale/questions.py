"""What is asked, W1 to W5: of the limit, of the floors, and of the product by its interface and on its pages.

A question draws its parameters from the register itself. `same` compares what the product and the limit have answered.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from . import raw

DEEP = range(95, 106)
"""Pages of the list that a deep cursor leads to, or fewer where there are fewer."""

STRIDE = 200
"""Rows of the longest page."""

_SIZE = re.compile("&?page_size=[0-9]+")
_LINK = re.compile(r'href="/projects/([^"/?]+)/"')


@dataclass(frozen=True)
class Question:
    """`draw(cursor, chance)` gives parameters; `raw(cursor, asked)` the limit's answer; `api` and `page` the addresses.
    `told` and `read` bring the limit's answer and the interface's JSON into one shape; `lists`: a page shows rows."""

    key: str
    draw: Callable
    raw: Callable
    api: Callable
    page: Callable
    told: Callable
    read: Callable
    lists: bool = False

    def same(self, limit, answer):
        """Whether the interface (its body) says what the limit says."""
        return self.told(limit) == self.read(json.loads(answer))

    def same_page(self, limit, body):
        """Whether the page shows the same projects in the same order; true of pages that are no list."""
        shown = list(dict.fromkeys(_LINK.findall(body.decode())))
        return not self.lists or shown == [quote(row[1]) for row in limit["results"]]


def _list_told(limit):
    return limit["count"], [(*row[:7], _yuan(row[7]), *row[8:]) for row in limit["results"]]


def _list_read(answer):
    names = ("id", "number", "name", "county", "field", "year", "stage", "amount")
    names += ("lead_organisation", "lead_organisation_id")
    return answer["count"], [tuple(row[name] for name in names) for row in answer["results"]]


def _yuan(amount):
    return None if amount is None else f"{amount:.2f}"


def _asks(address, **fixed):
    """The address of a question: `fixed` parameters, and those drawn under the names that the site has for them."""
    site = {"county": "county", "field": "field", "year": "year", "word": "search", "least": "min_amount"}

    def made(asked):
        drawn = {site[name]: value for name, value in asked.items() if name in site}
        return f"{address}?{urlencode(drawn | fixed)}"

    return made


def _listed(key, draw, ask, **more):
    listed = {"ordering": "-amount"}
    addresses = {"api": _asks("/api/v1/projects/", **listed), "page": _asks("/projects/", **listed)} | more
    return Question(key, draw, ask, **addresses, told=_list_told, read=_list_read, lists=True)


def _one(cursor, chance, columns):
    """Some columns of one project, any of them."""
    cursor.execute("SELECT number FROM raw.whole")
    place = chance.randrange(cursor.fetchone()[0])
    cursor.execute(f"SELECT {columns} FROM raw.project ORDER BY id OFFSET %s LIMIT 1", [place])
    return dict(zip([column.name for column in cursor.description], cursor.fetchone(), strict=True))


def _kind(cursor, chance):
    return _one(cursor, chance, "county, field, year")


def _anything(cursor, chance):
    return {}


def _deep(cursor, chance):
    """A page far down: its number, and the place of the row before it."""
    cursor.execute("SELECT number FROM raw.whole")
    last = -(-cursor.fetchone()[0] // raw.PAGE)
    page = min(chance.choice(DEEP), last)
    cursor.execute("SELECT amount, id FROM raw.project ORDER BY amount DESC NULLS LAST, id DESC OFFSET %s LIMIT 1",
                   [(page - 1) * raw.PAGE - 1])  # fmt: skip
    amount, key = cursor.fetchone()
    return {"page": page, "place": [str(amount), key]}


def _word(lengths):
    def draw(cursor, chance):
        names = _one(cursor, chance, "names")["names"].split("\n")
        name, length = chance.choice(names), chance.choice(lengths)
        start = chance.randrange(len(name) - length + 1)
        return {"word": name[start : start + length]}

    return draw


def _year(cursor, chance):
    return _one(cursor, chance, "year")


def _year_and_least(cursor, chance):
    """A year, and a round amount that about half of its projects reach."""
    return _one(cursor, chance, "year") | {"least": chance.randrange(20, 60) * 10_000}


def _facets_read(answer):
    facets = ("county", "field", "stage")
    return {name: {entry["value"]: entry["count"] for entry in answer[name]} for name in facets}


_MEASURES = ("projects", "organisations", "counties", "funds", "beneficiaries")


def _circular_told(limit):
    return {
        (str(year or ""), field or ""): [float(number or 0) for number in numbers]
        for year, field, *numbers in limit["rows"]
    }


def _circular_read(answer):
    """Zero where nothing is stated: the limit sums what there is."""
    found = {("", ""): {figure["code"]: figure for figure in answer["figures"]}}
    for part in answer["slices"]:
        for row in part["rows"]:
            found[tuple(row.get(name, {"value": ""})["value"] for name in ("year", "field"))] = row["figures"]
    return {key: [float(figures[code]["value"] or 0) for code in _MEASURES] for key, figures in found.items()}


def _document_told(limit):
    return {
        "number": limit["number"],
        "organisations": sorted((row["name"], row["role"]) for row in limit["organisations"] or ()),
        "funding": sorted((row["state"], row["amount"]) for row in limit["funding"] or ()),
        "results": sorted((row["indicator"], row["actual"], row["unit"]) for row in limit["results"] or ()),
        "steps": [(row["position"], row["title"], row["status"]) for row in limit["steps"] or ()],
    }


def _document_read(answer):
    return {
        "number": answer["number"],
        "organisations": sorted((row["name"], row["role"]) for row in answer["organisations"]),
        "funding": sorted((row["state"], row["money"]["value"]) for row in answer["funding"]),
        "results": sorted(
            (row["indicator"], row["reached"]["value"], row["reached"]["unit"]) for row in answer["results"]
        ),
        "steps": [(row["position"], row["title"], row["status"]) for row in answer["checklist"]],
    }


def _deep_address(asked):
    return asked["cursor"]


_REPORT = "/reports/?rows=year&columns=field&measure=funds"
QUESTIONS = (
    _listed("W1", _kind, raw.of_one_kind),
    _listed("W1u", _anything, raw.of_all),
    _listed(
        "W1d", _deep, raw.of_all, api=_deep_address,
        page=lambda asked: f"/projects/?ordering=-amount&page={asked['page']}",
    ),
    _listed("W2", _word((2,)), raw.named),
    _listed("W2l", _word((3, 4)), raw.named),
    *(
        Question(
            key, draw, raw.counts, _asks("/api/v1/projects/facets/"), _asks("/projects/"), lambda limit: limit,
            _facets_read,
        )
        for key, draw in (("W3", _year), ("W3b", _year_and_least))
    ),
    Question(
        "W4", _anything, raw.circular, _asks("/api/v1/figures/", by="year,field"), lambda asked: _REPORT,
        _circular_told, _circular_read,
    ),
    Question(
        "W5", lambda cursor, chance: _one(cursor, chance, "id, number"), raw.document,
        lambda asked: f"/api/v1/projects/{asked['id']}/", lambda asked: f"/projects/{quote(asked['number'])}/",
        _document_told, _document_read,
    ),
)  # fmt: skip
BY_KEY = {question.key: question for question in QUESTIONS}


def with_cursor(asked, follow):
    """Parameters of a deep page with its address in the interface; `follow(address)` gives the JSON there.

    The way down is taken in the longest strides that pages can have: a cursor stands behind a row, whatever the page.
    """
    strides, steps = divmod(asked["page"] - 1, STRIDE // raw.PAGE)
    address = "/api/v1/projects/?ordering=-amount&cursor="
    for size in [STRIDE] * strides + [raw.PAGE] * steps:
        address = "/" + follow(f"{_SIZE.sub('', address)}&page_size={size}")["next"].split("/", 3)[3]
    return asked | {"cursor": _SIZE.sub("", address)}
