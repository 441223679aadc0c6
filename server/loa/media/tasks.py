"""Chores of the room, started by the box: documents are searched again when signatures are newer."""

import logging

from loa.kernel import clock
from loa.kernel import scope as scopes
from loa.kernel.errors import DomainError
from loa.media import commands, queries, releasing, scanning, store

logger = logging.getLogger(__name__)

AT_ONCE = 500


def search_again(*, limit: int = AT_ONCE) -> int:
    """Search documents that the present signatures have not seen; return how many were. None without a scanner."""
    engine = scanning.engine()
    if engine is None:
        return 0
    searched = 0
    for document in queries.searched_by_other_than(engine, limit=limit):
        try:
            releasing.opened(document).close()
            finding = scanning.search(store.path(document.sha256, shelf=store.DOCUMENTS))
        except DomainError as refusal:
            logger.warning("document not searched", extra={"document": document.pk, "reason": refusal.code})
            continue
        if finding is not None:
            commands.judge(scopes.system("search"), document, finding=finding, now=clock.now())
            searched += 1
    return searched
