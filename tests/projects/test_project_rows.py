"""The cells of the project ledger's rows: what is known and what is not, in the reader's language."""

import pytest
from django.template.loader import render_to_string
from django.utils.translation import override

from projects.tables import Row
from projects.templatetags.project_rows import cells

BARE = {
    "id": 1, "number": "XM-2020-0001", "name": "助学", "year": 2020, "stage": "signed", "money": None, "places": [],
    "field_rows": [], "organisation_rows": [],
}  # fmt: skip


def cells_of(language="zh-hans", **values):
    with override(language):
        (found,) = cells([Row(BARE | values)])
    return found


def party(name, role, number=1, english=""):
    return {"id": number, "name": name, "code": "", "role": role, "en": english}


@pytest.mark.parametrize(("language", "word"), [("zh-hans", "未说明"), ("en", "not stated")])
def test_what_is_not_stated_is_said_in_the_readers_language(language, word):
    found = cells_of(language)
    assert found["giver"] == found["counties"] == f'<span class="muted">{word}</span>'
    assert found["fields"] == ""
    assert word in found["amount"]
    assert found["url"] == "/projects/XM-2020-0001/"


def test_the_leading_organisation_stands_alone_and_without_one_the_first_stands_for_all():
    lead, payer = party("甲会", "lead", 2), party("<乙会>", "funder", 3, "B <Club>")
    assert cells_of(organisation_rows=[lead, payer])["giver"] == "甲会"
    assert cells_of(organisation_rows=[payer])["giver"] == "<乙会>等"
    assert cells_of("en", organisation_rows=[payer])["giver"] == "B <Club> (<乙会>) and others"


def test_several_counties_and_fields_stand_in_one_cell():
    places = [{"code": "1", "name": "<甲县>", "en": "A&B"}, {"code": "2", "name": "乙县", "en": ""}]
    fields = [{"code": "x", "name": "教育", "en": "Education"}, {"code": "y", "name": "卫生", "en": "Health"}]
    found = cells_of(places=places, field_rows=fields)
    assert (found["counties"], found["fields"]) == ("<甲县>、乙县", "教育、卫生")
    found = cells_of("en", places=places, field_rows=fields)
    assert found["counties"] == "A&B (<甲县>), 乙县"
    assert found["fields"] == "Education (教育), Health (卫生)"
    assert found["stage_name"] == "signed"


def test_the_table_holds_them_escaped():
    row = Row(BARE | {"name": "<b>{name}</b>", "organisation_rows": [party("<乙会>", "lead")]})
    with override("zh-hans"):
        text = render_to_string("partials/project_rows.html", {"rows": [row, Row(BARE)]})
    assert '<a href="/projects/XM-2020-0001/">&lt;b&gt;{name}&lt;/b&gt;</a>' in text
    assert '<td data-label="牵头组织">&lt;乙会&gt;</td>' in text
    assert text.count('<td data-label="牵头组织"><span class="muted">未说明</span></td>') == 1
    assert text.count("<tr>") == 3
