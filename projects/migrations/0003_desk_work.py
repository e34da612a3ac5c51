import django.core.validators
import django.db.models.deletion
import django.db.models.functions.datetime
import django.utils.timezone
import pgtrigger.compiler
from django.conf import settings
from django.db import migrations, models

import registry.core.fields
import registry.core.triggers
from registry.core.operations import AddConstraint, AddIndex

# A row of a project that was carried into the next campaign stays as it was.
REFUSE_LOCKED = """
CREATE FUNCTION bangfu_refuse_locked() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM projects_project WHERE id IN (OLD.project_id, NEW.project_id) AND phase = 'locked') THEN
        RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', TABLE = TG_TABLE_NAME,
            MESSAGE = 'the phase of this project is locked';
    END IF;
    RETURN coalesce(NEW, OLD);
END $$
"""

# The needs that were presented are now items of the agenda.
AGENDA = """
INSERT INTO projects_agendaitem (event_id, need_id, position, title, notes, is_demo)
SELECT event_id, need_id, row_number() OVER (PARTITION BY event_id ORDER BY id), '', '', is_demo
FROM projects_needpresented
"""


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0002_desk_work"),
        ("orgs", "0001_initial"),
        ("projects", "0002_field_scheme"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL(REFUSE_LOCKED, "DROP FUNCTION bangfu_refuse_locked()"),
        migrations.CreateModel(
            name="AgendaItem",
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
                ("position", models.PositiveSmallIntegerField(default=100, verbose_name="position")),
                (
                    "title",
                    registry.core.fields.TextLine(
                        blank=True,
                        help_text="Empty: the name of what it is about.",
                        max_length=200,
                        verbose_name="item",
                    ),
                ),
                ("notes", registry.core.fields.LongText(blank=True, verbose_name="what was said")),
            ],
            options={
                "verbose_name": "agenda item",
                "verbose_name_plural": "agenda items",
                "ordering": ("event", "position", "id"),
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Chase",
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
                    "at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="chased at"),
                ),
                ("words", registry.core.fields.LongText(blank=True, verbose_name="words")),
            ],
            options={
                "verbose_name": "chase",
                "verbose_name_plural": "chases",
                "ordering": ("-at", "-id"),
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="ChaseNotice",
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
            ],
            options={
                "verbose_name": "message of a chase",
                "verbose_name_plural": "messages of a chase",
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="LampRule",
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
                ("only", models.BooleanField(default=True, editable=False, unique=True, verbose_name="the only row")),
                (
                    "due_soon_days",
                    models.PositiveSmallIntegerField(
                        default=7,
                        validators=[django.core.validators.MaxValueValidator(90)],
                        verbose_name="due soon: days before the due date",
                    ),
                ),
                (
                    "behind",
                    models.PositiveSmallIntegerField(
                        default=10,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(99),
                        ],
                        verbose_name="lagging: percentage points behind the plan",
                    ),
                ),
                (
                    "far_behind",
                    models.PositiveSmallIntegerField(
                        default=30,
                        validators=[
                            django.core.validators.MinValueValidator(2),
                            django.core.validators.MaxValueValidator(100),
                        ],
                        verbose_name="overdue: percentage points behind the plan",
                    ),
                ),
                (
                    "report_days",
                    models.PositiveSmallIntegerField(
                        default=5,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(20),
                        ],
                        verbose_name="monthly reports: working days after the month's end",
                    ),
                ),
                (
                    "palette",
                    registry.core.fields.Choice(
                        choices=[
                            ("red-yellow-green", "red, yellow, green"),
                            ("red-yellow-blue", "red, yellow, blue"),
                            ("red-orange-green-blue", "red, orange, green, signed off blue"),
                        ],
                        default="red-yellow-green",
                        max_length=30,
                        verbose_name="palette",
                    ),
                ),
            ],
            options={
                "verbose_name": "rule of the lamps",
                "verbose_name_plural": "rule of the lamps",
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="MonthlyReport",
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
                ("month", registry.core.fields.Day(help_text="Its first day.", verbose_name="month")),
                (
                    "progress",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        null=True,
                        validators=[django.core.validators.MaxValueValidator(100)],
                        verbose_name="progress in all, %",
                    ),
                ),
                ("is_unchanged", models.BooleanField(default=False, verbose_name="same as last month")),
                ("done", registry.core.fields.LongText(blank=True, verbose_name="what was done")),
                ("problems", registry.core.fields.LongText(blank=True, verbose_name="problems")),
                ("next_steps", registry.core.fields.LongText(blank=True, verbose_name="next steps")),
                (
                    "status",
                    registry.core.fields.Choice(
                        choices=[
                            ("draft", "draft"),
                            ("submitted", "submitted"),
                            ("approved", "approved"),
                            ("returned", "returned"),
                        ],
                        default="draft",
                        editable=False,
                        max_length=10,
                        verbose_name="status",
                    ),
                ),
                (
                    "submitted_at",
                    models.DateTimeField(blank=True, editable=False, null=True, verbose_name="submitted at"),
                ),
                (
                    "approved_at",
                    models.DateTimeField(blank=True, editable=False, null=True, verbose_name="approved at"),
                ),
            ],
            options={
                "verbose_name": "monthly report",
                "verbose_name_plural": "monthly reports",
                "ordering": ("-month", "-id"),
                "permissions": (
                    ("submit_monthlyreport", "Can submit a monthly report"),
                    ("approve_monthlyreport", "Can approve or return a monthly report"),
                ),
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="ReportedMoney",
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
                    "state",
                    registry.core.fields.Choice(
                        choices=[("received", "received"), ("spent", "spent")], max_length=10, verbose_name="state"
                    ),
                ),
                (
                    "amount",
                    registry.core.fields.YuanField(
                        help_text="72万 and 0.5亿 are understood.", verbose_name="amount in yuan"
                    ),
                ),
                ("qualifier", registry.core.fields.QualifierField(verbose_name="precision")),
                ("occurred_on", registry.core.fields.Day(blank=True, null=True, verbose_name="date")),
                ("voucher", registry.core.fields.TextLine(blank=True, max_length=60, verbose_name="voucher")),
                (
                    "excess_reason",
                    registry.core.fields.TextLine(
                        blank=True, max_length=200, verbose_name="why more than was committed"
                    ),
                ),
            ],
            options={
                "verbose_name": "money of a monthly report",
                "verbose_name_plural": "money of a monthly report",
                "ordering": ("id",),
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="ReportedResult",
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
                ("reached", models.DecimalField(decimal_places=4, max_digits=18, verbose_name="reached")),
                ("qualifier", registry.core.fields.QualifierField(verbose_name="precision")),
            ],
            options={
                "verbose_name": "result of a monthly report",
                "verbose_name_plural": "results of a monthly report",
                "ordering": ("id",),
                "abstract": False,
            },
        ),
        migrations.AlterModelOptions(
            name="project",
            options={
                "ordering": ("-year", "-id"),
                "permissions": (
                    ("move_project", "Can move a project to another stage"),
                    ("publish_project", "Can publish a project"),
                    ("carry_project", "Can carry a project into the next campaign, lock and unlock its phase"),
                ),
                "verbose_name": "project",
                "verbose_name_plural": "projects",
            },
        ),
        migrations.AlterModelOptions(
            name="projectstep",
            options={
                "ordering": ("project", "position"),
                "permissions": (
                    ("complete_projectstep", "Can apply for the sign-off of a step"),
                    ("verify_projectstep", "Can sign off, return and reopen steps"),
                    ("waive_projectstep", "Can waive a step with a reason"),
                    ("schedule_projectstep", "Can move a step's due date and hand it to another person"),
                    ("chase_projectstep", "Can chase a step"),
                ),
                "verbose_name": "checklist step",
                "verbose_name_plural": "checklist steps",
            },
        ),
        migrations.RemoveConstraint(
            model_name="document",
            name="document_one_owner",
        ),
        migrations.AddField(
            model_name="decision",
            name="due_on",
            field=registry.core.fields.Day(blank=True, null=True, verbose_name="due"),
        ),
        migrations.AddField(
            model_name="decision",
            name="project",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="decisions",
                to="projects.project",
                verbose_name="project",
            ),
        ),
        migrations.AddField(
            model_name="decision",
            name="responsible",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="decisions",
                to=settings.AUTH_USER_MODEL,
                verbose_name="responsible person",
            ),
        ),
        migrations.AddField(
            model_name="decision",
            name="side",
            field=registry.core.fields.Choice(
                choices=[("bureau", "bureau"), ("county", "county"), ("organisation", "organisation")],
                default="bureau",
                max_length=15,
                verbose_name="responsible side",
            ),
        ),
        migrations.AddField(
            model_name="funding",
            name="excess_reason",
            field=registry.core.fields.TextLine(
                blank=True,
                help_text="Asked for when what was received would go beyond what was committed; shown in the data check.",
                max_length=200,
                verbose_name="why more than was committed",
            ),
        ),
        migrations.AddField(
            model_name="project",
            name="phase",
            field=registry.core.fields.Choice(
                choices=[("open", "open"), ("locked", "locked")],
                default="open",
                editable=False,
                help_text="Locked: carried into the next campaign; its steps, money and results stay as they were.",
                max_length=10,
                verbose_name="phase",
            ),
        ),
        migrations.AddField(
            model_name="project",
            name="phase_at",
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name="locked at"),
        ),
        migrations.AddField(
            model_name="project",
            name="phase_by",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="locked by",
            ),
        ),
        migrations.AddField(
            model_name="project",
            name="progress",
            field=models.PositiveSmallIntegerField(
                blank=True,
                editable=False,
                help_text="By the last approved monthly report.",
                null=True,
                verbose_name="progress in all, %",
            ),
        ),
        migrations.AddField(
            model_name="project",
            name="progress_on",
            field=registry.core.fields.Day(blank=True, editable=False, null=True, verbose_name="progress as of"),
        ),
        migrations.AddField(
            model_name="templatestep",
            name="in_working_days",
            field=models.BooleanField(
                default=False, help_text="Not ticked: calendar days.", verbose_name="counted in working days"
            ),
        ),
        migrations.AlterField(
            model_name="templatestep",
            name="due_after",
            field=models.PositiveSmallIntegerField(
                help_text="A due date on a day off moves to the next working day.",
                verbose_name="due, days after the planned start",
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="funding",
            trigger=pgtrigger.compiler.Trigger(
                name="phase_locked",
                sql=registry.core.triggers.TriggerSql(
                    execute="bangfu_refuse_locked()",
                    func="bangfu_refuse_locked",
                    hash="80c7dc3d7b6e1bd7e2bec62fd85245b4c0d39cad",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_phase_locked_eb502",
                    table="projects_funding",
                    when="BEFORE",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="participation",
            trigger=pgtrigger.compiler.Trigger(
                name="phase_locked",
                sql=registry.core.triggers.TriggerSql(
                    execute="bangfu_refuse_locked()",
                    func="bangfu_refuse_locked",
                    hash="eda003b5cf1f85dcb25b8bfb253908e66d66ceac",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_phase_locked_9ecdc",
                    table="projects_participation",
                    when="BEFORE",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="projectfield",
            trigger=pgtrigger.compiler.Trigger(
                name="phase_locked",
                sql=registry.core.triggers.TriggerSql(
                    execute="bangfu_refuse_locked()",
                    func="bangfu_refuse_locked",
                    hash="04898f97e230e7c092fdded42d259b13ffc241b5",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_phase_locked_60e5b",
                    table="projects_projectfield",
                    when="BEFORE",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="projectstep",
            trigger=pgtrigger.compiler.Trigger(
                name="phase_locked",
                sql=registry.core.triggers.TriggerSql(
                    execute="bangfu_refuse_locked()",
                    func="bangfu_refuse_locked",
                    hash="73834b088844868f598769ad9f5a50fee38e9a75",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_phase_locked_b8b2a",
                    table="projects_projectstep",
                    when="BEFORE",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="result",
            trigger=pgtrigger.compiler.Trigger(
                name="phase_locked",
                sql=registry.core.triggers.TriggerSql(
                    execute="bangfu_refuse_locked()",
                    func="bangfu_refuse_locked",
                    hash="9ed3a876f32177a02228bf6f33058205c5ddcfec",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_phase_locked_c1989",
                    table="projects_result",
                    when="BEFORE",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="site",
            trigger=pgtrigger.compiler.Trigger(
                name="phase_locked",
                sql=registry.core.triggers.TriggerSql(
                    execute="bangfu_refuse_locked()",
                    func="bangfu_refuse_locked",
                    hash="ca89cdfa7700151d1177d0699a018bd43a09a003",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_phase_locked_17c49",
                    table="projects_site",
                    when="BEFORE",
                ),
            ),
        ),
        AddConstraint(
            model_name="project",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("progress__isnull", True), ("progress_on__isnull", True)),
                    models.Q(("progress__lte", 100), ("progress_on__isnull", False)),
                    _connector="OR",
                ),
                name="project_progress",
            ),
        ),
        AddConstraint(
            model_name="project",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("phase", "open"), ("phase_at__isnull", True), ("phase_by__isnull", True)),
                    models.Q(("phase", "locked"), ("phase_at__isnull", False), ("phase_by__isnull", False)),
                    _connector="OR",
                ),
                name="project_locked_by_someone",
            ),
        ),
        migrations.AddField(
            model_name="agendaitem",
            name="difficulty",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="agenda",
                to="projects.difficulty",
                verbose_name="difficulty",
            ),
        ),
        migrations.AddField(
            model_name="agendaitem",
            name="event",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="agenda",
                to="projects.event",
                verbose_name="event",
            ),
        ),
        migrations.AddField(
            model_name="agendaitem",
            name="need",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="presented",
                to="projects.need",
                verbose_name="need",
            ),
        ),
        migrations.AddField(
            model_name="agendaitem",
            name="step",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="agenda",
                to="projects.projectstep",
                verbose_name="checklist step",
            ),
        ),
        migrations.AddField(
            model_name="chase",
            name="by",
            field=models.ForeignKey(
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="chased by",
            ),
        ),
        migrations.AddField(
            model_name="chase",
            name="step",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="chases",
                to="projects.projectstep",
                verbose_name="checklist step",
            ),
        ),
        migrations.AddField(
            model_name="chasenotice",
            name="chase",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="sent",
                to="projects.chase",
                verbose_name="chase",
            ),
        ),
        migrations.AddField(
            model_name="chasenotice",
            name="notice",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="chase_sent",
                to="core.notice",
                verbose_name="message",
            ),
        ),
        migrations.AddField(
            model_name="chase",
            name="notices",
            field=models.ManyToManyField(
                related_name="chases", through="projects.ChaseNotice", to="core.notice", verbose_name="messages"
            ),
        ),
        AddConstraint(
            model_name="lamprule",
            constraint=models.CheckConstraint(condition=models.Q(("only", True)), name="lamp_rule_only_one"),
        ),
        AddConstraint(
            model_name="lamprule",
            constraint=models.CheckConstraint(
                condition=models.Q(("far_behind__gt", models.F("behind"))),
                name="lamp_rule_order",
                violation_error_message="“Overdue” must begin further behind the plan than “lagging”.",
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="lamprule",
            trigger=pgtrigger.compiler.Trigger(
                name="trail_rows",
                sql=registry.core.triggers.TriggerSql(
                    execute="bangfu_trail('projects_lamprule', 'id', 'id', '')",
                    func="bangfu_trail",
                    hash="bd4437345b14a37627037dda6df951de331c39f3",
                    operation="INSERT OR DELETE",
                    pgid="pgtrigger_trail_rows_f7a8c",
                    table="projects_lamprule",
                    when="AFTER",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="lamprule",
            trigger=pgtrigger.compiler.Trigger(
                name="trail_update",
                sql=registry.core.triggers.TriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    execute="bangfu_trail('projects_lamprule', 'id', 'id', '')",
                    func="bangfu_trail",
                    hash="f9e8987e24f378b992b57480db32ee05062ce71b",
                    operation="UPDATE",
                    pgid="pgtrigger_trail_update_753b5",
                    table="projects_lamprule",
                    when="AFTER",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="lamprule",
            trigger=pgtrigger.compiler.Trigger(
                name="touch",
                sql=registry.core.triggers.TriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    execute="bangfu_touch()",
                    func="bangfu_touch",
                    hash="35be0118b813e16d99714010f5f74a92eb38bce9",
                    operation="UPDATE",
                    pgid="pgtrigger_touch_3cdd6",
                    table="projects_lamprule",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddField(
            model_name="monthlyreport",
            name="approved_by",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="approved by",
            ),
        ),
        migrations.AddField(
            model_name="monthlyreport",
            name="project",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="reports",
                to="projects.project",
                verbose_name="project",
            ),
        ),
        migrations.AddField(
            model_name="monthlyreport",
            name="submitted_by",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="submitted by",
            ),
        ),
        migrations.AddField(
            model_name="document",
            name="report",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="documents",
                to="projects.monthlyreport",
                verbose_name="monthly report",
            ),
        ),
        AddConstraint(
            model_name="document",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("agreement__isnull", True),
                        ("commendation__isnull", True),
                        ("difficulty__isnull", True),
                        ("event__isnull", True),
                        ("funding__isnull", True),
                        ("need__isnull", True),
                        ("pledge__isnull", True),
                        ("project__isnull", False),
                        ("report__isnull", True),
                        ("result__isnull", True),
                        ("step__isnull", True),
                    ),
                    models.Q(
                        ("agreement__isnull", True),
                        ("commendation__isnull", True),
                        ("difficulty__isnull", True),
                        ("event__isnull", True),
                        ("funding__isnull", True),
                        ("need__isnull", True),
                        ("pledge__isnull", True),
                        ("project__isnull", True),
                        ("report__isnull", True),
                        ("result__isnull", True),
                        ("step__isnull", False),
                    ),
                    models.Q(
                        ("agreement__isnull", True),
                        ("commendation__isnull", True),
                        ("difficulty__isnull", True),
                        ("event__isnull", True),
                        ("funding__isnull", False),
                        ("need__isnull", True),
                        ("pledge__isnull", True),
                        ("project__isnull", True),
                        ("report__isnull", True),
                        ("result__isnull", True),
                        ("step__isnull", True),
                    ),
                    models.Q(
                        ("agreement__isnull", True),
                        ("commendation__isnull", True),
                        ("difficulty__isnull", True),
                        ("event__isnull", True),
                        ("funding__isnull", True),
                        ("need__isnull", True),
                        ("pledge__isnull", True),
                        ("project__isnull", True),
                        ("report__isnull", True),
                        ("result__isnull", False),
                        ("step__isnull", True),
                    ),
                    models.Q(
                        ("agreement__isnull", True),
                        ("commendation__isnull", True),
                        ("difficulty__isnull", True),
                        ("event__isnull", True),
                        ("funding__isnull", True),
                        ("need__isnull", False),
                        ("pledge__isnull", True),
                        ("project__isnull", True),
                        ("report__isnull", True),
                        ("result__isnull", True),
                        ("step__isnull", True),
                    ),
                    models.Q(
                        ("agreement__isnull", True),
                        ("commendation__isnull", True),
                        ("difficulty__isnull", True),
                        ("event__isnull", True),
                        ("funding__isnull", True),
                        ("need__isnull", True),
                        ("pledge__isnull", False),
                        ("project__isnull", True),
                        ("report__isnull", True),
                        ("result__isnull", True),
                        ("step__isnull", True),
                    ),
                    models.Q(
                        ("agreement__isnull", False),
                        ("commendation__isnull", True),
                        ("difficulty__isnull", True),
                        ("event__isnull", True),
                        ("funding__isnull", True),
                        ("need__isnull", True),
                        ("pledge__isnull", True),
                        ("project__isnull", True),
                        ("report__isnull", True),
                        ("result__isnull", True),
                        ("step__isnull", True),
                    ),
                    models.Q(
                        ("agreement__isnull", True),
                        ("commendation__isnull", True),
                        ("difficulty__isnull", False),
                        ("event__isnull", True),
                        ("funding__isnull", True),
                        ("need__isnull", True),
                        ("pledge__isnull", True),
                        ("project__isnull", True),
                        ("report__isnull", True),
                        ("result__isnull", True),
                        ("step__isnull", True),
                    ),
                    models.Q(
                        ("agreement__isnull", True),
                        ("commendation__isnull", True),
                        ("difficulty__isnull", True),
                        ("event__isnull", False),
                        ("funding__isnull", True),
                        ("need__isnull", True),
                        ("pledge__isnull", True),
                        ("project__isnull", True),
                        ("report__isnull", True),
                        ("result__isnull", True),
                        ("step__isnull", True),
                    ),
                    models.Q(
                        ("agreement__isnull", True),
                        ("commendation__isnull", True),
                        ("difficulty__isnull", True),
                        ("event__isnull", True),
                        ("funding__isnull", True),
                        ("need__isnull", True),
                        ("pledge__isnull", True),
                        ("project__isnull", True),
                        ("report__isnull", False),
                        ("result__isnull", True),
                        ("step__isnull", True),
                    ),
                    models.Q(
                        ("agreement__isnull", True),
                        ("commendation__isnull", False),
                        ("difficulty__isnull", True),
                        ("event__isnull", True),
                        ("funding__isnull", True),
                        ("need__isnull", True),
                        ("pledge__isnull", True),
                        ("project__isnull", True),
                        ("report__isnull", True),
                        ("result__isnull", True),
                        ("step__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="document_one_owner",
            ),
        ),
        migrations.AddField(
            model_name="reportedmoney",
            name="funding",
            field=models.OneToOneField(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="reported",
                to="projects.funding",
                verbose_name="funding line",
            ),
        ),
        migrations.AddField(
            model_name="reportedmoney",
            name="organisation",
            field=models.ForeignKey(
                blank=True,
                help_text="Empty: jointly, shares unknown.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="orgs.organisation",
                verbose_name="organisation",
            ),
        ),
        migrations.AddField(
            model_name="reportedmoney",
            name="report",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="money",
                to="projects.monthlyreport",
                verbose_name="monthly report",
            ),
        ),
        migrations.AddField(
            model_name="reportedresult",
            name="report",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="results",
                to="projects.monthlyreport",
                verbose_name="monthly report",
            ),
        ),
        migrations.AddField(
            model_name="reportedresult",
            name="result",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="reported",
                to="projects.result",
                verbose_name="result",
            ),
        ),
        migrations.RunSQL(AGENDA, migrations.RunSQL.noop),
        migrations.DeleteModel(
            name="NeedPresented",
        ),
        AddConstraint(
            model_name="agendaitem",
            constraint=models.UniqueConstraint(fields=("event", "need"), name="agenda_need_once"),
        ),
        AddConstraint(
            model_name="agendaitem",
            constraint=models.UniqueConstraint(fields=("event", "difficulty"), name="agenda_difficulty_once"),
        ),
        AddConstraint(
            model_name="agendaitem",
            constraint=models.UniqueConstraint(fields=("event", "step"), name="agenda_step_once"),
        ),
        AddConstraint(
            model_name="agendaitem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("difficulty__isnull", True), ("need__isnull", False), ("step__isnull", True)),
                    models.Q(("difficulty__isnull", False), ("need__isnull", True), ("step__isnull", True)),
                    models.Q(("difficulty__isnull", True), ("need__isnull", True), ("step__isnull", False)),
                    models.Q(
                        ("difficulty__isnull", True),
                        ("need__isnull", True),
                        ("step__isnull", True),
                        models.Q(("title", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="agenda_about_one_thing",
                violation_error_message="Choose one need, difficulty or step, or write what the item is about.",
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="agendaitem",
            trigger=pgtrigger.compiler.Trigger(
                name="trail_rows",
                sql=registry.core.triggers.TriggerSql(
                    execute="bangfu_trail('projects_event', 'event_id', 'id', '')",
                    func="bangfu_trail",
                    hash="94ef114b1c5f48842a94053bef9137f728b48f61",
                    operation="INSERT OR DELETE",
                    pgid="pgtrigger_trail_rows_b12b5",
                    table="projects_agendaitem",
                    when="AFTER",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="agendaitem",
            trigger=pgtrigger.compiler.Trigger(
                name="trail_update",
                sql=registry.core.triggers.TriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    execute="bangfu_trail('projects_event', 'event_id', 'id', '')",
                    func="bangfu_trail",
                    hash="161ffeb0cfe42225b15050a2ab43989220ac9d2f",
                    operation="UPDATE",
                    pgid="pgtrigger_trail_update_961e8",
                    table="projects_agendaitem",
                    when="AFTER",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="agendaitem",
            trigger=pgtrigger.compiler.Trigger(
                name="touch",
                sql=registry.core.triggers.TriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    execute="bangfu_touch()",
                    func="bangfu_touch",
                    hash="3b2f319eaca23822f88000ec1ef4bfad455ea823",
                    operation="UPDATE",
                    pgid="pgtrigger_touch_e6d0b",
                    table="projects_agendaitem",
                    when="BEFORE",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="chasenotice",
            trigger=pgtrigger.compiler.Trigger(
                name="trail_rows",
                sql=registry.core.triggers.TriggerSql(
                    execute="bangfu_trail('projects_chase', 'chase_id', 'id', '')",
                    func="bangfu_trail",
                    hash="ae01ad777988a3ddcaf9793e82c1aaaac6b318d3",
                    operation="INSERT OR DELETE",
                    pgid="pgtrigger_trail_rows_edf93",
                    table="projects_chasenotice",
                    when="AFTER",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="chasenotice",
            trigger=pgtrigger.compiler.Trigger(
                name="trail_update",
                sql=registry.core.triggers.TriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    execute="bangfu_trail('projects_chase', 'chase_id', 'id', '')",
                    func="bangfu_trail",
                    hash="5c51c327296a7e6d9fbbafbd0c177a4f92f39aab",
                    operation="UPDATE",
                    pgid="pgtrigger_trail_update_5a522",
                    table="projects_chasenotice",
                    when="AFTER",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="chasenotice",
            trigger=pgtrigger.compiler.Trigger(
                name="touch",
                sql=registry.core.triggers.TriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    execute="bangfu_touch()",
                    func="bangfu_touch",
                    hash="334e84eade3e0ccb510a1926add348a0fa79d1d8",
                    operation="UPDATE",
                    pgid="pgtrigger_touch_a5033",
                    table="projects_chasenotice",
                    when="BEFORE",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="chase",
            trigger=pgtrigger.compiler.Trigger(
                name="trail_rows",
                sql=registry.core.triggers.TriggerSql(
                    execute="bangfu_trail('projects_projectstep', 'step_id', 'id', '')",
                    func="bangfu_trail",
                    hash="cd1b4b9c7eaf0b9afa49933f8d63a16067dc4d49",
                    operation="INSERT OR DELETE",
                    pgid="pgtrigger_trail_rows_e44d2",
                    table="projects_chase",
                    when="AFTER",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="chase",
            trigger=pgtrigger.compiler.Trigger(
                name="trail_update",
                sql=registry.core.triggers.TriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    execute="bangfu_trail('projects_projectstep', 'step_id', 'id', '')",
                    func="bangfu_trail",
                    hash="94139c8a68ca1c6ba4be304607114ac7f9f44b04",
                    operation="UPDATE",
                    pgid="pgtrigger_trail_update_e221f",
                    table="projects_chase",
                    when="AFTER",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="chase",
            trigger=pgtrigger.compiler.Trigger(
                name="touch",
                sql=registry.core.triggers.TriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    execute="bangfu_touch()",
                    func="bangfu_touch",
                    hash="49f12c207ada5e403d1bb6d6aaec1910c7e98e59",
                    operation="UPDATE",
                    pgid="pgtrigger_touch_03162",
                    table="projects_chase",
                    when="BEFORE",
                ),
            ),
        ),
        AddIndex(
            model_name="monthlyreport",
            index=models.Index(fields=["status", "submitted_at"], name="report_status"),
        ),
        AddConstraint(
            model_name="monthlyreport",
            constraint=models.UniqueConstraint(
                fields=("project", "month"),
                name="report_once_a_month",
                violation_error_message="There is a report of this project for this month already.",
            ),
        ),
        AddConstraint(
            model_name="monthlyreport",
            constraint=models.CheckConstraint(condition=models.Q(("month__day", 1)), name="report_first_of_month"),
        ),
        AddConstraint(
            model_name="monthlyreport",
            constraint=models.CheckConstraint(
                condition=models.Q(("progress__isnull", True), ("progress__lte", 100), _connector="OR"),
                name="report_progress",
            ),
        ),
        AddConstraint(
            model_name="monthlyreport",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("submitted_at__isnull", True), ("submitted_by__isnull", True)),
                    models.Q(("submitted_at__isnull", False), ("submitted_by__isnull", False)),
                    _connector="OR",
                ),
                name="report_submitted",
            ),
        ),
        AddConstraint(
            model_name="monthlyreport",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("approved_at__isnull", True), ("approved_by__isnull", True)),
                    models.Q(("approved_at__isnull", False), ("approved_by__isnull", False)),
                    _connector="OR",
                ),
                name="report_approved",
            ),
        ),
        AddConstraint(
            model_name="monthlyreport",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("submitted_by__isnull", True),
                    ("approved_by__isnull", True),
                    models.Q(("submitted_by", models.F("approved_by")), _negated=True),
                    _connector="OR",
                ),
                name="report_two_persons",
            ),
        ),
        AddConstraint(
            model_name="monthlyreport",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("approved_by__isnull", True),
                        ("status__in", ("draft", "returned")),
                        ("submitted_by__isnull", True),
                    ),
                    models.Q(
                        ("approved_by__isnull", True),
                        ("progress__isnull", False),
                        ("status", "submitted"),
                        ("submitted_by__isnull", False),
                    ),
                    models.Q(
                        ("approved_by__isnull", False),
                        ("progress__isnull", False),
                        ("status", "approved"),
                        ("submitted_by__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="report_facts_of_status",
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="monthlyreport",
            trigger=pgtrigger.compiler.Trigger(
                name="trail_rows",
                sql=registry.core.triggers.TriggerSql(
                    execute="bangfu_trail('projects_project', 'project_id', 'id', '')",
                    func="bangfu_trail",
                    hash="4f8913ff99382889ccaa436db335a0e5147c4088",
                    operation="INSERT OR DELETE",
                    pgid="pgtrigger_trail_rows_2349c",
                    table="projects_monthlyreport",
                    when="AFTER",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="monthlyreport",
            trigger=pgtrigger.compiler.Trigger(
                name="trail_update",
                sql=registry.core.triggers.TriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    execute="bangfu_trail('projects_project', 'project_id', 'id', '')",
                    func="bangfu_trail",
                    hash="3da635cbc6f417a8e7b229e7cb3e8c8a85f84477",
                    operation="UPDATE",
                    pgid="pgtrigger_trail_update_77848",
                    table="projects_monthlyreport",
                    when="AFTER",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="monthlyreport",
            trigger=pgtrigger.compiler.Trigger(
                name="touch",
                sql=registry.core.triggers.TriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    execute="bangfu_touch()",
                    func="bangfu_touch",
                    hash="4d22cd03f5941b6e8a0d0ae91188787e83d7e236",
                    operation="UPDATE",
                    pgid="pgtrigger_touch_34792",
                    table="projects_monthlyreport",
                    when="BEFORE",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="monthlyreport",
            trigger=pgtrigger.compiler.Trigger(
                name="phase_locked",
                sql=registry.core.triggers.TriggerSql(
                    execute="bangfu_refuse_locked()",
                    func="bangfu_refuse_locked",
                    hash="8dcc8a5463cf241a0263cc69e6413b45c4b4aca4",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_phase_locked_60284",
                    table="projects_monthlyreport",
                    when="BEFORE",
                ),
            ),
        ),
        AddConstraint(
            model_name="reportedmoney",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount__isnull", True), ("amount__gte", 0), _connector="OR"),
                name="reported_money_not_negative",
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="reportedmoney",
            trigger=pgtrigger.compiler.Trigger(
                name="trail_rows",
                sql=registry.core.triggers.TriggerSql(
                    execute="bangfu_trail('projects_monthlyreport', 'report_id', 'id', '')",
                    func="bangfu_trail",
                    hash="c1c3c77c2319eb3007275e64e962f472723ee737",
                    operation="INSERT OR DELETE",
                    pgid="pgtrigger_trail_rows_9db74",
                    table="projects_reportedmoney",
                    when="AFTER",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="reportedmoney",
            trigger=pgtrigger.compiler.Trigger(
                name="trail_update",
                sql=registry.core.triggers.TriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    execute="bangfu_trail('projects_monthlyreport', 'report_id', 'id', '')",
                    func="bangfu_trail",
                    hash="327d908f5961e6aba8c2b1ea98fce417ee82d9db",
                    operation="UPDATE",
                    pgid="pgtrigger_trail_update_5743e",
                    table="projects_reportedmoney",
                    when="AFTER",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="reportedmoney",
            trigger=pgtrigger.compiler.Trigger(
                name="touch",
                sql=registry.core.triggers.TriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    execute="bangfu_touch()",
                    func="bangfu_touch",
                    hash="10178de57ad6c807cf301f44079e9a341ae8d2c6",
                    operation="UPDATE",
                    pgid="pgtrigger_touch_9103d",
                    table="projects_reportedmoney",
                    when="BEFORE",
                ),
            ),
        ),
        AddConstraint(
            model_name="reportedresult",
            constraint=models.CheckConstraint(
                condition=models.Q(("reached__isnull", True), ("reached__gte", 0), _connector="OR"),
                name="reported_result_not_negative",
            ),
        ),
        AddConstraint(
            model_name="reportedresult",
            constraint=models.UniqueConstraint(fields=("report", "result"), name="reported_result_once"),
        ),
        registry.core.triggers.AddTrigger(
            model_name="reportedresult",
            trigger=pgtrigger.compiler.Trigger(
                name="trail_rows",
                sql=registry.core.triggers.TriggerSql(
                    execute="bangfu_trail('projects_monthlyreport', 'report_id', 'id', '')",
                    func="bangfu_trail",
                    hash="574bd5823e63f6ad6e575063b79496d4db6a337a",
                    operation="INSERT OR DELETE",
                    pgid="pgtrigger_trail_rows_a62af",
                    table="projects_reportedresult",
                    when="AFTER",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="reportedresult",
            trigger=pgtrigger.compiler.Trigger(
                name="trail_update",
                sql=registry.core.triggers.TriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    execute="bangfu_trail('projects_monthlyreport', 'report_id', 'id', '')",
                    func="bangfu_trail",
                    hash="e2984907379fe2b644671a788ac0a60946b8633e",
                    operation="UPDATE",
                    pgid="pgtrigger_trail_update_2c71a",
                    table="projects_reportedresult",
                    when="AFTER",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="reportedresult",
            trigger=pgtrigger.compiler.Trigger(
                name="touch",
                sql=registry.core.triggers.TriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    execute="bangfu_touch()",
                    func="bangfu_touch",
                    hash="d68eb255969b0a14fb6603bd208f5b6b444891cc",
                    operation="UPDATE",
                    pgid="pgtrigger_touch_6c62f",
                    table="projects_reportedresult",
                    when="BEFORE",
                ),
            ),
        ),
    ]
