"""Who a person is at a provider of identities, and the codes that let them say so."""

from django.db import models
from django.db.models import F, Q

from loa.accounts.models.people import User


class ExternalIdentity(models.Model):
    """One account at one provider: the issuer and the subject, never an address or a name."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    issuer = models.CharField(max_length=255)
    subject = models.CharField(max_length=255)
    created_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "accounts_identity"
        indexes = [models.Index("user", name="accounts_identity_user")]
        constraints = [
            models.UniqueConstraint("issuer", "subject", name="accounts_identity_once"),
            models.CheckConstraint(condition=~Q(subject="") & ~Q(issuer=""), name="accounts_identity_named"),
        ]

    def __str__(self) -> str:
        return f"{self.issuer} {self.subject}"

    @property
    def scope_path(self) -> str:
        """Return the place of the person it belongs to."""
        return self.user.scope_path

    @property
    def audit_name(self) -> str:
        """Return what the record calls it; the subject is the provider's and the person's."""
        return f"identity:{self.pk}"


class Invitation(models.Model):
    """An administrator's code by which a person binds the identity they come with; kept as a keyed digest."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "accounts_invitation"
        indexes = [models.Index("user", name="accounts_invitation_user")]
        constraints = [
            models.CheckConstraint(condition=Q(expires_at__gt=F("created_at")), name="accounts_invitation_order"),
        ]

    def __str__(self) -> str:
        return f"invitation of {self.user_id} until {self.expires_at}"
