"""A backup brings back every record and file, proves itself whole, and replaces and repeats nothing unasked."""

import io
import json
import os
import shutil
from collections import namedtuple
from unittest import mock

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.utils import timezone

from projects.models import Project
from registry.core.backup import making, notes, restoring
from registry.core.backup.contents import contents, differences
from registry.core.backup.making import make_backup
from registry.core.backup.programs import BackupError
from registry.core.backup.restoring import restore_backup
from registry.core.models import Blob, Change, Delivery, HookEvent, Job, Outgoing, Session, Subscription, User
from registry.core.tokens import in_a_year, make_token, revoke_token
from tests.factories import make_notice, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.plain, pytest.mark.usefixtures("shared_register")]


@pytest.fixture
def backup(tmp_path):
    return tmp_path / "backups" / "one"


@pytest.fixture
def media(settings):
    return settings.MEDIA_ROOT / Blob.objects.get().path


def held():
    with transaction.atomic():
        return contents()


def manifest_of(folder):
    return json.loads((folder / "manifest.json").read_text())


def rewrite(folder, **values):
    (folder / "manifest.json").write_text(json.dumps(manifest_of(folder) | values))


# Bringing back


def test_restore_brings_back_rows_and_files_as_they_were(backup, media):
    before = manifest_of(backup)["contents"]
    Project.objects.update(name="改过的名字")
    media.unlink()
    restore_backup(backup, replace=True)
    assert Project.objects.get().name == "蔬菜大棚"
    assert media.read_bytes() == b"evidence\n"
    assert differences(held(), before) == ["public.core_change"], "the mark of the restore, and nothing else"


def test_restore_leaves_its_mark_in_the_trail_with_the_digest_of_the_manifest(backup):
    restore_backup(backup, replace=True)
    mark = Change.objects.latest_first().first()
    assert mark == notes.last(notes.RESTORE)
    assert (mark.action, mark.after["manifest"]) == ("backup.restore", making.digest_of(backup))
    assert mark.after["os_user"] == notes.os_user()


def test_no_number_of_the_trail_is_given_twice(backup):
    Project.objects.update(name="改过的名字")
    last = Change.objects.latest_first().first().pk
    restore_backup(backup, replace=True)
    assert Change.objects.latest_first().first().pk > last


def test_triggers_and_wall_work_after_a_restore(backup):
    call_command("restore", str(backup), replace=True, stdout=io.StringIO())
    Project.objects.update(name="新名字")
    assert Change.objects.latest_first().first().before["name"] == "蔬菜大棚"
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM published.projects_project")
        assert cursor.fetchone() == (0,), "nothing was published"


def test_what_a_newer_version_added_goes(backup):
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE added_since (id bigint REFERENCES projects_project)")
    restore_backup(backup, replace=True)
    assert "added_since" not in connection.introspection.table_names()


def test_nothing_that_waited_then_is_sent_or_done_now(tmp_path):
    to_send = Outgoing.objects.create(notice=make_notice(make_user()), channel="email", address="a@b.example", text="x")
    hook = Subscription.objects.create(system="x", address="https://example.com/", events=[HookEvent.TEST])
    to_tell = Delivery.objects.create(subscription=hook, event=HookEvent.TEST, body="{}")
    waiting = Job.objects.create(kind="sweep")
    running = Job.objects.create(kind="sweep", state="running", lease_until=timezone.now())
    Session.objects.create(session_key="k" * 32, session_data="x", expire_date=timezone.now())
    make_backup(tmp_path / "backups" / "new")
    restore_backup(tmp_path / "backups" / "new", replace=True)
    for row in (to_send, to_tell, waiting, running):
        row.refresh_from_db()
    assert [row.state for row in (to_send, to_tell, waiting, running)] == ["failed", "failed", "cancelled", "failed"]
    assert (to_tell.next_at, running.lease_until) == (None, None)
    assert Session.objects.count() == 0


def test_what_was_closed_since_the_backup_stays_closed_and_is_named(tmp_path):
    user = make_user(username="gone")
    token, _secret = make_token(by=None, system="旧系统", owner=user, scopes=["read"], expires_on=in_a_year())
    folder = tmp_path / "backups" / "new"
    make_backup(folder)
    revoke_token(token=token, by=None, reason="泄露")
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert restore_backup(folder, replace=True)[1] == ["gone"]
    user.refresh_from_db()
    token.refresh_from_db()
    assert (user.is_active, token.is_revoked) == (False, True)


# Refusing


def test_restore_refuses_to_replace_a_register_in_use(backup):
    with pytest.raises(CommandError, match="--replace"):
        call_command("restore", str(backup))


def test_an_altered_backup_is_refused_and_named(backup):
    name = next(name for name in manifest_of(backup)["files"] if name.startswith("media/"))
    (backup / name).write_bytes(b"swapped")
    with pytest.raises(BackupError, match=name):
        restore_backup(backup, replace=True)


def test_a_file_added_to_a_backup_or_taken_away_is_refused(backup):
    (backup / "media" / "intruder").write_text("x")
    (backup / "database.dump").rename(backup / "other.dump")
    with pytest.raises(CommandError, match=r"database\.dump, media/intruder, other\.dump"):
        call_command("restore", str(backup), check=True)


@pytest.mark.parametrize("manifest", ["", "{}", "[1]", '{"files": null}', '{"files": {}, "format": 2, "contents": {}}'])
def test_a_folder_without_a_manifest_is_no_backup(tmp_path, manifest):
    (tmp_path / "manifest.json").write_text(manifest)
    with pytest.raises(CommandError):
        call_command("restore", str(tmp_path), check=True)


def test_contents_that_differ_are_refused_and_everything_stays_as_it_was(backup):
    Project.objects.update(name="改过的名字")
    found = manifest_of(backup)["contents"]
    rewrite(backup, contents=found | {"public.projects_project": [1, "0" * 64]})
    before = held()
    with pytest.raises(BackupError, match=r"public\.projects_project"):
        restore_backup(backup, replace=True)
    assert held() == before
    assert Project.objects.get().name == "改过的名字"


def test_a_backup_of_a_newer_register_or_server_is_refused(backup):
    manifest = manifest_of(backup)
    rewrite(backup, migrations=[*manifest["migrations"], "projects.9999_later"])
    with pytest.raises(BackupError, match="9999_later"):
        restore_backup(backup, replace=True)
    rewrite(backup, migrations=manifest["migrations"], postgresql=990000)
    with pytest.raises(BackupError, match="99"):
        restore_backup(backup, replace=True)


def test_a_dump_cut_short_changes_nothing(backup):
    dump = backup / "database.dump"
    dump.write_bytes(dump.read_bytes()[:-2000])
    rewrite(backup, files=making.digests(backup))
    Project.objects.update(name="改过的名字")
    with pytest.raises(BackupError):
        restore_backup(backup, replace=True)
    assert Project.objects.get().name == "改过的名字"


def test_backup_refuses_a_folder_that_holds_something(backup):
    with pytest.raises(CommandError, match="不是空文件夹"):
        call_command("backup", str(backup))


def test_a_backup_without_room_is_refused_before_it_begins(tmp_path, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda place: namedtuple("Usage", "free")(1000))
    with pytest.raises(BackupError, match="MiB"):
        make_backup(tmp_path / "backups" / "new")
    assert not list((tmp_path / "backups").glob("new*"))


def test_a_disk_that_fills_up_meanwhile_leaves_nothing_half(tmp_path):
    with (
        mock.patch.object(making.Draft, "copy", side_effect=OSError(28, "No space left on device")),
        pytest.raises(BackupError, match="No space left"),
    ):
        make_backup(tmp_path / "backups" / "new")
    assert not list((tmp_path / "backups").glob("new*"))


def test_a_disk_that_fills_up_while_files_come_back_changes_no_row(backup, media):
    Project.objects.update(name="改过的名字")
    full = mock.patch.object(restoring.shutil, "copy2", side_effect=OSError(28, "No space left on device"))
    with full, pytest.raises(BackupError, match="No space left"):
        restore_backup(backup, replace=True)
    assert Project.objects.get().name == "改过的名字"
    assert media.read_bytes() == b"evidence\n"


def test_what_a_killed_backup_left_goes_with_the_next(backup):
    (backup.parent / "two.partial").mkdir()
    make_backup(backup.parent / "three")
    assert sorted(path.name for path in backup.parent.iterdir() if path.is_dir()) == ["one", "three"]


def test_of_two_backups_at_once_the_second_is_refused(backup):
    with making._alone(backup.parent), pytest.raises(BackupError, match="另一个备份"):
        make_backup(backup.parent / "two")


# Many backups


def test_files_that_did_not_change_are_linked_and_not_copied(backup):
    manifest = make_backup(backup.parent / "two")
    name = next(name for name in manifest["files"] if name.startswith("media/"))
    assert manifest["linked"] == 1
    assert os.path.samefile(backup / name, backup.parent / "two" / name)


def test_only_so_many_backups_are_kept_and_nothing_else_is_touched(backup):
    (backup.parent / "mine").mkdir()
    for name in ("two", "three"):
        make_backup(backup.parent / name, keep=2)
    assert sorted(path.name for path in backup.parent.iterdir() if path.is_dir()) == ["mine", "three", "two"]


def test_made_files_and_sessions_are_left_out_and_anchors_taken_in(settings, tmp_path):
    for name in ("made/list.xlsx", "blobs/.draft.part"):
        place = settings.MEDIA_ROOT / name
        place.parent.mkdir(exist_ok=True)
        place.write_text("x")
    settings.ANCHORS = tmp_path / "told"
    settings.ANCHORS.write_text("{}")
    manifest = make_backup(tmp_path / "backups" / "new")
    blob = f"media/{Blob.objects.get().path}"
    assert sorted(manifest["files"]) == ["anchors.jsonl", "database.dump", blob]
    assert "public.core_session" not in manifest["contents"]


def test_a_file_lost_in_the_register_is_told_and_the_backup_kept(media, tmp_path):
    media.write_bytes(b"altered")
    with pytest.raises(CommandError, match=media.name):
        call_command("backup", str(tmp_path / "backups" / "new"), stdout=io.StringIO())
    assert (tmp_path / "backups" / "new" / "manifest.json").exists()


def test_files_are_read_after_the_rows_so_that_none_of_a_row_is_missing(tmp_path):
    def meanwhile(*arguments):
        """Somebody hands in a file, and its row is committed, between the dump and the copying of the files."""
        told = facts(*arguments)
        place = settings.MEDIA_ROOT / "blobs" / "zz" / "came-meanwhile"
        place.parent.mkdir()
        place.write_bytes(b"x")
        return told

    facts = making._facts
    with mock.patch.object(making, "_facts", meanwhile):
        manifest = make_backup(tmp_path / "backups" / "new")
    assert manifest["missing"] == []
    assert "media/blobs/zz/came-meanwhile" in manifest["files"]


# Watching


def test_administrators_are_told_when_the_last_backup_is_old(backup):
    administrator = make_user("system_admin")
    assert notes.warn_when_old(24) == []
    assert [message.recipient for message in notes.warn_when_old(-1)] == [administrator]
    assert notes.warn_when_old(0) == [], "0: nobody is told"


def test_the_contents_depend_on_rows_and_not_on_their_order(backup):
    first = held()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE core_change DISABLE TRIGGER ALL")
        cursor.execute("CREATE TEMPORARY TABLE kept AS SELECT * FROM core_change ORDER BY id DESC")
        cursor.execute("DELETE FROM core_change")
        cursor.execute("INSERT INTO core_change SELECT * FROM kept")
        assert held() == first
        cursor.execute("UPDATE core_change SET reason = reason || '.' WHERE id = (SELECT max(id) FROM core_change)")
        cursor.execute("DROP TABLE kept")
    assert differences(held(), first) == ["public.core_change"]
