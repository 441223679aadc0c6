"""What was sent down and is open goes along when units change, and comes back when the change is taken back."""

from loa.bulletins import commands as bulletins
from loa.bulletins.keeping_sendings import SendingKeeper
from loa.bulletins.rules import SkipReason
from loa.bulletins.tests.making import NOW
from loa.dispatch.tests.making import make_devices
from loa.orgs.ports import Move, keepers
from loa.schedules import commands
from loa.schedules.keeping_clashes import ClashKeeper
from loa.schedules.models import Clash
from loa.schedules.tests.sending import LATER, approve_all, make_sending, own_priority, receipt_at


def test_an_open_item_goes_to_the_unit_that_takes_over_and_back(world):
    sending = make_sending(world)
    move = Move(from_unit=world.commune.pk, to_unit=world.other_commune.pk)

    moved = SendingKeeper().hand_over([move], now=NOW)

    receipt = receipt_at(world, sending, world.other_commune)
    assert (len(moved), receipt.sent_to) == (1, world.commune)
    assert SendingKeeper().take_back(moved, now=NOW) == 1
    assert receipt_at(world, sending).sent_to == world.commune


def test_the_same_item_of_two_units_stays_two(world):
    sending = make_sending(world, world.commune, world.other_commune)

    SendingKeeper().hand_over([Move(from_unit=world.commune.pk, to_unit=world.other_commune.pk)], now=NOW)

    assert {one.unit_id for one in sending.receipts.unscoped("test")} == {world.other_commune.pk}
    assert sending.receipts.unscoped("test").count() == 2


def test_what_was_skipped_or_called_back_stays_where_it_was(world):
    sending = make_sending(world, world.commune, world.other_commune)
    bulletins.skip(world.officer, receipt_at(world, sending), reason=SkipReason.NO_TIME, words="", now=NOW)

    assert SendingKeeper().holdings([world.commune.pk, world.other_commune.pk]) == {world.other_commune.pk: 1}
    bulletins.call_back(world.province_editor, sending, reason="Sai", now=NOW)
    assert SendingKeeper().holdings([world.other_commune.pk]) == {}


def test_an_item_nobody_could_take_up_is_told(world):
    make_sending(world, world.commune, world.hamlet)

    assert SendingKeeper().without_owner([world.commune.pk, world.hamlet.pk]) == 0
    assert SendingKeeper().hand_on(world.province_editor_user.pk, None, now=NOW) == 0


def test_an_open_question_of_order_goes_along_and_back(world):
    make_devices(world.commune)
    approve_all(world, own_priority(world, start_at=LATER))
    commands.place_sent(world.system, receipt_at(world, make_sending(world, wanted_from=LATER)), now=NOW)
    keeper = ClashKeeper()

    moved = keeper.hand_over([Move(from_unit=world.commune.pk, to_unit=world.other_commune.pk)], now=NOW)

    assert Clash.objects.unscoped("test").get().unit == world.other_commune
    assert keeper.holdings([world.other_commune.pk]) == {world.other_commune.pk: 1}
    assert keeper.take_back(moved, now=NOW) == 1
    assert Clash.objects.unscoped("test").get().unit == world.commune
    assert keeper.without_owner([world.commune.pk]) == 0


def test_both_keepers_are_named_to_the_room_that_changes_units():
    assert {"sendings", "clashes"} <= {keeper.name for keeper in keepers()}
