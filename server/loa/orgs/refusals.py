"""Why a change of units or rights is refused."""

from django.utils.translation import gettext_lazy as _

from loa.kernel.errors import DomainError


class CodeTaken(DomainError):
    """Another unit has the code."""

    code = "code_taken"
    sentence = _("Another unit already has the code %(code)s.")


class WrongLevel(DomainError):
    """A hamlet stands below a commune only."""

    code = "wrong_level"
    sentence = _("A hamlet can only be added below a commune.")


class UnknownProvince(DomainError):
    """The national list has no such province."""

    code = "unknown_province"
    sentence = _("The national list has no province with the code %(code)s.")


class OwnRights(DomainError):
    """Nobody withdraws their own right."""

    code = "own_rights"
    sentence = _("You cannot take away your own right; another administrator has to do it.")
