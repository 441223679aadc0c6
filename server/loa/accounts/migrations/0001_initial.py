"""People, how they prove who they are, and where they are signed in."""

import uuid

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

from loa.kernel.migrating import CreateModel


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        CreateModel(
            name="User",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                ("username", models.CharField(max_length=64, unique=True)),
                ("full_name", models.CharField(max_length=120)),
                ("unit_path", models.CharField(blank=True, db_collation="C", default="", max_length=160)),
                ("must_change_password", models.BooleanField(default=True)),
                ("is_active", models.BooleanField(default=True)),
                ("is_demo", models.BooleanField(default=False)),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("password_set_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "db_table": "accounts_user",
                "indexes": [models.Index(models.F("unit_path"), name="accounts_user_unit")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("username__regex", "^[a-z0-9._-]{2,64}$")), name="accounts_user_plain_name"
                    )
                ],
            },
        ),
        CreateModel(
            name="UserSession",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("session_key", models.CharField(max_length=40, unique=True)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="accounts.user"
                    ),
                ),
                ("created_at", models.DateTimeField()),
                ("seen_at", models.DateTimeField()),
                ("origin", models.TextField(blank=True)),
                ("browser", models.TextField(blank=True)),
                ("factor", models.CharField(blank=True, default="", max_length=10)),
                ("confirmed_at", models.DateTimeField(null=True)),
                ("provider", models.CharField(blank=True, default="", max_length=255)),
            ],
            options={
                "db_table": "accounts_session",
                "indexes": [models.Index(models.F("user"), models.F("created_at"), name="accounts_session_user")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("seen_at__gte", models.F("created_at"))), name="accounts_session_order"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("factor__in", ["", "totp", "passkey", "recovery", "provider"])),
                        name="accounts_session_known_factor",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("confirmed_at", None), ("factor", "")),
                            models.Q(models.Q(("factor", ""), _negated=True), ("confirmed_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="accounts_session_confirmed",
                    ),
                ],
            },
        ),
        CreateModel(
            name="PasswordKept",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="accounts.user"
                    ),
                ),
                ("password", models.CharField(max_length=128)),
                ("ended_at", models.DateTimeField()),
            ],
            options={
                "db_table": "accounts_password_kept",
                "indexes": [models.Index(models.F("user"), models.F("ended_at"), name="accounts_password_user")],
            },
        ),
        CreateModel(
            name="SignInPace",
            fields=[
                ("key", models.CharField(max_length=80, primary_key=True, serialize=False)),
                ("failures", models.PositiveIntegerField(default=0)),
                ("last_at", models.DateTimeField()),
                ("closed_until", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "accounts_pace",
                "indexes": [models.Index(models.F("last_at"), name="accounts_pace_last")],
            },
        ),
        CreateModel(
            name="Ceremony",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=16)),
                ("browser", models.CharField(max_length=64)),
                (
                    "user",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="accounts.user"
                    ),
                ),
                ("facts", models.JSONField(default=dict)),
                ("created_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
            ],
            options={
                "db_table": "accounts_ceremony",
                "indexes": [
                    models.Index(models.F("browser"), models.F("kind"), name="accounts_ceremony_browser"),
                    models.Index(models.F("expires_at"), name="accounts_ceremony_expires"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("expires_at__gt", models.F("created_at"))), name="accounts_ceremony_order"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("browser", ""), _negated=True), name="accounts_ceremony_bound"
                    ),
                ],
            },
        ),
        CreateModel(
            name="Totp",
            fields=[
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="accounts.user",
                    ),
                ),
                ("sealed_secret", models.BinaryField(max_length=120)),
                ("last_step", models.BigIntegerField(default=0)),
                ("created_at", models.DateTimeField()),
                ("used_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "accounts_totp",
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("last_step__gte", 0)), name="accounts_totp_step")
                ],
            },
        ),
        CreateModel(
            name="Passkey",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="accounts.user"
                    ),
                ),
                ("credential_id", models.BinaryField(max_length=1023, unique=True)),
                ("public_key", models.BinaryField(max_length=2048)),
                ("sign_count", models.BigIntegerField(default=0)),
                ("transports", models.JSONField(default=list)),
                ("name", models.CharField(max_length=60)),
                ("is_synced", models.BooleanField(default=False)),
                ("created_at", models.DateTimeField()),
                ("used_at", models.DateTimeField(null=True)),
                ("cloned_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "accounts_passkey",
                "indexes": [models.Index(models.F("user"), models.F("created_at"), name="accounts_passkey_user")],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("sign_count__gte", 0)), name="accounts_passkey_count"),
                    models.CheckConstraint(
                        condition=models.Q(("name", ""), _negated=True), name="accounts_passkey_named"
                    ),
                ],
            },
        ),
        CreateModel(
            name="RecoveryCode",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="accounts.user"
                    ),
                ),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("created_at", models.DateTimeField()),
                ("used_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "accounts_recovery_code",
                "indexes": [models.Index(models.F("user"), name="accounts_recovery_user")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("used_at", None), ("used_at__gte", models.F("created_at")), _connector="OR"
                        ),
                        name="accounts_recovery_code_order",
                    )
                ],
            },
        ),
        CreateModel(
            name="ExternalIdentity",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="accounts.user"
                    ),
                ),
                ("issuer", models.CharField(max_length=255)),
                ("subject", models.CharField(max_length=255)),
                ("created_at", models.DateTimeField()),
                ("used_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "accounts_identity",
                "indexes": [models.Index(models.F("user"), name="accounts_identity_user")],
                "constraints": [
                    models.UniqueConstraint(models.F("issuer"), models.F("subject"), name="accounts_identity_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("subject", ""), _negated=True), models.Q(("issuer", ""), _negated=True)
                        ),
                        name="accounts_identity_named",
                    ),
                ],
            },
        ),
        CreateModel(
            name="Invitation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="accounts.user"
                    ),
                ),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("created_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("used_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "accounts_invitation",
                "indexes": [models.Index(models.F("user"), name="accounts_invitation_user")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("expires_at__gt", models.F("created_at"))), name="accounts_invitation_order"
                    )
                ],
            },
        ),
    ]
