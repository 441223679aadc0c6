"""What somebody wishes an entry of a programme to say."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from loa.orgs.models import Unit
from loa.schedules.rules.entries import EntryKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What an entry shall say from a day on.

    `clip_id` is music's, `bulletin_id` words', `source_id` a relay's. None of `stations` is the unit itself, None of
    `device_ids` all clusters there. `moves` puts a day's occurrence at another local moment.
    """

    kind: EntryKind
    title: str
    bulletin_id: uuid.UUID | None = None
    clip_id: uuid.UUID | None = None
    source_id: uuid.UUID | None = None
    stations: Sequence[Unit] | None = None
    device_ids: Sequence[uuid.UUID] | None = None
    at: time
    frame: timedelta
    rule: str = ""
    start_on: date
    left_out: Sequence[date] = ()
    extra: Sequence[date] = ()
    moves: Mapping[date, datetime] = field(default_factory=dict)
    skips_holidays: bool = False
    from_on: date | None = None
