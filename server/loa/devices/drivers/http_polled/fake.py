"""A loudspeaker of another maker, as a program: it asks, fetches, plays into WAV files, and can be told to fail.

python -m loa.devices.drivers.http_polled.fake --address …/ask --secret … --folder DIR
"""

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any  # Any: what this device sends and takes is open JSON

import numpy as np

from loa.devices.drivers import asking, reading
from loa.devices.drivers.asking import RATE_HZ, Contact, HttpLine, Line, Memory, Samples, Unreachable

STEP_S = 0.5
_SOON_S = 3.0
"""How soon after it last asked it asks again when it has something to tell."""

_LATE_S = 72.0
_WRONG_S = 3_600.0
_LOGS_MOST = 200
_STOP_ALL, _GO_ON = "0", "3"


class Fault(StrEnum):
    """What is wrong with this device."""

    LOST = "lost"
    LATE = "late"
    WRONG_CLOCK = "wrong_clock"
    LIES = "lies"
    """It says it played everything, and fetches nothing."""
    UNSTOPPABLE = "unstoppable"


class FakeLoudspeaker:
    """One device. `step` is called as time goes by, with the true time in seconds since 1970."""

    def __init__(self, line: Line, folder: Path, *, fault: Fault | None = None) -> None:
        """Go on from what lies in the folder."""
        self.fault = fault
        self._line = line
        self._contact = Contact(line)
        self._memory = Memory(folder)
        self._kept = self._memory.kept
        for name, empty in (("logs", []), ("schedule", []), ("done", []), ("obeyed", []), ("revision", None)):
            self._kept.setdefault(name, empty)
        self._kept.setdefault("volume", 80)
        self._playing: dict[str, Any] | None = None
        self._asked_at = self._ask_at = 0.0

    @property
    def recordings(self) -> list[Path]:
        """Return what it played, by name."""
        return sorted(self._memory.folder.glob("*.wav"))

    @property
    def volume_pct(self) -> int:
        """Return how loud it is."""
        return int(self._kept["volume"])

    @property
    def schedule(self) -> list[str]:
        """Return the bulletins it holds."""
        return [bulletin["BanTinID"] for bulletin in self._kept["schedule"]]

    def step(self, now: float) -> None:
        """Ask when it is time, begin what is due, end what is over."""
        own = now + (_WRONG_S if self.fault is Fault.WRONG_CLOCK else 0.0)
        if now >= self._ask_at:
            self._ask(now, own)
        self._end_what_is_over(own)
        self._begin_what_is_due(own)
        self._memory.save()

    def _ask(self, now: float, own: float) -> None:
        self._asked_at, self._ask_at = now, now + 15.0
        logs = self._kept["logs"][:_LOGS_MOST]
        obeyed = list(self._kept["obeyed"])
        answer = None if self.fault is Fault.LOST else self._contact.ask(self._ping(own, logs, obeyed))
        if answer is None or answer.get("TrangThaiGui") != 0:
            return
        del self._kept["logs"][: len(logs)]
        del self._kept["obeyed"][: len(obeyed)]
        told = answer["NoiDung"]
        self._ask_at = now + float(told["ChuKyHoi"])
        self._kept["schedule"], self._kept["revision"] = told["DanhSachBanTin"], told["LichPhatID"]
        for order in told["DieuKhienThietBi"]:
            self._obey(order, own)
        if self._playing and self._playing["BanTinID"] not in self.schedule and self.fault is not Fault.UNSTOPPABLE:
            self._end(own, broken=True)
        if self.fault is not Fault.LIES:
            self._fetch()

    def _ping(self, own: float, logs: list[Any], obeyed: list[str]) -> dict[str, Any]:
        return {
            "MaNhaCungCap": "FAKE",
            "PhienBanUngDung": "fake-1",
            "ThoiDiem": own,
            "AmLuong": str(self.volume_pct),
            "TrangThaiHoatDong": "0" if self._playing else "2",
            "BanTinID": self._playing["BanTinID"] if self._playing else "",
            "TrangThaiKetNoi": "4G,-71dBm",
            "ThongTinThietBi": {"NhietDo": "41.5", "DungLuongTrong": "812"},
            "LichPhatID": self._kept["revision"],
            "DaNhanLenh": obeyed,
            "NhatKy": logs,
            "KhongDungDuoc": self.fault is Fault.UNSTOPPABLE,
        }

    def _obey(self, order: Mapping[str, str], own: float) -> None:
        if order["MaLenh"] == "0":
            self._kept["volume"] = int(order["ThamSo"])
        elif order["MaLenh"] == "1" and order["ThamSo"] == _STOP_ALL and self.fault is not Fault.UNSTOPPABLE:
            is_meant = self._playing and order.get("BanTinID", self._playing["BanTinID"]) == self._playing["BanTinID"]
            is_alert = self._playing and self._playing["MucDoUuTien"] == 1 and "BanTinID" not in order
            if is_meant and not is_alert:
                self._end(own, broken=True)
        self._kept["obeyed"].append(order["LenhID"])

    def _fetch(self) -> None:
        for bulletin in self._kept["schedule"]:
            for part in bulletin["NoiDung"]:
                try:
                    self._memory.get(part["MaBam"], part["Link"], self._line)
                except Unreachable:
                    return  # the next question tries again

    def _begin_what_is_due(self, own: float) -> None:
        delay = _LATE_S if self.fault is Fault.LATE else 0.0
        for bulletin in self._kept["schedule"]:
            window = bulletin["ThoiDiemPhat"][0]
            is_due = window["ThoiGianBatDau"] + delay <= own < window["ThoiGianKetThuc"] + delay
            if self._playing or not is_due or bulletin["BanTinID"] in self._kept["done"]:
                continue
            if self.fault is not Fault.LIES and not self._has_all(bulletin):
                continue
            self._kept["done"] = [*self._kept["done"][-500:], bulletin["BanTinID"]]
            self._playing = {**bulletin, "began": own, "length": self._length(bulletin)}

    def _has_all(self, bulletin: Mapping[str, Any]) -> bool:
        return all(self._memory.file(part["MaBam"]).is_file() for part in bulletin["NoiDung"])

    def _length(self, bulletin: Mapping[str, Any]) -> float:
        if self.fault is Fault.LIES:
            span = reading.length(bulletin, "ThoiLuong")
            return 0.0 if span is None else span.total_seconds()
        return len(self._sound(bulletin)) / RATE_HZ

    def _sound(self, bulletin: Mapping[str, Any]) -> Samples:
        parts = [asking.decoded(self._memory.file(part["MaBam"])) for part in bulletin["NoiDung"]]
        return np.concatenate(parts) * (int(bulletin["AmLuong"] or self.volume_pct) / 100.0)

    def _end_what_is_over(self, own: float) -> None:
        if self._playing and own >= self._playing["began"] + self._playing["length"]:
            self._end(own, broken=False)

    def _end(self, own: float, *, broken: bool) -> None:
        playing, self._playing = self._playing, None
        if playing is None:
            return
        self._ask_at = min(self._ask_at, self._asked_at + _SOON_S)
        lasted = min(own - playing["began"], playing["length"])
        if self.fault is not Fault.LIES:
            name = f"{playing['began']:.0f}_{playing['BanTinID']}.wav"
            asking.write_wav(self._memory.folder / name, self._sound(playing)[: round(lasted * RATE_HZ)])
        seconds, rest_ms = divmod(round(lasted * 1000), 1000)
        self._kept["logs"].append({
            "BanTinID": playing["BanTinID"],
            "LoaiBanTin": playing["LoaiBanTin"],
            "ThoiDiemBatDau": playing["began"],
            "ThoiLuong": f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.{rest_ms:03}",
            "AmLuong": str(self.volume_pct),
            "NoiDung": playing["NoiDung"][0]["Link"],
            "TiepAm": 0,
            "TrangThai": "0" if broken else "1",
        })  # fmt: skip


def main() -> None:
    """Run it as a program."""
    asking.run("A loudspeaker of another maker that asks over HTTP.", Fault, _made, every_s=STEP_S)


def _made(line: HttpLine, folder: Path, fault: Fault | None) -> FakeLoudspeaker:
    return FakeLoudspeaker(line, folder, fault=fault)


if __name__ == "__main__":
    main()
