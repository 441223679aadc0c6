"""Tables of people, their sessions, what they prove themselves by, and the steps they are in the middle of."""

from loa.accounts.models.ceremonies import Ceremony
from loa.accounts.models.factors import Passkey, RecoveryCode, Totp
from loa.accounts.models.identities import ExternalIdentity, Invitation
from loa.accounts.models.people import PasswordKept, SignInPace, User, UserSession

__all__ = [
    "Ceremony",
    "ExternalIdentity",
    "Invitation",
    "Passkey",
    "PasswordKept",
    "RecoveryCode",
    "SignInPace",
    "Totp",
    "User",
    "UserSession",
]
