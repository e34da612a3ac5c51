from django.db import migrations, models

from registry.core.operations import AddIndex

from ._functions import TRAIL

# As before, and the batch that the change takes back.
TRAIL_OF_UNDOING = """
CREATE OR REPLACE FUNCTION bangfu_trail() RETURNS trigger LANGUAGE plpgsql AS $$
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
                             before, after, actor_id, action, reason, request_id, batch_id, undoes)
    VALUES (clock_timestamp(), txid_current(), session_user, TG_TABLE_NAME, live ->> TG_ARGV[2],
            TG_ARGV[0], coalesce(live ->> TG_ARGV[1], ''), left(TG_OP, 1),
            was, row_after,
            nullif(current_setting('bangfu.actor_id', true), '')::bigint,
            coalesce(current_setting('bangfu.action', true), ''),
            coalesce(current_setting('bangfu.reason', true), ''),
            coalesce(current_setting('bangfu.request_id', true), ''),
            coalesce(current_setting('bangfu.batch_id', true), ''),
            coalesce(current_setting('bangfu.undoing', true), ''));
    RETURN NULL;
END $$
"""

# Argument: message. What a batch has just made, and nobody else has touched, goes again while that batch is undone.
# Hours as registry/core/undo.py has them.
REFUSE_DELETE = """
CREATE FUNCTION bangfu_refuse_delete() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    undone text := coalesce(current_setting('bangfu.undoing', true), '');
    origin record;
BEGIN
    SELECT operation, at INTO origin
    FROM core_change WHERE table_name = TG_TABLE_NAME AND row_pk = OLD.id::text ORDER BY id LIMIT 1;
    IF undone <> '' AND origin.operation = 'I' AND origin.at >= clock_timestamp() - interval '24 hours'
        AND NOT EXISTS (
            SELECT FROM core_change
            WHERE table_name = TG_TABLE_NAME AND row_pk = OLD.id::text AND batch_id <> undone
        )
    THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', MESSAGE = TG_ARGV[0], TABLE = TG_TABLE_NAME;
END $$
"""


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0002_desk_work"),
    ]

    operations = [
        migrations.AddField(
            model_name="change",
            name="undoes",
            field=models.CharField(
                blank=True, db_default="", default="", max_length=64, verbose_name="undoes the batch"
            ),
        ),
        AddIndex(
            model_name="change",
            index=models.Index(
                condition=models.Q(("batch_id", ""), _negated=True), fields=["batch_id", "id"], name="change_of_batch"
            ),
        ),
        AddIndex(
            model_name="change",
            index=models.Index(
                condition=models.Q(("undoes", ""), _negated=True), fields=["undoes", "id"], name="change_undoing_batch"
            ),
        ),
        migrations.RunSQL(TRAIL_OF_UNDOING, TRAIL.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")),
        migrations.RunSQL(REFUSE_DELETE, "DROP FUNCTION bangfu_refuse_delete()"),
    ]
