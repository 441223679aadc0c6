"""Could this release sound? Asked of a child, whose memory is given back: the decoder is heavy."""

import asyncio
import sys
from collections.abc import Sequence


async def sounds(probe: Sequence[str], *, within_s: float) -> bool:
    """Tell whether every step of a sound but the sound itself can be taken in time. `probe` names folder and output."""
    words = [sys.executable, "-P", "-m", "loa_agent", "test", "--silent", *probe]
    child = await asyncio.create_subprocess_exec(*words, stderr=asyncio.subprocess.DEVNULL)
    try:
        async with asyncio.timeout(within_s):
            return await child.wait() == 0
    except TimeoutError:
        return False
    finally:
        if child.returncode is None:
            child.kill()
