"""What `loa-agent status` says."""

from datetime import UTC, datetime, timedelta
from typing import Any  # Any: the status is an open JSON object

from loa_agent.home import Home
from loa_protocol import canonical

STALE_AFTER = timedelta(seconds=120)


def facts(home: Home, *, now: datetime) -> dict[str, Any]:
    """Return the status of a device as a JSON object."""
    if not home.is_enrolled:
        return {"enrolled": False, "running": False}
    enrolled = home.enrolled()
    said, running = home.status(), home.is_locked()
    fresh = running and "at" in said and now - canonical.from_wire(said["at"]) < STALE_AFTER
    return {
        "enrolled": True,
        "device": enrolled.identity.device,
        "area": enrolled.identity.area_path,
        "server": f"{enrolled.host}:{enrolled.port}",
        "running": running,
        "connected": fresh and said.get("online_since") is not None,
        **{name: value for name, value in said.items() if name != "at"},
        "said_at": said.get("at"),
    }


def sentences(found: dict[str, Any]) -> str:
    """Return the status as a person reads it."""
    if not found["enrolled"]:
        return "This device is not enrolled."
    lines = [f"Device {found['device']} of unit {found['area']}."]
    if not found["running"]:
        lines.append("The agent is not running.")
    elif found["connected"]:
        lines.append(f"Connected to {found['server']} since {_local(found['online_since'])}.")
    else:
        lines.append(f"Not connected to {found['server']}: {found.get('why_offline') or 'no word from the agent'}.")
    if found.get("playing"):
        lines.append(f"Playing airing {found['playing']}.")
    if found.get("next_start_at"):
        lines.append(f"{_count(found['coming'], 'airing')} planned, the next at {_local(found['next_start_at'])}.")
    elif "coming" in found:
        lines.append("Nothing is planned.")
    lines.extend(_condition(found))
    return "\n".join(lines)


def _condition(found: dict[str, Any]) -> list[str]:
    lines = []
    if found.get("media_missing"):
        lines.append(f"Media is still missing for {_count(found['media_missing'], 'airing')}.")
    if "pending_events" in found:
        waiting = found["pending_events"]
        lines.append(
            f"{_count(waiting, 'piece')} of evidence not yet taken over by the server."
            if waiting
            else "The server has all evidence."
        )
    if "volume_pct" in found:
        free_gb = found["storage_free_bytes"] / 1e9
        lines.append(f"Volume {found['volume_pct']} %, {free_gb:.1f} GB free.")
    offset = found.get("clock_offset_ms")
    if offset is not None and abs(offset) >= 2_000:
        lines.append(f"The clock is wrong by {offset / 1000:.1f} s.")
    return lines


def _local(moment: str) -> str:
    return canonical.from_wire(moment).astimezone().strftime("%Y-%m-%d %H:%M:%S")


def _count(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


def now() -> datetime:
    """Return the time."""
    return datetime.now(UTC)
