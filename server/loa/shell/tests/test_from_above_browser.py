"""What upper units see, in a real browser: what axe says, and whether pages fit."""

from datetime import timedelta

import pytest

from loa.devices.models import Device, Ticket
from loa.dispatch import counting
from loa.dispatch.tests.making import make_airing, make_devices, make_evidence
from loa.kernel import clock
from loa.schedules.tests.sending import make_sending
from loa.shell.tests.browsing import LOOKS, live_server, password_is_enough, walk

__all__ = ["live_server", "password_is_enough"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def morning(world):
    """A commune with a refusal, a silent cluster and an overdue fault; its neighbor is well."""
    now = clock.now()
    devices = make_devices(world.commune, count=5, seen_at=now)
    calm = make_devices(world.other_commune, count=3, seen_at=now)
    airing = make_airing(world, unit=world.district, now=now - timedelta(hours=1), title="Lịch tiêm chủng tháng 12")
    for device in (*devices[:3], *calm):
        make_evidence(airing, device)
    make_evidence(airing, devices[3], "refused", started=False, reason="bad_signature")
    counting.refresh(now=now)
    make_airing(world, now=now, source="slot:2", title="Thông báo cắt điện")
    Device.objects.unscoped("test").filter(pk=devices[4].pk).update(connected=False, seen_at=now - timedelta(hours=3))
    Ticket.objects.create(
        device=devices[4], cause="offline", origin="telemetry", opened_at=now - timedelta(days=2),
        due_at=now - timedelta(days=1),
    )  # fmt: skip
    make_sending(world, now=now)


@pytest.mark.parametrize("look", LOOKS)
def test_pages_from_above_are_accessible_and_fit(live_server, world, morning, look, request):
    above = "/desk/overview/"
    pages = {
        "giamsat": [
            f"{above}?period=week", f"{above}251/?period=week", f"{above}09043/?period=week",
            f"{above}251/compare/?period=week&sort=heard", f"{above}26/rows/silent/?period=week",
            f"{above}26/rows/offline/",
        ]
    }  # fmt: skip

    assert walk(live_server, pages, look, pictures=request.config.getoption("pictures")) == []
