"""The append-only record: acts, the rows they changed, the checkpoints that seal both, and how long all is kept."""

from django.db import models
from django.db.models.functions import Now

from loa.audit import rules


class Entry(models.Model):
    """One act, or one refusal; written by the function `audit_append` alone, see migration 0002.

    Entries are chained per unit and day: `digest` covers `previous` and every other column. What stands without a
    `position` was chained before, all in one chain (`rules.former_digest`).
    """

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    actor_kind = models.TextField()
    actor_id = models.TextField()
    actor_name = models.TextField(blank=True)
    origin = models.TextField(blank=True)
    action = models.TextField()
    target = models.TextField()
    unit_path = models.TextField()
    result = models.TextField()
    detail = models.JSONField()
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)

    chain = models.TextField(default="", db_default="", db_collation="C")
    day = models.DateField(null=True)
    position = models.BigIntegerField(null=True)
    txid = models.BigIntegerField(default=0, db_default=0)
    db_role = models.TextField(default="", db_default="")
    change_ids = models.TextField(default="", db_default="")
    changes = models.PositiveIntegerField(default=0, db_default=0)
    changes_sha256 = models.CharField(max_length=64, default="", db_default="", blank=True)

    class Meta:
        db_table = "audit_entry"
        constraints = [
            models.UniqueConstraint(
                fields=["previous"], condition=models.Q(position=None), name="audit_entry_one_successor"
            ),
            models.UniqueConstraint(fields=["chain", "day", "position"], name="audit_entry_one_place"),
        ]
        indexes = [
            models.Index("unit_path", "id", name="audit_entry_unit"),
            models.Index("target", "id", name="audit_entry_target"),
            models.Index("txid", "id", name="audit_entry_settled"),
            models.Index("actor_id", "id", name="audit_entry_actor"),
        ]

    def __str__(self) -> str:
        return f"{self.id} {self.action} {self.target} {self.result}"

    @property
    def chain_name(self) -> str:
        """Return its chain as people read it: `26/09043 2026-11-23`."""
        return rules.chain_name(self.chain, self.day)


class Change(models.Model):
    """One row that was added, changed or removed, in whatever way; written by triggers alone, see migration 0002.

    `before` and `after` hold the changed columns, personal ones as salted digests; `row_sha256` covers the whole row
    afterwards. Without `action` the change was made outside every command.
    """

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    txid = models.BigIntegerField()
    table_name = models.TextField()
    row_key = models.TextField()
    operation = models.CharField(max_length=1)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    row_sha256 = models.CharField(max_length=64, blank=True)
    actor = models.TextField()
    action = models.TextField(blank=True)
    origin = models.TextField(blank=True)

    class Meta:
        db_table = "audit_change"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(operation__in=["I", "U", "D", "B"]), name="audit_change_operation"
            ),
        ]
        indexes = [models.Index("table_name", "row_key", "id", name="audit_change_row")]

    def __str__(self) -> str:
        return f"{self.id} {self.operation} {self.table_name} {self.row_key}"


class Salt(models.Model):
    """The one secret mixed into digests of rows and hidden values, so that nobody guesses what they stand for."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    value = models.TextField()

    class Meta:
        db_table = "audit_salt"
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="audit_salt_only_one")]

    def __str__(self) -> str:
        return "the salt"


class Checkpoint(models.Model):
    """A signed statement of how far the record reached; `body` is what was signed, to the byte."""

    number = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    body = models.TextField()
    key_id = models.TextField()
    signature = models.TextField()

    class Meta:
        db_table = "audit_checkpoint"
        constraints = [
            models.CheckConstraint(condition=models.Q(number__gte=1), name="audit_checkpoint_numbered"),
        ]
        indexes = [models.Index("at", name="audit_checkpoint_at")]

    def __str__(self) -> str:
        return f"checkpoint {self.number} of {self.at}"


class Retention(models.Model):
    """How long a class of records is kept at least."""

    kind = models.CharField(max_length=16, primary_key=True, choices=[(kind.value, kind.value) for kind in rules.Kind])
    months = models.PositiveSmallIntegerField(default=rules.MONTHS_USUAL, db_default=rules.MONTHS_USUAL)
    basis = models.TextField()
    changed_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "audit_retention"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=[kind.value for kind in rules.Kind]), name="audit_retention_kind"
            ),
            models.CheckConstraint(
                condition=models.Q(months__gte=rules.MONTHS_FEWEST, months__lte=rules.MONTHS_MOST),
                name="audit_retention_months",
            ),
            models.CheckConstraint(condition=~models.Q(basis=""), name="audit_retention_basis"),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.months} months"


class Purge(models.Model):
    """One removal by the rule: which days, and how much; written by the function `audit_purge` alone."""

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    txid = models.BigIntegerField()
    through = models.DateField()
    months = models.PositiveSmallIntegerField()
    entries = models.BigIntegerField()
    changes = models.BigIntegerField()

    class Meta:
        db_table = "audit_purge"

    def __str__(self) -> str:
        return f"removed through {self.through}"


class Feed(models.Model):
    """How far one receiver has been told. Entries are told in the order of `txid`, then `entry`, once they settled."""

    name = models.CharField(max_length=16, primary_key=True)
    floor = models.BigIntegerField(default=0)
    txid = models.BigIntegerField(default=0)
    entry = models.BigIntegerField(default=0)
    told_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "audit_feed"

    def __str__(self) -> str:
        return f"{self.name} until {self.entry}"
