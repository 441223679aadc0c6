"""What 200,000 bulletins of a province say, and what people ask of them: made by rule, the same every time."""

import random
from collections.abc import Iterator, Sequence

_HEADS = (
    "Thông báo lịch cắt điện", "Thông báo lịch cấp nước", "Lịch tiêm chủng mở rộng", "Mời họp thôn",
    "Giấy mời họp dân", "Thông báo thu gom rác thải", "Cảnh báo mưa lũ", "Phòng chống bão",
    "Phòng chống sốt xuất huyết", "Dịch tả lợn châu Phi", "Tuyển sinh lớp một", "Tuyển sinh vào lớp 10 THPT",
    "Lịch tiếp công dân", "Thông báo của UBND xã", "Nghị quyết của HĐND xã", "Cấp đổi căn cước công dân",
    "Thu tiền bảo hiểm y tế", "Hướng dẫn dịch vụ công trực tuyến", "Lễ hội làng", "Giải bóng chuyền",
    "Lịch gieo cấy vụ xuân", "Lịch gieo cấy vụ mùa", "Phòng trừ sâu bệnh hại lúa", "Giá vật tư nông nghiệp",
    "Tìm trẻ lạc", "Nhắc nộp thuế đất", "Khám sức khỏe người cao tuổi", "Hiến máu tình nguyện", "Bầu trưởng thôn",
    "Kết quả bầu cử", "Tuyên truyền an toàn giao thông", "Phòng cháy chữa cháy", "Nước sạch nông thôn",
    "Xây dựng nông thôn mới", "Quyên góp ủng hộ đồng bào vùng lũ", "Gương người tốt việc tốt",
    "Chương trình thời sự địa phương", "Điểm tin trong tuần",
)  # fmt: skip
_BODIES = (
    "Ủy ban nhân dân xã thông báo để toàn thể nhân dân được biết",
    "Đề nghị các hộ gia đình chủ động sắp xếp công việc", "Thời gian từ 7 giờ 30 phút đến 11 giờ 30 phút",
    "Địa điểm tại nhà văn hóa thôn", "Địa điểm tại trạm y tế xã",
    "Khi đi mang theo sổ tiêm chủng và thẻ bảo hiểm y tế",
    "Mọi thắc mắc xin liên hệ cán bộ phụ trách qua số điện thoại", "Các hộ dân ven đê cần chằng chống nhà cửa",
    "Di chuyển người và tài sản đến nơi an toàn", "Không đi qua ngầm tràn khi nước lớn",
    "Theo dự báo của đài khí tượng thủy văn tỉnh", "Mực nước sông đang lên nhanh",
    "Công ty điện lực sẽ tạm ngừng cấp điện", "Để sửa chữa và nâng cấp đường dây trung thế",
    "Bà con kiểm tra đồng ruộng, phát hiện sâu cuốn lá", "Phun thuốc theo nguyên tắc bốn đúng",
    "Lịch gieo mạ bắt đầu từ ngày mùng năm", "Hồ sơ gồm giấy khai sinh và sổ hộ khẩu",
    "Nộp hồ sơ tại bộ phận một cửa của xã", "Thực hiện Quyết định số 135/QĐ-TTg của Thủ tướng Chính phủ",
    "Căn cứ Nghị định số 49/2024/NĐ-CP của Chính phủ", "Ban chỉ huy phòng chống thiên tai yêu cầu",
    "Tổ tự quản đi từng nhà vận động", "Hội phụ nữ, đoàn thanh niên phối hợp thực hiện",
    "Người dân không vứt rác ra kênh mương", "Trân trọng thông báo", "Kính mời đại diện các hộ có mặt đúng giờ",
    "Xe chở quá tải không được đi vào đường thôn", "Giữ gìn vệ sinh môi trường sống", "Đội mũ bảo hiểm khi đi xe máy",
    "Không uống rượu bia khi lái xe", "Cảnh giác với các cuộc gọi lừa đảo mạo danh công an",
    "Không cung cấp mã xác thực cho người lạ", "Trường mầm non nhận trẻ từ mười tám tháng tuổi",
    "Học sinh tập trung lúc 7 giờ sáng", "Mức đóng năm nay là một triệu hai trăm nghìn đồng",
    "Đồng chí bí thư chi bộ phát biểu khai mạc", "Đội văn nghệ biểu diễn chèo cổ", "Kỷ niệm ngày thương binh liệt sĩ",
    "Tặng quà gia đình chính sách", "Đặt hàng trước qua hợp tác xã nông nghiệp",
)  # fmt: skip
_PLACES = (
    "Hòa Bình", "Phù Lưu", "Tân Lập", "Đông Thịnh", "Lũng Hạ", "Yên Quán", "Hưng Lục", "Cẩm Nha", "Man Để",
    "Thượng Trưng", "Kỳ Sơn", "Quý Hương", "Thủy Nguyên", "Đại Lải", "Ngọc Thanh", "Xuân Hòa", "Mỹ Lộc", "Lý Nhân",
    "Thụy Yên", "Bồ Sao",
)  # fmt: skip
_FAMILY = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Phan", "Vũ", "Đặng", "Bùi", "Đỗ", "Hồ", "Ngô", "Dương", "Lý")
_MIDDLE = ("Văn", "Thị", "Đức", "Hữu", "Minh", "Ngọc", "Quang", "Thanh", "Xuân", "Thu")
_GIVEN = (
    "An", "Bình", "Cường", "Dũng", "Hà", "Hải", "Hạnh", "Hoa", "Hòa", "Hương", "Khánh", "Lan", "Linh", "Loan", "Mai",
    "Nga", "Phúc", "Quyên", "Sơn", "Tâm", "Thảo", "Thủy", "Trang", "Tuấn", "Uyên", "Vinh", "Yến",
)  # fmt: skip
_SEED = 26


def bulletins(count: int) -> Iterator[tuple[str, str]]:
    """Yield titles and texts of about a hundred words; common sentences are many times as common as rare names."""
    chance = random.Random(_SEED)  # noqa: S311 - the same every time, no secret
    weights = [1 / (rank + 1) for rank in range(len(_BODIES))]
    for number in range(count):
        place, day = chance.choice(_PLACES), f"{chance.randint(1, 28):02}/{chance.randint(1, 12):02}"
        title = f"{chance.choice(_HEADS)} thôn {place} ngày {day}"
        sentences = chance.choices(_BODIES, weights, k=chance.randint(6, 11))
        sentences.insert(2, f"Liên hệ {_person(chance)}, điện thoại 0{chance.randint(10**8, 10**9 - 1)}")
        sentences.append(f"Văn bản số {number}/TB-UBND ngày {day}/2026")
        yield title, ". ".join(sentences) + "."


def questions(count: int) -> list[str]:
    """Return what people ask: common and rare words, phrases, exclusions, beginnings, slips, and what is nowhere."""
    chance = random.Random(_SEED + 1)  # noqa: S311 - as above
    makers = (
        lambda: _some(chance, chance.choice(_HEADS).split(), 2),
        lambda: " ".join(_some(chance, chance.choice(_BODIES).split(), 3).split()),
        lambda: f'"{_some(chance, chance.choice(_BODIES).split(), 3)}"',
        lambda: chance.choice(_PLACES),
        lambda: f"{_some(chance, chance.choice(_HEADS).split(), 2)} {chance.choice(_PLACES)}",
        lambda: _person(chance),
        lambda: f"{chance.randint(0, 200_000)}/TB-UBND",
        lambda: f"{_some(chance, chance.choice(_HEADS).split(), 2)} -{chance.choice(_BODIES).split()[0]}",
        lambda: chance.choice(("thông báo", "ủy ban nhân dân", "ubnd", "xã", "thôn", "ngày", "điện thoại", "liên hệ")),
        lambda: chance.choice(("zebra khổng lồ", "vũ trụ học", "quantum", "núi lửa phun", "tàu ngầm")),
        lambda: chance.choice(("thng bao", "tiem chungg", "bao hiemm y te", "tuyen sinhh")),
        lambda: chance.choice(_HEADS)[: chance.randint(6, 12)],
    )  # fmt: skip
    asked = [chance.choice(makers)() for _ in range(count)]
    return [_bare(words) if chance.random() < 0.5 else words for words in asked]


def _person(chance: random.Random) -> str:
    return f"{chance.choice(_FAMILY)} {chance.choice(_MIDDLE)} {chance.choice(_GIVEN)}"


def _some(chance: random.Random, words: Sequence[str], count: int) -> str:
    first = chance.randint(0, max(0, len(words) - count))
    return " ".join(words[first : first + count])


def _bare(words: str) -> str:
    """Return what somebody types who spares the accents."""
    from loa.kernel import text  # noqa: PLC0415 - rooms are imported when Django stands

    return text.folded(words)
