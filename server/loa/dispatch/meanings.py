"""Why a play was not heard, as a code that can be counted, and what each code means to people."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from loa.devices import rules as devices
from loa.dispatch import plausibility, verdicts
from loa.dispatch.rules import Verdict
from loa.dispatch.verdicts import Judgment

LIVE, OTHER = "live", "other"
"""Codes that are no key of `REASONS`: what a count says of them is in `MEANINGS`."""

MEANINGS: Mapping[str, str | Promise] = {
    **verdicts.REASONS,
    **{code.value: sentence for code, sentence in plausibility.SENTENCES.items()},
    devices.FED: gettext_lazy(
        "The gateway answers and fed its chain, but its monitor measured no sound, or too seldom."
    ),
    verdicts.LEARNED_LATE: gettext_lazy("The device learned of it too late."),
    LIVE: gettext_lazy("Parts of the live speech came too late."),
    OTHER: gettext_lazy("For another reason the device gave."),
}
"""What the codes of counts mean to people."""


def code(judgment: Judgment) -> str:
    """Return the code of why it was not heard, for counts: one we know, `other`, or empty when nothing was told."""
    row = judgment.evidence
    if judgment.oddity is not None:
        return judgment.oddity.value
    if row is None or judgment.verdict in {Verdict.HEARD, Verdict.SAID} or not row.reason:
        return ""
    if verdicts.LIVE_PARTS.fullmatch(row.reason) is not None:
        return LIVE
    return row.reason if row.reason in MEANINGS else OTHER
