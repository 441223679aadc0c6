"""What devices say of the software they run: each new step kept once, the latest in the registry."""

import json
from collections import deque
from typing import Any  # Any: rows are of open shape

from loa.devices.bridge.database import Line
from loa_protocol import fields
from loa_protocol.refusal import Reason, Refused
from loa_protocol.release import Step

_SAID = """
  FROM jsonb_to_recordset(%(said)s::jsonb)
       AS said (id uuid, at timestamptz, runs text, tried text, step text, why text, version text)
"""
_KEEP = f"""
INSERT INTO devices_release_report (device_id, statement, step, why, version, at)
SELECT said.id, said.tried, said.step, said.why, said.version, said.at {_SAID}
  JOIN devices_device AS device ON device.id = said.id AND device.state = 'enrolled'
 WHERE said.tried <> ''
   AND (device.tried_release, device.release_step, device.release_why)
       IS DISTINCT FROM (said.tried, said.step, said.why)
"""  # noqa: S608 - a piece of our own text
_LATEST = f"""
UPDATE devices_device AS device
   SET runs_release = said.runs, tried_release = said.tried, release_step = said.step, release_why = said.why {_SAID}
 WHERE device.id = said.id AND device.state = 'enrolled'
   AND (device.runs_release, device.tried_release, device.release_step, device.release_why)
       IS DISTINCT FROM (said.runs, said.tried, said.step, said.why)
"""  # noqa: S608 - as above
_WHY_LONGEST = 64

WORDS_MOST = 16
"""How many steps of one device are kept between two writes, the latest: no device that is well takes more."""


class Told:
    """What hellos said of releases, on its way into the database."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._said: dict[str, deque[dict[str, Any]]] = {}

    def take(self, device: str, hello: fields.Document, *, at: str, version: str) -> None:
        """Read what a hello says. Raises `Refused`."""
        runs, tried = fields.optional_digest(hello, "release"), fields.optional_digest(hello, "tried")
        step, why = fields.optional_text(hello, "step", longest=16), fields.optional_text(hello, "why", longest=256)
        if step is not None and step not in set(Step):
            raise Refused(Reason.MALFORMED, "step")
        if (step is None) != (tried is None):
            raise Refused(Reason.MALFORMED, "tried")
        plain = (why or "").encode("utf-8", "replace").decode().replace("\x00", " ")[:_WHY_LONGEST]
        told = {"id": device, "at": at, "runs": runs or "", "tried": tried or "", "step": step or "", "why": plain}
        self._said.setdefault(device, deque(maxlen=WORDS_MOST)).append({**told, "version": version})

    async def flush(self) -> None:
        """Write what was said: round by round, so that of one device each step is compared with the one before."""
        said, self._said = self._said, {}
        waiting = [told for told in said.values() if told]
        while waiting:
            parameters = {"said": json.dumps([told.popleft() for told in waiting])}
            await self._line.rows(_KEEP, parameters)
            await self._line.rows(_LATEST, parameters)
            waiting = [told for told in waiting if told]
