import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loa.bulletins.rules import sms
from loa.bulletins.rules.sms import Alphabet

GSM, UCS2 = Alphabet.GSM, Alphabet.UCS2


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", (GSM, 0, 1, 160)),
        ("a" * 160, (GSM, 160, 1, 0)),
        ("a" * 161, (GSM, 161, 2, 145)),
        ("a" * 306, (GSM, 306, 2, 0)),
        ("a" * 307, (GSM, 307, 3, 152)),
        ("a" * 459, (GSM, 459, 3, 0)),
        ("a" * 460, (GSM, 460, 4, 152)),
        ("bé", (GSM, 2, 1, 158)),
        ("@£$¥èéùìòÇØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ¤¡ÄÖÑÜ§¿äöñüà\n\r", (GSM, 44, 1, 116)),
        ("100 €", (GSM, 6, 1, 154)),
        ("[x]", (GSM, 5, 1, 155)),
        ("^{}\\[~]|€\f", (GSM, 20, 1, 140)),
        ("a" * 158 + "€", (GSM, 160, 1, 0)),
        ("a" * 159 + "€", (GSM, 161, 2, 145)),
        ("a" * 152 + "€" + "a" * 10, (GSM, 164, 2, 141)),
        ("€" * 80, (GSM, 160, 1, 0)),
        ("€" * 153, (GSM, 306, 3, 151)),
        ("đ" * 70, (UCS2, 70, 1, 0)),
        ("đ" * 71, (UCS2, 71, 2, 63)),
        ("ư" * 134, (UCS2, 134, 2, 0)),
        ("ư" * 135, (UCS2, 135, 3, 66)),
        ("ư" * 201, (UCS2, 201, 3, 0)),
        ("`", (UCS2, 1, 1, 69)),
        ("ç", (UCS2, 1, 1, 69)),
        ("“nước”", (UCS2, 6, 1, 64)),
        ("\u00a0", (UCS2, 1, 1, 69)),
        ("🌊", (UCS2, 2, 1, 68)),
        ("🌊" * 35, (UCS2, 70, 1, 0)),
        ("🌊" * 36, (UCS2, 72, 2, 61)),
        ("a" * 66 + "🌊" + "a" * 10, (UCS2, 78, 2, 55)),
        ("👨\u200d👩\u200d👧", (UCS2, 8, 1, 62)),
        ("o\u0302\u0301", (UCS2, 3, 1, 67)),
        (unicodedata.normalize("NFD", "ố"), (UCS2, 3, 1, 67)),
        ("ố", (UCS2, 1, 1, 69)),
        ("a" * 69 + "đ", (UCS2, 70, 1, 0)),
        ("a" * 159 + "đ", (UCS2, 160, 3, 41)),
        ("100 €" + "đ", (UCS2, 6, 1, 64)),
    ],
)
def test_a_message_counts_as_operators_count(text, expected):
    size = sms.measure(text)

    assert (size.alphabet, size.units, size.count, size.left) == expected


def test_what_made_it_dear_is_named_once_each():
    assert sms.measure("Cắt điện từ 8h, điện có lại lúc 11h").foreign == ("ắ", "đ", "ệ", "ừ", "ó", "ạ", "ú")


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Cắt điện từ 8 giờ đến 11 giờ", "Cat dien tu 8 gio den 11 gio"),
        ("ĐƯỜNG LÀNG, NGÕ XÓM", "DUONG LANG, NGO XOM"),
        ("Kỳ họp – “quan trọng”…", 'Ky hop - "quan trong"...'),
        ("bé Tí", "be Ti"),
        ("tho\u0302ng ba\u0301o", "thong bao"),
        ("Nước dâng 🌊 1,5 m²", "Nuoc dang 1,5 m2"),
        ("500.000₫ hoặc 20 €", "500.000d hoac 20 €"),
        ("35°C", "35 doC"),
        ("một\u00a0hai\u200bba", "mot haiba"),
        ("Łódź", "odz"),
        ("\u0000", ""),
        ("汉字", ""),
        ("dòng một\n\n  dòng hai ", "dong mot\n\ndong hai"),
    ],
)
def test_without_accents_is_what_people_type_on_old_phones(text, plain):
    assert sms.without_accents(text) == plain


@given(st.text())
def test_without_accents_always_travels_in_the_cheap_alphabet(text):
    assert sms.measure(sms.without_accents(text)).alphabet is GSM


@given(st.text(max_size=2000))
def test_parts_join_to_the_text_and_each_is_full_but_for_a_letter_of_two_units(text):
    size = sms.measure(text)

    weigh = (lambda one: len(one.encode("utf-16-le")) // 2) if size.foreign else len
    assert "".join(size.parts) == text
    if size.foreign and size.count > 1:
        assert all(weigh(part) >= 66 for part in size.parts[:-1])
        assert all(weigh(part) <= 67 for part in size.parts)
    assert size.left >= 0
