"""Stations without a device, and what people played there by hand."""

from django.db import models
from django.db.models import F, Q

from loa.devices import by_hand, rules
from loa.kernel.scoped import ScopedManager
from loa_protocol import uuid7


class Station(models.Model):
    """A wired or FM station without a device: it is never on line or off line, its condition is a person's word."""

    id = models.UUIDField(primary_key=True, default=uuid7.make, editable=False)
    unit = models.ForeignKey("orgs.Unit", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=rules.NAME_LONGEST)
    chain = models.CharField(max_length=8, choices=[(chain.value, chain.value) for chain in by_hand.Chain])
    place = models.CharField(max_length=by_hand.PLACE_LONGEST, default="", blank=True)
    power_w = models.PositiveIntegerField(null=True)
    speakers = models.PositiveIntegerField(null=True)
    condition = models.CharField(max_length=8, choices=[(one.value, one.value) for one in by_hand.Condition])
    words = models.CharField(max_length=by_hand.WORDS_LONGEST, default="", blank=True)
    added_at = models.DateTimeField()
    looked_at = models.DateTimeField()
    looked_by = models.CharField(max_length=160)

    scope_lookup = "unit__path"
    objects = ScopedManager()

    class Meta:
        db_table = "devices_station"
        indexes = [models.Index("unit", "name", "id", name="devices_station_unit")]
        constraints = [
            models.CheckConstraint(condition=~Q(name="") & ~Q(looked_by=""), name="devices_station_named"),
            models.CheckConstraint(
                condition=Q(chain__in=[chain.value for chain in by_hand.Chain])
                & Q(condition__in=[one.value for one in by_hand.Condition]),
                name="devices_station_words_known",
            ),
            models.CheckConstraint(condition=Q(looked_at__gte=F("added_at")), name="devices_station_looked_at_later"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.id})"

    @property
    def scope_path(self) -> str:
        """Return the path of the unit it stands in; load it with `unit`."""
        return self.unit.path

    @property
    def audit_name(self) -> str:
        """Return what the record calls it."""
        return f"station:{self.id}"


class HandPlay(models.Model):
    """One line of a station's manual log. It stands; a correction is another line that names it (migration 0011).

    `airing_id` is the airing that was announced with it, None for what no plan asked for.
    """

    id = models.UUIDField(primary_key=True, default=uuid7.make, editable=False)
    station = models.ForeignKey(Station, on_delete=models.PROTECT, related_name="plays", db_index=False)
    airing_id = models.UUIDField(null=True)
    played_at = models.DateTimeField()
    minutes = models.PositiveIntegerField(null=True)
    words = models.CharField(max_length=by_hand.WORDS_LONGEST)
    corrects = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="corrected_by")
    reason = models.CharField(max_length=rules.REASON_LONGEST, default="", blank=True)
    noted_at = models.DateTimeField()
    noted_by = models.CharField(max_length=160)

    scope_lookup = "station__unit__path"
    objects = ScopedManager()

    class Meta:
        db_table = "devices_hand_play"
        indexes = [
            models.Index("station", "played_at", "id", name="devices_hand_play_station"),
            models.Index("airing_id", name="devices_hand_play_airing", condition=Q(airing_id__isnull=False)),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(words="") & ~Q(noted_by=""), name="devices_hand_play_told"),
            models.CheckConstraint(condition=Q(played_at__lte=F("noted_at")), name="devices_hand_play_not_foretold"),
            models.CheckConstraint(
                condition=Q(corrects=None, reason="") | Q(corrects__isnull=False) & ~Q(reason=""),
                name="devices_hand_play_corrected_why",
            ),
            models.CheckConstraint(
                condition=Q(minutes=None) | Q(minutes__range=(1, by_hand.MINUTES_MOST)),
                name="devices_hand_play_lasts",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.station_id} at {self.played_at}"

    @property
    def scope_path(self) -> str:
        """Return the path of the station's unit; load it with `station__unit`."""
        return self.station.scope_path

    @property
    def audit_name(self) -> str:
        """Return what the record calls it."""
        return f"hand_play:{self.id}"
