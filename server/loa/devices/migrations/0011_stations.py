"""Stations without a device, and the log people keep of what they played there by hand: its lines stand."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q

import loa_protocol.uuid7
from loa.kernel.migrating import CreateModel

CHAINS = ("wired", "fm")
CONDITIONS = ("working", "weak", "broken", "gone")

GUARDS = """
CREATE FUNCTION devices_hand_play_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'devices_hand_play: what was noted stands' USING ERRCODE = 'check_violation';
END
$$;
CREATE TRIGGER devices_hand_play_stands BEFORE UPDATE OR DELETE ON devices_hand_play
    FOR EACH ROW EXECUTE FUNCTION devices_hand_play_stands();
CREATE TRIGGER devices_hand_play_never_emptied BEFORE TRUNCATE ON devices_hand_play
    FOR EACH STATEMENT EXECUTE FUNCTION devices_hand_play_stands();

CREATE FUNCTION devices_hand_play_corrects_its_own() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.corrects_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM devices_hand_play AS former
         WHERE former.id = NEW.corrects_id AND former.station_id = NEW.station_id) THEN
        RAISE EXCEPTION 'devices_hand_play: a line corrects one of its own station' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER devices_hand_play_corrects_its_own BEFORE INSERT ON devices_hand_play
    FOR EACH ROW EXECUTE FUNCTION devices_hand_play_corrects_its_own();
"""


def key() -> models.UUIDField:
    """Return the key of a row."""
    return models.UUIDField(default=loa_protocol.uuid7.make, editable=False, primary_key=True, serialize=False)


class Migration(migrations.Migration):
    dependencies = [("devices", "0010_other_makers"), ("orgs", "0013_stations_are_kept")]

    operations = [
        CreateModel(
            name="Station",
            fields=[
                ("id", key()),
                ("name", models.CharField(max_length=120)),
                ("chain", models.CharField(choices=[(one, one) for one in CHAINS], max_length=8)),
                ("place", models.CharField(blank=True, default="", max_length=200)),
                ("power_w", models.PositiveIntegerField(null=True)),
                ("speakers", models.PositiveIntegerField(null=True)),
                ("condition", models.CharField(choices=[(one, one) for one in CONDITIONS], max_length=8)),
                ("words", models.CharField(blank=True, default="", max_length=300)),
                ("added_at", models.DateTimeField()),
                ("looked_at", models.DateTimeField()),
                ("looked_by", models.CharField(max_length=160)),
                (
                    "unit",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orgs.unit"),
                ),
            ],
            options={
                "db_table": "devices_station",
                "indexes": [models.Index("unit", "name", "id", name="devices_station_unit")],
                "constraints": [
                    models.CheckConstraint(condition=~Q(name="") & ~Q(looked_by=""), name="devices_station_named"),
                    models.CheckConstraint(
                        condition=Q(chain__in=list(CHAINS)) & Q(condition__in=list(CONDITIONS)),
                        name="devices_station_words_known",
                    ),
                    models.CheckConstraint(
                        condition=Q(looked_at__gte=F("added_at")), name="devices_station_looked_at_later"
                    ),
                ],
            },
        ),
        CreateModel(
            name="HandPlay",
            fields=[
                ("id", key()),
                ("airing_id", models.UUIDField(null=True)),
                ("played_at", models.DateTimeField()),
                ("minutes", models.PositiveIntegerField(null=True)),
                ("words", models.CharField(max_length=300)),
                ("reason", models.CharField(blank=True, default="", max_length=500)),
                ("noted_at", models.DateTimeField()),
                ("noted_by", models.CharField(max_length=160)),
                (
                    "station",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="plays",
                        to="devices.station",
                    ),
                ),
                (
                    "corrects",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="corrected_by",
                        to="devices.handplay",
                    ),
                ),
            ],
            options={
                "db_table": "devices_hand_play",
                "indexes": [
                    models.Index("station", "played_at", "id", name="devices_hand_play_station"),
                    models.Index("airing_id", condition=Q(airing_id__isnull=False), name="devices_hand_play_airing"),
                ],
                "constraints": [
                    models.CheckConstraint(condition=~Q(words="") & ~Q(noted_by=""), name="devices_hand_play_told"),
                    models.CheckConstraint(
                        condition=Q(played_at__lte=F("noted_at")), name="devices_hand_play_not_foretold"
                    ),
                    models.CheckConstraint(
                        condition=Q(corrects=None, reason="") | Q(corrects__isnull=False) & ~Q(reason=""),
                        name="devices_hand_play_corrected_why",
                    ),
                    models.CheckConstraint(
                        condition=Q(minutes=None) | Q(minutes__range=(1, 1440)), name="devices_hand_play_lasts"
                    ),
                ],
            },
        ),
        migrations.RunSQL(GUARDS),
    ]
