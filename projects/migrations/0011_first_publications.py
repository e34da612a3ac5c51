"""What was open to the public before there were publications is their first one, by nobody: as it stood that day."""

from django.db import migrations

PARTS = (
    (
        "projects_project", "id", "true",
        "id number name pinyin initials campaign_id year summary approach channel stage left_stage "
        "planned_start planned_end actual_start actual_end parent_id continues_id source quote caution "
        "is_demo",
    ),
    (
        "projects_projectfield", "project_id", "true",
        "id project_id field_id scheme is_primary is_demo",
    ),
    (
        "projects_projectmark", "project_id", "true",
        "id project_id kind title named_by named_on is_demo",
    ),
    (
        "projects_site", "project_id", "true",
        "id project_id division_id address share is_demo",
    ),
    (
        "projects_participation", "project_id", "true",
        "id project_id organisation_id enterprise_id unnamed unnamed_count unnamed_qualifier role "
        "is_demo",
    ),
    (
        "projects_funding", "project_id", "t.voided_at IS NULL",
        "id project_id state kind origin organisation_id enterprise_id is_joint amount qualifier wording "
        "goods quantity unit value_basis occurred_on is_demo",
    ),
    (
        "projects_result", "project_id", "t.status = 'approved'",
        "id project_id indicator level unit actual qualifier wording occurred_on status is_demo",
    ),
    (
        "projects_agreement", "project_id", "true",
        "id project_id event_id signed_on is_demo",
    ),
)  # fmt: skip
"""(table, column that names the project, condition, columns): the allow-list of that day, kept as it was."""


def rows_of(table, owner, condition, columns):
    pairs = ", ".join(f"'{column}', t.{column}" for column in columns.split())
    return f"""'{table}', (SELECT coalesce(jsonb_agg(jsonb_build_object({pairs}) ORDER BY t.id), '[]')
        FROM {table} t WHERE t.{owner} = p.id AND {condition})"""


CONTENT = f"jsonb_build_object({', '.join(rows_of(*part) for part in PARTS)})"


class Migration(migrations.Migration):
    dependencies = [("projects", "0010_publications")]

    operations = [
        migrations.RunSQL(
            f"""
            INSERT INTO projects_publication (project_id, number, serial, kind, content, note, acknowledged, is_demo)
            SELECT p.id, p.number, 1, 'publication', {CONTENT}, '', '[]', p.is_demo
            FROM projects_project p WHERE p.visibility = 'published'
            """,
            migrations.RunSQL.noop,
        )
    ]
