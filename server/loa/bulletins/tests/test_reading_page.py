import pytest

from loa.bulletins.tests.making import make_bulletin
from loa.kernel import clock
from loa.media import commands as media
from loa.media.speakable import Word
from loa.media.tests.test_documents_pages import browser_of

pytestmark = pytest.mark.django_db


def test_the_writer_sees_what_will_be_read_and_where_it_differs_from_the_text(world):
    media.pronounce(world.officer, world.commune, word=Word(written="Yagi", spoken="ya ghi"), now=clock.now())
    bulletin = make_bulletin(world, text="Bão Yagi vào lúc 5h. <b>Chú ý</b>")

    page = browser_of(world.officer_user).get(f"/desk/bulletins/{bulletin.pk}/edit/").content.decode()

    assert '<mark title="Yagi">ya ghi</mark>' in page
    assert '<mark title="5h' in page
    assert "<b>Chú" not in page
    assert "/desk/pronunciation/" in page


def test_nothing_is_shown_of_an_empty_text(world):
    assert 'id="read-out"' not in browser_of(world.officer_user).get("/desk/bulletins/new/").content.decode()
