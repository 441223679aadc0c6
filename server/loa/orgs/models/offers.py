"""Support that was asked for: by whom, of whom, who agreed to it, and what came of it."""

from django.db import models
from django.db.models import F, Q

from loa.kernel.scoped import ScopedManager
from loa.orgs import rules
from loa.orgs.models.rights import Role, SupportSession
from loa.orgs.models.units import Unit


class SupportOffer(models.Model):
    """A support session that is asked for. `username` is what was typed: nobody is told whether it is anybody's.

    It becomes a session when whoever is helped has agreed, or an administrator in their place, and the helper too.
    """

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    role = models.ForeignKey(Role, on_delete=models.PROTECT, db_column="role", related_name="+")
    username = models.CharField(max_length=64)
    reason = models.CharField(max_length=300)
    minutes = models.PositiveSmallIntegerField()
    offered_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    offered_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    helped = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    consent = models.CharField(max_length=16, default="", blank=True)
    consented_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    consented_at = models.DateTimeField(null=True)
    session = models.OneToOneField(SupportSession, on_delete=models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True)
    closed_by = models.CharField(max_length=64, default="", blank=True)

    scope_lookup = "unit__path"
    objects = ScopedManager()

    class Meta:
        db_table = "orgs_support_offer"
        indexes = [models.Index("username", name="orgs_support_offer_username")]
        constraints = [
            models.CheckConstraint(condition=~Q(reason="") & ~Q(username=""), name="orgs_support_offer_is_told"),
            models.CheckConstraint(condition=Q(minutes__gte=5, minutes__lte=240), name="orgs_support_offer_lasts"),
            models.CheckConstraint(
                condition=Q(consent="", consented_by=None, consented_at=None)
                | Q(consent=rules.Consent.PERSON.value, consented_by=F("helped"), consented_at__isnull=False)
                | Q(
                    consent=rules.Consent.ADMINISTRATOR.value, consented_by=F("offered_by"), consented_at__isnull=False
                ),
                name="orgs_support_offer_consent_is_somebodys",
            ),
            models.CheckConstraint(
                condition=Q(session=None) | ~Q(consent=""), name="orgs_support_offer_begins_with_consent"
            ),
            models.CheckConstraint(
                condition=Q(session=None) | Q(closed_at=None), name="orgs_support_offer_begins_or_closes"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.username} at {self.unit_id}, {self.offered_at}"

    @property
    def scope_path(self) -> str:
        """Return the path of the unit that is to be helped."""
        return self.unit.path

    @property
    def audit_name(self) -> str:
        """Return what the record calls it."""
        return f"support_offer:{self.pk}"
