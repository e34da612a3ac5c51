"""The bureau's own wording of an agreement: begun from the built-in one, checked, tried, put into use."""

import io
import zipfile
from functools import partial

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from docx import Document

from projects.actions.agreements import draft_agreement
from projects.actions.wordings import drop_wording, keep_wording, use_wording
from projects.models import PaperWording
from projects.papers import wording as wordings
from projects.papers.agreement import agreement_paper, pattern
from projects.papers.terms import FIELDS, LISTS, sample, terms_of
from projects.papers.vocabulary import VOCABULARIES
from projects.papers.wording import LARGEST, fill
from registry.core.models import Change
from tests.desk import page
from tests.factories import make_event, make_user

from .test_agreement_papers import confirmed, full_pledge, make_need, read

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]
check_wording = partial(wordings.check_wording, vocabulary=VOCABULARIES["agreement"])


def written(*paragraphs):
    """A .docx of these paragraphs, as bytes."""
    document, file = Document(), io.BytesIO()
    for words in paragraphs:
        document.add_paragraph(words)
    document.save(file)
    return file.getvalue()


def with_part(name, content, base=None):
    """A .docx with one part added or replaced."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(base or written("协议"))) as old, zipfile.ZipFile(file, "w") as new:
        for entry in old.infolist():
            if entry.filename != name:
                new.writestr(entry, old.read(entry))
        new.writestr(name, content)
    return file.getvalue()


def upload(content, name="协议.docx"):
    return SimpleUploadedFile(name, content)


class AsPaper:
    """Bytes that are read as a `Paper` is."""

    def __init__(self, content):
        self.content = content

    def save(self, file):
        file.write(self.content)


# What a wording may hold


def test_the_pattern_filled_in_says_what_the_built_in_wording_says():
    agreement = draft_agreement(
        pledge=full_pledge(), by=make_user("bureau"), event=make_event(kind="signing", place="石家庄")
    )
    bare = draft_agreement(pledge=confirmed(need=make_need(), amount=None), by=make_user("bureau"))
    for terms in map(terms_of, (agreement, bare)):
        filled = fill(pattern().content(), terms)
        assert read(AsPaper(filled)) == read(agreement_paper(terms))
        assert Document(io.BytesIO(filled)).core_properties.title == terms["title"]


def test_the_pattern_itself_passes_the_check_and_uses_every_field():
    content = pattern().content()
    check_wording(content)
    text = "\n".join(read(AsPaper(content)))
    for name in FIELDS.keys() - {"pledge"}:
        assert f"{{{{ {name} }}}}" in text or name == "title", name
    for name, (_label, columns) in LISTS.items():
        assert f"for one in {name}" in text
        assert all(f"one.{column}" in text for column in columns)


def test_what_is_typed_into_fields_is_never_markup_nor_a_field():
    terms = sample() | {"giver": "<w:b/>甲&乙{{ receiver }}", "receiver": "丙"}
    text = read(AsPaper(fill(written("{{ giver }}，{{ receiver }}"), terms)))
    assert text == ["<w:b/>甲&乙{{ receiver }}，丙"]


@pytest.mark.parametrize(
    ("words", "named"),
    [
        ("{{ giver_phone }}", "giver_phone"),
        ("{% if False %}{{ secret }}{% endif %}", "Const"),
        ("{% if need %}{{ secret }}{% endif %}", "secret"),
        ("{{ giver.__class__ }}", "giver.__class__"),
        ("{{ one.name }}", "one.name"),
        ("{% for one in parties %}{{ one.phone }}{% endfor %}", "one.phone"),
        ("{% for one in parties %}{{ one.amount }}{% endfor %}", "one.amount"),
        ("{% for one in parties %}{% for two in items %}{{ two.no }}{% endfor %}{% endfor %}", "for"),
        ("{% for one in giver %}{{ one }}{% endfor %}", "for"),
        ("{% for one in range(9) %}x{% endfor %}", "for"),
        ("{{ giver|upper }}", "Filter"),
        ("{{ giver.upper() }}", "Call"),
        ("{{ parties[0] }}", "Getitem"),
        ("{{ 9 ** 9 }}", "Pow"),
        ("{% set a = giver %}", "Assign"),
        ("{% include 'x' %}", "Include"),
        ("{% macro a() %}{% endmacro %}", "Macro"),
        ("{{ giver ", ""),
        ("{% for one in parties %}", ""),
    ],
)
def test_everything_that_is_not_on_the_list_is_refused_by_name(words, named):
    with pytest.raises(ValidationError) as refused:
        check_wording(written("协议", words))
    assert named in " ".join(refused.value.messages)


def test_all_unknown_fields_are_named_at_once_and_those_of_the_head_of_the_page_too():
    document, file = Document(io.BytesIO(written("{{ first }}", "{{ second }}"))), io.BytesIO()
    document.sections[0].header.paragraphs[0].text = "{{ third }}"
    document.core_properties.subject = "{{ fourth }}"
    document.save(file)
    with pytest.raises(ValidationError) as refused:
        check_wording(file.getvalue())
    told = " ".join(refused.value.messages)
    assert all(name in told for name in ("first", "second", "third", "fourth"))


RELATION = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId9" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{}" '
    'Target="http://example.org/a" TargetMode{}/></Relationships>'
)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("word/_rels/settings.xml.rels", RELATION.format("attachedTemplate", '="External"')),
        ("word/_rels/header9.xml.rels", RELATION.format("image", " = 'External'")),
        ("word/vbaProject.bin", b"x"),
        ("word/more.xml", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'),
        ("word/more.xml", "<a/>".encode("utf-16")),
    ],
    ids=["a template from elsewhere", "a picture from elsewhere", "a macro", "entities", "another encoding"],
)  # fmt: skip
def test_what_must_not_go_out_to_others_is_refused(name, content):
    with pytest.raises(ValidationError):
        check_wording(with_part(name, content))


def test_a_link_to_read_is_no_part_from_elsewhere():
    link = RELATION.format("hyperlink", '="External"')
    check_wording(with_part("word/_rels/footnotes.xml.rels", link))


@pytest.mark.parametrize(
    "content", [b"", b"PK\x03\x04", b"%PDF-1.7", b"x" * (LARGEST + 1), with_part("a", b"0" * (11 << 20))]
)
def test_what_is_no_paper_or_too_large_is_refused_in_words(content):
    with pytest.raises(ValidationError) as refused:
        check_wording(content)
    assert refused.value.messages


# Keeping and using


def test_a_wording_is_kept_put_into_use_and_taken_out_of_it():
    clerk = make_user("bureau")
    first, second = (keep_wording(by=clerk, name=name, upload=upload(written(name))) for name in ("第一版", "第二版"))
    assert PaperWording.objects.in_use("agreement") is None
    for wording in (first, second):
        use_wording(wording=wording, by=clerk)
        assert PaperWording.objects.in_use("agreement") == wording
    with pytest.raises(ValidationError):
        drop_wording(wording=second, by=clerk, reason=" ")
    drop_wording(wording=second, by=clerk, reason="有误")
    assert PaperWording.objects.in_use("agreement") is None
    assert [c.action for c in Change.objects.of(first).order_by("id")] == [
        "paperwording.keep", "paperwording.use", "paperwording.use",
    ]  # fmt: skip


def test_who_words_papers():
    for role in ("county", "organisation", "partner", "auditor"):
        with pytest.raises(PermissionDenied):
            keep_wording(by=make_user(role), name="协议", upload=upload(written("协议")))
    wording = keep_wording(by=make_user("bureau"), name="协议", upload=upload(written("协议")))
    with pytest.raises(PermissionDenied):
        use_wording(wording=wording, by=make_user("auditor"))
    assert not PaperWording.objects.visible_to(make_user("county")).exists()


def test_only_a_docx_is_taken():
    for content, name in ((written("协议"), "协议.doc"), (b"text", "a.txt"), (b"text", "a.docx")):
        with pytest.raises(ValidationError):
            keep_wording(by=make_user("bureau"), name="协议", upload=upload(content, name))
    assert not PaperWording.objects.exists()


# On the desk


def test_the_clerk_uploads_tries_and_uses_it(client, bureau):
    add = page(PaperWording, "add")
    text = client.get(add).content.decode()
    assert "{{ money_in_capitals }}" in text
    assert page(PaperWording, "pattern") in text
    refused = client.post(add, {"name": "新版", "use": "agreement", "upload": upload(written("{{ givr }}"))})
    assert refused.status_code in (200, 400)
    assert "givr" in refused.content.decode()
    content = written("{{ number }} 协议")
    answer = client.post(add, {"name": "新版", "use": "agreement", "upload": upload(content)})
    wording = PaperWording.objects.get()
    assert answer.url == page(wording)
    trial = client.get(page(wording, "trial"))
    assert read(AsPaper(b"".join(trial.streaming_content)))[0].endswith("协议")
    kept = client.get(page(wording, "file"))
    assert b"".join(kept.streaming_content) == content
    assert client.post(page(wording, "deed", "use"), {"reason": ""}).status_code == 302
    wording.refresh_from_db()
    assert wording.is_current


def test_the_pattern_comes_as_a_file_of_word(client, bureau):
    answer = client.get(page(PaperWording, "pattern"))
    assert "attachment" in answer["Content-Disposition"]
    check_wording(b"".join(answer.streaming_content))


@pytest.mark.parametrize("role", ["county", "system_admin"])
def test_others_do_not_open_these_pages(client, role):
    client.force_login(make_user(role))
    assert client.get(page(PaperWording, "pattern")).status_code == 403
    assert client.get(page(PaperWording, "changelist")).status_code == 403
