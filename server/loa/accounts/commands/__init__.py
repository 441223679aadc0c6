"""Every write of this room."""

from loa.accounts.commands.factors import (
    add_passkey,
    add_totp,
    remove_passkey,
    remove_totp,
    renew_recovery_codes,
    reset_factors,
)
from loa.accounts.commands.identities import invite, link_identity, unlink_identity
from loa.accounts.commands.people import (
    change_password,
    create_user,
    deactivate,
    end_sessions,
    open_account,
    reactivate,
    rehome,
    reset_password,
    settle,
)
from loa.accounts.sessions import authenticate, close_session, confirm_session, open_session

__all__ = [
    "add_passkey",
    "add_totp",
    "authenticate",
    "change_password",
    "close_session",
    "confirm_session",
    "create_user",
    "deactivate",
    "end_sessions",
    "invite",
    "link_identity",
    "open_account",
    "open_session",
    "reactivate",
    "rehome",
    "remove_passkey",
    "remove_totp",
    "renew_recovery_codes",
    "reset_factors",
    "reset_password",
    "settle",
    "unlink_identity",
]
