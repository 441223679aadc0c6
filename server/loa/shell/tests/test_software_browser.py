"""Software for devices in a real browser: what axe says, whether pages fit, and the way from taking in to going out."""

import pytest

from loa.devices import commands, tasks
from loa.devices.models import Device
from loa.devices.tests.released import make_release, second_person, send_out
from loa.dispatch.tests.making import make_devices
from loa.kernel import clock
from loa.shell.tests.browsing import LOOKS, live_server, password_is_enough, walk

__all__ = ["live_server", "password_is_enough"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("look", LOOKS)
def test_pages_of_software_are_accessible_and_fit(live_server, world, look, request):
    now = clock.now()
    devices = make_devices(world.commune, count=30, seen_at=now)
    waiting = make_release(world.system, world.commune, version="0.3.0", now=now)
    made = make_release(world.system, world.commune, now=now)
    commands.confirm(second_person(), made, now=now)
    rollout = send_out(world.system, world.commune, made, now=now)
    Device.objects.unscoped("test").filter(release=made.statement).update(
        tried_release=made.statement, release_step="returned", release_why="crashed", agent_version="0.1.0"
    )
    stopped = "/desk/devices/releases/"
    tasks.send_out(now=now)
    rollout.refresh_from_db()
    assert rollout.state == "stopped"
    commands.confirm(second_person(), waiting, now=now)
    send_out(world.system, world.commune, waiting, now=now)
    pages = {
        "kythuat": [
            stopped,
            f"{stopped}take/",
            f"{stopped}{made.pk}/",
            f"{stopped}{waiting.pk}/",
            f"/desk/devices/{devices[0].pk}/",
        ]
    }

    assert walk(live_server, pages, look, pictures=request.config.getoption("pictures")) == []
