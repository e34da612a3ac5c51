import django.contrib.auth.models
import django.contrib.auth.validators
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.datetime
import django.utils.timezone
import pgtrigger.compiler
from django.conf import settings
from django.db import migrations, models

import registry.core.fields
import registry.core.triggers

from ._functions import OPERATIONS


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        *OPERATIONS,
        migrations.CreateModel(
            name="RoleName",
            fields=[],
            options={
                "proxy": True,
                "default_permissions": (),
                "indexes": [],
                "constraints": [],
            },
            bases=("auth.group",),
            managers=[
                ("objects", django.contrib.auth.models.GroupManager()),
            ],
        ),
        migrations.CreateModel(
            name="RolePermission",
            fields=[],
            options={
                "proxy": True,
                "default_permissions": (),
                "indexes": [],
                "constraints": [],
            },
            bases=("auth.group_permissions",),
        ),
        migrations.CreateModel(
            name="User",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                (
                    "is_superuser",
                    models.BooleanField(
                        default=False,
                        help_text="Designates that this user has all permissions without explicitly assigning them.",
                        verbose_name="superuser status",
                    ),
                ),
                (
                    "username",
                    models.CharField(
                        error_messages={"unique": "A user with that username already exists."},
                        help_text="Required. 150 characters or fewer. Letters, digits and @/./+/-/_ only.",
                        max_length=150,
                        unique=True,
                        validators=[django.contrib.auth.validators.UnicodeUsernameValidator()],
                        verbose_name="username",
                    ),
                ),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="email address")),
                (
                    "is_active",
                    models.BooleanField(
                        default=True,
                        help_text="Designates whether this user should be treated as active. Unselect this instead of deleting accounts.",
                        verbose_name="active",
                    ),
                ),
                ("date_joined", models.DateTimeField(default=django.utils.timezone.now, verbose_name="date joined")),
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
                ("name", registry.core.fields.TextLine(max_length=60, verbose_name="name")),
                ("phone", registry.core.fields.TextLine(blank=True, max_length=30, verbose_name="telephone")),
                (
                    "user_permissions",
                    models.ManyToManyField(
                        blank=True,
                        help_text="Specific permissions for this user.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.permission",
                        verbose_name="user permissions",
                    ),
                ),
            ],
            options={
                "verbose_name": "account",
                "verbose_name_plural": "accounts",
                "permissions": (("assign_role", "Can give and take roles"),),
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Blob",
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
                    "sha256",
                    models.CharField(
                        editable=False,
                        max_length=64,
                        unique=True,
                        validators=[django.core.validators.RegexValidator("^[0-9a-f]{64}$")],
                        verbose_name="SHA-256",
                    ),
                ),
                ("size", models.PositiveBigIntegerField(editable=False, verbose_name="size in bytes")),
                ("media_type", models.CharField(editable=False, max_length=100, verbose_name="type")),
            ],
            options={
                "verbose_name": "stored file",
                "verbose_name_plural": "stored files",
                "abstract": False,
                "constraints": [models.CheckConstraint(condition=models.Q(("size__gt", 0)), name="blob_not_empty")],
            },
        ),
        migrations.CreateModel(
            name="Change",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(verbose_name="when")),
                ("transaction", models.BigIntegerField(verbose_name="transaction")),
                ("db_user", models.CharField(max_length=63, verbose_name="database account")),
                ("table_name", models.CharField(max_length=63, verbose_name="table")),
                ("row_pk", models.CharField(max_length=64, verbose_name="row")),
                ("root_table", models.CharField(max_length=63, verbose_name="record's table")),
                ("root_pk", models.CharField(max_length=64, verbose_name="record")),
                (
                    "operation",
                    registry.core.fields.Choice(
                        choices=[("I", "added"), ("U", "changed"), ("D", "removed")],
                        max_length=1,
                        verbose_name="operation",
                    ),
                ),
                ("before", models.JSONField(null=True, verbose_name="before")),
                ("after", models.JSONField(null=True, verbose_name="after")),
                ("actor_id", models.BigIntegerField(null=True, verbose_name="who")),
                ("action", models.CharField(blank=True, max_length=100, verbose_name="action")),
                ("reason", models.TextField(blank=True, verbose_name="why")),
                ("request_id", models.CharField(blank=True, max_length=64, verbose_name="request")),
                ("batch_id", models.CharField(blank=True, max_length=64, verbose_name="batch")),
            ],
            options={
                "verbose_name": "change",
                "verbose_name_plural": "trail of changes",
                "default_permissions": ("view",),
                "indexes": [
                    models.Index(fields=["root_table", "root_pk", "-id"], name="change_of_record"),
                    models.Index(fields=["table_name", "row_pk", "-id"], name="change_of_row"),
                    models.Index(fields=["actor_id", "-id"], name="change_by_actor"),
                ],
            },
        ),
        migrations.CreateModel(
            name="UserRole",
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
                    "group",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="holders",
                        to="auth.group",
                        verbose_name="role",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="held_roles",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="account",
                    ),
                ),
            ],
            options={
                "verbose_name": "role held",
                "verbose_name_plural": "roles held",
                "abstract": False,
                "constraints": [models.UniqueConstraint(fields=("user", "group"), name="role_held_once")],
            },
        ),
        migrations.AddField(
            model_name="user",
            name="groups",
            field=models.ManyToManyField(
                related_name="user_set",
                related_query_name="user",
                through="core.UserRole",
                to="auth.group",
                verbose_name="roles",
            ),
        ),
        migrations.CreateModel(
            name="DirectPermission",
            fields=[],
            options={
                "proxy": True,
                "default_permissions": (),
                "indexes": [],
                "constraints": [],
            },
            bases=("core.user_user_permissions",),
        ),
        registry.core.triggers.AddTrigger(
            model_name="blob",
            trigger=pgtrigger.compiler.Trigger(
                name="trail_rows",
                sql=registry.core.triggers.TriggerSql(
                    execute="bangfu_trail('core_blob', 'id', 'id', '')",
                    func="bangfu_trail",
                    hash="1daf5bd13f3461d91623cf5e65d200cd6516befc",
                    operation="INSERT OR DELETE",
                    pgid="pgtrigger_trail_rows_97fc7",
                    table="core_blob",
                    when="AFTER",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="blob",
            trigger=pgtrigger.compiler.Trigger(
                name="trail_update",
                sql=registry.core.triggers.TriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    execute="bangfu_trail('core_blob', 'id', 'id', '')",
                    func="bangfu_trail",
                    hash="a7af5e2d8857b0786d24f38897a99ea3148e77ba",
                    operation="UPDATE",
                    pgid="pgtrigger_trail_update_2c9c7",
                    table="core_blob",
                    when="AFTER",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="blob",
            trigger=pgtrigger.compiler.Trigger(
                name="touch",
                sql=registry.core.triggers.TriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    execute="bangfu_touch()",
                    func="bangfu_touch",
                    hash="38ea87f179cc1b0174703148a03db693fbf70247",
                    operation="UPDATE",
                    pgid="pgtrigger_touch_f1d6e",
                    table="core_blob",
                    when="BEFORE",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="change",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=registry.core.triggers.TriggerSql(
                    execute="bangfu_refuse('the trail is append-only')",
                    func="bangfu_refuse",
                    hash="099447993cfe406f2649ef35caa5d3fdb33dbcb1",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_fa5ee",
                    table="core_change",
                    when="BEFORE",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="change",
            trigger=pgtrigger.compiler.Trigger(
                name="no_truncate",
                sql=registry.core.triggers.TriggerSql(
                    execute="bangfu_refuse('the trail is append-only')",
                    func="bangfu_refuse",
                    hash="7670218a0c1408a4929b6e84b3e7d2db74323782",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_no_truncate_43ac7",
                    table="core_change",
                    when="BEFORE",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="rolename",
            trigger=pgtrigger.compiler.Trigger(
                name="trail_rows",
                sql=registry.core.triggers.TriggerSql(
                    execute="bangfu_trail('auth_group', 'id', 'id', '')",
                    func="bangfu_trail",
                    hash="677dec1fff52c1a2d8a97eb69ba2953246dce1f4",
                    operation="INSERT OR DELETE",
                    pgid="pgtrigger_trail_rows_c6b36",
                    table="auth_group",
                    when="AFTER",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="rolename",
            trigger=pgtrigger.compiler.Trigger(
                name="trail_update",
                sql=registry.core.triggers.TriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    execute="bangfu_trail('auth_group', 'id', 'id', '')",
                    func="bangfu_trail",
                    hash="8804bb32a9f7278a88ac06a079a0f806250d072c",
                    operation="UPDATE",
                    pgid="pgtrigger_trail_update_324d0",
                    table="auth_group",
                    when="AFTER",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="rolepermission",
            trigger=pgtrigger.compiler.Trigger(
                name="trail_rows",
                sql=registry.core.triggers.TriggerSql(
                    execute="bangfu_trail('auth_group', 'group_id', 'id', '')",
                    func="bangfu_trail",
                    hash="836b8a91323bdb6a7233dbc08ae01754f8a69e47",
                    operation="INSERT OR DELETE",
                    pgid="pgtrigger_trail_rows_aa08f",
                    table="auth_group_permissions",
                    when="AFTER",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="rolepermission",
            trigger=pgtrigger.compiler.Trigger(
                name="trail_update",
                sql=registry.core.triggers.TriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    execute="bangfu_trail('auth_group', 'group_id', 'id', '')",
                    func="bangfu_trail",
                    hash="1e32be78408cf79a2b113b79856e7813e3b21975",
                    operation="UPDATE",
                    pgid="pgtrigger_trail_update_590bd",
                    table="auth_group_permissions",
                    when="AFTER",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="userrole",
            trigger=pgtrigger.compiler.Trigger(
                name="trail_rows",
                sql=registry.core.triggers.TriggerSql(
                    execute="bangfu_trail('core_user', 'user_id', 'id', '')",
                    func="bangfu_trail",
                    hash="dd3a2ffc0f790b8ec50a4cfd9cd93b93bd447882",
                    operation="INSERT OR DELETE",
                    pgid="pgtrigger_trail_rows_ada53",
                    table="core_userrole",
                    when="AFTER",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="userrole",
            trigger=pgtrigger.compiler.Trigger(
                name="trail_update",
                sql=registry.core.triggers.TriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    execute="bangfu_trail('core_user', 'user_id', 'id', '')",
                    func="bangfu_trail",
                    hash="7bab538473602933de02fd31b7a44ecf4b3f07b9",
                    operation="UPDATE",
                    pgid="pgtrigger_trail_update_2e828",
                    table="core_userrole",
                    when="AFTER",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="userrole",
            trigger=pgtrigger.compiler.Trigger(
                name="touch",
                sql=registry.core.triggers.TriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    execute="bangfu_touch()",
                    func="bangfu_touch",
                    hash="827af2305e28aacf14d586daa9458c985b6a46c0",
                    operation="UPDATE",
                    pgid="pgtrigger_touch_46151",
                    table="core_userrole",
                    when="BEFORE",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="user",
            trigger=pgtrigger.compiler.Trigger(
                name="trail_rows",
                sql=registry.core.triggers.TriggerSql(
                    execute="bangfu_trail('core_user', 'id', 'id', 'password,last_login')",
                    func="bangfu_trail",
                    hash="3a4e691af161374a0d35520a194ab239a637d542",
                    operation="INSERT OR DELETE",
                    pgid="pgtrigger_trail_rows_4420d",
                    table="core_user",
                    when="AFTER",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="user",
            trigger=pgtrigger.compiler.Trigger(
                name="trail_update",
                sql=registry.core.triggers.TriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    execute="bangfu_trail('core_user', 'id', 'id', 'password,last_login')",
                    func="bangfu_trail",
                    hash="6faec645ab444cd9089b602cd3e2050df13ea64e",
                    operation="UPDATE",
                    pgid="pgtrigger_trail_update_4014b",
                    table="core_user",
                    when="AFTER",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="user",
            trigger=pgtrigger.compiler.Trigger(
                name="touch",
                sql=registry.core.triggers.TriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    execute="bangfu_touch()",
                    func="bangfu_touch",
                    hash="e98485875125135290e5b73f726c224b1462e021",
                    operation="UPDATE",
                    pgid="pgtrigger_touch_f4a70",
                    table="core_user",
                    when="BEFORE",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="directpermission",
            trigger=pgtrigger.compiler.Trigger(
                name="trail_rows",
                sql=registry.core.triggers.TriggerSql(
                    execute="bangfu_trail('core_user', 'user_id', 'id', '')",
                    func="bangfu_trail",
                    hash="5404de35e7afae837898a9d007f26380902042ca",
                    operation="INSERT OR DELETE",
                    pgid="pgtrigger_trail_rows_567f1",
                    table="core_user_user_permissions",
                    when="AFTER",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="directpermission",
            trigger=pgtrigger.compiler.Trigger(
                name="trail_update",
                sql=registry.core.triggers.TriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    execute="bangfu_trail('core_user', 'user_id', 'id', '')",
                    func="bangfu_trail",
                    hash="0583700bafc99c81badcde5d76d4af02690cf157",
                    operation="UPDATE",
                    pgid="pgtrigger_trail_update_0d6f2",
                    table="core_user_user_permissions",
                    when="AFTER",
                ),
            ),
        ),
    ]
