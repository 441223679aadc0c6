"""What `loa voice` does."""

import sys
from pathlib import Path

from loa.box.saying import Refused, step
from loa.kernel import clock
from loa.kernel import scope as scopes
from loa.kernel.errors import DomainError
from loa.media import commands, queries, speech
from loa.media.rules import Region
from loa.media.voices import adding
from loa.orgs import queries as orgs
from loa.orgs.models import Unit

OPERATOR = scopes.system("operator")


def add(
    model: Path,
    config: Path,
    *,
    sha256: str,
    unit: str,
    label: str,
    region: str,
    gender: str,
    license: str,  # noqa: A002 - the option's name
    card: str,
) -> None:
    """Add a voice for a unit and all below it. Raises `Refused` with the sentence people would see."""
    for file in (model, config):
        if not file.is_file():
            raise Refused("%(file)s is missing.", file=file)
    home = _unit(unit)
    try:
        prepared = adding.prepare(model.resolve(), config.resolve(), sha256=sha256)
        voice = commands.add_voice(
            OPERATOR,
            home,
            prepared=prepared,
            label=label,
            region=Region(region),
            gender=gender,
            license=license,
            card=card,
            now=clock.now(),
        )
    except DomainError as refusal:
        commands.turn_away_voice(OPERATOR, home, refusal=refusal, name=model.name, sha256=sha256)
        raise Refused(str(refusal).replace("%", "%%")) from refusal
    step("%(voice)s was added for %(unit)s", voice=voice.voice_id, unit=home.name)


def remove(voice_id: str) -> None:
    """Remove a voice wherever it was added."""
    found = [voice for voice in queries.added_voices(OPERATOR) if voice.voice_id == voice_id]
    if not found:
        raise Refused("There is no voice %(voice)s that was added.", voice=voice_id)
    for voice in found:
        commands.remove_voice(OPERATOR, voice)
    adding.sweep()
    step("%(voice)s was removed", voice=voice_id)


def show() -> None:
    """Name every voice, its version, and whose it is."""
    for voice in speech.voices():
        sys.stdout.write(f"{voice.id:<26} {voice.unit_path or '-':<14} {voice.label}\n")


def _unit(code: str) -> Unit:
    """Return the named unit, or the one at the top."""
    units = orgs.units(OPERATOR)
    found = list(units.filter(code=code) if code else units.filter(parent=None, closed_on=None))
    if len(found) != 1:
        raise Refused("Name the unit by its code: --unit CODE.")
    return found[0]
