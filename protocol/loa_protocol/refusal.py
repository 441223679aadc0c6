"""Why a device would not obey: a closed list, reported word for word to the server."""

from enum import StrEnum


class Reason(StrEnum):
    """The stable code of a refusal, part of the protocol."""

    MALFORMED = "malformed"
    UNKNOWN_KEY = "unknown_key"
    REVOKED_KEY = "revoked_key"
    KEY_NOT_VALID_NOW = "key_not_valid_now"
    BAD_SIGNATURE = "bad_signature"
    WRONG_TYPE = "wrong_type"
    WRONG_DEVICE = "wrong_device"
    WRONG_AREA = "wrong_area"
    EXPIRED = "expired"
    NOT_YET = "not_yet"
    REPLAYED = "replayed"
    ROLLED_BACK = "rolled_back"
    DIGEST_MISMATCH = "digest_mismatch"
    TOO_LARGE = "too_large"
    UNKNOWN_VERB = "unknown_verb"
    NOT_OPEN = "not_open"


class Refused(Exception):
    """A message that must not be obeyed."""

    def __init__(self, reason: Reason, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else str(reason))
        self.reason = reason
        self.detail = detail
