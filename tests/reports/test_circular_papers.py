"""The papers of a circular: by GB/T 9704-2012, the same bytes for the same words, and with its figures in the annex."""

import datetime
import io
import re
import shutil
import subprocess
import time
import zipfile
from unittest import mock

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from openpyxl import load_workbook

from projects.actions.wordings import keep_wording, use_wording
from projects.papers import circular as vocabulary
from projects.papers.vocabulary import VOCABULARIES
from projects.papers.wording import check_wording, fill
from registry.core.blobs import bytes_of
from registry.core.official_papers import Official, numeral, official_paper, title_lines
from registry.reports.circulars.checking import included
from registry.reports.circulars.papers import annex_of, lines_of, paper_of, text_of
from tests.factories import (
    make_designation,
    make_funding,
    make_organisation,
    make_project,
    make_step,
    make_user,
)

from .circulars import drawn_up, issued, opened, parts_of, reworded, text_in

pytestmark = pytest.mark.usefixtures("media")
SOFFICE = shutil.which("soffice")
BODY, TITLE = "仿宋_GB2312", "方正小标宋简体"


def made(**said):
    """The built-in paper with made-up words, as python-docx reads it, and its bytes."""
    words = {
        "sender": "河北省民政厅", "head": "河北省民政厅文件", "number": "冀民函〔2021〕15号",
        "title": "关于“京津冀社会组织跟党走—助力脱贫攻坚行动”进展情况的通报", "addressee": "各市民政局",
        "lines": ["一、总体情况", "据台账统计，落地项目9个。", "（一）抓好落实。逐项推进。", "1.阜平县，800万元；"],
        "date": "2021年11月1日", "annexes": ["一览表"], "annex_word": "附件", "copies": "抄送：北京市民政局。",
        "imprint": ("河北省民政厅", "2021年11月1日印发"),
    }  # fmt: skip
    content = official_paper(Official(**words | said))
    return opened(content), content


@pytest.fixture(scope="module")
def paper():
    return made()[0]


def line(paper, words):
    return next(each for each in paper.paragraphs if each.text.startswith(words))


def face(run):
    return run._r.rPr.rFonts.get(qn("w:eastAsia"))


def twips(length):
    return round(length / 635)


# By the standard


def test_the_page_is_a4_with_the_margins_of_the_standard(paper):
    section = paper.sections[0]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    margins = [twips(getattr(section, f"{side}_margin")) for side in ("top", "bottom", "left", "right")]
    assert all(abs(got - wanted) <= 6 for got, wanted in zip(margins, (2098, 1984, 1587, 1474), strict=True)), margins


def test_the_body_has_lines_of_its_grid_and_characters_of_size_three(paper):
    style = paper.styles["Normal"]
    fonts, grid = style.element.rPr.rFonts, paper.sections[0]._sectPr.find(qn("w:docGrid"))
    assert {fonts.get(qn(f"w:{script}")) for script in ("ascii", "hAnsi", "eastAsia", "cs")} == {BODY}
    assert style.element.rPr.find(qn("w:sz")).get(qn("w:val")) == "32"
    assert style.element.rPr.find(qn("w:spacing")).get(qn("w:val")) == "-5"
    assert (grid.get(qn("w:type")), grid.get(qn("w:linePitch"))) == ("lines", "579")
    assert twips(style.paragraph_format.line_spacing) == 579


def test_the_head_is_red_over_a_red_rule_with_the_number_in_six_cornered_brackets(paper):
    head, number = line(paper, "河北省民政厅文件"), line(paper, "冀民函")
    assert (face(head.runs[0]), str(head.runs[0].font.color.rgb)) == (TITLE, "E60012")
    assert number.text == "冀民函〔2021〕15号"
    rule = number._p.pPr.find(qn("w:pBdr")).find(qn("w:bottom"))
    assert rule.get(qn("w:color")) == "E60012"
    assert {head.alignment, number.alignment} == {WD_ALIGN_PARAGRAPH.CENTER}


def test_the_title_is_of_size_two_in_lines_that_end_behind_a_dash_or_a_quotation(paper):
    lines = [
        each for each in paper.paragraphs if each.runs and each.runs[0].font.size and each.runs[0].font.size.pt == 22
    ]
    assert "".join(each.text for each in lines) == "关于“京津冀社会组织跟党走—助力脱贫攻坚行动”进展情况的通报"
    assert {face(each.runs[0]) for each in lines} == {TITLE}
    assert [each.text[-1] for each in lines] == ["—", "报"]


@pytest.mark.parametrize("length", [1, 18, 19, 20, 38, 39, 57, 100])
@pytest.mark.parametrize("word", ["长", "长、长长", "长长—"])
def test_no_line_of_a_title_is_longer_than_the_text_is_wide_and_nothing_is_lost(length, word):
    title = (word * length)[:length]
    lines = title_lines(title)
    assert "".join(lines) == title
    assert max(map(len, lines)) <= 19
    assert len(lines) == -(-length // 19)


def test_headings_have_the_faces_of_their_levels(paper):
    assert face(line(paper, "一、").runs[0]) == "黑体"
    second = line(paper, "（一）")
    assert [(run.text, face(run) if run._r.rPr is not None else None) for run in second.runs] == [
        ("（一）抓好落实。", "楷体_GB2312"), ("逐项推进。", None)
    ]  # fmt: skip
    assert twips(line(paper, "据台账").paragraph_format.first_line_indent) == 640


def test_addressee_annex_sign_off_and_imprint_stand_where_they_belong(paper):
    assert line(paper, "各市民政局").text == "各市民政局："
    assert line(paper, "附件").text == "附件：一览表"
    date = line(paper, "2021年11月1日")
    assert (date.alignment, date.paragraph_format.right_indent.pt) == (WD_ALIGN_PARAGRAPH.RIGHT, 64)
    imprint = [each for each in paper.paragraphs if each._p.find(f".//{qn('w:framePr')}") is not None]
    assert [each.text for each in imprint] == ["抄送：北京市民政局。", "河北省民政厅\t2021年11月1日印发"]
    tops = [int(each._p.pPr.find(qn("w:framePr")).get(qn("w:y"))) for each in imprint]
    assert tops == [16838 - 1984 - 2 * 579, 16838 - 1984 - 579]
    rules = [[(rule.tag.rpartition("}")[2], rule.get(qn("w:sz"))) for rule in each._p.pPr.find(qn("w:pBdr"))]
             for each in imprint]  # fmt: skip
    assert rules == [[("top", "8"), ("bottom", "6")], [("bottom", "8")]]


def test_pages_are_numbered_on_the_outer_side(paper):
    section = paper.sections[0]
    assert paper.settings.odd_and_even_pages_header_footer
    feet = [foot.paragraphs[0] for foot in (section.footer, section.even_page_footer)]
    assert [foot.text for foot in feet] == ["—  —", "—  —"]
    assert [foot.alignment for foot in feet] == [WD_ALIGN_PARAGRAPH.RIGHT, WD_ALIGN_PARAGRAPH.LEFT]
    assert [next(foot._p.iter(qn("w:instrText"))).text for foot in feet] == ["PAGE", "PAGE"]


@pytest.mark.parametrize(("draft", "says"), [("草稿", True), ("", False)])
def test_a_draft_says_so_on_every_page(draft, says):
    section = made(draft=draft)[0].sections[0]
    heads = [head.paragraphs[0].text for head in (section.header, section.even_page_header)]
    assert heads == ["草稿" if says else ""] * 2


@pytest.mark.parametrize(
    ("number", "said"), [(1, "一"), (9, "九"), (10, "十"), (11, "十一"), (20, "二十"), (99, "九十九")]
)
def test_headings_are_counted_in_chinese(number, said):
    assert numeral(number) == said


def test_the_same_words_give_the_same_bytes_later_as_well():
    first = made()[1]
    time.sleep(2.1)  # the instants in a zip file are of two seconds
    assert made()[1] == first
    with zipfile.ZipFile(io.BytesIO(first)) as package:
        assert {entry.date_time[0] for entry in package.infolist()} == {1980}


@pytest.mark.skipif(SOFFICE is None, reason="LibreOffice is not installed")
def test_a_page_has_22_lines_of_28_characters_in_libreoffice(tmp_path):
    """On the second page, which has text alone."""
    file = tmp_path / "full.docx"
    file.write_bytes(made(lines=["国" * 1600])[1])
    home = f"-env:UserInstallation=file://{tmp_path / 'profile'}"
    command = [SOFFICE, home, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), str(file)]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    pdf = file.with_suffix(".pdf").read_bytes()
    assert re.search(rb"/MediaBox\s*\[\s*0 0 595\.\d+ 84[12]\.\d+", pdf)
    reader = shutil.which("pdftotext")
    if reader is None:
        pytest.skip("pdftotext is not installed")
    told = subprocess.run(
        [reader, "-f", "2", "-l", "2", "-layout", str(file.with_suffix(".pdf")), "-"], check=True, capture_output=True
    ).stdout.decode()
    lines = [each.strip() for each in told.splitlines() if "国" in each]
    assert [len(each) for each in lines] == [28] * 22
    assert "—2—" in told.replace(" ", "")


# Of a circular


@pytest.fixture
def register(db):
    """Eleven counties with money and an overdue item."""
    lead = make_organisation()
    for number in range(1, 12):
        project = make_project(lead=lead, county=make_designation().division, stage="under_way")
        make_funding(project, f"{number}00000", organisation=lead)
    make_step(project, due_on=datetime.date(2021, 1, 31), title="拨付首批资金")
    return project


def drafted_bytes(circular):
    figures = {figure.code: figure for figure in circular.figures.all()}
    text = text_of(lines_of(included(circular)), figures)
    return paper_of(circular, text, is_draft=True), annex_of(circular, list(figures.values()))


def test_the_document_says_head_text_and_figures(register):
    circular = issued(drawn_up(number="冀民函〔2021〕15号", dated_on=datetime.date(2021, 11, 1)))
    lines = text_in(circular.docx)
    assert lines[:2] == ["河北省民政厅文件", "冀民函〔2021〕15号"]
    assert "各市民政局：" in lines
    assert [each for each in lines if re.match("[一二三四]、", each)] == [
        "一、总体情况", "二、各县到位资金情况", "三、超期事项", "四、下一步要求"
    ]  # fmt: skip
    assert "2021年11月1日" in lines
    assert any("累计到位资金660万元" in each for each in lines)


def test_a_draft_and_its_annex_have_the_same_bytes_at_any_time(register):
    circular = drawn_up()
    first = drafted_bytes(circular)
    make_funding(register, "5")
    with mock.patch("django.utils.timezone.now", return_value=timezone.now() + datetime.timedelta(days=3)):
        assert drafted_bytes(circular) == first
    assert "草稿" in parts_of(first[0])["word/header1.xml"].decode()


def test_the_annex_has_figures_with_rules_all_counties_and_all_overdue_items(register):
    circular = issued()
    book = load_workbook(io.BytesIO(bytes_of(circular.xlsx)))
    assert book.sheetnames == ["通报数字", "各县到位资金情况", "超期事项"]
    cells = {
        name: {str(cell) for row in book[name].values for cell in row if cell is not None} for name in book.sheetnames
    }
    for figure in circular.figures.all():
        assert {figure.label, figure.shown, figure.rule} <= cells["通报数字"]
    counties = [row[2] for row in book["各县到位资金情况"].values if str(row[0]).isdigit()]
    assert len(counties) == 11
    assert counties[0] == register.sites.get().division.name
    assert "拨付首批资金" in cells["超期事项"]


def test_what_begins_like_a_formula_stays_text_in_the_annex(register):
    make_step(register, due_on=datetime.date(2020, 1, 31), title="=1+1")
    book = load_workbook(io.BytesIO(bytes_of(issued().xlsx)))
    [cell] = [cell for row in book["超期事项"].rows for cell in row if cell.value == "=1+1"]
    assert cell.data_type == "s"


# The bureau's own wording


def own_wording(*, in_use=True):
    clerk = make_user("bureau")
    upload = SimpleUploadedFile("通报.docx", vocabulary.pattern())
    wording = keep_wording(by=clerk, name="本厅通报", upload=upload, use="circular")
    return use_wording(wording=wording, by=clerk) if in_use else wording


def test_the_built_in_wording_passes_its_own_check_and_names_every_field():
    check_wording(vocabulary.pattern(), VOCABULARIES["circular"])
    text = b"".join(parts_of(vocabulary.pattern()).values()).decode(errors="ignore")
    assert [name for name in vocabulary.FIELDS if f"{{{{ {name} }}}}" not in text] == []
    filled = "".join(each.text for each in opened(fill(vocabulary.pattern(), vocabulary.sample())).paragraphs)
    assert "一段 1" in filled


def test_a_circular_is_made_in_the_bureau_s_wording_while_it_is_in_use(register):
    built_in = text_in(issued().docx)
    own_wording()
    circular = issued()
    lines = text_in(circular.docx)
    assert circular.number in lines
    assert any("累计到位资金660万元" in each for each in lines)
    assert len(lines) == len(built_in)
    assert "{{" not in "".join(lines)


def test_two_circulars_in_the_bureau_s_wording_have_the_same_bytes_for_the_same_words(register):
    own_wording()
    circular = drawn_up()
    first = drafted_bytes(circular)[0]
    time.sleep(2.1)
    assert drafted_bytes(circular)[0] == first


@pytest.mark.django_db
def test_a_field_that_circulars_do_not_know_is_refused_by_name():
    file = parts_of(vocabulary.pattern())
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as package:
        for name, part in file.items():
            package.writestr(name, part.replace(b"{{ title }}", b"{{ giver }}"))
    with pytest.raises(ValidationError, match="giver"):
        keep_wording(by=make_user("bureau"), name="错", use="circular",
                     upload=SimpleUploadedFile("x.docx", content.getvalue()))  # fmt: skip


def test_words_that_look_like_fields_stay_words_in_the_bureau_s_wording(register):
    own_wording()
    circular = issued(reworded(drawn_up(), requirements="{% raw %} & <b> {# #}"))
    assert any("{% raw %} & <b> {# #}" in each for each in text_in(circular.docx))


def test_a_draft_that_says_nothing_yet_is_a_paper_already():
    content = official_paper(Official(
        sender="", head="", number="", title="", addressee="", lines=[], date="", annexes=[], annex_word="附件",
        copies="", imprint=("", ""), draft="草稿",
    ))  # fmt: skip
    assert "草稿" in parts_of(content)["word/header1.xml"].decode()
