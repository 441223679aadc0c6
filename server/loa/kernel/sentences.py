"""Sentences that are made now and read later, by people of either language."""

from collections.abc import Mapping

from django.utils.functional import Promise, lazy


def filled(sentence: str | Promise, **facts: object) -> str:
    """Return a sentence with its facts, said in the language of whoever reads it. In truth it is a promise of one."""
    return _say(sentence, facts)


def _said(sentence: str | Promise, facts: Mapping[str, object]) -> str:
    return str(sentence) % facts


_say = lazy(_said, str)
