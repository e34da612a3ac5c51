"""Static files are named by their content, and kept by a browser for as long as it does not change."""

import os
import re

import pytest
from django.contrib.staticfiles import finders
from django.templatetags.static import static

from registry.core import static_files

YEAR = "max-age=31536000, public, immutable"


def kept(client, address):
    answer = client.get(address)
    list(answer)  # read to its end, which closes the file
    return answer.status_code, answer.headers.get("Cache-Control")


@pytest.mark.django_db
def test_every_file_that_a_page_names_is_kept_for_a_year(client):
    page = client.get("/").content.decode()
    named = set(re.findall(r'"(/static/[^"#?]+)', page))
    assert len(named) > 3
    assert {address for address in named if not re.search(r"\.[0-9a-f]{12}\.\w+$", address)} == set()
    assert {kept(client, address) for address in named} == {(200, YEAR)}


def test_a_name_without_a_digest_is_asked_for_again_and_a_wrong_one_is_none(client, db):
    named = static("registry/theme.css")
    wrong = re.sub(r"\.[0-9a-f]{12}\.", ".0123456789ab.", named)
    assert kept(client, "/static/registry/theme.css") == (200, "max-age=60, public")
    assert kept(client, wrong)[0] == 404


def test_what_is_not_changed_is_not_sent_again(client, db):
    address = static("registry/theme.css")
    first = client.get(address)
    first.close()
    again = client.get(address, headers={"If-Modified-Since": first.headers["Last-Modified"]})
    assert (again.status_code, again.headers["Cache-Control"]) == (304, YEAR)
    again.close()


def test_a_changed_file_has_another_name_at_once(tmp_path, settings):
    settings.STATICFILES_DIRS = [tmp_path]
    finders.get_finder.cache_clear()
    try:
        file = tmp_path / "own.css"
        file.write_text("a {}")
        place = static_files.InPlace(base_url="/static/")
        first = place.url("own.css")
        file.write_text("b {}")
        os.utime(file, (1, 1))
        second = place.url("own.css")
        found = finders.find(second.removeprefix("/static/")), finders.find(first.removeprefix("/static/"))
        assert first != second
        assert found == (str(file), None)
        assert finders.find(second.removeprefix("/static/"), find_all=True) == [str(file)]
        assert place.url("none.css") == "/static/none.css"
    finally:
        finders.get_finder.cache_clear()


def test_files_are_collected_once():
    assert list(static_files.ByDigest().list([])) == []
