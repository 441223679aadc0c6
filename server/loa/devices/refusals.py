"""What this room refuses, each with a sentence a person can act on."""

from django.utils.translation import gettext_lazy as _

from loa.kernel.errors import Refusal


class WrongCodeGiven(Refusal):
    """The code is unknown, used or too old: the same answer for all three."""

    code = "wrong_code"
    sentence = _("This code is not valid. Ask for a new one: a code works once and for 30 minutes.")


class TooManyGuesses(Refusal):
    """One origin sent too many wrong codes."""

    code = "too_many_guesses"
    sentence = _("Too many wrong codes came from here. Please wait ten minutes.")


class WrongSecret(Refusal):
    """A device of another maker did not show its own secret: the same answer whatever was wrong."""

    code = "wrong_secret"
    sentence = _("This device is not known here, or its secret is wrong.")


class TooSoon(Refusal):
    """A device asks more often than is good for anybody."""

    code = "too_soon"
    sentence = _("This device has just asked. Please wait a moment.")


class TooMuchSaid(Refusal):
    """What a device sent is longer than it may be."""

    code = "too_much_said"
    sentence = _("This is longer than a device may say at once.")


class NotUnderstood(Refusal):
    """What a device sent is none of its driver's words."""

    code = "not_understood"
    sentence = _("What the device sent could not be read (%(what)s).")


class DriverUnconfigured(Refusal):
    """A driver lacks what it needs."""

    code = "driver_unconfigured"
    sentence = _("Devices of this kind cannot be used yet: the setting %(setting)s must be an https address.")


class OtherMaker(Refusal):
    """The device gets its identity in another way: by a code, or by a secret."""

    code = "other_maker"
    sentence = _("This device is given its identity in another way.")


class BadKey(Refusal):
    """What came is not the public half of an Ed25519 key."""

    code = "bad_key"
    sentence = _("The device did not send a usable key.")


class NotEnrolled(Refusal):
    """The device holds no identity, so nothing can be sent to it."""

    code = "not_enrolled"
    sentence = _("This device is not enrolled.")


class AlreadyRevoked(Refusal):
    """The device was shut out before."""

    code = "already_revoked"
    sentence = _("This device has been shut out. Add it again as a new device.")


class BadDevice(Refusal):
    """Name, kind or place of a device cannot be so."""

    code = "bad_device"
    sentence = _("A device needs a name of at most 120 letters, a known kind, and a place on earth or none.")


class BadStation(Refusal):
    """What is said of a station cannot be so."""

    code = "bad_station"
    sentence = _("A station needs a name of at most 120 letters; its power and loudspeakers are numbers that can be.")


class BadHandPlay(Refusal):
    """A line of a manual log that cannot be so."""

    code = "bad_hand_play"
    sentence = _("Note what was played, when it has been played: in the past, in a few words, for at most a day.")


class AlreadyCorrected(Refusal):
    """Somebody corrected this line before."""

    code = "already_corrected"
    sentence = _("This line has been corrected. Correct the new one instead.")


class BadGroup(Refusal):
    """A group without a name or without devices, or with too many."""

    code = "bad_group"
    sentence = _("A group needs a name of at most 120 letters, and 1 to %(most)s devices.")


class BadNumber(Refusal):
    """A number outside its range."""

    code = "bad_number"
    sentence = _("This number is out of range.")


class AlreadyOver(Refusal):
    """The message would expire before it could be sent."""

    code = "already_over"
    sentence = _("It is too late to send this.")


class ReasonNeeded(Refusal):
    """No reason was given, or a long one."""

    code = "reason_needed"
    sentence = _("Give a reason, of at most %(longest)s letters. It is kept on record.")


class NobodyToSilence(Refusal):
    """No enrolled device is there."""

    code = "nobody_to_silence"
    sentence = _("There is no loudspeaker here that could be silenced.")


class TooManyNamed(Refusal):
    """A list of single devices is longer than one message carries."""

    code = "too_many_named"
    sentence = _("At most %(most)s devices can be chosen one by one. Choose their unit instead.")


class AlreadyLifted(Refusal):
    """The silence does not hold any more, or never did."""

    code = "already_lifted"
    sentence = _("This silence does not hold any more.")


class BadCause(Refusal):
    """No fault that people report."""

    code = "bad_cause"
    sentence = _("Choose what is wrong.")


class AlreadyReported(Refusal):
    """A ticket of this cause is open for this device."""

    code = "already_reported"
    sentence = _("This fault has been reported and is still open.")


class AlreadyClosed(Refusal):
    """The ticket is closed."""

    code = "already_closed"
    sentence = _("This fault has been closed.")


class NotForThem(Refusal):
    """The person may not mend devices there."""

    code = "not_for_them"
    sentence = _("This person does not mend devices here.")


class ProofNeeded(Refusal):
    """Nothing proves the repair."""

    code = "proof_needed"
    sentence = _("Add a photo of the repair: no sound has been measured at this loudspeaker since the report.")


class NoPicture(Refusal):
    """The file is none that shows anything."""

    code = "no_picture"
    sentence = _("A photo is a JPEG, PNG or WebP picture.")


class NotBelow(Refusal):
    """A device does not stand below the unit, or does not exist."""

    code = "not_below"
    sentence = _("Not all of these devices belong to this unit.")


class LiveOver(Refusal):
    """The session was closed, or its time is up."""

    code = "live_over"
    sentence = _("This live speech has ended.")


class BadSound(Refusal):
    """What came from the browser is no sound in the form that was agreed."""

    code = "bad_sound"
    sentence = _("The sound that came from this browser could not be read.")
