"""What agencies offer to a unit's newsroom, what units share in the library, and each use of it."""

from django.db import models
from django.db.models import F, Q

from loa.bulletins import rules
from loa.bulletins.models.bulletins import is_kept
from loa.kernel.scoped import ScopedManager
from loa_protocol import uuid7


class Offer(models.Model):
    """Words an agency's people offer to a newsroom. `bulletin` is what became of it; once offered the words stand."""

    id = models.UUIDField(primary_key=True, default=uuid7.make, editable=False)
    unit = models.ForeignKey("orgs.Unit", on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey("orgs.Agency", on_delete=models.PROTECT, null=True, related_name="+")
    """Whose words they are; None for somebody who holds no post in an agency."""
    author = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=rules.TITLE_LONGEST)
    text = models.TextField()
    category = models.ForeignKey("Category", on_delete=models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=16, choices=[(one.value, one.value) for one in rules.OfferState])
    created_at = models.DateTimeField()
    offered_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    reason = models.TextField(blank=True)
    bulletin = models.OneToOneField("Bulletin", on_delete=models.PROTECT, null=True, related_name="+")

    scope_lookup = "unit__path"
    objects = ScopedManager()

    class Meta:
        db_table = "bulletins_offer"
        indexes = [
            models.Index(fields=["unit", "state", "-offered_at"], name="bulletins_offer_unit"),
            models.Index(fields=["author", "-created_at"], name="bulletins_offer_author"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(title="")
                & ~Q(text="")
                & is_kept("title", rules.TITLE_LONGEST)
                & is_kept("text", rules.TEXT_LONGEST),
                name="bulletins_offer_whole",
            ),
            models.CheckConstraint(
                condition=Q(state="draft", offered_at=None, decided_at=None, decided_by=None, bulletin=None)
                | Q(state="offered", offered_at__isnull=False, decided_at=None, decided_by=None, bulletin=None)
                | Q(state="dropped", decided_at__isnull=False, decided_by=F("author"), bulletin=None)
                | Q(
                    state="declined",
                    offered_at__isnull=False,
                    decided_at__isnull=False,
                    decided_by__isnull=False,
                    bulletin=None,
                )
                & ~Q(reason="")
                | Q(
                    state="accepted",
                    offered_at__isnull=False,
                    decided_at__isnull=False,
                    decided_by__isnull=False,
                    bulletin__isnull=False,
                ),
                name="bulletins_offer_times_fit_state",
            ),
            models.CheckConstraint(
                condition=Q(reason="") | Q(state="declined") & is_kept("reason", rules.NOTE_LONGEST),
                name="bulletins_offer_reason_plain",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.state})"

    @property
    def scope_path(self) -> str:
        """Return the path of the unit whose newsroom it is offered to; load it with `unit`."""
        return self.unit.path

    @property
    def audit_name(self) -> str:
        """Return what the record calls it."""
        return f"offer:{self.id}"


class Share(models.Model):
    """An approved bulletin in the library. `sending` is what unchanged uses follow: each user has a receipt of it."""

    id = models.UUIDField(primary_key=True, default=uuid7.make, editable=False)
    bulletin = models.ForeignKey("Bulletin", on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey("orgs.Unit", on_delete=models.PROTECT, related_name="+")
    reach = models.CharField(max_length=8, choices=[(one.value, one.value) for one in rules.Reach])
    sending = models.OneToOneField("Sending", on_delete=models.PROTECT, related_name="share")
    shared_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    shared_at = models.DateTimeField()
    ended_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)

    scope_lookup = "unit__path"
    objects = ScopedManager()

    class Meta:
        db_table = "bulletins_share"
        indexes = [models.Index(fields=["unit", "-shared_at"], name="bulletins_share_unit")]
        constraints = [
            models.UniqueConstraint(
                fields=["bulletin"], condition=Q(ended_at=None), name="bulletins_share_once_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(reach__in=[one.value for one in rules.Reach]), name="bulletins_share_reach_known"
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by=None) | Q(ended_at__gte=F("shared_at"), ended_by__isnull=False),
                name="bulletins_share_ended_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.bulletin_id} in the library ({self.reach})"

    @property
    def scope_path(self) -> str:
        """Return the path of the unit that shares it; load it with `unit`."""
        return self.unit.path

    @property
    def audit_name(self) -> str:
        """Return what the record calls it."""
        return f"share:{self.id}"


class Use(models.Model):
    """One use of what is shared, by the unit that used it then: never changed, never deleted."""

    id = models.UUIDField(primary_key=True, default=uuid7.make, editable=False)
    share = models.ForeignKey(Share, on_delete=models.PROTECT, related_name="uses")
    unit = models.ForeignKey("orgs.Unit", on_delete=models.PROTECT, related_name="+")
    way = models.CharField(max_length=8, choices=[(one.value, one.value) for one in rules.UseWay])
    used_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    used_at = models.DateTimeField()
    copy = models.OneToOneField("Bulletin", on_delete=models.PROTECT, null=True, related_name="+")
    receipt = models.OneToOneField("Receipt", on_delete=models.PROTECT, null=True, related_name="+")

    scope_lookup = "unit__path"
    objects = ScopedManager()

    class Meta:
        db_table = "bulletins_use"
        indexes = [
            models.Index(fields=["share", "used_at"], name="bulletins_use_share"),
            models.Index(fields=["unit", "used_at"], name="bulletins_use_unit"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(way="copy", copy__isnull=False, receipt=None)
                | Q(way="original", copy=None, receipt__isnull=False),
                name="bulletins_use_names_what_it_made",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} used {self.share_id} ({self.way})"
