"""What an HTTP-polled loudspeaker of the v2 kind is told, and what it says: field names as deployed firmware has them.

`MaBam`, `LichPhatID` in a question, `TrangThai` in a log and `DaNhanLenh` are ours: without them a broken file, an old
schedule, a sound that broke off and an order that was obeyed could not be told.
"""

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any  # Any: what makers send and take is open JSON

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from loa.devices import rules
from loa.devices.drivers import address, reading
from loa.devices.drivers.port import Abilities, Document, Order, Play, Said, Task, Want
from loa_protocol.messages import Outcome
from loa_protocol.plan import PlannedAiring, Priority
from loa_protocol.refusal import Reason, Refused

LOGS_MOST = 200
ORDERS_MOST = 100

OUTCOMES: Mapping[str, Outcome] = {"1": Outcome.PLAYED, "0": Outcome.PARTIAL, "2": Outcome.MISSED}
"""`TrangThai` of a log: played to the end, broken off, missed."""

VOLUME, STOP, RESTART, ANSWER = "0", "1", "2", "3"
"""`MaLenh`. Of `STOP`, `ThamSo` 0 stops all, or the one of `BanTinID`, and 3 lets go on; `ANSWER` changes nothing."""

_SOUND = 3
"""`LoaiBanTin`: a file of sound."""
_EMERGENCY, _PRIORITY, _NORMAL = 1, 2, 3
_PLAYING = "0"
_SIGNAL = re.compile(r"\s*([A-Za-z0-9]{1,12})\s*(?:,\s*(-?[0-9]{1,3})\s*dBm?)?\s*", re.IGNORECASE)


class PolledDriver:
    """Plays what its schedule says without asking who signed it; what it says it played is its own word only."""

    name = "http_polled"
    words: str | Promise = _("Loudspeaker of another maker that asks over HTTP")
    can = Abilities(verifies=False, measures=False, stops=True, plays_url=True, plays_schedule=True, speaks_live=False)
    asks_every = timedelta(seconds=15)

    def missing(self) -> str:
        """Return the address of the server while it would carry secrets in the clear."""
        return address.missing()

    def deliver(self, airing: PlannedAiring, *, files: str) -> Document:
        """Return one airing as a `BanTin`; its clips follow one another in `NoiDung`."""
        return {
            "BanTinID": airing.id,
            "LoaiBanTin": _SOUND,
            "MucDoUuTien": _urgency(airing.priority),
            "ThoiLuong": reading.written(airing.duration),
            "AmLuong": "" if airing.volume_pct is None else str(airing.volume_pct),
            "NoiDung": [
                {"Link": f"{files}/{clip.sha256}", "MaBam": clip.sha256, "DungLuong": clip.size_bytes}
                for clip in airing.clips
            ],
            "ThoiDiemPhat": [
                {"ThoiGianBatDau": airing.start_at.timestamp(), "ThoiGianKetThuc": airing.end_at.timestamp()}
            ],
        }

    def order(self, order: Order) -> Document:
        """Return one order as a `DieuKhienThietBi`."""
        match order.want:
            case Want.VOLUME:
                return {"LenhID": order.id, "MaLenh": VOLUME, "ThamSo": str(order.number)}
            case Want.STOP:
                stop = {"LenhID": order.id, "MaLenh": STOP, "ThamSo": "0"}
                return stop if order.airing is None else {**stop, "BanTinID": order.airing}
            case Want.LIFT:
                return {"LenhID": order.id, "MaLenh": STOP, "ThamSo": "3"}
            case Want.DRILL:
                return {"LenhID": order.id, "MaLenh": ANSWER, "ThamSo": ""}
            case Want.RESTART:
                return {"LenhID": order.id, "MaLenh": RESTART, "ThamSo": ""}

    def answer(self, task: Task) -> Document:
        """Return schedule and orders. While it is silenced its schedule holds alerts alone."""
        airings = [one for one in task.airings if not task.is_muted or one.priority >= Priority.ALERT]
        orders = [self.order(one) for one in task.orders]
        return {
            "TrangThaiGui": 0,
            "MoTa": "",
            "NoiDung": {
                "ThoiDiem": task.now.timestamp(),
                "ChuKyHoi": int(self.asks_every.total_seconds()),
                "LichPhatID": task.revision,
                "DanhSachBanTin": [self.deliver(one, files=task.files) for one in airings],
                "DieuKhienThietBi": orders,
            },
        }

    def refusal(self, sentence: str) -> Document:
        """Return `TrangThaiGui` 1 with the reason."""
        return {"TrangThaiGui": 1, "MoTa": sentence}

    def read(self, told: Mapping[str, Any]) -> Said:  # Any: see above
        """Return what a ping with its logs says."""
        about = reading.inner(told, "ThongTinThietBi")
        network, signal_dbm = _line(reading.text(told, "TrangThaiKetNoi", longest=64))
        is_playing = str(told.get("TrangThaiHoatDong", "")) == _PLAYING
        free_mb = reading.number(about, "DungLuongTrong", low=0, high=1e9)
        return Said(
            at=reading.moment(told, "ThoiDiem"),
            revision=reading.whole(told, "LichPhatID", low=0, high=2**53),
            version=reading.text(told, "PhienBanUngDung", longest=64),
            playing=reading.text(told, "BanTinID", longest=64) if is_playing else "",
            volume_pct=reading.whole(told, "AmLuong", low=0, high=100),
            temperature_c=reading.number(about, "NhietDo", low=-60, high=200),
            storage_free_bytes=None if free_mb is None else int(free_mb * 1_000_000),
            network=network,
            signal_dbm=signal_dbm,
            obeyed=reading.names(told, "DaNhanLenh", most=ORDERS_MOST),
            plays=[_play(log) for log in reading.rows(told, "NhatKy", most=LOGS_MOST)],
            can_stop=told.get("KhongDungDuoc") is not True,
        )


def _play(log: reading.Told) -> Play:
    outcome = OUTCOMES.get(str(log.get("TrangThai", "1")))
    started_at, span = reading.moment(log, "ThoiDiemBatDau"), reading.length(log, "ThoiLuong")
    if outcome is None or started_at is None:
        raise Refused(Reason.MALFORMED, "NhatKy")
    return Play(
        airing=reading.identifier(log, "BanTinID"),
        outcome=outcome,
        started_at=started_at,
        ended_at=started_at + (span or timedelta()),
        clip=reading.digest_of(log, "NoiDung"),
        volume_pct=reading.whole(log, "AmLuong", low=0, high=100),
        reason=rules.SAID,
    )


def _urgency(priority: Priority) -> int:
    if priority >= Priority.LIVE_EMERGENCY:
        return _EMERGENCY
    return _PRIORITY if priority >= Priority.PRIORITY else _NORMAL


def _line(words: str) -> tuple[str, int | None]:
    """Return network and signal of `4G,-71dBm`; what reads otherwise is kept out."""
    found = _SIGNAL.fullmatch(words)
    if found is None:
        return "", None
    return found[1].lower()[:16], None if found[2] is None else int(found[2])
