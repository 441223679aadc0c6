"""The measured process of `archive`: a province, a voice, and a folder taken in; a JSON line for an answer."""

import json
import sys
import time
from pathlib import Path
from typing import Any  # Any: JSON lines are open objects

import django
from django.core.management import call_command

from loa.box.bench import search_words

PROVINCE = "26"


def main() -> None:
    """Answer every line until the input ends."""
    django.setup()
    for line in sys.stdin:
        asked = json.loads(line)
        done = asked.pop("do")
        answer = people() if done == "people" else speak() if done == "speak" else bring(**asked)
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


def people() -> dict[str, Any]:
    """Make the tables, a province, and an officer of its first commune."""
    call_command("migrate", verbosity=0, interactive=False)
    from loa.accounts.models import User  # noqa: PLC0415 - rooms are imported when Django stands
    from loa.kernel import scope  # noqa: PLC0415 - as above
    from loa.orgs import commands  # noqa: PLC0415 - as above

    commands.import_units(scope.system("bench"), province_code=PROVINCE)
    User.objects.create(username="canbo", full_name="Cán bộ", unit_path=PROVINCE)
    return {}


def speak() -> dict[str, Any]:
    """Let the voice that comes with the program read a few bulletins; return the file."""
    from loa.media import speech, store  # noqa: PLC0415 - as above

    text = "\n".join(words for _, words in search_words.bulletins(4))
    return {"file": str(store.path(speech.speak(text, voice=speech.DEFAULT_VOICE).sha256))}


def bring(*, folder: str) -> dict[str, Any]:
    """Take the folder in as an operator does; return how long that took and what became of the files."""
    from loa.box import archive  # noqa: PLC0415 - as above
    from loa.orgs.models import Unit  # noqa: PLC0415 - as above

    unit = Unit.objects.unscoped("bench").filter(level="commune").order_by("path").first()
    assert unit is not None  # noqa: S101 - for mypy
    begun = time.monotonic()
    met = archive.bring(Path(folder), unit=unit.code, sheet=None, by="canbo", is_written_down=False, is_preview=False)
    return {"took_s": round(time.monotonic() - begun, 1), **met}


if __name__ == "__main__":
    main()
