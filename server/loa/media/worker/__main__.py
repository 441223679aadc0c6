"""The child's way in: one request by standard input, one answer by standard output, both JSON.

A request names its `task`, where the `result` goes, its `limits`, and what the task needs: `take`, `examine`,
`document` and `text` a `source`; `unpack` a `source`, `total_most` and `file_most` bytes; `try_voice` a `source` and
a `config`; `transcribe` `sources` and `longest_s`; `speak` `parts`, each of an `engine`, its facts and `phrases` of
text and pause; `edit` an edit list and the `files` of its digests. Answers: `{"made": {…}}`, `{"refused": code}`,
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
    except Exception:  # noqa: BLE001 - whatever a foreign file broke goes to the parent, which logs it
        return {"fault": " | ".join(traceback.format_exc(limit=-4).splitlines()[-8:])}


def _work(request: dict[str, Any]) -> dict[str, object]:
    result = Path(request["result"])
    if request["task"] == "unpack":
        from loa.media.worker import unpack  # noqa: PLC0415 - foreign bytes only inside the cage

        return unpack.take(
            Path(request["source"]), result, total_most=request["total_most"], file_most=request["file_most"]
        )
    if request["task"] in {"document", "sheet", "text"}:
        return _paper(request["task"], Path(request["source"]), result)
    if request["task"] == "try_voice":
        from loa.media.worker import piper  # noqa: PLC0415 - foreign code only inside the cage

        return piper.probe(Path(request["source"]), Path(request["config"]))
    return _sound(request, result)


def _sound(request: dict[str, Any], result: Path) -> dict[str, object]:
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
    if request["task"] == "examine":
        return clip.examine(Path(request["source"]))
    if request["task"] == "edit":
        from loa.media.worker import edit  # noqa: PLC0415 - as above

        return clip.make(edit.source(request["edit"], request["files"], longest_s=longest_s), result)
    from loa.media.worker import speaking  # noqa: PLC0415 - as above

    return clip.make(speaking.source(request["parts"], longest_s=longest_s), result)


def _paper(task: str, source: Path, result: Path) -> dict[str, object]:
    from loa.media.worker import document, sheet, text  # noqa: PLC0415 - foreign code only inside the cage

    takes = {"document": document.take, "sheet": sheet.take, "text": text.take}
    return takes[task](source, result)


if __name__ == "__main__":
    main()
