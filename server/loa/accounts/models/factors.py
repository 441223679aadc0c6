"""What a person proves themselves by besides a password."""

from django.db import models
from django.db.models import F, Q

from loa.accounts.models.people import User


class Totp(models.Model):
    """An app that shows six digits. The secret is kept sealed; a step of time counts once."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, primary_key=True, related_name="+")
    sealed_secret = models.BinaryField(max_length=120)
    last_step = models.BigIntegerField(default=0)
    created_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "accounts_totp"
        constraints = [
            models.CheckConstraint(condition=Q(last_step__gte=0), name="accounts_totp_step"),
        ]

    def __str__(self) -> str:
        return f"totp of {self.user_id}"

    @property
    def scope_path(self) -> str:
        """Return the place of the person it belongs to."""
        return self.user.scope_path

    @property
    def audit_name(self) -> str:
        """Return what the record calls it."""
        return f"totp:{self.user_id}"


class Passkey(models.Model):
    """A key in a phone, a computer or a stick. Only its public half is here."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    credential_id = models.BinaryField(unique=True, max_length=1023)
    public_key = models.BinaryField(max_length=2048)
    sign_count = models.BigIntegerField(default=0)
    transports = models.JSONField(default=list)
    name = models.CharField(max_length=60)
    is_synced = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    cloned_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "accounts_passkey"
        indexes = [models.Index("user", "created_at", name="accounts_passkey_user")]
        constraints = [
            models.CheckConstraint(condition=Q(sign_count__gte=0), name="accounts_passkey_count"),
            models.CheckConstraint(condition=~Q(name=""), name="accounts_passkey_named"),
        ]

    def __str__(self) -> str:
        return f"{self.name} of {self.user_id}"

    @property
    def scope_path(self) -> str:
        """Return the place of the person it belongs to."""
        return self.user.scope_path

    @property
    def audit_name(self) -> str:
        """Return what the record calls it."""
        return f"passkey:{self.pk}"


class RecoveryCode(models.Model):
    """A code on paper for the day the phone is lost. Kept as a keyed digest; good once."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "accounts_recovery_code"
        indexes = [models.Index("user", name="accounts_recovery_user")]
        constraints = [
            models.CheckConstraint(
                condition=Q(used_at=None) | Q(used_at__gte=F("created_at")), name="accounts_recovery_code_order"
            ),
        ]

    def __str__(self) -> str:
        return f"recovery code of {self.user_id}"
