"""The operator's hand on archives: a folder of old tapes and papers in, a unit's whole archive out."""

from pathlib import Path

from loa.accounts.models import User
from loa.box.saying import Refused, step
from loa.bulletins import archiving, commands, exporting, queries, receiving, restoring
from loa.bulletins.models import Batch, Tape
from loa.bulletins.refusals import NobodyWrites, in_words
from loa.kernel import clock
from loa.kernel import scope as scopes
from loa.kernel.errors import DomainError
from loa.orgs import queries as units
from loa.orgs.models import Unit

_SCOPE = scopes.system("operator")


def bring(
    folder: Path, *, unit: str, sheet: Path | None, by: str, is_written_down: bool, is_preview: bool
) -> dict[str, int]:
    """Take a folder into a unit's archive and return how many files met which fate; a preview changes nothing.

    What an earlier run left is finished first, as it was begun.
    """
    try:
        place = units.unit_by_code(_SCOPE, unit)
        left = queries.batches(_SCOPE).filter(unit=place, folder=str(folder), ended_at=None).first()
        if left is not None and not is_preview:
            step("An earlier run is finished first")
            _run(left)
        found = _found(folder, sheet, place)
        for one in found:
            if one.state == "refused":
                step("%(name)s: %(why)s", name=one.name, why=in_words(one.reason))
        if is_preview:
            return {state: sum(one.state == state for one in found) for state in ("new", "known", "refused")}
        before = {one.name for one in found if one.state == "refused"}
        batch = commands.begin_batch(
            _SCOPE, place, author_id=_author(place, by), folder=str(folder), found=found,
            is_written_down=is_written_down, now=clock.now(),
        )  # fmt: skip
        _run(batch)
    except DomainError as refusal:
        raise Refused("%(why)s", why=refusal) from refusal
    for tape in queries.tapes(_SCOPE, batch.pk).filter(state="refused").exclude(name__in=before):
        step("%(name)s: %(why)s", name=tape.name, why=in_words(tape.reason))
    return dict(queries.counts(_SCOPE, batch.pk))


def write_out(folder: Path, *, unit: str) -> dict[str, int]:
    """Write the whole archive of a unit and of all below it into a new folder, or a new ZIP."""
    write = exporting.write_file if folder.suffix.casefold() == ".zip" else exporting.write
    try:
        return write(_SCOPE, units.unit_by_code(_SCOPE, unit), folder, now=clock.now())
    except DomainError as refusal:
        raise Refused("%(why)s", why=refusal) from refusal


def _run(batch: Batch) -> None:
    receiving.run(_SCOPE, batch, now=clock.now, told=_told)


def _told(done: int, of: int) -> None:
    if done % 25 == 0 or done == of:
        step("%(done)s of %(of)s files", done=done, of=of)


def _found(folder: Path, sheet: Path | None, place: Unit) -> list[Tape]:
    """Return what lies in the folder: an archive that was written out, or tapes and papers with their spreadsheet."""

    def known(sha256: str) -> bool:
        return queries.is_taken(place.pk, sha256)

    if restoring.is_archive(folder):
        return restoring.look(folder, known=known)
    rows = archiving.read_sheet(sheet) if sheet is not None else []
    beside = [sheet.resolve()] if sheet is not None else []
    return archiving.tapes_of(archiving.look(folder, rows, known=known, beside=beside))


def _author(place: Unit, by: str) -> int:
    """Return who answers for what comes in: whom the operator names, or somebody who may write there."""
    if by:
        user = User.objects.filter(username=by).first()
        if user is None:
            raise Refused("There is no account “%(name)s”.", name=by)
        return int(user.pk)
    able = units.holders_of([place.pk], permission="bulletins.write")[place.pk]
    if not able:
        raise NobodyWrites
    return min(able)
