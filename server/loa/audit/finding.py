"""What can be wrong with the record, by name."""

from dataclasses import dataclass
from enum import StrEnum


class Fault(StrEnum):
    """What is wrong."""

    ENTRY_CHANGED = "entry_changed"
    ENTRIES_MISSING = "entries_missing"
    CHAIN_BROKEN = "chain_broken"
    END_CUT = "end_cut"
    END_REPLACED = "end_replaced"
    CHANGE_ALTERED = "change_altered"
    CHANGE_CLAIMED = "change_claimed"
    CHORE_BEYOND = "chore_beyond"
    CHANGE_OUTSIDE = "change_outside"
    ROW_ALTERED = "row_altered"
    ROW_REMOVED = "row_removed"
    ROW_ADDED = "row_added"
    EVIDENCE_DIFFERS = "evidence_differs"
    ORDER_FOREIGN = "order_foreign"
    FIGURE_DIFFERS = "figure_differs"
    GUARD_MISSING = "guard_missing"
    GUARD_FOREIGN = "guard_foreign"
    CHECKPOINT_FOREIGN = "checkpoint_foreign"
    CHECKPOINT_MISSING = "checkpoint_missing"
    CHECKPOINT_DIFFERS = "checkpoint_differs"
    DATABASE_OLDER = "database_older"
    EXPORT_UNREADABLE = "export_unreadable"
    REMOVED_TOO_SOON = "removed_too_soon"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One fault. `where` names chain, table or file; `which` the entry, number or key; `about` what helps to look."""

    fault: Fault
    where: str
    which: str = ""
    about: str = ""
