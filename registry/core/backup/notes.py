"""When the last backup, restore and drill took place: notes in the trail, which nobody can take back."""

import getpass

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext_lazy

from registry.core.history import name_actions
from registry.core.models import Change, Notice, User
from registry.core.notices import notify
from registry.core.roles import Role
from registry.core.trail import acting

name_actions(
    {
        "backup.backup": gettext_lazy("Backup made"),
        "backup.restore": gettext_lazy("Backup restored"),
        "backup.drill": gettext_lazy("Restoring rehearsed"),
        "backup.watch": gettext_lazy("Backup found missing"),
    }
)
BACKUP, RESTORE, DRILL = "backup", "restore", "drill"
TABLE = Change._meta.db_table


def note(kind, facts):
    """Write down that a backup, restore or drill took place; `facts` are JSON. Returns the change."""
    return Change.objects.create(
        at=timezone.now(), transaction=_transaction(), db_user=connection.get_connection_params().get("user", ""),
        table_name=TABLE, row_pk=kind, root_table=TABLE, root_pk=kind, operation=Change.Operation.INSERT,
        after=facts | {"os_user": os_user()}, action=f"backup.{kind}",
    )  # fmt: skip


def _transaction():
    with connection.cursor() as cursor:
        cursor.execute("SELECT txid_current()")
        return cursor.fetchone()[0]


def last(kind):
    """The newest note of a kind, or None; found by an index, however long the trail is."""
    return Change.objects.filter(root_table=TABLE, root_pk=kind).order_by("-id").first()


def age(kind):
    """Seconds since the last one; None where there has been none."""
    found = last(kind)
    return (timezone.now() - found.at).total_seconds() if found else None


def os_user():
    """Who runs this process, as the machine knows him."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container without a name for its user
        return "?"


def warn_when_old(hours):
    """Tell the system administrators where the last backup is older than `hours`, or there is none; the messages."""
    seconds = age(BACKUP)
    if not hours or (seconds is not None and seconds <= hours * 3600):
        return []
    facts = {"what": "backup_old", "hours": None if seconds is None else int(seconds // 3600), "limit": hours}
    with acting(by=None, action="backup.watch"):
        return notify(User.objects.holding(Role.SYSTEM_ADMIN), Notice.Kind.INTERFACE, facts)
