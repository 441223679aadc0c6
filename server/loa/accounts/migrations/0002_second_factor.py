import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Passkey",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
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
            },
        ),
        migrations.CreateModel(
            name="RecoveryCode",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("created_at", models.DateTimeField()),
                ("used_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "accounts_recovery_code",
            },
        ),
        migrations.CreateModel(
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
            },
        ),
        migrations.AddField(
            model_name="usersession",
            name="confirmed_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="usersession",
            name="factor",
            field=models.CharField(blank=True, default="", max_length=10),
        ),
        migrations.AddConstraint(
            model_name="usersession",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "factor__in",
                        [
                            "",
                            "totp",
                            "passkey",
                            "recovery",
                            "provider",
                        ],
                    )
                ),
                name="accounts_session_known_factor",
            ),
        ),
        migrations.AddConstraint(
            model_name="usersession",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("confirmed_at", None), ("factor", "")),
                    models.Q(models.Q(("factor", ""), _negated=True), ("confirmed_at__isnull", False)),
                    _connector="OR",
                ),
                name="accounts_session_confirmed",
            ),
        ),
        migrations.AddField(
            model_name="passkey",
            name="user",
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="accounts.user"),
        ),
        migrations.AddField(
            model_name="recoverycode",
            name="user",
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="accounts.user"),
        ),
        migrations.AddConstraint(
            model_name="totp",
            constraint=models.CheckConstraint(condition=models.Q(("last_step__gte", 0)), name="accounts_totp_step"),
        ),
        migrations.AddIndex(
            model_name="passkey",
            index=models.Index(models.F("user"), models.F("created_at"), name="accounts_passkey_user"),
        ),
        migrations.AddConstraint(
            model_name="passkey",
            constraint=models.CheckConstraint(
                condition=models.Q(("sign_count__gte", 0)), name="accounts_passkey_count"
            ),
        ),
        migrations.AddConstraint(
            model_name="passkey",
            constraint=models.CheckConstraint(
                condition=models.Q(("name", ""), _negated=True), name="accounts_passkey_named"
            ),
        ),
        migrations.AddIndex(
            model_name="recoverycode",
            index=models.Index(models.F("user"), name="accounts_recovery_user"),
        ),
        migrations.AddConstraint(
            model_name="recoverycode",
            constraint=models.CheckConstraint(
                condition=models.Q(("used_at", None), ("used_at__gte", models.F("created_at")), _connector="OR"),
                name="accounts_recovery_code_order",
            ),
        ),
    ]
