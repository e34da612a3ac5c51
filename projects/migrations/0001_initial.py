import django.contrib.postgres.fields
import django.db.models.constraints
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
    initial = True

    dependencies = [
        ("core", "0001_initial"),
        ("core", "__first__"),
        ("counties", "0001_initial"),
        ("orgs", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Campaign",
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
                ("code", models.SlugField(max_length=40, unique=True, verbose_name="code")),
                ("name_en", registry.core.fields.TextLine(blank=True, max_length=200, verbose_name="English name")),
                (
                    "scheme",
                    registry.core.fields.Choice(
                        choices=[("relief", "poverty relief"), ("revitalisation", "rural revitalisation")],
                        default="relief",
                        help_text="Which fields count as primary in this campaign.",
                        max_length=20,
                        verbose_name="scheme of fields",
                    ),
                ),
                ("starts_on", registry.core.fields.Day(verbose_name="starts on")),
                ("ends_on", registry.core.fields.Day(blank=True, null=True, verbose_name="ends on (exclusive)")),
                ("start_note", registry.core.fields.LongText(blank=True, verbose_name="note on the dates")),
                (
                    "appeal",
                    registry.core.fields.LongText(
                        blank=True, help_text="The appeal (倡议书) that opened the campaign.", verbose_name="appeal"
                    ),
                ),
                (
                    "counting_rules",
                    registry.core.fields.LongText(
                        blank=True, help_text="What differs from the general rules.", verbose_name="counting rules"
                    ),
                ),
                (
                    "successor",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="predecessor",
                        to="projects.campaign",
                        verbose_name="successor",
                    ),
                ),
            ],
            options={
                "verbose_name": "campaign",
                "verbose_name_plural": "campaigns",
                "ordering": ("-starts_on",),
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="CampaignBureau",
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
                    "part",
                    registry.core.fields.Choice(
                        choices=[("host", "host"), ("partner", "partner")], max_length=10, verbose_name="part"
                    ),
                ),
                (
                    "authority",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="parts",
                        to="orgs.authority",
                        verbose_name="bureau",
                    ),
                ),
                (
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="parts",
                        to="projects.campaign",
                        verbose_name="campaign",
                    ),
                ),
            ],
            options={
                "verbose_name": "bureau of a campaign",
                "verbose_name_plural": "bureaux of a campaign",
                "abstract": False,
                "constraints": [models.UniqueConstraint(fields=("campaign", "authority"), name="campaign_bureau_once")],
            },
        ),
        migrations.AddField(
            model_name="campaign",
            name="bureaux",
            field=models.ManyToManyField(
                related_name="campaigns", through="projects.CampaignBureau", to="orgs.authority", verbose_name="bureaux"
            ),
        ),
        migrations.CreateModel(
            name="Circular",
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
                    "kind",
                    registry.core.fields.Choice(
                        choices=[
                            ("progress", "progress circular"),
                            ("quarterly", "quarterly brief"),
                            ("praise", "praise circular"),
                        ],
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                ("title", registry.core.fields.TextLine(max_length=200, verbose_name="title")),
                (
                    "number",
                    registry.core.fields.TextLine(
                        blank=True,
                        help_text="For example 冀民函〔2021〕15号.",
                        max_length=60,
                        verbose_name="document number",
                    ),
                ),
                ("period_from", registry.core.fields.Day(verbose_name="period from")),
                ("period_until", registry.core.fields.Day(verbose_name="period until")),
                ("as_of", models.DateTimeField(verbose_name="figures as of")),
                ("rule", registry.core.fields.LongText(blank=True, verbose_name="counting rule")),
                ("text", registry.core.fields.LongText(blank=True, verbose_name="text")),
                (
                    "explanation",
                    registry.core.fields.LongText(blank=True, verbose_name="explanation of the correction"),
                ),
                (
                    "digest",
                    models.CharField(blank=True, editable=False, max_length=64, verbose_name="digest (SHA-256)"),
                ),
                (
                    "status",
                    registry.core.fields.Choice(
                        choices=[
                            ("draft", "draft"),
                            ("checked", "checked"),
                            ("issued", "issued"),
                            ("dropped", "dropped"),
                        ],
                        default="draft",
                        editable=False,
                        max_length=10,
                        verbose_name="status",
                    ),
                ),
                ("checked_at", models.DateTimeField(blank=True, editable=False, null=True, verbose_name="checked at")),
                ("issued_at", models.DateTimeField(blank=True, editable=False, null=True, verbose_name="issued at")),
                (
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="circulars",
                        to="projects.campaign",
                        verbose_name="campaign",
                    ),
                ),
                (
                    "checked_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="checked by",
                    ),
                ),
                (
                    "corrects",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="corrections",
                        to="projects.circular",
                        verbose_name="corrects",
                    ),
                ),
                (
                    "issued_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="issued by",
                    ),
                ),
            ],
            options={
                "verbose_name": "circular",
                "verbose_name_plural": "circulars",
                "ordering": ("-as_of", "-id"),
                "permissions": (
                    ("check_circular", "Can check or drop a circular"),
                    ("issue_circular", "Can issue a circular"),
                ),
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("period_from__isnull", True),
                            ("period_until__isnull", True),
                            ("period_until__gte", models.F("period_from")),
                            _connector="OR",
                        ),
                        name="circular_period",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("checked_at__isnull", True), ("checked_by__isnull", True)),
                            models.Q(("checked_at__isnull", False), ("checked_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="circular_checked",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("issued_at__isnull", True), ("issued_by__isnull", True)),
                            models.Q(("issued_at__isnull", False), ("issued_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="circular_issued",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("checked_by__isnull", True),
                            ("issued_by__isnull", True),
                            models.Q(("checked_by", models.F("issued_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="circular_two_persons",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("number", ""), _negated=True), fields=("number",), name="circular_number"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "issued"), _negated=True),
                            models.Q(
                                ("checked_by__isnull", False),
                                ("issued_by__isnull", False),
                                models.Q(("number", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="circular_issued_complete",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CircularFigure",
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
                ("code", models.SlugField(max_length=60, verbose_name="code")),
                ("label", registry.core.fields.TextLine(max_length=100, verbose_name="figure")),
                ("value", models.DecimalField(decimal_places=2, max_digits=18, verbose_name="value")),
                ("unit", registry.core.fields.TextLine(max_length=20, verbose_name="unit")),
                ("qualifier", registry.core.fields.QualifierField(verbose_name="precision")),
                ("rule", registry.core.fields.LongText(verbose_name="counting rule")),
                ("row_table", models.CharField(blank=True, max_length=63, verbose_name="table of the rows")),
                (
                    "row_ids",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), default=list, size=None, verbose_name="rows"
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(default=100, verbose_name="position")),
                (
                    "circular",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="figures",
                        to="projects.circular",
                        verbose_name="circular",
                    ),
                ),
            ],
            options={
                "verbose_name": "figure of a circular",
                "verbose_name_plural": "figures of a circular",
                "ordering": ("position", "id"),
                "abstract": False,
                "constraints": [models.UniqueConstraint(fields=("circular", "code"), name="circular_figure_once")],
            },
        ),
        migrations.CreateModel(
            name="Event",
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
                    "kind",
                    registry.core.fields.Choice(
                        choices=[
                            ("joint_conference", "joint conference"),
                            ("matching", "matching meeting"),
                            ("progress", "progress meeting"),
                            ("signing", "signing ceremony"),
                            ("forum", "forum"),
                            ("training", "training"),
                            ("mobilisation", "mobilisation meeting"),
                            ("field_visit", "field visit"),
                            ("showcase", "presentation of results"),
                        ],
                        max_length=20,
                        verbose_name="kind",
                    ),
                ),
                ("starts_on", registry.core.fields.Day(blank=True, null=True, verbose_name="date")),
                ("ends_on", registry.core.fields.Day(blank=True, null=True, verbose_name="last day")),
                (
                    "date_note",
                    registry.core.fields.TextLine(blank=True, max_length=200, verbose_name="note on the date"),
                ),
                ("place", registry.core.fields.TextLine(blank=True, max_length=200, verbose_name="place")),
                ("summary", registry.core.fields.LongText(blank=True, verbose_name="summary")),
                ("attendees", models.PositiveIntegerField(blank=True, null=True, verbose_name="number of attendees")),
                ("attendees_qualifier", registry.core.fields.QualifierField(verbose_name="precision of the number")),
                ("is_public", models.BooleanField(default=False, verbose_name="shown to the public")),
                ("source", registry.core.fields.TextLine(blank=True, max_length=200, verbose_name="source")),
                (
                    "status",
                    registry.core.fields.Choice(
                        choices=[("planned", "planned"), ("held", "held"), ("cancelled", "cancelled")],
                        default="planned",
                        editable=False,
                        max_length=10,
                        verbose_name="status",
                    ),
                ),
                (
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="events",
                        to="projects.campaign",
                        verbose_name="campaign",
                    ),
                ),
                (
                    "division",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="events",
                        to="counties.division",
                        verbose_name="division",
                    ),
                ),
                (
                    "hosts",
                    models.ManyToManyField(
                        blank=True, related_name="events", to="orgs.authority", verbose_name="hosts"
                    ),
                ),
            ],
            options={
                "verbose_name": "event",
                "verbose_name_plural": "events",
                "ordering": ("-starts_on", "-id"),
                "permissions": (("move_event", "Can record an event as held or cancelled"),),
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("starts_on__isnull", True),
                            ("ends_on__isnull", True),
                            ("ends_on__gte", models.F("starts_on")),
                            _connector="OR",
                        ),
                        name="event_dates",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Difficulty",
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
                ("title", registry.core.fields.TextLine(max_length=200, verbose_name="difficulty")),
                ("detail", registry.core.fields.LongText(blank=True, verbose_name="details")),
                (
                    "raised_side",
                    registry.core.fields.Choice(
                        choices=[("bureau", "bureau"), ("county", "county"), ("organisation", "organisation")],
                        max_length=15,
                        verbose_name="raised by the side",
                    ),
                ),
                ("raised_at", models.DateTimeField(auto_now_add=True, verbose_name="raised at")),
                (
                    "level",
                    registry.core.fields.Choice(
                        choices=[("normal", "normal"), ("serious", "serious"), ("critical", "critical")],
                        default="normal",
                        max_length=10,
                        verbose_name="level",
                    ),
                ),
                (
                    "wanted_from",
                    registry.core.fields.Choice(
                        choices=[("bureau", "bureau"), ("county", "county"), ("organisation", "organisation")],
                        default="bureau",
                        max_length=15,
                        verbose_name="help wanted from",
                    ),
                ),
                ("wanted_by", registry.core.fields.Day(blank=True, null=True, verbose_name="wanted by")),
                ("answer", registry.core.fields.LongText(blank=True, verbose_name="answer")),
                (
                    "status",
                    registry.core.fields.Choice(
                        choices=[
                            ("raised", "raised"),
                            ("in_hand", "in hand"),
                            ("escalated", "put to a meeting"),
                            ("answered", "answered"),
                            ("closed", "closed"),
                        ],
                        default="raised",
                        editable=False,
                        max_length=10,
                        verbose_name="status",
                    ),
                ),
                (
                    "raiser_agreed_at",
                    models.DateTimeField(blank=True, editable=False, null=True, verbose_name="raiser's side agreed at"),
                ),
                (
                    "bureau_agreed_at",
                    models.DateTimeField(blank=True, editable=False, null=True, verbose_name="bureau agreed at"),
                ),
                (
                    "bureau_agreed_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="settled, says the bureau",
                    ),
                ),
                (
                    "raised_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="raised by",
                    ),
                ),
                (
                    "raiser_agreed_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="settled, says the raiser's side",
                    ),
                ),
                (
                    "event",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="difficulties",
                        to="projects.event",
                        verbose_name="put to the meeting",
                    ),
                ),
            ],
            options={
                "verbose_name": "difficulty",
                "verbose_name_plural": "difficulties",
                "ordering": ("wanted_by", "id"),
                "permissions": (
                    ("handle_difficulty", "Can take a difficulty in hand, answer it or put it to a meeting"),
                    ("close_difficulty", "Can agree that a difficulty is settled, or reopen it"),
                ),
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Attendance",
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
                ("person", registry.core.fields.TextLine(max_length=60, verbose_name="name")),
                ("title", registry.core.fields.TextLine(blank=True, max_length=100, verbose_name="title on that day")),
                (
                    "body",
                    registry.core.fields.TextLine(
                        blank=True,
                        help_text="Where it is no registered organisation.",
                        max_length=200,
                        verbose_name="body",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.organisation",
                        verbose_name="organisation",
                    ),
                ),
                (
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="attendance",
                        to="projects.event",
                        verbose_name="event",
                    ),
                ),
            ],
            options={
                "verbose_name": "attendee",
                "verbose_name_plural": "attendees",
                "abstract": False,
                "constraints": [models.UniqueConstraint(fields=("event", "person", "title"), name="attendee_once")],
            },
        ),
        migrations.CreateModel(
            name="Field",
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
                ("code", models.SlugField(max_length=40, unique=True, verbose_name="code")),
                (
                    "scheme",
                    registry.core.fields.Choice(
                        choices=[("relief", "poverty relief"), ("revitalisation", "rural revitalisation")],
                        max_length=20,
                        verbose_name="scheme",
                    ),
                ),
                ("name_en", registry.core.fields.TextLine(blank=True, max_length=100, verbose_name="English name")),
                ("position", models.PositiveSmallIntegerField(default=100, verbose_name="position")),
                ("is_active", models.BooleanField(default=True, verbose_name="in use")),
            ],
            options={
                "verbose_name": "field of help",
                "verbose_name_plural": "fields of help",
                "ordering": ("scheme", "position", "code"),
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(fields=("scheme", "name"), name="field_name"),
                    models.UniqueConstraint(fields=("id", "scheme"), name="field_scheme_key"),
                ],
            },
        ),
        migrations.CreateModel(
            name="ChecklistTemplate",
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
                ("code", models.SlugField(max_length=40, unique=True, verbose_name="code")),
                ("name_en", registry.core.fields.TextLine(blank=True, max_length=200, verbose_name="English name")),
                (
                    "kind",
                    registry.core.fields.Choice(
                        choices=[
                            ("cash", "cash project"),
                            ("goods", "goods project"),
                            ("service", "service project"),
                            ("construction", "construction or relocation project"),
                        ],
                        max_length=15,
                        verbose_name="kind of project",
                    ),
                ),
                (
                    "year",
                    models.PositiveSmallIntegerField(
                        blank=True, help_text="Empty: for all years.", null=True, verbose_name="campaign year"
                    ),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="in use")),
                (
                    "field",
                    models.ForeignKey(
                        blank=True,
                        help_text="Empty: for all fields.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="templates",
                        to="projects.field",
                        verbose_name="field of help",
                    ),
                ),
            ],
            options={
                "verbose_name": "checklist template",
                "verbose_name_plural": "checklist templates",
                "ordering": ("kind", "code"),
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("is_active", True)),
                        fields=("kind", "field", "year"),
                        name="template_one_active",
                        nulls_distinct=False,
                        violation_error_message="Another template for this kind, field and year is in use. Retire it first.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Measure",
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
                ("text", registry.core.fields.LongText(verbose_name="measure")),
                (
                    "side",
                    registry.core.fields.Choice(
                        choices=[("bureau", "bureau"), ("county", "county"), ("organisation", "organisation")],
                        max_length=15,
                        verbose_name="responsible side",
                    ),
                ),
                ("due_on", registry.core.fields.Day(verbose_name="due")),
                ("done_at", models.DateTimeField(blank=True, editable=False, null=True, verbose_name="done at")),
                (
                    "difficulty",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="measures",
                        to="projects.difficulty",
                        verbose_name="difficulty",
                    ),
                ),
                (
                    "done_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="done by",
                    ),
                ),
                (
                    "responsible",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="measures",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="responsible person",
                    ),
                ),
            ],
            options={
                "verbose_name": "measure",
                "verbose_name_plural": "measures",
                "ordering": ("due_on", "id"),
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("done_at__isnull", True), ("done_by__isnull", True)),
                            models.Q(("done_at__isnull", False), ("done_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="measure_done",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Need",
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
                ("number", models.CharField(max_length=40, unique=True, verbose_name="number")),
                ("place", registry.core.fields.TextLine(blank=True, max_length=200, verbose_name="place")),
                ("why", registry.core.fields.LongText(blank=True, verbose_name="why it is needed")),
                (
                    "urgency",
                    registry.core.fields.Choice(
                        choices=[("normal", "normal"), ("pressing", "pressing"), ("urgent", "urgent")],
                        default="normal",
                        max_length=10,
                        verbose_name="urgency",
                    ),
                ),
                (
                    "expires_on",
                    registry.core.fields.Day(
                        blank=True,
                        help_text="After this day the need is flagged; a person lets it expire.",
                        null=True,
                        verbose_name="expires on",
                    ),
                ),
                ("contact_name", registry.core.fields.TextLine(blank=True, max_length=60, verbose_name="contact")),
                (
                    "contact_phone",
                    registry.core.fields.TextLine(blank=True, max_length=30, verbose_name="contact's telephone"),
                ),
                (
                    "status",
                    registry.core.fields.Choice(
                        choices=[
                            ("draft", "draft"),
                            ("submitted", "submitted"),
                            ("returned", "returned"),
                            ("published", "published"),
                            ("partly_met", "partly met"),
                            ("met", "met"),
                            ("expired", "expired"),
                            ("withdrawn", "withdrawn"),
                        ],
                        default="draft",
                        editable=False,
                        max_length=12,
                        verbose_name="status",
                    ),
                ),
                (
                    "submitted_at",
                    models.DateTimeField(blank=True, editable=False, null=True, verbose_name="submitted at"),
                ),
                (
                    "published_at",
                    models.DateTimeField(blank=True, editable=False, null=True, verbose_name="published at"),
                ),
                (
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="needs",
                        to="projects.campaign",
                        verbose_name="campaign",
                    ),
                ),
                (
                    "county",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="needs",
                        to="counties.division",
                        verbose_name="county",
                    ),
                ),
                (
                    "field",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="needs",
                        to="projects.field",
                        verbose_name="field of help",
                    ),
                ),
                (
                    "published_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="published by",
                    ),
                ),
                (
                    "submitted_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="submitted by",
                    ),
                ),
            ],
            options={
                "verbose_name": "need",
                "verbose_name_plural": "needs",
                "ordering": ("-id",),
                "permissions": (
                    ("submit_need", "Can submit, renew and withdraw a need"),
                    ("publish_need", "Can publish or return a need"),
                ),
                "abstract": False,
                "indexes": [models.Index(fields=["status", "county"], name="need_of_county")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("submitted_at__isnull", True), ("submitted_by__isnull", True)),
                            models.Q(("submitted_at__isnull", False), ("submitted_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="need_submitted",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("published_at__isnull", True), ("published_by__isnull", True)),
                            models.Q(("published_at__isnull", False), ("published_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="need_published",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("submitted_by__isnull", True),
                            ("published_by__isnull", True),
                            models.Q(("submitted_by", models.F("published_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="need_two_persons",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status__in", ("published", "partly_met", "met")), _negated=True),
                            ("published_by__isnull", False),
                            _connector="OR",
                        ),
                        name="need_published_by_someone",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="NeedItem",
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
                            ("money", "money"),
                            ("goods", "goods"),
                            ("service", "service"),
                            ("know_how", "know-how"),
                        ],
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                ("what", registry.core.fields.TextLine(blank=True, max_length=100, verbose_name="what")),
                ("amount", registry.core.fields.YuanField(blank=True, null=True, verbose_name="amount in yuan")),
                (
                    "quantity",
                    models.DecimalField(
                        blank=True, decimal_places=4, max_digits=18, null=True, verbose_name="quantity"
                    ),
                ),
                ("unit", registry.core.fields.TextLine(blank=True, max_length=20, verbose_name="unit")),
                (
                    "need",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="items",
                        to="projects.need",
                        verbose_name="need",
                    ),
                ),
            ],
            options={
                "verbose_name": "item of a need",
                "verbose_name_plural": "items of a need",
                "ordering": ("id",),
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("amount__gt", 0),
                                ("amount__isnull", False),
                                ("kind", "money"),
                                ("quantity__isnull", True),
                                ("unit", ""),
                            ),
                            models.Q(
                                models.Q(("kind", "money"), _negated=True),
                                ("amount__isnull", True),
                                ("quantity__gt", 0),
                                ("quantity__isnull", False),
                                models.Q(("unit", ""), _negated=True),
                                models.Q(("what", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="need_item_measure",
                        violation_error_message="Money needs an amount; everything else needs what it is, how much, and the unit.",
                    ),
                    models.UniqueConstraint(fields=("need", "kind", "what", "unit"), name="need_item_once"),
                ],
            },
        ),
        migrations.CreateModel(
            name="NeedPresented",
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
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="needs_presented",
                        to="projects.event",
                        verbose_name="event",
                    ),
                ),
                (
                    "need",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="presented",
                        to="projects.need",
                        verbose_name="need",
                    ),
                ),
            ],
            options={
                "verbose_name": "need presented",
                "verbose_name_plural": "needs presented",
                "abstract": False,
                "constraints": [models.UniqueConstraint(fields=("event", "need"), name="need_presented_once")],
            },
        ),
        migrations.CreateModel(
            name="Pledge",
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
                ("number", models.CharField(max_length=40, unique=True, verbose_name="number")),
                ("text", registry.core.fields.LongText(blank=True, verbose_name="what is offered")),
                ("deliver_by", registry.core.fields.Day(blank=True, null=True, verbose_name="to be delivered by")),
                ("contact_name", registry.core.fields.TextLine(blank=True, max_length=60, verbose_name="contact")),
                (
                    "contact_phone",
                    registry.core.fields.TextLine(blank=True, max_length=30, verbose_name="contact's telephone"),
                ),
                (
                    "status",
                    registry.core.fields.Choice(
                        choices=[
                            ("draft", "draft"),
                            ("submitted", "submitted"),
                            ("accepted", "accepted by the bureau"),
                            ("declined", "declined"),
                            ("confirmed", "confirmed by the county"),
                            ("signed", "signed"),
                            ("carried", "carried into a project"),
                            ("withdrawn", "withdrawn"),
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
                    "accepted_at",
                    models.DateTimeField(blank=True, editable=False, null=True, verbose_name="accepted at"),
                ),
                (
                    "confirmed_at",
                    models.DateTimeField(blank=True, editable=False, null=True, verbose_name="confirmed at"),
                ),
                (
                    "signed_at",
                    models.DateTimeField(blank=True, editable=False, null=True, verbose_name="signing recorded at"),
                ),
                (
                    "accepted_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="accepted by",
                    ),
                ),
                (
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="pledges",
                        to="projects.campaign",
                        verbose_name="campaign",
                    ),
                ),
                (
                    "confirmed_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="confirmed by",
                    ),
                ),
                (
                    "county",
                    models.ForeignKey(
                        blank=True,
                        help_text="For a free pledge, without a need.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="pledges",
                        to="counties.division",
                        verbose_name="county",
                    ),
                ),
                (
                    "field",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="projects.field",
                        verbose_name="field of help",
                    ),
                ),
                (
                    "need",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="pledges",
                        to="projects.need",
                        verbose_name="need",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="pledges",
                        to="orgs.organisation",
                        verbose_name="organisation",
                    ),
                ),
                (
                    "signed_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="signing recorded by",
                    ),
                ),
                (
                    "submitted_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="submitted by",
                    ),
                ),
            ],
            options={
                "verbose_name": "pledge",
                "verbose_name_plural": "pledges",
                "ordering": ("-id",),
                "permissions": (
                    ("submit_pledge", "Can submit and withdraw a pledge"),
                    ("accept_pledge", "Can accept or decline a pledge for the bureau"),
                    ("confirm_pledge", "Can confirm or decline a pledge for the county"),
                    ("sign_pledge", "Can record the signing of a pledge"),
                ),
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="PledgeItem",
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
                            ("money", "money"),
                            ("goods", "goods"),
                            ("service", "service"),
                            ("know_how", "know-how"),
                        ],
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                ("what", registry.core.fields.TextLine(blank=True, max_length=100, verbose_name="what")),
                ("amount", registry.core.fields.YuanField(blank=True, null=True, verbose_name="amount in yuan")),
                (
                    "quantity",
                    models.DecimalField(
                        blank=True, decimal_places=4, max_digits=18, null=True, verbose_name="quantity"
                    ),
                ),
                ("unit", registry.core.fields.TextLine(blank=True, max_length=20, verbose_name="unit")),
                (
                    "need_item",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="pledged",
                        to="projects.needitem",
                        verbose_name="towards item",
                    ),
                ),
                (
                    "pledge",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="items",
                        to="projects.pledge",
                        verbose_name="pledge",
                    ),
                ),
            ],
            options={
                "verbose_name": "item of a pledge",
                "verbose_name_plural": "items of a pledge",
                "ordering": ("id",),
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("amount__gt", 0),
                                ("amount__isnull", False),
                                ("kind", "money"),
                                ("quantity__isnull", True),
                                ("unit", ""),
                            ),
                            models.Q(
                                models.Q(("kind", "money"), _negated=True),
                                ("amount__isnull", True),
                                ("quantity__gt", 0),
                                ("quantity__isnull", False),
                                models.Q(("unit", ""), _negated=True),
                                models.Q(("what", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="pledge_item_measure",
                        violation_error_message="Money needs an amount; everything else needs what it is, how much, and the unit.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Project",
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
                ("number", models.CharField(max_length=40, unique=True, verbose_name="number")),
                ("year", models.PositiveSmallIntegerField(verbose_name="campaign year")),
                ("summary", registry.core.fields.LongText(blank=True, verbose_name="summary")),
                (
                    "approach",
                    registry.core.fields.LongText(
                        blank=True, help_text="How it is done: the idea behind it, the method.", verbose_name="approach"
                    ),
                ),
                (
                    "channel",
                    registry.core.fields.TextLine(
                        blank=True, help_text="For example 驻村帮扶.", max_length=100, verbose_name="channel"
                    ),
                ),
                (
                    "stage",
                    registry.core.fields.Choice(
                        choices=[
                            ("planned", "planned"),
                            ("matched", "matched"),
                            ("signed", "signed"),
                            ("under_way", "under way"),
                            ("finished", "finished"),
                            ("accepted", "accepted"),
                            ("aftercare", "aftercare"),
                            ("closed", "closed"),
                            ("suspended", "suspended"),
                            ("terminated", "terminated"),
                        ],
                        default="planned",
                        editable=False,
                        max_length=15,
                        verbose_name="stage",
                    ),
                ),
                (
                    "left_stage",
                    registry.core.fields.Choice(
                        blank=True,
                        choices=[
                            ("planned", "planned"),
                            ("matched", "matched"),
                            ("signed", "signed"),
                            ("under_way", "under way"),
                            ("finished", "finished"),
                            ("accepted", "accepted"),
                            ("aftercare", "aftercare"),
                            ("closed", "closed"),
                            ("suspended", "suspended"),
                            ("terminated", "terminated"),
                        ],
                        editable=False,
                        help_text="The stage from which the project was suspended or terminated.",
                        max_length=15,
                        verbose_name="stage left",
                    ),
                ),
                ("planned_start", registry.core.fields.Day(blank=True, null=True, verbose_name="planned start")),
                ("planned_end", registry.core.fields.Day(blank=True, null=True, verbose_name="planned end")),
                ("actual_start", registry.core.fields.Day(blank=True, null=True, verbose_name="actual start")),
                ("actual_end", registry.core.fields.Day(blank=True, null=True, verbose_name="actual end")),
                (
                    "visibility",
                    registry.core.fields.Choice(
                        choices=[("internal", "internal"), ("published", "published")],
                        default="internal",
                        editable=False,
                        max_length=10,
                        verbose_name="visibility",
                    ),
                ),
                ("source", registry.core.fields.TextLine(blank=True, max_length=200, verbose_name="source")),
                ("quote", registry.core.fields.LongText(blank=True, verbose_name="quoted from the source")),
                (
                    "caution",
                    registry.core.fields.LongText(
                        blank=True,
                        help_text="What the source does not say, and must not be assumed.",
                        verbose_name="caution",
                    ),
                ),
                (
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="projects",
                        to="projects.campaign",
                        verbose_name="campaign",
                    ),
                ),
                (
                    "continues",
                    models.OneToOneField(
                        blank=True,
                        help_text="The project of an earlier campaign that this one carries on.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="continued_by",
                        to="projects.project",
                        verbose_name="continues",
                    ),
                ),
                (
                    "officer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="projects",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="responsible person",
                    ),
                ),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="parts",
                        to="projects.project",
                        verbose_name="part of",
                    ),
                ),
            ],
            options={
                "verbose_name": "project",
                "verbose_name_plural": "projects",
                "ordering": ("-year", "-id"),
                "permissions": (
                    ("move_project", "Can move a project to another stage"),
                    ("publish_project", "Can publish a project"),
                ),
                "abstract": False,
            },
        ),
        migrations.AddField(
            model_name="pledge",
            name="project",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="pledges",
                to="projects.project",
                verbose_name="carried into",
            ),
        ),
        migrations.CreateModel(
            name="Participation",
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
                    "unnamed",
                    registry.core.fields.Choice(
                        blank=True,
                        choices=[("organisations", "organisations"), ("enterprises", "enterprises")],
                        help_text="Several parties of which the source gives only the number.",
                        max_length=15,
                        null=True,
                        verbose_name="not named in the source",
                    ),
                ),
                ("unnamed_count", models.PositiveIntegerField(blank=True, null=True, verbose_name="how many")),
                ("unnamed_qualifier", registry.core.fields.QualifierField(verbose_name="precision of the number")),
                (
                    "role",
                    registry.core.fields.Choice(
                        choices=[
                            ("lead", "lead"),
                            ("joint", "joint"),
                            ("funder", "funder"),
                            ("implementer", "implementer"),
                            ("mobiliser", "mobiliser"),
                            ("mobilised", "mobilised company"),
                        ],
                        max_length=15,
                        verbose_name="role",
                    ),
                ),
                ("note", registry.core.fields.TextLine(blank=True, max_length=200, verbose_name="note")),
                (
                    "enterprise",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="participations",
                        to="orgs.enterprise",
                        verbose_name="enterprise",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="participations",
                        to="orgs.organisation",
                        verbose_name="organisation",
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="participations",
                        to="projects.project",
                        verbose_name="project",
                    ),
                ),
            ],
            options={
                "verbose_name": "party",
                "verbose_name_plural": "parties",
                "ordering": ("id",),
                "abstract": False,
                "indexes": [models.Index(fields=["organisation", "project"], name="party_of_organisation")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("enterprise__isnull", True), ("organisation__isnull", False), ("unnamed__isnull", True)
                            ),
                            models.Q(
                                ("enterprise__isnull", False), ("organisation__isnull", True), ("unnamed__isnull", True)
                            ),
                            models.Q(
                                ("enterprise__isnull", True), ("organisation__isnull", True), ("unnamed__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="party_one",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("unnamed__isnull", True), ("unnamed_count__isnull", True)),
                            models.Q(("unnamed__isnull", False), ("unnamed_count__isnull", False)),
                            _connector="OR",
                        ),
                        name="party_unnamed_count",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("organisation__isnull", True),
                                ("role", "mobilised"),
                                models.Q(
                                    ("enterprise__isnull", False),
                                    models.Q(("unnamed", "enterprises"), ("unnamed__isnull", False)),
                                    _connector="OR",
                                ),
                            ),
                            models.Q(
                                models.Q(("role", "mobilised"), _negated=True),
                                ("enterprise__isnull", True),
                                models.Q(
                                    ("unnamed__isnull", True),
                                    models.Q(("unnamed", "enterprises"), _negated=True),
                                    _connector="OR",
                                ),
                            ),
                            _connector="OR",
                        ),
                        name="party_company_is_mobilised",
                    ),
                    models.UniqueConstraint(fields=("project", "organisation", "role"), name="party_organisation_once"),
                    models.UniqueConstraint(fields=("project", "enterprise"), name="party_enterprise_once"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Funding",
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
                        choices=[
                            ("pledged", "pledged"),
                            ("committed", "committed"),
                            ("received", "received"),
                            ("spent", "spent"),
                        ],
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                (
                    "kind",
                    registry.core.fields.Choice(
                        choices=[
                            ("cash", "cash"),
                            ("goods", "goods"),
                            ("service", "service"),
                            ("not_stated", "kind not stated"),
                        ],
                        default="cash",
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                (
                    "origin",
                    registry.core.fields.Choice(
                        choices=[
                            ("own", "own funds"),
                            ("raised", "raised from the public"),
                            ("mobilised", "mobilised from member companies"),
                        ],
                        default="own",
                        max_length=10,
                        verbose_name="origin of the money",
                    ),
                ),
                (
                    "is_joint",
                    models.BooleanField(
                        default=False,
                        help_text="Given by all parties together; the shares are not known.",
                        verbose_name="joint, shares unknown",
                    ),
                ),
                (
                    "amount",
                    registry.core.fields.YuanField(
                        blank=True,
                        help_text="Empty: not stated. 72万 and 0.5亿 are understood.",
                        null=True,
                        verbose_name="amount in yuan",
                    ),
                ),
                ("qualifier", registry.core.fields.QualifierField(verbose_name="precision")),
                (
                    "wording",
                    registry.core.fields.TextLine(
                        blank=True,
                        help_text="余, 多, 约, 超过: printed as the source has it.",
                        max_length=10,
                        verbose_name="word of the source",
                    ),
                ),
                (
                    "goods",
                    registry.core.fields.TextLine(
                        blank=True, help_text="What goods or service.", max_length=100, verbose_name="what"
                    ),
                ),
                (
                    "quantity",
                    models.DecimalField(
                        blank=True, decimal_places=4, max_digits=18, null=True, verbose_name="quantity"
                    ),
                ),
                ("unit", registry.core.fields.TextLine(blank=True, max_length=20, verbose_name="unit")),
                (
                    "value_basis",
                    registry.core.fields.Choice(
                        choices=[
                            ("none", "no valuation"),
                            ("invoice", "invoice"),
                            ("market", "market price"),
                            ("declared", "declared by the giver"),
                            ("source", "as stated in the source"),
                        ],
                        default="none",
                        max_length=10,
                        verbose_name="basis of the value",
                    ),
                ),
                ("occurred_on", registry.core.fields.Day(blank=True, null=True, verbose_name="date")),
                ("voucher", registry.core.fields.TextLine(blank=True, max_length=60, verbose_name="voucher")),
                (
                    "confirmed_at",
                    models.DateTimeField(blank=True, editable=False, null=True, verbose_name="receipt confirmed at"),
                ),
                ("voided_at", models.DateTimeField(blank=True, editable=False, null=True, verbose_name="voided at")),
                ("void_reason", registry.core.fields.LongText(blank=True, editable=False, verbose_name="why voided")),
                ("note", registry.core.fields.LongText(blank=True, verbose_name="note")),
                (
                    "confirmed_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="receipt confirmed by",
                    ),
                ),
                (
                    "enterprise",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="funding",
                        to="orgs.enterprise",
                        verbose_name="enterprise",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="funding",
                        to="orgs.organisation",
                        verbose_name="organisation",
                    ),
                ),
                (
                    "voided_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="voided by",
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="funding",
                        to="projects.project",
                        verbose_name="project",
                    ),
                ),
            ],
            options={
                "verbose_name": "funding line",
                "verbose_name_plural": "funding lines",
                "ordering": ("id",),
                "permissions": (
                    ("confirm_funding", "Can confirm the receipt of a funding line"),
                    ("void_funding", "Can void a funding line"),
                ),
                "abstract": False,
                "indexes": [models.Index(fields=["project", "state"], name="funding_of_project")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("amount__isnull", True), ("amount__gte", 0), _connector="OR"),
                            models.Q(("quantity__isnull", True), ("quantity__gte", 0), _connector="OR"),
                        ),
                        name="funding_not_negative",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("confirmed_at__isnull", True), ("confirmed_by__isnull", True)),
                            models.Q(("confirmed_at__isnull", False), ("confirmed_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="funding_confirmed",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("voided_at__isnull", True), ("voided_by__isnull", True)),
                            models.Q(("voided_at__isnull", False), ("voided_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="funding_voided",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("void_reason", ""), ("voided_at__isnull", True)),
                            models.Q(("voided_at__isnull", False), models.Q(("void_reason", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="funding_voided_with_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("confirmed_at__isnull", True), ("state", "received"), _connector="OR"),
                        name="funding_confirmed_when_received",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("enterprise__isnull", True), ("is_joint", True), ("organisation__isnull", True)),
                            models.Q(
                                ("enterprise__isnull", True), ("is_joint", False), ("organisation__isnull", False)
                            ),
                            models.Q(
                                ("enterprise__isnull", False), ("is_joint", False), ("organisation__isnull", True)
                            ),
                            _connector="OR",
                        ),
                        name="funding_one_party",
                        violation_error_message="Name one organisation or one company, or tick “joint, shares unknown”.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("enterprise__isnull", True), ("origin", "mobilised"), _connector="OR"),
                        name="funding_company_money_apart",
                        violation_error_message="A company's money is mobilised money: choose that origin.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("origin", "mobilised"), _negated=True),
                            ("organisation__isnull", True),
                            _connector="OR",
                        ),
                        name="funding_mobilised_by_company",
                        violation_error_message="Mobilised money belongs to the company: name the company, not the organisation.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("quantity__isnull", True), ("unit", "")),
                            models.Q(("quantity__isnull", False), models.Q(("unit", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="funding_quantity_with_unit",
                        violation_error_message="A quantity needs its unit, and a unit its quantity.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("amount__isnull", False), ("value_basis", "none"), _connector="OR"),
                        name="funding_unvalued",
                        violation_error_message="Without an amount there is no basis of value: choose “no valuation”.",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="difficulty",
            name="project",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="difficulties",
                to="projects.project",
                verbose_name="project",
            ),
        ),
        migrations.CreateModel(
            name="Commendation",
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
                    "kind",
                    registry.core.fields.Choice(
                        choices=[("praise", "praise"), ("award", "award")], max_length=10, verbose_name="kind"
                    ),
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
                ("title", registry.core.fields.TextLine(max_length=200, verbose_name="title")),
                ("grounds", registry.core.fields.LongText(blank=True, verbose_name="grounds")),
                ("notice_from", registry.core.fields.Day(blank=True, null=True, verbose_name="public notice from")),
                ("notice_until", registry.core.fields.Day(blank=True, null=True, verbose_name="public notice until")),
                (
                    "status",
                    registry.core.fields.Choice(
                        choices=[
                            ("proposed", "proposed"),
                            ("reviewed", "reviewed"),
                            ("notice", "public notice"),
                            ("granted", "granted"),
                            ("refused", "refused"),
                        ],
                        default="proposed",
                        editable=False,
                        max_length=10,
                        verbose_name="status",
                    ),
                ),
                (
                    "proposed_at",
                    models.DateTimeField(blank=True, editable=False, null=True, verbose_name="proposed at"),
                ),
                (
                    "reviewed_at",
                    models.DateTimeField(blank=True, editable=False, null=True, verbose_name="reviewed at"),
                ),
                ("granted_at", models.DateTimeField(blank=True, editable=False, null=True, verbose_name="granted at")),
                (
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="commendations",
                        to="projects.campaign",
                        verbose_name="campaign",
                    ),
                ),
                (
                    "granted_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="granted by",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="commendations",
                        to="orgs.organisation",
                        verbose_name="organisation",
                    ),
                ),
                (
                    "proposed_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="proposed by",
                    ),
                ),
                (
                    "reviewed_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="reviewed by",
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="commendations",
                        to="projects.project",
                        verbose_name="project",
                    ),
                ),
            ],
            options={
                "verbose_name": "commendation",
                "verbose_name_plural": "commendations",
                "ordering": ("-id",),
                "permissions": (
                    ("review_commendation", "Can review or refuse a commendation and open its public notice"),
                    ("grant_commendation", "Can grant a commendation"),
                ),
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("organisation__isnull", False), ("project__isnull", True)),
                            models.Q(("organisation__isnull", True), ("project__isnull", False)),
                            _connector="OR",
                        ),
                        name="commendation_one_nominee",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("notice_from__isnull", True),
                            ("notice_until__isnull", True),
                            ("notice_until__gte", models.F("notice_from")),
                            _connector="OR",
                        ),
                        name="commendation_notice",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("proposed_at__isnull", True), ("proposed_by__isnull", True)),
                            models.Q(("proposed_at__isnull", False), ("proposed_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="commendation_proposed",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("reviewed_at__isnull", True), ("reviewed_by__isnull", True)),
                            models.Q(("reviewed_at__isnull", False), ("reviewed_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="commendation_reviewed",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("granted_at__isnull", True), ("granted_by__isnull", True)),
                            models.Q(("granted_at__isnull", False), ("granted_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="commendation_granted",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("proposed_by__isnull", True),
                            ("reviewed_by__isnull", True),
                            models.Q(("proposed_by", models.F("reviewed_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="commendation_two_persons",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Agreement",
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
                ("number", models.CharField(max_length=60, unique=True, verbose_name="number")),
                ("signed_on", registry.core.fields.Day(blank=True, null=True, verbose_name="signed on")),
                ("text", registry.core.fields.LongText(blank=True, verbose_name="text")),
                (
                    "event",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="agreements",
                        to="projects.event",
                        verbose_name="signed at",
                    ),
                ),
                (
                    "pledge",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="agreements",
                        to="projects.pledge",
                        verbose_name="pledge",
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="agreements",
                        to="projects.project",
                        verbose_name="project",
                    ),
                ),
            ],
            options={
                "verbose_name": "agreement",
                "verbose_name_plural": "agreements",
                "ordering": ("-signed_on", "-id"),
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("pledge__isnull", True), ("project__isnull", False)),
                            models.Q(("pledge__isnull", False), ("project__isnull", True)),
                            _connector="OR",
                        ),
                        name="agreement_of_one",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ProjectField",
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
                    "scheme",
                    registry.core.fields.Choice(
                        choices=[("relief", "poverty relief"), ("revitalisation", "rural revitalisation")],
                        editable=False,
                        max_length=20,
                        verbose_name="scheme",
                    ),
                ),
                ("is_primary", models.BooleanField(default=False, verbose_name="primary")),
                (
                    "field",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="projects.field",
                        verbose_name="field of help",
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="project_fields",
                        to="projects.project",
                        verbose_name="project",
                    ),
                ),
            ],
            options={
                "verbose_name": "field of a project",
                "verbose_name_plural": "fields of a project",
                "ordering": ("scheme", "-is_primary", "field__position"),
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(fields=("project", "field"), name="project_field_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("is_primary", True)),
                        fields=("project", "scheme"),
                        name="project_one_primary_field",
                        violation_error_message="Only one field of each scheme can be the primary one.",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="project",
            name="fields",
            field=models.ManyToManyField(
                related_name="projects",
                through="projects.ProjectField",
                to="projects.field",
                verbose_name="fields of help",
            ),
        ),
        migrations.CreateModel(
            name="ProjectMark",
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
                        choices=[("model", "model project"), ("exemplar", "exemplar")],
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                ("title", registry.core.fields.TextLine(blank=True, max_length=200, verbose_name="wording")),
                ("named_by", registry.core.fields.TextLine(blank=True, max_length=200, verbose_name="named by")),
                ("named_on", registry.core.fields.Day(blank=True, null=True, verbose_name="named on")),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="marks",
                        to="projects.project",
                        verbose_name="project",
                    ),
                ),
            ],
            options={
                "verbose_name": "mark",
                "verbose_name_plural": "marks",
                "abstract": False,
                "constraints": [models.UniqueConstraint(fields=("project", "kind", "named_by"), name="mark_once")],
            },
        ),
        migrations.CreateModel(
            name="ProjectStep",
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
                ("position", models.PositiveSmallIntegerField(verbose_name="position")),
                (
                    "stage",
                    registry.core.fields.Choice(
                        choices=[
                            ("planned", "planned"),
                            ("matched", "matched"),
                            ("signed", "signed"),
                            ("under_way", "under way"),
                            ("finished", "finished"),
                            ("accepted", "accepted"),
                            ("aftercare", "aftercare"),
                            ("closed", "closed"),
                            ("suspended", "suspended"),
                            ("terminated", "terminated"),
                        ],
                        max_length=15,
                        verbose_name="stage",
                    ),
                ),
                ("title", registry.core.fields.TextLine(max_length=60, verbose_name="step")),
                ("title_en", registry.core.fields.TextLine(blank=True, max_length=100, verbose_name="English wording")),
                ("guidance", registry.core.fields.LongText(blank=True, verbose_name="guidance")),
                (
                    "side",
                    registry.core.fields.Choice(
                        choices=[("bureau", "bureau"), ("county", "county"), ("organisation", "organisation")],
                        max_length=15,
                        verbose_name="responsible side",
                    ),
                ),
                (
                    "evidence",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("need_sheet", "need sheet"),
                                ("agreement", "agreement"),
                                ("voucher", "payment voucher"),
                                ("receipt", "receipt"),
                                ("handover", "handover list"),
                                ("plan", "work plan"),
                                ("attendance", "attendance list"),
                                ("photo", "photo"),
                                ("progress", "progress report"),
                                ("acceptance", "acceptance sheet"),
                                ("notice", "public notice"),
                                ("evaluation", "evaluation"),
                                ("minutes", "minutes"),
                                ("other", "other"),
                            ],
                            max_length=20,
                        ),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="evidence required",
                    ),
                ),
                ("due_on", registry.core.fields.Day(blank=True, null=True, verbose_name="due")),
                (
                    "status",
                    registry.core.fields.Choice(
                        choices=[
                            ("open", "open"),
                            ("done", "sign-off applied for"),
                            ("verified", "signed off"),
                            ("returned", "returned"),
                            ("waived", "waived"),
                        ],
                        default="open",
                        editable=False,
                        max_length=10,
                        verbose_name="status",
                    ),
                ),
                ("done_at", models.DateTimeField(blank=True, editable=False, null=True, verbose_name="done at")),
                (
                    "verified_at",
                    models.DateTimeField(blank=True, editable=False, null=True, verbose_name="signed off at"),
                ),
                ("waived_at", models.DateTimeField(blank=True, editable=False, null=True, verbose_name="waived at")),
                ("note", registry.core.fields.LongText(blank=True, verbose_name="progress note")),
                (
                    "depends_on",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="followers",
                        to="projects.projectstep",
                        verbose_name="cannot start before",
                    ),
                ),
                (
                    "done_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="done by",
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="steps",
                        to="projects.project",
                        verbose_name="project",
                    ),
                ),
                (
                    "responsible",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="steps",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="responsible person",
                    ),
                ),
                (
                    "verified_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="signed off by",
                    ),
                ),
                (
                    "waived_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="waived by",
                    ),
                ),
            ],
            options={
                "verbose_name": "checklist step",
                "verbose_name_plural": "checklist steps",
                "ordering": ("project", "position"),
                "permissions": (
                    ("complete_projectstep", "Can apply for the sign-off of a step"),
                    ("verify_projectstep", "Can sign off, return and reopen steps"),
                    ("waive_projectstep", "Can waive a step with a reason"),
                ),
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Decision",
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
                ("text", registry.core.fields.LongText(verbose_name="decision")),
                (
                    "difficulty",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="decisions",
                        to="projects.difficulty",
                        verbose_name="difficulty",
                    ),
                ),
                (
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="decisions",
                        to="projects.event",
                        verbose_name="event",
                    ),
                ),
                (
                    "measure",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="decision",
                        to="projects.measure",
                        verbose_name="measure",
                    ),
                ),
                (
                    "step",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="decision",
                        to="projects.projectstep",
                        verbose_name="checklist step",
                    ),
                ),
            ],
            options={
                "verbose_name": "decision",
                "verbose_name_plural": "decisions",
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("measure__isnull", True), ("step__isnull", True), _connector="OR"),
                        name="decision_one_consequence",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Result",
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
                    "indicator",
                    registry.core.fields.TextLine(
                        help_text="What is counted: students helped, greenhouses …",
                        max_length=100,
                        verbose_name="indicator",
                    ),
                ),
                (
                    "level",
                    registry.core.fields.Choice(
                        choices=[("output", "output"), ("outcome", "outcome"), ("beneficiary", "beneficiaries")],
                        max_length=15,
                        verbose_name="level",
                    ),
                ),
                (
                    "unit",
                    registry.core.fields.TextLine(
                        help_text="Person-times, persons and households are different units and never added.",
                        max_length=20,
                        verbose_name="unit",
                    ),
                ),
                (
                    "planned",
                    models.DecimalField(blank=True, decimal_places=4, max_digits=18, null=True, verbose_name="target"),
                ),
                (
                    "actual",
                    models.DecimalField(blank=True, decimal_places=4, max_digits=18, null=True, verbose_name="reached"),
                ),
                ("qualifier", registry.core.fields.QualifierField(verbose_name="precision")),
                (
                    "wording",
                    registry.core.fields.TextLine(blank=True, max_length=10, verbose_name="word of the source"),
                ),
                ("occurred_on", registry.core.fields.Day(blank=True, null=True, verbose_name="as of")),
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
                ("note", registry.core.fields.LongText(blank=True, verbose_name="note")),
                (
                    "approved_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="approved by",
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="results",
                        to="projects.project",
                        verbose_name="project",
                    ),
                ),
                (
                    "submitted_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="submitted by",
                    ),
                ),
            ],
            options={
                "verbose_name": "result",
                "verbose_name_plural": "results",
                "ordering": ("id",),
                "permissions": (
                    ("submit_result", "Can submit a result"),
                    ("approve_result", "Can approve or return a result"),
                ),
                "abstract": False,
                "indexes": [models.Index(fields=["project", "status", "unit"], name="result_of_project")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("planned__isnull", True), ("planned__gte", 0), _connector="OR"),
                            models.Q(("actual__isnull", True), ("actual__gte", 0), _connector="OR"),
                        ),
                        name="result_not_negative",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("submitted_at__isnull", True), ("submitted_by__isnull", True)),
                            models.Q(("submitted_at__isnull", False), ("submitted_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="result_submitted",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("approved_at__isnull", True), ("approved_by__isnull", True)),
                            models.Q(("approved_at__isnull", False), ("approved_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="result_approved",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("submitted_by__isnull", True),
                            ("approved_by__isnull", True),
                            models.Q(("submitted_by", models.F("approved_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="result_two_persons",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "approved"), _negated=True),
                            models.Q(("actual__isnull", False), ("approved_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="result_approved_by_someone",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Document",
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
                            ("need_sheet", "need sheet"),
                            ("agreement", "agreement"),
                            ("voucher", "payment voucher"),
                            ("receipt", "receipt"),
                            ("handover", "handover list"),
                            ("plan", "work plan"),
                            ("attendance", "attendance list"),
                            ("photo", "photo"),
                            ("progress", "progress report"),
                            ("acceptance", "acceptance sheet"),
                            ("notice", "public notice"),
                            ("evaluation", "evaluation"),
                            ("minutes", "minutes"),
                            ("other", "other"),
                        ],
                        max_length=20,
                        verbose_name="kind",
                    ),
                ),
                ("title", registry.core.fields.TextLine(blank=True, max_length=200, verbose_name="title")),
                ("original_name", registry.core.fields.TextLine(max_length=255, verbose_name="file name")),
                ("dated", registry.core.fields.Day(blank=True, null=True, verbose_name="date of the document")),
                ("place", registry.core.fields.TextLine(blank=True, max_length=200, verbose_name="place")),
                ("uploaded_at", models.DateTimeField(auto_now_add=True, verbose_name="uploaded at")),
                (
                    "agreement",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="documents",
                        to="projects.agreement",
                        verbose_name="agreement",
                    ),
                ),
                (
                    "blob",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="documents",
                        to="core.blob",
                        verbose_name="file",
                    ),
                ),
                (
                    "commendation",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="documents",
                        to="projects.commendation",
                        verbose_name="commendation",
                    ),
                ),
                (
                    "difficulty",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="documents",
                        to="projects.difficulty",
                        verbose_name="difficulty",
                    ),
                ),
                (
                    "uploaded_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="uploaded by",
                    ),
                ),
                (
                    "event",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="documents",
                        to="projects.event",
                        verbose_name="event",
                    ),
                ),
                (
                    "funding",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="documents",
                        to="projects.funding",
                        verbose_name="funding line",
                    ),
                ),
                (
                    "need",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="documents",
                        to="projects.need",
                        verbose_name="need",
                    ),
                ),
                (
                    "pledge",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="documents",
                        to="projects.pledge",
                        verbose_name="pledge",
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="documents",
                        to="projects.project",
                        verbose_name="project",
                    ),
                ),
                (
                    "step",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="documents",
                        to="projects.projectstep",
                        verbose_name="checklist step",
                    ),
                ),
                (
                    "result",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="documents",
                        to="projects.result",
                        verbose_name="result",
                    ),
                ),
            ],
            options={
                "verbose_name": "document",
                "verbose_name_plural": "documents",
                "ordering": ("-uploaded_at", "-id"),
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
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
                                ("result__isnull", True),
                                ("step__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="document_one_owner",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Signatory",
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
                    "part",
                    registry.core.fields.Choice(
                        choices=[("giver", "giver"), ("receiver", "receiver"), ("witness", "witness")],
                        max_length=10,
                        verbose_name="side",
                    ),
                ),
                ("body", registry.core.fields.TextLine(blank=True, max_length=200, verbose_name="body")),
                ("person", registry.core.fields.TextLine(blank=True, max_length=60, verbose_name="signed by")),
                ("title", registry.core.fields.TextLine(blank=True, max_length=100, verbose_name="title")),
                ("signed_on", registry.core.fields.Day(blank=True, null=True, verbose_name="signed on")),
                (
                    "agreement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="signatories",
                        to="projects.agreement",
                        verbose_name="agreement",
                    ),
                ),
                (
                    "division",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="counties.division",
                        verbose_name="county",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orgs.organisation",
                        verbose_name="organisation",
                    ),
                ),
            ],
            options={
                "verbose_name": "signatory",
                "verbose_name_plural": "signatories",
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("organisation__isnull", False),
                            ("division__isnull", False),
                            models.Q(("body", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="signatory_someone",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Site",
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
                    "address",
                    registry.core.fields.TextLine(
                        blank=True,
                        help_text="Village, school, street: as stated.",
                        max_length=200,
                        verbose_name="place",
                    ),
                ),
                (
                    "share",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        help_text="Leave empty where the source gives no split.",
                        max_digits=5,
                        null=True,
                        verbose_name="share of the project, %",
                    ),
                ),
                (
                    "division",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sites",
                        to="counties.division",
                        verbose_name="division",
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="sites",
                        to="projects.project",
                        verbose_name="project",
                    ),
                ),
            ],
            options={
                "verbose_name": "site",
                "verbose_name_plural": "sites",
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(fields=("project", "division", "address"), name="site_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("share__isnull", True), models.Q(("share__gt", 0), ("share__lte", 100)), _connector="OR"
                        ),
                        name="site_share",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="StandardReason",
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
                    "use",
                    registry.core.fields.Choice(
                        choices=[
                            ("return_need", "returning a need"),
                            ("decline_pledge", "declining a pledge"),
                            ("return_step", "returning a step"),
                            ("return_result", "returning a result"),
                            ("waive_step", "waiving a step"),
                        ],
                        max_length=20,
                        verbose_name="used for",
                    ),
                ),
                ("text", registry.core.fields.TextLine(max_length=200, verbose_name="wording")),
                ("text_en", registry.core.fields.TextLine(blank=True, max_length=200, verbose_name="English wording")),
                ("position", models.PositiveSmallIntegerField(default=100, verbose_name="position")),
            ],
            options={
                "verbose_name": "standard reason",
                "verbose_name_plural": "standard reasons",
                "ordering": ("use", "position"),
                "abstract": False,
                "constraints": [models.UniqueConstraint(fields=("use", "text"), name="standard_reason_once")],
            },
        ),
        migrations.CreateModel(
            name="Statement",
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
                ("code", models.SlugField(max_length=60, verbose_name="code")),
                ("title", registry.core.fields.TextLine(max_length=100, verbose_name="figure")),
                ("title_en", registry.core.fields.TextLine(blank=True, max_length=100, verbose_name="English title")),
                (
                    "value",
                    models.DecimalField(blank=True, decimal_places=2, max_digits=18, null=True, verbose_name="value"),
                ),
                ("unit", registry.core.fields.TextLine(blank=True, max_length=20, verbose_name="unit")),
                ("qualifier", registry.core.fields.QualifierField(verbose_name="precision")),
                (
                    "wording",
                    registry.core.fields.TextLine(blank=True, max_length=10, verbose_name="word of the source"),
                ),
                ("text", registry.core.fields.TextLine(blank=True, max_length=300, verbose_name="value in words")),
                ("quote", registry.core.fields.LongText(verbose_name="quoted from the source")),
                ("source", registry.core.fields.TextLine(max_length=300, verbose_name="source")),
                ("as_of", registry.core.fields.Day(blank=True, null=True, verbose_name="as of")),
                (
                    "as_of_text",
                    registry.core.fields.TextLine(
                        blank=True, max_length=100, verbose_name="as of, in the source's words"
                    ),
                ),
                ("note", registry.core.fields.LongText(blank=True, verbose_name="note")),
                ("is_headline", models.BooleanField(default=False, verbose_name="headline figure")),
                ("position", models.PositiveSmallIntegerField(default=100, verbose_name="position")),
                (
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="statements",
                        to="projects.campaign",
                        verbose_name="campaign",
                    ),
                ),
            ],
            options={
                "verbose_name": "sourced statement",
                "verbose_name_plural": "sourced statements",
                "ordering": ("position", "id"),
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(fields=("campaign", "code", "source"), name="statement_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("value__isnull", False), models.Q(("unit", ""), _negated=True)),
                            models.Q(("text", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="statement_says_something",
                        violation_error_message="Give a value with its unit, or the value in words.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Story",
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
                ("text", registry.core.fields.LongText(verbose_name="text")),
                ("quote", registry.core.fields.LongText(blank=True, verbose_name="what people said")),
                ("source", registry.core.fields.TextLine(blank=True, max_length=200, verbose_name="source")),
                (
                    "status",
                    registry.core.fields.Choice(
                        choices=[
                            ("draft", "draft"),
                            ("checked", "checked for personal data"),
                            ("published", "published"),
                            ("withdrawn", "withdrawn"),
                        ],
                        default="draft",
                        editable=False,
                        max_length=10,
                        verbose_name="status",
                    ),
                ),
                ("checked_at", models.DateTimeField(blank=True, editable=False, null=True, verbose_name="checked at")),
                (
                    "published_at",
                    models.DateTimeField(blank=True, editable=False, null=True, verbose_name="published at"),
                ),
                (
                    "checked_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="checked by",
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="stories",
                        to="projects.project",
                        verbose_name="project",
                    ),
                ),
                (
                    "published_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="published by",
                    ),
                ),
            ],
            options={
                "verbose_name": "story",
                "verbose_name_plural": "stories",
                "ordering": ("-id",),
                "permissions": (("publish_story", "Can check, publish and withdraw a story"),),
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("checked_at__isnull", True), ("checked_by__isnull", True)),
                            models.Q(("checked_at__isnull", False), ("checked_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="story_checked",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("published_at__isnull", True), ("published_by__isnull", True)),
                            models.Q(("published_at__isnull", False), ("published_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="story_published",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "published"), _negated=True),
                            ("checked_at__isnull", False),
                            _connector="OR",
                        ),
                        name="story_published_after_check",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TemplateStep",
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
                ("position", models.PositiveSmallIntegerField(verbose_name="position")),
                (
                    "stage",
                    registry.core.fields.Choice(
                        choices=[
                            ("planned", "planned"),
                            ("matched", "matched"),
                            ("signed", "signed"),
                            ("under_way", "under way"),
                            ("finished", "finished"),
                            ("accepted", "accepted"),
                            ("aftercare", "aftercare"),
                            ("closed", "closed"),
                            ("suspended", "suspended"),
                            ("terminated", "terminated"),
                        ],
                        max_length=15,
                        verbose_name="stage",
                    ),
                ),
                ("title", registry.core.fields.TextLine(max_length=60, verbose_name="step")),
                ("title_en", registry.core.fields.TextLine(blank=True, max_length=100, verbose_name="English wording")),
                ("guidance", registry.core.fields.LongText(blank=True, verbose_name="guidance")),
                (
                    "side",
                    registry.core.fields.Choice(
                        choices=[("bureau", "bureau"), ("county", "county"), ("organisation", "organisation")],
                        max_length=15,
                        verbose_name="responsible side",
                    ),
                ),
                (
                    "evidence",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("need_sheet", "need sheet"),
                                ("agreement", "agreement"),
                                ("voucher", "payment voucher"),
                                ("receipt", "receipt"),
                                ("handover", "handover list"),
                                ("plan", "work plan"),
                                ("attendance", "attendance list"),
                                ("photo", "photo"),
                                ("progress", "progress report"),
                                ("acceptance", "acceptance sheet"),
                                ("notice", "public notice"),
                                ("evaluation", "evaluation"),
                                ("minutes", "minutes"),
                                ("other", "other"),
                            ],
                            max_length=20,
                        ),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="evidence required",
                    ),
                ),
                (
                    "due_after",
                    models.PositiveSmallIntegerField(
                        help_text="Counted in calendar days from the planned start.",
                        verbose_name="due, days after the planned start",
                    ),
                ),
                (
                    "depends_on",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="followers",
                        to="projects.templatestep",
                        verbose_name="cannot start before",
                    ),
                ),
                (
                    "template",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="steps",
                        to="projects.checklisttemplate",
                        verbose_name="template",
                    ),
                ),
            ],
            options={
                "verbose_name": "template step",
                "verbose_name_plural": "template steps",
                "ordering": ("template", "position"),
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(fields=("template", "position"), name="template_step_position")
                ],
            },
        ),
        migrations.AddField(
            model_name="projectstep",
            name="template_step",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="projects.templatestep",
                verbose_name="template step",
            ),
        ),
        AddConstraint(
            model_name="campaign",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("starts_on__isnull", True),
                    ("ends_on__isnull", True),
                    ("ends_on__gte", models.F("starts_on")),
                    _connector="OR",
                ),
                name="campaign_dates",
            ),
        ),
        AddConstraint(
            model_name="campaign",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("successor__isnull", True), models.Q(("successor", models.F("id")), _negated=True), _connector="OR"
                ),
                name="campaign_not_its_own_successor",
            ),
        ),
        migrations.CreateModel(
            name="EventHost",
            fields=[],
            options={
                "proxy": True,
                "default_permissions": (),
                "indexes": [],
                "constraints": [],
            },
            bases=("projects.event_hosts",),
        ),
        AddIndex(
            model_name="pledge",
            index=models.Index(fields=["need", "status"], name="pledge_of_need"),
        ),
        AddConstraint(
            model_name="pledge",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("submitted_at__isnull", True), ("submitted_by__isnull", True)),
                    models.Q(("submitted_at__isnull", False), ("submitted_by__isnull", False)),
                    _connector="OR",
                ),
                name="pledge_submitted",
            ),
        ),
        AddConstraint(
            model_name="pledge",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("accepted_at__isnull", True), ("accepted_by__isnull", True)),
                    models.Q(("accepted_at__isnull", False), ("accepted_by__isnull", False)),
                    _connector="OR",
                ),
                name="pledge_accepted",
            ),
        ),
        AddConstraint(
            model_name="pledge",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("confirmed_at__isnull", True), ("confirmed_by__isnull", True)),
                    models.Q(("confirmed_at__isnull", False), ("confirmed_by__isnull", False)),
                    _connector="OR",
                ),
                name="pledge_confirmed",
            ),
        ),
        AddConstraint(
            model_name="pledge",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("signed_at__isnull", True), ("signed_by__isnull", True)),
                    models.Q(("signed_at__isnull", False), ("signed_by__isnull", False)),
                    _connector="OR",
                ),
                name="pledge_signed",
            ),
        ),
        AddConstraint(
            model_name="pledge",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("accepted_by__isnull", True),
                    ("confirmed_by__isnull", True),
                    models.Q(("accepted_by", models.F("confirmed_by")), _negated=True),
                    _connector="OR",
                ),
                name="pledge_two_decisions",
            ),
        ),
        AddConstraint(
            model_name="pledge",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("county__isnull", True), ("need__isnull", False)), ("need__isnull", True), _connector="OR"
                ),
                name="pledge_towards_something",
                violation_error_message="A pledge towards a need takes the county from it: leave the county empty.",
            ),
        ),
        AddConstraint(
            model_name="pledge",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status__in", ("accepted", "confirmed", "signed", "carried")), _negated=True),
                    ("accepted_by__isnull", False),
                    _connector="OR",
                ),
                name="pledge_decided_by_someone",
            ),
        ),
        AddConstraint(
            model_name="pledge",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status__in", ("confirmed", "signed", "carried")), _negated=True),
                    ("confirmed_by__isnull", False),
                    _connector="OR",
                ),
                name="pledge_confirmed_by_someone",
            ),
        ),
        AddConstraint(
            model_name="difficulty",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("raiser_agreed_at__isnull", True), ("raiser_agreed_by__isnull", True)),
                    models.Q(("raiser_agreed_at__isnull", False), ("raiser_agreed_by__isnull", False)),
                    _connector="OR",
                ),
                name="difficulty_raiser_agreed",
            ),
        ),
        AddConstraint(
            model_name="difficulty",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("bureau_agreed_at__isnull", True), ("bureau_agreed_by__isnull", True)),
                    models.Q(("bureau_agreed_at__isnull", False), ("bureau_agreed_by__isnull", False)),
                    _connector="OR",
                ),
                name="difficulty_bureau_agreed",
            ),
        ),
        AddConstraint(
            model_name="difficulty",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "closed"), _negated=True),
                    models.Q(("bureau_agreed_at__isnull", False), ("raiser_agreed_at__isnull", False)),
                    _connector="OR",
                ),
                name="difficulty_closed_by_both",
            ),
        ),
        AddConstraint(
            model_name="difficulty",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "escalated"), _negated=True), ("event__isnull", False), _connector="OR"
                ),
                name="difficulty_escalated_to_event",
            ),
        ),
        AddIndex(
            model_name="project",
            index=models.Index(fields=["campaign", "stage", "year"], name="project_of_campaign"),
        ),
        AddIndex(
            model_name="project",
            index=models.Index(fields=["-year", "-id"], name="project_order"),
        ),
        AddIndex(
            model_name="project",
            index=models.Index(fields=["initials"], name="project_initials", opclasses=("varchar_pattern_ops",)),
        ),
        AddConstraint(
            model_name="project",
            constraint=models.CheckConstraint(
                condition=models.Q(("year__gte", 1990), ("year__lte", 2099)), name="project_year"
            ),
        ),
        AddConstraint(
            model_name="project",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("planned_start__isnull", True),
                    ("planned_end__isnull", True),
                    ("planned_end__gte", models.F("planned_start")),
                    _connector="OR",
                ),
                name="project_planned_dates",
            ),
        ),
        AddConstraint(
            model_name="project",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("actual_start__isnull", True),
                    ("actual_end__isnull", True),
                    ("actual_end__gte", models.F("actual_start")),
                    _connector="OR",
                ),
                name="project_actual_dates",
            ),
        ),
        AddConstraint(
            model_name="project",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        (
                            "left_stage__in",
                            (
                                "planned",
                                "matched",
                                "signed",
                                "under_way",
                                "finished",
                                "accepted",
                                "aftercare",
                                "closed",
                            ),
                        ),
                        ("stage__in", ("suspended", "terminated")),
                    ),
                    models.Q(models.Q(("stage__in", ("suspended", "terminated")), _negated=True), ("left_stage", "")),
                    _connector="OR",
                ),
                name="project_left_stage",
            ),
        ),
        AddConstraint(
            model_name="project",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("parent__isnull", True), models.Q(("parent", models.F("id")), _negated=True), _connector="OR"
                    ),
                    models.Q(
                        ("continues__isnull", True),
                        models.Q(("continues", models.F("id")), _negated=True),
                        _connector="OR",
                    ),
                ),
                name="project_not_of_itself",
            ),
        ),
        AddIndex(
            model_name="projectstep",
            index=models.Index(
                condition=models.Q(("status__in", ("open", "returned"))), fields=["due_on"], name="step_due"
            ),
        ),
        AddIndex(
            model_name="projectstep",
            index=models.Index(fields=["status", "done_at"], name="step_status"),
        ),
        AddConstraint(
            model_name="projectstep",
            constraint=models.UniqueConstraint(
                deferrable=django.db.models.constraints.Deferrable["DEFERRED"],
                fields=("project", "position"),
                name="step_position",
            ),
        ),
        AddConstraint(
            model_name="projectstep",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("done_at__isnull", True), ("done_by__isnull", True)),
                    models.Q(("done_at__isnull", False), ("done_by__isnull", False)),
                    _connector="OR",
                ),
                name="step_done",
            ),
        ),
        AddConstraint(
            model_name="projectstep",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("verified_at__isnull", True), ("verified_by__isnull", True)),
                    models.Q(("verified_at__isnull", False), ("verified_by__isnull", False)),
                    _connector="OR",
                ),
                name="step_verified",
            ),
        ),
        AddConstraint(
            model_name="projectstep",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("waived_at__isnull", True), ("waived_by__isnull", True)),
                    models.Q(("waived_at__isnull", False), ("waived_by__isnull", False)),
                    _connector="OR",
                ),
                name="step_waived",
            ),
        ),
        AddConstraint(
            model_name="projectstep",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("done_by__isnull", True),
                    ("verified_by__isnull", True),
                    models.Q(("done_by", models.F("verified_by")), _negated=True),
                    _connector="OR",
                ),
                name="step_two_persons",
            ),
        ),
        AddConstraint(
            model_name="projectstep",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("done_by__isnull", True),
                        ("status__in", ("open", "returned")),
                        ("verified_by__isnull", True),
                        ("waived_by__isnull", True),
                    ),
                    models.Q(
                        ("done_by__isnull", False),
                        ("status", "done"),
                        ("verified_by__isnull", True),
                        ("waived_by__isnull", True),
                    ),
                    models.Q(
                        ("done_by__isnull", False),
                        ("status", "verified"),
                        ("verified_by__isnull", False),
                        ("waived_by__isnull", True),
                    ),
                    models.Q(
                        ("status", "waived"),
                        ("verified_by__isnull", True),
                        ("waived_by__isnull", False),
                        models.Q(("status_reason", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="step_facts_of_status",
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="field",
            trigger=pgtrigger.compiler.Trigger(
                name="trail_rows",
                sql=registry.core.triggers.TriggerSql(
                    execute="bangfu_trail('projects_field', 'id', 'id', '')",
                    func="bangfu_trail",
                    hash="90e24f3dfd6601d06a4cbd4cd369d781f4f68f85",
                    operation="INSERT OR DELETE",
                    pgid="pgtrigger_trail_rows_a60b5",
                    table="projects_field",
                    when="AFTER",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="field",
            trigger=pgtrigger.compiler.Trigger(
                name="trail_update",
                sql=registry.core.triggers.TriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    execute="bangfu_trail('projects_field', 'id', 'id', '')",
                    func="bangfu_trail",
                    hash="b3fa8dbbd0004c6bb96a330b9cee78c9ed9ea79e",
                    operation="UPDATE",
                    pgid="pgtrigger_trail_update_195fc",
                    table="projects_field",
                    when="AFTER",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="field",
            trigger=pgtrigger.compiler.Trigger(
                name="touch",
                sql=registry.core.triggers.TriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    execute="bangfu_touch()",
                    func="bangfu_touch",
                    hash="9bc1388b4cf35bc2ef15cf939ef192c6bf616c00",
                    operation="UPDATE",
                    pgid="pgtrigger_touch_90c9a",
                    table="projects_field",
                    when="BEFORE",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="standardreason",
            trigger=pgtrigger.compiler.Trigger(
                name="trail_rows",
                sql=registry.core.triggers.TriggerSql(
                    execute="bangfu_trail('projects_standardreason', 'id', 'id', '')",
                    func="bangfu_trail",
                    hash="03844f31cc6d7ac472f1a5a58734179b3e26a77e",
                    operation="INSERT OR DELETE",
                    pgid="pgtrigger_trail_rows_f5faf",
                    table="projects_standardreason",
                    when="AFTER",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="standardreason",
            trigger=pgtrigger.compiler.Trigger(
                name="trail_update",
                sql=registry.core.triggers.TriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    execute="bangfu_trail('projects_standardreason', 'id', 'id', '')",
                    func="bangfu_trail",
                    hash="7fa215805d21ff431460387109144001ab90d140",
                    operation="UPDATE",
                    pgid="pgtrigger_trail_update_1263d",
                    table="projects_standardreason",
                    when="AFTER",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="standardreason",
            trigger=pgtrigger.compiler.Trigger(
                name="touch",
                sql=registry.core.triggers.TriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    execute="bangfu_touch()",
                    func="bangfu_touch",
                    hash="275eed3ddd38487d1e84825d260dc178cce32821",
                    operation="UPDATE",
                    pgid="pgtrigger_touch_18d10",
                    table="projects_standardreason",
                    when="BEFORE",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="campaignbureau",
            trigger=pgtrigger.compiler.Trigger(
                name="trail_rows",
                sql=registry.core.triggers.TriggerSql(
                    execute="bangfu_trail('projects_campaign', 'campaign_id', 'id', '')",
                    func="bangfu_trail",
                    hash="2a9e1bde459fc4d92ca4d6b5c78f62fd2d4dcaa1",
                    operation="INSERT OR DELETE",
                    pgid="pgtrigger_trail_rows_a6238",
                    table="projects_campaignbureau",
                    when="AFTER",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="campaignbureau",
            trigger=pgtrigger.compiler.Trigger(
                name="trail_update",
                sql=registry.core.triggers.TriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    execute="bangfu_trail('projects_campaign', 'campaign_id', 'id', '')",
                    func="bangfu_trail",
                    hash="5cfb8a26582e89041840ab4ec09c2fdad293f6b5",
                    operation="UPDATE",
                    pgid="pgtrigger_trail_update_3f915",
                    table="projects_campaignbureau",
                    when="AFTER",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="campaignbureau",
            trigger=pgtrigger.compiler.Trigger(
                name="touch",
                sql=registry.core.triggers.TriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    execute="bangfu_touch()",
                    func="bangfu_touch",
                    hash="dc828bb7271deb98b0db4e18139ea8b5b6df4483",
                    operation="UPDATE",
                    pgid="pgtrigger_touch_91a76",
                    table="projects_campaignbureau",
                    when="BEFORE",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="campaign",
            trigger=pgtrigger.compiler.Trigger(
                name="trail_rows",
                sql=registry.core.triggers.TriggerSql(
                    execute="bangfu_trail('projects_campaign', 'id', 'id', '')",
                    func="bangfu_trail",
                    hash="157c9024909955abc64e7fff315bd538dacb52ca",
                    operation="INSERT OR DELETE",
                    pgid="pgtrigger_trail_rows_2373f",
                    table="projects_campaign",
                    when="AFTER",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="campaign",
            trigger=pgtrigger.compiler.Trigger(
                name="trail_update",
                sql=registry.core.triggers.TriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    execute="bangfu_trail('projects_campaign', 'id', 'id', '')",
                    func="bangfu_trail",
                    hash="274891701160238b55cca24053f272d8f7694ca5",
                    operation="UPDATE",
                    pgid="pgtrigger_trail_update_78f45",
                    table="projects_campaign",
                    when="AFTER",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="campaign",
            trigger=pgtrigger.compiler.Trigger(
                name="touch",
                sql=registry.core.triggers.TriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    execute="bangfu_touch()",
                    func="bangfu_touch",
                    hash="7d09c1fb8d3f46e26078a4e2e3475e83f80d3705",
                    operation="UPDATE",
                    pgid="pgtrigger_touch_94a1a",
                    table="projects_campaign",
                    when="BEFORE",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="circular",
            trigger=pgtrigger.compiler.Trigger(
                name="trail_rows",
                sql=registry.core.triggers.TriggerSql(
                    execute="bangfu_trail('projects_circular', 'id', 'id', '')",
                    func="bangfu_trail",
                    hash="91ea16b8e02db9d6e75e3cdf313b1038f250084b",
                    operation="INSERT OR DELETE",
                    pgid="pgtrigger_trail_rows_d3876",
                    table="projects_circular",
                    when="AFTER",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="circular",
            trigger=pgtrigger.compiler.Trigger(
                name="trail_update",
                sql=registry.core.triggers.TriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    execute="bangfu_trail('projects_circular', 'id', 'id', '')",
                    func="bangfu_trail",
                    hash="bf3673fd2ad3d1e6226ceefa873363b54299edb1",
                    operation="UPDATE",
                    pgid="pgtrigger_trail_update_59f55",
                    table="projects_circular",
                    when="AFTER",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="circular",
            trigger=pgtrigger.compiler.Trigger(
                name="touch",
                sql=registry.core.triggers.TriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    execute="bangfu_touch()",
                    func="bangfu_touch",
                    hash="ec4b5ca712a449e1aacb6a6c6e00015114887c3a",
                    operation="UPDATE",
                    pgid="pgtrigger_touch_fd7d2",
                    table="projects_circular",
                    when="BEFORE",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="circular",
            trigger=pgtrigger.compiler.Trigger(
                name="circular_frozen",
                sql=registry.core.triggers.TriggerSql(
                    condition="WHEN (OLD.status = 'issued')",
                    execute="bangfu_refuse('an issued circular never changes')",
                    func="bangfu_refuse",
                    hash="2826ad338aeff7985a1fce29833f63c6fdf5f02a",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_circular_frozen_e543e",
                    table="projects_circular",
                    when="BEFORE",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="circularfigure",
            trigger=pgtrigger.compiler.Trigger(
                name="trail_rows",
                sql=registry.core.triggers.TriggerSql(
                    execute="bangfu_trail('projects_circular', 'circular_id', 'id', '')",
                    func="bangfu_trail",
                    hash="e517b22e8510e840d51cd0effe8241434a8ed385",
                    operation="INSERT OR DELETE",
                    pgid="pgtrigger_trail_rows_edf65",
                    table="projects_circularfigure",
                    when="AFTER",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="circularfigure",
            trigger=pgtrigger.compiler.Trigger(
                name="trail_update",
                sql=registry.core.triggers.TriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    execute="bangfu_trail('projects_circular', 'circular_id', 'id', '')",
                    func="bangfu_trail",
                    hash="1b34004c9e5262844bd4bad76972f33b3744309d",
                    operation="UPDATE",
                    pgid="pgtrigger_trail_update_f1c7d",
                    table="projects_circularfigure",
                    when="AFTER",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="circularfigure",
            trigger=pgtrigger.compiler.Trigger(
                name="touch",
                sql=registry.core.triggers.TriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    execute="bangfu_touch()",
                    func="bangfu_touch",
                    hash="006eedab5d9c50dfb34e827b4ae5fdc102214575",
                    operation="UPDATE",
                    pgid="pgtrigger_touch_00ce9",
                    table="projects_circularfigure",
                    when="BEFORE",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="circularfigure",
            trigger=pgtrigger.compiler.Trigger(
                name="figure_frozen",
                sql=registry.core.triggers.TriggerSql(
                    execute="bangfu_refuse_child('a figure of an issued circular never changes', 'projects_circular', 'circular_id', 'status', 'issued')",
                    func="bangfu_refuse_child",
                    hash="bf270a6ea715537f8417904b3c19b3068d8efb07",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_figure_frozen_3fb7c",
                    table="projects_circularfigure",
                    when="BEFORE",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="event",
            trigger=pgtrigger.compiler.Trigger(
                name="trail_rows",
                sql=registry.core.triggers.TriggerSql(
                    execute="bangfu_trail('projects_event', 'id', 'id', '')",
                    func="bangfu_trail",
                    hash="5d870cc56e6bfe2c8949084b823716249c1e4c03",
                    operation="INSERT OR DELETE",
                    pgid="pgtrigger_trail_rows_2ee66",
                    table="projects_event",
                    when="AFTER",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="event",
            trigger=pgtrigger.compiler.Trigger(
                name="trail_update",
                sql=registry.core.triggers.TriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    execute="bangfu_trail('projects_event', 'id', 'id', '')",
                    func="bangfu_trail",
                    hash="1bf25e207378e55e8cb8cae7c5db7fb65569f8b7",
                    operation="UPDATE",
                    pgid="pgtrigger_trail_update_03c09",
                    table="projects_event",
                    when="AFTER",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="event",
            trigger=pgtrigger.compiler.Trigger(
                name="touch",
                sql=registry.core.triggers.TriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    execute="bangfu_touch()",
                    func="bangfu_touch",
                    hash="571b87f21c103f086b83d74e8c6e12b6dee2b355",
                    operation="UPDATE",
                    pgid="pgtrigger_touch_a3a1f",
                    table="projects_event",
                    when="BEFORE",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="attendance",
            trigger=pgtrigger.compiler.Trigger(
                name="trail_rows",
                sql=registry.core.triggers.TriggerSql(
                    execute="bangfu_trail('projects_event', 'event_id', 'id', '')",
                    func="bangfu_trail",
                    hash="b0162a891f68430201b2b971e631f4b34e6a4a96",
                    operation="INSERT OR DELETE",
                    pgid="pgtrigger_trail_rows_1eb88",
                    table="projects_attendance",
                    when="AFTER",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="attendance",
            trigger=pgtrigger.compiler.Trigger(
                name="trail_update",
                sql=registry.core.triggers.TriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    execute="bangfu_trail('projects_event', 'event_id', 'id', '')",
                    func="bangfu_trail",
                    hash="f804404a3e54ede9f383475661abe51c0ba9a69e",
                    operation="UPDATE",
                    pgid="pgtrigger_trail_update_03bbb",
                    table="projects_attendance",
                    when="AFTER",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="attendance",
            trigger=pgtrigger.compiler.Trigger(
                name="touch",
                sql=registry.core.triggers.TriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    execute="bangfu_touch()",
                    func="bangfu_touch",
                    hash="165f1706eaa29a849706dae5f36f5084745f209f",
                    operation="UPDATE",
                    pgid="pgtrigger_touch_f1429",
                    table="projects_attendance",
                    when="BEFORE",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="checklisttemplate",
            trigger=pgtrigger.compiler.Trigger(
                name="trail_rows",
                sql=registry.core.triggers.TriggerSql(
                    execute="bangfu_trail('projects_checklisttemplate', 'id', 'id', '')",
                    func="bangfu_trail",
                    hash="afede43b5399c1aac8306535fb5a2236ba583b81",
                    operation="INSERT OR DELETE",
                    pgid="pgtrigger_trail_rows_1f043",
                    table="projects_checklisttemplate",
                    when="AFTER",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="checklisttemplate",
            trigger=pgtrigger.compiler.Trigger(
                name="trail_update",
                sql=registry.core.triggers.TriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    execute="bangfu_trail('projects_checklisttemplate', 'id', 'id', '')",
                    func="bangfu_trail",
                    hash="04fadc265f7ce1a3382cbdd76c683470bfd2a52a",
                    operation="UPDATE",
                    pgid="pgtrigger_trail_update_9e393",
                    table="projects_checklisttemplate",
                    when="AFTER",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="checklisttemplate",
            trigger=pgtrigger.compiler.Trigger(
                name="touch",
                sql=registry.core.triggers.TriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    execute="bangfu_touch()",
                    func="bangfu_touch",
                    hash="b53e450b410b9403266c50f3dc65bea88b92ed93",
                    operation="UPDATE",
                    pgid="pgtrigger_touch_22d9f",
                    table="projects_checklisttemplate",
                    when="BEFORE",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="measure",
            trigger=pgtrigger.compiler.Trigger(
                name="trail_rows",
                sql=registry.core.triggers.TriggerSql(
                    execute="bangfu_trail('projects_difficulty', 'difficulty_id', 'id', '')",
                    func="bangfu_trail",
                    hash="c261e655aa4898706b4bcefa99788ff8b7065772",
                    operation="INSERT OR DELETE",
                    pgid="pgtrigger_trail_rows_6b7a6",
                    table="projects_measure",
                    when="AFTER",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="measure",
            trigger=pgtrigger.compiler.Trigger(
                name="trail_update",
                sql=registry.core.triggers.TriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    execute="bangfu_trail('projects_difficulty', 'difficulty_id', 'id', '')",
                    func="bangfu_trail",
                    hash="219ec2e8c81ffc7b0e83df20760df013a878d571",
                    operation="UPDATE",
                    pgid="pgtrigger_trail_update_976ba",
                    table="projects_measure",
                    when="AFTER",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="measure",
            trigger=pgtrigger.compiler.Trigger(
                name="touch",
                sql=registry.core.triggers.TriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    execute="bangfu_touch()",
                    func="bangfu_touch",
                    hash="073e4bb890b6cf6d07864ad065fae11a891963f3",
                    operation="UPDATE",
                    pgid="pgtrigger_touch_bc1ef",
                    table="projects_measure",
                    when="BEFORE",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="need",
            trigger=pgtrigger.compiler.Trigger(
                name="trail_rows",
                sql=registry.core.triggers.TriggerSql(
                    execute="bangfu_trail('projects_need', 'id', 'id', '')",
                    func="bangfu_trail",
                    hash="84d61a82fdc9b5fc46e292033137accc13ef2faa",
                    operation="INSERT OR DELETE",
                    pgid="pgtrigger_trail_rows_8bf67",
                    table="projects_need",
                    when="AFTER",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="need",
            trigger=pgtrigger.compiler.Trigger(
                name="trail_update",
                sql=registry.core.triggers.TriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    execute="bangfu_trail('projects_need', 'id', 'id', '')",
                    func="bangfu_trail",
                    hash="c44d05f5060765068a88a41a5bf6b80f1240b85b",
                    operation="UPDATE",
                    pgid="pgtrigger_trail_update_79eeb",
                    table="projects_need",
                    when="AFTER",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="need",
            trigger=pgtrigger.compiler.Trigger(
                name="touch",
                sql=registry.core.triggers.TriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    execute="bangfu_touch()",
                    func="bangfu_touch",
                    hash="7c6de55751173c0accc90eaa41ce0e08fcca0487",
                    operation="UPDATE",
                    pgid="pgtrigger_touch_e0fc9",
                    table="projects_need",
                    when="BEFORE",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="needitem",
            trigger=pgtrigger.compiler.Trigger(
                name="trail_rows",
                sql=registry.core.triggers.TriggerSql(
                    execute="bangfu_trail('projects_need', 'need_id', 'id', '')",
                    func="bangfu_trail",
                    hash="4479df01ed86a22dfe192ebb1c79d01176379796",
                    operation="INSERT OR DELETE",
                    pgid="pgtrigger_trail_rows_e8070",
                    table="projects_needitem",
                    when="AFTER",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="needitem",
            trigger=pgtrigger.compiler.Trigger(
                name="trail_update",
                sql=registry.core.triggers.TriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    execute="bangfu_trail('projects_need', 'need_id', 'id', '')",
                    func="bangfu_trail",
                    hash="9620b3ca6012cdd936f3264e894275aa532007a9",
                    operation="UPDATE",
                    pgid="pgtrigger_trail_update_be1d6",
                    table="projects_needitem",
                    when="AFTER",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="needitem",
            trigger=pgtrigger.compiler.Trigger(
                name="touch",
                sql=registry.core.triggers.TriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    execute="bangfu_touch()",
                    func="bangfu_touch",
                    hash="bded8a08bf04021f0c420bdffdebd08bfc8a6e40",
                    operation="UPDATE",
                    pgid="pgtrigger_touch_9e397",
                    table="projects_needitem",
                    when="BEFORE",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="needitem",
            trigger=pgtrigger.compiler.Trigger(
                name="within_need",
                sql=registry.core.triggers.GuardSql(
                    constraint="CONSTRAINT",
                    execute="pgtrigger_within_need_4ace1_guard()",
                    func="\nBEGIN\n    PERFORM 1 FROM projects_need WHERE id = NEW.need_id FOR UPDATE;\n    IF EXISTS (\n        SELECT 1\n        FROM projects_needitem wanted\n        JOIN projects_pledgeitem offered ON offered.need_item_id = wanted.id\n        JOIN projects_pledge pledge ON pledge.id = offered.pledge_id\n        WHERE wanted.need_id = NEW.need_id AND pledge.status IN ('accepted', 'confirmed', 'signed', 'carried')\n        GROUP BY wanted.id\n        HAVING sum(coalesce(offered.amount, offered.quantity)) > max(coalesce(wanted.amount, wanted.quantity))\n            OR bool_or(pledge.need_id IS DISTINCT FROM wanted.need_id)\n            OR bool_or((offered.kind, offered.unit) <> (wanted.kind, wanted.unit))\n    ) THEN\n        RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', TABLE = TG_TABLE_NAME,\n            MESSAGE = 'binding pledges go beyond what the need wants';\n    END IF;\n    RETURN NULL;\nEND\n",
                    hash="55f30288b2a8312817d6cdc2c0644ea7c4ca418c",
                    operation="INSERT OR UPDATE",
                    pgid="pgtrigger_within_need_4ace1",
                    table="projects_needitem",
                    timing="DEFERRABLE INITIALLY DEFERRED",
                    when="AFTER",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="needpresented",
            trigger=pgtrigger.compiler.Trigger(
                name="trail_rows",
                sql=registry.core.triggers.TriggerSql(
                    execute="bangfu_trail('projects_event', 'event_id', 'id', '')",
                    func="bangfu_trail",
                    hash="b1b84b759846f9c5f3a8aa5ba6a243e1a4a239eb",
                    operation="INSERT OR DELETE",
                    pgid="pgtrigger_trail_rows_81fda",
                    table="projects_needpresented",
                    when="AFTER",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="needpresented",
            trigger=pgtrigger.compiler.Trigger(
                name="trail_update",
                sql=registry.core.triggers.TriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    execute="bangfu_trail('projects_event', 'event_id', 'id', '')",
                    func="bangfu_trail",
                    hash="14f1f2b2a0ae64b05e94f54ff54f50252cd4ce64",
                    operation="UPDATE",
                    pgid="pgtrigger_trail_update_d263a",
                    table="projects_needpresented",
                    when="AFTER",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="needpresented",
            trigger=pgtrigger.compiler.Trigger(
                name="touch",
                sql=registry.core.triggers.TriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    execute="bangfu_touch()",
                    func="bangfu_touch",
                    hash="fe60d2a9019a4fb5cd8c89cadee14b0619c0bd4b",
                    operation="UPDATE",
                    pgid="pgtrigger_touch_ca23b",
                    table="projects_needpresented",
                    when="BEFORE",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="pledgeitem",
            trigger=pgtrigger.compiler.Trigger(
                name="trail_rows",
                sql=registry.core.triggers.TriggerSql(
                    execute="bangfu_trail('projects_pledge', 'pledge_id', 'id', '')",
                    func="bangfu_trail",
                    hash="01126e39213cba70bc6edfffe7c10fde49e1d1b3",
                    operation="INSERT OR DELETE",
                    pgid="pgtrigger_trail_rows_a7306",
                    table="projects_pledgeitem",
                    when="AFTER",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="pledgeitem",
            trigger=pgtrigger.compiler.Trigger(
                name="trail_update",
                sql=registry.core.triggers.TriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    execute="bangfu_trail('projects_pledge', 'pledge_id', 'id', '')",
                    func="bangfu_trail",
                    hash="851d3f56496871a3d8e046329b06a4ed17c6d2c4",
                    operation="UPDATE",
                    pgid="pgtrigger_trail_update_a1470",
                    table="projects_pledgeitem",
                    when="AFTER",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="pledgeitem",
            trigger=pgtrigger.compiler.Trigger(
                name="touch",
                sql=registry.core.triggers.TriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    execute="bangfu_touch()",
                    func="bangfu_touch",
                    hash="3afe9d0fd0c3ba470bd2d5bf329b8e621c856dd6",
                    operation="UPDATE",
                    pgid="pgtrigger_touch_97f58",
                    table="projects_pledgeitem",
                    when="BEFORE",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="pledgeitem",
            trigger=pgtrigger.compiler.Trigger(
                name="within_need",
                sql=registry.core.triggers.GuardSql(
                    condition="WHEN (NEW.need_item_id IS NOT NULL)",
                    constraint="CONSTRAINT",
                    execute="pgtrigger_within_need_142f0_guard()",
                    func="\nBEGIN\n    PERFORM 1 FROM projects_need WHERE id = (SELECT need_id FROM projects_needitem WHERE id = NEW.need_item_id) FOR UPDATE;\n    IF EXISTS (\n        SELECT 1\n        FROM projects_needitem wanted\n        JOIN projects_pledgeitem offered ON offered.need_item_id = wanted.id\n        JOIN projects_pledge pledge ON pledge.id = offered.pledge_id\n        WHERE wanted.need_id = (SELECT need_id FROM projects_needitem WHERE id = NEW.need_item_id) AND pledge.status IN ('accepted', 'confirmed', 'signed', 'carried')\n        GROUP BY wanted.id\n        HAVING sum(coalesce(offered.amount, offered.quantity)) > max(coalesce(wanted.amount, wanted.quantity))\n            OR bool_or(pledge.need_id IS DISTINCT FROM wanted.need_id)\n            OR bool_or((offered.kind, offered.unit) <> (wanted.kind, wanted.unit))\n    ) THEN\n        RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', TABLE = TG_TABLE_NAME,\n            MESSAGE = 'binding pledges go beyond what the need wants';\n    END IF;\n    RETURN NULL;\nEND\n",
                    hash="ad3998953d267008f80fac60d6c0978e1e21f75d",
                    operation="INSERT OR UPDATE",
                    pgid="pgtrigger_within_need_142f0",
                    table="projects_pledgeitem",
                    timing="DEFERRABLE INITIALLY DEFERRED",
                    when="AFTER",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="pledge",
            trigger=pgtrigger.compiler.Trigger(
                name="trail_rows",
                sql=registry.core.triggers.TriggerSql(
                    execute="bangfu_trail('projects_pledge', 'id', 'id', '')",
                    func="bangfu_trail",
                    hash="b57e0f3b772b28da0deb4036668bce30771e3998",
                    operation="INSERT OR DELETE",
                    pgid="pgtrigger_trail_rows_4409d",
                    table="projects_pledge",
                    when="AFTER",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="pledge",
            trigger=pgtrigger.compiler.Trigger(
                name="trail_update",
                sql=registry.core.triggers.TriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    execute="bangfu_trail('projects_pledge', 'id', 'id', '')",
                    func="bangfu_trail",
                    hash="bc52640e9e6eddf2dcf89b4337cbe29a99940f72",
                    operation="UPDATE",
                    pgid="pgtrigger_trail_update_38b37",
                    table="projects_pledge",
                    when="AFTER",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="pledge",
            trigger=pgtrigger.compiler.Trigger(
                name="touch",
                sql=registry.core.triggers.TriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    execute="bangfu_touch()",
                    func="bangfu_touch",
                    hash="caefa0ddd4de70f022fe0bc89e4209b4ade963c6",
                    operation="UPDATE",
                    pgid="pgtrigger_touch_7a2ac",
                    table="projects_pledge",
                    when="BEFORE",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="pledge",
            trigger=pgtrigger.compiler.Trigger(
                name="within_need",
                sql=registry.core.triggers.GuardSql(
                    condition="WHEN (NEW.need_id IS NOT NULL AND NEW.status IN ('accepted', 'confirmed', 'signed', 'carried'))",
                    constraint="CONSTRAINT",
                    execute="pgtrigger_within_need_abcb3_guard()",
                    func="\nBEGIN\n    PERFORM 1 FROM projects_need WHERE id = NEW.need_id FOR UPDATE;\n    IF EXISTS (\n        SELECT 1\n        FROM projects_needitem wanted\n        JOIN projects_pledgeitem offered ON offered.need_item_id = wanted.id\n        JOIN projects_pledge pledge ON pledge.id = offered.pledge_id\n        WHERE wanted.need_id = NEW.need_id AND pledge.status IN ('accepted', 'confirmed', 'signed', 'carried')\n        GROUP BY wanted.id\n        HAVING sum(coalesce(offered.amount, offered.quantity)) > max(coalesce(wanted.amount, wanted.quantity))\n            OR bool_or(pledge.need_id IS DISTINCT FROM wanted.need_id)\n            OR bool_or((offered.kind, offered.unit) <> (wanted.kind, wanted.unit))\n    ) THEN\n        RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', TABLE = TG_TABLE_NAME,\n            MESSAGE = 'binding pledges go beyond what the need wants';\n    END IF;\n    RETURN NULL;\nEND\n",
                    hash="cad0c95d5802ff47275053b1708305e32cc06977",
                    operation="INSERT OR UPDATE",
                    pgid="pgtrigger_within_need_abcb3",
                    table="projects_pledge",
                    timing="DEFERRABLE INITIALLY DEFERRED",
                    when="AFTER",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="participation",
            trigger=pgtrigger.compiler.Trigger(
                name="trail_rows",
                sql=registry.core.triggers.TriggerSql(
                    execute="bangfu_trail('projects_project', 'project_id', 'id', '')",
                    func="bangfu_trail",
                    hash="596b72dee856ce1500fe244f7273672314d80ab3",
                    operation="INSERT OR DELETE",
                    pgid="pgtrigger_trail_rows_3f1b6",
                    table="projects_participation",
                    when="AFTER",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="participation",
            trigger=pgtrigger.compiler.Trigger(
                name="trail_update",
                sql=registry.core.triggers.TriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    execute="bangfu_trail('projects_project', 'project_id', 'id', '')",
                    func="bangfu_trail",
                    hash="93c66a7afcd0ad6dcc896e281371580b5ac36efe",
                    operation="UPDATE",
                    pgid="pgtrigger_trail_update_30fc8",
                    table="projects_participation",
                    when="AFTER",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="participation",
            trigger=pgtrigger.compiler.Trigger(
                name="touch",
                sql=registry.core.triggers.TriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    execute="bangfu_touch()",
                    func="bangfu_touch",
                    hash="84ba4b657f5da2818320ac81d35ced763add6edf",
                    operation="UPDATE",
                    pgid="pgtrigger_touch_8df61",
                    table="projects_participation",
                    when="BEFORE",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="funding",
            trigger=pgtrigger.compiler.Trigger(
                name="trail_rows",
                sql=registry.core.triggers.TriggerSql(
                    execute="bangfu_trail('projects_project', 'project_id', 'id', '')",
                    func="bangfu_trail",
                    hash="f8b613181172240bb4d914514976347c773d24ac",
                    operation="INSERT OR DELETE",
                    pgid="pgtrigger_trail_rows_d3f09",
                    table="projects_funding",
                    when="AFTER",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="funding",
            trigger=pgtrigger.compiler.Trigger(
                name="trail_update",
                sql=registry.core.triggers.TriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    execute="bangfu_trail('projects_project', 'project_id', 'id', '')",
                    func="bangfu_trail",
                    hash="8c9c019501142ba67dd8921342798dc290f30183",
                    operation="UPDATE",
                    pgid="pgtrigger_trail_update_781ce",
                    table="projects_funding",
                    when="AFTER",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="funding",
            trigger=pgtrigger.compiler.Trigger(
                name="touch",
                sql=registry.core.triggers.TriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    execute="bangfu_touch()",
                    func="bangfu_touch",
                    hash="0390d0aa75f5484eb118a3f051a9e051df38c3e6",
                    operation="UPDATE",
                    pgid="pgtrigger_touch_a4d3d",
                    table="projects_funding",
                    when="BEFORE",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="difficulty",
            trigger=pgtrigger.compiler.Trigger(
                name="trail_rows",
                sql=registry.core.triggers.TriggerSql(
                    execute="bangfu_trail('projects_project', 'project_id', 'id', '')",
                    func="bangfu_trail",
                    hash="c3ccc12ae1e71c0157f1bd2d9cc7b437870db907",
                    operation="INSERT OR DELETE",
                    pgid="pgtrigger_trail_rows_a986e",
                    table="projects_difficulty",
                    when="AFTER",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="difficulty",
            trigger=pgtrigger.compiler.Trigger(
                name="trail_update",
                sql=registry.core.triggers.TriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    execute="bangfu_trail('projects_project', 'project_id', 'id', '')",
                    func="bangfu_trail",
                    hash="a2b1d5873d885f7d66f5fde21b7da405d3550bc7",
                    operation="UPDATE",
                    pgid="pgtrigger_trail_update_2a0a4",
                    table="projects_difficulty",
                    when="AFTER",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="difficulty",
            trigger=pgtrigger.compiler.Trigger(
                name="touch",
                sql=registry.core.triggers.TriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    execute="bangfu_touch()",
                    func="bangfu_touch",
                    hash="04d3d899e9d8532bde766d95c11d5a15dd9fae27",
                    operation="UPDATE",
                    pgid="pgtrigger_touch_b970c",
                    table="projects_difficulty",
                    when="BEFORE",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="commendation",
            trigger=pgtrigger.compiler.Trigger(
                name="trail_rows",
                sql=registry.core.triggers.TriggerSql(
                    execute="bangfu_trail('projects_commendation', 'id', 'id', '')",
                    func="bangfu_trail",
                    hash="a714b16937be6ddf072b99d165c72c1ff71133a3",
                    operation="INSERT OR DELETE",
                    pgid="pgtrigger_trail_rows_a700c",
                    table="projects_commendation",
                    when="AFTER",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="commendation",
            trigger=pgtrigger.compiler.Trigger(
                name="trail_update",
                sql=registry.core.triggers.TriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    execute="bangfu_trail('projects_commendation', 'id', 'id', '')",
                    func="bangfu_trail",
                    hash="bd4eed9e4ba6ddd64a9d0a538e7355ac414127b8",
                    operation="UPDATE",
                    pgid="pgtrigger_trail_update_a5a94",
                    table="projects_commendation",
                    when="AFTER",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="commendation",
            trigger=pgtrigger.compiler.Trigger(
                name="touch",
                sql=registry.core.triggers.TriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    execute="bangfu_touch()",
                    func="bangfu_touch",
                    hash="a5f62ab3ea11b00b65f04d4c735165c9e9fcae64",
                    operation="UPDATE",
                    pgid="pgtrigger_touch_ac1db",
                    table="projects_commendation",
                    when="BEFORE",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="agreement",
            trigger=pgtrigger.compiler.Trigger(
                name="trail_rows",
                sql=registry.core.triggers.TriggerSql(
                    execute="bangfu_trail('projects_agreement', 'id', 'id', '')",
                    func="bangfu_trail",
                    hash="86bf6e362950aedd89709adf928d9daffd5bc775",
                    operation="INSERT OR DELETE",
                    pgid="pgtrigger_trail_rows_9caf5",
                    table="projects_agreement",
                    when="AFTER",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="agreement",
            trigger=pgtrigger.compiler.Trigger(
                name="trail_update",
                sql=registry.core.triggers.TriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    execute="bangfu_trail('projects_agreement', 'id', 'id', '')",
                    func="bangfu_trail",
                    hash="d95dd3d7acd9e77f973b4be79c30c116121b794b",
                    operation="UPDATE",
                    pgid="pgtrigger_trail_update_9cdb3",
                    table="projects_agreement",
                    when="AFTER",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="agreement",
            trigger=pgtrigger.compiler.Trigger(
                name="touch",
                sql=registry.core.triggers.TriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    execute="bangfu_touch()",
                    func="bangfu_touch",
                    hash="156f03c932a51ea23ec691003f638575b860bc72",
                    operation="UPDATE",
                    pgid="pgtrigger_touch_6ef9d",
                    table="projects_agreement",
                    when="BEFORE",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="projectfield",
            trigger=pgtrigger.compiler.Trigger(
                name="trail_rows",
                sql=registry.core.triggers.TriggerSql(
                    execute="bangfu_trail('projects_project', 'project_id', 'id', '')",
                    func="bangfu_trail",
                    hash="7d599f76aa3ef83f48522c581b9a6b2d6ccc37d1",
                    operation="INSERT OR DELETE",
                    pgid="pgtrigger_trail_rows_bda69",
                    table="projects_projectfield",
                    when="AFTER",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="projectfield",
            trigger=pgtrigger.compiler.Trigger(
                name="trail_update",
                sql=registry.core.triggers.TriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    execute="bangfu_trail('projects_project', 'project_id', 'id', '')",
                    func="bangfu_trail",
                    hash="7ed7e1d5da813d30380871498ff0aa11ced054ae",
                    operation="UPDATE",
                    pgid="pgtrigger_trail_update_ca4f7",
                    table="projects_projectfield",
                    when="AFTER",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="projectfield",
            trigger=pgtrigger.compiler.Trigger(
                name="touch",
                sql=registry.core.triggers.TriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    execute="bangfu_touch()",
                    func="bangfu_touch",
                    hash="585adfa63f48704e49ce12fa2388932165a27a97",
                    operation="UPDATE",
                    pgid="pgtrigger_touch_06ce3",
                    table="projects_projectfield",
                    when="BEFORE",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="project",
            trigger=pgtrigger.compiler.Trigger(
                name="trail_rows",
                sql=registry.core.triggers.TriggerSql(
                    execute="bangfu_trail('projects_project', 'id', 'id', '')",
                    func="bangfu_trail",
                    hash="95848c85dce5e18a3f1b47f488523eea62b67e90",
                    operation="INSERT OR DELETE",
                    pgid="pgtrigger_trail_rows_b5c0f",
                    table="projects_project",
                    when="AFTER",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="project",
            trigger=pgtrigger.compiler.Trigger(
                name="trail_update",
                sql=registry.core.triggers.TriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    execute="bangfu_trail('projects_project', 'id', 'id', '')",
                    func="bangfu_trail",
                    hash="38d85fa518fd57a199ceb58e95affa436072a130",
                    operation="UPDATE",
                    pgid="pgtrigger_trail_update_9474a",
                    table="projects_project",
                    when="AFTER",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="project",
            trigger=pgtrigger.compiler.Trigger(
                name="touch",
                sql=registry.core.triggers.TriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    execute="bangfu_touch()",
                    func="bangfu_touch",
                    hash="ddee1d2a0f7e0671e405a42387a99478aef5bca7",
                    operation="UPDATE",
                    pgid="pgtrigger_touch_85f85",
                    table="projects_project",
                    when="BEFORE",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="project",
            trigger=pgtrigger.compiler.Trigger(
                name="no_delete",
                sql=registry.core.triggers.TriggerSql(
                    execute="bangfu_refuse('a registered project is never deleted')",
                    func="bangfu_refuse",
                    hash="4ace482b1fe4532aea8ebca2ec2d3f9a738f2bf1",
                    operation="DELETE",
                    pgid="pgtrigger_no_delete_a77aa",
                    table="projects_project",
                    when="BEFORE",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="projectmark",
            trigger=pgtrigger.compiler.Trigger(
                name="trail_rows",
                sql=registry.core.triggers.TriggerSql(
                    execute="bangfu_trail('projects_project', 'project_id', 'id', '')",
                    func="bangfu_trail",
                    hash="869ca749666db90cae5434ec642b39c8de2cdcfb",
                    operation="INSERT OR DELETE",
                    pgid="pgtrigger_trail_rows_1d8ad",
                    table="projects_projectmark",
                    when="AFTER",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="projectmark",
            trigger=pgtrigger.compiler.Trigger(
                name="trail_update",
                sql=registry.core.triggers.TriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    execute="bangfu_trail('projects_project', 'project_id', 'id', '')",
                    func="bangfu_trail",
                    hash="1ad7685ae0165cfabc10b16363b64fd83f766578",
                    operation="UPDATE",
                    pgid="pgtrigger_trail_update_251dc",
                    table="projects_projectmark",
                    when="AFTER",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="projectmark",
            trigger=pgtrigger.compiler.Trigger(
                name="touch",
                sql=registry.core.triggers.TriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    execute="bangfu_touch()",
                    func="bangfu_touch",
                    hash="01308049609e071721ce0a2420a05c4aa3b1e71d",
                    operation="UPDATE",
                    pgid="pgtrigger_touch_93220",
                    table="projects_projectmark",
                    when="BEFORE",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="decision",
            trigger=pgtrigger.compiler.Trigger(
                name="trail_rows",
                sql=registry.core.triggers.TriggerSql(
                    execute="bangfu_trail('projects_event', 'event_id', 'id', '')",
                    func="bangfu_trail",
                    hash="b4edbad832bd44567536eb62fe51467a025b5387",
                    operation="INSERT OR DELETE",
                    pgid="pgtrigger_trail_rows_5cf84",
                    table="projects_decision",
                    when="AFTER",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="decision",
            trigger=pgtrigger.compiler.Trigger(
                name="trail_update",
                sql=registry.core.triggers.TriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    execute="bangfu_trail('projects_event', 'event_id', 'id', '')",
                    func="bangfu_trail",
                    hash="9219b1f3a66a9cfdd3df2e3d6e25e2f59947d517",
                    operation="UPDATE",
                    pgid="pgtrigger_trail_update_0416f",
                    table="projects_decision",
                    when="AFTER",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="decision",
            trigger=pgtrigger.compiler.Trigger(
                name="touch",
                sql=registry.core.triggers.TriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    execute="bangfu_touch()",
                    func="bangfu_touch",
                    hash="710a454310e8ba4aa264b3e9681b94e287eb36a5",
                    operation="UPDATE",
                    pgid="pgtrigger_touch_9cbe4",
                    table="projects_decision",
                    when="BEFORE",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="result",
            trigger=pgtrigger.compiler.Trigger(
                name="trail_rows",
                sql=registry.core.triggers.TriggerSql(
                    execute="bangfu_trail('projects_project', 'project_id', 'id', '')",
                    func="bangfu_trail",
                    hash="f5bef4c7fce67693623bfcd4377c68d6dbfba63f",
                    operation="INSERT OR DELETE",
                    pgid="pgtrigger_trail_rows_42393",
                    table="projects_result",
                    when="AFTER",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="result",
            trigger=pgtrigger.compiler.Trigger(
                name="trail_update",
                sql=registry.core.triggers.TriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    execute="bangfu_trail('projects_project', 'project_id', 'id', '')",
                    func="bangfu_trail",
                    hash="b7e5d317a49fdabc6e568721ef0c6d186459629d",
                    operation="UPDATE",
                    pgid="pgtrigger_trail_update_1533c",
                    table="projects_result",
                    when="AFTER",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="result",
            trigger=pgtrigger.compiler.Trigger(
                name="touch",
                sql=registry.core.triggers.TriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    execute="bangfu_touch()",
                    func="bangfu_touch",
                    hash="254f940afec368a9df5472de112fd37529a9fd76",
                    operation="UPDATE",
                    pgid="pgtrigger_touch_b3caa",
                    table="projects_result",
                    when="BEFORE",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="document",
            trigger=pgtrigger.compiler.Trigger(
                name="trail_rows",
                sql=registry.core.triggers.TriggerSql(
                    execute="bangfu_trail('projects_document', 'id', 'id', '')",
                    func="bangfu_trail",
                    hash="3f5398773c3540c0150dddb1da09ff7b7ece7676",
                    operation="INSERT OR DELETE",
                    pgid="pgtrigger_trail_rows_a1c6f",
                    table="projects_document",
                    when="AFTER",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="document",
            trigger=pgtrigger.compiler.Trigger(
                name="trail_update",
                sql=registry.core.triggers.TriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    execute="bangfu_trail('projects_document', 'id', 'id', '')",
                    func="bangfu_trail",
                    hash="9ef1b7a823aec0b1e1ec8437930c2e6111509f86",
                    operation="UPDATE",
                    pgid="pgtrigger_trail_update_3812d",
                    table="projects_document",
                    when="AFTER",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="document",
            trigger=pgtrigger.compiler.Trigger(
                name="touch",
                sql=registry.core.triggers.TriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    execute="bangfu_touch()",
                    func="bangfu_touch",
                    hash="d6f47e6d8971a508091a4ec0c419c197a1ba0d65",
                    operation="UPDATE",
                    pgid="pgtrigger_touch_8126d",
                    table="projects_document",
                    when="BEFORE",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="signatory",
            trigger=pgtrigger.compiler.Trigger(
                name="trail_rows",
                sql=registry.core.triggers.TriggerSql(
                    execute="bangfu_trail('projects_agreement', 'agreement_id', 'id', '')",
                    func="bangfu_trail",
                    hash="17771dd6245b4a7c33a3b43f037e341b0b1c71f7",
                    operation="INSERT OR DELETE",
                    pgid="pgtrigger_trail_rows_aff01",
                    table="projects_signatory",
                    when="AFTER",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="signatory",
            trigger=pgtrigger.compiler.Trigger(
                name="trail_update",
                sql=registry.core.triggers.TriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    execute="bangfu_trail('projects_agreement', 'agreement_id', 'id', '')",
                    func="bangfu_trail",
                    hash="065c0840939d6dffe814197a026b4de27a376e5a",
                    operation="UPDATE",
                    pgid="pgtrigger_trail_update_796ab",
                    table="projects_signatory",
                    when="AFTER",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="signatory",
            trigger=pgtrigger.compiler.Trigger(
                name="touch",
                sql=registry.core.triggers.TriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    execute="bangfu_touch()",
                    func="bangfu_touch",
                    hash="0387fbb04c46332885c77811a64b198021871cc7",
                    operation="UPDATE",
                    pgid="pgtrigger_touch_dc63b",
                    table="projects_signatory",
                    when="BEFORE",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="site",
            trigger=pgtrigger.compiler.Trigger(
                name="trail_rows",
                sql=registry.core.triggers.TriggerSql(
                    execute="bangfu_trail('projects_project', 'project_id', 'id', '')",
                    func="bangfu_trail",
                    hash="f3d625a2d7ba137805b7ce93be0465ba9428f0d2",
                    operation="INSERT OR DELETE",
                    pgid="pgtrigger_trail_rows_1d85b",
                    table="projects_site",
                    when="AFTER",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="site",
            trigger=pgtrigger.compiler.Trigger(
                name="trail_update",
                sql=registry.core.triggers.TriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    execute="bangfu_trail('projects_project', 'project_id', 'id', '')",
                    func="bangfu_trail",
                    hash="a2ea335da08b273a8ffebf209873d272cf938c3f",
                    operation="UPDATE",
                    pgid="pgtrigger_trail_update_7d06d",
                    table="projects_site",
                    when="AFTER",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="site",
            trigger=pgtrigger.compiler.Trigger(
                name="touch",
                sql=registry.core.triggers.TriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    execute="bangfu_touch()",
                    func="bangfu_touch",
                    hash="999302fbc142ad65b5430d06dde239c654a02b8b",
                    operation="UPDATE",
                    pgid="pgtrigger_touch_03fa7",
                    table="projects_site",
                    when="BEFORE",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="statement",
            trigger=pgtrigger.compiler.Trigger(
                name="trail_rows",
                sql=registry.core.triggers.TriggerSql(
                    execute="bangfu_trail('projects_statement', 'id', 'id', '')",
                    func="bangfu_trail",
                    hash="03d3fb52b6ab14bdc21035dda4892ba8a9f173b8",
                    operation="INSERT OR DELETE",
                    pgid="pgtrigger_trail_rows_b182e",
                    table="projects_statement",
                    when="AFTER",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="statement",
            trigger=pgtrigger.compiler.Trigger(
                name="trail_update",
                sql=registry.core.triggers.TriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    execute="bangfu_trail('projects_statement', 'id', 'id', '')",
                    func="bangfu_trail",
                    hash="8e003b88a60d7032092612d200d94b7474358d19",
                    operation="UPDATE",
                    pgid="pgtrigger_trail_update_8e628",
                    table="projects_statement",
                    when="AFTER",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="statement",
            trigger=pgtrigger.compiler.Trigger(
                name="touch",
                sql=registry.core.triggers.TriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    execute="bangfu_touch()",
                    func="bangfu_touch",
                    hash="2fe53fdd98deb7ad21a8da2b06839affd0fda09b",
                    operation="UPDATE",
                    pgid="pgtrigger_touch_d408a",
                    table="projects_statement",
                    when="BEFORE",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="story",
            trigger=pgtrigger.compiler.Trigger(
                name="trail_rows",
                sql=registry.core.triggers.TriggerSql(
                    execute="bangfu_trail('projects_story', 'id', 'id', '')",
                    func="bangfu_trail",
                    hash="600fb8b6173b015a14f211b8921a169f2f8e27c8",
                    operation="INSERT OR DELETE",
                    pgid="pgtrigger_trail_rows_3096b",
                    table="projects_story",
                    when="AFTER",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="story",
            trigger=pgtrigger.compiler.Trigger(
                name="trail_update",
                sql=registry.core.triggers.TriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    execute="bangfu_trail('projects_story', 'id', 'id', '')",
                    func="bangfu_trail",
                    hash="a0a54b545c3330659cc2c836b418714b0face5bd",
                    operation="UPDATE",
                    pgid="pgtrigger_trail_update_860bb",
                    table="projects_story",
                    when="AFTER",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="story",
            trigger=pgtrigger.compiler.Trigger(
                name="touch",
                sql=registry.core.triggers.TriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    execute="bangfu_touch()",
                    func="bangfu_touch",
                    hash="a53a42a8c04c6c7ee65352b759931b81bc9e3621",
                    operation="UPDATE",
                    pgid="pgtrigger_touch_3a584",
                    table="projects_story",
                    when="BEFORE",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="templatestep",
            trigger=pgtrigger.compiler.Trigger(
                name="trail_rows",
                sql=registry.core.triggers.TriggerSql(
                    execute="bangfu_trail('projects_checklisttemplate', 'template_id', 'id', '')",
                    func="bangfu_trail",
                    hash="2d9e3703e4d2b74e290226688c4ac75c574cb9f1",
                    operation="INSERT OR DELETE",
                    pgid="pgtrigger_trail_rows_46c7f",
                    table="projects_templatestep",
                    when="AFTER",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="templatestep",
            trigger=pgtrigger.compiler.Trigger(
                name="trail_update",
                sql=registry.core.triggers.TriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    execute="bangfu_trail('projects_checklisttemplate', 'template_id', 'id', '')",
                    func="bangfu_trail",
                    hash="e66595400b57fafae6a17fa6b35cb8a437a22dee",
                    operation="UPDATE",
                    pgid="pgtrigger_trail_update_493c3",
                    table="projects_templatestep",
                    when="AFTER",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="templatestep",
            trigger=pgtrigger.compiler.Trigger(
                name="touch",
                sql=registry.core.triggers.TriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    execute="bangfu_touch()",
                    func="bangfu_touch",
                    hash="7b70162496051f8d4c0c87e6736701357b861974",
                    operation="UPDATE",
                    pgid="pgtrigger_touch_49796",
                    table="projects_templatestep",
                    when="BEFORE",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="projectstep",
            trigger=pgtrigger.compiler.Trigger(
                name="trail_rows",
                sql=registry.core.triggers.TriggerSql(
                    execute="bangfu_trail('projects_project', 'project_id', 'id', '')",
                    func="bangfu_trail",
                    hash="6c8ae660a644d44e160fc309b947e877f5c06c88",
                    operation="INSERT OR DELETE",
                    pgid="pgtrigger_trail_rows_64f4a",
                    table="projects_projectstep",
                    when="AFTER",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="projectstep",
            trigger=pgtrigger.compiler.Trigger(
                name="trail_update",
                sql=registry.core.triggers.TriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    execute="bangfu_trail('projects_project', 'project_id', 'id', '')",
                    func="bangfu_trail",
                    hash="f7e7c2a0b0eb631cccd102366c4c104cbed586ae",
                    operation="UPDATE",
                    pgid="pgtrigger_trail_update_c2dad",
                    table="projects_projectstep",
                    when="AFTER",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="projectstep",
            trigger=pgtrigger.compiler.Trigger(
                name="touch",
                sql=registry.core.triggers.TriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    execute="bangfu_touch()",
                    func="bangfu_touch",
                    hash="8cb6a60fd5ca913f12e4f6431ded63f214393c0b",
                    operation="UPDATE",
                    pgid="pgtrigger_touch_74ce0",
                    table="projects_projectstep",
                    when="BEFORE",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="eventhost",
            trigger=pgtrigger.compiler.Trigger(
                name="trail_rows",
                sql=registry.core.triggers.TriggerSql(
                    execute="bangfu_trail('projects_event', 'event_id', 'id', '')",
                    func="bangfu_trail",
                    hash="b8c87a5865e44fde6634a2c676d3a48b8e678ecf",
                    operation="INSERT OR DELETE",
                    pgid="pgtrigger_trail_rows_a02c5",
                    table="projects_event_hosts",
                    when="AFTER",
                ),
            ),
        ),
        registry.core.triggers.AddTrigger(
            model_name="eventhost",
            trigger=pgtrigger.compiler.Trigger(
                name="trail_update",
                sql=registry.core.triggers.TriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    execute="bangfu_trail('projects_event', 'event_id', 'id', '')",
                    func="bangfu_trail",
                    hash="99611c685ba86c8f3111d6677a017019ca2f08e3",
                    operation="UPDATE",
                    pgid="pgtrigger_trail_update_5f73b",
                    table="projects_event_hosts",
                    when="AFTER",
                ),
            ),
        ),
    ]
