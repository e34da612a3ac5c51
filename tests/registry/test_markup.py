"""Every page is valid HTML, in both languages, by html-validate: ours by its recommended rules (rules.json), the lists
and forms of Django's admin, whose markup is not ours, by the standard's own (desk.json).

What is switched off or loosened, and why:
`no-trailing-whitespace`: what a template leaves at the end of a line is seen by nobody.
`no-implicit-button-type`: a button without a type sends its form, by definition.
`wcag/h32` (a form has a button): the script sends a dragged card; the button for the keyboard stands apart.
`aria-label-misuse`: lists may have names, which screen readers tell.
`form-dup-name`: boxes to tick may share a name, that is how several are chosen.
`valid-for`, on the desk: Django gives hidden fields a label, hidden like them.
"""

import json
import re
import subprocess
import tempfile

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse_lazy

import dev
from registry.core.models import User
from tests.house import ROOT
from tests.registry.test_axe import tour

pytestmark = [pytest.mark.tools, pytest.mark.django_db]

TOOLS = ROOT / dev.TOOLS
OWN_APPS = ("core", "counties", "orgs", "projects", "reports")


def faults_in(folder, rules="rules.json"):
    """What html-validate finds by `rules` in the files of a folder: sorted sentences."""
    command = [*dev.node(), str(TOOLS / "node_modules/html-validate/bin/html-validate.mjs")]
    command += ["--config", str(TOOLS / rules), "--formatter", "json", "--ext", "html", str(folder)]
    with tempfile.TemporaryFile() as answer:  # a pipe is cut off where node ends before it is read
        subprocess.run(command, cwd=TOOLS, stdout=answer)
        answer.seek(0)
        told = json.load(answer)
    return sorted(
        f"{page['filePath'].rpartition('/')[2]}:{fault['line']} {fault['ruleId']}: {fault['message']}"
        for page in told
        for fault in page["messages"]
    )


ADMIN = re.compile(rf"{reverse_lazy('admin:index')}({'|'.join(OWN_APPS)})/\w+/(\d+/change/|add/)?(\?.*)?$")
"""Addresses of lists and forms whose markup Django's admin makes."""


def keep(folder, visitor, language, paths):
    """Writes down each page as its visitor gets it, under a name that tells which it is."""
    client = Client()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    if visitor:
        client.force_login(User.objects.get(username=visitor))
    for path in paths:
        name = "".join(sign if sign.isalnum() else "_" for sign in f"{visitor}{path}")[:150]
        target = folder / ("desk" if ADMIN.match(path) else "own")
        target.mkdir(exist_ok=True, parents=True)
        (target / f"{name}-{language}.html").write_bytes(client.get(path).content)


def test_every_page_is_valid(demo, tmp_path):
    """In both languages in turn, page by page: their markup is the same."""
    folder, languages = tmp_path / "pages", [language for language, _name in settings.LANGUAGES]
    for visitor, paths in tour():
        for turn, language in enumerate(languages):
            keep(folder, visitor, language, paths[turn :: len(languages)])

    assert faults_in(folder / "own") == []
    assert faults_in(folder / "desk", "desk.json") == []


@pytest.mark.parametrize("rules", ["rules.json", "desk.json"])
def test_what_is_not_valid_is_found(tmp_path, rules):
    head = '<!DOCTYPE html><html lang="en"><head><title>A</title></head>'
    (tmp_path / "bad.html").write_text(f"{head}<body><ul><p>b</p></ul><b id=a></b><b id=a></b></body></html>")

    found = {fault.split()[1] for fault in faults_in(tmp_path, rules)}

    assert {"element-permitted-content:", "no-dup-id:"} <= found
