"""Why a right is not given, changed, lent or ended."""

from django.utils.translation import gettext_lazy as _

from loa.kernel.errors import Refusal
from loa.orgs.refusals import OwnRights

__all__ = ["OwnRights"]


class OwnRightsGiven(Refusal):
    """Nobody gives themselves a right, nor changes a role they hold."""

    code = "own_rights_given"
    sentence = _("You cannot change your own rights; another administrator has to do it.")


class BeyondReach(Refusal):
    """The grant would reach further than who gives it administers."""

    code = "beyond_reach"
    sentence = _("This would reach further than what you administer.")


class BeyondOwn(Refusal):
    """The role brings a right over people, units or roles that who gives it does not have there."""

    code = "beyond_own"
    sentence = _("You do not have the right “%(permission)s” there yourself, so you cannot give it.")


class RoleNotHere(Refusal):
    """The role was made for other units or other levels."""

    code = "role_not_here"
    sentence = _("The role “%(role)s” cannot be given at %(place)s.")


class RoleRetired(Refusal):
    """The role is no longer given."""

    code = "role_retired"
    sentence = _("The role “%(role)s” is no longer given.")


class RoleHeld(Refusal):
    """Somebody has the role, or a post brings it."""

    code = "role_held"
    sentence = _("People or posts still have this role. Give them another one first.")


class StandardRole(Refusal):
    """A standard role stays what it is."""

    code = "standard_role"
    sentence = _("A standard role cannot be changed. Make one of your own instead.")


class BadRole(Refusal):
    """A role needs a code, two names and at least one right that people may have."""

    code = "bad_role"
    sentence = _("A role needs a plain code, a name in both languages, and rights that people may have.")


class RoleTaken(Refusal):
    """Another role has the code."""

    code = "role_taken"
    sentence = _("Another role already has the code %(code)s.")


class TwoDuties(Refusal):
    """One person would write and answer for what is written at the same place."""

    code = "two_duties"
    sentence = _("The same person would write and approve at %(place)s. Choose somebody else.")


class BadPeriod(Refusal):
    """A right begins before it ends, and does not end in the past."""

    code = "bad_period"
    sentence = _("The end has to lie ahead, and after the beginning.")


class AlreadyHeld(Refusal):
    """The person has this right in a part of the time."""

    code = "already_held"
    sentence = _("The person already has this right in a part of that time.")


class Over(Refusal):
    """What has ended stays as it is on record."""

    code = "over"
    sentence = _("This has ended already.")


class UnknownThing(Refusal):
    """No such device or station stands at the unit."""

    code = "unknown_thing"
    sentence = _("This device does not stand at %(place)s.")


class ClosedUnit(Refusal):
    """A unit that no longer exists gives no new rights."""

    code = "closed_unit"
    sentence = _("%(place)s no longer exists.")


class ClosedAccount(Refusal):
    """The account is closed."""

    code = "closed_account"
    sentence = _("The account of this person is closed.")


class HoldsElsewhere(Refusal):
    """The person has rights where who asks administers nothing."""

    code = "holds_elsewhere"
    sentence = _("This person also has rights at %(place)s; somebody who administers that unit has to do it.")


class NoSuccessor(Refusal):
    """Open work goes to somebody else whose account is open and in reach."""

    code = "no_successor"
    sentence = _("The open work cannot be handed to this person.")


class NotLendable(Refusal):
    """Only one's own running role that allows it can be lent, and nobody lends what was lent to them."""

    code = "not_lendable"
    sentence = _("This role cannot be passed on to somebody standing in.")


class LendsRightsOver(Refusal):
    """Rights over people, units or roles are not lent unless the deployment says so."""

    code = "lends_rights_over"
    sentence = _("A role with rights over people and units cannot be passed on to somebody standing in.")


class NotConcerned(Refusal):
    """Only the two people of a delegation end it; an administrator takes the role away instead."""

    code = "not_concerned"
    sentence = _("Only the two people concerned can end this.")


class NobodyAgrees(Refusal):
    """Nobody goes to a unit to help before whoever is helped, or an administrator in their place, has agreed."""

    code = "nobody_agrees"
    sentence = _("Name the person who is helped, so that they can agree, or agree in their place as administrator.")


class SupporterBusy(Refusal):
    """One support session at a time."""

    code = "supporter_busy"
    sentence = _("This person is in another support session at that time.")


class BadSupport(Refusal):
    """A support session has a reason and lasts from five minutes to four hours."""

    code = "bad_support"
    sentence = _("A support session needs a reason and lasts from five minutes to four hours.")


class NoSeat(Refusal):
    """All seats of the post are taken in that time."""

    code = "no_seat"
    sentence = _("All seats of this post are taken in that time.")


class NameStands(Refusal):
    """A name of an agency holds from a day after the last one began."""

    code = "name_stands"
    sentence = _("The new name has to begin after the present one began.")


class BadAgency(Refusal):
    """An agency or a post needs a name, and a kind that is known."""

    code = "bad_agency"
    sentence = _("Please give a name and a kind.")


class StillStaffed(Refusal):
    """Posts of the agency are open."""

    code = "still_staffed"
    sentence = _("Close the posts of this agency first, or name the agency that takes them over.")


class NoClosing(Refusal):
    """It closed already, or the day or successor does not fit."""

    code = "no_closing"
    sentence = _("It cannot be closed like this: look at the day and the successor.")
