"""The pages and addresses of open data: what everybody finds, what is answered in words, and the bureau's desk."""

import hashlib
import json

import pytest
from django.urls import reverse

from registry.core.models import Job
from registry.reports.models import DataRelease
from registry.reports.open_data.actions import withdraw_release
from registry.reports.open_data.files import MEDIA_TYPES, NAMES
from registry.reports.open_data.sets import SETS
from tests.counting import queries_of
from tests.desk import page
from tests.factories import make_project, make_user

from .released import content_of, make_register, make_release

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]


@pytest.fixture
def register():
    return make_register()


@pytest.fixture
def release(register):
    return make_release(by=None)[0]


def another(register):
    """A further release, for which something has to change."""
    make_project(visibility="published", campaign=register.landed.campaign)
    return make_release(by=None)[0]


def withdrawn(release, reason="一笔金额有误"):
    return withdraw_release(release=release, by=make_user("bureau"), reason=reason)


def test_the_page_lists_every_field_once_with_label_meaning_and_example(client, release):
    text = client.get("/data/").content.decode()
    for one in SETS.values():
        assert f'id="{one.code}"' in text
        for column in one.columns:
            assert f"<code>{column.name}</code>" in text
    assert "CC BY 4.0" in text
    assert "XM-2020-0001" in text, "an example is a value of the release"
    assert "360G-bangfu" in text


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_page_shows_digests_terms_and_history_in_both_languages(client, release, settings, language):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    text = client.get("/data/").content.decode()
    for file in release.files.all():
        assert file.sha256 in text
    assert ("历次发布" if language == "zh-hans" else "History of releases") in text
    assert ("资金明细" if language == "zh-hans" else "Funding lines") in text


def test_before_the_first_release_the_page_says_so_and_has_the_field_list(client):
    text = client.get("/data/").content.decode()
    assert "尚未发布过数据" in text
    assert "<code>funds_involved</code>" in text
    assert client.get("/data/index.json").json()["latest"] is None


@pytest.mark.parametrize("name", NAMES)
def test_a_file_comes_as_it_was_released(client, release, name):
    answer = client.get(f"/data/{release.number}/{name}")
    body = b"".join(answer.streaming_content)
    assert (answer.status_code, answer.streaming) == (200, True)
    assert hashlib.sha256(body).hexdigest() == release.files.get(name=name).sha256
    assert answer["Content-Type"] == MEDIA_TYPES[name.rpartition(".")[2]]
    assert answer["Content-Disposition"] == f'attachment; filename="{release.number}-{name}"'
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_a_file_that_somebody_has_already_is_not_sent_again(client, release):
    first = client.get("/data/latest/projects.csv")
    assert b"".join(first.streaming_content)
    assert first["ETag"] == f'"{release.files.get(name="projects.csv").sha256}"'
    again = client.get("/data/latest/projects.csv", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    other = client.get("/data/latest/projects.csv", headers={"If-None-Match": '"other"'})
    assert (other.status_code, len(list(other.streaming_content)) > 0) == (200, True)
    assert client.post("/data/latest/projects.csv").status_code == 405


def test_latest_is_always_the_newest_that_stands(client, register, release):
    newer = another(register)
    assert client.get("/data/latest/").url == newer.get_absolute_url()
    answer = client.get("/data/latest/projects.csv")
    assert b"".join(answer.streaming_content) == content_of(newer, "projects.csv")
    assert "no-cache" in answer["Cache-Control"]
    withdrawn(newer)
    answer = client.get("/data/latest/projects.csv")
    assert b"".join(answer.streaming_content) == content_of(release, "projects.csv")


def test_an_old_release_stays_and_says_what_is_in_it(client, register, release):
    before = content_of(release, "funding.csv")
    another(register)
    text = client.get(release.get_absolute_url()).content.decode()
    assert all(file.sha256 in text for file in release.files.all())
    answer = client.get(f"/data/{release.number}/funding.csv")
    assert b"".join(answer.streaming_content) == before
    assert "max-age" in answer["Cache-Control"]


def test_a_withdrawn_release_is_gone_with_its_reason(client, release):
    withdrawn(release)
    for address in (release.get_absolute_url(), f"/data/{release.number}/projects.csv"):
        answer = client.get(address)
        assert answer.status_code == 410
        assert "一笔金额有误" in answer.content.decode()
    assert "一笔金额有误" in client.get("/data/").content.decode()
    (told,) = client.get("/data/index.json").json()["releases"]
    assert (told["status"], told["reason"], "files" in told) == ("withdrawn", "一笔金额有误", False)


@pytest.mark.parametrize(
    ("address", "words"),
    [("/data/2001-01-01/", "2001-01-01"), ("/data/2001-01-01/projects.csv", "2001-01-01"),
     ("/data/latest/passwords.csv", "projects.csv"), ("/data/latest/%00", "projects.csv")],
)  # fmt: skip
def test_what_is_not_there_is_answered_in_words(client, release, address, words):
    answer = client.get(address)
    assert answer.status_code == 404
    assert words in answer.content.decode()


def test_programs_read_the_same_digests_and_fields(client, release):
    told = client.get("/data/index.json").json()
    assert told["latest"] == release.number
    files = {file["name"]: file for file in told["releases"][0]["files"]}
    assert list(files) == list(NAMES)
    assert {name: file["sha256"] for name, file in files.items()} == {
        file.name: file.sha256 for file in release.files.all()
    }
    assert {code: [one["name"] for one in schema["fields"]] for code, schema in told["sets"].items()} == {
        code: one.names for code, one in SETS.items()
    }
    assert told["releases"][0]["sets"]["projects"]["rows"] == 2


def test_the_page_asks_as_much_for_three_releases_as_for_one(client, register, release):
    client.force_login(make_user("bureau"))
    addresses = ("/data/", page(DataRelease, "changelist"))
    one = [queries_of(client, address) for address in addresses]
    for _time in range(2):
        another(register)
    assert [queries_of(client, address) for address in addresses] == one
    assert queries_of(client, "/data/index.json") <= 8


def test_the_bureau_asks_for_a_release_by_a_button_and_once_is_enough(client, register):
    client.force_login(make_user("bureau"))
    assert reverse("admin:release-data") in client.get(page(DataRelease, "changelist")).content.decode()
    assert client.get("/desk/open-data/release/").status_code == 200
    first, second = (client.post("/desk/open-data/release/", {"note": "年度发布"}) for _time in range(2))
    (work,) = Job.objects.filter(kind="open_data")
    assert first.url == second.url == reverse("job", args=(work.key,))
    assert work.parameters == {"note": "年度发布"}


@pytest.mark.parametrize(
    ("words", "name", "path"),
    [("CC BY 4.0 https://x.example/by/", "CC BY 4.0", "https://x.example/by/"), ("All rights", "All rights", None)],
)
def test_the_licence_is_the_owners_to_name(client, register, settings, words, name, path):
    settings.DATA_LICENCE = words
    release = make_release(by=None)[0]
    told = client.get("/data/index.json").json()["licence"]
    assert (release.licence, told["name"], told.get("path")) == (name, name, path)


@pytest.mark.parametrize("role", ["partner", "auditor", "county", "organisation", "system_admin"])
def test_nobody_else_asks_for_one(client, role):
    client.force_login(make_user(role))
    assert client.post("/desk/open-data/release/", {"note": ""}).status_code == 403
    assert not Job.objects.exists()


def test_the_desk_shows_a_release_and_withdraws_it_with_a_reason(client, release):
    client.force_login(make_user("bureau"))
    text = client.get(page(release)).content.decode()
    assert release.files.first().sha256 in text
    address = page(release, "move", "withdrawn")
    assert address in text
    assert client.post(address, {"reason": ""}).status_code == 400
    client.post(address, {"reason": "口径有误"})
    release.refresh_from_db()
    assert (release.status, release.status_reason) == ("withdrawn", "口径有误")
    assert address not in client.get(page(release)).content.decode()


def test_an_auditor_sees_releases_and_no_button(client, release):
    client.force_login(make_user("auditor"))
    assert client.get(page(DataRelease, "changelist")).status_code == 200
    assert page(release, "move", "withdrawn") not in client.get(page(release)).content.decode()


def test_the_index_is_json_for_readers_too(client, release):
    assert json.loads(client.get("/data/index.json").content)["licence"]["name"] == release.licence
