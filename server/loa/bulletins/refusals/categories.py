"""What who keeps the tree of essential information may hear instead of a yes."""

from django.utils.translation import gettext_lazy as _

from loa.kernel.errors import Refusal


class CategoryUnfit(Refusal):
    """The code is no code, or a name is missing or too long."""

    code = "category_unfit"
    sentence = _("A field needs a code of small letters, digits, dots and underscores, and a name in both languages.")


class CategoryTaken(Refusal):
    """There is a category with this code, be it an ended one."""

    code = "category_taken"
    sentence = _("The code %(code)s is or was in use. Codes are never used twice.")


class CategoryMissing(Refusal):
    """There is no such category in use."""

    code = "category_missing"
    sentence = _("There is no field %(code)s in use.")


class CategoryInItself(Refusal):
    """A category would stand below itself."""

    code = "category_in_itself"
    sentence = _("A field cannot stand below itself or below what is under it.")


class CategoryHasParts(Refusal):
    """A category that is to end has others below it."""

    code = "category_has_parts"
    sentence = _("There are fields below it. End or move those first.")


class ExternalCodeUnknown(Refusal):
    """The central system has no such field today."""

    code = "external_code_unknown"
    sentence = _("Choose the field of the central system it counts to.")
