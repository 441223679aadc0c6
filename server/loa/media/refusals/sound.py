"""Why sound is not taken, and why speech is not made."""

from django.utils.translation import gettext_lazy as _

from loa.kernel.errors import Refusal


class NotAudio(Refusal):
    """The content is no sound we know, whatever its name says."""

    code = "media_not_audio"
    sentence = _(
        "This file is not a sound recording we can read. Choose an MP3, M4A, WAV, OGG or FLAC file, or a video."
    )


class NoSoundTrack(Refusal):
    """A container without any sound in it."""

    code = "media_no_sound_track"
    sentence = _("This file has no sound track.")


class Truncated(Refusal):
    """The file ends before the sound does."""

    code = "media_truncated"
    sentence = _(
        "The file is incomplete: it was cut off while being saved or sent. Export it again and send the whole file."
    )


class Damaged(Refusal):
    """Too much of it cannot be decoded."""

    code = "media_damaged"
    sentence = _("The file is damaged and cannot be read through to its end.")


class TooLong(Refusal):
    """Longer than half an hour."""

    code = "media_too_long"
    sentence = _("The sound is longer than 30 minutes. Split it into shorter parts.")


class TooShort(Refusal):
    """Nobody would hear it."""

    code = "media_too_short"
    sentence = _("The sound is too short to be heard.")


class TooLarge(Refusal):
    """More bytes than we take."""

    code = "media_too_large"
    sentence = _("The file is larger than 64 MB.")


class Silent(Refusal):
    """There is nothing to hear."""

    code = "media_silent"
    sentence = _("There is no sound in this recording. Check the microphone and record again.")


class TooQuiet(Refusal):
    """So quiet that bringing it to level would only bring up noise."""

    code = "media_too_quiet"
    sentence = _("The recording is far too quiet. Speak closer to the microphone and record again.")


class Unlevelled(Refusal):
    """The sound cannot be brought to the level without distortion."""

    code = "media_unlevelled"
    sentence = _("This sound cannot be brought to the right loudness. Send another recording.")


class TooHeavy(Refusal):
    """Decoding took more time or memory than it may."""

    code = "media_too_heavy"
    sentence = _("This file takes too much effort to read. Save it as MP3 or WAV and send it again.")


class NothingToSay(Refusal):
    """The text has no word in it."""

    code = "media_nothing_to_say"
    sentence = _("There is no text to read out.")


class TextTooLong(Refusal):
    """More letters than fit in a bulletin."""

    code = "media_text_too_long"
    sentence = _("The text is longer than %(limit)s letters. Split it into several bulletins.")


class UnknownVoice(Refusal):
    """No such voice here."""

    code = "media_unknown_voice"
    sentence = _("This voice does not exist.")


class VoiceFailed(Refusal):
    """The speech engine broke down; the web process did not."""

    code = "media_voice_failed"
    sentence = _("The text could not be turned into speech. Try again; if it stays, record it yourself.")
