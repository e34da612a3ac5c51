"""How PostgreSQL answers the ten hottest questions; `--write` keeps it in docs/plans.md."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from registry.core.dates import today
from registry.core.models import User
from registry.core.roles import Role
from registry.hot import LARGE, plans

PLACE = settings.BASE_DIR / "docs" / "plans.md"
LONGEST = 1500
"""Characters of a statement that are kept: the rest of it is columns."""

HEAD = """\
# How the hottest questions are answered

Written by `python manage.py explain_hot --write` on {day}, PostgreSQL {server}. Each question of `registry/hot.py` is
asked once as a member of the bureau's staff; below stands the plan of the statement that took longest, with what it
really took. Names and numbers are those of the data set that was loaded, which is made up.

| table | rows |
|---|---|
{sizes}
"""
EACH = """
## {name}

`GET {address}`: {number} statements{scans}

```sql
{sql}
```

```text
{plan}
```
"""


class Command(BaseCommand):
    help = "Explains the ten hottest questions (EXPLAIN ANALYZE, BUFFERS) as the first member of the bureau's staff."

    def add_arguments(self, parser):
        parser.add_argument("--write", action="store_true", help="keep the plans in docs/plans.md")

    def handle(self, *args, write, **options):
        user = User.objects.holding(Role.BUREAU).filter(is_active=True).order_by("pk").first()
        if user is None:
            raise CommandError("Nobody holds the bureau's role: there is nobody to ask as.")
        try:
            found = plans(user)
        except ValueError as problem:
            raise CommandError(f"{problem}") from None
        text = HEAD.format(day=today(), server=_asked("SHOW server_version").split()[0], sizes=sizes())
        text += "".join(told(plan) for plan in found)
        if write:
            PLACE.write_text(text, "utf-8")
        self.stdout.write(text)
        for plan in found:
            if plan.scanned:
                self.stderr.write(f"{plan.name} reads from end to end: {', '.join(plan.scanned)}")


def told(plan):
    sql = plan.sql if len(plan.sql) <= LONGEST else f"{plan.sql[:LONGEST]} …"
    scans = f"; **reads from end to end: {', '.join(plan.scanned)}**" if plan.scanned else ""
    return EACH.format(
        name=plan.name, address=plan.address, number=plan.statements, scans=scans, sql=sql, plan="\n".join(plan.lines)
    )


def sizes():
    """The rows of the large tables, as PostgreSQL estimates them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, greatest(reltuples, 0)::bigint FROM pg_class"
            " WHERE relname = ANY(%s) AND relnamespace = 'public'::regnamespace ORDER BY 1",
            [list(LARGE)],
        )
        return "\n".join(f"| `{name}` | {number:,} |" for name, number in cursor.fetchall())


def _asked(question):
    with connection.cursor() as cursor:
        cursor.execute(question)
        return cursor.fetchone()[0]
