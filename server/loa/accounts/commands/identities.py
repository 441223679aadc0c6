"""Binding a person to their identity at a provider, and letting it go."""

from datetime import datetime, timedelta

from loa.accounts import identities, ports
from loa.accounts.models import ExternalIdentity, Invitation, User
from loa.kernel.command import command, note
from loa.kernel.scope import Scope

INVITED_FOR = timedelta(days=7)


@command("accounts.own", needs_fresh=True)
def link_identity(scope: Scope, user: User, /, *, issuer: str, subject: str, now: datetime) -> ExternalIdentity:
    """Bind the identity a person has just shown at a provider; `IdentityTaken` when it is somebody's."""
    made = identities.bind(user, issuer=issuer, subject=subject, now=now)
    note(issuer=issuer)
    return made


@command("accounts.own", needs_fresh=True)
def unlink_identity(scope: Scope, identity: ExternalIdentity, /) -> None:
    """Let an identity go; the password stays."""
    note(issuer=identity.issuer)
    identity.delete()


@command("accounts.administer", needs_fresh=True)
def invite(scope: Scope, user: User, /, *, now: datetime) -> str:
    """Return a code by which the person binds the identity they come with; earlier ones end. It is shown once."""
    ports.demand_reach(scope, user, opens=True)
    Invitation.objects.filter(user=user, used_at=None).delete()
    code, digest = identities.new_code()
    Invitation.objects.create(user=user, digest=digest, created_at=now, expires_at=now + INVITED_FOR)
    note(until=now + INVITED_FOR)
    return code
