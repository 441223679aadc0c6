"""Pages of hour rules and ceilings in a real browser: what axe says, at both widths, in both languages."""

from datetime import timedelta

import pytest
from django.utils import timezone

from loa.bulletins import commands as bulletins
from loa.bulletins.rules import Urgency
from loa.bulletins.tests.making import HEARD, make_bulletin
from loa.dispatch import commands as dispatching
from loa.dispatch.tests.making import make_airing, make_devices
from loa.kernel import clock
from loa.schedules import commands
from loa.schedules.rules.hours import Window
from loa.schedules.tests.hour_rules import every_day, lay_down, propose
from loa.schedules.tests.sending import make_sending, receipt_at
from loa.shell.tests.browsing import LOOKS, live_server, password_is_enough, walk
from loa.shell.tests.desk import tomorrow_at_five

__all__ = ["live_server", "password_is_enough"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("look", LOOKS)
def test_pages_of_hours_are_accessible_and_fit(live_server, world, look, request):
    now = clock.now()
    today = timezone.localdate(now)
    (device, *_) = make_devices(world.commune)
    make_airing(world, start_at=tomorrow_at_five(), title="Bản tin chiều", now=now)
    lay_down(world, first=today, windows=every_day(Window(330, 420)), sessions_most=2, session_minutes=30, now=now)
    slot = against_the_rules(world)
    rule = propose(world, first=today + timedelta(days=1), windows=every_day(Window(330, 450)), now=now)
    for about in ({"device_id": device.pk, "most_pct": 40}, {"most_pct": 95, "is_alert": True}):
        dispatching.set_ceiling(world.leader, world.commune, start_min=420, end_min=690, now=now, **about)
    dispatching.note_level(world.technician, world.commune, level_dba=71.5, distance_m=30, spot="Cổng trường",
                           measured_at=now, device_id=device.pk, now=now)  # fmt: skip
    receipt = receipt_at(world, make_sending(world, urgency=Urgency.NORMAL, now=now))
    commands.take(world.officer, receipt, start_at=tomorrow_at_five() + timedelta(hours=5), wakes=99,
                  override="Vỡ đê", now=now)  # fmt: skip
    pages = {
        "canbo": ["/desk/hours/", "/desk/hours/propose/", f"/desk/bulletins/{slot.bulletin_id}/where/"],
        "lanhdao": [
            "/desk/",
            f"/desk/hours/{rule.pk}/",
            "/desk/hours/overrides/",
            f"/desk/inbox/{receipt.pk}/",
            f"/desk/bulletins/{slot.bulletin_id}/",
            f"/desk/ceilings/?unit={world.commune.code}",
        ],
    }

    assert walk(live_server, pages, look, pictures=request.config.getoption("pictures")) == []


def against_the_rules(world):
    """Let the officer ask for five in the afternoon, which the hours do not allow, and the leader set them aside."""
    now = clock.now()
    bulletin = make_bulletin(world, now=now)
    bulletins.submit(world.officer, bulletin, now=now)
    bulletins.approve(world.leader, bulletin, number=1, hearing=HEARD, now=now)
    about = {"bulletin_id": bulletin.pk, "device_ids": None, "requested_by": "Trần Văn Cán", "now": now}
    at = tomorrow_at_five()
    first = commands.ask(world.officer, world.commune, start_at=at, override="Lễ hội làng", **about)
    commands.approve_place(world.leader, bulletin, slot_id=first.pk, override="Lễ hội làng", now=now)
    return commands.ask(world.officer, world.commune, start_at=at + timedelta(hours=1), override="Vỡ đê", **about)
