"""One visit of the doctor: the facts gathered, the checks run, the answer written for people or machines."""

from collections.abc import Callable, Sequence

from django.conf import settings
from django.db import Error, connection

from loa.box import doctor, environment
from loa.box.doctor.register import Diagnosis, Facts, Severity
from loa.box.saying import gettext_noop, in_language
from loa.kernel import clock

_WORDS = {
    Severity.UNSAFE: gettext_noop("UNSAFE"),
    Severity.RISKY: gettext_noop("RISKY"),
    Severity.NOTE: gettext_noop("NOTE"),
}
_SUM = gettext_noop("%(unsafe)s unsafe, %(risky)s risky, %(notes)s notes; %(checks)s checks.")
_MEANS = gettext_noop("That means: %(words)s")
_DO = gettext_noop("Do this: %(words)s")


def diagnoses() -> list[Diagnosis]:
    """Look at this deployment, with the database when it answers."""
    facts = Facts(settings=settings, given=environment.inherited(), now=clock.now(), has_database=_has_database())
    return doctor.examine(facts)


def is_unsafe(found: Sequence[Diagnosis]) -> bool:
    """Tell whether anything must be mended before real people are let in."""
    return any(one.check.severity is Severity.UNSAFE for one in found)


def as_text(found: Sequence[Diagnosis], *, say: Callable[[str], str]) -> str:
    """Return the answer for people."""
    lines = []
    for one in found:
        lines.append(f"{say(_WORDS[one.check.severity])}  {one.check.code}")
        lines += [f"    {each.words()}" for each in one.found]
        lines.append("    " + say(_MEANS) % {"words": say(one.check.means)})
        lines += ["    " + say(_DO) % {"words": say(one.check.cure)}, ""]
    counts = {severity: sum(one.check.severity is severity for one in found) for severity in Severity}
    numbers = {
        "unsafe": counts[Severity.UNSAFE],
        "risky": counts[Severity.RISKY],
        "notes": counts[Severity.NOTE],
        "checks": len(doctor.registered()),
    }
    return "\n".join([*lines, say(_SUM) % numbers])


def as_json(found: Sequence[Diagnosis]) -> dict[str, object]:
    """Return the answer for machines; codes never change, sentences may."""
    return {
        "format": 1,
        "is_unsafe": is_unsafe(found),
        "findings": [
            {
                "code": one.check.code,
                "severity": one.check.severity.value,
                "found": {name: [each.words(name) for each in one.found] for name in ("vi", "en")},
                "means": {name: in_language(one.check.means, name) for name in ("vi", "en")},
                "do": {name: in_language(one.check.cure, name) for name in ("vi", "en")},
            }
            for one in found
        ],
    }


def _has_database() -> bool:
    try:
        connection.ensure_connection()
    except Error:
        return False
    return True
