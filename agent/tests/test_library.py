"""What is kept of the media folder, and what is tidied away."""

import os
import time

from loa_agent.effects import Fetch, Material
from loa_agent.library import UNUSED_KEPT_S, Library

PLAYED, FORGOTTEN, ON_ITS_WAY = "a" * 64, "b" * 64, "c" * 64


def test_only_old_files_that_nobody_plays_or_waits_for_are_tidied_away(tmp_path):
    library = Library(tmp_path, "http://127.0.0.1:9", ssl=None, brought=None, bad=None)
    library.want(Fetch(material=Material.PLAN, sha256=ON_ITS_WAY, size_bytes=1))
    places = {sha256: library.place(sha256) for sha256 in (PLAYED, FORGOTTEN, ON_ITS_WAY)}
    part = places[ON_ITS_WAY].with_suffix(".part")
    long_ago = time.time() - UNUSED_KEPT_S - 60
    for file in (*places.values(), part):
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(b"x")
        os.utime(file, (long_ago, long_ago))

    library.tidy({PLAYED})

    assert [file.exists() for file in (*places.values(), part)] == [True, False, True, True]
