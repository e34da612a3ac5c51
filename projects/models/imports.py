"""The import of a ledger: the file that somebody sent, what was read of it, what was decided, what became of it."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import DecimalField, Q, Sum
from django.db.models.fields.json import KT
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from registry.core.constraints import paired
from registry.core.fields import Choice, TextLine
from registry.core.lifecycle import Fact, Lifecycle, Move, Staged, moves_of
from registry.core.models import Blob, Job, Record
from registry.core.triggers import record_triggers

from .campaigns import Campaign
from .people import at, by

PERMISSION = "projects.add_ledgerimport"


class LedgerImportQuerySet(models.QuerySet):
    def within_scope_of(self, user):
        """One's own; bureau and auditors see all."""
        if not (user.is_authenticated and user.is_active and user.has_perm("projects.view_ledgerimport")):
            return self.none()
        return self if user.reads_everything else self.filter(sender=user)

    def unfinished(self):
        """Those in which something is still to be done."""
        return self.filter(status__in=LedgerImport.UNFINISHED)

    def heads_said_by(self, user):
        """What the person has said of heads in its last ledgers, the last word first: {head: column key}."""
        said = {}
        for heads in self.filter(sender=user).exclude(heads={}).order_by("-id").values_list("heads", flat=True)[:20]:
            said = heads | said
        return said

    def of_same_file(self, other):
        """Others of the same bytes that stand in the register."""
        return self.filter(blob=other.blob_id, status=LedgerImport.Status.IMPORTED).exclude(pk=other.pk)


def new_batch():
    return uuid.uuid4().hex


class LedgerImport(Record, Staged):
    """One ledger on its way into the register.

    `layout` holds what was found on its sheets (`ledger.survey`), `heads` what its columns mean by the sender's word
    ({head: column key, "" to leave it out}), `told` what is said of the whole file ({language: [sentence]}), `summary`
    how many rows there are of each outcome. `batch` is the trail's batch id of everything that its import writes.
    """

    class Status(models.TextChoices):
        RECEIVED = "received", pgettext_lazy("ledger", "received")
        REFUSED = "refused", pgettext_lazy("ledger", "refused")
        CHECKED = "checked", pgettext_lazy("ledger", "checked")
        IMPORTED = "imported", pgettext_lazy("ledger", "imported")
        UNDONE = "undone", pgettext_lazy("ledger", "undone")
        DROPPED = "dropped", pgettext_lazy("ledger", "dropped")

    class Unit(models.TextChoices):
        YUAN = "yuan", _("yuan")
        WAN = "wan", _("10,000 yuan")
        YI = "yi", _("100 million yuan")

    UNFINISHED = (Status.RECEIVED, Status.CHECKED)
    lifecycle = Lifecycle(
        Move(Status.RECEIVED, Status.REFUSED, _("Refuse"), PERMISSION, automatic=True),
        Move(Status.RECEIVED, Status.CHECKED, _("Check"), PERMISSION, automatic=True),
        Move(Status.CHECKED, Status.RECEIVED, _("Read anew"), PERMISSION, automatic=True),
        Move(Status.CHECKED, Status.IMPORTED, _("Import"), PERMISSION, facts=("rows",), stamps="imported"),
        Move(Status.IMPORTED, Status.UNDONE, _("Undo"), PERMISSION, stamps="undone", reason=True, danger=True),
        *moves_of((*UNFINISHED, Status.REFUSED), Status.DROPPED, _("Drop"), PERMISSION, danger=True),
        facts={"rows": Fact(lambda one: one.to_write > 0, _("No row can be imported: correct the file first."))},
    )  # fmt: skip

    sender = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="ledgers", editable=False, verbose_name=_("sender")
    )
    sent_at = models.DateTimeField(_("sent at"), default=timezone.now, editable=False)
    blob = models.ForeignKey(Blob, models.PROTECT, related_name="+", editable=False, verbose_name=_("file"))
    original_name = TextLine(_("file name"), max_length=255, editable=False)
    status = Choice(_("status"), max_length=10, choices=Status, default=Status.RECEIVED, editable=False)
    sheet = TextLine(_("sheet"), max_length=100, blank=True, editable=False)
    unit = Choice(_("unit of money"), max_length=4, choices=Unit, blank=True, editable=False)
    campaign = models.ForeignKey(
        Campaign, models.PROTECT, related_name="+", null=True, blank=True, editable=False, verbose_name=_("campaign")
    )
    heads = models.JSONField(_("meaning of the columns"), default=dict, editable=False)
    layout = models.JSONField(_("what was read"), default=dict, editable=False)
    told = models.JSONField(_("what is told of the file"), default=dict, editable=False)
    summary = models.JSONField(_("outcome"), default=dict, editable=False)
    batch = models.CharField(_("batch"), max_length=32, default=new_batch, unique=True, editable=False)
    written = models.JSONField(_("written"), default=dict, editable=False)
    job = models.ForeignKey(
        Job, models.SET_NULL, related_name="+", null=True, blank=True, editable=False, verbose_name=_("work in hand")
    )
    imported_by = by(_("imported by"))
    imported_at = at(_("imported at"))
    undone_by = by(_("undone by"))
    undone_at = at(_("undone at"))

    objects = LedgerImportQuerySet.as_manager()

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("import of a ledger")
        verbose_name_plural = _("imports of ledgers")
        ordering = ("-id",)
        triggers = record_triggers()
        constraints = (
            paired("ledgerimport_imported", "imported_by", "imported_at"),
            paired("ledgerimport_undone", "undone_by", "undone_at"),
            models.CheckConstraint(
                name="ledgerimport_imported_by_someone",
                condition=~Q(status__in=("imported", "undone")) | Q(imported_by__isnull=False),
            ),
            models.CheckConstraint(
                name="ledgerimport_undone_by_someone",
                condition=Q(status="undone", undone_by__isnull=False)
                | (~Q(status="undone") & Q(undone_by__isnull=True)),
            ),
        )
        indexes = (
            models.Index(fields=("sender", "-id"), name="ledgerimport_of_sender"),
            models.Index(fields=("blob",), condition=Q(status="imported"), name="ledgerimport_of_file"),
        )

    def __str__(self):
        return f"#{self.pk} {self.original_name}"

    def allows(self, move, user):
        """Only the sender decides; an import can also be undone by the bureau."""
        return user.pk == self.sender_id or (move.target == self.Status.UNDONE and user.is_bureau)

    @property
    def is_surveyed(self):
        """Whether its sheets and columns are known."""
        return bool(self.layout.get("sheets"))

    @property
    def refusal(self):
        """Why the file, or its ledger, was not read: {language: sentence} with its `code`; empty where it was."""
        return self.layout.get("refusal", {})

    @property
    def to_write(self):
        """How many rows the import would write: new ones, and those of the register that the sender wants changed."""
        return self.rows.to_write().count() if self.pk else 0


class LedgerRowQuerySet(models.QuerySet):
    def within_scope_of(self, user):
        return self.filter(ledger__in=LedgerImport.objects.within_scope_of(user))

    def new(self):
        """Rows that become projects, those among them that the sender says are none that the register knows."""
        return self.filter(Q(outcome=LedgerRow.Outcome.NEW) | Q(outcome=LedgerRow.Outcome.DIFFERS, pick__act="new"))

    def to_update(self):
        """Rows of which the sender has chosen cells to take over."""
        return self.filter(outcome=LedgerRow.Outcome.DIFFERS, pick__act="update")

    def to_write(self):
        return self.new() | self.to_update()

    def faulty(self):
        return self.filter(outcome=LedgerRow.Outcome.REJECTED)

    def in_order(self):
        return self.order_by("position")

    def funds(self):
        """What the rows say of money, in yuan: the amounts by which they count; None where they state none."""
        amount = Cast(KT("told__values__fund_yuan"), DecimalField(max_digits=18, decimal_places=2))
        return self.aggregate(sum=Sum(amount))["sum"]


class LedgerRow(models.Model):
    """One row of a ledger with its verdict. No record of the register: the check writes all of them anew.

    `told` is the row as `ledger.report` tells it, without sentences; `said` holds these by language, {language:
    {"errors": [...], "warnings": [...]}}. `cells` are the texts as they stand in the file, by column key; `raw` the
    whole row of a faulty one, for the workbook of faults. `fix` holds texts put in the place of cells, `pick` what was
    decided: both outlive a new check. `digest` is what the sender saw. `project` is a plain number: a row tells of a
    project also after the import was undone.
    """

    class Outcome(models.TextChoices):
        NEW = "accept", pgettext_lazy("row", "new")
        DIFFERS = "differs", pgettext_lazy("row", "differs")
        UNCHANGED = "unchanged", pgettext_lazy("row", "unchanged")
        SKIPPED = "skipped", _("twice in the file")
        REJECTED = "reject", _("faulty")

    ledger = models.ForeignKey(LedgerImport, models.CASCADE, related_name="rows", verbose_name=_("import"))
    position = models.PositiveIntegerField(_("position"))
    sheet = models.CharField(_("sheet"), max_length=100)
    row = models.PositiveIntegerField(_("row"))
    outcome = Choice(_("outcome"), max_length=10, choices=Outcome)
    told = models.JSONField(_("as it was read"), default=dict)
    said = models.JSONField(_("what is said of it"), default=dict)
    cells = models.JSONField(_("cells as written"), default=dict)
    raw = models.JSONField(_("the row as it stands in the file"), null=True)
    fix = models.JSONField(_("corrections"), default=dict)
    pick = models.JSONField(_("decision"), default=dict)
    digest = models.CharField(_("digest"), max_length=64, blank=True)
    project = models.BigIntegerField(_("project"), null=True)
    was_written = models.BooleanField(_("written"), default=False)

    objects = LedgerRowQuerySet.as_manager()

    class Meta:
        verbose_name = _("row of a ledger")
        verbose_name_plural = _("rows of a ledger")
        default_permissions = ()
        ordering = ("ledger", "position")
        constraints = (models.UniqueConstraint(fields=("ledger", "position"), name="ledgerrow_position"),)
        indexes = (models.Index(fields=("ledger", "outcome", "position"), name="ledgerrow_by_outcome"),)

    def __str__(self):
        return self.place

    @property
    def place(self):
        """The row as orders name it: sheet and number, as Excel shows them."""
        return f"{self.sheet}!{self.row}"
