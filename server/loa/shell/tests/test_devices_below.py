"""How devices stand, counted from above: the same word as the rule of conditions, whatever is known of a device."""

import itertools
from datetime import timedelta

from loa.devices import below, conditions, watching
from loa.devices.models import Device, Threshold, Ticket
from loa.devices.thresholds import Ruler
from loa.dispatch.tests.making import NOW, make_devices
from loa.orgs import queries as orgs


def lay_down(unit, **about):
    return Threshold.objects.create(
        unit=unit, hot_c=70, supply_low_v=90, supply_high_v=240, drift_ms=2_000, storage_low_mb=200,
        signal_low_dbm=-110, **about,
    )  # fmt: skip


def test_the_word_in_sql_is_the_word_of_the_rule_for_every_kind_of_device(world):
    lay_down(world.commune, late_after_s=600, offline_after_s=1_200)
    lay_down(world.hamlet, late_after_s=40, offline_after_s=60)
    known = list(
        itertools.product(
            ("registered", "enrolled", "revoked"), (True, False), (None, 5, 50, 100, 200, 900, 5_000),
            ("", "battery"), (True, False), ("", "x"),
        )
    )  # fmt: skip
    Device.objects.bulk_create(
        Device(
            name=f"Cụm {number}", unit=unit, kind="loudspeaker", state=state, connected=connected,
            seen_at=None if seen is None else NOW - timedelta(seconds=seen), power=power, is_muted=muted,
            playing=playing, public_key="x" if state == "enrolled" else "",
            credential_digest="x" if state == "enrolled" else "", enrolled_at=NOW if state == "enrolled" else None,
            revoked_at=NOW if state == "revoked" else None,
        )
        for number, ((state, connected, seen, power, muted, playing), unit) in enumerate(
            itertools.product(known, [world.commune, world.hamlet, world.other_commune])
        )
    )  # fmt: skip
    ruler = Ruler()

    differing = [
        (device.name, device.word)
        for device in below.standing(world.system, world.district, now=NOW)
        if device.word != conditions.standing(watching.facts(device), ruler.of(device.unit.path), now=NOW)
    ]

    assert differing == []
    counted = below.counts(world.system, world.district, now=NOW)
    assert sum(words[word] for words in counted.values() for word in below.WORDS) == 3 * len(known)
    in_play = sum(words[below.IN_PLAY] for words in counted.values())
    assert in_play == below.playing(world.system, world.district) > 0
    assert set(counted) == {world.commune.code, world.other_commune.code}


def test_faults_are_counted_where_their_devices_stand_and_only_for_who_may_see_them(world):
    (one,) = make_devices(world.commune, count=1)
    (two,) = make_devices(world.other_commune, count=1)
    for device, due in ((one, NOW - timedelta(hours=1)), (two, NOW + timedelta(hours=1))):
        Ticket.objects.create(
            device=device, cause="noise", origin="person", opened_at=NOW - timedelta(days=1), due_at=due
        )

    overdue = below.faults_overdue(world.monitor, world.district, now=NOW)
    assert orgs.by_child(world.district, {"overdue": (overdue, "device__unit__path")}) == {
        "overdue": {world.commune.code: 1}
    }
    assert below.faults(world.officer, world.commune).count() == 1
    assert below.faults(world.other_officer, world.commune).count() == 0
    assert below.counts(world.outsider, world.commune, now=NOW) == {}


def test_playing_counts_those_in_contact_alone(world):
    one, other, _ = make_devices(world.commune)
    Device.objects.unscoped("test").filter(pk__in=[one.pk, other.pk]).update(playing="x")
    Device.objects.unscoped("test").filter(pk=other.pk).update(connected=False)

    assert below.playing(world.monitor, world.province) == 1
