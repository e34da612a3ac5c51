"""What the check of the trail tells: triggers and functions that are not ours, and the command with its exit codes."""

import io
import json
import os

import pytest
from django.core.management import CommandError, call_command

from orgs.models import Enterprise
from registry.core.models import Change
from registry.core.sealing.anchors import anchor
from registry.core.sealing.guards import check_functions, check_rules, check_triggers
from registry.core.sealing.report import KINDS, NAMED, Report, in_words
from registry.core.session_roles import APP, role_taken

from .test_sealing import as_owner, own_anchors, sql  # noqa: F401  a fixture that every test here uses
from .test_verify_history import found_by, make_the_chain_anew

pytestmark = pytest.mark.django_db
TABLE = Enterprise._meta.db_table


# What writes the trail


TRAIL = next(trigger for trigger in Enterprise._meta.triggers if trigger.name == "trail_update").get_pgid(Enterprise)
CALLS = f"EXECUTE FUNCTION bangfu_trail('{TABLE}', 'id', 'id', '')"


@pytest.mark.parametrize(
    ("statements", "what"),
    [
        ([f"ALTER TABLE {TABLE} DISABLE TRIGGER {TRAIL}"], "it is not always on"),
        ([f"ALTER TABLE {TABLE} ENABLE TRIGGER {TRAIL}"], "it is not always on"),
        ([f"ALTER TABLE {TABLE} ENABLE REPLICA TRIGGER {TRAIL}"], "it is not always on"),
        ([f"DROP TRIGGER {TRAIL} ON {TABLE}"], "it is missing"),
        *(
            ([f"CREATE OR REPLACE TRIGGER {TRAIL} {made}", f"ALTER TABLE {TABLE} ENABLE ALWAYS TRIGGER {TRAIL}"],
             "it is not the one of the migrations")
            for made in (
                f"AFTER UPDATE ON {TABLE} FOR EACH ROW {CALLS}",
                f"AFTER UPDATE OF note ON {TABLE} FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) {CALLS}",
                f"AFTER UPDATE ON {TABLE} FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.* AND OLD.id > 5) {CALLS}",
                f"BEFORE UPDATE ON {TABLE} FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) {CALLS}",
                f"AFTER UPDATE ON {TABLE} FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*)"
                f" EXECUTE FUNCTION bangfu_trail('{TABLE}', 'id', 'id', 'note')",
                f"AFTER UPDATE ON {TABLE} FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*)"
                " EXECUTE FUNCTION bangfu_touch()",
            )
        ),
    ],
)  # fmt: skip
def test_a_trigger_that_is_off_missing_or_another_one_is_named(statements, what):
    for statement in statements:
        sql(statement)
    named = [{"kind": "trigger", "table": TABLE, "trigger": TRAIL, "what": what}]
    assert found_by(check_triggers) == named
    with role_taken(APP):
        assert found_by(check_triggers) == named


@pytest.mark.parametrize("check", [check_triggers, check_functions, check_rules])
def test_a_worker_that_owns_nothing_and_may_not_call_what_writes_the_trail_finds_all_in_order(check):
    with role_taken(APP):
        assert found_by(check) == []


def test_a_trigger_that_is_none_of_ours_is_named():
    sql("CREATE FUNCTION nothing() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'")
    sql("CREATE TRIGGER quiet BEFORE INSERT ON core_change FOR EACH ROW EXECUTE FUNCTION nothing()")
    assert [(one["table"], one["trigger"]) for one in found_by(check_triggers)] == [("core_change", "quiet")]


def test_a_rule_that_swallows_records_is_named():
    sql("CREATE RULE quiet AS ON INSERT TO core_change DO INSTEAD NOTHING")
    assert found_by(check_rules) == [{"kind": "rule", "table": "core_change", "rule": "quiet"}]


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        ("CREATE OR REPLACE FUNCTION bangfu_trail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$",
         "it is not the one of the migrations"),
        ("ALTER FUNCTION bangfu_trail() SET search_path = elsewhere, public", "it is not the one of the migrations"),
        ("ALTER FUNCTION bangfu_trail() RENAME TO bangfu_another", "it is missing"),
    ],
)  # fmt: skip
def test_a_function_that_is_missing_or_another_one_is_named(statement, what):
    sql(statement)
    assert found_by(check_functions) == [{"kind": "function", "function": "bangfu_trail", "what": what}]


# The command


def told(*arguments, **options):
    out = io.StringIO()
    try:
        call_command("verify_history", *arguments, stdout=out, **options)
    except CommandError as refusal:
        return out.getvalue(), refusal
    return out.getvalue(), None


def test_the_command_says_what_it_read_and_that_nothing_was_altered(sealed):
    text, refusal = told()
    assert refusal is None
    assert f": {Change.objects.count()}\n" in text


def test_the_command_names_what_was_altered_and_ends_with_1(sealed):
    with as_owner():
        sql("UPDATE core_change SET reason = 'x' WHERE id = %s", sealed[4])
    text, refusal = told()
    assert in_words({"kind": "altered", "number": sealed[4], "what": f"{TABLE} {Enterprise.objects.get().pk}"}) in text
    assert refusal.returncode == 1
    found = json.loads(told("--json")[0])
    assert (found["sound"], found["found"]) == (False, {"altered": 1})
    assert json.loads(told("--json", since=sealed[8])[0])["sound"] is True


def test_the_command_reads_anchors_that_are_kept_elsewhere(sealed, settings, tmp_path):
    elsewhere = tmp_path / "elsewhere.jsonl"
    elsewhere.write_text(settings.ANCHORS.read_text())
    with as_owner():
        make_other = "UPDATE core_change SET reason = 'x' WHERE id = %s"
        sql(make_other, sealed[4])
        make_the_chain_anew()
    os.unlink(settings.ANCHORS)
    anchor(at_once=True)
    assert told()[1] is None
    assert told(anchors=elsewhere)[1].returncode == 1


def test_the_command_ends_with_2_where_the_anchors_cannot_be_read(sealed, tmp_path):
    assert told(anchors=tmp_path / "nowhere")[1].returncode == 2


def test_findings_of_one_kind_are_all_counted_and_named_in_part():
    report = Report()
    for number in range(NAMED + 5):
        report.find("missing", number=number)
    assert (report.found["missing"], len(report.named)) == (NAMED + 5, NAMED)
    assert not report.is_sound


def test_every_kind_of_finding_has_words():
    facts = dict.fromkeys(("number", "what", "serial", "last", "at", "line", "column", "row", "table"), "1")
    facts |= dict.fromkeys(("trigger", "function", "rule"), "1")
    for kind in KINDS:
        assert "%" not in in_words({"kind": kind, **facts})
