"""Why a voice is not added, and why one does not read."""

from django.utils.translation import gettext_lazy as _

from loa.kernel.errors import Refusal


class PartsMissing(Refusal):
    """The packages that added voices and listening need are not installed here."""

    code = "media_parts_missing"
    sentence = _(
        "This server has no parts for added voices and for listening yet. The operator runs: loa voice prepare"
    )


class DigestNeeded(Refusal):
    """What was given is no SHA-256."""

    code = "media_digest_needed"
    sentence = _("Give the file's SHA-256 digest, 64 signs, as its maker publishes it.")


class WrongDigest(Refusal):
    """The file is not the one whose digest was given."""

    code = "media_wrong_digest"
    sentence = _(
        "This file is not the one you named: its SHA-256 digest is %(found)s, not %(wanted)s. "
        "Fetch it again from its maker."
    )


class BadVoice(Refusal):
    """The files are no voice that can be read with."""

    code = "media_bad_voice"
    sentence = _(
        "These files are no Piper voice that can read: the network does not start, does not fit its description, "
        "or stays silent. Nothing was added."
    )


class VoiceTooLarge(Refusal):
    """More bytes than a voice may have."""

    code = "media_voice_too_large"
    sentence = _("The voice is too large: at most %(limit)s MB, and 1 MB for its description.")


class VoiceIsHere(Refusal):
    """The unit, or one above it, has this voice."""

    code = "media_voice_is_here"
    sentence = _("This voice has been added before.")


class NoLabel(Refusal):
    """A voice without a name cannot be chosen."""

    code = "media_no_label"
    sentence = _("Give the voice a name of at most %(longest)s signs.")


class ProviderAway(Refusal):
    """The provider of a voice did not answer, or with something else than sound. No other voice takes over unasked."""

    code = "media_provider_away"
    sentence = _("The provider of this voice did not answer as it should. Choose another voice, or try again later.")
