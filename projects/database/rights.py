"""Which role of the database may do what to which table: nothing, unless it stands here."""

from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType

from projects.models import Listed, ListedCount, ListedGram, ListedRank
from registry.core import models as core
from registry.core.session_roles import APP, MEMBER, READER

from .rows import SEEN

ALL, READ = frozenset({"SELECT", "INSERT", "UPDATE", "DELETE"}), frozenset({"SELECT"})
ADD = READ | {"INSERT"}

BY_HOUSE = {
    core.Change: READ,  # the triggers write it, with the rights of the tables' owner
    **dict.fromkeys((core.Seal, core.Veil, core.Redaction), ADD),  # what is taken out, bangfu_redact() takes out
    **dict.fromkeys((Listed, ListedRank, ListedCount, ListedGram), READ),  # their triggers write them
    core.SignIn: ADD | {"DELETE"},  # a trigger refuses it for half a year
    core.Session: ALL,
    LogEntry: READ,
    **dict.fromkeys(
        (ContentType, Permission, Group, Group.permissions.through, core.User.user_permissions.through), READ
    ),
}
"""{model: what `bangfu_app` may do}, for tables that have no line in `rows.py`, and where it is less than to read and
write. What each role of people may do is written by the owner (`load_roles`), never by a page."""

OWN_AFFAIRS = {
    core.Session: ALL,
    **dict.fromkeys((core.SavedView, core.Once), ALL),
    **dict.fromkeys((core.Channels, core.Job), READ | {"INSERT", "UPDATE"}),
    **dict.fromkeys((core.Notice, core.User), READ | {"UPDATE"}),
}
"""What `bangfu_member` may write itself. All else is changed by actions, which are `bangfu_app`."""


def rights():
    """{(role, table): privileges} of all that is granted on tables."""
    tables = {(role, "django_migrations"): READ for role in (APP, MEMBER, READER)}
    for model, granted in (dict.fromkeys(SEEN, ALL) | BY_HOUSE).items():
        table = model._meta.db_table
        tables |= {
            (APP, table): granted,
            (MEMBER, table): OWN_AFFAIRS.get(model, READ),
            (READER, table): READ,
        }
    return tables
