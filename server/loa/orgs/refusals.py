"""Why a change of units or rights is refused."""

from django.utils.translation import gettext_lazy as _

from loa.kernel.errors import Refusal


class CodeTaken(Refusal):
    """Another unit has the code."""

    code = "code_taken"
    sentence = _("Another unit already has the code %(code)s.")


class WrongLevel(Refusal):
    """A hamlet stands below a commune only."""

    code = "wrong_level"
    sentence = _("A hamlet can only be added below a commune.")


class UnknownProvince(Refusal):
    """The national list has no such province."""

    code = "unknown_province"
    sentence = _("The national list has no province with the code %(code)s.")


class OwnRights(Refusal):
    """Nobody withdraws their own right."""

    code = "own_rights"
    sentence = _("You cannot take away your own right; another administrator has to do it.")


class PlanRefused(Refusal):
    """The plan cannot be; `flaws` are what is wrong, each a sentence."""

    code = "plan_refused"
    sentence = _("This change of units is not possible: %(flaws)s")


class SamePerson(Refusal):
    """Who proposes does not approve."""

    code = "same_person"
    sentence = _("Another person has to approve what you proposed.")


class RightFromProposer(Refusal):
    """Who proposes does not make the one who approves."""

    code = "right_from_proposer"
    sentence = _(
        "Your right to approve was given by the person who made this proposal, or after the proposal was made. "
        "Somebody else with this right has to approve."
    )


class SeenOtherwise(Refusal):
    """What was seen is no longer what would be approved."""

    code = "seen_otherwise"
    sentence = _("The proposal has changed since you saw it. Please look at it again.")


class PeopleUnplaced(Refusal):
    """A level vanishes, and nobody said where its people go."""

    code = "people_unplaced"
    sentence = _("%(count)s people lose their level. Please say first where each of them goes.")


class ProposedAlready(Refusal):
    """The same change of the same units waits already: a form that was sent twice, or two people with one thought."""

    code = "proposed_already"
    sentence = _("The same change for the same day is proposed or approved already.")


class ReverseLater(Refusal):
    """A change that is in force was in force for a day at least."""

    code = "reverse_later"
    sentence = _("The reverse needs a later day than the change itself: tomorrow, or after.")


class DayHasCome(Refusal):
    """The day of the change is here or over."""

    code = "day_has_come"
    sentence = _("The day of this change has come. It can only be taken back by a change of its own.")


class DayNotCome(Refusal):
    """It is too early for this change."""

    code = "day_not_come"
    sentence = _("The day of this change has not come yet.")


class EarlierWaits(Refusal):
    """An earlier change waits to be carried out first."""

    code = "earlier_waits"
    sentence = _("An earlier change of units has to be carried out first.")


class CannotCarryOut(Refusal):
    """Units do not fit the approved plan: somebody changed them past the program."""

    code = "cannot_carry_out"
    sentence = _("The units do not fit the approved plan: %(codes)s.")


class TouchedSince(Refusal):
    """A later change reached units of the one that is to be taken back."""

    code = "touched_since"
    sentence = _("A later change reached %(codes)s. Please take that one back first.")


class ChangeAhead(Refusal):
    """A change of the unit is approved, and what is new below it would be nobody's on that day."""

    code = "change_ahead"
    sentence = _("A change of %(name)s is approved. Please wait until it has taken effect, or take it back first.")


class UnitsThere(Refusal):
    """History is brought with its units or not at all."""

    code = "units_there"
    sentence = _("%(name)s is kept here already: units at work are changed at the desk, by two people.")


class LevelTaken(Refusal):
    """A level has the code already."""

    code = "level_taken"
    sentence = _("There is already a level with the code %(code)s.")


class LevelMissing(Refusal):
    """A level is named that is not there on the day."""

    code = "level_missing"
    sentence = _("There is no level “%(code)s” to stand below.")


class LevelInUse(Refusal):
    """Units have the level beyond its end."""

    code = "level_in_use"
    sentence = _("%(count)s units still have this level on that day. Please plan first what becomes of them.")
