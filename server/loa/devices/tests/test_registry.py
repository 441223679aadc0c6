import pytest

from loa.devices import commands, queries, refusals
from loa.devices.models import Device
from loa.kernel.errors import Denied, NotFound


def test_a_technician_adds_a_device(world):
    device = commands.register(
        world.technician, world.commune, name="Cụm loa nhà văn hóa", kind="loudspeaker", latitude=21.3, longitude=105.6
    )

    assert list(queries.visible(world.officer)) == [device]
    assert device.state == "registered"


def test_register_refuses_the_wrong_unit_as_absent(world):
    with pytest.raises(NotFound):
        commands.register(world.outsider, world.commune, name="Cụm loa", kind="loudspeaker")


def test_register_refuses_the_wrong_role(world):
    with pytest.raises(Denied):
        commands.register(world.officer, world.commune, name="Cụm loa", kind="loudspeaker")


@pytest.mark.parametrize(
    "broken", [{"name": "  "}, {"name": "x" * 121}, {"kind": "toaster"}, {"latitude": 91.0}, {"longitude": -200.0}]
)
def test_register_refuses_what_cannot_be(world, broken):
    with pytest.raises(refusals.BadDevice):
        commands.register(world.technician, world.commune, **{"name": "Cụm loa", "kind": "board", **broken})


def test_many_devices_are_added_below_the_unit_only(world):
    below = commands.NewDevice(name="Cụm 1", unit=world.commune)
    beside = commands.NewDevice(name="Cụm 2", unit=world.elsewhere)

    assert len(commands.register_many(world.system, world.province, entries=[below])) == 1
    with pytest.raises(refusals.NotBelow):
        commands.register_many(world.system, world.province, entries=[below, beside])
    assert Device.objects.unscoped("test").count() == 1


def test_a_revoked_device_is_shut_out_once(world, now):
    (device,), _ = world.enrolled()

    commands.revoke(world.technician, device, now=now)

    device.refresh_from_db()
    assert (device.state, device.credential_digest) == ("revoked", "")
    with pytest.raises(refusals.AlreadyRevoked):
        commands.revoke(world.technician, device, now=now)


def test_revoke_refuses_the_wrong_unit_and_the_wrong_role(world, now):
    (device,), _ = world.enrolled()

    with pytest.raises(NotFound):
        commands.revoke(world.outsider, device, now=now)
    with pytest.raises(Denied):
        commands.revoke(world.leader, device, now=now)
    assert queries.get(world.leader, device.pk).state == "enrolled"


def test_a_device_outside_the_scope_is_as_absent(world):
    (device,), _ = world.enrolled()

    with pytest.raises(NotFound):
        queries.get(world.outsider, device.pk)
    with pytest.raises(NotFound):
        queries.latest_evidence(world.outsider, device)
    assert list(queries.visible(world.outsider)) == []


def test_enrolled_devices_are_found_below_a_unit(world):
    here, _ = world.enrolled(count=2)
    world.enrolled(unit=world.other)
    commands.register(world.technician, world.commune, name="Chưa có khóa", kind="loudspeaker")

    assert queries.enrolled_below(world.commune.path) == sorted(device.pk for device in here)
    assert len(queries.enrolled_below(world.province.path)) == 3


def test_facts_name_unit_and_place(world):
    (device,), _ = world.enrolled()

    facts = queries.device_facts([device.pk])[device.pk]

    assert (facts.unit_path, facts.unit_name, facts.connected) == ("26/08707", "Xã Một", False)
