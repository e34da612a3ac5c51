"""The catalogue holds every message, translated, and changes only when a message does."""

import json

import pytest
from django.core.management import CommandError, call_command
from django.utils.translation import gettext, ngettext, override

from registry.core import catalogues

MODULE = """
from django.utils.translation import gettext as _, gettext_lazy, ngettext, pgettext_lazy
A = _("Sum of %(amount)s")
B = gettext_lazy("Sum of %(amount)s")
C = ngettext("%(n)s day", "%(n)s days", 3)
D = pgettext_lazy("meeting", "planned")
E = _(A)
"""
TEMPLATE = """{% load i18n %}{% translate "Counting rules" %}
{% blocktranslate with n=1 %}{{ n }} of {{ m }}{% endblocktranslate %}"""


@pytest.fixture
def project(tmp_path, settings):
    """A small project with one module, one template and its own empty catalogue."""
    for place, text in {
        "orgs/a.py": MODULE,
        "templates/a/b.html": TEMPLATE,
        "orgs/migrations/0001.py": "_('old')",
    }.items():
        path = tmp_path / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    settings.BASE_DIR, settings.LOCALE_PATHS = tmp_path, [tmp_path / "locale"]
    return tmp_path


def update(*merged):
    call_command("messages", update=True, merge=[str(path) for path in merged])
    return catalogues.catalogue_path().read_text("utf-8")


def pairs(project, **words):
    path = project / "zh.json"
    path.write_text(json.dumps(words), "utf-8")
    return path


TRANSLATED = {
    "Sum of %(amount)s": "合计 %(amount)s",
    "%(n)s day": ["%(n)s 天"],
    "meeting|planned": "拟召开",
    "Counting rules": "口径说明",
    "%(n)s of %(m)s": "%(m)s 之 %(n)s",
}


def test_messages_are_collected_once_with_their_places_and_migrations_are_passed_over(project):
    found = {
        catalogues._key(message): [place for place, _line in message.locations]
        for message in catalogues._entries(catalogues.extracted())
    }
    assert found == {
        "Sum of %(amount)s": ["orgs/a.py"],
        "%(n)s day": ["orgs/a.py"],
        "meeting|planned": ["orgs/a.py"],
        "Counting rules": ["templates/a/b.html"],
        "%(n)s of %(m)s": ["templates/a/b.html"],
    }


def test_updating_keeps_translations_and_drops_what_is_no_longer_said(project):
    update(pairs(project, **TRANSLATED))
    (project / "orgs/a.py").write_text("A = _('Sum of %(amount)s')\nB = _('New')", "utf-8")
    text = update()
    assert "合计 %(amount)s" in text
    assert "拟召开" not in text
    assert 'msgid "New"\nmsgstr ""' in text


def test_updating_twice_changes_nothing_and_moving_a_line_neither(project):
    text = update(pairs(project, **TRANSLATED))
    (project / "orgs/a.py").write_text("\n\n\n" + MODULE, "utf-8")
    assert update() == text


def test_merging_fills_what_is_empty_and_names_what_it_does_not_know(project, capsys):
    update(pairs(project, **{"Counting rules": "口径说明", "No such message": "无"}))
    assert "no such message: No such message" in capsys.readouterr().err
    assert "口径说明" in update(pairs(project, **{"Counting rules": "别的"}))


@pytest.mark.parametrize("text", ["[1]", '{"a": 1}', '{"a": ["b", "c"]}', "{", ""])
def test_a_file_that_cannot_be_merged_is_refused_by_name(project, text):
    (project / "zh.json").write_text(text, "utf-8")
    with pytest.raises(CommandError, match=r"zh\.json cannot be merged"):
        update(project / "zh.json")


def test_a_whole_catalogue_passes_the_check(project, capsys):
    update(pairs(project, **TRANSLATED))
    call_command("messages", check=True)
    assert capsys.readouterr().out.endswith("every message is translated\n")


@pytest.mark.parametrize(
    ("message", "translation", "fault"),
    [
        ("Counting rules", "", "not translated: Counting rules"),
        ("Sum of %(amount)s", "合计", r"placeholders differ \(%\(amount\)s\): Sum of"),
        ("Sum of %(amount)s", "合计 %(amount)s %(amount)s", "placeholders differ"),
        ("%(n)s day", ["一天"], r"placeholders differ \(%\(n\)s\): %\(n\)s day"),
    ],
)
def test_the_check_names_each_faulty_message(project, message, translation, fault):
    update(pairs(project, **TRANSLATED | {message: translation}))
    with pytest.raises(CommandError, match=fault):
        call_command("messages", check=True)


def test_the_check_names_a_fuzzy_message(project):
    text = update(pairs(project, **TRANSLATED))
    fuzzy = text.replace('msgid "Counting rules"', '#, fuzzy\nmsgid "Counting rules"')
    catalogues.catalogue_path().write_text(fuzzy, "utf-8")
    with pytest.raises(CommandError, match="fuzzy: Counting rules"):
        call_command("messages", check=True)


def test_the_check_finds_a_catalogue_that_is_out_of_date(project):
    update(pairs(project, **TRANSLATED))
    (project / "templates/a/c.html").write_text(TEMPLATE, "utf-8")
    with pytest.raises(CommandError, match="out of date"):
        call_command("messages", check=True)


def test_without_a_task_the_command_is_misused(project):
    with pytest.raises(CommandError) as refusal:
        call_command("messages")
    assert refusal.value.returncode == 2


def test_what_is_compiled_is_what_pages_say(project):
    update(pairs(project, **TRANSLATED))
    call_command("messages", compile=True)
    compiled = (project / "locale/zh_Hans/LC_MESSAGES/django.mo").read_bytes()
    assert "口径说明".encode() in compiled
    files = (project / "locale/zh_Hans/LC_MESSAGES").iterdir()
    assert sorted(path.name for path in files) == ["django.mo", "django.po"]


def test_chinese_comes_from_the_catalogue_and_english_from_the_ids():
    with override("zh-hans"):
        assert gettext("counting rule") == "口径"
        assert gettext("This field is required.") == "必填字段。" or "字段" in gettext("This field is required.")
    with override("en"):
        assert gettext("counting rule") == "counting rule"
        assert gettext("This field is required.") == "This field is required."
        assert ngettext("%(n)s day", "%(n)s days", 2) == "%(n)s days"


def test_nothing_in_the_project_is_left_untranslated():
    assert [str(fault) for fault in catalogues.faults()] == []
