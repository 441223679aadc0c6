"""What a person may hear instead of a yes."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from loa.bulletins.refusals import NoLongerValid, NotYetValid
from loa.dispatch.refusals import AboutToAir, NobodyThere, TooFarAhead, TooLate
from loa.kernel.errors import NotFound, Refusal, WrongState
from loa.schedules.relay_refusals import NoAnswers, SourceNotInForce


class HoursBroken(Refusal):
    """It would sound against the hour rules that hold there, and nobody who may set them aside said why."""

    code = "hours_broken"
    sentence = _("The hour rules do not allow this. %(broken)s")


class QuietHours(HoursBroken):
    """The time lies in the hours in which people sleep, and nobody said that it is meant."""

    code = "quiet_hours"
    sentence = _("In the quiet hours, usually 21:00 to 05:30, people sleep. Confirm that this must air then.")


class OverrideOver(HoursBroken):
    """Hour rules were set aside for it, and these are no longer the rules that hold."""

    code = "override_over"
    sentence = _("The hour rules have changed since somebody set them aside for this. It must be approved anew.")


class SecondPersonNeeded(Refusal):
    """Nobody wakes people alone: another person says that it is meant."""

    code = "second_person_needed"
    sentence = _("This would wake people. Another person must agree to it.")


class RuleRefused(Refusal):
    """An hour rule that cannot be: its hours, its days or its decision."""

    code = "rule_refused"
    sentence = _("These hours cannot be laid down. %(why)s")


class PreviewChanged(Refusal):
    """What a new rule would break is not what the person saw."""

    code = "preview_changed"
    sentence = _("What it would break has changed since you opened this page. Please look again.")


class OwnProposal(Refusal):
    """Four eyes: nobody lays down the rule they proposed."""

    code = "own_proposal"
    sentence = _("You proposed these hours. Another person must lay them down.")


class OutsideBulletin(Refusal):
    """The place lies outside the unit whose leader approves the bulletin."""

    code = "outside_bulletin"
    sentence = _("This bulletin speaks for %(unit)s and can only air there.")


class Withdrawn(Refusal):
    """The bulletin was taken back."""

    code = "bulletin_withdrawn"
    sentence = _("This bulletin was withdrawn.")


class PlacesChanged(Refusal):
    """The slots are not those the approver saw."""

    code = "places_changed"
    sentence = _("Where or when it is to be heard has changed since you opened this page. Please look again.")


class OwnPlaces(Refusal):
    """Four eyes: nobody approves the place and time they asked for."""

    code = "own_places"
    sentence = _("You asked for this place and time. Another person must approve it.")


class AnotherWay(Refusal):
    """It is to be heard farther than when it was handed in, and the unit has another way of approval for that."""

    code = "another_way"
    sentence = _(
        "It is to be heard beyond one commune, which needs another way of approval here. "
        "Send it back so that it is handed in again, or keep to one commune."
    )


class ReasonTooLong(Refusal):
    """The reason why an item comes first is longer than what is kept."""

    code = "reason_too_long"
    sentence = _("The reason is too long: at most %(longest)s characters.")


class TooLong(Refusal):
    """Nobody speaks live for so long."""

    code = "too_long"
    sentence = _("Live speech lasts at most %(longest)s minutes. Choose one of the lengths offered.")


class SubjectNeeded(Refusal):
    """Live speech has to say what it is about: it stands in the day and in the record."""

    code = "subject_needed"
    sentence = _("Say what it is about, in at most %(longest)s characters.")


class AnothersSpeech(WrongState):
    """Somebody else opened it: nobody speaks into another's speech."""

    code = "anothers_speech"
    sentence = _("Somebody else is speaking here. Only they are heard; you can end it.")


class NotSpeaking(WrongState):
    """There is no live speech any more, or never was."""

    code = "not_speaking"
    sentence = _("This live speech has ended.")


class OrderOver(WrongState):
    """The order was decided, or its time has come."""

    code = "order_over"
    sentence = _("The order of these items is settled: somebody decided, or they are about to air.")


class OrderChanged(Refusal):
    """The items are not those the person saw."""

    code = "order_changed"
    sentence = _("The items have changed since you opened this page. Please look again.")


class ApprovedLongAgo(Refusal):
    """The approval reached this room too late for "at once"."""

    code = "approved_long_ago"
    sentence = _("The approval is too long ago for an airing at once. Ask for it again.")


class RuleUnfit(Refusal):
    """The text is no rule that can be followed."""

    code = "rule_unfit"
    sentence = _("“%(part)s” is not a rule of repetition that can be followed.")


class DaysUnfit(Refusal):
    """A day that is moved, or the day from which a version holds, does not fit."""

    code = "days_unfit"
    sentence = _("These days do not fit: only a day of the entry can be moved, by two weeks at most.")


class HoldsTooLate(Refusal):
    """A version holds from today on at the earliest, and within a year."""

    code = "holds_too_late"
    sentence = _("It can hold from today on at the earliest, and must begin within a year.")


class LongerThanFrame(Refusal):
    """The sound does not fit into its frame."""

    code = "longer_than_frame"
    sentence = _("The sound lasts %(length)s and its frame only %(frame)s. Make the frame longer or the sound shorter.")


class StationsUnfit(Refusal):
    """A station that was chosen does not lie below the unit."""

    code = "stations_unfit"
    sentence = _("Choose stations of this unit.")


class NothingToPlay(Refusal):
    """What the entry plays is not there for this unit."""

    code = "nothing_to_play"
    sentence = _("Choose what is to be heard.")


class EntryChanged(Refusal):
    """The entry, or what it would sound like, is not what the person saw."""

    code = "entry_changed"
    sentence = _("This entry, or when it comes, has changed since you opened this page. Please look again.")


class OwnEntry(Refusal):
    """Four eyes: nobody approves what they wrote or handed in."""

    code = "own_entry"
    sentence = _("You wrote this or handed it in. Another person must approve it.")


class WordsNeeded(Refusal):
    """Who sends an entry back says why."""

    code = "words_needed"
    sentence = _("Say why, in at most %(longest)s characters.")


SENTENCES: Mapping[str, str | Promise] = {
    refusal.code: refusal.sentence
    for refusal in (
        QuietHours,
        OverrideOver,
        ApprovedLongAgo,
        TooLate,
        TooFarAhead,
        NobodyThere,
        Withdrawn,
        NoLongerValid,
        NotYetValid,
        LongerThanFrame,
        AboutToAir,
        SourceNotInForce,
        NoAnswers,
    )
} | {
    NotFound.code: _("A loudspeaker that was chosen is no longer there."),
    HoursBroken.code: _("The hour rules do not allow it, and nobody set them aside."),
}
"""Why a slot could not become an airing, by the code it keeps."""
HELD: Mapping[str, str | Promise] = {
    NotFound.code: _("Its bulletin is not approved any more."),
    LongerThanFrame.code: _("The sound does not fit into its frame any more."),
}
"""Why a day of an entry is held back, where the sentence above speaks of something else."""
