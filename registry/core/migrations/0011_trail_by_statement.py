from django.db import migrations

from registry.core.operations import ReplaceTriggers
from registry.core.triggers import trail_of_statements

# Arguments as those of bangfu_trail, which goes on to record updates: table and column of the record under which the
# change is read, primary key, hidden columns. `written` holds the rows that came, or those that went, in their order.
TRAIL_OF_STATEMENT = """
CREATE FUNCTION bangfu_trail_of_statement() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    hidden text[] := string_to_array(TG_ARGV[3], ',');
    actor bigint := nullif(current_setting('bangfu.actor_id', true), '');
    action text := coalesce(current_setting('bangfu.action', true), '');
    reason text := coalesce(current_setting('bangfu.reason', true), '');
    request text := coalesce(current_setting('bangfu.request_id', true), '');
    batch text := coalesce(current_setting('bangfu.batch_id', true), '');
    undone text := coalesce(current_setting('bangfu.undoing', true), '');
    system text := coalesce(current_setting('bangfu.through', true), '');
BEGIN
    INSERT INTO core_change (at, transaction, db_user, table_name, row_pk, root_table, root_pk, operation,
                             before, after, actor_id, action, reason, request_id, batch_id, undoes, through)
    SELECT clock_timestamp(), txid_current(), session_user, TG_TABLE_NAME, live ->> TG_ARGV[2],
           TG_ARGV[0], coalesce(live ->> TG_ARGV[1], ''), left(TG_OP, 1),
           CASE WHEN TG_OP = 'DELETE' THEN live END, CASE WHEN TG_OP = 'INSERT' THEN live END,
           actor, action, reason, request, batch, undone, system
    FROM (SELECT to_jsonb(w) - hidden AS live FROM written w OFFSET 0) rows;
    RETURN NULL;
END $$
"""


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0010_job_tries"),
    ]

    operations = [
        migrations.RunSQL(TRAIL_OF_STATEMENT, "DROP FUNCTION bangfu_trail_of_statement()"),
        ReplaceTriggers("trail_rows", by=trail_of_statements()),
    ]
