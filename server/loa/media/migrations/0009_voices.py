"""Voices that units add, which one a unit usually reads with, and how fast a clip was read."""

import django.db.models.deletion
from django.db import migrations, models

import loa_protocol.uuid7


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0006_demo_accounts"),
        ("media", "0008_a_pronunciation_is_only_ended"),
        ("orgs", "0019_names_are_found_by_their_parts"),
    ]

    operations = [
        migrations.AddField(
            model_name="clip",
            name="speed",
            field=models.FloatField(db_default=1.0, default=1.0),
        ),
        migrations.CreateModel(
            name="UsualVoice",
            fields=[
                (
                    "unit",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="orgs.unit",
                    ),
                ),
                ("voice", models.CharField(max_length=64)),
                ("pace", models.CharField(default="medium", max_length=8)),
            ],
            options={
                "db_table": "media_usual_voice",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("voice", ""), _negated=True), name="media_usual_voice_named"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("pace__in", ["fast", "medium", "slow"])), name="media_usual_voice_pace"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AddedVoice",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=loa_protocol.uuid7.make, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("sha256", models.CharField(max_length=64)),
                ("config_sha256", models.CharField(max_length=64)),
                ("size_bytes", models.PositiveIntegerField()),
                ("label", models.CharField(max_length=60)),
                ("dataset", models.CharField(blank=True, max_length=60)),
                ("language", models.CharField(blank=True, max_length=60)),
                ("quality", models.CharField(blank=True, max_length=60)),
                ("region", models.CharField(blank=True, max_length=8)),
                ("gender", models.CharField(blank=True, max_length=8)),
                ("license", models.CharField(blank=True, max_length=120)),
                ("note", models.CharField(blank=True, max_length=500)),
                ("added_at", models.DateTimeField()),
                (
                    "added_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.user"
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orgs.unit"),
                ),
            ],
            options={
                "db_table": "media_voice",
                "constraints": [
                    models.UniqueConstraint(
                        models.F("unit"), models.F("sha256"), models.F("config_sha256"), name="media_voice_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("config_sha256__regex", "^[0-9a-f]{64}$"), ("sha256__regex", "^[0-9a-f]{64}$")
                        ),
                        name="media_voice_digests",
                    ),
                    models.CheckConstraint(condition=models.Q(("label", ""), _negated=True), name="media_voice_named"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("gender__in", ("", "female", "male")), ("region__in", ["north", "central", "south", ""])
                        ),
                        name="media_voice_told",
                    ),
                ],
            },
        ),
    ]
