"""A support session as both sides come to it: asked for by an administrator, begun by the helper."""

from dataclasses import replace

from loa.orgs import commands, queries


def offer(scope, unit, *, supporter, role, reason, minutes, now, helped=None):
    """Ask for it; without somebody who is helped the administrator agrees in their place."""
    name = supporter if isinstance(supporter, str) else supporter.username
    terms = commands.Terms(username=name, role=role, reason=reason, minutes=minutes)
    return commands.offer_support(scope, unit, terms=terms, helped=helped, is_on_behalf=helped is None, now=now)


def accept(supporter, kept, *, now):
    """Begin it as the helper, who has just shown a second factor."""
    scope = replace(queries.scope_for(supporter, now=now), is_fresh=True)
    return commands.accept_support(scope, supporter, offer=kept.pk, now=now)


def open_support(scope, unit, *, supporter, role, reason, minutes, now):
    """Do both."""
    kept = offer(scope, unit, supporter=supporter, role=role, reason=reason, minutes=minutes, now=now)
    return accept(supporter, kept, now=now)
