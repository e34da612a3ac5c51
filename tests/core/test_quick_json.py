"""JSON is written as REST framework writes it, and read as Python reads it."""

import datetime
import json
import uuid
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.utils.translation import gettext_lazy
from rest_framework import renderers
from rest_framework.utils.serializer_helpers import ReturnDict

from projects.models.stages import Stage
from registry.core.quick_json import JSONRenderer, WrittenJSON, read_json

BY_THE_BOOK = renderers.JSONRenderer()
OURS = JSONRenderer()

SAYINGS = (
    {}, [], "", None, True, 0, -1, 2**53 + 1, 2**63, -(2**70), 0.1, 1.0,
    {"name": "阜平县 “养殖” \\ / \" < > & ' \u2028 \u2029 \x00 \x1f \x7f", "empty": None},
    [{"deep": [{"a": [1, [2, ()]]}]}],
    {1: "a", 2020: "numbers as names"},
    {"day": datetime.date(2020, 2, 29), "clock": datetime.time(8, 30)},
    {
        "utc": datetime.datetime(2020, 2, 29, 1, 2, 3, 45, datetime.UTC),
        "here": datetime.datetime(2020, 2, 29, 1, 2, 3, tzinfo=ZoneInfo("Asia/Shanghai")),
        "nowhere": datetime.datetime(2020, 2, 29),  # noqa: DTZ001 - REST framework writes it all the same
        "long": datetime.timedelta(days=1, seconds=2),
    },
    {"key": uuid.UUID(int=7), "sum": Decimal("0.10"), "bytes": "文".encode()},
    {"stage": Stage.UNDER_WAY, "label": gettext_lazy("Projects"), "stages": tuple(Stage)},
    {"astral": "𠮷😀"},
    ReturnDict({"of": "a serializer"}, serializer=None),
)  # fmt: skip


@pytest.mark.parametrize("saying", SAYINGS, ids=str)
def test_what_is_written_says_the_same_as_by_the_book(saying):
    written = OURS.render(saying)

    assert written == BY_THE_BOOK.render(saying)
    if written:
        assert read_json(written) == json.loads(written)


@pytest.mark.parametrize("saying", SAYINGS, ids=str)
def test_whoever_reads_it_with_own_eyes_gets_it_indented(saying):
    asked = "application/json; indent=4"

    assert OURS.render(saying, asked) == BY_THE_BOOK.render(saying, asked)


@pytest.mark.parametrize("saying", [object(), {1, 2}, "\ud800"], ids=["thing", "set", "half a character"])
def test_what_cannot_be_said_in_json_is_refused_or_written_as_by_the_book(saying):
    def said(renderer):
        try:
            return renderer.render({"no": saying})
        except (TypeError, ValueError) as error:
            return type(error)

    assert said(OURS) == said(BY_THE_BOOK)


def test_what_is_no_number_is_said_to_be_nothing():
    assert OURS.render({"no": float("nan"), "without end": float("inf")}) == b'{"no":null,"without end":null}'


@pytest.mark.parametrize("asked", [None, "application/json; indent=4"])
def test_what_is_written_already_stands_in_the_answer_as_all_else(asked):
    said = {"name": "养殖 \u2028", "of": [1, None]}

    assert OURS.render([WrittenJSON('{"name":"养殖 \u2028","of":[1,null]}'), said], asked) == OURS.render(
        [said, said], asked
    )
