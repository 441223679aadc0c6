"""What an archive that was written out says of itself."""

FORMAT = "loa-archive/1"
README = """\
KHO LƯU TRỮ BẢN TIN / ARCHIVE OF BULLETINS

bulletins.jsonl   mỗi dòng một bản tin (JSON, UTF-8): thông tin, các phiên bản, nội dung theo kênh, nguồn gốc băng cũ
                  one bulletin a line (JSON, UTF-8): facts, wordings, renditions, origin of old tapes
bulletins.csv     bảng các bản tin để mở bằng bảng tính; ô bắt đầu như công thức có dấu nháy đơn phía trước
                  the bulletins as a table; a cell that looks like a formula begins with an apostrophe
sounds/           âm thanh Ogg Opus, tên là mã băm SHA-256 / sound as Ogg Opus, named by its SHA-256
documents/        văn bản, ảnh như đã lưu, tên là mã băm SHA-256 / papers and pictures as kept, named by their SHA-256
schema.json       mô tả một dòng của bulletins.jsonl (JSON Schema 2020-12) / what a line of bulletins.jsonl is
manifest.json     mã băm SHA-256 và kích thước của mọi tệp / SHA-256 and size of every file
"""
_WORDING = ("number", "title", "text", "state", "kind", "category", "abstract", "byline", "language", "valid_from",
            "valid_until", "is_must", "requester", "sound", "voice", "written_by", "created_at", "submitted_at",
            "decided_at", "decided_by", "note", "renditions")  # fmt: skip
SCHEMA = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": FORMAT,
    "type": "object",
    "required": [
        "id",
        "unit",
        "unit_name",
        "title",
        "state",
        "author",
        "created_at",
        "changed_at",
        "revisions",
        "tape",
    ],
    "properties": {
        "id": {"type": "string", "format": "uuid"},
        "unit": {"type": "string"},
        "title": {"type": "string"},
        "state": {"type": "string"},
        "created_at": {"type": "string", "format": "date-time"},
        "changed_at": {"type": "string", "format": "date-time"},
        "revisions": {"type": "array", "items": {"type": "object", "required": list(_WORDING)}},
        "tape": {"type": ["object", "null"]},
    },
}
