"""The archive's pages in a real browser: what axe says, at the width of a phone and of a desk, light and dark."""

import pytest

from loa.bulletins import commands
from loa.bulletins.models import Tape
from loa.bulletins.tests.making import make_bulletin
from loa.kernel import clock
from loa.shell.tests.addresses import archive
from loa.shell.tests.browsing import LOOKS, live_server, password_is_enough, walk

__all__ = ["live_server", "password_is_enough"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def addresses(world):
    """What there is to see: a batch that waits, one that comes in, and an archive that lies there."""
    make_bulletin(world, now=clock.now())
    looked = archive.batch(world)["batch_id"]
    found = [
        Tape(name="1998/băng 03.mp3", sha256="1" * 64, title="Lũ trên sông", state="new"),
        Tape(name="../../rất dài/" + "tên-tệp-không-có-dấu-cách" * 6, state="refused", reason="tape_name"),
        Tape(name="bản sao.wav", sha256="2" * 64, state="known"),
    ]
    running = commands.begin_batch(
        world.system, world.commune, author_id=world.officer_user.pk, folder="/tmp/x", name="kho 1998.zip",  # noqa: S108 - a name, nothing is opened
        is_written_down=False, found=found, now=clock.now(),
    )  # fmt: skip
    archive.export(world)
    batches = "/desk/archive/batches/"
    return {
        "canbo": ["/desk/archive/", batches, f"{batches}new/", f"{batches}{looked}/", f"{batches}{running.pk}/"],
        "lanhdao": ["/desk/archive/", "/desk/archive/exports/"],
    }


@pytest.mark.parametrize("look", LOOKS)
def test_pages_of_the_archive_are_accessible_and_fit(live_server, addresses, look, request):
    assert walk(live_server, addresses, look, pictures=request.config.getoption("pictures")) == []
