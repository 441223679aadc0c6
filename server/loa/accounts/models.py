"""People who sign in, and the sessions they hold."""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Now


class UserManager(BaseUserManager["User"]):
    """Finds a person by the name they sign in with."""


class User(AbstractBaseUser):
    """A person with an account. What they may do stands in `orgs` as grants, not here."""

    username = models.CharField(max_length=64, unique=True)
    full_name = models.CharField(max_length=120)
    must_change_password = models.BooleanField(default=True)
    is_active = models.BooleanField(default=True)
    failed_sign_ins = models.PositiveSmallIntegerField(default=0)
    locked_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=Now())

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["full_name"]
    objects = UserManager()

    class Meta:
        db_table = "accounts_user"
        constraints = [
            models.CheckConstraint(condition=models.Q(username__regex=r"^[a-z0-9._-]{2,64}$"), name="accounts_user_plain_name"),
        ]

    def __str__(self) -> str:
        return f"{self.full_name} ({self.username})"

    @property
    def scope_path(self) -> str:
        """A person stands at no unit: only the system and the person act on the account itself."""
        return ""

    @property
    def audit_name(self) -> str:
        """Return what the record calls the person."""
        return f"user:{self.pk}"


class UserSession(models.Model):
    """A signed-in browser. The row is the session's right to live."""

    session_key = models.CharField(max_length=40, primary_key=True)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    origin = models.TextField(blank=True)
    browser = models.TextField(blank=True)

    class Meta:
        db_table = "accounts_session"
        indexes = [models.Index("user", "created_at", name="accounts_session_user")]

    def __str__(self) -> str:
        return f"{self.user_id} since {self.created_at}"
