"""Papers and pictures for tests, made on the spot: good ones, and those that somebody would send to do harm."""

import io
import struct
import zipfile
import zlib
from pathlib import Path

import pikepdf
from PIL import Image

from loa.kernel import clock
from loa.media import commands, intake, store

_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TEXT = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def eicar():
    """The harmless text that every scanner knows, written backwards so that none takes this repository for it."""
    backwards = r"*H+H$!ELIF-TSET-SURIVITNA-DRADNATS-RACIE$}7)CC7)^P(45XZP\4[PA@%P!O5X"
    return backwards[::-1].encode()


def types(main=_WORD, extra=""):
    return (
        '<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{main}"/>{extra}</Types>'
    )


def relations(*lines):
    return f'<?xml version="1.0"?><Relationships xmlns="{_RELATIONS}">{"".join(lines)}</Relationships>'


def relation(kind, target, mode=""):
    told = f' TargetMode="{mode}"' if mode else ""
    return f'<Relationship Id="r{abs(hash((kind, target)))}" Type="{_OFFICE}/{kind}" Target="{target}"{told}/>'


def body(inner="Nghị quyết về sắp xếp đơn vị"):
    paragraph = f"<w:p><w:r><w:t>{inner}</w:t></w:r></w:p>"
    return f'<?xml version="1.0"?><w:document xmlns:w="{_TEXT}"><w:body>{paragraph}</w:body></w:document>'


def docx(more=None, *, document=None, main=_WORD, extra_types="", relation_lines=(), compression=zipfile.ZIP_DEFLATED):
    """A Word file as bytes; `more` are further entries by name."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", compression) as archive:
        archive.writestr("[Content_Types].xml", types(main, extra_types))
        archive.writestr("_rels/.rels", relations(relation("officeDocument", "word/document.xml")))
        archive.writestr("word/document.xml", document or body())
        archive.writestr("word/_rels/document.xml.rels", relations(*relation_lines))
        for name, content in (more or {}).items():
            archive.writestr(name, content)
    return made.getvalue()


def xlsx(more=None):
    return docx(more, main=_SHEET)


def bomb(megabytes=150):
    """A Word file of some kilobytes that unpacks to very much."""
    return docx({"word/media/image1.png": b"\0" * megabytes * 1024 * 1024})


def lying_bomb():
    """The same, but the list says that it is small."""
    content = bytearray(bomb(30))
    size = struct.pack("<I", 30 * 1024 * 1024)
    while (at := content.find(size)) >= 0:
        content[at : at + 4] = struct.pack("<I", 1000)
    return bytes(content)


def overlapping():
    """Two entries of the list that share the bytes of one: the trick by which few bytes unpack to very much."""
    content = bytearray(docx({"a.png": b"\x89PNG" + b"\0" * 70_000, "b.png": b"\x89PNG" + b"\0" * 70_000}))
    first = content.find(b"a.png")
    listed = content.rfind(b"b.png")
    content[listed - 4 : listed] = struct.pack("<I", first - 30)
    content[listed : listed + 5] = b"c.png"
    return bytes(content)


def pdf(change=None, **saving):
    """A PDF of one page as bytes; `change` gets the open paper."""
    made = io.BytesIO()
    paper = pikepdf.new()
    paper.add_blank_page(page_size=(595, 842))
    if change is not None:
        change(paper)
    paper.save(made, **saving)
    return made.getvalue()


def picture(kind="JPEG", size=(640, 480), **saving):
    made = io.BytesIO()
    Image.new("RGB", size, (30, 120, 60)).save(made, kind, **saving)
    return made.getvalue()


def photo_with_place():
    """A photo in which the camera wrote where it was taken."""
    facts = Image.Exif()
    facts[0x010F] = "Camera of Nguyễn Văn An"
    facts.get_ifd(0x8825)[2] = (21.0, 18.0, 35.5)
    facts[0x0112] = 6
    return picture(exif=facts)


def giant_png(width=20_000, height=20_000):
    """A PNG that is true to its word and takes 1.2 GB once unpacked, from few bytes."""

    def chunk(name, content):
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    black = b"\0" * (1 + 3 * width) * 100
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    hundred_rows = packer.compress(black) + packer.flush(zlib.Z_FULL_FLUSH)
    checksum = struct.pack(">I", (len(black) * (height // 100) % 65_521) << 16 | 1)
    rows = b"\x78\xda" + hundred_rows * (height // 100) + b"\x03\0" + checksum
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def written(folder, content, name="upload"):
    path = Path(folder) / name
    path.write_bytes(content)
    return path


def make_document(world, *, name="Nghị quyết 12.pdf", content=None, now=None, scope=None, unit=None):
    """Take in a paper for the commune as its officer would, or for another unit."""
    from django.conf import settings  # noqa: PLC0415 - the folder differs from test to test

    settings.LOA_HOME.mkdir(parents=True, exist_ok=True)
    path = written(settings.LOA_HOME, content or pdf())
    prepared = intake.document_from_upload(path, name=name)
    return commands.add_document(
        scope or world.officer, unit or world.commune, prepared=prepared, now=now or clock.now()
    )


def written_bytes(document):
    """What lies in the store for a document."""
    return store.path(document.sha256, shelf=store.DOCUMENTS).read_bytes()
