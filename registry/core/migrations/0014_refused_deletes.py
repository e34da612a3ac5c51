from importlib import import_module

from django.db import migrations

BEFORE = import_module("registry.core.migrations.0003_undo").REFUSE_DELETE

# As before, by one question that the index of rows answers: the name of a table is a text there, which TG_TABLE_NAME is
# not, and nothing is asked while nothing is undone.
REFUSE_DELETE = """
CREATE OR REPLACE FUNCTION bangfu_refuse_delete() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    undone text := coalesce(current_setting('bangfu.undoing', true), '');
    named text := TG_TABLE_NAME;
    is_only_of_batch boolean;
BEGIN
    IF undone <> '' THEN
        SELECT (array_agg(operation ORDER BY id))[1] = 'I' AND bool_and(batch_id = undone)
            AND (array_agg(at ORDER BY id))[1] >= clock_timestamp() - interval '24 hours'
        INTO is_only_of_batch FROM core_change WHERE table_name = named AND row_pk = OLD.id::text;
        IF is_only_of_batch THEN
            RETURN OLD;
        END IF;
    END IF;
    RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', MESSAGE = TG_ARGV[0], TABLE = TG_TABLE_NAME;
END $$
"""


class Migration(migrations.Migration):
    dependencies = [("core", "0013_trail_by_time")]
    operations = [migrations.RunSQL(REFUSE_DELETE, BEFORE.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"))]
