"""Personal numbers are planted in every text of the register, and a word of its own in every inner one; then a stranger
goes to every public address that can be found. Neither may come out anywhere: pages, files, exports, interface."""

import io
import re
import zipfile
from collections import Counter, deque
from html import unescape
from urllib.parse import parse_qsl, unquote, urljoin, urlsplit

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import DatabaseError, connection, models, transaction

from projects.models import Project, Story
from registry.core.models import Record
from tests.publishing import publish_what_is_marked

pytestmark = [pytest.mark.django_db, pytest.mark.plain]  # what is planted is published once, below

PHONE, IDENTITY, CARD = "13912345678", "130726199001011237", "6222021234567890123"
INNER = "内情勿外传"
PERSONAL = f" {PHONE} {IDENTITY} {CARD}"

OPEN = {
    "counties.Division": {"name", "name_en"},
    "counties.Designation": {"basis", "listed_name", "listed_code", "source", "note"},
    "orgs.Authority": {"name", "name_en"},
    "orgs.Organisation": {"name", "name_en", "name_basis", "kind_basis", "registered_basis", "supervising_unit"},
    "orgs.FormerName": {"name", "source"},
    "orgs.Enterprise": {"name"},
    "projects.Field": {"name", "name_en"},
    "projects.Campaign": {"name", "name_en", "start_note", "appeal", "counting_rules"},
    "projects.Project": {"name", "summary", "approach", "channel", "source", "quote", "caution"},
    "projects.Site": {"address"},
    "projects.Participation": {"note"},
    "projects.ProjectMark": {"title", "named_by"},
    "projects.Funding": {"wording", "goods", "unit"},
    "projects.Result": {"indicator", "unit", "wording"},
    "projects.Need": {"name", "place", "why"},
    "projects.NeedItem": {"what", "unit"},
    "projects.Event": {"name", "date_note", "place", "summary", "source"},
    "projects.Agreement": {"name"},
    "projects.Commendation": {"title", "grounds", "status_reason"},
    "projects.Objection": {"status_reason"},
    "projects.Story": {"name", "text", "quote", "said_by", "source"},
    "projects.StoryPhoto": {"alt", "caption", "credit"},
    "projects.Document": {"shown_alt"},
    "projects.Statement": {"title", "title_en", "wording", "text", "quote", "source", "as_of_text", "note"},
}
"""What the public may read as it was written, personal numbers masked. A column that is not named here is inner."""

CODES = re.compile(
    "^(code|number|pinyin|initials|sha256|media_type|password|username|batch|page|query|url|digest|receipt|sender|rule|unit)$"
)
"""What is no text: codes by which rows are found, and what the register itself computes."""

FROZEN = {
    "projects.Circular", "projects.CircularPart", "projects.CircularFigure", "projects.Publication",
    "projects.StoryCorrection", "reports.DataRelease", "reports.DataFile",
}  # fmt: skip
"""What the database itself refuses to change: it was read for personal data before it was issued or published."""


def texts(model):
    for field in model._meta.concrete_fields:
        is_text = isinstance(field, models.CharField | models.TextField) and not field.choices
        if is_text and not CODES.match(field.name):
            yield field


def planted(field, is_open):
    """An SQL expression for the column's text with what must not come out, within its length."""
    extra = PERSONAL if is_open else f"{INNER}{PERSONAL}"
    if not field.max_length:
        return f"\"{field.column}\" || '{extra}'"
    room = max(field.max_length - len(extra), 0)
    return f"LEFT(\"{field.column}\", {room}) || LEFT('{extra}', {field.max_length})"


def plant():
    """{column: rows}; the set of columns that the database refused to change."""
    done, refused, states = {}, set(), dict(Story.objects.values_list("pk", "status"))
    Project.objects.update(phase=Project.Phase.OPEN, phase_by=None, phase_at=None)  # what is locked takes no words
    Story.objects.update(status=Story.Status.DRAFT)  # nor does what was checked
    for model in apps.get_models():
        if not issubclass(model, Record):
            continue
        for field in texts(model):
            is_open = field.name in OPEN.get(model._meta.label, ())
            sql = f'UPDATE {model._meta.db_table} SET "{field.column}" = {planted(field, is_open)}'
            told = written(sql) if field.blank else ""
            rows = told if isinstance(told, int) else written(f"""{sql} WHERE "{field.column}" <> ''""")
            if isinstance(rows, int):
                done[f"{model._meta.label}.{field.name}"] = rows
            else:
                refused.add((model._meta.label, field.name, rows))
    for key, status in states.items():
        Story.objects.filter(pk=key).update(status=status)
    return done, refused


def written(sql):
    """How many rows an UPDATE wrote, or what the database said against it: some words only stand with other facts."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)
            return cursor.rowcount
    except DatabaseError as error:
        return str(error).splitlines()[0]


LINK = re.compile(r"""(?:href|src|action|hx-get)=["']([^"'#]+)""")
SKIPPED = ("/static/", "/accounts/", "/desk/", "/my/", "/i18n/", "/preferences/", "/notices/", "/jobs/")


NUMBER = re.compile(r"[A-Z]{2}-[0-9]{4}-[0-9]+|[0-9a-f]{8}-[0-9a-f-]{27}|[0-9-]+")


def kind_of(url):
    """The page without numbers and questions, and with which questions it is asked: what is met a few times only."""
    parts = urlsplit(url)
    names = sorted(name for name, _value in parse_qsl(parts.query, keep_blank_values=True))
    return NUMBER.sub("0", unquote(parts.path)), tuple(names)


def read(response):
    """All that an answer holds as text: the parts of office files and archives too."""
    body = b"".join(response) if response.streaming else response.content
    if body[:2] != b"PK":
        return body.decode("utf-8", "replace")
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        return "\n".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())


def found_in(text):
    """[(what came out, what stands before it)]."""
    plain = re.sub(r"<[^>]*>", "", unescape(text))
    hits = []
    for what in (PHONE, IDENTITY, CARD, INNER):
        place = plain if what in plain else text if what in text else ""
        if place:
            hits.append((what, place[max(place.index(what) - 60, 0) : place.index(what)].strip()[-30:]))
    return hits


class Crawl:
    """Follows links from the front page and from the roots of the interface, as far as they lead."""

    def __init__(self, client, most_of_a_kind):
        self.client, self.most = client, most_of_a_kind
        self.met, self.seen, self.leaks, self.broken = Counter(), set(), [], []
        self.queue = deque(["/", "/api/v1/", "/api/schema/", "/api/docs/", "/data/"])

    def go(self):
        while self.queue:
            url = self.queue.popleft()
            page, questions = kind_of(url)
            if url in self.seen or self.met[page] >= 3 * self.most or self.met[page, questions] >= self.most:
                continue
            self.seen.add(url)
            self.met.update([page, (page, questions)])
            self.visit(url)
        return self

    def visit(self, url):
        response = self.client.get(url)
        if response.status_code >= 500 or response.status_code == 400:
            self.broken.append((url, response.status_code))
        text = read(response)
        self.leaks += [(url, *hit) for hit in found_in(text)]
        if response.status_code in (301, 302):
            self.add(url, response["Location"])
        elif "html" in response.get("Content-Type", ""):
            for link in LINK.findall(text):
                self.add(url, unescape(link))
        elif "json" in response.get("Content-Type", ""):
            for link in re.findall(r'"(?:https?://testserver)?(/[^"\s]*)"', text):
                self.add(url, link)

    def add(self, url, link):
        whole = urljoin(f"http://testserver{url}", link)
        parts = urlsplit(whole)
        if parts.netloc == "testserver" and not parts.path.startswith(SKIPPED):
            self.queue.append(parts._replace(scheme="", netloc="", fragment="").geturl())


@pytest.fixture
def planted_register(reference, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    call_command("load_demo", projects=30, verbosity=0)
    done, refused = plant()
    assert {label for label, _column, _error in refused} <= FROZEN, sorted(refused)
    assert done["projects.Project.name"] > 30
    publish_what_is_marked()
    return done


@pytest.mark.parametrize(("language", "of_a_kind", "at_least"), [("zh-hans", 2, 200), ("en", 1, 100)])
def test_no_personal_number_and_no_inner_word_comes_out_at_any_public_address(
    client, planted_register, language, of_a_kind, at_least
):
    client.cookies["django_language"] = language
    crawl = Crawl(client, of_a_kind).go()
    assert not crawl.leaks, crawl.leaks[:40]
    assert not crawl.broken, crawl.broken[:20]
    assert len(crawl.seen) > at_least


def test_what_is_planted_would_be_found(client, planted_register):
    assert found_in(f"<td>139<b>12345678</b></td>{INNER}") == [(PHONE, ""), (INNER, PHONE)]
