"""Numbers that server and device must agree on."""

from datetime import timedelta

PLAN_SPAN = timedelta(days=7)
"""How far ahead a plan reaches; a device alone carries out this much."""

FREEZE_HORIZON = timedelta(minutes=5)
"""An edit does not touch what airs sooner than this; an emergency ignores it."""

STATE_VALIDITY = timedelta(days=30)
"""Life of a signed desired state. Longer than a plan, so that a device alone never outlives it."""

CLOCK_ALARM_MS = 2_000
CLOCK_UNTRUSTED_MS = 60_000

MESSAGE_MAX_BYTES = 256 * 1024
"""The largest MQTT payload either side accepts."""

EVENTS_PER_BATCH = 200
"""The most evidence one `up/event` message carries."""

CONDITION_EVERY = timedelta(minutes=5)
"""How often a device tells how it does when nothing notable changed: raw readings cost storage and mobile data."""

CLIP_MAX_BYTES = 64 * 1024 * 1024
"""The largest media file a device fetches."""

FADE_IN_MOST_MS = 10_000
"""The longest a sound may rise before it is at its volume."""

ALERT_LEAST_PCT = 50
"""An alert that asks for no volume sounds no lower, whatever a device was ordered: half the amplitude, 6 dB less."""

REPLAY_WINDOW = 1024
"""How many recent sequence numbers of an area a device remembers; see `replay.Window`."""
