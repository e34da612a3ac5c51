"""A backup brings back every record and file, proves itself whole, and replaces nothing unasked."""

import json

import pytest
from django.core.management import CommandError, call_command

from projects.models import Project
from registry.core.models import Change
from tests.factories import make_project

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    blob = settings.MEDIA_ROOT / "blobs" / "ab" / "abcd"
    blob.parent.mkdir(parents=True)
    blob.write_bytes(b"evidence")
    return blob


@pytest.fixture
def backup(media, tmp_path):
    make_project(number="XM-2020-0001", name="蔬菜大棚")
    call_command("backup", str(tmp_path / "backup"))
    return tmp_path / "backup"


def test_restore_brings_back_rows_and_files_as_they_were(backup, media):
    Project.objects.update(name="改过的名字")
    media.unlink()
    call_command("restore", str(backup), replace=True)
    assert Project.objects.get().name == "蔬菜大棚"
    assert media.read_bytes() == b"evidence"


def test_restore_leaves_its_mark_at_the_end_of_the_trail(backup):
    call_command("restore", str(backup), replace=True)
    assert Change.objects.latest_first().first().action == "backup.restore"


def test_triggers_still_record_changes_after_a_restore(backup):
    call_command("restore", str(backup), replace=True)
    Project.objects.update(name="新名字")
    assert Change.objects.latest_first().first().before["name"] == "蔬菜大棚"


def test_restore_refuses_to_replace_a_register_in_use(backup):
    with pytest.raises(CommandError, match="--replace"):
        call_command("restore", str(backup))


def test_an_altered_backup_is_refused_and_named(backup):
    (backup / "media" / "blobs" / "ab" / "abcd").write_bytes(b"swapped")
    with pytest.raises(CommandError, match="media/blobs/ab/abcd"):
        call_command("restore", str(backup), replace=True)


def test_a_file_added_to_a_backup_is_refused(backup):
    (backup / "media" / "intruder").write_text("x")
    with pytest.raises(CommandError, match="media/intruder"):
        call_command("restore", str(backup), check=True)


@pytest.mark.parametrize("manifest", ["", "{}", "[1]", json.dumps({"files": None})])
def test_a_folder_without_a_manifest_is_no_backup(tmp_path, manifest):
    (tmp_path / "manifest.json").write_text(manifest)
    with pytest.raises(CommandError):
        call_command("restore", str(tmp_path), check=True)


def test_backup_refuses_a_folder_that_holds_something(backup):
    with pytest.raises(CommandError, match="不是空文件夹"):
        call_command("backup", str(backup))
