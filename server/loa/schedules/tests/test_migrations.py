import importlib

from django.db import connection

from loa.bulletins.tests.making import NOW
from loa.dispatch.tests.making import make_devices
from loa.schedules.models import Slot
from loa.schedules.tests.test_deciding import aired, approved, asked

FORMER = importlib.import_module("loa.schedules.migrations.0003_who_decided_former_places")


def test_former_airings_are_answered_for_by_who_approved_the_words_also_when_told_twice(world):
    make_devices(world.commune)
    bulletin = approved(world)
    slot, waiting = aired(world, bulletin), asked(world, bulletin, start_at=None)

    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE schedules_slot DROP CONSTRAINT schedules_slot_decided_by_a_person")
        cursor.execute("ALTER TABLE schedules_slot DISABLE TRIGGER schedules_slot_stands")
        cursor.execute("UPDATE schedules_slot SET decided_by_id = NULL, decided_at = NULL")
        for _ in range(2):
            cursor.execute(FORMER.FORWARD)

    kept = {found.pk: found for found in Slot.objects.unscoped("test").select_related("decided_by")}
    assert (kept[slot.pk].decided_by, kept[slot.pk].decided_at) == (world.leader_user, NOW)
    assert kept[waiting.pk].decided_by is None
