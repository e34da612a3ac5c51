"""The drill does on a quiet day all that is needed on the worst: and says so when something is not right."""

import io
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from registry.core.backup import drill, notes, recovery
from registry.core.models import Change

pytestmark = [pytest.mark.django_db, pytest.mark.plain, pytest.mark.long, pytest.mark.usefixtures("shared_register")]


@pytest.fixture
def passed(monkeypatch):
    """A drill whose long steps have been done and found right; what it is told is wrong can be seen."""
    monkeypatch.setattr(drill, "_back_up_and_restore", lambda one, server: one.seconds.update(ALL_STEPS))
    monkeypatch.setattr(drill, "_serve", lambda one: None)
    monkeypatch.setattr(drill, "_recover", lambda one, server: None)


ALL_STEPS = dict.fromkeys(("backup", "server", "restore", "history", "page", "recovery"), 1.0)


def test_the_whole_drill_finds_no_difference_and_tells_both_times(tmp_path):
    said = io.StringIO()
    before = Change.objects.count()
    call_command("drill", stdout=said)
    words = said.getvalue()
    mark = notes.last(notes.DRILL)
    assert "0 differences" in words
    assert f"RTO {mark.after['rto']} s" in words
    assert f"RPO {mark.after['rpo']} s" in words
    assert 0 <= mark.after["rpo"] < 10 * recovery.ARCHIVE_TIMEOUT
    assert set(ALL_STEPS) <= set(mark.after["seconds"])
    assert Change.objects.count() == before + 1, "of the live register, only the note that a drill took place"


def test_what_is_wrong_ends_the_command_as_refused(passed, monkeypatch):
    monkeypatch.setattr(drill, "_serve", lambda one: one.wrong.append("/ answered 500"))
    with pytest.raises(CommandError, match="/ answered 500"):
        call_command("drill", stdout=io.StringIO())
    assert notes.last(notes.DRILL).after["wrong"] == ["/ answered 500"]


@pytest.mark.parametrize(("lost", "extra"), [(1, 0), (0, 1)])
def test_a_recovery_that_misses_its_instant_is_wrong(lost, extra, monkeypatch):
    found = recovery.Recovered(lost=lost, extra=extra, seconds=1.0, rpo=0.5)
    monkeypatch.setattr(recovery, "rehearse", lambda *arguments: found)
    one = drill.Drill(Path("/nowhere"), lambda words: None)
    drill._recover(one, None)
    assert one.wrong == [f"recovery to an instant: {lost} writes lost, {extra} too many"]


def test_no_process_of_the_drill_reaches_what_is_live(monkeypatch, tmp_path):
    for name in drill.OURS:
        monkeypatch.setenv(name, "live")
    told = drill.Drill(tmp_path, lambda words: None).environment()
    assert "live" not in told.values()
    assert told["DATA_DIR"] == str(tmp_path / "data")


def test_the_scratch_place_is_gone_afterwards(passed, tmp_path):
    call_command("drill", stdout=io.StringIO(), parent=str(tmp_path / "backups"))
    assert not list((tmp_path / "backups").glob("bangfu-drill-*"))
