"""Extensions and the three functions that every trigger of ours runs (see registry/core/triggers.py)."""

from django.contrib.postgres.operations import BtreeGistExtension, TrigramExtension
from django.db import migrations

TOUCH = """
CREATE FUNCTION bangfu_touch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.version := OLD.version + 1;
    NEW.updated_at := clock_timestamp();
    RETURN NEW;
END $$
"""

REFUSE = """
CREATE FUNCTION bangfu_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', MESSAGE = TG_ARGV[0], TABLE = TG_TABLE_NAME;
END $$
"""

# Arguments: message, table of the parent, foreign key to it, column of the parent, value that freezes it.
REFUSE_CHILD = """
CREATE FUNCTION bangfu_refuse_child() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    live jsonb;
    frozen boolean;
BEGIN
    FOREACH live IN ARRAY ARRAY[to_jsonb(OLD), to_jsonb(NEW)] LOOP
        -- The lock makes this wait for whoever is just freezing the parent, and then see it frozen.
        EXECUTE format('SELECT %I = $2 FROM %I WHERE id = $1 FOR SHARE', TG_ARGV[3], TG_ARGV[1])
            INTO frozen USING (live ->> TG_ARGV[2])::bigint, TG_ARGV[4];
        IF frozen THEN
            RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', MESSAGE = TG_ARGV[0],
                TABLE = TG_TABLE_NAME;
        END IF;
    END LOOP;
    RETURN coalesce(NEW, OLD);
END $$
"""

# Arguments: table and column of the record under which the change is read, primary key, hidden columns.
TRAIL = """
CREATE FUNCTION bangfu_trail() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    hidden text[] := string_to_array(TG_ARGV[3], ',');
    was jsonb;
    row_before jsonb;
    row_after jsonb;
    live jsonb;
BEGIN
    IF TG_OP <> 'INSERT' THEN
        row_before := to_jsonb(OLD) - hidden;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        row_after := to_jsonb(NEW) - hidden;
    END IF;
    was := row_before;
    IF TG_OP = 'UPDATE' THEN
        SELECT jsonb_object_agg(o.key, o.value) INTO was
        FROM jsonb_each(row_before - ARRAY['version', 'updated_at']) o
        WHERE row_after -> o.key IS DISTINCT FROM o.value;
        IF was IS NULL THEN
            RETURN NULL;
        END IF;
    END IF;
    live := coalesce(row_after, row_before);
    INSERT INTO core_change (at, transaction, db_user, table_name, row_pk, root_table, root_pk, operation,
                             before, after, actor_id, action, reason, request_id, batch_id)
    VALUES (clock_timestamp(), txid_current(), session_user, TG_TABLE_NAME, live ->> TG_ARGV[2],
            TG_ARGV[0], coalesce(live ->> TG_ARGV[1], ''), left(TG_OP, 1),
            was, row_after,
            nullif(current_setting('bangfu.actor_id', true), '')::bigint,
            coalesce(current_setting('bangfu.action', true), ''),
            coalesce(current_setting('bangfu.reason', true), ''),
            coalesce(current_setting('bangfu.request_id', true), ''),
            coalesce(current_setting('bangfu.batch_id', true), ''));
    RETURN NULL;
END $$
"""


OPERATIONS = [
    BtreeGistExtension(),
    TrigramExtension(),
    *(
        migrations.RunSQL(source, f"DROP FUNCTION {name}()")
        for source, name in (
            (TOUCH, "bangfu_touch"),
            (REFUSE, "bangfu_refuse"),
            (REFUSE_CHILD, "bangfu_refuse_child"),
            (TRAIL, "bangfu_trail"),
        )
    ),
]
