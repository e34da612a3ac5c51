"""Papers: what Word and WPS are given, read back by python-docx."""

import io

import pytest
from docx import Document
from docx.oxml.ns import qn

from registry.core.papers import Paper


def read_back(paper):
    file = io.BytesIO()
    paper.save(file)
    return Document(io.BytesIO(file.getvalue()))


@pytest.fixture
def paper():
    paper = Paper("康保县温室 项目档案", "zh-hans")
    paper.heading("资金")
    paper.facts([("编号", "XM-2021-0001"), ("名称", "温室")])
    paper.paragraph("第一行\n第二行")
    paper.table(["状态", "金额"], [["到位", "800.00"], ["使用", "612.00"]])
    return read_back(paper)


def test_a_paper_is_a4_with_the_margins_of_official_paper(paper):
    section = paper.sections[0]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    margins = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
    assert [round(margin.mm) for margin in margins] == [37, 35, 28, 26]


def test_blocks_stand_in_the_order_in_which_they_were_written(paper):
    words = [p.text for p in paper.paragraphs if p.text]
    assert words == ["康保县温室 项目档案", "资金", "第一行", "第二行"]
    tables = [[[cell.text for cell in row.cells] for row in table.rows] for table in paper.tables]
    assert tables == [
        [["编号", "XM-2021-0001"], ["名称", "温室"]],
        [["状态", "金额"], ["到位", "800.00"], ["使用", "612.00"]],
    ]


def test_the_head_of_a_table_is_repeated_on_every_page(paper):
    rows = paper.tables[1].rows
    assert [row._tr.trPr.find(qn("w:tblHeader")) is not None for row in rows] == [True, False, False]


@pytest.mark.parametrize(("style", "face"), [("Normal", "仿宋_GB2312"), ("Heading 1", "黑体"), ("Cell", "宋体")])
def test_chinese_characters_have_the_faces_of_official_paper(paper, style, face):
    fonts = paper.styles[style].element.rPr.rFonts
    assert fonts.get(qn("w:eastAsia")) == face
    assert fonts.get(qn("w:eastAsiaTheme")) is None


@pytest.mark.parametrize(("language", "latin"), [("zh-hans", "zh-CN"), ("en", "en-GB")])
def test_a_paper_says_that_its_characters_are_chinese(language, latin):
    document = read_back(Paper("T", language))
    lang = document.styles.element.find(".//" + qn("w:docDefaults")).find(".//" + qn("w:lang"))
    assert (lang.get(qn("w:val")), lang.get(qn("w:eastAsia"))) == (latin, "zh-CN")
    assert (document.core_properties.title, document.core_properties.author) == ("T", "")


def test_pages_are_numbered(paper):
    foot = paper.sections[0].footer.paragraphs[0]
    assert [node.text for node in foot._p.iter(qn("w:instrText"))] == ["PAGE"]


def test_characters_that_no_document_can_hold_are_left_out():
    paper = Paper("a\x00b", "en")
    paper.table(["h\x01"], [["c\ud800d"]])
    document = read_back(paper)
    assert document.paragraphs[0].text == "ab"
    assert [row.cells[0].text for row in document.tables[0].rows] == ["h", "cd"]
