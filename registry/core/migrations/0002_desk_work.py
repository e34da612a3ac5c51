import uuid

import django.db.models.deletion
import django.db.models.functions.datetime
import django.utils.timezone
import pgtrigger.compiler
from django.conf import settings
from django.db import migrations, models

import registry.core.fields
import registry.core.triggers
from registry.core.operations import AddConstraint, AddIndex


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="CalendarDay",
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
                ("day", registry.core.fields.Day(unique=True, verbose_name="day")),
                (
                    "is_working",
                    models.BooleanField(
                        default=False,
                        help_text="Ticked: a Saturday or Sunday that is worked in exchange.",
                        verbose_name="worked",
                    ),
                ),
                ("name", registry.core.fields.TextLine(blank=True, max_length=60, verbose_name="occasion")),
            ],
            options={
                "verbose_name": "holiday or exchanged day",
                "verbose_name_plural": "holidays and exchanged days",
                "ordering": ("-day",),
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Channels",
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
                ("digest", models.BooleanField(default=True, verbose_name="a digest every working day")),
                ("email", models.BooleanField(default=False, verbose_name="also by e-mail")),
                ("sms", models.BooleanField(default=False, verbose_name="also by SMS")),
            ],
            options={
                "verbose_name": "channels of reminders",
                "verbose_name_plural": "channels of reminders",
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Job",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name="key")),
                ("kind", models.SlugField(max_length=40, verbose_name="kind")),
                ("parameters", models.JSONField(default=dict, verbose_name="parameters")),
                (
                    "state",
                    registry.core.fields.Choice(
                        choices=[
                            ("queued", "queued"),
                            ("running", "running"),
                            ("done", "done"),
                            ("failed", "failed"),
                            ("cancelled", "cancelled"),
                        ],
                        default="queued",
                        max_length=10,
                        verbose_name="status",
                    ),
                ),
                ("done", models.PositiveIntegerField(default=0, verbose_name="items done")),
                ("total", models.PositiveIntegerField(default=0, verbose_name="items in all")),
                ("result", models.JSONField(default=dict, verbose_name="result")),
                ("error", registry.core.fields.LongText(blank=True, verbose_name="what went wrong")),
                ("language", models.CharField(default="zh-hans", max_length=10, verbose_name="language")),
                ("cancel_asked", models.BooleanField(default=False, verbose_name="asked to stop")),
                ("queued_at", models.DateTimeField(auto_now_add=True, verbose_name="queued at")),
                ("started_at", models.DateTimeField(null=True, verbose_name="started at")),
                ("lease_until", models.DateTimeField(null=True, verbose_name="lease until")),
                ("ended_at", models.DateTimeField(null=True, verbose_name="ended at")),
            ],
            options={
                "verbose_name": "job",
                "verbose_name_plural": "jobs",
                "ordering": ("-id",),
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="Notice",
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
                            ("digest", "daily digest"),
                            ("chase", "chase"),
                            ("returned", "returned"),
                            ("decided", "decision"),
                            ("difficulty", "difficulty"),
                            ("job", "work finished"),
                        ],
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                ("facts", models.JSONField(default=dict, verbose_name="contents")),
                ("url", models.CharField(blank=True, max_length=300, verbose_name="leads to")),
                ("day", registry.core.fields.Day(blank=True, null=True, verbose_name="digest of the day")),
                ("sent_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="sent at")),
                ("read_at", models.DateTimeField(blank=True, null=True, verbose_name="read at")),
            ],
            options={
                "verbose_name": "message",
                "verbose_name_plural": "messages",
                "ordering": ("-sent_at", "-id"),
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Outgoing",
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
                    "channel",
                    registry.core.fields.Choice(
                        choices=[("email", "e-mail"), ("sms", "SMS")], max_length=10, verbose_name="channel"
                    ),
                ),
                ("address", registry.core.fields.TextLine(max_length=254, verbose_name="address")),
                ("text", registry.core.fields.LongText(verbose_name="text")),
                (
                    "state",
                    registry.core.fields.Choice(
                        choices=[
                            ("waiting", "waiting"),
                            ("sent", "sent"),
                            ("kept", "kept: no gateway is set up"),
                            ("failed", "failed"),
                        ],
                        default="waiting",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("attempts", models.PositiveSmallIntegerField(default=0, verbose_name="attempts")),
                ("error", registry.core.fields.TextLine(blank=True, max_length=300, verbose_name="what went wrong")),
                ("tried_at", models.DateTimeField(blank=True, null=True, verbose_name="tried at")),
            ],
            options={
                "verbose_name": "outgoing text",
                "verbose_name_plural": "outbox",
                "ordering": ("-id",),
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="SavedView",
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
                ("page", models.SlugField(max_length=40, verbose_name="page")),
                ("name", registry.core.fields.TextLine(max_length=40, verbose_name="name")),
                ("query", models.CharField(blank=True, max_length=1000, verbose_name="query")),
            ],
            options={
                "verbose_name": "saved view",
                "verbose_name_plural": "saved views",
                "ordering": ("page", "name"),
                "abstract": False,
            },
        ),
        registry.core.triggers.AddTrigger(
            model_name="calendarday",
            trigger=pgtrigger.compiler.Trigger(
                name="trail_rows",
                sql=registry.core.triggers.TriggerSql(
                    execute="bangfu_trail('core_calendarday', 'id', 'id', '')",
                    func="bangfu_trail",
                    hash="7de74c7ec2fcf11b583e1fc2a7f0c9b6e0df4c7c",
                    operation="INSERT OR DELETE",
                    pgid="pgtrigger_trail_rows_4728f",
                    table="core_calendarday",
                    when="AFTER",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="calendarday",
            trigger=pgtrigger.compiler.Trigger(
                name="trail_update",
                sql=registry.core.triggers.TriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    execute="bangfu_trail('core_calendarday', 'id', 'id', '')",
                    func="bangfu_trail",
                    hash="1378abc102617aa4341a5c22c761fd6bff8e1f39",
                    operation="UPDATE",
                    pgid="pgtrigger_trail_update_b97e3",
                    table="core_calendarday",
                    when="AFTER",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="calendarday",
            trigger=pgtrigger.compiler.Trigger(
                name="touch",
                sql=registry.core.triggers.TriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    execute="bangfu_touch()",
                    func="bangfu_touch",
                    hash="e890c862115acafcfaf5af2240ce78a0045214ba",
                    operation="UPDATE",
                    pgid="pgtrigger_touch_74d10",
                    table="core_calendarday",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddField(
            model_name="channels",
            name="user",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="channels",
                to=settings.AUTH_USER_MODEL,
                verbose_name="account",
            ),
        ),
        migrations.AddField(
            model_name="job",
            name="by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="jobs",
                to=settings.AUTH_USER_MODEL,
                verbose_name="asked for by",
            ),
        ),
        migrations.AddField(
            model_name="notice",
            name="recipient",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="notices",
                to=settings.AUTH_USER_MODEL,
                verbose_name="recipient",
            ),
        ),
        migrations.AddField(
            model_name="notice",
            name="sender",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="sender",
            ),
        ),
        migrations.AddField(
            model_name="outgoing",
            name="notice",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="outgoing",
                to="core.notice",
                verbose_name="message",
            ),
        ),
        migrations.AddField(
            model_name="savedview",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="saved_views",
                to=settings.AUTH_USER_MODEL,
                verbose_name="account",
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="channels",
            trigger=pgtrigger.compiler.Trigger(
                name="trail_rows",
                sql=registry.core.triggers.TriggerSql(
                    execute="bangfu_trail('core_user', 'user_id', 'id', '')",
                    func="bangfu_trail",
                    hash="c18326173a02c8d01da79daef0e660345a0ef121",
                    operation="INSERT OR DELETE",
                    pgid="pgtrigger_trail_rows_4a3db",
                    table="core_channels",
                    when="AFTER",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="channels",
            trigger=pgtrigger.compiler.Trigger(
                name="trail_update",
                sql=registry.core.triggers.TriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    execute="bangfu_trail('core_user', 'user_id', 'id', '')",
                    func="bangfu_trail",
                    hash="3619df800827c1d3082fb122b1a1743423df3b87",
                    operation="UPDATE",
                    pgid="pgtrigger_trail_update_f1bb5",
                    table="core_channels",
                    when="AFTER",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="channels",
            trigger=pgtrigger.compiler.Trigger(
                name="touch",
                sql=registry.core.triggers.TriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    execute="bangfu_touch()",
                    func="bangfu_touch",
                    hash="4ece11408409340d1cce3e846242ca1d33ca04e2",
                    operation="UPDATE",
                    pgid="pgtrigger_touch_c725e",
                    table="core_channels",
                    when="BEFORE",
                ),
            ),
        ),
        AddIndex(
            model_name="job",
            index=models.Index(condition=models.Q(("state", "queued")), fields=["id"], name="job_queued"),
        ),
        AddIndex(
            model_name="job",
            index=models.Index(fields=["by", "-id"], name="job_of_person"),
        ),
        AddIndex(
            model_name="notice",
            index=models.Index(fields=["recipient", "-sent_at"], name="notice_of_recipient"),
        ),
        AddIndex(
            model_name="notice",
            index=models.Index(
                condition=models.Q(("read_at__isnull", True)), fields=["recipient"], name="notice_unread"
            ),
        ),
        AddConstraint(
            model_name="notice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("day__isnull", False), ("kind", "digest")),
                    models.Q(models.Q(("kind", "digest"), _negated=True), ("day__isnull", True)),
                    _connector="OR",
                ),
                name="notice_digest_has_a_day",
            ),
        ),
        AddConstraint(
            model_name="notice",
            constraint=models.UniqueConstraint(
                condition=models.Q(("day__isnull", False)), fields=("recipient", "day"), name="notice_one_digest_a_day"
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="notice",
            trigger=pgtrigger.compiler.Trigger(
                name="trail_rows",
                sql=registry.core.triggers.TriggerSql(
                    execute="bangfu_trail('core_notice', 'id', 'id', '')",
                    func="bangfu_trail",
                    hash="a8c2f4c0597b51555777d7dde71ec95e18eb2f1b",
                    operation="INSERT OR DELETE",
                    pgid="pgtrigger_trail_rows_e16e8",
                    table="core_notice",
                    when="AFTER",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="notice",
            trigger=pgtrigger.compiler.Trigger(
                name="trail_update",
                sql=registry.core.triggers.TriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    execute="bangfu_trail('core_notice', 'id', 'id', '')",
                    func="bangfu_trail",
                    hash="2245da07aaf32139da1aad9922e3159df3d378b7",
                    operation="UPDATE",
                    pgid="pgtrigger_trail_update_513f2",
                    table="core_notice",
                    when="AFTER",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="notice",
            trigger=pgtrigger.compiler.Trigger(
                name="touch",
                sql=registry.core.triggers.TriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    execute="bangfu_touch()",
                    func="bangfu_touch",
                    hash="6d610bf3db06665a4ac90c37c8c1ef6b880504d0",
                    operation="UPDATE",
                    pgid="pgtrigger_touch_59fc0",
                    table="core_notice",
                    when="BEFORE",
                ),
            ),
        ),
        AddIndex(
            model_name="outgoing",
            index=models.Index(condition=models.Q(("state", "waiting")), fields=["id"], name="outgoing_waiting"),
        ),
        AddConstraint(
            model_name="outgoing",
            constraint=models.UniqueConstraint(fields=("notice", "channel"), name="outgoing_once"),
        ),
        registry.core.triggers.AddTrigger(
            model_name="outgoing",
            trigger=pgtrigger.compiler.Trigger(
                name="trail_rows",
                sql=registry.core.triggers.TriggerSql(
                    execute="bangfu_trail('core_notice', 'notice_id', 'id', '')",
                    func="bangfu_trail",
                    hash="35482f8ece63e35487d05caaa807f4fe426e7d89",
                    operation="INSERT OR DELETE",
                    pgid="pgtrigger_trail_rows_ebed0",
                    table="core_outgoing",
                    when="AFTER",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="outgoing",
            trigger=pgtrigger.compiler.Trigger(
                name="trail_update",
                sql=registry.core.triggers.TriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    execute="bangfu_trail('core_notice', 'notice_id', 'id', '')",
                    func="bangfu_trail",
                    hash="c739dbfc759a31405e3b275ee83a042f76023f1c",
                    operation="UPDATE",
                    pgid="pgtrigger_trail_update_39388",
                    table="core_outgoing",
                    when="AFTER",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="outgoing",
            trigger=pgtrigger.compiler.Trigger(
                name="touch",
                sql=registry.core.triggers.TriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    execute="bangfu_touch()",
                    func="bangfu_touch",
                    hash="6e53389df395ccbb3e3856ee401597c347289636",
                    operation="UPDATE",
                    pgid="pgtrigger_touch_6d565",
                    table="core_outgoing",
                    when="BEFORE",
                ),
            ),
        ),
        AddConstraint(
            model_name="savedview",
            constraint=models.UniqueConstraint(fields=("user", "page", "name"), name="saved_view_once"),
        ),
        registry.core.triggers.AddTrigger(
            model_name="savedview",
            trigger=pgtrigger.compiler.Trigger(
                name="trail_rows",
                sql=registry.core.triggers.TriggerSql(
                    execute="bangfu_trail('core_savedview', 'id', 'id', '')",
                    func="bangfu_trail",
                    hash="3e67c340bc3e2293b9f826a598eb81b1444293d4",
                    operation="INSERT OR DELETE",
                    pgid="pgtrigger_trail_rows_4bfc4",
                    table="core_savedview",
                    when="AFTER",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="savedview",
            trigger=pgtrigger.compiler.Trigger(
                name="trail_update",
                sql=registry.core.triggers.TriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    execute="bangfu_trail('core_savedview', 'id', 'id', '')",
                    func="bangfu_trail",
                    hash="14194ad8a60e5be1990b0ab313840bf9edbfe7f9",
                    operation="UPDATE",
                    pgid="pgtrigger_trail_update_fa6b9",
                    table="core_savedview",
                    when="AFTER",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="savedview",
            trigger=pgtrigger.compiler.Trigger(
                name="touch",
                sql=registry.core.triggers.TriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    execute="bangfu_touch()",
                    func="bangfu_touch",
                    hash="161a217922ab8b434dc41d941f21362c448ae394",
                    operation="UPDATE",
                    pgid="pgtrigger_touch_8dfc4",
                    table="core_savedview",
                    when="BEFORE",
                ),
            ),
        ),
    ]
