"""What the agent says to whoever stands before it: Vietnamese, or English for an account that speaks it."""

import os
from collections.abc import Mapping

_ASKED = ("LOA_LANG", "LC_ALL", "LC_MESSAGES", "LANG")


def say(sentence: str, **facts: object) -> str:
    """Return a sentence in the account's language; `sentence` is English with named places."""
    return (sentence if _speaks_english() else VIETNAMESE[sentence]) % facts


def say_many(one: str, many: str, *, count: int, **facts: object) -> str:
    """Return the form that fits the count. Vietnamese has one for all."""
    return say(one if count == 1 and _speaks_english() else many, count=count, **facts)


def _speaks_english() -> bool:
    return next((os.environ[name] for name in _ASKED if os.environ.get(name)), "").startswith("en")


VIETNAMESE: Mapping[str, str] = {
    # What goes wrong
    "%(folder)s is enrolled already; with --again its identity is replaced.": (
        "%(folder)s đã được ghi danh; dùng --again để thay danh tính cũ."
    ),
    "The store %(file)s cannot be used: %(why)s.": "Không dùng được kho dữ liệu %(file)s: %(why)s.",
    "This device is not enrolled: run `loa-agent enrol` for %(folder)s first.": (
        "Thiết bị này chưa ghi danh: trước hết hãy chạy `loa-agent enrol` cho %(folder)s."
    ),
    "The identity in %(file)s cannot be read: %(why)s.": "Không đọc được danh tính trong %(file)s: %(why)s.",
    "The output does not take sound: %(why)s.": "Đầu ra âm thanh không nhận tiếng: %(why)s.",
    "A soft tone was played here, at %(level)s dBFS.": "Đã phát một tiếng thử nhỏ tại đây, mức %(level)s dBFS.",
    "play a soft tone here; it cannot be made louder": "phát một tiếng thử nhỏ tại đây; không thể phát to hơn",
    "only find out whether it could": "chỉ kiểm tra xem có phát được không",
    "Release %(version)s is on trial.": "Đang thử phiên bản %(version)s.",
    "Release %(version)s runs.": "Đang chạy phiên bản %(version)s.",
    "The release tried last was not kept: %(why)s.": "Phiên bản thử lần trước không được giữ lại: %(why)s.",
    "The key in %(file)s cannot be read: %(why)s.": "Không đọc được khóa trong %(file)s: %(why)s.",
    "Another agent is running in %(folder)s.": "Một loa-agent khác đang chạy trong %(folder)s.",
    "The folder %(folder)s cannot be made: %(why)s.": "Không tạo được thư mục %(folder)s: %(why)s.",
    "The folder %(folder)s cannot be written: %(why)s. The code was not used.": (
        "Không ghi được vào thư mục %(folder)s: %(why)s. Mã ghi danh chưa bị dùng."
    ),
    "The answer of %(server)s is not understood: %(why)s.": "Không hiểu trả lời của %(server)s: %(why)s.",
    "The answer of %(server)s is not understood.": "Không hiểu trả lời của %(server)s.",
    "The address of the server begins with http:// or https://.": (
        "Địa chỉ máy chủ phải bắt đầu bằng http:// hoặc https://."
    ),
    "The server at %(server)s cannot be reached: %(why)s.": "Không kết nối được máy chủ %(server)s: %(why)s.",
    "The server refused the code (HTTP %(status)s).": "Máy chủ từ chối mã ghi danh (HTTP %(status)s).",
    # How it is
    "Enrolled as %(device)s of unit %(area)s.": "Đã ghi danh là thiết bị %(device)s của đơn vị %(area)s.",
    "This device is not enrolled.": "Thiết bị này chưa ghi danh.",
    "Device %(device)s of unit %(area)s.": "Thiết bị %(device)s của đơn vị %(area)s.",
    "The agent is not running.": "loa-agent không chạy.",
    "Connected to %(server)s since %(since)s.": "Đang kết nối tới %(server)s từ %(since)s.",
    "Not connected to %(server)s: %(why)s.": "Chưa kết nối tới %(server)s: %(why)s.",
    "no word from the agent": "loa-agent chưa báo gì",
    "Playing airing %(airing)s.": "Đang phát lượt %(airing)s.",
    "%(count)s airing planned, at %(next)s.": "Có %(count)s lượt phát, vào lúc %(next)s.",
    "%(count)s airings planned, the next at %(next)s.": "Có %(count)s lượt phát, lượt tới vào lúc %(next)s.",
    "Nothing is planned.": "Chưa có lượt phát nào.",
    "Media is still missing for %(count)s airing.": "Còn %(count)s lượt phát chưa tải đủ âm thanh.",
    "Media is still missing for %(count)s airings.": "Còn %(count)s lượt phát chưa tải đủ âm thanh.",
    "%(count)s piece of evidence not yet taken over by the server.": "Máy chủ chưa nhận %(count)s bằng chứng phát.",
    "%(count)s pieces of evidence not yet taken over by the server.": "Máy chủ chưa nhận %(count)s bằng chứng phát.",
    "The server has all evidence.": "Máy chủ đã nhận đủ bằng chứng phát.",
    "Volume %(volume)s %%, %(free)s GB free.": "Âm lượng %(volume)s %%, còn trống %(free)s GB.",
    "The clock is wrong by %(offset)s s.": "Đồng hồ sai %(offset)s giây.",
    # The command line
    "The agent of a loudspeaker, a board or a gateway.": (
        "Chương trình chạy trên cụm loa, bảng tin hoặc bộ chuyển đổi."
    ),
    "become a device, by a one-time code": "ghi danh thiết bị bằng mã dùng một lần",
    "address of the server": "địa chỉ máy chủ",
    "the one-time code": "mã dùng một lần",
    "replace an identity that is here": "thay danh tính đang có",
    "work": "chạy",
    "where sound goes; auto is the sound card": "nơi phát âm thanh; auto là card âm thanh",
    "write the first airing that is played to this file as well": "ghi thêm lượt phát đầu tiên ra tệp này",
    "say how it is; exit code 0 only if connected": "báo tình trạng; mã thoát 0 chỉ khi đang kết nối",
    "as one JSON object": "dưới dạng một đối tượng JSON",
    "the folder of this device": "thư mục của thiết bị này",
}
