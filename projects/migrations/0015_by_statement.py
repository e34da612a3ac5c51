from django.contrib.postgres.indexes import GinIndex
from django.db import migrations
from pgtrigger import Delete, Insert, Update

from projects.models.phases import RefuseAllLocked, RefuseLocked
from registry.core.operations import AddIndex, ReplaceTriggers
from registry.core.triggers import trail_of_statements

# As bangfu_refuse_locked, for all rows that a statement has added or taken away. The phase is asked for project by
# project, so that one plan is good for a row and for thousands.
REFUSE_ALL_LOCKED = """
CREATE FUNCTION bangfu_refuse_all_locked() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM (SELECT DISTINCT project_id FROM written) w
        WHERE (SELECT p.phase FROM projects_project p WHERE p.id = w.project_id) = 'locked'
    ) THEN
        RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', TABLE = TG_TABLE_NAME,
            MESSAGE = 'the phase of this project is locked';
    END IF;
    RETURN NULL;
END $$
"""

LOCKED = (
    RefuseAllLocked(name="phase_locked_insert", operation=Insert),
    RefuseAllLocked(name="phase_locked_delete", operation=Delete),
    RefuseLocked(name="phase_locked", operation=Update),
)


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0011_trail_by_statement"),
        ("projects", "0014_listing"),
    ]

    operations = [
        migrations.RunSQL(REFUSE_ALL_LOCKED, "DROP FUNCTION bangfu_refuse_all_locked()"),
        ReplaceTriggers("trail_rows", by=trail_of_statements()),
        ReplaceTriggers("phase_locked", by=LOCKED),
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    "ALTER INDEX listed_keys SET (fastupdate = on); ALTER INDEX listed_grams SET (fastupdate = on)",
                    "ALTER INDEX listed_keys SET (fastupdate = off); ALTER INDEX listed_grams SET (fastupdate = off)",
                )
            ],
            state_operations=[
                migrations.RemoveIndex(model_name="listed", name="listed_keys"),
                migrations.RemoveIndex(model_name="listed", name="listed_grams"),
                AddIndex(model_name="listed", index=GinIndex(fastupdate=True, fields=["keys"], name="listed_keys")),
                AddIndex(model_name="listed", index=GinIndex(fastupdate=True, fields=["grams"], name="listed_grams")),
            ],
        ),
    ]
