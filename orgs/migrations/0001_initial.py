import django.db.models.deletion
import django.db.models.functions.datetime
import django.utils.timezone
import pgtrigger.compiler
from django.conf import settings
from django.db import migrations, models

import registry.core.fields
import registry.core.triggers


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("core", "__first__"),
        ("counties", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Authority",
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
                    "level",
                    registry.core.fields.Choice(
                        choices=[
                            ("national", "national"),
                            ("province", "provincial"),
                            ("prefecture", "municipal"),
                            ("county", "county-level"),
                        ],
                        max_length=10,
                        verbose_name="level",
                    ),
                ),
                (
                    "division",
                    models.ForeignKey(
                        blank=True,
                        help_text="Empty for the Ministry.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="authorities",
                        to="counties.division",
                        verbose_name="division",
                    ),
                ),
            ],
            options={
                "verbose_name": "registering authority",
                "verbose_name_plural": "registering authorities",
                "ordering": ("division__code", "name"),
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(fields=("name",), name="authority_name"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("division__isnull", True), ("level", "national")),
                            models.Q(models.Q(("level", "national"), _negated=True), ("division__isnull", False)),
                            _connector="OR",
                        ),
                        name="authority_division",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Organisation",
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
                    "status_reason",
                    registry.core.fields.LongText(
                        blank=True,
                        editable=False,
                        help_text="Shown with the status.",
                        verbose_name="reason of the last move",
                    ),
                ),
                (
                    "status_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="in this state since"
                    ),
                ),
                (
                    "code",
                    models.CharField(
                        blank=True,
                        help_text="18 characters. Leave empty where it is not stated; never invent one.",
                        max_length=18,
                        null=True,
                        unique=True,
                        verbose_name="unified social credit code",
                    ),
                ),
                (
                    "name_basis",
                    registry.core.fields.TextLine(
                        blank=True,
                        help_text="For example: short form, the full registered name is not in the source.",
                        max_length=200,
                        verbose_name="basis of the name",
                    ),
                ),
                (
                    "kind",
                    registry.core.fields.Choice(
                        choices=[
                            ("association", "social association"),
                            ("service", "social service institution"),
                            ("foundation", "foundation"),
                        ],
                        max_length=20,
                        verbose_name="kind",
                    ),
                ),
                ("is_chamber", models.BooleanField(default=False, verbose_name="industry association or chamber")),
                ("is_charity", models.BooleanField(default=False, verbose_name="charitable organisation")),
                (
                    "kind_basis",
                    registry.core.fields.TextLine(blank=True, max_length=200, verbose_name="basis of the kind"),
                ),
                (
                    "level",
                    registry.core.fields.Choice(
                        choices=[
                            ("national", "national"),
                            ("province", "provincial"),
                            ("prefecture", "municipal"),
                            ("county", "county-level"),
                        ],
                        max_length=10,
                        verbose_name="registered level",
                    ),
                ),
                (
                    "origin",
                    registry.core.fields.Choice(
                        choices=[
                            ("national", "National"),
                            ("beijing", "Beijing"),
                            ("tianjin", "Tianjin"),
                            ("hebei", "Hebei"),
                            ("other", "Elsewhere"),
                        ],
                        max_length=10,
                        verbose_name="registered in",
                    ),
                ),
                (
                    "registered_basis",
                    registry.core.fields.TextLine(blank=True, max_length=200, verbose_name="basis of level and place"),
                ),
                (
                    "certainty",
                    registry.core.fields.Choice(
                        choices=[("verified", "verified"), ("single source", "single source"), ("derived", "derived")],
                        default="verified",
                        max_length=20,
                        verbose_name="certainty",
                    ),
                ),
                (
                    "supervising_unit",
                    registry.core.fields.TextLine(blank=True, max_length=200, verbose_name="supervising unit"),
                ),
                (
                    "legal_representative",
                    registry.core.fields.TextLine(blank=True, max_length=60, verbose_name="legal representative"),
                ),
                ("registered_on", registry.core.fields.Day(blank=True, null=True, verbose_name="registered on")),
                ("address", registry.core.fields.TextLine(blank=True, max_length=200, verbose_name="address")),
                ("contact_name", registry.core.fields.TextLine(blank=True, max_length=60, verbose_name="contact")),
                (
                    "contact_phone",
                    registry.core.fields.TextLine(blank=True, max_length=30, verbose_name="contact's telephone"),
                ),
                (
                    "status",
                    registry.core.fields.Choice(
                        choices=[
                            ("applied", "applied"),
                            ("active", "active"),
                            ("suspended", "suspended"),
                            ("deregistered", "deregistered"),
                            ("merged", "merged into another"),
                        ],
                        default="applied",
                        editable=False,
                        max_length=15,
                        verbose_name="status",
                    ),
                ),
                ("note", registry.core.fields.LongText(blank=True, verbose_name="note")),
                (
                    "authority",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="organisations",
                        to="orgs.authority",
                        verbose_name="registering authority",
                    ),
                ),
                (
                    "merged_into",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="absorbed",
                        to="orgs.organisation",
                        verbose_name="merged into",
                    ),
                ),
            ],
            options={
                "verbose_name": "social organisation",
                "verbose_name_plural": "social organisations",
                "ordering": ("pinyin", "id"),
                "permissions": (
                    ("move_organisation", "Can change the status of an organisation"),
                    ("merge_organisation", "Can merge organisations"),
                ),
                "abstract": False,
                "indexes": [
                    models.Index(fields=["initials"], name="organisation_initials", opclasses=("varchar_pattern_ops",)),
                    models.Index(fields=["pinyin", "id"], name="organisation_order"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("code__isnull", True), ("code__regex", "^[0-9A-HJ-NPQRTUWXY]{18}$"), _connector="OR"
                        ),
                        name="organisation_code_shape",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("is_chamber", False), ("kind", "association"), _connector="OR"),
                        name="organisation_chamber",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("merged_into__isnull", False), ("status", "merged")),
                            models.Q(models.Q(("status", "merged"), _negated=True), ("merged_into__isnull", True)),
                            _connector="OR",
                        ),
                        name="organisation_merged",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("merged_into__isnull", True),
                            models.Q(("merged_into", models.F("id")), _negated=True),
                            _connector="OR",
                        ),
                        name="organisation_not_into_itself",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Membership",
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
                    "status_reason",
                    registry.core.fields.LongText(
                        blank=True,
                        editable=False,
                        help_text="Shown with the status.",
                        verbose_name="reason of the last move",
                    ),
                ),
                (
                    "status_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="in this state since"
                    ),
                ),
                (
                    "status",
                    registry.core.fields.Choice(
                        choices=[("applied", "applied"), ("approved", "approved"), ("ended", "ended")],
                        default="applied",
                        editable=False,
                        max_length=10,
                        verbose_name="status",
                    ),
                ),
                ("approved_at", models.DateTimeField(editable=False, null=True, verbose_name="approved at")),
                (
                    "approved_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="approved by",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="memberships",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="account",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="memberships",
                        to="orgs.organisation",
                        verbose_name="organisation",
                    ),
                ),
            ],
            options={
                "verbose_name": "membership",
                "verbose_name_plural": "memberships",
                "permissions": (("move_membership", "Can approve and end memberships"),),
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(fields=("user", "organisation"), name="membership_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("approved_at__isnull", True), ("approved_by__isnull", True)),
                            models.Q(("approved_at__isnull", False), ("approved_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="membership_approved",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "approved"), _negated=True),
                            ("approved_by__isnull", False),
                            _connector="OR",
                        ),
                        name="membership_approved_by_someone",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="FormerName",
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
                    "sort",
                    registry.core.fields.Choice(
                        choices=[("former", "former name"), ("short", "short form")],
                        default="former",
                        max_length=10,
                        verbose_name="sort",
                    ),
                ),
                ("until", registry.core.fields.Day(blank=True, null=True, verbose_name="until (exclusive)")),
                ("source", registry.core.fields.TextLine(blank=True, max_length=200, verbose_name="source")),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="former_names",
                        to="orgs.organisation",
                        verbose_name="organisation",
                    ),
                ),
            ],
            options={
                "verbose_name": "former or short name",
                "verbose_name_plural": "former and short names",
                "ordering": ("-until", "name"),
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organisation", "name", "until"), name="former_name_once", nulls_distinct=False
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Enterprise",
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
                        blank=True, max_length=18, null=True, unique=True, verbose_name="unified social credit code"
                    ),
                ),
                ("note", registry.core.fields.LongText(blank=True, verbose_name="note")),
                (
                    "member_of",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="member_enterprises",
                        to="orgs.organisation",
                        verbose_name="member of",
                    ),
                ),
            ],
            options={
                "verbose_name": "enterprise",
                "verbose_name_plural": "enterprises",
                "ordering": ("pinyin", "id"),
                "abstract": False,
            },
        ),
        registry.core.triggers.AddTrigger(
            model_name="authority",
            trigger=pgtrigger.compiler.Trigger(
                name="trail_rows",
                sql=registry.core.triggers.TriggerSql(
                    execute="bangfu_trail('orgs_authority', 'id', 'id', '')",
                    func="bangfu_trail",
                    hash="0e91646f388dd4e850cc2a938ecec14be96a5d38",
                    operation="INSERT OR DELETE",
                    pgid="pgtrigger_trail_rows_f5586",
                    table="orgs_authority",
                    when="AFTER",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="authority",
            trigger=pgtrigger.compiler.Trigger(
                name="trail_update",
                sql=registry.core.triggers.TriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    execute="bangfu_trail('orgs_authority', 'id', 'id', '')",
                    func="bangfu_trail",
                    hash="e6bab946fa096110219847da775032b7dcd45ae4",
                    operation="UPDATE",
                    pgid="pgtrigger_trail_update_eb0aa",
                    table="orgs_authority",
                    when="AFTER",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="authority",
            trigger=pgtrigger.compiler.Trigger(
                name="touch",
                sql=registry.core.triggers.TriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    execute="bangfu_touch()",
                    func="bangfu_touch",
                    hash="fd310256ad2aa3a1e78cdbe35a25e9a9f074f16f",
                    operation="UPDATE",
                    pgid="pgtrigger_touch_a185d",
                    table="orgs_authority",
                    when="BEFORE",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="organisation",
            trigger=pgtrigger.compiler.Trigger(
                name="trail_rows",
                sql=registry.core.triggers.TriggerSql(
                    execute="bangfu_trail('orgs_organisation', 'id', 'id', '')",
                    func="bangfu_trail",
                    hash="4fdeb8d7ca927a90b6cdc743c4ecffe6a5673d7c",
                    operation="INSERT OR DELETE",
                    pgid="pgtrigger_trail_rows_ab67f",
                    table="orgs_organisation",
                    when="AFTER",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="organisation",
            trigger=pgtrigger.compiler.Trigger(
                name="trail_update",
                sql=registry.core.triggers.TriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    execute="bangfu_trail('orgs_organisation', 'id', 'id', '')",
                    func="bangfu_trail",
                    hash="21a4753dbc28841dba41ed31a051e39a8c6b8703",
                    operation="UPDATE",
                    pgid="pgtrigger_trail_update_e2a19",
                    table="orgs_organisation",
                    when="AFTER",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="organisation",
            trigger=pgtrigger.compiler.Trigger(
                name="touch",
                sql=registry.core.triggers.TriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    execute="bangfu_touch()",
                    func="bangfu_touch",
                    hash="1966621906cc422e04d6bf15c2520e8bf27b008c",
                    operation="UPDATE",
                    pgid="pgtrigger_touch_d976a",
                    table="orgs_organisation",
                    when="BEFORE",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="organisation",
            trigger=pgtrigger.compiler.Trigger(
                name="no_delete",
                sql=registry.core.triggers.TriggerSql(
                    execute="bangfu_refuse('a registered organisation is never deleted')",
                    func="bangfu_refuse",
                    hash="5e5963fe8fd78e03fb73fb7d63bf919c1b718dee",
                    operation="DELETE",
                    pgid="pgtrigger_no_delete_565c4",
                    table="orgs_organisation",
                    when="BEFORE",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="membership",
            trigger=pgtrigger.compiler.Trigger(
                name="trail_rows",
                sql=registry.core.triggers.TriggerSql(
                    execute="bangfu_trail('orgs_organisation', 'organisation_id', 'id', '')",
                    func="bangfu_trail",
                    hash="8911f976e3ac2ceb2d8d71627a84af49cdfd4801",
                    operation="INSERT OR DELETE",
                    pgid="pgtrigger_trail_rows_75b90",
                    table="orgs_membership",
                    when="AFTER",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="membership",
            trigger=pgtrigger.compiler.Trigger(
                name="trail_update",
                sql=registry.core.triggers.TriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    execute="bangfu_trail('orgs_organisation', 'organisation_id', 'id', '')",
                    func="bangfu_trail",
                    hash="1ed2dc8e9d5342a40ca0ae198f221207056928bc",
                    operation="UPDATE",
                    pgid="pgtrigger_trail_update_fa226",
                    table="orgs_membership",
                    when="AFTER",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="membership",
            trigger=pgtrigger.compiler.Trigger(
                name="touch",
                sql=registry.core.triggers.TriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    execute="bangfu_touch()",
                    func="bangfu_touch",
                    hash="b41c6ad33497a31d29cf45b20528ac150b4feab7",
                    operation="UPDATE",
                    pgid="pgtrigger_touch_2b1f4",
                    table="orgs_membership",
                    when="BEFORE",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="formername",
            trigger=pgtrigger.compiler.Trigger(
                name="trail_rows",
                sql=registry.core.triggers.TriggerSql(
                    execute="bangfu_trail('orgs_organisation', 'organisation_id', 'id', '')",
                    func="bangfu_trail",
                    hash="a1d282367dec51d22b5c7a3754728062917024a1",
                    operation="INSERT OR DELETE",
                    pgid="pgtrigger_trail_rows_8de5f",
                    table="orgs_formername",
                    when="AFTER",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="formername",
            trigger=pgtrigger.compiler.Trigger(
                name="trail_update",
                sql=registry.core.triggers.TriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    execute="bangfu_trail('orgs_organisation', 'organisation_id', 'id', '')",
                    func="bangfu_trail",
                    hash="1d586b518b1cd249e8a630353375bef7c8253ad0",
                    operation="UPDATE",
                    pgid="pgtrigger_trail_update_3c20c",
                    table="orgs_formername",
                    when="AFTER",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="formername",
            trigger=pgtrigger.compiler.Trigger(
                name="touch",
                sql=registry.core.triggers.TriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    execute="bangfu_touch()",
                    func="bangfu_touch",
                    hash="e562003383d8dd2bcc9d8f315783258fe6af7669",
                    operation="UPDATE",
                    pgid="pgtrigger_touch_24c3a",
                    table="orgs_formername",
                    when="BEFORE",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="enterprise",
            trigger=pgtrigger.compiler.Trigger(
                name="trail_rows",
                sql=registry.core.triggers.TriggerSql(
                    execute="bangfu_trail('orgs_enterprise', 'id', 'id', '')",
                    func="bangfu_trail",
                    hash="6302b09ec2cf713723b7681bd581922268546b99",
                    operation="INSERT OR DELETE",
                    pgid="pgtrigger_trail_rows_052f7",
                    table="orgs_enterprise",
                    when="AFTER",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="enterprise",
            trigger=pgtrigger.compiler.Trigger(
                name="trail_update",
                sql=registry.core.triggers.TriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    execute="bangfu_trail('orgs_enterprise', 'id', 'id', '')",
                    func="bangfu_trail",
                    hash="d646f90fdf610a33e8f9a5c8e0bf457eb3bc3544",
                    operation="UPDATE",
                    pgid="pgtrigger_trail_update_8f150",
                    table="orgs_enterprise",
                    when="AFTER",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="enterprise",
            trigger=pgtrigger.compiler.Trigger(
                name="touch",
                sql=registry.core.triggers.TriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    execute="bangfu_touch()",
                    func="bangfu_touch",
                    hash="193c1a763a3d54b4d0b110fb7b0b82b8ca145f1f",
                    operation="UPDATE",
                    pgid="pgtrigger_touch_6a908",
                    table="orgs_enterprise",
                    when="BEFORE",
                ),
            ),
        ),
    ]
