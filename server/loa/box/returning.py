"""Says on record, and under a signature, that a database was brought back from a backup and what it lost by that."""

from loa.audit import checkpoints, settling
from loa.audit import commands as audit
from loa.audit.verifying import seals
from loa.box.saying import step
from loa.kernel import clock
from loa.kernel import scope as scopes


def note(reason: str) -> None:
    """Append the note to the record and sign a checkpoint that names every entry that is missing.

    From then on `verify` knows that these were lost, by whose word, and complains of no others.
    """
    now = clock.now()
    lost, last = seals.lost_now(), checkpoints.latest()
    settling.settle(now=now)
    audit.note_restore(scopes.system("operator"), audit.WHOLE, reason=reason, lost=len(lost))
    audit.begin_feeds_anew()
    signed = checkpoints.make(
        now=now, restored={"reason": reason, "lost": [list(one) for one in lost], "had": last.number if last else 0}
    )
    for chain, day, first, end in lost:
        step("Lost by this return: entries %(first)s to %(end)s of %(chain)s %(day)s",
             first=first, end=end, chain=chain or "(instance)", day=day)  # fmt: skip
    if signed is not None:
        step("The return is on record and sealed by checkpoint %(number)s", number=signed.number)
