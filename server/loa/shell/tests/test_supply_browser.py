"""Guidance, offers and the library in a real browser: what axe says, on a phone and on a desk, light and dark."""

import pytest

from loa.bulletins import commands
from loa.bulletins.tests.guiding import addressee_at, make_guidance
from loa.bulletins.tests.supplying import contributor_at, make_offer, make_share
from loa.dispatch.tests.making import make_devices
from loa.kernel import clock
from loa.schedules import commands as schedules
from loa.schedules.models import Clash
from loa.schedules.tests.sending import approve_all, make_sending, own_priority, receipt_at
from loa.shell.tests.browsing import LOOKS, live_server, password_is_enough, walk
from loa.shell.tests.desk import tomorrow_at_five

__all__ = ["live_server", "password_is_enough"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.timeout(300)]


@pytest.fixture
def addresses(world):
    """What there is to see on both sides, by who sees it."""
    now, at = clock.now(), tomorrow_at_five()
    make_devices(world.commune)
    guidance = make_guidance(world, world.commune, world.other_commune, due_on=None, now=now)
    commands.report_done(world.other_officer, addressee_at(world, guidance, world.other_commune), words="Xong", now=now)
    _user, scope, agency = contributor_at(world, world.commune, username="tramyte", name="Trạm Y tế", now=now)
    offer, other = (make_offer(scope, world.commune, agency=agency, now=now) for _ in range(2))
    commands.decline_offer(world.officer, other, reason="Đã có tin tương tự", now=now)
    share = make_share(world, now=now)
    commands.use_words(world.other_officer, world.other_commune, shared=share, now=now)
    approve_all(world, own_priority(world, start_at=at, now=now), now=now)
    sending = make_sending(world, world.commune, world.other_commune, now=now, wanted_from=at)
    schedules.place_sent(world.system, receipt_at(world, sending), now=now)
    clash = Clash.objects.unscoped("test").get()
    return {
        "bientap": [
            "/desk/guidance/", f"/desk/guidance/{guidance.pk}/", "/desk/guidance/new/", "/desk/sent/",
            f"/desk/sent/{sending.pk}/", f"/desk/sent/new/{sending.bulletin_id}/", f"/desk/library/{share.pk}/",
        ],
        "canbo": [
            "/desk/guidance/", f"/desk/guidance/received/{addressee_at(world, guidance).pk}/",
            "/desk/offers/newsroom/", f"/desk/offers/newsroom/{offer.pk}/", "/desk/library/", "/desk/inbox/",
            f"/desk/inbox/{receipt_at(world, sending).pk}/", f"/desk/inbox/order/{clash.pk}/",
        ],
        "canbo2": [f"/desk/library/{share.pk}/"],
        "tramyte": ["/desk/offers/", "/desk/offers/new/", f"/desk/offers/{other.pk}/"],
    }  # fmt: skip


@pytest.mark.parametrize("look", LOOKS)
def test_pages_are_accessible_and_fit(live_server, addresses, look, request):
    assert walk(live_server, addresses, look, pictures=request.config.getoption("pictures")) == []
