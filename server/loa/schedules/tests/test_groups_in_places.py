"""Groups where a bulletin sounds: chosen by name, kept as the devices that were in them."""

import uuid

from loa.devices.queries import GroupFacts
from loa.schedules.web.forms import PlaceForm

DYKE = GroupFacts(id=uuid.UUID(int=1), name="Dọc đê", device_ids=[uuid.UUID(int=11), uuid.UUID(int=12)])
ALL = [uuid.UUID(int=number) for number in (11, 12, 13)]


class Here:
    code, name = "09043", "Xã Tam Hồng"


def form(**changes):
    said = {"unit": "09043", "reach": "chosen", "when": "approved"} | changes
    return PlaceForm(said, units=[Here()], device_ids=ALL, groups=[DYKE])


def test_a_group_stands_for_the_devices_in_it():
    chosen = form(groups=[str(DYKE.id)])

    assert chosen.is_valid()
    assert chosen.device_ids == [uuid.UUID(int=11), uuid.UUID(int=12)]


def test_a_group_and_single_clusters_are_taken_together_and_once():
    chosen = form(groups=[str(DYKE.id)], devices=[str(uuid.UUID(int=12)), str(uuid.UUID(int=13))])

    assert chosen.is_valid()
    assert chosen.device_ids == ALL


def test_chosen_without_a_cluster_or_a_group_is_refused():
    chosen = form()

    assert not chosen.is_valid()
    assert "devices" in chosen.errors


def test_a_group_of_another_unit_is_no_choice():
    assert not form(groups=[str(uuid.UUID(int=2))]).is_valid()


def test_all_is_all_whatever_group_was_ticked_before():
    chosen = form(reach="all", groups=[str(DYKE.id)])

    assert chosen.is_valid()
    assert chosen.device_ids is None
