"""The cage of a stream: foreign bytes come in by standard input, level sound in blocks of a tenth of a second goes out.

Each block is the level at which it came, a little-endian float in dBFS, and its samples: mono, 48 kHz, 16 bits. The
one argument is JSON: `limits` as for every child, and `lufs`, the loudness to bring it to.
"""

import json
import os
import sys

from loa.media.worker.limits import confine


def main() -> None:
    """Decode until the stream ends or cannot be read any more."""
    told = json.loads(sys.argv[1])
    sound = os.dup(1)
    os.dup2(2, 1)  # what a library prints must not fall into the sound
    confine(**told["limits"])
    from loa.media.worker import streaming  # noqa: PLC0415 - foreign bytes only inside the cage

    with os.fdopen(sound, "wb", buffering=0) as out:
        streaming.run(sys.stdin.buffer, out, lufs=told["lufs"])


if __name__ == "__main__":
    main()
