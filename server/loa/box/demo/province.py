"""What the demonstration is made of. Communes are real, by official code; hamlets, people and devices are invented."""

from collections.abc import Sequence
from dataclasses import dataclass

PROVINCE = "26"

HOME = "09031"
"""Xã Đồng Văn, huyện Yên Lạc: the commune of the demonstration's officer, with the real agent."""

COMMUNES: Sequence[str] = (
    HOME, "09037", "09043", "09064", "09079", "09100", "09148", "08713", "08728", "08749",
    "08752", "08791", "08815", "08875", "08893", "08914", "08926", "08938", "08953", "08854",
)  # fmt: skip

HAMLETS: Sequence[str] = ("Thôn Đình (mẫu)", "Thôn Chùa (mẫu)", "Thôn Bến (mẫu)")
SIMULATED = 300
HOME_CLUSTERS = 14
"""Clusters of the home commune, the real agent included."""

AGENT_NAME = "Cụm loa nhà văn hóa xã"


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """A bulletin's words."""

    title: str
    text: str


EARLY = Words(
    title="Lịch tiêm phòng cho đàn gia cầm",
    text=(
        "Ủy ban nhân dân xã thông báo: đợt tiêm phòng cúm cho đàn gia cầm bắt đầu lúc 7 giờ sáng thứ Bảy "
        "tại nhà văn hóa các thôn. Đề nghị các hộ nhốt đàn trước 6 giờ và chuẩn bị sổ theo dõi. Xin cảm ơn bà con."
    ),
)

MORNING = Words(
    title="Lịch cắt điện để sửa đường dây",
    text=(
        "Điện lực thông báo: từ 8 giờ đến 11 giờ sáng nay tạm ngừng cấp điện để sửa đường dây. "
        "Bà con chủ động bơm nước và bảo quản thực phẩm. Xin cảm ơn."
    ),
)

# 120 words, as an officer pastes them on an ordinary day
THREE_MINUTES = Words(
    title="Thu gom rác thải nhựa và vệ sinh đường làng",
    text=(
        "Kính thưa bà con. Ủy ban nhân dân xã phát động ngày thu gom rác thải nhựa và làm vệ sinh đường làng, ngõ xóm. "
        "Mỗi gia đình cử một người tham gia từ 6 giờ 30 sáng Chủ nhật, mang theo chổi, xẻng và bao đựng. "
        "Các thôn tập trung tại nhà văn hóa để nhận khu vực. "
        "Rác nhựa để riêng, có xe của hợp tác xã đến chở trước 10 giờ. "
        "Đoàn thanh niên phụ trách kênh mương, hội phụ nữ phụ trách khu chợ, "
        "hội cựu chiến binh phụ trách đường ra đồng. "
        "Đề nghị bà con không đốt rác và không đổ rác ra bờ đê. "
        "Xin cảm ơn và mong bà con hưởng ứng."
    ),
)
