"""What who offers words, or uses the library, may hear instead of a yes."""

from django.utils.translation import gettext_lazy as _

from loa.kernel.errors import Refusal, WrongState


class OfferUnfit(Refusal):
    """An offer has no title or no text."""

    code = "offer_unfit"
    sentence = _("An offer needs a title and a text.")


class OutsideFields(Refusal):
    """The agency supplies in other fields, or which one it is was not said."""

    code = "outside_fields"
    sentence = _("Choose a field in which your agency supplies: %(fields)s.")


class DeclineReasonNeeded(Refusal):
    """Who declines says why, so that the agency learns."""

    code = "decline_reason_needed"
    sentence = _("Say why it is declined: who offered it reads this.")


class OnlyApprovedShared(WrongState):
    """Only approved words go into the library."""

    code = "only_approved_shared"
    sentence = _("Only an approved bulletin can be shared.")


class SharedAlready(WrongState):
    """It is in the library."""

    code = "shared_already"
    sentence = _("This bulletin is in the library already.")


class ShareEnded(WrongState):
    """Its unit shares it no longer, or has withdrawn it."""

    code = "share_ended"
    sentence = _("This item is no longer in the library.")
