"""Bringing old tapes and papers into the archive."""

from collections.abc import Sequence
from datetime import datetime, time

from django.utils import timezone

from loa.bulletins import rules
from loa.bulletins.commands import writing
from loa.bulletins.models import Batch, Bulletin, Tape
from loa.bulletins.models.batches import NAME_LONGEST
from loa.bulletins.rules import tapes
from loa.kernel.command import command, note
from loa.kernel.errors import WrongState
from loa.kernel.scope import Scope
from loa.media import commands as media
from loa.media.rules import PreparedClip, PreparedDocument
from loa.orgs.models import Unit
from loa.orgs.rules import ZONE


@command("bulletins.write")
def begin_batch(
    scope: Scope,
    unit: Unit,
    /,
    *,
    author_id: int,
    folder: str,
    name: str = "",
    is_written_down: bool,
    is_started: bool = True,
    found: Sequence[Tape],
    now: datetime,
) -> Batch:
    """Keep what was found in a folder, file by file, before anything of it is taken in.

    Unless it `is_started` it waits for somebody who has seen what was found.
    """
    batch: Batch = Batch.objects.create(
        unit=unit,
        author_id=author_id,
        folder=folder,
        name=rules.line(name)[:NAME_LONGEST],
        is_written_down=is_written_down,
        begun_at=now,
        started_at=now if is_started else None,
    )
    for number, tape in enumerate(found, start=1):
        tape.batch, tape.unit, tape.number = batch, unit, number
    Tape.objects.bulk_create(found, batch_size=500)
    note(batch=batch.pk, files=len(found))
    return batch


@command("bulletins.write")
def start_batch(_scope: Scope, batch: Batch, /, *, now: datetime) -> None:
    """Say that what was found shall come in. `WrongState` when it was said before, or dropped."""
    waiting = Batch.objects.unscoped("the command checked the right").filter(
        pk=batch.pk, started_at=None, ended_at=None
    )
    if waiting.update(started_at=now) != 1:
        raise WrongState
    batch.started_at = now


@command("bulletins.write")
def drop_batch(_scope: Scope, batch: Batch, /, *, now: datetime) -> None:
    """Let nothing come in of what was found. `WrongState` once it was started, or dropped before."""
    waiting = Batch.objects.unscoped("the command checked the right").filter(
        pk=batch.pk, started_at=None, ended_at=None
    )
    if waiting.update(ended_at=now) != 1:
        raise WrongState
    left = Tape.objects.unscoped("the command checked the right").filter(batch_id=batch.pk, state="new")
    note(dropped=left.update(state="refused", reason=tapes.Fault.DROPPED))
    batch.ended_at = now


@command("bulletins.write")
def take_tape(
    scope: Scope,
    batch: Batch,
    /,
    *,
    tape: Tape,
    sound: PreparedClip | None,
    paper: PreparedDocument | None,
    text: str,
    written_by: str,
    now: datetime,
) -> Bulletin | None:
    """Make an archived bulletin of a file; None when the unit has taken the same file meanwhile.

    `WrongState` when its fate is decided already. Such a bulletin is never aired: whoever wants to writes a new one.
    """
    held = hold_tape(tape)
    if is_known(batch, held):
        return None
    clip_id = media.keep(scope, batch.unit, prepared=sound).pk if sound is not None else None
    document = media.add_document(scope, batch.unit, prepared=paper, now=now) if paper is not None else None
    facts = rules.Facts(kind=rules.Kind.OTHER, category=held.category_id or "", byline=held.byline)
    bulletin = writing.write(
        scope,
        batch.unit,
        title=held.title or tapes.title_of(held.name),
        text=text[: rules.TEXT_LONGEST],
        author_id=batch.author_id,
        clip_id=clip_id,
        facts=facts,
        now=now,
    )
    bulletin.state = rules.State.ARCHIVED
    if held.aired_on is not None:
        bulletin.created_at = timezone.make_aware(datetime.combine(held.aired_on, time()), ZONE)
    bulletin.save(update_fields=["state", "created_at"])
    held.state, held.bulletin, held.document = "taken", bulletin, document
    held.text, held.written_down_by = rules.body(text)[: rules.TEXT_LONGEST], written_by
    held.save(update_fields=["state", "bulletin", "document", "text", "written_down_by"])
    note(tape=held.pk, sha256=held.sha256, bulletin=bulletin.pk)
    return bulletin


@command("bulletins.write")
def refuse_tape(_scope: Scope, _batch: Batch, /, *, tape: Tape, reason: str) -> None:
    """Put on record why a file was not taken in. `WrongState` when its fate is decided already."""
    held = hold_tape(tape)
    held.state, held.reason = "refused", reason[:60]
    held.save(update_fields=["state", "reason"])
    note(tape=held.pk, reason=reason)


@command("bulletins.write")
def end_batch(_scope: Scope, batch: Batch, /, *, now: datetime) -> None:
    """Say that everything in a batch has its fate. `WrongState` while something waits."""
    tapes_of = Tape.objects.unscoped("the command checked the right").filter(batch_id=batch.pk)
    if tapes_of.filter(state="new").exists():
        raise WrongState
    batch.ended_at = now
    batch.save(update_fields=["ended_at"])
    note(taken=tapes_of.filter(state="taken").count(), refused=tapes_of.filter(state="refused").count())


def is_known(batch: Batch, held: Tape) -> bool:
    """Tell whether the unit took the same thing in before, one at a time; then that is the fate of this one."""
    open_there = Batch.objects.unscoped("one file of a unit at a time").filter(unit_id=batch.unit_id, ended_at=None)
    list(open_there.select_for_update().order_by("pk").values_list("pk"))
    taken = Tape.objects.unscoped("the command checked the right").filter(
        unit_id=batch.unit_id, sha256=held.sha256, state="taken"
    )
    if not taken.exists():
        return False
    held.state = "known"
    held.save(update_fields=["state"])
    return True


def hold_tape(tape: Tape) -> Tape:
    """Return the tape, locked until the command ends. `WrongState` when its fate is decided already."""
    held: Tape = Tape.objects.unscoped("the command checked the right").select_for_update().get(pk=tape.pk)
    if held.state != "new":
        raise WrongState
    return held
