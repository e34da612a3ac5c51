import django.contrib.postgres.constraints
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.datetime
import pgtrigger.compiler
from django.conf import settings
from django.db import migrations, models

import registry.core.dates
import registry.core.fields
import registry.core.triggers
from registry.core.operations import AddConstraint, AddIndex


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("core", "__first__"),
    ]

    operations = [
        migrations.CreateModel(
            name="Division",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "version",
                    models.PositiveIntegerField(db_default=1, default=1, editable=False, verbose_name="version"),
                ),
                (
                    "updated_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        editable=False,
                        verbose_name="last changed",
                    ),
                ),
                (
                    "is_demo",
                    models.BooleanField(
                        db_default=False,
                        default=False,
                        editable=False,
                        help_text="Made up, not from a source.",
                        verbose_name="demo data",
                    ),
                ),
                ("name", registry.core.fields.TextLine(max_length=200, verbose_name="name")),
                ("pinyin", models.CharField(blank=True, editable=False, max_length=600, verbose_name="pinyin")),
                (
                    "initials",
                    models.CharField(blank=True, editable=False, max_length=200, verbose_name="pinyin initials"),
                ),
                (
                    "code",
                    models.CharField(
                        max_length=12,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[0-9]{6}([0-9]{3}([0-9]{3})?)?\\Z", "6, 9 or 12 digits."
                            )
                        ],
                        verbose_name="code",
                    ),
                ),
                (
                    "level",
                    registry.core.fields.Choice(
                        choices=[
                            ("province", "province"),
                            ("prefecture", "prefecture"),
                            ("county", "county"),
                            ("township", "township"),
                            ("village", "village"),
                        ],
                        max_length=10,
                        verbose_name="level",
                    ),
                ),
                ("valid_from", models.PositiveSmallIntegerField(verbose_name="valid from (year)")),
                (
                    "valid_to",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        help_text="Empty: still in force.",
                        null=True,
                        verbose_name="valid until (year, exclusive)",
                    ),
                ),
                ("note", registry.core.fields.TextLine(blank=True, max_length=300, verbose_name="note")),
                (
                    "home",
                    models.ForeignKey(
                        blank=True,
                        help_text="Today's county under which figures count this unit.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="folded",
                        to="counties.division",
                        verbose_name="counted under",
                    ),
                ),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="children",
                        to="counties.division",
                        verbose_name="superior unit",
                    ),
                ),
            ],
            options={
                "verbose_name": "division",
                "verbose_name_plural": "divisions",
                "ordering": ("code", "valid_from"),
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Succession",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "version",
                    models.PositiveIntegerField(db_default=1, default=1, editable=False, verbose_name="version"),
                ),
                (
                    "updated_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        editable=False,
                        verbose_name="last changed",
                    ),
                ),
                (
                    "is_demo",
                    models.BooleanField(
                        db_default=False,
                        default=False,
                        editable=False,
                        help_text="Made up, not from a source.",
                        verbose_name="demo data",
                    ),
                ),
                (
                    "predecessor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="counties.division",
                        verbose_name="predecessor",
                    ),
                ),
                (
                    "successor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="counties.division",
                        verbose_name="successor",
                    ),
                ),
            ],
            options={
                "verbose_name": "succession",
                "verbose_name_plural": "successions",
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(fields=("predecessor", "successor"), name="succession_once"),
                    models.CheckConstraint(
                        condition=models.Q(("predecessor", models.F("successor")), _negated=True),
                        name="succession_two_units",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="division",
            name="successors",
            field=models.ManyToManyField(
                related_name="predecessors",
                through="counties.Succession",
                to="counties.division",
                verbose_name="successors",
            ),
        ),
        migrations.CreateModel(
            name="Designation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "version",
                    models.PositiveIntegerField(db_default=1, default=1, editable=False, verbose_name="version"),
                ),
                (
                    "updated_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        editable=False,
                        verbose_name="last changed",
                    ),
                ),
                (
                    "is_demo",
                    models.BooleanField(
                        db_default=False,
                        default=False,
                        editable=False,
                        help_text="Made up, not from a source.",
                        verbose_name="demo data",
                    ),
                ),
                (
                    "kind",
                    registry.core.fields.Choice(
                        choices=[
                            ("national", "national key county"),
                            ("provincial", "provincial key county"),
                            ("deep_poverty", "deep-poverty county"),
                            ("area", "contiguous poor area county"),
                            ("revitalisation", "key county of rural revitalisation"),
                        ],
                        max_length=20,
                        verbose_name="kind",
                    ),
                ),
                (
                    "basis",
                    registry.core.fields.TextLine(
                        blank=True,
                        help_text="The list or document that names the county.",
                        max_length=200,
                        verbose_name="list",
                    ),
                ),
                (
                    "listed_name",
                    registry.core.fields.TextLine(blank=True, max_length=100, verbose_name="name in the list"),
                ),
                (
                    "listed_code",
                    registry.core.fields.TextLine(blank=True, max_length=12, verbose_name="code in the list"),
                ),
                ("starts_on", registry.core.fields.Day(blank=True, null=True, verbose_name="from")),
                ("ends_on", registry.core.fields.Day(blank=True, null=True, verbose_name="until (exclusive)")),
                (
                    "assessment_year",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="delisted: year of assessment"
                    ),
                ),
                (
                    "approved_on",
                    registry.core.fields.Day(blank=True, null=True, verbose_name="delisted: day of approval"),
                ),
                (
                    "counts",
                    models.BooleanField(
                        default=False,
                        help_text="Counted by the figure “counties covered”.",
                        verbose_name="counts among the 62",
                    ),
                ),
                ("source", registry.core.fields.TextLine(blank=True, max_length=300, verbose_name="sources")),
                (
                    "certainty",
                    registry.core.fields.Choice(
                        choices=[("verified", "verified"), ("single source", "single source"), ("derived", "derived")],
                        max_length=20,
                        verbose_name="certainty of the designation",
                    ),
                ),
                (
                    "delisting_certainty",
                    registry.core.fields.Choice(
                        blank=True,
                        choices=[("verified", "verified"), ("single source", "single source"), ("derived", "derived")],
                        max_length=20,
                        verbose_name="certainty of the delisting",
                    ),
                ),
                ("note", registry.core.fields.LongText(blank=True, verbose_name="note")),
                (
                    "division",
                    models.ForeignKey(
                        help_text="The unit of today or the dated unit to which the designation was given.",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="designations",
                        to="counties.division",
                        verbose_name="division",
                    ),
                ),
            ],
            options={
                "verbose_name": "designation",
                "verbose_name_plural": "designations",
                "ordering": ("division__code", "kind"),
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("starts_on__isnull", True),
                            ("ends_on__isnull", True),
                            ("ends_on__gte", models.F("starts_on")),
                            _connector="OR",
                        ),
                        name="designation_dates",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[
                            ("division", "="),
                            ("kind", "="),
                            (models.Func("starts_on", "ends_on", function="daterange"), "&&"),
                        ],
                        name="designation_once_at_a_time",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Posting",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "version",
                    models.PositiveIntegerField(db_default=1, default=1, editable=False, verbose_name="version"),
                ),
                (
                    "updated_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        editable=False,
                        verbose_name="last changed",
                    ),
                ),
                (
                    "is_demo",
                    models.BooleanField(
                        db_default=False,
                        default=False,
                        editable=False,
                        help_text="Made up, not from a source.",
                        verbose_name="demo data",
                    ),
                ),
                ("duty", registry.core.fields.TextLine(blank=True, max_length=100, verbose_name="duty")),
                ("starts_on", registry.core.fields.Day(default=registry.core.dates.today, verbose_name="from")),
                (
                    "ends_on",
                    registry.core.fields.Day(
                        blank=True, help_text="Empty: still serving.", null=True, verbose_name="until (exclusive)"
                    ),
                ),
                (
                    "division",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="postings",
                        to="counties.division",
                        verbose_name="division",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="postings",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="officer",
                    ),
                ),
            ],
            options={
                "verbose_name": "posting",
                "verbose_name_plural": "postings",
                "ordering": ("division__code", "starts_on"),
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("starts_on__isnull", True),
                            ("ends_on__isnull", True),
                            ("ends_on__gte", models.F("starts_on")),
                            _connector="OR",
                        ),
                        name="posting_dates",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[
                            ("user", "="),
                            ("division", "="),
                            (models.Func("starts_on", "ends_on", function="daterange"), "&&"),
                        ],
                        name="posting_once_at_a_time",
                    ),
                ],
            },
        ),
        AddIndex(
            model_name="division",
            index=models.Index(fields=["initials"], name="division_initials", opclasses=("varchar_pattern_ops",)),
        ),
        AddConstraint(
            model_name="division",
            constraint=models.UniqueConstraint(fields=("code", "valid_from"), name="division_identity"),
        ),
        AddConstraint(
            model_name="division",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("valid_to__isnull", True), ("valid_to__gt", models.F("valid_from")), _connector="OR"
                ),
                name="division_years",
            ),
        ),
        AddConstraint(
            model_name="division",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("level", "county"), ("valid_to__isnull", True), _negated=True),
                    ("home", models.F("id")),
                    ("home__isnull", True),
                    _connector="OR",
                ),
                name="division_home",
            ),
        ),
        AddConstraint(
            model_name="division",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[("code", "="), (models.Func("valid_from", "valid_to", function="int4range"), "&&")],
                name="division_one_at_a_time",
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="designation",
            trigger=pgtrigger.compiler.Trigger(
                name="trail_rows",
                sql=registry.core.triggers.TriggerSql(
                    execute="bangfu_trail('counties_division', 'division_id', 'id', '')",
                    func="bangfu_trail",
                    hash="6f83df427c37281ea6f8bc8e7e1912ef0cabd43e",
                    operation="INSERT OR DELETE",
                    pgid="pgtrigger_trail_rows_9061b",
                    table="counties_designation",
                    when="AFTER",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="designation",
            trigger=pgtrigger.compiler.Trigger(
                name="trail_update",
                sql=registry.core.triggers.TriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    execute="bangfu_trail('counties_division', 'division_id', 'id', '')",
                    func="bangfu_trail",
                    hash="156da6c144df6996786c9bf566764fefb28a5f78",
                    operation="UPDATE",
                    pgid="pgtrigger_trail_update_d87e5",
                    table="counties_designation",
                    when="AFTER",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="designation",
            trigger=pgtrigger.compiler.Trigger(
                name="touch",
                sql=registry.core.triggers.TriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    execute="bangfu_touch()",
                    func="bangfu_touch",
                    hash="45f45ffb354b599ae7f4645eaa22e0fb7a091cf9",
                    operation="UPDATE",
                    pgid="pgtrigger_touch_db070",
                    table="counties_designation",
                    when="BEFORE",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="posting",
            trigger=pgtrigger.compiler.Trigger(
                name="trail_rows",
                sql=registry.core.triggers.TriggerSql(
                    execute="bangfu_trail('counties_posting', 'id', 'id', '')",
                    func="bangfu_trail",
                    hash="bfe2e0a3749d8e5c693ea6219427690f612efe20",
                    operation="INSERT OR DELETE",
                    pgid="pgtrigger_trail_rows_315d9",
                    table="counties_posting",
                    when="AFTER",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="posting",
            trigger=pgtrigger.compiler.Trigger(
                name="trail_update",
                sql=registry.core.triggers.TriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    execute="bangfu_trail('counties_posting', 'id', 'id', '')",
                    func="bangfu_trail",
                    hash="d628448dd72d109a42d7df25ab5eee1f6e06f5dd",
                    operation="UPDATE",
                    pgid="pgtrigger_trail_update_2d364",
                    table="counties_posting",
                    when="AFTER",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="posting",
            trigger=pgtrigger.compiler.Trigger(
                name="touch",
                sql=registry.core.triggers.TriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    execute="bangfu_touch()",
                    func="bangfu_touch",
                    hash="807a4229d8816b046ae09d637990cd1a8a16e339",
                    operation="UPDATE",
                    pgid="pgtrigger_touch_64f43",
                    table="counties_posting",
                    when="BEFORE",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="succession",
            trigger=pgtrigger.compiler.Trigger(
                name="trail_rows",
                sql=registry.core.triggers.TriggerSql(
                    execute="bangfu_trail('counties_division', 'predecessor_id', 'id', '')",
                    func="bangfu_trail",
                    hash="92b0a6a98457d8420b2f7c0a16c5584ba970b7d9",
                    operation="INSERT OR DELETE",
                    pgid="pgtrigger_trail_rows_d3c09",
                    table="counties_succession",
                    when="AFTER",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="succession",
            trigger=pgtrigger.compiler.Trigger(
                name="trail_update",
                sql=registry.core.triggers.TriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    execute="bangfu_trail('counties_division', 'predecessor_id', 'id', '')",
                    func="bangfu_trail",
                    hash="86412fe739f0c4c9486652caeac81a91b8f64b63",
                    operation="UPDATE",
                    pgid="pgtrigger_trail_update_9256b",
                    table="counties_succession",
                    when="AFTER",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="succession",
            trigger=pgtrigger.compiler.Trigger(
                name="touch",
                sql=registry.core.triggers.TriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    execute="bangfu_touch()",
                    func="bangfu_touch",
                    hash="2545704201118b4782c5db53f952cbdf6517515d",
                    operation="UPDATE",
                    pgid="pgtrigger_touch_24efd",
                    table="counties_succession",
                    when="BEFORE",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="division",
            trigger=pgtrigger.compiler.Trigger(
                name="trail_rows",
                sql=registry.core.triggers.TriggerSql(
                    execute="bangfu_trail('counties_division', 'id', 'id', '')",
                    func="bangfu_trail",
                    hash="2e97830d63de5f2d3c19abb963cd9abd99ce9509",
                    operation="INSERT OR DELETE",
                    pgid="pgtrigger_trail_rows_17db2",
                    table="counties_division",
                    when="AFTER",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="division",
            trigger=pgtrigger.compiler.Trigger(
                name="trail_update",
                sql=registry.core.triggers.TriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    execute="bangfu_trail('counties_division', 'id', 'id', '')",
                    func="bangfu_trail",
                    hash="5524e4e52b0b8f41cee048fa5f485b86c6e61fab",
                    operation="UPDATE",
                    pgid="pgtrigger_trail_update_930a4",
                    table="counties_division",
                    when="AFTER",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="division",
            trigger=pgtrigger.compiler.Trigger(
                name="touch",
                sql=registry.core.triggers.TriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    execute="bangfu_touch()",
                    func="bangfu_touch",
                    hash="679baf6a021260e7712cddec41052fe9403721cb",
                    operation="UPDATE",
                    pgid="pgtrigger_touch_dc8dc",
                    table="counties_division",
                    when="BEFORE",
                ),
            ),
        ),
    ]
