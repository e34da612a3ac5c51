"""The trail: one append-only table that the database's own triggers write."""

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ..fields import Choice
from ..triggers import append_only_but_for_redactions


class ChangeQuerySet(models.QuerySet):
    def of(self, record):
        """All changes of a record and of what hangs on it (a project's sites, funding, steps ...)."""
        return self.filter(root_table=record._meta.db_table, root_pk=str(record.pk))

    def latest_first(self):
        return self.order_by("-id")


class Change(models.Model):
    """One change of one row. `id` is the order of the trail, whatever the clock says.

    `before` holds the changed columns only (the whole row for a deletion), `after` the whole row after
    the change (null for a deletion): the latest `after` of each row is the state at any instant.
    `actor_id` is null when the change came from outside the application, which is itself a finding;
    `db_user` then says through which database account. It is a plain number, not a foreign key:
    the trail outlives every other table. `undoes` names the batch that the change takes back, `through` the system
    by whose token the actor's account was used.
    """

    class Operation(models.TextChoices):
        INSERT = "I", _("added")
        UPDATE = "U", _("changed")
        DELETE = "D", _("removed")

    at = models.DateTimeField(_("when"))
    transaction = models.BigIntegerField(_("transaction"))
    db_user = models.CharField(_("database account"), max_length=63)
    table_name = models.CharField(_("table"), max_length=63)
    row_pk = models.CharField(_("row"), max_length=64)
    root_table = models.CharField(_("record's table"), max_length=63)
    root_pk = models.CharField(_("record"), max_length=64)
    operation = Choice(_("operation"), max_length=1, choices=Operation)
    before = models.JSONField(_("before"), null=True)
    after = models.JSONField(_("after"), null=True)
    actor_id = models.BigIntegerField(_("who"), null=True)
    action = models.CharField(_("action"), max_length=100, blank=True)
    reason = models.TextField(_("why"), blank=True)
    request_id = models.CharField(_("request"), max_length=64, blank=True)
    batch_id = models.CharField(_("batch"), max_length=64, blank=True)
    through = models.CharField(_("through the system"), max_length=100, blank=True, default="", db_default="")
    undoes = models.CharField(_("undoes the batch"), max_length=64, blank=True, default="", db_default="")

    objects = ChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("change")
        verbose_name_plural = _("trail of changes")
        default_permissions = ("view",)
        indexes = (
            models.Index(fields=("root_table", "root_pk", "-id"), name="change_of_record"),
            models.Index(fields=("table_name", "row_pk", "-id"), name="change_of_row"),
            models.Index(fields=("actor_id", "-id"), name="change_by_actor"),
            models.Index(fields=("batch_id", "id"), condition=~Q(batch_id=""), name="change_of_batch"),
            models.Index(fields=("request_id", "id"), condition=~Q(request_id=""), name="change_of_request"),
            BrinIndex(fields=("at",), name="change_at", pages_per_range=32, autosummarize=True),
            models.Index(fields=("undoes", "id"), condition=~Q(undoes=""), name="change_undoing_batch"),
        )
        triggers = append_only_but_for_redactions()

    def __str__(self):
        return f"{self.pk} {self.table_name}#{self.row_pk} {self.operation}"

    @property
    def differences(self):
        """[(column, before, after)] of an update; every column of an added or removed row."""
        before, after = self.before or {}, self.after or {}
        columns = before if self.operation != self.Operation.INSERT else after
        return [(column, before.get(column), after.get(column)) for column in columns]
