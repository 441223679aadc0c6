"""What this room's pages may count on in a request."""

from loa.accounts.models import User, UserSession
from loa.kernel.pages import DeskRequest


class AccountRequest(DeskRequest):
    """A request of somebody who has signed in."""

    user: User
    user_session: UserSession
