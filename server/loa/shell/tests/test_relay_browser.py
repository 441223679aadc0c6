"""Sources of relays in a real browser: both widths, schemes and languages, axe."""

from datetime import timedelta

import pytest

from loa.dispatch import commands as dispatching
from loa.dispatch.rules import Turn
from loa.dispatch.tests.making import make_devices
from loa.kernel import clock
from loa.schedules import planning
from loa.schedules.tests.relays import HOST, first_relay, in_force, make_relay, proposed
from loa.shell.tests.browsing import LOOKS, live_server, password_is_enough, walk

__all__ = ["live_server", "password_is_enough"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.timeout(300)]


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: "-".join(map(str, look)))
def test_pages_of_relays_have_no_findings(world, live_server, look, pytestconfig, settings):
    settings.LOA_STREAM_HOSTS = [HOST]
    make_devices(world.commune)
    now = clock.now()
    source = in_force(world, now=now)
    waiting = proposed(world, name="VOV2", address=f"https://{HOST}/vov2", now=now)
    entry = make_relay(world, source, now=now, start_on=planning.today(now) + timedelta(days=1))
    airing = first_relay()
    dispatching.open_relay(world.system, airing, name="VOV1", now=airing.start_at - timedelta(seconds=4))
    dispatching.remark(world.system, airing, turn=Turn.LOST, detail="unreachable", now=airing.start_at)
    both = ["/desk/programme/sources/", f"/desk/programme/sources/{waiting.pk}/"]
    pages = {
        "canbo": [
            *both, "/desk/programme/sources/propose/", f"/desk/programme/{entry.pk}/",
            f"/desk/programme/{entry.pk}/edit/", f"/desk/airings/{airing.pk}/",
        ],
        "lanhdao": both,
    }  # fmt: skip

    assert walk(live_server, pages, look, pictures=pytestconfig.getoption("pictures")) == []
