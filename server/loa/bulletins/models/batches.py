"""Old tapes and papers on their way into the archive, file by file, and what became of each."""

from django.db import models
from django.db.models import Q

from loa.bulletins.models.bulletins import Bulletin
from loa.kernel.scoped import ScopedManager
from loa_protocol import uuid7

FOLDER_LONGEST = 500
NAME_LONGEST = 400


class Batch(models.Model):
    """A folder that is brought into a unit's archive. `author` stands behind what comes of it."""

    id = models.UUIDField(primary_key=True, default=uuid7.make, editable=False)
    unit = models.ForeignKey("orgs.Unit", on_delete=models.PROTECT, related_name="+")
    author = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    folder = models.CharField(max_length=FOLDER_LONGEST)
    name = models.CharField(max_length=NAME_LONGEST, blank=True)
    """What the file was called that came by a page; empty for a folder at the machine."""
    is_written_down = models.BooleanField()
    """Whether a machine writes down what is heard, as a draft for searching."""
    begun_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    """When somebody who had seen what was found said that it shall come in."""
    ended_at = models.DateTimeField(null=True)

    scope_lookup = "unit__path"
    objects = ScopedManager()

    class Meta:
        db_table = "bulletins_batch"
        indexes = [models.Index(fields=["unit", "-begun_at"], name="bulletins_batch_unit")]
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=models.F("begun_at")), name="bulletins_batch_ends_later"
            ),
            models.CheckConstraint(
                condition=Q(started_at=None) | Q(started_at__gte=models.F("begun_at")),
                name="bulletins_batch_starts_later",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.folder} for {self.unit_id}"

    @property
    def scope_path(self) -> str:
        """Return the path of the unit; load it with `unit`."""
        return self.unit.path

    @property
    def audit_name(self) -> str:
        """Return what the record calls it."""
        return f"batch:{self.id}"

    @property
    def is_running(self) -> bool:
        """Tell whether it comes in now, or shall when a hand is free."""
        return self.started_at is not None and self.ended_at is None


class Tape(models.Model):
    """One file of a batch: what the spreadsheet says of it, and what became of it. Once decided it stands.

    `sha256` is the digest of the file as it was found. A unit takes each file once.
    """

    id = models.BigAutoField(primary_key=True)
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="tapes")
    unit = models.ForeignKey("orgs.Unit", on_delete=models.PROTECT, related_name="+", db_index=False)
    number = models.PositiveIntegerField()
    name = models.CharField(max_length=NAME_LONGEST)
    sha256 = models.CharField(max_length=64, blank=True)
    title = models.CharField(max_length=200, blank=True)
    aired_on = models.DateField(null=True)
    category = models.ForeignKey("Category", on_delete=models.PROTECT, null=True, related_name="+")
    byline = models.CharField(max_length=120, blank=True)
    text = models.TextField(blank=True)
    remark = models.TextField(blank=True)
    state = models.CharField(max_length=8)
    reason = models.CharField(max_length=60, blank=True)
    bulletin = models.OneToOneField(Bulletin, on_delete=models.PROTECT, null=True, related_name="tape")
    document = models.ForeignKey("media.Document", on_delete=models.PROTECT, null=True, related_name="+")
    origin = models.JSONField(null=True)
    """What the system it comes from said of it, for what comes of an archive that was written out."""
    written_down_by = models.CharField(max_length=80, blank=True)
    """The program whose draft the text is: no person has read it."""

    scope_lookup = "unit__path"
    objects = ScopedManager()

    class Meta:
        db_table = "bulletins_tape"
        constraints = [
            models.UniqueConstraint(fields=["batch", "number"], name="bulletins_tape_numbered_once"),
            models.UniqueConstraint(
                fields=["unit", "sha256"], condition=Q(state="taken"), name="bulletins_tape_taken_once"
            ),
            models.CheckConstraint(
                condition=Q(state="new", bulletin=None, reason="")
                | Q(state="known", bulletin=None)
                | Q(state="taken", bulletin__isnull=False, reason="")
                | (Q(state="refused", bulletin=None) & ~Q(reason="")),
                name="bulletins_tape_fate_fits_state",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.state})"
