from django.db import migrations


class Migration(migrations.Migration):
    """A project's field carries its scheme, so that "one primary per scheme" can be a unique index;
    this foreign key keeps the two schemes the same."""

    dependencies = (("projects", "0001_initial"),)
    operations = (
        migrations.RunSQL(
            "ALTER TABLE projects_projectfield ADD CONSTRAINT project_field_scheme FOREIGN KEY (field_id, scheme) "
            "REFERENCES projects_field (id, scheme) ON UPDATE CASCADE",
            "ALTER TABLE projects_projectfield DROP CONSTRAINT project_field_scheme",
        ),
    )
