from tools import protocol_page


def test_the_page_of_the_protocol_is_up_to_date():
    written = protocol_page.TARGET.read_text(encoding="utf-8")

    assert written == protocol_page.page(), "run: python tools/protocol_page.py"
