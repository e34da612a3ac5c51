"""A circular in a real browser: drawn up, worded around its figures, checked by another, issued; then the data change
and what was issued does not."""

import io
import re

import pytest
from django.urls import reverse
from docx import Document
from docx.oxml.ns import qn

from projects.models import Campaign, Circular, Funding
from projects.reference import FIRST_CAMPAIGN
from registry.core.dates import SHANGHAI
from registry.reports.figures import figures
from tests.browser import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SUBMIT = "#content form [type=submit]"


def address(site, view, *args):
    return f"{site}{reverse(f'admin:projects_circular_{view}', args=args)}"


def draw_up(page, site):
    page.goto(address(site, "add"))
    page.select_option("[name=kind]", "progress")
    page.select_option("[name=campaign]", f"{Campaign.objects.get(code=FIRST_CAMPAIGN).pk}")
    page.fill("[name=period_from]", "2018年3月1日")
    page.fill("[name=period_until]", "2021.10.31")
    instant = Funding.objects.latest("updated_at").updated_at.astimezone(SHANGHAI)
    page.fill("[name=as_of_0]", f"{instant:%Y-%m-%d}")
    page.fill("[name=as_of_1]", f"{instant:%H:%M:%S.%f}")
    for name, words in (("number", "冀民函〔2021〕15号"), ("sender", "河北省民政厅"), ("addressee", "各市民政局"),
                        ("dated_on", "2021-11-01")):  # fmt: skip
        page.fill(f"[name={name}]", words)
    page.click("[name=_save]")
    return int(re.search(r"/circular/(\d+)/compose/", page.url)[1])


def move(page, site, pk, target):
    page.goto(address(site, "change", pk))
    page.click(f"#content a[href$='/move/{target}/']")
    page.click(SUBMIT)


def downloaded(page, selector):
    with page.expect_download() as waiting:
        page.click(selector)
    return waiting.value.path().read_bytes()


def by_the_standard(content):
    """The document as Word opens it: page, body, title, number, foot, date."""
    document = Document(io.BytesIO(content))
    section = document.sections[0]
    sides = [getattr(section, f"{side}_margin") for side in ("top", "bottom", "left", "right")]
    assert all(abs(side / 635 - wanted) <= 6 for side, wanted in zip(sides, (2098, 1984, 1587, 1474), strict=True))
    body = document.styles["Normal"].element.rPr
    assert (body.rFonts.get(qn("w:eastAsia")), body.find(qn("w:sz")).get(qn("w:val"))) == ("仿宋_GB2312", "32")
    sizes = {run.font.size.pt for line in document.paragraphs for run in line.runs if run.font.size}
    assert 22 in sizes
    lines = [line.text for line in document.paragraphs]
    assert "冀民函〔2021〕15号" in lines
    assert "2021年11月1日" in lines
    assert section.footer.paragraphs[0].text == "—  —"
    return "\n".join(lines), section.header.paragraphs[0].text


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_circular_is_issued_and_stays_as_it_was_issued(browser, site, scripts):
    context = browser.new_context(viewport={"width": 1440, "height": 900}, java_script_enabled=scripts)
    page = context.new_page()
    sign_in(page, site, "bureau")
    pk = draw_up(page, site)

    wording = page.locator("[name=general-text]")
    wording.fill(wording.input_value().replace("据台账统计", "据帮扶台账统计") + "\n另有37项。{{figure:fund}}")
    page.click("button:has-text('保存并计算数字')")
    assert "fund" in page.inner_text(".error-summary")
    wording = page.locator("[name=general-text]")
    wording.fill(wording.input_value().replace("{{figure:fund}}", ""))
    page.click("button:has-text('保存并计算数字')")
    agreeing = re.search(r"数字 (\d+)/(\d+) 一致", page.inner_text("#check"))
    assert agreeing[1] == agreeing[2]
    assert "37项" in page.inner_text("#check")

    circular = Circular.objects.get(pk=pk)
    codes = ("organisations", "projects", "funds", "counties")
    told = figures(user=None, codes=codes, campaign=circular.campaign, as_of=circular.as_of)
    stored = {figure.code: figure for figure in circular.figures.all()}
    assert {one.code: one.quantity.value for one in told} == {code: stored[code].value for code in codes}
    paper = page.inner_text(".paper")
    assert all(stored[code].shown in paper for code in codes)
    page.click(f".paper a[href$='/figures/{codes[2]}/']")
    assert stored["funds"].shown in page.inner_text("main")

    page.goto(address(site, "compose", pk))
    text, head = by_the_standard(downloaded(page, "a[href$='/docx/']"))
    assert head == "草稿"
    assert "据帮扶台账统计" in text

    sign_in(page, site, "verifier")
    move(page, site, pk, "checked")
    sign_in(page, site, "bureau")
    move(page, site, pk, "issued")
    assert Circular.objects.get(pk=pk).status == "issued"

    page.context.clear_cookies()
    page.goto(f"{site}{reverse('circular-numbered', args=('冀民函〔2021〕15号',))}")
    first = [downloaded(page, f"a[href$='/{form}/']") for form in ("docx", "xlsx")]
    text, head = by_the_standard(first[0])
    assert head == ""
    assert all(stored[code].shown in text for code in codes)
    Funding.objects.filter(project__number__startswith="AL-").update(amount=1)
    (now,) = figures(user=None, codes=["funds"], campaign=circular.campaign)
    assert now.quantity.value != stored["funds"].value
    page.reload()
    assert [downloaded(page, f"a[href$='/{form}/']") for form in ("docx", "xlsx")] == first
    assert stored["funds"].shown in page.inner_text(".paper")
    context.close()
