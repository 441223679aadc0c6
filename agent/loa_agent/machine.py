"""What this machine says of its own condition, as far as Linux knows it; what it does not know is left out."""

from pathlib import Path

from loa_protocol.condition import Condition, Network, Power

_MICRO, _MILLI = 1e6, 1e3
_WIRELESS_HEADER = 2
_MOBILE = ("wwan", "ppp", "usb")


def condition(root: Path = Path("/")) -> Condition:
    """Return the condition of the machine whose file system begins at `root`."""
    supplies = _supplies(root)
    line = _line(root)
    return Condition(
        power=_power(supplies),
        supply_v=_supply_v(supplies),
        battery_pct=_battery_pct(supplies),
        temperature_c=_temperature_c(root),
        network=_network(root, line),
        signal_dbm=_signal_dbm(root, line),
        traffic_bytes=_traffic(root, line),
    )


def _supplies(root: Path) -> list[Path]:
    folder = root / "sys/class/power_supply"
    return sorted(folder.iterdir()) if folder.is_dir() else []


def _power(supplies: list[Path]) -> Power | None:
    mains = [_number(one / "online") for one in supplies if _text(one / "type") in {"Mains", "USB"}]
    if any(mains):
        return Power.MAINS
    if any(_text(one / "type") == "Battery" for one in supplies):
        return Power.BATTERY
    return Power.MAINS if mains else None


def _supply_v(supplies: list[Path]) -> float | None:
    found = [_number(one / "voltage_now") for one in supplies if _text(one / "type") == "Mains"]
    volts = [microvolts / _MICRO for microvolts in found if microvolts is not None and microvolts > 0]
    return round(max(volts), 1) if volts else None


def _battery_pct(supplies: list[Path]) -> int | None:
    found = [_number(one / "capacity") for one in supplies if _text(one / "type") == "Battery"]
    levels = [round(level) for level in found if level is not None and 0 <= level <= 100]
    return min(levels, default=None)


def _temperature_c(root: Path) -> float | None:
    found = [_number(zone) for zone in (root / "sys/class/thermal").glob("thermal_zone*/temp")]
    degrees = [millidegrees / _MILLI for millidegrees in found if millidegrees is not None]
    sane = [one for one in degrees if -60 <= one <= 150]
    return round(max(sane), 1) if sane else None


def _line(root: Path) -> str | None:
    """Return the interface of the default route."""
    for row in _text(root / "proc/net/route").splitlines()[1:]:
        parts = row.split()
        if len(parts) > 1 and parts[1] == "00000000":
            return parts[0]
    return None


def _network(root: Path, line: str | None) -> Network | None:
    if line is None:
        return None
    if (root / "sys/class/net" / line / "wireless").is_dir():
        return Network.WIFI
    return Network.MOBILE if line.startswith(_MOBILE) else Network.CABLE


def _signal_dbm(root: Path, line: str | None) -> int | None:
    for row in _text(root / "proc/net/wireless").splitlines()[_WIRELESS_HEADER:]:
        name, _, rest = row.strip().partition(":")
        parts = rest.split()
        if name == line and len(parts) > 2:
            try:
                level = round(float(parts[2].rstrip(".")))
            except ValueError:
                return None
            return level if -200 <= level <= 0 else None
    return None


def _traffic(root: Path, line: str | None) -> int | None:
    if line is None:
        return None
    counts = [_number(root / "sys/class/net" / line / "statistics" / name) for name in ("rx_bytes", "tx_bytes")]
    known = [int(count) for count in counts if count is not None]
    return sum(known) if len(known) == len(counts) else None


def _number(path: Path) -> float | None:
    try:
        return float(_text(path))
    except ValueError:
        return None


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""
