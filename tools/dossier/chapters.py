"""The dossier's chapters as headings, paragraphs and tables, in Vietnamese: one description for HTML and for Word."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from tools import reference_pages
from tools.dossier import sbom
from tools.dossier.data import STATUSES, Security

_CHAPTERS = {
    1: "Mã hóa và làm sạch dữ liệu", 2: "Kiểm tra dữ liệu và nghiệp vụ", 3: "An toàn phía trình duyệt",
    4: "API và dịch vụ web", 5: "Xử lý tệp", 6: "Xác thực", 7: "Quản lý phiên", 8: "Phân quyền", 9: "Thẻ tự chứa",
    10: "OAuth và OIDC", 11: "Mật mã", 12: "Truyền thông an toàn", 13: "Cấu hình", 14: "Bảo vệ dữ liệu",
    15: "Lập trình và kiến trúc an toàn", 16: "Nhật ký và xử lý lỗi",
}  # fmt: skip

_MADE = (
    "Tài liệu này được sinh tự động từ mã nguồn và dữ liệu của Loa, dùng làm phần kỹ thuật của hồ sơ đề xuất cấp độ "
    "an toàn hệ thống thông tin (Nghị định 85/2016/NĐ-CP, Thông tư 12/2022/TT-BTTTT). Cấp độ do cơ quan có thẩm quyền "
    "phê duyệt cho từng nơi triển khai; tài liệu không tự xác định cấp độ."
)
_SHOWN = (
    "Mỗi biện pháp được nêu cùng nơi thực hiện trong mã nguồn và bài kiểm thử tìm cách phá biện pháp đó. Đối chiếu "
    "OWASP ASVS 5.0 như sau:"
)
_NUMBERS = (
    "Số là số của yêu cầu trong OWASP ASVS 5.0; nội dung đầy đủ xem bản công bố. Chương V17 (WebRTC) không áp dụng."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table with its head."""

    head: tuple[str, ...]
    rows: list[tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """A chapter: what it says, then its tables. `picture` asks for the picture of flows."""

    title: str
    text: list[str] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    picture: bool = False


def chapters(security: Security) -> Iterator[Chapter]:
    """Yield the chapters."""
    yield _opening(security)
    yield _zones(security)
    yield _qd742(security)
    yield _asvs(security)
    yield _controls(security)
    yield _parts()
    yield _settings()


def _opening(security: Security) -> Chapter:
    counts = {status: sum(item["status"] == status for item in security.asvs.values()) for status in STATUSES}
    rows = [(word, str(counts[status])) for status, word in STATUSES.items()]
    return Chapter(
        title="1. Giới thiệu",
        text=[
            _MADE,
            _SHOWN,
        ],
        tables=[Table(head=("Kết quả đối chiếu ASVS", "Số yêu cầu"), rows=rows)],
    )


def _zones(security: Security) -> Chapter:
    flows = security.flows
    name = {key: process["vi"] for key, process in flows["process"].items()}
    reading = {setting: default.strip("`'") for setting, default in reference_pages.environment()}
    rows = [
        (
            str(number), name[flow["from"]], name[flow["to"]], flow["protocol"] + _topics(flow),
            reading.get(flow["port"], flow["port"]) or "–",
            "; ".join(flows["data"][data]["vi"] for data in flow["data"]),
            "; ".join(security.controls[control]["vi"] for control in flow["by"]),
        )
        for number, flow in enumerate(flows["flow"], start=1)
    ]  # fmt: skip
    processes = [
        (process["vi"], flows["zone"][process["zone"]]["vi"], process.get("unit", "–"))
        for process in flows["process"].values()
    ]
    data = [(each["vi"], each["class"]) for each in flows["data"].values()]
    return Chapter(
        title="2. Phân vùng và luồng dữ liệu",
        picture=True,
        tables=[
            Table(head=("Số", "Từ", "Đến", "Giao thức", "Cổng", "Dữ liệu", "Biện pháp"), rows=rows),
            Table(head=("Thành phần", "Vùng", "Tệp triển khai"), rows=processes),
            Table(head=("Loại dữ liệu", "Mức bảo vệ"), rows=data),
        ],
    )


def _topics(flow: dict[str, object]) -> str:
    from loa_protocol import topics

    kinds = {"Down": topics.Down, "Up": topics.Up}
    named = [str(word.value) for kind in flow.get("topics", ()) for word in kinds[str(kind)]]  # type: ignore[attr-defined]
    return f" ({topics.ROOT}: {', '.join(named)})" if named else ""


def _qd742(security: Security) -> Chapter:
    rows = [
        (item["vi"], STATUSES[item["status"]], *_shown(security, item["by"]), item.get("note", ""))
        for item in security.qd742.values()
    ]
    return Chapter(
        title="3. Đối chiếu Quyết định 742/QĐ-BTTTT",
        tables=[Table(head=("Yêu cầu", "Kết quả", "Biện pháp", "Kiểm thử", "Ghi chú"), rows=rows)],
    )


def _asvs(security: Security) -> Chapter:
    tables = []
    for chapter, words in _CHAPTERS.items():
        rows = [
            (number, str(item["level"]), STATUSES[item["status"]], *_shown(security, item["by"]), item.get("note", ""))
            for number, item in security.asvs.items()
            if number.split(".")[0] == str(chapter)
        ]
        tables.append(
            Table(head=(f"V{chapter} {words}", "Mức", "Kết quả", "Biện pháp", "Kiểm thử", "Ghi chú"), rows=rows)
        )
    return Chapter(title="4. Đối chiếu OWASP ASVS 5.0", text=[_NUMBERS], tables=tables)


def _shown(security: Security, names: list[str]) -> tuple[str, str]:
    """Return controls in words, and the number of tests behind them; the tests stand in chapter 5."""
    controls = "; ".join(security.controls[name]["vi"] for name in names) or "–"
    tests = sum(len(security.controls[name]["tests"]) for name in names)
    return controls, f"{tests} bài (mục 5)" if tests else "–"


def _controls(security: Security) -> Chapter:
    rows = [
        (control["vi"], "\n".join(control["features"]), "\n".join(control["tests"]))
        for control in security.controls.values()
    ]
    return Chapter(
        title="5. Biện pháp, nơi thực hiện, bài kiểm thử",
        tables=[Table(head=("Biện pháp", "Nơi thực hiện", "Bài kiểm thử"), rows=rows)],
    )


def _parts() -> Chapter:
    rows = [(part.name, part.version, part.condition or "–", str(len(part.digests))) for part in sbom.locked()]
    rows += [(name, "theo Debian", what, "–") for name, what in sorted(sbom.DEBIAN.items())]
    return Chapter(
        title="6. Danh mục thành phần (SBOM)",
        text=["Bản đầy đủ theo chuẩn CycloneDX 1.6 nằm trong tệp sbom.cdx.json."],
        tables=[Table(head=("Thành phần", "Phiên bản", "Điều kiện", "Số mã băm"), rows=rows)],
    )


def _settings() -> Chapter:
    rows = [
        (name, default.strip("`"), reference_pages.TOLD.get(name, ""))
        for name, default in sorted(set(reference_pages.environment()))
    ]
    return Chapter(
        title="7. Tham số cấu hình",
        text=["Cấu hình thực tế được kiểm tra bằng lệnh ./loa doctor; mô hình mối đe dọa xem THREAT_MODEL.md."],
        tables=[Table(head=("Tham số", "Mặc định", "Ý nghĩa"), rows=rows)],
    )
