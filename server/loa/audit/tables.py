"""Which tables the record watches: all of them, but those named here with a reason; and what it hides of them.

A room that adds a table does nothing: it is watched. Rows that come by the thousand, or follow from others, are exempt
by a line here; so are columns that only keep count. A column that holds a secret or tells of a person gets a line in
`HIDDEN`, unless its name already says so (`SAYS_SO`).
"""

from collections.abc import Mapping

EXEMPT: Mapping[str, str] = {
    "audit_entry": "guards itself: chained",
    "audit_change": "guards itself: covered by the chain",
    "audit_checkpoint": "guards itself: signed",
    "audit_purge": "guards itself: append-only, told by an entry of the chain",
    "audit_salt": "guards itself: never changes",
    "audit_feed": "keeps count of what was told",
    "accounts_ceremony": "challenges of a few minutes, for strangers too, by the thousand under attack",
    "accounts_pace": "counted tries, by the thousand under attack",
    "bulletins_editing": "who has a form open, kept for minutes; a change of the words is on record",
    "bulletins_sought": "follows from bulletins and their wordings, kept by triggers; a test compares",
    "bulletins_word": "words that occur in bulletins, kept by triggers",
    "bulletins_heard": "counts while somebody listens; what came of it stands in the decision",
    "devices_bridge": "a heartbeat of processes",
    "devices_event": "evidence by the million, append-only and sealed by the devices",
    "devices_posting": "follows from the device's unit, kept by triggers",
    "devices_fetched": "what devices of other makers fetched, by the thousand",
    "devices_live_chunk": "sound by the second, sealed; the session is on record, and the digest of its recording",
    "devices_outbound": "messages on their way; an entry names each by digest, and verify looks",
    "devices_release_report": "what devices say, append-only; their hellos are sealed",
    "devices_refusal": "complaints about devices, by the thousand under attack",
    "devices_wrong_code": "counted tries",
    "dispatch_day": "follows from tallies, in the transaction that writes them; verify sums anew",
    "dispatch_pending": "marks of plans to make anew",
    "dispatch_tally": "follows from airings and evidence; verify counts anew",
    "dispatch_told": "marks of tallies to make anew",
    "dispatch_target": "follows from the airing's choice, by the thousand; cut to the airing by a constraint",
    "django_content_type": "follows from the program",
    "django_migrations": "follows from the program; written by the tables' owner",
    "django_session": "what a browser carries; the right to it stands in accounts_session",
    "kernel_outbox": "events on their way; what caused them is on record",
}
"""Tables the record does not watch. A partition goes with its table."""

EXEMPT_PREFIXES: Mapping[str, str] = {
    "devices_reading": "what devices measure, by the million, kept for days; the hours follow from it",
    "procrastinate_": "the queue of background chores",
}

UNCOUNTED: Mapping[str, Mapping[str, str]] = {
    "accounts_identity": {"used_at": "the entry of the sign-in tells it"},
    "accounts_passkey": dict.fromkeys(("sign_count", "used_at", "is_synced"), "moves with every use"),
    "accounts_session": {"seen_at": "noted once a minute"},
    "accounts_totp": dict.fromkeys(("last_step", "used_at"), "moves with every use"),
    "accounts_user": {"last_login": "the entry of the sign-in tells it"},
    "devices_device": {
        **dict.fromkeys(("connected", "seen_at", "agent_version", "boot", "playing"), "what the device tells"),
        **dict.fromkeys(("reported_plan", "reported_volume_pct", "clock_offset_ms"), "what the device tells"),
        **dict.fromkeys(("pending_events", "storage_free_bytes", "reported_config"), "what the device tells"),
        **dict.fromkeys(("cannot_stop",), "what the device tells"),
        **dict.fromkeys(("told_area", "former_areas"), "follows from the unit's path"),
        **dict.fromkeys(("is_muted", "told_muted"), "follows from silences"),
        **dict.fromkeys(("condition_at", "power", "supply_v", "battery_pct", "temperature_c"), "what the device tells"),
        **dict.fromkeys(("signal_dbm", "network", "output_dbfs"), "what the device tells"),
        **dict.fromkeys(("speaker_fault", "amplifier_fault"), "what the device tells"),
        **dict.fromkeys(("runs_release", "tried_release", "release_step", "release_why"), "what the device tells"),
        **dict.fromkeys(("plan", "config", "state_seq"), "follows from airings"),
        **dict.fromkeys(("release", "release_told_at"), "follows from a rollout, whose every step is on record"),
        **dict.fromkeys(("published_seq", "published_at"), "what was sent"),
    },
    "schedules_entry": dict.fromkeys(("planned_until", "asks"), "how far the clock has come"),
    "devices_live": dict.fromkeys(("base_at", "said_again_at"), "follows from the first chunk; what was said again"),
    "dispatch_wall": {"seen_at": "when a screen last asked"},
    "devices_ticket": {"well_since": "follows from what the device tells"},
    "orgs_reorganisation": {"dry_run": "what a rehearsal tells, written as it goes"},
}
"""Columns that only keep count or follow from others: a change of nothing else is not recorded."""

HIDDEN: Mapping[str, Mapping[str, str]] = {
    "accounts_identity": {"subject": "who a person is elsewhere"},
    "accounts_invitation": {"digest": "a secret, be it hashed"},
    "accounts_passkey": {"credential_id": "names a person's device", "name": "what a person calls it"},
    "accounts_recovery_code": {"digest": "a secret, be it hashed"},
    "accounts_session": {"session_key": "a secret", "origin": "a person's address", "browser": "a person's browser"},
    "accounts_user": {"password": "a secret", "full_name": "a person's name", "username": "a person's name"},
    "bulletins_revision": {
        "byline": "a person's name",
        "requester": "may name a person",
        "answers": "what others wrote may name people",
    },
    "bulletins_tape": {"origin": "what other systems said may name people", "byline": "a person's name"},
    "devices_code": {"digest": "a secret, be it hashed"},
    "devices_device": {"credential_digest": "a secret, be it hashed"},
    "devices_fitting": {"noted_by": "a person's name"},
    "devices_release": {"taken_by": "a person's name", "confirmed_by": "a person's name"},
    "devices_rollout": {"began_by": "a person's name", "ended_by": "a person's name"},
    "devices_silence": {"began_by": "a person's name", "lifted_by": "a person's name"},
    "devices_ticket": {
        **dict.fromkeys(("opened_by", "closed_by"), "a person's name"),
        **dict.fromkeys(("words", "close_words"), "may name people"),
    },
    "dispatch_wall": {"digest": "a secret, be it hashed"},
    "dispatch_airing": {"requested_by": "a person's name", "stopped_by": "a person's name"},
    "media_clip": {"envelope": "thousands of numbers"},
    "media_document": {"name": "what people call a file may name people"},
    "schedules_entry": {"ended_by": "a person's name"},
    "schedules_entry_version": {"written_by_name": "a person's name"},
    "schedules_slot": {"requested_by": "a person's name"},
}
"""Columns of which the record keeps a salted digest only: that they changed shows, what they hold does not."""

SAYS_SO = (
    "password", "secret", "token", "session_key", "full_name", "phone", "email", "birth", "seed", "recovery", "citizen",
)  # fmt: skip
"""Words that make a column hidden wherever they stand in its name."""

SAYS_OTHERWISE = frozenset({"must_change_password", "password_set_at"})
"""Columns whose name has such a word and that hide nothing."""


def exemption(table: str) -> str:
    """Return why the record does not watch a table; empty when it does."""
    prefixed = (reason for prefix, reason in EXEMPT_PREFIXES.items() if table.startswith(prefix))
    return EXEMPT.get(table) or next(prefixed, "")


def uncounted(table: str) -> list[str]:
    """Return the columns whose changes are not recorded."""
    return sorted(UNCOUNTED.get(table, {}))


def hidden(table: str, columns: list[str]) -> list[str]:
    """Return the columns, of those there are, of which only a digest is kept."""
    named = HIDDEN.get(table, {})
    telling = {column for column in columns if any(word in column for word in SAYS_SO)} - SAYS_OTHERWISE
    return sorted(column for column in columns if column in named or column in telling)
