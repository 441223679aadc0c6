"""Adding, removing and choosing voices."""

from datetime import datetime

from loa.kernel import text
from loa.kernel.command import command, note
from loa.kernel.errors import DomainError
from loa.kernel.scope import ActorKind, Scope
from loa.media import refusals, speech
from loa.media.commands.home import Home
from loa.media.models import AddedVoice, UsualVoice
from loa.media.rules import LABEL_LONGEST, NAME_LONGEST, PACES, Region
from loa.media.voices.adding import PreparedVoice
from loa.orgs.rules import ancestor_paths


@command("media.administer")
def add_voice(
    scope: Scope,
    unit: Home,
    *,
    prepared: PreparedVoice,
    label: str,
    region: Region,
    gender: str,
    license: str,  # noqa: A002 - the column's name
    card: str,
    now: datetime,
) -> AddedVoice:
    """Add a voice for a unit and all below it; `card` is what its maker says of it.

    Its files were stored and tried before, outside the transaction. Raises `NoLabel` and `VoiceIsHere`.
    """
    name = text.line(label)
    if not 0 < len(name) <= LABEL_LONGEST:
        raise refusals.NoLabel(longest=LABEL_LONGEST)
    known = AddedVoice.objects.unscoped("a voice is added once on the way up").filter(
        sha256=prepared.sha256, unit__path__in=ancestor_paths(unit.scope_path)
    )
    if known.exists():
        raise refusals.VoiceIsHere
    voice: AddedVoice = AddedVoice.objects.create(
        unit_id=unit.pk,
        sha256=prepared.sha256,
        config_sha256=prepared.config_sha256,
        size_bytes=prepared.size_bytes,
        label=name,
        dataset=prepared.dataset,
        language=prepared.language,
        quality=prepared.quality,
        region=region.value,
        gender=gender,
        license=text.stored(license).strip()[:120],
        note=text.stored(card).strip()[:500],
        added_by_id=int(scope.actor.id) if scope.actor.kind is ActorKind.PERSON else None,
        added_at=now,
    )
    note(voice=str(voice.pk), sha256=prepared.sha256, config_sha256=prepared.config_sha256, label=name)
    return voice


@command("media.administer")
def turn_away_voice(scope: Scope, unit: Home, *, refusal: DomainError, name: str, sha256: str) -> None:
    """Put on record that a voice was not taken, and why."""
    note(refused=refusal.code, name=text.stored(name)[:NAME_LONGEST], sha256=text.stored(sha256)[:64])


@command("media.administer")
def remove_voice(scope: Scope, voice: AddedVoice) -> None:
    """Remove a voice. What it has read stays; its files go once no unit has it, by `adding.sweep`."""
    note(voice=str(voice.pk), sha256=voice.sha256, label=voice.label)
    voice.delete()


@command("media.choose_voice")
def prefer_voice(scope: Scope, unit: Home, *, voice: str, pace: str) -> UsualVoice:
    """Choose the voice and the pace with which a unit usually reads. Raises `UnknownVoice`."""
    if pace not in PACES or voice not in {one.id for one in speech.voices(path=unit.scope_path)}:
        raise refusals.UnknownVoice
    usual, _ = UsualVoice.objects.unscoped("one row a unit; its right was checked").update_or_create(
        unit_id=unit.pk, defaults={"voice": voice, "pace": pace}
    )
    note(voice=voice, pace=pace)
    chosen: UsualVoice = usual
    return chosen
