"""The signing key as the bridge holds it: looked at again when a file changes or time has passed."""

import logging
from datetime import datetime, timedelta

from loa.devices import keys

logger = logging.getLogger(__name__)

_LOOK_AGAIN = timedelta(minutes=1)


class SigningOffice:
    """Lends the key that may sign now. A missing key is told once, and once when it is back."""

    def __init__(self) -> None:
        self._signer: keys.Signer | None = None
        self._stamp: tuple[float, ...] | None = None
        self._looked_at: datetime | None = None
        self.problem = ""

    def signer(self, *, now: datetime) -> keys.Signer | None:
        """Return the signer; None when nothing may be sent, see `problem`."""
        stamp = keys.stamp()
        if stamp != self._stamp or self._looked_at is None or not timedelta() <= now - self._looked_at < _LOOK_AGAIN:
            self._stamp, self._looked_at = stamp, now
            self._look(now)
        return self._signer

    def _look(self, now: datetime) -> None:
        try:
            self._signer = keys.load_signer(now=now)
        except keys.NoSigningKey as missing:
            self._signer = None
            problem = str(missing.facts["problem"])
            if problem != self.problem:
                logger.error("nothing is sent: no signing key", extra={"problem": problem})  # noqa: TRY400 - no trace needed
            self.problem = problem
        else:
            if self.problem:
                logger.warning("signing key is back")
            self.problem = ""
