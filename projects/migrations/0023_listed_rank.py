from django.db import migrations, models


class Migration(migrations.Migration):
    """Where projects stand among those of a county, a field and a year; filled with the index of lists."""

    dependencies = [("projects", "0022_steps_in_order")]
    operations = [
        migrations.CreateModel(
            name="ListedRank",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "kind",
                        "amount_falling",
                        "project_id",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("kind", models.TextField()),
                ("amount_falling", models.DecimalField(decimal_places=2, max_digits=16)),
                ("project_id", models.BigIntegerField()),
            ],
            options={"default_permissions": ()},
        ),
    ]
