import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
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
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
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
        migrations.CreateModel(
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
        migrations.CreateModel(
            name="UserSession",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("session_key", models.CharField(max_length=40, unique=True)),
                ("created_at", models.DateTimeField()),
                ("seen_at", models.DateTimeField()),
                ("origin", models.TextField(blank=True)),
                ("browser", models.TextField(blank=True)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="accounts.user"
                    ),
                ),
            ],
            options={
                "db_table": "accounts_session",
                "indexes": [models.Index(models.F("user"), models.F("created_at"), name="accounts_session_user")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("seen_at__gte", models.F("created_at"))), name="accounts_session_order"
                    )
                ],
            },
        ),
    ]
