"""The child's way in: one request by standard input, one answer by standard output, both JSON.

Request: `{"task": "take", "source", "result"}`, the same with `"document"`, `{"task": "transcribe", "sources",
"longest_s", "result"}`, or `{"task": "speak", "voice", "speed",
"phrases": [[text, pause_ms]], "result"}`, and `limits`. Answer: `{"made": {…}}`, `{"refused": code}` or
`{"fault": where}`.
"""

import json
import os
import sys
import traceback
from pathlib import Path
from typing import Any  # Any: the request is JSON

from loa.media.worker.limits import confine


def main() -> None:
    """Answer one request."""
    answer_to = os.dup(1)
    os.dup2(2, 1)  # what a library prints must not fall into the answer
    request = json.load(sys.stdin)
    confine(**request["limits"])
    os.write(answer_to, json.dumps(_answer(request)).encode())


def _answer(request: dict[str, Any]) -> dict[str, object]:
    from loa.media.worker.refused import Refused  # noqa: PLC0415 - only inside the cage

    try:
        return {"made": _work(request)}
    except Refused as refused:
        return {"refused": refused.code}
    except MemoryError:
        return {"fault": "memory"}
    except Exception:  # noqa: BLE001 - the parent logs it; text of the file is not in a trace
        return {"fault": " | ".join(traceback.format_exc(limit=-4).splitlines()[-8:])}


def _work(request: dict[str, Any]) -> dict[str, object]:
    result = Path(request["result"])
    if request["task"] == "document":
        from loa.media.worker import document  # noqa: PLC0415 - foreign code only inside the cage

        return document.take(Path(request["source"]), result)
    import av.logging  # noqa: PLC0415 - as above

    from loa.media import rules  # noqa: PLC0415 - as above
    from loa.media.worker import clip, decoding  # noqa: PLC0415 - as above

    av.logging.set_level(None)
    longest_s = rules.CLIP_MAX.total_seconds()
    if request["task"] == "transcribe":
        from loa.media.worker import listening  # noqa: PLC0415 - as above

        sources = [Path(source) for source in request["sources"]]
        return listening.write(sources, result, longest_s=request["longest_s"])
    if request["task"] == "take":
        return clip.make(decoding.file_source(Path(request["source"]), longest_s=longest_s), result)
    from loa.media.worker.espeak import Engine  # noqa: PLC0415 - as above

    engine = Engine(voice=request["voice"], speed=request["speed"])
    pcm = engine.read([(text, pause) for text, pause in request["phrases"]], longest_s=longest_s)
    return clip.make(decoding.pcm_source(pcm, rate_hz=engine.rate_hz), result)


if __name__ == "__main__":
    main()
