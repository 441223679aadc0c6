"""What `verify` says of the record, fault by fault."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from loa.audit import verifying
from loa.audit.verifying import Fault, Finding, Verified
from loa.box.saying import step, translated

SAY_EVERY = 200_000
_READ: Mapping[str, str] = {"entries": translated("entries"), "changes": translated("changes")}

_SENTENCES: Mapping[Fault, str] = {
    Fault.ENTRY_CHANGED: translated("Entry %(which)s of the chain %(where)s was changed (%(about)s)"),
    Fault.ENTRIES_MISSING: translated("Entries %(which)s of the chain %(where)s are missing (before %(about)s)"),
    Fault.CHAIN_BROKEN: translated("Entry %(which)s of the chain %(where)s does not follow the one before (%(about)s)"),
    Fault.END_CUT: translated("The end of the chain %(where)s is missing: entries %(which)s, sealed by %(about)s"),
    Fault.END_REPLACED: translated(
        "Entry %(which)s of the chain %(where)s is not the one that was sealed by %(about)s"
    ),
    Fault.CHANGE_ALTERED: translated(
        "The changes %(which)s are not those that entry %(where)s speaks for (audit_change %(about)s)"
    ),
    Fault.CHORE_BEYOND: translated(
        "A row of %(where)s, key %(which)s, was changed in the name of a chore that never does that: %(about)s"
    ),
    Fault.CHANGE_CLAIMED: translated("Change %(which)s claims to be of a command that is not on record: %(about)s"),
    Fault.CHANGE_OUTSIDE: translated("Outside every command: table %(where)s, row %(which)s (%(about)s)"),
    Fault.ROW_ALTERED: translated(
        "Behind the triggers' back: row %(which)s of %(where)s is not what was last recorded %(about)s"
    ),
    Fault.ROW_REMOVED: translated("Behind the triggers' back: row %(which)s of %(where)s is gone %(about)s"),
    Fault.ROW_ADDED: translated("Behind the triggers' back: row %(which)s of %(where)s was added %(about)s"),
    Fault.EVIDENCE_DIFFERS: translated(
        "The rows of %(where)s that came on %(which)s are not those that were sealed: %(about)s"
    ),
    Fault.ORDER_FOREIGN: translated(
        "Message %(which)s in %(where)s was ordered by no command on record: %(about)s. It is not signed"
    ),
    Fault.FIGURE_DIFFERS: translated(
        "A figure in %(where)s does not follow from the rows behind it: airing %(which)s, %(about)s"
    ),
    Fault.GUARD_MISSING: translated("What guards %(where)s is missing or switched off %(which)s"),
    Fault.GUARD_FOREIGN: translated("The function %(where)s in the database is not ours"),
    Fault.CHECKPOINT_FOREIGN: translated("Checkpoint %(which)s is not of our hand (%(about)s)"),
    Fault.CHECKPOINT_MISSING: translated("Checkpoints %(which)s are missing in %(where)s"),
    Fault.CHECKPOINT_DIFFERS: translated("Checkpoint %(which)s in the database is not the one that was exported"),
    Fault.DATABASE_OLDER: translated(
        "This database is an older backup: checkpoint %(which)s was exported, it knows only %(about)s. If the return "
        "was wanted, say so with ./loa restore --note"
    ),
    Fault.EXPORT_UNREADABLE: translated("The exported checkpoints cannot be read at %(where)s"),
    Fault.REMOVED_TOO_SOON: translated("Entry %(which)s says that records were removed too soon: through %(about)s"),
}


def tell(*, files: Sequence[Path] | None = None, key: Path | None = None) -> bool:
    """Check the record and say what was found; True when it is whole."""
    found = verifying.verify(files=files, key=key, say=_progress())
    for one in found.findings:
        _tell_one(one)
    if found.is_well:
        step("The record's chain is whole: %(entries)s entries, %(changes)s changes, %(rows)s rows as last recorded",
             entries=found.entries, changes=found.changes, rows=found.rows)  # fmt: skip
    _tell_rest(found)
    return found.is_well


def _tell_one(one: Finding) -> None:
    step(_SENTENCES[one.fault], where=one.where, which=one.which, about=one.about)


def _tell_rest(found: Verified) -> None:
    if found.removed_through:
        step("Removed by the retention rule: everything until %(day)s", day=found.removed_through)
    for one in found.restored:
        step("Brought back from a backup, on record: %(note)s", note=one)
    if found.explained:
        step("%(count)s changes outside every command were explained on record", count=found.explained)
    if found.pending:
        step("%(count)s changes by chores are not yet on record", count=found.pending)
    if not found.checkpoints:
        step("No checkpoint was signed yet: whether entries were cut off before now cannot be shown")
    else:
        step("%(count)s checkpoints, the last of %(at)s", count=found.checkpoints, at=found.last_checkpoint)


def _progress() -> Callable[[str, int], None]:
    """Return what says now and then how far it has come."""
    last: dict[str, int] = {}

    def say(what: str, count: int) -> None:
        if count >= last.get(what, 0) + SAY_EVERY:
            last[what] = count
            step("%(count)s %(what)s read", count=count, what=_READ[what])

    return say
