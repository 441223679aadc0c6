"""What is refused about software for devices, each with a sentence a person can act on."""

from django.utils.translation import gettext_lazy as _

from loa.kernel.errors import Refusal


class BadRelease(Refusal):
    """A release is not signed by a key for releases, or its package is not the one that was signed."""

    code = "bad_release"
    sentence = _("This software is not taken in: its signature or its package is not in order (%(problem)s).")


class ForgedRelease(BadRelease):
    """No key for releases that is believed here signed it."""

    code = "forged_release"
    sentence = _("This software is not taken in: it is not signed by a key that is believed here (%(problem)s).")


class DamagedRelease(BadRelease):
    """The package is not the one that was signed, or one of the two files is not whole."""

    code = "damaged_release"
    sentence = _(
        "This software is not taken in: the package is not the one that was signed, or a file is damaged (%(problem)s)."
    )


class ReleaseNotInTime(BadRelease):
    """Its signature has expired, or holds from later on."""

    code = "release_not_in_time"
    sentence = _("This software is not taken in: its signature has expired or does not hold yet (%(problem)s).")


class OlderRelease(BadRelease):
    """Devices here run something that lets nothing so old come back."""

    code = "older_release"
    sentence = _(
        "This software is not taken in: %(version)s is older than %(floor)s, and devices here take nothing so old."
    )


class AlreadyTakenIn(Refusal):
    """The same statement was taken in before."""

    code = "already_taken_in"
    sentence = _("This software has been taken in already.")


class SamePerson(Refusal):
    """Whoever took a release in cannot confirm it."""

    code = "same_person"
    sentence = _("Somebody else must confirm this: you took it in yourself.")


class AlreadyConfirmed(Refusal):
    """Somebody was faster."""

    code = "already_confirmed"
    sentence = _("This has been confirmed already.")


class NotConfirmed(Refusal):
    """Nobody has confirmed the release."""

    code = "not_confirmed"
    sentence = _("A second person must confirm this software before it goes out.")


class TooOld(Refusal):
    """The statement of a release has expired."""

    code = "too_old"
    sentence = _("The signature of this software has expired. Have it signed anew.")


class BadPace(Refusal):
    """Waiting time or limits of a rollout are out of range."""

    code = "bad_pace"
    sentence = _("The waiting time or a limit is out of range.")


class AlreadyGoingOut(Refusal):
    """Another rollout reaches devices of this unit."""

    code = "already_going_out"
    sentence = _("Software is already going out to devices here. Withdraw it first, or wait until it is done.")


class NotGoingOut(Refusal):
    """The rollout is over, or not in the state that was thought."""

    code = "not_going_out"
    sentence = _("This is over, or somebody changed it meanwhile. Look at it again.")


class NotForThere(Refusal):
    """The release was taken in for another unit."""

    code = "not_for_there"
    sentence = _("This software was not taken in for this unit.")
