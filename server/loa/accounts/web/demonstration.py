"""What a demonstration shows to whoever tries it: the code that a made-up person's app would show."""

from django.conf import settings

from loa.accounts import factors
from loa.accounts.models import User
from loa.kernel import clock


def code_for(user: User) -> str:
    """Return the present code in two groups; nothing outside a demonstration, and nothing of real people."""
    if not (settings.LOA_DEMO and user.is_demo):
        return ""
    code = factors.present_code(user, now=clock.now())
    return f"{code[:3]} {code[3:]}" if code else ""
