"""What `loa-agent status` says."""

from datetime import UTC, datetime, timedelta
from typing import Any  # Any: the status is an open JSON object

from loa_agent import choice
from loa_agent.choice import Choice
from loa_agent.home import Home
from loa_agent.words import say, say_many
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
        "release": release(choice.read(home.folder)),
    }


def sentences(found: dict[str, Any]) -> str:
    """Return the status as a person reads it."""
    if not found["enrolled"]:
        return say("This device is not enrolled.")
    lines = [say("Device %(device)s of unit %(area)s.", device=found["device"], area=found["area"])]
    if not found["running"]:
        lines.append(say("The agent is not running."))
    elif found["connected"]:
        since = _local(found["online_since"])
        lines.append(say("Connected to %(server)s since %(since)s.", server=found["server"], since=since))
    else:
        why = found.get("why_offline") or say("no word from the agent")
        lines.append(say("Not connected to %(server)s: %(why)s.", server=found["server"], why=why))
    if found.get("playing"):
        lines.append(say("Playing airing %(airing)s.", airing=found["playing"]))
    if found.get("next_start_at"):
        lines.append(
            say_many(
                "%(count)s airing planned, at %(next)s.",
                "%(count)s airings planned, the next at %(next)s.",
                count=found["coming"],
                next=_local(found["next_start_at"]),
            )
        )
    elif "coming" in found:
        lines.append(say("Nothing is planned."))
    lines.extend(_condition(found))
    lines.extend(_software(found["release"]))
    return "\n".join(lines)


def release(chosen: Choice) -> dict[str, Any]:
    """Return which release runs, None for what was installed, and why the one tried last was not kept."""
    is_back = chosen.tried is not None and chosen.tried != chosen.statement
    return {"runs": chosen.run, "is_on_trial": chosen.trial is not None, "not_kept": chosen.why if is_back else ""}


def _software(release: dict[str, Any]) -> list[str]:
    lines = []
    if release["runs"] is not None and release["is_on_trial"]:
        lines.append(say("Release %(version)s is on trial.", version=release["runs"]))
    elif release["runs"] is not None:
        lines.append(say("Release %(version)s runs.", version=release["runs"]))
    if release["not_kept"]:
        lines.append(say("The release tried last was not kept: %(why)s.", why=release["not_kept"]))
    return lines


def _condition(found: dict[str, Any]) -> list[str]:
    lines = []
    if found.get("media_missing"):
        lines.append(
            say_many(
                "Media is still missing for %(count)s airing.",
                "Media is still missing for %(count)s airings.",
                count=found["media_missing"],
            )
        )
    if "pending_events" in found:
        waiting = found["pending_events"]
        lines.append(
            say_many(
                "%(count)s piece of evidence not yet taken over by the server.",
                "%(count)s pieces of evidence not yet taken over by the server.",
                count=waiting,
            )
            if waiting
            else say("The server has all evidence.")
        )
    if "volume_pct" in found:
        free_gb = found["storage_free_bytes"] / 1e9
        lines.append(say("Volume %(volume)s %%, %(free)s GB free.", volume=found["volume_pct"], free=f"{free_gb:.1f}"))
    offset = found.get("clock_offset_ms")
    if offset is not None and abs(offset) >= 2_000:
        lines.append(say("The clock is wrong by %(offset)s s.", offset=f"{offset / 1000:.1f}"))
    return lines


def _local(moment: str) -> str:
    return canonical.from_wire(moment).astimezone().strftime("%Y-%m-%d %H:%M:%S")


def now() -> datetime:
    """Return the time."""
    return datetime.now(UTC)
