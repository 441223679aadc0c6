"""What a voice will read of the text in a form, before it is heard."""

from django.forms import Form

from loa.bulletins import rules
from loa.media import queries as media
from loa.media import speech
from loa.orgs.models import Unit


def read_out(form: Form, unit: Unit | None) -> speech.ReadOut:
    """Return the text of a form as it will be read at a unit; nothing for an empty or an overlong one."""
    text = str(form["text"].value() or "")
    if unit is None or not text.strip() or len(text) > rules.SPOKEN_LONGEST:
        return []
    return speech.read_out(text, lexicon=media.lexicon_of(unit))
